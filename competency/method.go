package competency

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Method names how the level of one indicator is proposed from scores. It only
// proposes: a teacher confirms. Name, parameters and Version are stored with
// every result, so that a later change of a method never changes an earlier
// judgment.
type Method struct {
	// Name is one of [Methods].
	Name string
	// Version of the computation; 1 is the only one so far.
	Version int
	// N is how many tasks n-of asks for, and how many scores mean-last takes.
	N int
	// AtLeast is the level from which n-of asks for N tasks: proficient.
	AtLeast int
	// Distinct makes n-of count different tasks, so that one task done twice
	// counts once.
	Distinct bool
	// Percent is the weight of the newest score in decay-recursive and
	// weighted-last, 1 to 99; 0 means 65.
	Percent int
}

// Methods are the names of methods, in the order in which pages offer them.
var Methods = []string{
	"n-of", "latest", "highest", "mode", "median", "mean", "mean-last",
	"decay-recursive", "weighted-last", "power-law",
}

// BodyOfEvidence is how a level came about that a panel decided on a body of
// evidence: by people who looked together, so that nothing is computed.
var BodyOfEvidence = Method{Name: "body-of-evidence", Version: 1}

// ReadMethod reads a method as it is kept with a level.
func ReadMethod(text string) (m Method, err error) {
	err = json.Unmarshal([]byte(text), &m)
	return m, err
}

// Score is one assessment of one piece of evidence for an indicator.
type Score struct {
	Assessment string // its id
	Task       string // id of the task; empty for evidence without one
	TaskTitle  string
	Level      int
	At         time.Time
}

// Proposal is a level that a method proposes, and why.
type Proposal struct {
	Level int
	// Hundredths is the computed figure times 100, before it was cut down to
	// a level. It may be shown and never decides.
	Hundredths int
	// Why is one sentence without a full stop: "2 different tasks at 3 or
	// more: Lab 4, Field study".
	Why string
	// Inputs are the ids of the assessments that were looked at, oldest first.
	Inputs []string
}

const defaultPercent = 65

// Check answers what is wrong with the method; pointers are below "/method".
func (m Method) Check() []Field {
	var bad []Field
	if !slices.Contains(Methods, m.Name) {
		bad = append(bad, Field{"/method/name", "Choose one of " + strings.Join(Methods, ", ") + "."})
	}
	if m.Version != 1 {
		bad = append(bad, Field{"/method/version", "Only version 1 is known."})
	}
	if (m.Name == "n-of" || m.Name == "mean-last") && m.N < 1 {
		bad = append(bad, Field{"/method/n", "Say how many, at least 1."})
	}
	if m.Name == "n-of" && m.AtLeast < 1 {
		bad = append(bad, Field{"/method/atLeast", "Say which level they must reach, at least 1."})
	}
	if m.Percent < 0 || m.Percent > 99 {
		bad = append(bad, Field{"/method/percent", "Write a whole number from 1 to 99."})
	}
	return bad
}

// String is the method with its parameters: "n-of(2,>=3)".
func (m Method) String() string {
	switch m.Name {
	case "n-of":
		return fmt.Sprintf("n-of(%d,>=%d)", m.N, m.AtLeast)
	case "mean-last":
		return fmt.Sprintf("mean-last(%d)", m.N)
	case "decay-recursive", "weighted-last":
		return fmt.Sprintf("%s(%d%%)", m.Name, m.percent())
	default:
		return m.Name
	}
}

// InGeneral is how the method comes to a level, for a reader who knows nothing of
// the scores: "on two different tasks". It follows "each … at Proficient or above".
func (m Method) InGeneral() string {
	switch m.Name {
	case "n-of":
		switch {
		case m.N == 1:
			return "in one piece of work"
		case m.Distinct:
			return "on " + countWord(m.N) + " different tasks"
		}
		return "in " + countWord(m.N) + " pieces of work"
	case "latest":
		return "in the newest judgment"
	case "highest":
		return "in the highest judgment"
	case "mode":
		return "in the level given most often"
	case "median":
		return "in the median of all judgments"
	case "mean":
		return "in the mean of all judgments"
	case "mean-last":
		return "in the mean of the last " + countWord(m.N) + " judgments"
	case "decay-recursive", "weighted-last":
		return fmt.Sprintf("in a mean in which the newest judgment counts %d %%", m.percent())
	case "power-law":
		return "on the curve through all judgments"
	}
	if m.Name == BodyOfEvidence.Name {
		return "by a panel that looked at a body of evidence"
	}
	return "by professional judgment"
}

