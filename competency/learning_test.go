package competency

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// fourLevels is a scale with its third level proficient.
var fourLevels = Scale{ID: "four", ProficientAt: 3, Levels: []Level{
	{N: 1, Label: "Emerging"}, {N: 2, Label: "Developing"}, {N: 3, Label: "Proficient"}, {N: 4, Label: "Distinguished"},
}}

func pointers(bad []Field) []string {
	var all []string
	for _, f := range bad {
		all = append(all, f.Pointer)
	}
	return all
}

func TestEvidenceCheck(t *testing.T) {
	t.Parallel()
	whole := Evidence{Title: "Boat", Body: "b", Reflection: "r", Route: "class", Items: []ItemID{"i"}}
	for name, c := range map[string]struct {
		change func(*Evidence)
		files  int
		want   []string
	}{
		"complete":             {func(*Evidence) {}, 0, nil},
		"a file will do":       {func(e *Evidence) { e.Body = "" }, 1, nil},
		"a link will do":       {func(e *Evidence) { e.Body, e.Links = "", []string{"https://example.org/a"} }, 0, nil},
		"nothing to look at":   {func(e *Evidence) { e.Body = " " }, 0, []string{"/body"}},
		"no indicator":         {func(e *Evidence) { e.Items = nil }, 0, []string{"/indicators"}},
		"no reflection":        {func(e *Evidence) { e.Reflection = "\n" }, 0, []string{"/reflection"}},
		"title of 200":         {func(e *Evidence) { e.Title = strings.Repeat("é", 200) }, 0, nil},
		"title of 201":         {func(e *Evidence) { e.Title = strings.Repeat("é", 201) }, 0, []string{"/title"}},
		"broken text":          {func(e *Evidence) { e.Body = "a\x00" }, 0, []string{"/body"}},
		"unknown route":        {func(e *Evidence) { e.Route = "magic" }, 0, []string{"/route"}},
		"plain http":           {func(e *Evidence) { e.Links = []string{"http://example.org"} }, 0, []string{"/links/0"}},
		"script":               {func(e *Evidence) { e.Links = []string{"javascript:alert(1)"} }, 0, []string{"/links/0"}},
		"password in a link":   {func(e *Evidence) { e.Links = []string{"https://a:b@example.org"} }, 0, []string{"/links/0"}},
		"eleven files":         {func(*Evidence) {}, 11, []string{"/files"}},
		"thirteen indicators":  {func(e *Evidence) { e.Items = make([]ItemID, 13) }, 0, []string{"/indicators"}},
		"several things wrong": {func(e *Evidence) { e.Title, e.Reflection = "", "" }, 0, []string{"/title", "/reflection"}},
	} {
		e := whole
		c.change(&e)
		if got := pointers(e.CheckComplete(c.files)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestEvidenceMoves(t *testing.T) {
	t.Parallel()
	states := []EvidenceState{
		EvidenceDraft, EvidenceSubmitted, EvidenceInReview, EvidenceAccepted, EvidenceNeedsRevision, EvidenceWithdrawn, EvidenceDisputed, EvidenceSetAside,
	}
	allowed := map[[2]EvidenceState]bool{
		{EvidenceDraft, EvidenceSubmitted}: true, {EvidenceDraft, EvidenceWithdrawn}: true,
		{EvidenceSubmitted, EvidenceInReview}: true, {EvidenceSubmitted, EvidenceAccepted}: true,
		{EvidenceSubmitted, EvidenceNeedsRevision}: true, {EvidenceSubmitted, EvidenceWithdrawn}: true,
		{EvidenceInReview, EvidenceAccepted}: true, {EvidenceInReview, EvidenceNeedsRevision}: true, {EvidenceInReview, EvidenceSubmitted}: true,
		{EvidenceAccepted, EvidenceInReview}: true, {EvidenceAccepted, EvidenceSubmitted}: true, {EvidenceAccepted, EvidenceDisputed}: true,
		{EvidenceNeedsRevision, EvidenceDraft}: true, {EvidenceNeedsRevision, EvidenceWithdrawn}: true,
		{EvidenceDisputed, EvidenceAccepted}: true, {EvidenceDisputed, EvidenceSetAside}: true,
	}
	for _, from := range states {
		for _, to := range states {
			e := Evidence{State: from}
			err := e.Move(to)
			if ok := err == nil; ok != allowed[[2]EvidenceState{from, to}] || !ok && (!errors.Is(err, ErrConflict) || e.State != from) {
				t.Errorf("%s to %s: got %v", from, to, err)
			}
		}
	}
}

func TestReviseCountsVersions(t *testing.T) {
	t.Parallel()
	e := Evidence{Title: "Boat", Body: "b", Reflection: "r", Route: "class", Items: []ItemID{"i"}, State: EvidenceNeedsRevision, Version: 1}
	if err := e.Submit(0, time.Now()); !errors.Is(err, ErrConflict) {
		t.Errorf("handed in unchanged: %v", err)
	}
	with := e
	with.Body = "better"
	if err := e.Revise(with, 0); err != nil || e.Version != 2 || e.State != EvidenceDraft {
		t.Errorf("got %+v, %v", e, err)
	}
	if err := e.Submit(0, time.Now()); err != nil || e.State != EvidenceSubmitted {
		t.Errorf("got %+v, %v", e, err)
	}
	if err := e.Revise(with, 0); !errors.Is(err, ErrConflict) {
		t.Errorf("edited after handing in: %v", err)
	}
}

func TestCheckIndicatorMarks(t *testing.T) {
	t.Parallel()
	e := Evidence{Items: []ItemID{"a", "b"}}
	for name, c := range map[string]struct {
		marks []IndicatorMark
		want  []string
	}{
		"proficient without words": {[]IndicatorMark{{"a", 3, ""}}, nil},
		"below with words":         {[]IndicatorMark{{"a", 2, "Name the sample"}}, nil},
		"below without words":      {[]IndicatorMark{{"a", 2, " "}}, []string{"/scores/0/feedback"}},
		"off the scale":            {[]IndicatorMark{{"a", 5, ""}}, []string{"/scores/0/level"}},
		"none":                     {nil, []string{"/scores"}},
		"not asked for":            {[]IndicatorMark{{"c", 3, ""}}, []string{"/scores/0/indicator"}},
		"twice":                    {[]IndicatorMark{{"a", 3, ""}, {"a", 4, ""}}, []string{"/scores/1/indicator"}},
	} {
		if got := pointers(CheckIndicatorMarks(e, fourLevels, c.marks)); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestStandingAndJudged(t *testing.T) {
	t.Parallel()
	e := Evidence{Items: []ItemID{"a", "b"}}
	first := Assessment{ID: "1", Item: "a", Level: 2}
	again := Assessment{ID: "2", Item: "a", Level: 3, Supersedes: "1"}
	back := Assessment{ID: "3", Item: "a", Supersedes: "2"}
	other := Assessment{ID: "4", Item: "b", Level: 4}
	for name, c := range map[string]struct {
		all   []Assessment
		stand []AssessmentID
		want  EvidenceState
	}{
		"nothing":             {nil, nil, EvidenceSubmitted},
		"one of two":          {[]Assessment{first}, []AssessmentID{"1"}, EvidenceInReview},
		"a second look":       {[]Assessment{first, again}, []AssessmentID{"2"}, EvidenceInReview},
		"taken back":          {[]Assessment{first, again, back}, nil, EvidenceSubmitted},
		"both":                {[]Assessment{first, again, other}, []AssessmentID{"2", "4"}, EvidenceAccepted},
		"one of them is gone": {[]Assessment{first, again, back, other}, []AssessmentID{"4"}, EvidenceInReview},
	} {
		var ids []AssessmentID
		for _, a := range Standing(c.all) {
			ids = append(ids, a.ID)
		}
		if got := Judged(e, c.all); got != c.want || !slices.Equal(ids, c.stand) {
			t.Errorf("%s: got %s and %v, want %s and %v", name, got, ids, c.want, c.stand)
		}
	}
}

func TestDetermination(t *testing.T) {
	t.Parallel()
	now := time.Now()
	d := Determination{Learner: "l", State: LevelProposed, Level: 3}
	if err := d.Confirm("l", now); !errors.Is(err, ErrForbidden) {
		t.Errorf("confirmed by its learner: %v", err)
	}
	if err := d.Reopen("t", "Long enough a reason", now); !errors.Is(err, ErrConflict) {
		t.Errorf("a proposal was reopened: %v", err)
	}
	if err := d.Confirm("t", now); err != nil || d.By != "t" {
		t.Errorf("got %+v, %v", d, err)
	}
	if err := d.Confirm("t", now); !errors.Is(err, ErrConflict) {
		t.Errorf("twice: %v", err)
	}
	if err := d.Reopen("t", "why", now); !errors.Is(err, ErrInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := d.Reopen("t", "The work was shared", now); err != nil || d.State != LevelReopened || d.Level != 3 {
		t.Errorf("got %+v, %v", d, err)
	}
}

func TestMayPropose(t *testing.T) {
	t.Parallel()
	at := func(level int) *Determination { return &Determination{Level: level} }
	for name, c := range map[string]struct {
		confirmed *Determination
		level     int
		want      bool
	}{
		"nothing confirmed":            {nil, 1, true},
		"growth below proficient":      {at(2), 3, true},
		"the same again":               {at(2), 2, false},
		"less":                         {at(2), 1, false},
		"locked at proficient":         {at(3), 4, false},
		"never taken away by evidence": {at(3), 2, false},
	} {
		if got := MayPropose(c.confirmed, c.level, fourLevels); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestCheckRows(t *testing.T) {
	t.Parallel()
	good := []FrameworkRow{{Line: 2, Code: "A.1", Kind: IndicatorItem, Parent: "A", Text: "Plan"}, {Line: 3, Code: "A", Kind: StandardItem, Text: "Make"}}
	if bad := CheckRows(good); len(bad) > 0 {
		t.Errorf("a parent below its child: %v", bad)
	}
	for name, c := range map[string]struct {
		row  FrameworkRow
		want string
	}{
		"code twice":        {FrameworkRow{Code: "A", Kind: StandardItem, Text: "x"}, "/rows/4/code"},
		"code for a link":   {FrameworkRow{Code: "A/2#", Kind: StandardItem, Text: "x"}, "/rows/4/code"},
		"no such parent":    {FrameworkRow{Code: "B", Kind: IndicatorItem, Parent: "Z", Text: "x"}, "/rows/4/parent"},
		"no parent":         {FrameworkRow{Code: "B", Kind: IndicatorItem, Text: "x"}, "/rows/4/parent"},
		"parent of its own": {FrameworkRow{Code: "B", Kind: IndicatorItem, Parent: "B", Text: "x"}, "/rows/4/parent"},
		"upside down":       {FrameworkRow{Code: "B", Kind: StandardItem, Parent: "A.1", Text: "x"}, "/rows/4/parent"},
		"no kind":           {FrameworkRow{Code: "B", Kind: "thing", Text: "x"}, "/rows/4/kind"},
		"no text":           {FrameworkRow{Code: "B", Kind: StandardItem, Text: " "}, "/rows/4/text"},
	} {
		c.row.Line = 4
		if got := pointers(CheckRows(append(slices.Clone(good), c.row))); !slices.Equal(got, []string{c.want}) {
			t.Errorf("%s: got %v, want %s", name, got, c.want)
		}
	}
	if bad := CheckRows(nil); len(bad) != 1 {
		t.Errorf("no rows: %v", bad)
	}
}

func TestScaleAndRubric(t *testing.T) {
	t.Parallel()
	if bad := fourLevels.Check(); len(bad) > 0 {
		t.Errorf("a good scale: %v", bad)
	}
	gap := Scale{ProficientAt: 9, Levels: []Level{{N: 1, Label: "a"}, {N: 3, Label: "b"}}}
	if got := pointers(gap.Check()); !slices.Equal(got, []string{"/scale/levels/1", "/scale/proficientAt"}) {
		t.Errorf("got %v", got)
	}
	described := slices.Clone(fourLevels.Levels)
	for i := range described {
		described[i].Description = "so"
	}
	if bad := (Rubric{Criteria: []RubricLine{{Title: "t", Levels: described}}}).Check(fourLevels); len(bad) > 0 {
		t.Errorf("a good rubric: %v", bad)
	}
	described[2].Description = ""
	if got := pointers((Rubric{Criteria: []RubricLine{{Levels: described}}}).Check(fourLevels)); !slices.Equal(got, []string{"/criteria/0/title", "/criteria/0/levels/2"}) {
		t.Errorf("got %v", got)
	}
}

func TestPolicyVersionCovers(t *testing.T) {
	t.Parallel()
	p := PolicyVersion{Status: "adopted", EntryFrom: 2023, EntryTo: 2026, School: "north", DiplomaType: "standard"}
	for name, c := range map[string]struct {
		change func(*PolicyVersion)
		entry  int
		want   bool
	}{
		"first year":     {func(*PolicyVersion) {}, 2023, true},
		"last year":      {func(*PolicyVersion) {}, 2026, true},
		"too early":      {func(*PolicyVersion) {}, 2022, false},
		"too late":       {func(*PolicyVersion) {}, 2027, false},
		"retired":        {func(p *PolicyVersion) { p.Status = "retired" }, 2024, false},
		"another school": {func(p *PolicyVersion) { p.School = "south" }, 2024, false},
		"another kind":   {func(p *PolicyVersion) { p.DiplomaType = "adult" }, 2024, false},
	} {
		v := p
		c.change(&v)
		if got := v.Covers(c.entry, c.entry+4, "north"); got != c.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}
