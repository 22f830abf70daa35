package competency

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// sampleMicro has one question, two artifacts with two and one criteria, and a reflection.
func sampleMicro() MicroCredential {
	return MicroCredential{ID: "m1", Slug: "tasks", Version: 1, Anatomy: Anatomy{
		Title: "Performance tasks", Competency: "Designs a task.", KeyMethod: "Plan backward", Rationale: "It tells more.",
		Components: []string{"Pick"}, Research: []Reference{{Title: "A study", URL: "https://example.org/"}},
		Overview: []Question{{Question: "Whom?", WordsMin: 2, WordsMax: 4, Passing: "Names learners"}},
		Artifacts: []AskedArtifact{
			{Title: "Task", Criteria: []ArtifactCriterion{{Name: "Aligned"}, {Name: "Levels differ", Descriptions: []string{"none", "some", "all"}}}},
			{Title: "Plan", Criteria: []ArtifactCriterion{{Name: "Uses results"}}},
		},
		Reflection: []Question{{Question: "What now?", WordsMin: 2, WordsMax: 4, Passing: "Cites evidence"}},
		Levels:     []Level{{Label: "Not yet"}, {Label: "Basic"}, {Label: "Passed"}}, Pass: 3,
		ValidYears: 3, PDHours: 10, Assessors: 2, MaxAttempts: 2, TurnaroundDays: 14,
	}}
}

// marks gives every criterion a level that passes, but for those named.
func marks(levels map[string]int) map[string]ReviewMark {
	all := map[string]ReviewMark{}
	for _, p := range sampleMicro().Parts() {
		for _, c := range p.Criteria {
			all[c.Key] = ReviewMark{Level: c.Pass}
		}
	}
	for key, l := range levels {
		all[key] = ReviewMark{Level: l, Reason: "because"}
	}
	return all
}

func read(seat Seat, levels map[string]int) Review {
	return Review{Attempt: 1, Seat: seat, Assessor: PersonID(seat), State: ReviewScored, Scores: marks(levels)}
}

func TestDecide(t *testing.T) {
	t.Parallel()
	aligned := func(l int) map[string]int { return map[string]int{"part-2-1-a": l} }
	for name, c := range map[string]struct {
		reviews []Review
		want    Outcome
		level   int // of part-2-1-a
	}{
		"no score":                {nil, Waiting, 0},
		"one score":               {[]Review{read(FirstSeat, nil)}, Waiting, 0},
		"both pass":               {[]Review{read(FirstSeat, nil), read(SecondSeat, nil)}, Awarded, 3},
		"both below":              {[]Review{read(FirstSeat, aligned(1)), read(SecondSeat, aligned(2))}, NotYet, 1},
		"differ at the pass line": {[]Review{read(FirstSeat, aligned(2)), read(SecondSeat, nil)}, ThirdReadNeeded, 0},
		"differ below the line":   {[]Review{read(FirstSeat, aligned(2)), read(SecondSeat, aligned(1))}, NotYet, 1},
		"third finds it passes":   {[]Review{read(FirstSeat, aligned(2)), read(SecondSeat, nil), read(ThirdSeat, nil)}, Awarded, 3},
		"third finds it does not": {[]Review{read(FirstSeat, aligned(2)), read(SecondSeat, nil), read(ThirdSeat, aligned(2))}, NotYet, 2},
		"third has no say where the two agree": {[]Review{
			read(FirstSeat, aligned(2)), read(SecondSeat, nil), read(ThirdSeat, map[string]int{"part-2-2-a": 1}),
		}, Awarded, 3},
		"one differs, another is below": {[]Review{
			read(FirstSeat, map[string]int{"part-2-1-a": 2, "part-1-1": 1}), read(SecondSeat, map[string]int{"part-1-1": 1}),
		}, ThirdReadNeeded, 0},
		"a released reading does not count": {[]Review{
			read(FirstSeat, nil), {Attempt: 1, Seat: SecondSeat, State: ReviewReleased, Scores: marks(nil)},
		}, Waiting, 0},
	} {
		d := Decide(sampleMicro(), 1, c.reviews)
		i := slices.IndexFunc(d.Criteria, func(c CriterionDecision) bool { return c.Key == "part-2-1-a" })
		if d.Outcome != c.want || d.Criteria[i].Level != c.level {
			t.Errorf("%s: got %s at level %d, want %s at %d", name, d.Outcome, d.Criteria[i].Level, c.want, c.level)
		}
	}
}