// countWord is a small number in words, as sentences have it.
func countWord(n int) string {
	words := [...]string{2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
	if n > 1 && n < len(words) {
		return words[n]
	}
	return strconv.Itoa(n)
}

// Monotone reports whether new evidence can never lower what the method
// proposes. A policy that picks another method should be warned.
func (m Method) Monotone() bool { return m.Name == "n-of" || m.Name == "highest" }

// Propose answers the level that the scores speak for, whatever their order.
// Nothing scored, or an unknown name, proposes nothing (ok is false).
//
// Decimals never decide: a figure is rounded to hundredths (2.995 is 3.00) and
// then cut down to a level, and no proposal is above the highest score.
func (m Method) Propose(scores []Score) (p Proposal, ok bool) {
	if len(scores) == 0 || !slices.Contains(Methods, m.Name) {
		return Proposal{}, false
	}
	scores = slices.Clone(scores)
	slices.SortFunc(scores, func(a, b Score) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Assessment, b.Assessment))
	})
	if m.Name == "n-of" {
		p = m.proposeByCount(scores)
	} else {
		p = m.proposeByFigure(scores)
	}
	for _, s := range scores {
		p.Inputs = append(p.Inputs, s.Assessment)
	}
	return p, true
}

// proposeByCount proposes the highest level at which enough tasks stand. From
// AtLeast up that takes N tasks; below, one task shows the level, and a higher
// score shows every level up to the one before AtLeast.
func (m Method) proposeByCount(scores []Score) Proposal {
	tasks := m.bestByTask(scores)
	if enough := max(m.N, 1) - 1; enough < len(tasks) && tasks[enough].Level >= m.AtLeast {
		level := tasks[enough].Level
		at := tasks[:countAtLeast(tasks, level)]
		return Proposal{Level: level, Hundredths: 100 * level, Why: m.counted(at, level)}
	}
	level := min(tasks[0].Level, m.AtLeast-1)
	strong := tasks[:countAtLeast(tasks, m.AtLeast)]
	why := fmt.Sprintf("highest so far is %d in %s; %d of %s at %d or more", tasks[0].Level, taskName(tasks[0]), len(strong), m.things(m.N), m.AtLeast)
	return Proposal{Level: level, Hundredths: 100 * level, Why: why}
}

// bestByTask keeps the best score of each task, the earliest of equals, and
// sorts by level, highest first, then by time.
func (m Method) bestByTask(scores []Score) []Score {
	var best []Score
	for _, s := range scores {
		i := slices.IndexFunc(best, func(b Score) bool { return m.Distinct && s.Task != "" && b.Task == s.Task })
		switch {
		case i < 0:
			best = append(best, s)
		case s.Level > best[i].Level:
			best[i] = s
		}
	}
	slices.SortStableFunc(best, func(a, b Score) int { return cmp.Compare(b.Level, a.Level) })
	return best
}

// countAtLeast counts the scores at a level or above; they stand first.
func countAtLeast(tasks []Score, level int) int {
	n := 0
	for n < len(tasks) && tasks[n].Level >= level {
		n++
	}
	return n
}

// counted says which tasks stand at a level: three by name, the rest by number.
func (m Method) counted(at []Score, level int) string {
	const shown = 3
	var names []string
	for _, s := range at[:min(len(at), shown)] {
		names = append(names, taskName(s))
	}
	if more := len(at) - shown; more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return fmt.Sprintf("%s at %d or more: %s", m.things(len(at)), level, strings.Join(names, ", "))
}

// things counts what n-of counts: "2 different tasks", "1 score".
func (m Method) things(n int) string {
	word := "score"
	switch {
	case m.Distinct && n == 1:
		word = "task"
	case m.Distinct:
		word = "different task"
	}
	if n != 1 {
		word += "s"
	}
	return strconv.Itoa(n) + " " + word
}

