package competency

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// scored makes one score per level, a day and a task apart.
func scored(levels ...int) []Score {
	start := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	list := make([]Score, len(levels))
	for i, l := range levels {
		list[i] = Score{
			Assessment: fmt.Sprintf("a%d", i+1), Task: fmt.Sprintf("t%d", i+1), TaskTitle: fmt.Sprintf("Task %d", i+1),
			Level: l, At: start.AddDate(0, 0, i),
		}
	}
	return list
}

func nOf(n int) Method {
	return Method{Name: "n-of", Version: 1, N: n, AtLeast: 3, Distinct: true}
}

// The figures that ten methods give for seven sequences; the last column is
// the level that n-of(2, at least 3) proposes.
func TestMethodFigures(t *testing.T) {
	t.Parallel()
	names := []string{"mean", "median", "mode", "latest", "highest", "decay-recursive", "weighted-last", "mean-last", "power-law"}
	for _, c := range []struct {
		name    string
		levels  []int
		figures [9]int // hundredths, in the order of names
		nOf     int
		verdict int // how many of the ten say 3 or more
	}{
		{"steady climb", []int{1, 2, 3, 3}, [9]int{225, 250, 300, 300, 300, 283, 265, 267, 339}, 3, 5},
		{"late slump", []int{3, 3, 4, 2}, [9]int{300, 300, 300, 200, 400, 258, 247, 300, 268}, 3, 6},
		{"one lucky", []int{2, 2, 4, 2}, [9]int{250, 200, 200, 200, 400, 246, 223, 267, 267}, 2, 1},
		{"slow start", []int{1, 1, 2, 3, 3}, [9]int{200, 200, 300, 300, 300, 283, 256, 267, 299}, 3, 4},
		{"zigzag", []int{2, 3, 2, 3, 3}, [9]int{260, 300, 300, 300, 300, 291, 283, 267, 292}, 3, 5},
		{"two scores", []int{2, 3}, [9]int{250, 250, 300, 300, 300, 265, 265, 250, 250}, 2, 3},
		{"two, three, four", []int{2, 3, 4}, [9]int{300, 300, 400, 400, 400, 353, 348, 300, 395}, 3, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			verdict := 0
			for i, name := range names {
				p, ok := Method{Name: name, Version: 1, N: 3}.Propose(scored(c.levels...))
				if !ok || p.Hundredths != c.figures[i] || p.Level != c.figures[i]/100 {
					t.Errorf("%s: got %d, level %d; want %d", name, p.Hundredths, p.Level, c.figures[i])
				}
				if p.Level >= 3 {
					verdict++
				}
			}
			p, ok := nOf(2).Propose(scored(c.levels...))
			if !ok || p.Level != c.nOf {
				t.Errorf("n-of: got %d, want %d", p.Level, c.nOf)
			}
			if p.Level >= 3 {
				verdict++
			}
			if verdict != c.verdict {
				t.Errorf("%d of 10 say 3 or more, want %d", verdict, c.verdict)
			}
		})
	}
}