func TestDecideSecondAttempt(t *testing.T) {
	t.Parallel()
	m := sampleMicro()
	first := []Review{
		read(FirstSeat, map[string]int{"part-2-1-b": 2}),
		read(SecondSeat, map[string]int{"part-2-1-b": 2}),
	}
	if got, want := OpenParts(m, 1, nil), []string{"part-1-1", "part-2-1", "part-2-2", "part-3-1"}; !slices.Equal(got, want) {
		t.Errorf("open in the first attempt: got %v, want %v", got, want)
	}
	open := OpenParts(m, 2, first)
	if want := []string{"part-2-1"}; !slices.Equal(open, want) {
		t.Errorf("open in the second attempt: got %v, want %v", open, want)
	}
	if d := Decide(m, 2, first); d.Outcome != Waiting {
		t.Errorf("before the second attempt is read: got %s, want waiting", d.Outcome)
	}
	partial := func(seat Seat) Review {
		return Review{Attempt: 2, Seat: seat, State: ReviewScored, Scores: map[string]ReviewMark{"part-2-1-a": {Level: 3}, "part-2-1-b": {Level: 3}}}
	}
	d := Decide(m, 2, append(first, partial(FirstSeat), partial(SecondSeat)))
	if d.Outcome != Awarded {
		t.Fatalf("after the second attempt: got %s, want awarded", d.Outcome)
	}
	a := m.Achieved(d, map[string]Answer{
		"part-2-1": {Files: []AnswerFile{{MediaType: "image/png"}}}, "part-2-2": {Link: "https://example.org/"},
	})
	if len(a.Results) != 5 || a.Results[2].Achieved != 3 || a.Results[2].Levels[2].Description != "all" {
		t.Errorf("results: got %+v", a.Results)
	}
	var genres []string
	for _, e := range a.Evidence {
		genres = append(genres, e.Genre)
	}
	if want := []string{"Written answer", "Image", "Linked work", "Reflection"}; !slices.Equal(genres, want) {
		t.Errorf("genres: got %v, want %v", genres, want)
	}
}

// Invariant 18: whatever the two say, an award means that both found every
// criterion to pass.
func TestDecideNeverAwardsBelow(t *testing.T) {
	t.Parallel()
	m := sampleMicro()
	for a := 1; a <= 3; a++ {
		for b := 1; b <= 3; b++ {
			d := Decide(m, 1, []Review{
				read(FirstSeat, map[string]int{"part-2-2-a": a}), read(SecondSeat, map[string]int{"part-2-2-a": b}),
			})
			if got, want := d.Outcome == Awarded, a >= 3 && b >= 3; got != want {
				t.Errorf("levels %d and %d: awarded %v, want %v", a, b, got, want)
			}
		}
	}
}

func TestReviewScore(t *testing.T) {
	t.Parallel()
	m := sampleMicro()
	asked := Asked(m, OpenParts(m, 1, nil))
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	app := Application{State: ApplicationScoring, Attempt: 1}
	review := Review{State: ReviewAssigned, Attempt: 1}
	silent := marks(nil)
	silent["part-1-1"] = ReviewMark{Level: 1}
	beyond := marks(nil)
	beyond["part-2-1-a"] = ReviewMark{Level: 4}
	missing := marks(nil)
	delete(missing, "part-3-1")
	foreign := marks(nil)
	foreign["part-9-9"] = ReviewMark{Level: 1}
	for name, c := range map[string]struct {
		review Review
		app    Application
		scores map[string]ReviewMark
		kind   error
		field  string
	}{
		"complete":                      {review, app, marks(nil), nil, ""},
		"reasons given":                 {review, app, marks(map[string]int{"part-1-1": 1}), nil, ""},
		"below pass without feedback":   {review, app, silent, ErrInvalid, "/reasons/part-1-1"},
		"a level that is not there":     {review, app, beyond, ErrInvalid, "/levels/part-2-1-a"},
		"a criterion left out":          {review, app, missing, ErrInvalid, "/levels/part-3-1"},
		"a criterion that is not asked": {review, app, foreign, ErrInvalid, "/levels/part-9-9"},
		"twice":                         {Review{State: ReviewScored, Attempt: 1}, app, marks(nil), ErrConflict, ""},
		"given to another":              {Review{State: ReviewReleased, Attempt: 1}, app, marks(nil), ErrConflict, ""},
		"withdrawn":                     {review, Application{State: ApplicationWithdrawn, Attempt: 1}, marks(nil), ErrConflict, ""},
		"an earlier attempt":            {review, Application{State: ApplicationAssigned, Attempt: 2}, marks(nil), ErrConflict, ""},
	} {
		got, err := c.review.Score(c.app, asked, c.scores, at)
		if !errors.Is(err, c.kind) {
			t.Errorf("%s: got %v, want %v", name, err, c.kind)
			continue
		}
		if e, ok := errors.AsType[*Error](err); c.field != "" && (!ok || len(e.Fields) != 1 || e.Fields[0].Pointer != c.field) {
			t.Errorf("%s: got %v, want the field %s", name, err, c.field)
		}
		if err == nil && (got.State != ReviewScored || !got.Scored.Equal(at)) {
			t.Errorf("%s: got %+v, want it locked", name, got)
		}
	}
}