func taskName(s Score) string {
	return cmp.Or(s.TaskTitle, s.Task, "a piece of evidence")
}

// proposeByFigure computes one figure and cuts it down to a level.
func (m Method) proposeByFigure(scores []Score) Proposal {
	levels := make([]int, len(scores))
	for i, s := range scores {
		levels[i] = s.Level
	}
	figure, said := m.figure(levels)
	// The figure is a sum of short fractions; the addend lifts those that
	// binary arithmetic left a hair below a half.
	hundredths := int(math.Floor(figure*100 + 0.5 + 1e-6))
	level := min(hundredths/100, slices.Max(levels))
	why := said + " is " + decimal(hundredths)
	if hundredths%100 != 0 || level != hundredths/100 {
		why += ", which proposes " + strconv.Itoa(level)
	}
	return Proposal{Level: level, Hundredths: hundredths, Why: why}
}

// figure computes what a method says of levels, oldest first, and names it.
func (m Method) figure(levels []int) (figure float64, said string) {
	n := len(levels)
	last := float64(levels[n-1])
	weight := float64(m.percent()) / 100
	switch m.Name {
	case "latest":
		return last, "the latest of " + countScores(n)
	case "highest":
		return float64(slices.Max(levels)), "the highest of " + countScores(n)
	case "mode":
		return float64(mode(levels)), "the most frequent of " + countScores(n)
	case "median":
		return median(levels), "the middle of " + countScores(n)
	case "mean-last":
		k := min(max(m.N, 1), n)
		return mean(levels[n-k:]), "the mean of the last " + countScores(k)
	case "decay-recursive":
		return decay(levels, weight), fmt.Sprintf("the running average of %s, each new one weighing %d%%,", countScores(n), m.percent())
	case "weighted-last":
		if n == 1 {
			return last, "the only score"
		}
		return weight*last + (1-weight)*mean(levels[:n-1]), fmt.Sprintf("the latest of %s at %d%% with the mean of the others", countScores(n), m.percent())
	case "power-law":
		if n < 3 || slices.Min(levels) < 1 {
			return mean(levels), "the mean of " + countScores(n) + " (a trend needs three above 0)"
		}
		return powerLaw(levels), "the trend through " + countScores(n)
	default: // mean
		return mean(levels), "the mean of " + countScores(n)
	}
}

func (m Method) percent() int { return cmp.Or(m.Percent, defaultPercent) }

func countScores(n int) string {
	if n == 1 {
		return "1 score"
	}
	return strconv.Itoa(n) + " scores"
}

// decimal writes hundredths with two digits after the point.
func decimal(hundredths int) string {
	return fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
}

func mean(levels []int) float64 {
	sum := 0
	for _, l := range levels {
		sum += l
	}
	return float64(sum) / float64(len(levels))
}

func median(levels []int) float64 {
	sorted := slices.Sorted(slices.Values(levels))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return float64(sorted[half])
	}
	return mean(sorted[half-1 : half+1])
}

// mode is the most frequent level; of equally frequent ones the highest.
func mode(levels []int) int {
	count := map[int]int{}
	for _, l := range levels {
		count[l]++
	}
	best := levels[0]
	for l, n := range count {
		if n > count[best] || n == count[best] && l > best {
			best = l
		}
	}
	return best
}

// decay weighs each new score against the average so far.
func decay(levels []int, weight float64) float64 {
	average := float64(levels[0])
	for _, l := range levels[1:] {
		average = weight*float64(l) + (1-weight)*average
	}
	return average
}

// powerLaw fits level = a·position^b by least squares on logarithms and reads
// the curve at the last position. Levels must be above 0.
func powerLaw(levels []int) float64 {
	n := float64(len(levels))
	var sx, sy, sxx, sxy float64
	for i, l := range levels {
		x, y := math.Log(float64(i+1)), math.Log(float64(l))
		sx, sy, sxx, sxy = sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	b := (n*sxy - sx*sy) / (n*sxx - sx*sx)
	a := (sy - b*sx) / n
	return math.Exp(a + b*math.Log(n))
}
