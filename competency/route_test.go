package competency

import (
	"slices"
	"strings"
	"testing"
)

// TestRoutes: every way that the mission names is in the table once, with words
// for a reader and somebody who can attest it (mission rows 54 and 77).
func TestRoutes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range RouteKinds {
		if seen[k.Key] || k.Words == "" || k.Type == "" || k.Attester == "" {
			t.Errorf("%s: twice, or without words: %+v", k.Key, k)
		}
		seen[k.Key] = true
	}
	for _, key := range []string{
		"class", "internship", "work-based", "early-college", "online", "community-service", "travel", "independent-study", "demonstration",
		"exhibition", "transfer", "external-credential", "service-learning", "maker", "elo", "credit-flex", "challenge",
	} {
		if !seen[key] {
			t.Errorf("%s is no route", key)
		}
	}
}

// TestRouteAsks: evidence is complete when what its route asks for is there.
func TestRouteAsks(t *testing.T) {
	t.Parallel()
	whole := Evidence{Title: "A", Body: "b", Reflection: "c", Items: []ItemID{"i"}, Provider: "Harlow", Began: "2026-03-01", Minutes: 60}
	for _, k := range RouteKinds {
		e := whole
		e.Route = k.Key
		if bad := e.CheckComplete(0); len(bad) > 0 {
			t.Errorf("%s with everything: %v", k.Key, bad)
		}
		e.Provider, e.Began, e.Minutes = "", "", 0
		var at []string
		for _, f := range e.CheckComplete(0) {
			at = append(at, f.Pointer)
		}
		for _, ask := range []struct {
			of Ask
			at string
		}{{k.Provider, "/provider"}, {k.Dates, "/began"}, {k.Hours, "/hours"}} {
			if got := slices.Contains(at, ask.at); got != (ask.of == Required) {
				t.Errorf("%s asks at %s: %v", k.Key, ask.at, got)
			}
		}
	}
	for _, c := range []struct{ began, ended, at string }{
		{"2026-02-30", "", "/began"},
		{"2026-03-02", "2026-03-01", "/ended"},
		{"", "tomorrow", "/ended"},
	} {
		e := whole
		e.Route, e.Began, e.Ended = "class", c.began, c.ended
		bad := e.Check(0)
		if len(bad) != 1 || bad[0].Pointer != c.at {
			t.Errorf("%s to %s: %v", c.began, c.ended, bad)
		}
	}
}

// TestEvidenceStates walks every pair of states against domain §4.2. A draft may
// be thrown away, and a judgment taken back leads back to where the piece stood
// (ADR 0020).
func TestEvidenceStates(t *testing.T) {
	t.Parallel()
	const (
		draft, submitted, review, accepted, back, gone, disputed, aside = EvidenceDraft, EvidenceSubmitted, EvidenceInReview,
			EvidenceAccepted, EvidenceNeedsRevision, EvidenceWithdrawn, EvidenceDisputed, EvidenceSetAside
	)
	all := []EvidenceState{draft, submitted, review, accepted, back, gone, disputed, aside}
	allowed := map[EvidenceState][]EvidenceState{
		draft: {submitted, gone}, submitted: {review, accepted, back, gone}, review: {accepted, back, submitted},
		accepted: {disputed, review, submitted}, back: {draft, gone}, disputed: {accepted, aside},
	}
	for _, from := range all {
		for _, to := range all {
			e := Evidence{State: from}
			err := e.Move(to)
			if want := slices.Contains(allowed[from], to); (err == nil) != want {
				t.Errorf("%s to %s: %v, want %v", from, to, err, want)
			}
		}
	}
}

// TestVersionKeepsItsBytes: a version says what it held, and other bytes than
// those that were kept are refused.
func TestVersionKeepsItsBytes(t *testing.T) {
	t.Parallel()
	e := Evidence{ID: "e", Title: "A", Body: "b", Version: 2, Links: []string{"https://a.example"}, Minutes: 150}
	v := e.Keep([]string{"MATH.3"}, []Attachment{{ID: "f", Name: "a.txt", SHA256: strings.Repeat("a", 64)}}, e.Created)
	c, err := v.Content()
	if err != nil || c.Title != "A" || c.Files[0].ID != "f" || c.Indicators[0] != "MATH.3" || HoursText(c.Minutes) != "2.5" {
		t.Errorf("got %+v, %v", c, err)
	}
	v.Document = []byte(strings.Replace(string(v.Document), `"b"`, `"x"`, 1))
	if _, err := v.Content(); err == nil {
		t.Error("changed bytes were read")
	}
}

// TestOutsideStates: only what is genuine and was said to be the learner's
// counts, and what no longer verifies stops counting (mission row 63).
func TestOutsideStates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from  OutsideState
		found Finding
		to    OutsideState
		lost  bool
	}{
		{OutsidePending, FoundGenuine, OutsideVerified, false},
		{OutsidePending, FoundUndetermined, OutsidePending, false},
		{OutsidePending, FoundNot, OutsideWithdrawn, false},
		{OutsideVerified, FoundUndetermined, OutsideVerified, false},
		{OutsideVerified, FoundNot, OutsideWithdrawn, false},
		{OutsideAccepted, FoundGenuine, OutsideAccepted, false},
		{OutsideAccepted, FoundUndetermined, OutsideAccepted, false},
		{OutsideAccepted, FoundNot, OutsideWithdrawn, true},
		{OutsideDeclined, FoundGenuine, OutsideDeclined, false},
		{OutsideWithdrawn, FoundGenuine, OutsideWithdrawn, false},
	} {
		o := OutsideCredential{State: c.from}
		if lost := o.Recheck(c.found); o.State != c.to || lost != c.lost {
			t.Errorf("%s, found %s: got %s and lost %v", c.from, c.found, o.State, lost)
		}
	}
	nia := Person{Legal: "Nia Okoro", Used: "Nia O.", Diploma: "Nia Okoro"}
	for _, c := range []struct {
		id, name string
		want     HolderMatch
	}{
		{"", " nia  okoro", HolderNamed},
		{"mailto:nia@x.example", "", HolderEmail},
		{"did:key:z6", "Bo Lund", HolderOther},
		{"did:key:z6", "", HolderKey},
		{"", "", HolderUnnamed},
	} {
		if got := MatchHolder(c.id, c.name, nia, "Nia@x.example"); got != c.want {
			t.Errorf("%q %q: got %s, want %s", c.id, c.name, got, c.want)
		}
	}
}
