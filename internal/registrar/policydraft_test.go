package registrar

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// begin begins a draft and answers it.
func (w *classWorld) begin(t *testing.T, n NewPolicyDraft) PolicyDraftView {
	t.Helper()
	id, err := w.BeginPolicyDraft(t.Context(), w.clerk, Once{}, n)
	if err != nil {
		t.Fatal(err)
	}
	return w.draftOf(t, id)
}

func (w *classWorld) draftOf(t *testing.T, id competency.PolicyDraftID) PolicyDraftView {
	t.Helper()
	v, err := w.PolicyDraft(t.Context(), w.lead, id)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// write saves another text of a draft.
func (w *classWorld) write(t *testing.T, v PolicyDraftView, text string) PolicyDraftView {
	t.Helper()
	if _, err := w.SavePolicyDraft(t.Context(), w.clerk, v.ID, PolicyDraftText{Text: text, Revision: "0"}); err != nil {
		t.Fatal(err)
	}
	return w.draftOf(t, v.ID)
}

// Five shapes, none of which needs code of its own (mission row 61): each reads
// without a mistake beside the school's framework, and a draft begins from it.
func TestPacks(t *testing.T) {
	t.Parallel()
	eachClass(t, 0, func(t *testing.T, w *classWorld) {
		for _, p := range Packs {
			v := w.begin(t, NewPolicyDraft{Pack: p.Name})
			if !v.Check.Clean() {
				t.Errorf("%s: %v", p.Name, v.Check.Problems)
			}
			if v.Title == "" || len(v.Tree.Children) < 2 || v.Beside == nil || len(v.Changes) == 0 {
				t.Errorf("%s: got title %q, %d parts, %d changes", p.Name, v.Title, len(v.Tree.Children), len(v.Changes))
			}
		}
		_, err := w.BeginPolicyDraft(t.Context(), w.clerk, Once{}, NewPolicyDraft{Pack: "none"})
		wantRefusal(t, "no such pack", err, competency.ErrInvalid)
		for name, who := range map[string]competency.Actor{"pupil": w.pupil, "counselor": w.counselor, "administrator": w.admin} {
			_, err := w.BeginPolicyDraft(t.Context(), who, Once{}, NewPolicyDraft{Pack: Packs[0].Name})
			wantRefusal(t, name, err, competency.ErrNotFound)
		}
	})
}

// Whatever is typed is kept, and what is wrong with it is named by its line.
func TestDraftKeepsWhatIsTyped(t *testing.T) {
	t.Parallel()
	eachClass(t, 0, func(t *testing.T, w *classWorld) {
		v := w.begin(t, NewPolicyDraft{Policy: "policy-1"})
		if !v.Check.Clean() || len(v.Changes) != 0 || !strings.Contains(v.Text, "version: 2\n") {
			t.Fatalf("the next version: %v, %v\n%s", v.Check.Problems, v.Changes, v.Text)
		}
		good := v.Text
		lines := func(text string) int { return strings.Count(text, "\n") + 1 }
		for name, c := range map[string]struct {
			text, detail string
			line         int
		}{
			"nothing":           {"", "write one policy document", 0},
			"an alias bomb":     {"a: &a [x]\nb: [*a, *a]\n", "anchor", 1},
			"no such standard":  {strings.Replace(good, "standard: ARTS", "standard: MUSIC", 1), "no standard “MUSIC”", lines(good[:strings.Index(good, "standard: ARTS")])},
			"a group's own bar": {good + "proficientAtByGroup: {ell: 2}\n", "proficientAtByGroup", lines(good)},
			"broken":            {good + "  - oops: [\n", "", lines(good)},
			"a cycle":           {"policy: p\nversion: 1\nstatus: draft\nroutes: [a, b, c]\ndefs:\n  x: {all: [{use: x}]}\nrequirements: {id: d, use: x}\n", "uses itself", 6},
		} {
			fresh := w.begin(t, NewPolicyDraft{Policy: "policy-1"})
			got := w.write(t, fresh, c.text)
			if got.Text != c.text || got.Revision != 1 || got.Check.Clean() || len(got.Check.Problems) == 0 {
				t.Errorf("%s: got revision %d, %v", name, got.Revision, got.Check.Problems)
				continue
			}
			found := false
			for _, p := range got.Check.Problems {
				found = found || strings.Contains(p.Detail, c.detail) && (p.Line == c.line || c.detail == "" && p.Line >= c.line-1)
			}
			if !found {
				t.Errorf("%s: got %+v, want %q in line %d", name, got.Check.Problems, c.detail, c.line)
			}
			wantRefusal(t, name, w.ProposePolicy(t.Context(), w.principal, got.ID, Proposal{Board: "Board", AdoptedOn: "2026-12-01"}), competency.ErrInvalid)
		}
		_, err := w.SavePolicyDraft(t.Context(), w.lead, v.ID, PolicyDraftText{Text: good + "# one\n", Revision: "0"})
		if err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "somebody saved meanwhile", errOf(w.SavePolicyDraft(t.Context(), w.clerk, v.ID, PolicyDraftText{Text: good + "# two\n", Revision: "0"})), competency.ErrConflict)
		wantRefusal(t, "too long", errOf(w.SavePolicyDraft(t.Context(), w.clerk, v.ID, PolicyDraftText{Text: strings.Repeat("x", maxPolicyBytes+1), Revision: "1"})), competency.ErrInvalid)
		if err := w.DropPolicyDraft(t.Context(), w.clerk, v.ID); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "after it was dropped", errOf(w.SavePolicyDraft(t.Context(), w.lead, v.ID, PolicyDraftText{Text: "x", Revision: "1"})), competency.ErrConflict)
	})
}

