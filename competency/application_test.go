package competency

import (
	"errors"
	"testing"
	"time"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"": 0, " \n\t": 0, "one": 1, "one two": 2, "one\u00a0two": 2, "one – two": 3, "niño's 12 perros": 3, "読む 書く": 2, "a\u2003b": 2,
	} {
		if got := Words(text); got != want {
			t.Errorf("%q: got %d words, want %d", text, got, want)
		}
	}
}

func TestAddBusinessDays(t *testing.T) {
	t.Parallel()
	friday := time.Date(2026, 2, 27, 23, 0, 0, 0, time.UTC)
	for n, want := range map[int]string{0: "2026-02-27", 1: "2026-03-02", 5: "2026-03-06", 14: "2026-03-19"} {
		if got := AddBusinessDays(friday, n); got != want {
			t.Errorf("%d days after a Friday: got %s, want %s", n, got, want)
		}
	}
}

func TestAnswerTakes(t *testing.T) {
	t.Parallel()
	kept := Answer{Revision: 5, Window: "a"}
	for name, c := range map[string]struct {
		kept Answer
		save Save
		want bool
	}{
		"the first":                            {Answer{}, Save{"a", 0, 1}, true},
		"the same page, later":                 {kept, Save{"a", 2, 6}, true},
		"the same page, again":                 {kept, Save{"a", 2, 5}, false},
		"the same page, late arrival":          {kept, Save{"a", 2, 4}, false},
		"another page that had seen it":        {kept, Save{"b", 5, 6}, true},
		"another page, opened before":          {kept, Save{"b", 4, 5}, false},
		"another page, opened before, counted": {kept, Save{"b", 4, 99}, false},
	} {
		if got := c.kept.Takes(c.save); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestSubmit(t *testing.T) {
	t.Parallel()
	m := sampleMicro()
	open := OpenParts(m, 1, nil)
	good := func() map[string]Answer {
		return map[string]Answer{
			"part-1-1": {Text: "three words here"}, "part-2-1": {Files: []AnswerFile{{ID: "f"}}},
			"part-2-2": {Link: "https://example.org/"}, "part-3-1": {Text: "four words are fine"},
		}
	}
	draft := Application{State: ApplicationDraft, Attempt: 1, Consent: true, Deidentified: true}
	at := time.Date(2026, 3, 3, 1, 0, 0, 0, time.UTC) // still Monday in Vermont
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	done, err := draft.Submit(m, open, good(), at, zone)
	if err != nil || done.State != ApplicationSubmitted || done.Due != "2026-03-20" {
		t.Fatalf("got %+v, %v", done, err)
	}
	if _, err := done.Submit(m, open, good(), at, zone); !errors.Is(err, ErrConflict) {
		t.Errorf("twice: got %v, want a conflict", err)
	}
	for name, c := range map[string]struct {
		change func(*Application, map[string]Answer)
		field  string
	}{
		"too short":        {func(_ *Application, a map[string]Answer) { a["part-1-1"] = Answer{Text: "one"} }, "/texts/part-1-1"},
		"too long":         {func(_ *Application, a map[string]Answer) { a["part-3-1"] = Answer{Text: "one two three four five"} }, "/texts/part-3-1"},
		"nothing to judge": {func(_ *Application, a map[string]Answer) { a["part-2-2"] = Answer{Text: " \n"} }, "/texts/part-2-2"},
		"no consent":       {func(p *Application, _ map[string]Answer) { p.Consent = false }, "/consent"},
		"names left in":    {func(p *Application, _ map[string]Answer) { p.Deidentified = false }, "/deidentified"},
	} {
		app, answers := draft, good()
		c.change(&app, answers)
		_, err := app.Submit(m, open, answers, at, zone)
		e, ok := errors.AsType[*Error](err)
		if !ok || !errors.Is(err, ErrInvalid) || len(e.Fields) != 1 || e.Fields[0].Pointer != c.field {
			t.Errorf("%s: got %v, want the field %s", name, err, c.field)
		}
	}
	if _, err := draft.Submit(m, []string{"part-2-1"}, map[string]Answer{"part-2-1": {Text: "new"}}, at, zone); err != nil {
		t.Errorf("only the open part is asked for: got %v", err)
	}
}

func TestApplicationWays(t *testing.T) {
	t.Parallel()
	m := sampleMicro()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	reading := []Review{{Attempt: 1, Seat: FirstSeat, State: ReviewScored}, {Attempt: 1, Seat: SecondSeat, State: ReviewAssigned}}
	for name, c := range map[string]struct {
		from    Application
		outcome Outcome
		reviews []Review
		want    ApplicationState
	}{
		"one of two":       {Application{State: ApplicationAssigned, Attempt: 1}, Waiting, reading, ApplicationScoring},
		"two given out":    {Application{State: ApplicationSubmitted, Attempt: 1}, Waiting, []Review{{Attempt: 1, State: ReviewAssigned}, {Attempt: 1, State: ReviewAssigned}}, ApplicationAssigned},
		"one released":     {Application{State: ApplicationAssigned, Attempt: 1}, Waiting, []Review{{Attempt: 1, State: ReviewAssigned}, {Attempt: 1, State: ReviewReleased}}, ApplicationSubmitted},
		"third read":       {Application{State: ApplicationScoring, Attempt: 1}, ThirdReadNeeded, nil, ApplicationThirdRead},
		"awarded":          {Application{State: ApplicationScoring, Attempt: 1}, Awarded, nil, ApplicationAwarded},
		"not yet":          {Application{State: ApplicationScoring, Attempt: 1}, NotYet, nil, ApplicationNotYet},
		"the last attempt": {Application{State: ApplicationScoring, Attempt: 2}, NotYet, nil, ApplicationCoachNeeded},
	} {
		if got := c.from.Conclude(m, Decision{Outcome: c.outcome}, c.reviews, at); got.State != c.want {
			t.Errorf("%s: got %s, want %s", name, got.State, c.want)
		}
	}
	for state, want := range map[ApplicationState]error{
		ApplicationNotYet: nil, ApplicationCoachNeeded: ErrConflict, ApplicationDraft: ErrConflict, ApplicationAwarded: ErrConflict, ApplicationWithdrawn: ErrConflict,
	} {
		if got, err := (Application{State: state, Attempt: 1}).Retry(); !errors.Is(err, want) || err == nil && got.Attempt != 2 {
			t.Errorf("retry from %s: got %+v, %v, want %v", state, got, err, want)
		}
	}
	for state, want := range map[ApplicationState]error{
		ApplicationDraft: nil, ApplicationThirdRead: nil, ApplicationNotYet: nil, ApplicationAwarded: ErrConflict, ApplicationWithdrawn: ErrConflict,
	} {
		if _, err := (Application{State: state}).Withdraw(); !errors.Is(err, want) {
			t.Errorf("withdrawing from %s: got %v, want %v", state, err, want)
		}
	}
}

func TestPublish(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	m, err := sampleMicro().Publish(at)
	if err != nil || m.State != MicroPublished {
		t.Fatalf("got %+v, %v", m.State, err)
	}
	if _, err := m.Publish(at); !errors.Is(err, ErrConflict) {
		t.Errorf("twice: got %v, want a conflict", err)
	}
	for name, c := range map[string]struct {
		change func(*MicroCredential)
		field  string
	}{
		"no title":         {func(m *MicroCredential) { m.Title = " " }, "/title"},
		"no research":      {func(m *MicroCredential) { m.Research = nil }, "/research"},
		"http":             {func(m *MicroCredential) { m.Research[0].URL = "http://example.org" }, "/research/0"},
		"one assessor":     {func(m *MicroCredential) { m.Assessors = 1 }, "/assessors"},
		"everybody passes": {func(m *MicroCredential) { m.Pass = 1 }, "/pass"},
		"no criteria":      {func(m *MicroCredential) { m.Artifacts[1].Criteria = nil }, "/artifacts/1"},
		"a level unsaid":   {func(m *MicroCredential) { m.Artifacts[0].Criteria[1].Descriptions = []string{"none"} }, "/artifacts/0/criteria/1"},
		"no word limit":    {func(m *MicroCredential) { m.Reflection[0].WordsMax = 0 }, "/reflection/0"},
	} {
		m := sampleMicro()
		c.change(&m)
		_, err := m.Publish(at)
		e, ok := errors.AsType[*Error](err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Pointer != c.field {
			t.Errorf("%s: got %v, want the field %s", name, err, c.field)
		}
	}
}
