package competency

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Seat is an assessor's place at an attempt.
type Seat string

// The seats. The third is taken only where the first two differ at the pass line.
const (
	FirstSeat  Seat = "first"
	SecondSeat Seat = "second"
	ThirdSeat  Seat = "third"
)

// ReviewState tells where one assessor's reading stands.
type ReviewState string

// The states of a reading. A scored one never changes (domain invariant 5); a
// released one was given to somebody else.
const (
	ReviewAssigned ReviewState = "assigned"
	ReviewScored   ReviewState = "scored"
	ReviewReleased ReviewState = "released"
)

// Review is one assessor's reading of one attempt, blind to the applicant and
// to the other assessor.
type Review struct {
	ID          ReviewID
	Application ApplicationID
	Attempt     int
	Assessor    PersonID
	Seat        Seat
	State       ReviewState
	Assigned    time.Time
	Due         string // civil date; a late score still counts
	Scored      time.Time
	Scores      map[string]ReviewMark // by criterion
}

// ReviewMark is a level with its reason.
type ReviewMark struct {
	Level  int
	Reason string
}

// maxReason is the most characters of one reason.
const maxReason = 4000

// Score answers the reading as scored and locked. Every criterion asked needs
// a level that it has, and a reason where the level is below the pass line.
func (r Review) Score(a Application, asked []MicroCriterion, scores map[string]ReviewMark, at time.Time) (Review, error) {
	switch {
	case r.State == ReviewScored:
		return r, Refuse("This has been scored already and is locked.")
	case r.State == ReviewReleased:
		return r, Refuse("This reading was given to somebody else; nothing was stored.")
	case a.State == ApplicationWithdrawn:
		return r, Refuse("The applicant has taken this application back; nothing was stored.")
	case !a.IsRead() || a.Attempt != r.Attempt:
		return r, Refuse("This attempt has been decided; nothing was stored.")
	}
	if bad := checkScores(asked, scores); len(bad) > 0 {
		return r, Invalid(bad...)
	}
	r.State, r.Scored, r.Scores = ReviewScored, at.UTC(), map[string]ReviewMark{}
	for key, s := range scores {
		r.Scores[key] = ReviewMark{s.Level, strings.TrimSpace(s.Reason)}
	}
	return r, nil
}