// One proposes and another adopts, word for word (domain invariant 4); then two
// cohorts of one school stand under two policies (mission row 60).
func TestAdoption(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		ctx := t.Context()
		v := w.begin(t, NewPolicyDraft{Policy: "policy-1"})
		pilot := strings.Replace(v.Text, "from: 2023", "from: 2024", 1)
		pilot = strings.Replace(pilot, "atLeast: 2", "atLeast: 3", 1) // all three of ARTS
		v = w.write(t, v, pilot+"# as the board wished\n")
		if len(v.Changes) != 2 {
			t.Errorf("changes: got %+v", v.Changes)
		}
		in := Proposal{Board: "Willow Board", AdoptedOn: "2026-11-03"}
		wantRefusal(t, "a registrar proposes", w.ProposePolicy(ctx, w.clerk, v.ID, in), competency.ErrNotFound)
		wantRefusal(t, "no board", w.ProposePolicy(ctx, w.principal, v.ID, Proposal{AdoptedOn: "soon"}), competency.ErrInvalid)
		if err := w.ProposePolicy(ctx, w.principal, v.ID, in); err != nil {
			t.Fatal(err)
		}
		v = w.draftOf(t, v.ID)
		wantRefusal(t, "changed after that", errOf(w.SavePolicyDraft(ctx, w.clerk, v.ID, PolicyDraftText{Text: "x", Revision: "1"})), competency.ErrConflict)
		if home, err := w.Home(ctx, w.lead); err != nil || !waitsOn(home, "policy", 1) {
			t.Errorf("the district's home: got %v, %+v", err, home.Waiting)
		}
		_, err := w.AdoptProposal(ctx, w.principal, v.ID, v.Hash)
		wantRefusal(t, "a principal adopts", err, competency.ErrNotFound)
		_, err = w.AdoptProposal(ctx, w.lead, v.ID, "another")
		wantRefusal(t, "another document", err, competency.ErrInvalid)
		stale := w.lead
		stale.Authenticated = w.now().Add(-time.Hour)
		_, err = w.AdoptProposal(ctx, stale, v.ID, v.Hash)
		wantRefusal(t, "long after the password", err, competency.ErrStale)
		if err := w.TakeBackProposal(ctx, w.principal, v.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.ProposePolicy(ctx, w.lead, v.ID, in); err != nil {
			t.Fatal(err)
		}
		_, err = w.AdoptProposal(ctx, w.lead, v.ID, v.Hash)
		wantRefusal(t, "the proposer adopts", err, competency.ErrForbidden)
		if err := w.TakeBackProposal(ctx, w.lead, v.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.ProposePolicy(ctx, w.principal, v.ID, in); err != nil {
			t.Fatal(err)
		}
		id, err := w.AdoptProposal(ctx, w.lead, v.ID, v.Hash)
		if err != nil {
			t.Fatal(err)
		}

		// The learner who entered in 2023 stays under the first version, the one
		// who entered in 2024 stands under the second.
		younger := w.enrolledIn(t, "Younger", 2024, 2028)
		for learner, want := range map[competency.PersonID]struct {
			version competency.PolicyID
			state   policy.State
		}{w.learners[0]: {"policy-1", policy.Met}, younger: {id, policy.NotMet}} {
			p, err := w.Requirements(ctx, w.counselor, learner)
			if err != nil || p.Policy == nil || p.Policy.ID != want.version || p.Audit.Tree.Children[1].State != want.state {
				t.Errorf("got %v, %+v, want %+v", err, p.Policy, want)
			}
		}
		all, err := w.Policies(ctx, w.lead)
		if err != nil || len(all) != 2 || all[0].Status != "adopted" || all[1].Status != "adopted" || all[0].Hash != v.Hash {
			t.Errorf("the versions: got %v, %+v", err, all)
		}
		wantRefusal(t, "learners would be left", w.RetireVersion(ctx, w.lead, "policy-1"), competency.ErrConflict)
		wantRefusal(t, "a principal retires", w.RetireVersion(ctx, w.principal, "policy-1"), competency.ErrNotFound)

		// The next version begins from what was typed, comments and all, and is for
		// everyone: those it leaves no learners are retired.
		next := w.begin(t, NewPolicyDraft{Policy: string(id)})
		if !strings.Contains(next.Text, "# as the board wished\n") || !strings.Contains(next.Text, "version: 3\n") || strings.Contains(next.Text, "adopted") {
			t.Errorf("the next version begins as\n%s", next.Text)
		}
		next = w.write(t, next, strings.Replace(next.Text, "from: 2024", "from: 2020", 1))
		if len(next.Moves) != 2 || next.Moves[0].From == nil || next.Moves[0].From.ID != "policy-1" {
			t.Errorf("who moves: got %+v", next.Moves)
		}
		if err := w.ProposePolicy(ctx, w.principal, next.ID, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.AdoptProposal(ctx, w.lead, next.ID, w.draftOf(t, next.ID).Hash); err != nil {
			t.Fatal(err)
		}
		if all, err = w.Policies(ctx, w.lead); err != nil || all[0].Status != "adopted" || all[1].Status != "retired" || all[2].Status != "retired" {
			t.Errorf("after it: got %v, %+v", err, all)
		}
	})
}

// A later version that says betterOf is for new learners, and for those of an
// earlier one where it is better for them: the audit says which stands and why,
// keeps the other, and the diploma rests on the one that stands.
func TestBetterOfStands(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		ctx := t.Context()
		short := w.late(t, "Short", map[string]int{"ELA.1": 3, "ARTS.1": 3, "ARTS.2": 3}, store.OnRecord{Records: []competency.Record{{Kind: "plp", Current: true, Reviewed: "2027-01-15"}}})
		v := w.begin(t, NewPolicyDraft{Policy: "policy-1"})
		text := strings.Replace(v.Text, "from: 2023", "from: 2027", 1)
		text = strings.Replace(text, "indicators: all", "indicators: [ELA.1]", 1)
		v = w.write(t, v, text+"\nbetterOf: true\n")
		if !v.Check.Clean() {
			t.Fatalf("the draft: %+v", v.Check.Problems)
		}
		if err := w.ProposePolicy(ctx, w.principal, v.ID, Proposal{Board: "Willow Board", AdoptedOn: "2026-11-03"}); err != nil {
			t.Fatal(err)
		}
		second, err := w.AdoptProposal(ctx, w.lead, v.ID, w.draftOf(t, v.ID).Hash)
		if err != nil {
			t.Fatal(err)
		}
		class := w.open(t)
		w.audit(t, class)
		for learner, want := range map[competency.PersonID]struct {
			version competency.PolicyID
			taken   int
			other   policy.State
		}{short: {second, 2, policy.NotMet}, w.learners[0]: {"policy-1", 1, policy.Met}} {
			a, err := w.LearnerAudit(ctx, w.counselor, class, learner)
			if err != nil || a.Record.Policy != want.version || !a.Record.State.Done() {
				t.Fatalf("the audit: %v, by %s, %s; want by %s, done", err, a.Record.Policy, a.Record.State, want.version)
			}
			c := a.Audit.Choice
			if c == nil || c.Own != 1 || c.Taken != want.taken || len(c.Others) != 1 || c.Others[0].State != want.other || !strings.HasPrefix(c.Sentence, fmt.Sprintf("Judged by version %d", want.taken)) {
				t.Errorf("which stands, and why: %+v", c)
			}
		}
		if made := w.certify(t, class, short, w.learners[0]); made.Count != 2 || len(made.Refused) != 0 {
			t.Errorf("certified %d, refused %+v; want both", made.Count, made.Refused)
		}
	})
}

