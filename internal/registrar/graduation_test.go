package registrar

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// wantRefusal fails unless the error is of the kind.
func wantRefusal(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestOpenClass(t *testing.T) {
	t.Parallel()
	eachClass(t, 3, func(t *testing.T, w *classWorld) {
		in := NewClass{School: string(w.school.ID), Year: 2027, Conferral: conferral}
		for name, who := range map[string]competency.Actor{"counselor": w.counselor, "pupil": w.pupil, "administrator": w.admin} {
			_, err := w.OpenClass(t.Context(), who, Once{}, in)
			wantRefusal(t, name, err, competency.ErrNotFound)
		}
		_, err := w.OpenClass(t.Context(), w.clerk, Once{}, NewClass{School: string(w.school.ID), Year: 2027, Conferral: "soon"})
		wantRefusal(t, "no day", err, competency.ErrInvalid)

		once := Once{Key: "k", Route: "r", Hash: []byte{1}}
		first, err := w.OpenClass(t.Context(), w.clerk, once, in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := w.OpenClass(t.Context(), w.clerk, once, in)
		if err != nil || again != first {
			t.Errorf("the same request again: got %s, %v, want %s", again, err, first)
		}
		_, err = w.OpenClass(t.Context(), w.clerk, Once{}, in)
		wantRefusal(t, "twice", err, competency.ErrInvalid)
		if b := w.board(t, first); b.Run == nil || b.Run.Total != 3 || !b.Run.Finished.IsZero() {
			t.Errorf("the first audit: got %+v, want one of 3 that runs", b.Run)
		}
		for name, who := range map[string]competency.Actor{"pupil": w.pupil, "administrator": w.admin} {
			_, err := w.Board(t.Context(), who, first)
			wantRefusal(t, name, err, competency.ErrNotFound)
		}
		_, err = w.Board(t.Context(), competency.Actor{}, first)
		wantRefusal(t, "nobody", err, competency.ErrUnauthenticated)
	})
}

func TestBoard(t *testing.T) {
	t.Parallel()
	eachClass(t, 2, func(t *testing.T, w *classWorld) {
		open := w.late(t, "Open", map[string]int{"ELA.1": 3, "ELA.2": 2, "ARTS.1": 3, "ARTS.2": 3}, store.OnRecord{})
		excused := w.late(t, "Excused", map[string]int{"ELA.1": 3, "ELA.2": 3}, w.waiver("arts"))
		class := w.open(t)
		b := w.board(t, class)
		if b.Counts[competency.SeasonReady] != 3 || b.Counts[competency.SeasonNotYet] != 1 {
			t.Fatalf("got %v, want 3 ready, 1 not yet", b.Counts)
		}
		for _, m := range b.Members {
			switch m.ID {
			case open:
				want := []competency.OpenRequirement{{Title: "Text of ELA", Missing: []string{"Text of ELA.2"}}}
				if got := m.Audit.Summary.Open; len(got) != 1 || got[0].Title != want[0].Title || !slices.Equal(got[0].Missing, want[0].Missing) {
					t.Errorf("open: got %+v, want %+v", got, want)
				}
			case excused:
				if m.Audit.State != competency.AuditWaived || !slices.Equal(m.Audit.Summary.Waived, []string{"Text of ARTS"}) {
					t.Errorf("excused: got %s, %v", m.Audit.State, m.Audit.Summary.Waived)
				}
			}
		}

		// Nothing changed: no new audit. Something changed: the next number.
		if err := w.StartAudit(t.Context(), w.counselor, class); err != nil {
			t.Fatal(err)
		}
		w.audit(t, class)
		w.in(t, func(sc *store.Scope) error { return w.show(sc, open, map[string]int{"ARTS.3": 3}) })
		if err := w.StartAudit(t.Context(), w.counselor, class); err != nil {
			t.Fatal(err)
		}
		w.audit(t, class)
		for _, m := range w.board(t, class).Members {
			want := 1
			if m.ID == open {
				want = 2
			}
			if m.Audit.Number != want {
				t.Errorf("%s: got audit number %d, want %d", m.Used, m.Audit.Number, want)
			}
		}
		a, err := w.LearnerAudit(t.Context(), w.principal, class, open)
		if err != nil || a.Audit.State != policy.NotMet || len(a.Audit.Tree.Children) != 3 {
			t.Errorf("the tree: got %v, %+v", err, a.Audit.Tree)
		}
		_, err = w.LearnerAudit(t.Context(), w.pupil, class, open)
		wantRefusal(t, "a pupil looks", err, competency.ErrNotFound)
	})
}

// waiver excuses a requirement by two people.
func (w *classWorld) waiver(requirement string) store.OnRecord {
	return store.OnRecord{Exceptions: []competency.Exception{{
		Requirement: requirement, Kind: "board-waiver", Reason: "for the office only", Cite: "Minutes 12",
		By: w.principal.Person, By2: w.lead.Person,
	}}}
}

func TestAuditOfManyGoesOn(t *testing.T) {
	t.Parallel()
	eachClass(t, 205, func(t *testing.T, w *classWorld) {
		class, err := w.OpenClass(t.Context(), w.clerk, Once{}, NewClass{School: string(w.school.ID), Year: 2027, Conferral: conferral})
		if err != nil {
			t.Fatal(err)
		}
		run := w.board(t, class).Run.ID
		// The process is killed after the first hundred.
		err = w.act(t.Context(), System(w.district.ID), competency.AuditClass, func(d *desk) error {
			_, err := auditSome(d, run)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if p, err := w.AuditProgress(t.Context(), w.clerk, class); err != nil || p.Done != 100 || p.Total != 205 || p.State != "running" {
			t.Errorf("half way: got %+v, %v", p, err)
		}
		// The button does not begin another pass.
		if err := w.StartAudit(t.Context(), w.clerk, class); err != nil {
			t.Fatal(err)
		}
		w.audit(t, class)
		b := w.board(t, class)
		if b.Run.ID != run || b.Run.Done != 205 || b.Run.Finished.IsZero() || b.Counts[competency.SeasonReady] != 205 {
			t.Errorf("at the end: got %+v, %v", b.Run, b.Counts)
		}
	})
}

func TestCertify(t *testing.T) {
	t.Parallel()
	eachClass(t, 3, func(t *testing.T, w *classWorld) {
		open := w.late(t, "Open", map[string]int{"ELA.1": 3}, store.OnRecord{})
		class := w.open(t)
		stranger := w.learner.ID
		changed := w.learners[1]
		w.in(t, func(sc *store.Scope) error { return w.show(sc, changed, map[string]int{"ARTS.3": 4}) })

		stale := w.counselor
		stale.Authenticated = w.now().Add(-time.Hour)
		for name, c := range map[string]struct {
			who      competency.Actor
			learners []competency.PersonID
			want     error
		}{
			"principal": {w.principal, w.learners, competency.ErrNotFound},
			"stale":     {stale, w.learners, competency.ErrStale},
			"nobody":    {w.counselor, nil, competency.ErrInvalid},
		} {
			_, err := w.Certify(t.Context(), c.who, Once{}, class, c.learners)
			wantRefusal(t, name, err, c.want)
		}

		once := Once{Key: "k", Route: "r", Hash: []byte{1}}
		all := append([]competency.PersonID{open, stranger, w.learners[0]}, w.learners...)
		made, err := w.Certify(t.Context(), w.counselor, once, class, all)
		if err != nil {
			t.Fatal(err)
		}
		if made.Count != 2 || len(made.Refused) != 3 {
			t.Fatalf("got %+v, want 2 certified and 3 left out", made)
		}
		for _, r := range made.Refused {
			want := map[competency.PersonID]competency.HoldReason{
				open: competency.HoldNotDone, stranger: competency.HoldNotMember, changed: competency.HoldFacts,
			}[r.Learner]
			if r.Reason != want || r.Name == "" {
				t.Errorf("left out: got %+v, want %s", r, want)
			}
		}
		again, err := w.Certify(t.Context(), w.counselor, once, class, all)
		if err != nil || again.Batch != made.Batch {
			t.Errorf("the same request again: got %s, %v, want %s", again.Batch, err, made.Batch)
		}
		// The new audit of the changed record was kept, so the next call certifies it.
		next := w.certify(t, class, changed, w.learners[0])
		if next.Count != 1 || len(next.Refused) != 1 || next.Refused[0].Reason != competency.HoldInBatch {
			t.Errorf("after the audit: got %+v", next)
		}
		if got := w.board(t, class).Counts; got[competency.SeasonCertified] != 3 || got[competency.SeasonNotYet] != 1 {
			t.Errorf("the board: got %v", got)
		}
		if none := w.certify(t, class, open); none.Batch != "" || len(none.Refused) != 1 {
			t.Errorf("nobody left: got %+v", none)
		}
	})
}

func TestApprove(t *testing.T) {
	t.Parallel()
	eachClass(t, 30, func(t *testing.T, w *classWorld) {
		excused := w.late(t, "Excused", map[string]int{"ELA.1": 3, "ELA.2": 3, "ARTS.1": 4}, w.waiver("arts"))
		class := w.open(t)
		changed := w.learners[4]
		made := w.certify(t, class, append(slices.Clone(w.learners), excused)...)
		if made.Count != 31 {
			t.Fatalf("got %+v, want 31", made)
		}
		w.in(t, func(sc *store.Scope) error { return w.show(sc, changed, map[string]int{"ARTS.3": 1}) })

		page, err := w.Batch(t.Context(), w.principal, made.Batch)
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Exceptions) != 1 || len(page.Others) != 30 || !page.MayApprove || page.Batch.ListHash != made.ListHash {
			t.Fatalf("the approver's page: got %d exceptions, %d others, %v", len(page.Exceptions), len(page.Others), page.MayApprove)
		}
		good := Approval{Hash: made.ListHash, Exceptions: []string{string(excused)}}
		both := w.counselor
		both.Staffed = map[competency.OrgID][]competency.Role{w.school.ID: {competency.Counselor, competency.Principal}}
		for name, c := range map[string]struct {
			who  competency.Actor
			in   Approval
			want error
		}{
			"registrar":            {w.clerk, good, competency.ErrNotFound},
			"the certifier":        {both, good, competency.ErrForbidden},
			"another list":         {w.principal, Approval{Hash: "x", Exceptions: good.Exceptions}, competency.ErrInvalid},
			"exceptions passed by": {w.principal, Approval{Hash: good.Hash}, competency.ErrInvalid},
		} {
			wantRefusal(t, name, w.Approve(t.Context(), c.who, made.Batch, c.in), c.want)
		}
		if err := w.Approve(t.Context(), w.principal, made.Batch, good); err != nil {
			t.Fatal(err)
		}
		if err := w.Approve(t.Context(), w.principal, made.Batch, good); err != nil {
			t.Errorf("a second click: %v", err)
		}
		wantRefusal(t, "withdrawing", w.WithdrawBatch(t.Context(), w.clerk, made.Batch), competency.ErrConflict)

		if got := w.diplomas(t, changed); len(got) != 0 {
			t.Errorf("held back: got %d awards", len(got))
		}
		page, err = w.Batch(t.Context(), w.principal, made.Batch)
		if err != nil || page.Progress != (store.BatchProgress{Awarded: 30, Held: 1}) || page.Batch.State != competency.BatchIssuing {
			t.Errorf("after approval: got %v, %+v, %s", err, page.Progress, page.Batch.State)
		}
		shape := w.diplomas(t, w.learners[0])[0].Achieved
		for _, p := range append(slices.Clone(w.learners), excused) {
			if p == changed {
				continue
			}
			list := w.diplomas(t, p)
			if len(list) != 1 {
				t.Fatalf("%s: got %d awards, want 1", p, len(list))
			}
			sameShape(t, shape, list[0].Achieved)
		}
		w.levels(t, w.learners[0], map[string]int{"ELA": 3, "ARTS": 3}, "")
		w.levels(t, excused, map[string]int{"ELA": 3, "ARTS": 0}, "Met through an approved equivalent.")

		w.issueAll(t, w.learners, excused)
		if page, err = w.Batch(t.Context(), w.principal, made.Batch); err != nil || page.Batch.State != competency.BatchIssued {
			t.Errorf("after issuing: got %s, %+v, %v", page.Batch.State, page.Progress, err)
		}
		if p, err := w.BatchProgress(t.Context(), w.clerk, made.Batch); err != nil || p != (Progress{Done: 30, Total: 30, State: "done"}) {
			t.Errorf("progress: got %+v, %v", p, err)
		}
		if got := w.board(t, class).Counts; got[competency.SeasonIssued] != 30 || got[competency.SeasonReady] != 1 {
			t.Errorf("the board: got %v", got)
		}
		// The one held back is certified and approved on the next list.
		rest := w.certify(t, class, changed)
		if err := w.Approve(t.Context(), w.principal, rest.Batch, Approval{Hash: rest.ListHash}); err != nil {
			t.Fatal(err)
		}
		if got := w.diplomas(t, changed); len(got) != 1 {
			t.Errorf("on the next list: got %d awards, want 1", len(got))
		}
	})
}

// sameShape demands that two diplomas differ in levels and notes alone
// (domain invariant 9).
func sameShape(t *testing.T, a, b competency.Achieved) {
	t.Helper()
	if a.Name != b.Name || a.Criteria != b.Criteria || a.Key != b.Key || len(a.Results) != len(b.Results) || !slices.Equal(a.Alignments, b.Alignments) {
		t.Fatalf("shapes differ: %+v, %+v", a, b)
	}
	for i := range a.Results {
		x, y := a.Results[i], b.Results[i]
		if x.Key != y.Key || x.Name != y.Name || x.Required != y.Required || !slices.Equal(x.Levels, y.Levels) {
			t.Errorf("line %d differs: %+v, %+v", i, x, y)
		}
		if (y.Achieved == 0) != (y.Note != "") {
			t.Errorf("line %d has a level or a note, and not both: %+v", i, y)
		}
	}
}

func (w *classWorld) levels(t *testing.T, learner competency.PersonID, want map[string]int, note string) {
	t.Helper()
	for _, line := range w.diplomas(t, learner)[0].Achieved.Results {
		if line.Achieved != want[line.Key] {
			t.Errorf("%s: got level %d, want %d", line.Key, line.Achieved, want[line.Key])
		}
		if line.Achieved == 0 && line.Note != note {
			t.Errorf("%s: got note %q, want %q", line.Key, line.Note, note)
		}
	}
}

// issueAll does the work of the issuing jobs, twice, as after a crash.
func (w *classWorld) issueAll(t *testing.T, learners []competency.PersonID, more ...competency.PersonID) {
	t.Helper()
	var awards []competency.AwardID
	for _, p := range append(slices.Clone(learners), more...) {
		for _, a := range w.diplomas(t, p) {
			awards = append(awards, a.ID)
		}
	}
	for range 2 {
		for chunk := range slices.Chunk(awards, MaxBatch) {
			if _, err := w.IssueAwards(t.Context(), System(w.district.ID), chunk); err != nil {
				t.Fatal(err)
			}
		}
	}
	var issued int64
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) (err error) {
		_, issued, err = sc.Credentials(store.CredentialFilter{Kind: competency.DiplomaAward, State: competency.Issued}, store.Page{})
		return err
	})
	if err != nil || int(issued) != len(awards) {
		t.Errorf("got %d diplomas for %d awards, %v", issued, len(awards), err)
	}
}

func TestConcurrentApprovals(t *testing.T) {
	t.Parallel()
	eachClass(t, 6, func(t *testing.T, w *classWorld) {
		class := w.open(t)
		made := w.certify(t, class, w.learners...)
		second := w.principal
		second.Person = w.lead.Person // another principal
		var wait sync.WaitGroup
		for i := range 8 {
			who := w.principal
			if i%2 == 1 {
				who = second
			}
			wait.Go(func() {
				err := w.Approve(t.Context(), who, made.Batch, Approval{Hash: made.ListHash})
				if err != nil && !errors.Is(err, competency.ErrConflict) {
					t.Errorf("approving at once: %v", err)
				}
			})
		}
		wait.Wait()
		for _, p := range w.learners {
			if got := len(w.diplomas(t, p)); got != 1 {
				t.Errorf("%s: got %d diplomas, want 1", p, got)
			}
		}
	})
}

func TestWithdrawBatch(t *testing.T) {
	t.Parallel()
	eachClass(t, 2, func(t *testing.T, w *classWorld) {
		class := w.open(t)
		made := w.certify(t, class, w.learners...)
		wantRefusal(t, "a pupil", w.WithdrawBatch(t.Context(), w.pupil, made.Batch), competency.ErrNotFound)
		if err := w.WithdrawBatch(t.Context(), w.clerk, made.Batch); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "approving what was withdrawn", w.Approve(t.Context(), w.principal, made.Batch, Approval{Hash: made.ListHash}), competency.ErrConflict)
		if got := w.board(t, class).Counts[competency.SeasonReady]; got != 2 {
			t.Errorf("ready again: got %d, want 2", got)
		}
		if again := w.certify(t, class, w.learners...); again.Count != 2 || again.ListHash != made.ListHash {
			t.Errorf("certified again: got %+v", again)
		}
	})
}