func TestMethodSaysWhy(t *testing.T) {
	t.Parallel()
	lab := scored(4, 3, 2)
	lab[0].TaskTitle, lab[1].TaskTitle = "Lab 4", "Field study"
	twice := scored(3, 4)
	twice[1].Task = twice[0].Task
	for _, c := range []struct {
		name   string
		method Method
		scores []Score
		level  int
		why    string
	}{
		{"two tasks", nOf(2), lab, 3, "2 different tasks at 3 or more: Lab 4, Field study"},
		{"one task is not enough", nOf(2), lab[:1], 2, "highest so far is 4 in Lab 4; 1 of 2 different tasks at 3 or more"},
		{"below", nOf(2), scored(1, 2), 2, "highest so far is 2 in Task 2; 0 of 2 different tasks at 3 or more"},
		{"lowest", nOf(2), scored(1), 1, "highest so far is 1 in Task 1; 0 of 2 different tasks at 3 or more"},
		{"one task twice", nOf(2), twice, 2, "highest so far is 4 in Task 2; 1 of 2 different tasks at 3 or more"},
		{"any scores", Method{Name: "n-of", Version: 1, N: 2, AtLeast: 3}, twice, 3, "2 scores at 3 or more: Task 2, Task 1"},
		{"distinguished", nOf(2), scored(4, 4), 4, "2 different tasks at 4 or more: Task 1, Task 2"},
		{"many", nOf(2), scored(3, 3, 3, 3, 3), 3, "5 different tasks at 3 or more: Task 1, Task 2, Task 3, and 2 more"},
		{"single", nOf(1), scored(3), 3, "1 task at 3 or more: Task 1"},
		{"latest", Method{Name: "latest", Version: 1}, scored(4, 2), 2, "the latest of 2 scores is 2.00"},
		{"mean", Method{Name: "mean", Version: 1}, scored(2, 3), 2, "the mean of 2 scores is 2.50, which proposes 2"},
		{"steep trend", Method{Name: "power-law", Version: 1}, scored(1, 3, 3), 3, "the trend through 3 scores is 3.54, which proposes 3"},
		{"trend from 0", Method{Name: "power-law", Version: 1}, scored(0, 3, 3), 2, "the mean of 3 scores (a trend needs three above 0) is 2.00"},
		{"weighted alone", Method{Name: "weighted-last", Version: 1}, scored(3), 3, "the only score is 3.00"},
		{"decay at a half", Method{Name: "decay-recursive", Version: 1, Percent: 50}, scored(2, 4), 3, "the running average of 2 scores, each new one weighing 50%, is 3.00"},
		{"mean of fewer", Method{Name: "mean-last", Version: 1, N: 3}, scored(4), 4, "the mean of the last 1 score is 4.00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, ok := c.method.Propose(c.scores)
			if !ok || p.Level != c.level || p.Why != c.why {
				t.Errorf("got  %d %q\nwant %d %q", p.Level, p.Why, c.level, c.why)
			}
			if len(p.Inputs) != len(c.scores) || p.Inputs[0] != "a1" {
				t.Errorf("inputs %v", p.Inputs)
			}
		})
	}
	for _, name := range append(slices.Clone(Methods), "guess") {
		if p, ok := (Method{Name: name, Version: 1, N: 2, AtLeast: 3}).Propose(nil); ok {
			t.Errorf("%s proposes %+v from nothing", name, p)
		}
	}
	if _, ok := (Method{Name: "guess"}).Propose(scored(3)); ok {
		t.Error("an unknown method proposes")
	}
}

func TestMethodCheck(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method Method
		want   string // pointers of what is wrong
		text   string
	}{
		{nOf(2), "", "n-of(2,>=3)"},
		{Method{Name: "mean-last", Version: 1, N: 3}, "", "mean-last(3)"},
		{Method{Name: "decay-recursive", Version: 1}, "", "decay-recursive(65%)"},
		{Method{Name: "median", Version: 1}, "", "median"},
		{Method{Name: "n-of", Version: 1}, "/method/n /method/atLeast", "n-of(0,>=0)"},
		{Method{Name: "guess", Version: 2, Percent: 100}, "/method/name /method/version /method/percent", "guess"},
	} {
		var got []string
		for _, f := range c.method.Check() {
			got = append(got, f.Pointer)
		}
		if strings.Join(got, " ") != c.want || c.method.String() != c.text {
			t.Errorf("%s: got %v, want %q", c.method, got, c.want)
		}
	}
}

func TestMonotoneMethodsNeverGoDown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := Method{
			Name: rapid.SampledFrom(Methods).Draw(t, "name"), Version: 1,
			N: rapid.IntRange(1, 4).Draw(t, "n"), AtLeast: rapid.IntRange(1, 4).Draw(t, "atLeast"), Distinct: rapid.Bool().Draw(t, "distinct"),
		}
		scores := scored(rapid.SliceOfN(rapid.IntRange(0, 4), 1, 8).Draw(t, "levels")...)
		for i := range scores {
			scores[i].Task = rapid.SampledFrom([]string{"", "t1", "t2", "t3"}).Draw(t, "task")
		}
		whole, ok := m.Propose(scores)
		shuffled, _ := m.Propose(rapid.Permutation(scores).Draw(t, "order"))
		if !ok || whole.Level != shuffled.Level || whole.Why != shuffled.Why || !slices.Equal(whole.Inputs, shuffled.Inputs) {
			t.Fatalf("order matters: %+v, %+v", whole, shuffled)
		}
		if whole.Level < 0 || whole.Level > 4 {
			t.Fatalf("level %d is off the scale", whole.Level)
		}
		if fewer, ok := m.Propose(scores[:len(scores)-1]); ok && m.Monotone() && fewer.Level > whole.Level {
			t.Fatalf("went from %d to %d by more evidence", fewer.Level, whole.Level)
		}
	})
}