// enrolledIn enrolls a learner who has shown as much as everyone.
func (w *classWorld) enrolledIn(t *testing.T, name string, entry, graduation int) (id competency.PersonID) {
	t.Helper()
	w.in(t, func(sc *store.Scope) error {
		p, err := sc.AddPerson(competency.Person{Legal: name, Born: "2010-02-03"})
		if err != nil {
			return err
		}
		id = p.ID
		if err := sc.Enroll(competency.Enrollment{Person: id, School: w.school.ID, EntryYear: entry, GraduationYear: graduation}); err != nil {
			return err
		}
		return w.show(sc, id, map[string]int{"ELA.1": 3, "ELA.2": 4, "ARTS.1": 4, "ARTS.2": 3})
	})
	return id
}

// A draft is tried on last year's learners: who changes, from what to what, and
// because of which requirement. The pass goes on where it was killed, and
// changes nothing about anybody.
func TestTrial(t *testing.T) {
	t.Parallel()
	eachClass(t, triedAtOnce+5, func(t *testing.T, w *classWorld) {
		ctx := t.Context()
		shown := w.learners[0]
		w.in(t, func(sc *store.Scope) error { return w.show(sc, shown, map[string]int{"ARTS.3": 3}) })
		v := w.begin(t, NewPolicyDraft{Policy: "policy-1"})
		v = w.write(t, v, strings.Replace(v.Text, "atLeast: 2", "atLeast: 3", 1))
		for name, year := range map[string]int{"no such class": 1999} {
			_, err := w.StartTrial(ctx, w.clerk, Once{}, v.ID, year)
			wantRefusal(t, name, err, competency.ErrInvalid)
		}
		_, err := w.StartTrial(ctx, w.counselor, Once{}, v.ID, 2027)
		wantRefusal(t, "a counselor tries", err, competency.ErrNotFound)
		id, err := w.StartTrial(ctx, w.clerk, Once{}, v.ID, 2027)
		if err != nil {
			t.Fatal(err)
		}
		// The process is killed after the first step.
		if more, err := w.tryNext(ctx, w.district.ID, id); err != nil || !more {
			t.Fatalf("the first step: got %v, %v", more, err)
		}
		if p, err := w.TrialProgress(ctx, w.lead, id); err != nil || p != (Progress{Done: triedAtOnce, Total: triedAtOnce + 5, State: "running"}) {
			t.Errorf("half way: got %+v, %v", p, err)
		}
		for range 2 { // the job may run again after it is done
			if err := w.RunTrial(ctx, w.district.ID, id); err != nil {
				t.Fatal(err)
			}
		}
		got, err := w.Trial(ctx, w.principal, id)
		if err != nil || got.Finished.IsZero() || got.Done != triedAtOnce+5 || got.Changed != 0 || got.Counts["not_met>not_met"] != triedAtOnce+5 {
			t.Fatalf("a plan reviewed in the future: got %v, %+v", err, got.PolicyTrial)
		}
		w.later(300 * 24 * time.Hour) // after the class has left
		if id, err = w.StartTrial(ctx, w.clerk, Once{}, v.ID, 2027); err != nil {
			t.Fatal(err)
		}
		if err := w.RunTrial(ctx, w.district.ID, id); err != nil {
			t.Fatal(err)
		}
		got, err = w.Trial(ctx, w.principal, id)
		if err != nil || got.AsOf != "2027-06-30" || got.Counts["met>not_met"] != triedAtOnce+4 || got.Counts["met>met"] != 1 || len(got.Changes) != shownChanges {
			t.Fatalf("got %v, %+v", err, got.PolicyTrial)
		}
		if c := got.Changes[0]; c.Was != "met" || c.Becomes != "not_met" || len(c.Because) != 1 || c.Because[0].Title != "Text of ARTS" || c.Name == "" {
			t.Errorf("a change: got %+v", c)
		}
		var table bytes.Buffer
		if err := w.WriteTrial(ctx, w.principal, id, &table); err != nil || strings.Count(table.String(), "\n") != triedAtOnce+5 || !strings.Contains(table.String(), ",met,not_met,Text of ARTS\n") {
			t.Errorf("the table: got %v, %d lines", err, strings.Count(table.String(), "\n"))
		}
		for name, err := range map[string]error{"looks": errOf(w.Trial(ctx, w.counselor, id)), "downloads": w.WriteTrial(ctx, w.pupil, id, &table)} {
			if !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("somebody else %s: got %v", name, err)
			}
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestHarmless(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "Amara": "Amara", "": ""} {
		if got := harmless(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

func TestPolicyChanges(t *testing.T) {
	t.Parallel()
	was := `{"version":1,"routes":["a","b"],"requirements":{"id":"d","all":[{"id":"x","proficient":{"standard":"S","indicators":"all"}},{"id":"y","hours":{"kind":"k","min":3}}]}}`
	is := `{"version":2,"routes":["a","b","c"],"requirements":{"id":"d","all":[{"id":"y","hours":{"kind":"k","min":5}},{"id":"z","seal":"q"}]}}`
	got, err := policyChanges([]byte(was), []byte(is))
	if err != nil {
		t.Fatal(err)
	}
	want := []PolicyChange{
		{"requirements › all › y › hours › min", "3", "5"},
		{"requirements › all › z › seal", "", "q"},
		{"routes", "a, b", "a, b, c"},
		{"requirements › all › x › proficient › indicators", "all", ""},
		{"requirements › all › x › proficient › standard", "S", ""},
	}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}