func TestChooseReaders(t *testing.T) {
	t.Parallel()
	applicant := Candidate{Person: "p", Account: "acc", Schools: []OrgID{"high"}}
	free := func(id PersonID, open int) Candidate {
		return Candidate{Person: id, Account: AccountID("a" + id), Open: open}
	}
	colleague := Candidate{Person: "c", Account: "ac", Schools: []OrgID{"middle", "high"}}
	self := Candidate{Person: "p2", Account: "acc"}
	for name, c := range map[string]struct {
		all  []Candidate
		want []PersonID
		why  NoReader
	}{
		"fewest open":        {[]Candidate{free("x", 3), free("y", 0), free("z", 1)}, []PersonID{"y", "z"}, ""},
		"no colleague":       {[]Candidate{colleague, free("y", 5), free("z", 5)}, []PersonID{"y", "z"}, ""},
		"never the person":   {[]Candidate{self, applicant, free("y", 0)}, nil, AllInConflict},
		"only one assessor":  {[]Candidate{free("y", 0)}, nil, NoAssessors},
		"one and a neighbor": {[]Candidate{colleague, free("y", 0)}, nil, AllInConflict},
	} {
		got, why := ChooseReaders(c.all, applicant, 1, nil)
		var ids []PersonID
		for _, g := range got {
			ids = append(ids, g.Person)
		}
		if !slices.Equal(ids, c.want) || why != c.why {
			t.Errorf("%s: got %v %q, want %v %q", name, ids, why, c.want, c.why)
		}
	}
	if Conflict(free("x", 0), applicant, 2, []Review{{Attempt: 1, Assessor: "x"}}) != "" {
		t.Error("a reader of an earlier attempt may read the next one")
	}
	if Conflict(free("x", 0), applicant, 1, []Review{{Attempt: 1, Assessor: "x", State: ReviewReleased}}) == "" {
		t.Error("a reader of this attempt may not read it again")
	}
}

func TestFreeSeat(t *testing.T) {
	t.Parallel()
	one := Review{Attempt: 1, Seat: FirstSeat, State: ReviewAssigned}
	two := Review{Attempt: 1, Seat: SecondSeat, State: ReviewScored}
	gone := Review{Attempt: 1, Seat: FirstSeat, State: ReviewReleased}
	for name, c := range map[string]struct {
		state   ApplicationState
		reviews []Review
		want    Seat
	}{
		"nobody yet":        {ApplicationSubmitted, nil, FirstSeat},
		"one reads":         {ApplicationSubmitted, []Review{one}, SecondSeat},
		"the first gave up": {ApplicationScoring, []Review{gone, two}, FirstSeat},
		"both read":         {ApplicationScoring, []Review{one, two}, ""},
		"third read":        {ApplicationThirdRead, []Review{one, two}, ThirdSeat},
		"draft":             {ApplicationDraft, nil, ""},
	} {
		if got, _ := FreeSeat(Application{State: c.state, Attempt: 1}, c.reviews); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAchievedNamesNobody(t *testing.T) {
	t.Parallel()
	m := sampleMicro()
	a := m.Achieved(Decide(m, 1, []Review{read(FirstSeat, nil), read(SecondSeat, nil)}), map[string]Answer{
		"part-2-1": {Text: "MARKER", Files: []AnswerFile{{ID: "MARKER", MediaType: "application/pdf"}}},
	})
	for _, e := range a.Evidence {
		if strings.Contains(e.Name+e.Description+e.Genre, "MARKER") {
			t.Errorf("evidence tells too much: %+v", e)
		}
	}
}