func checkScores(asked []MicroCriterion, scores map[string]ReviewMark) []Field {
	var bad []Field
	for _, c := range asked {
		s := scores[c.Key]
		if s.Level < 1 || s.Level > len(c.Levels) {
			bad = append(bad, Field{"/levels/" + c.Key, "Choose a level for “" + c.Name + "”."})
			continue
		}
		if reason := strings.TrimSpace(s.Reason); s.Level < c.Pass && reason == "" {
			bad = append(bad, Field{"/reasons/" + c.Key, "Say what is missing for “" + c.Name + "” and what would show it."})
		} else if len([]rune(reason)) > maxReason {
			bad = append(bad, Field{"/reasons/" + c.Key, "Keep the reason to 4,000 characters."})
		}
	}
	for key := range scores {
		if !slices.ContainsFunc(asked, func(c MicroCriterion) bool { return c.Key == key }) {
			bad = append(bad, Field{"/levels/" + key, "This criterion is not part of what is read here."})
		}
	}
	slices.SortStableFunc(bad, func(a, b Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	return bad
}

// Outcome is what the scores of an attempt come to.
type Outcome string

// The outcomes.
const (
	Waiting         Outcome = "waiting" // for scores
	ThirdReadNeeded Outcome = "third_read"
	Awarded         Outcome = "awarded"
	NotYet          Outcome = "not_yet"
)

// Decision is what the scores of an attempt come to, and why.
type Decision struct {
	Outcome Outcome
	// Criteria are all criteria of the micro-credential, those passed in an
	// earlier attempt with what was found then.
	Criteria []CriterionDecision
}

// CriterionDecision is one criterion's part in a decision.
type CriterionDecision struct {
	MicroCriterion
	// Attempt is the attempt in which it was read.
	Attempt int
	// Chosen are the levels that the assessors chose, in the order of their
	// seats; empty while it waits. Reasons go with them.
	Chosen  []int
	Reasons []string
	// Level is what counts; 0 while it is open.
	Level int
	// Agreed: the first two are on the same side of the pass line.
	Agreed bool
}

// Passed reports whether the level that counts passes.
func (c CriterionDecision) Passed() bool { return c.Level >= c.Pass && c.Level > 0 }

// Decide answers what the reviews come to after the given attempt. It awards
// only if each criterion was found to pass by two assessors or by a third read
// (domain invariant 18). Where the first two differ at the pass line on any
// criterion, the third decides that criterion. An attempt after the first
// reads only the parts that had not passed.
func Decide(m MicroCredential, attempt int, reviews []Review) Decision {
	before := map[string]CriterionDecision{}
	d := Decision{Outcome: NotYet}
	for n := 1; n <= attempt; n++ {
		open := openParts(m, before)
		d = Decision{Outcome: Awarded}
		for _, p := range m.Parts() {
			for _, c := range p.Criteria {
				cd, kept := before[c.Key]
				if !kept || slices.Contains(open, p.Key) {
					cd = decideCriterion(c, n, reviews)
				}
				d.Criteria = append(d.Criteria, cd)
			}
		}
		d.Outcome = outcome(d.Criteria)
		for _, c := range d.Criteria {
			before[c.Key] = c
		}
	}
	return d
}

// decideCriterion looks at one criterion in one attempt.
func decideCriterion(c MicroCriterion, attempt int, reviews []Review) CriterionDecision {
	cd := CriterionDecision{MicroCriterion: c, Attempt: attempt}
	bySeat := map[Seat]ReviewMark{}
	for _, r := range reviews {
		if r.Attempt == attempt && r.State == ReviewScored {
			bySeat[r.Seat] = r.Scores[c.Key]
		}
	}
	for _, seat := range []Seat{FirstSeat, SecondSeat, ThirdSeat} {
		if s, ok := bySeat[seat]; ok {
			cd.Chosen, cd.Reasons = append(cd.Chosen, s.Level), append(cd.Reasons, s.Reason)
		}
	}
	first, one := bySeat[FirstSeat]
	second, two := bySeat[SecondSeat]
	third, three := bySeat[ThirdSeat]
	if !one || !two {
		return cd
	}
	cd.Agreed = (first.Level >= c.Pass) == (second.Level >= c.Pass)
	switch {
	case cd.Agreed:
		cd.Level = min(first.Level, second.Level)
	case three:
		cd.Level = third.Level
	}
	return cd
}

func outcome(criteria []CriterionDecision) Outcome {
	if slices.ContainsFunc(criteria, func(c CriterionDecision) bool { return len(c.Chosen) < 2 }) {
		return Waiting
	}
	all := true
	for _, c := range criteria {
		if c.Level == 0 {
			return ThirdReadNeeded
		}
		all = all && c.Passed()
	}
	if all {
		return Awarded
	}
	return NotYet
}

// OpenParts lists the parts that are written and read in the given attempt:
// all of them in the first, then those in which a criterion has not passed.
func OpenParts(m MicroCredential, attempt int, reviews []Review) []string {
	before := map[string]CriterionDecision{}
	if attempt > 1 {
		for _, c := range Decide(m, attempt-1, reviews).Criteria {
			before[c.Key] = c
		}
	}
	return openParts(m, before)
}

func openParts(m MicroCredential, before map[string]CriterionDecision) []string {
	var open []string
	for _, p := range m.Parts() {
		if slices.ContainsFunc(p.Criteria, func(c MicroCriterion) bool { return !before[c.Key].Passed() }) {
			open = append(open, p.Key)
		}
	}
	return open
}

// Asked lists the criteria of the open parts, in reading order.
func Asked(m MicroCredential, open []string) []MicroCriterion {
	var asked []MicroCriterion
	for _, p := range m.Parts() {
		if slices.Contains(open, p.Key) {
			asked = append(asked, p.Criteria...)
		}
	}
	return asked
}

// Candidate is somebody who could read an application.
type Candidate struct {
	Person  PersonID
	Account AccountID
	// Schools are where the person works now, in any tenant.
	Schools []OrgID
	// Open is how many readings they have not scored yet.
	Open int
	// Kin are the person's declared family.
	Kin []PersonID
}

// Conflict answers why a candidate may not read an attempt, as a sentence for
// the coordinator; empty if nothing speaks against it: not the applicant, not
// from the applicant's school, not a second time (domain invariants 3 and 18).
func Conflict(c Candidate, applicant Candidate, attempt int, reviews []Review) string {
	switch {
	case c.Person == applicant.Person, c.Account != "" && c.Account == applicant.Account:
		return "This is the applicant."
	case slices.Contains(applicant.Kin, c.Person):
		return "They are of the applicant's family."
	case slices.ContainsFunc(c.Schools, func(s OrgID) bool { return slices.Contains(applicant.Schools, s) }):
		return "They work at the applicant's school."
	case slices.ContainsFunc(reviews, func(r Review) bool { return r.Attempt == attempt && r.Assessor == c.Person }):
		return "They have read this attempt already."
	}
	return ""
}

// ChooseReaders answers the two candidates without a conflict who have the
// fewest readings open, or why there are not two.
func ChooseReaders(candidates []Candidate, applicant Candidate, attempt int, reviews []Review) ([]Candidate, NoReader) {
	free := slices.DeleteFunc(slices.Clone(candidates), func(c Candidate) bool {
		return Conflict(c, applicant, attempt, reviews) != ""
	})
	if len(candidates) < 2 {
		return nil, NoAssessors
	}
	if len(free) < 2 {
		return nil, AllInConflict
	}
	slices.SortStableFunc(free, func(a, b Candidate) int {
		if a.Open != b.Open {
			return a.Open - b.Open
		}
		return strings.Compare(string(a.Person), string(b.Person))
	})
	return free[:2], NothingMissing
}

// FreeSeat answers the seat that can be given out now: the third only for a
// third read; ok is false if there is none.
func FreeSeat(a Application, reviews []Review) (seat Seat, ok bool) {
	taken := map[Seat]bool{}
	for _, r := range reviews {
		if r.Attempt == a.Attempt && r.State != ReviewReleased {
			taken[r.Seat] = true
		}
	}
	seats := []Seat{FirstSeat, SecondSeat}
	if a.State == ApplicationThirdRead {
		seats = append(seats, ThirdSeat)
	}
	if !a.IsRead() {
		return "", false
	}
	for _, s := range seats {
		if !taken[s] {
			return s, true
		}
	}
	return "", false
}

// Achieved answers what an award says, from a decision and the answers it is
// about: results by criterion, and each part by genre without a file's or a
// person's name.
func (m MicroCredential) Achieved(d Decision, answers map[string]Answer) Achieved {
	a := Achieved{
		Type: "MicroCredential", Key: string(m.ID), Name: m.Title, Description: m.Competency,
		Criteria: m.narrative(), CriteriaPath: m.Path(), Tags: m.Tags, Alignments: m.Alignments, ValidYears: m.ValidYears,
	}
	for _, c := range d.Criteria {
		a.Results = append(a.Results, AchievedResult{
			Key: c.Key, Name: c.Name, Levels: c.Levels, Required: c.Pass, Achieved: c.Level,
		})
	}
	for _, p := range m.Parts() {
		a.Evidence = append(a.Evidence, EvidenceSummary{Name: p.Title, Description: p.evidence(), Genre: genre(p, answers[p.Key])})
	}
	return a
}

// narrative is how it is earned, in one plain paragraph.
func (m MicroCredential) narrative() string {
	return fmt.Sprintf("%s. Two assessors, blind to the educator and to each other, found every criterion of %d answers and %d pieces of work at %s or above. Method: %s.",
		strings.TrimSuffix(m.Competency, "."), len(m.Overview)+len(m.Reflection), len(m.Artifacts),
		m.Levels[m.Pass-1].Label, strings.TrimSuffix(m.KeyMethod, "."))
}

func (p Part) evidence() string {
	switch p.Kind {
	case ArtifactPart:
		var names []string
		for _, c := range p.Criteria {
			names = append(names, c.Name)
		}
		return "Judged by: " + strings.Join(names, "; ") + "."
	case OverviewPart, ReflectionPart:
	}
	return "Asked for: " + strings.TrimSuffix(p.Criteria[0].Name, ".") + "."
}

// genre says what kind of thing answered a part.
func genre(p Part, a Answer) string {
	if p.Kind != ArtifactPart {
		if p.Kind == ReflectionPart {
			return "Reflection"
		}
		return "Written answer"
	}
	if len(a.Files) > 0 {
		kind, _, _ := strings.Cut(a.Files[0].MediaType, "/")
		switch kind {
		case "image":
			return "Image"
		case "video":
			return "Video"
		case "audio":
			return "Audio"
		}
		return "Document"
	}
	if a.Link != "" {
		return "Linked work"
	}
	return "Text"
}