func TestPolicyChangedBeforeApproval(t *testing.T) {
	t.Parallel()
	eachClass(t, 2, func(t *testing.T, w *classWorld) {
		class := w.open(t)
		made := w.certify(t, class, w.learners...)
		w.in(t, func(sc *store.Scope) error { return w.adopt(sc, 2) })
		if err := w.Approve(t.Context(), w.principal, made.Batch, Approval{Hash: made.ListHash}); err != nil {
			t.Fatal(err)
		}
		page, err := w.Batch(t.Context(), w.principal, made.Batch)
		if err != nil || page.Progress.Held != 2 || page.Progress.Awarded != 0 {
			t.Fatalf("got %v, %+v, want both held", err, page.Progress)
		}
		for _, l := range page.Others {
			if l.Item.Reason != competency.HoldPolicy {
				t.Errorf("reason: got %s, want %s", l.Item.Reason, competency.HoldPolicy)
			}
		}
	})
}

func TestWaitingGraduation(t *testing.T) {
	t.Parallel()
	eachClass(t, 3, func(t *testing.T, w *classWorld) {
		class := w.open(t)
		waiting := func(who competency.Actor, kind string) int {
			t.Helper()
			h, err := w.Home(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range h.Waiting {
				if l.Kind == kind {
					return l.Count
				}
			}
			return 0
		}
		if got := waiting(w.clerk, "certify"); got != 3 {
			t.Errorf("registrar: got %d to certify, want 3", got)
		}
		if got := waiting(w.principal, "certify"); got != 0 {
			t.Errorf("principal: got %d to certify, want none", got)
		}
		w.certify(t, class, w.learners[:2]...)
		if got := waiting(w.clerk, "certify"); got != 1 {
			t.Errorf("registrar: got %d to certify, want 1", got)
		}
		if got := waiting(w.principal, "approve"); got != 2 {
			t.Errorf("principal: got %d to approve, want 2", got)
		}
		page, err := w.Classes(t.Context(), w.lead)
		if err != nil || len(page.Classes) != 1 || page.Classes[0].Members != 3 || page.Classes[0].Ready != 1 || len(page.Schools) != 0 {
			t.Errorf("the list: got %+v, %v", page, err)
		}
		_, err = w.Classes(t.Context(), w.admin)
		wantRefusal(t, "an administrator", err, competency.ErrNotFound)
	})
}
