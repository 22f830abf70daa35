package registrar

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

var waiver = NewException{Requirement: "arts", Kind: "board-waiver", Reason: "The studio burned down in March.", Cite: "Minutes 12"}

// An exception takes one who proposes and two who approve, in the roles that the
// policy names; then it holds, and others read the public text alone (domain
// invariant 2).
func TestException(t *testing.T) {
	t.Parallel()
	eachClass(t, 0, func(t *testing.T, w *classWorld) {
		ctx := t.Context()
		learner := w.late(t, "Excused", map[string]int{"ELA.1": 3, "ELA.2": 3}, store.OnRecord{})
		for name, c := range map[string]struct {
			who    competency.Actor
			change func(*NewException)
			want   error
		}{
			"principal":           {w.principal, func(*NewException) {}, competency.ErrNotFound},
			"learner":             {w.pupil, func(*NewException) {}, competency.ErrNotFound},
			"no reason":           {w.counselor, func(n *NewException) { n.Reason = "because" }, competency.ErrInvalid},
			"no source":           {w.counselor, func(n *NewException) { n.Cite = "" }, competency.ErrInvalid},
			"kind not allowed":    {w.counselor, func(n *NewException) { n.Kind = "favour" }, competency.ErrInvalid},
			"no such requirement": {w.counselor, func(n *NewException) { n.Requirement = "music" }, competency.ErrInvalid},
			"the whole diploma":   {w.counselor, func(n *NewException) { n.Requirement = "diploma" }, competency.ErrInvalid},
			"over already":        {w.counselor, func(n *NewException) { n.Expires = "2020-01-01" }, competency.ErrInvalid},
		} {
			n := waiver
			c.change(&n)
			_, err := w.ProposeException(ctx, c.who, Once{}, learner, n)
			wantRefusal(t, name, err, c.want)
		}
		id, err := w.ProposeException(ctx, w.counselor, Once{}, learner, waiver)
		if err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "the second first", w.ApproveException(ctx, w.lead, id), competency.ErrForbidden)
		wantRefusal(t, "the proposer", w.ApproveException(ctx, w.counselor, id), competency.ErrForbidden)
		stale := w.principal
		stale.Authenticated = w.now().Add(-time.Hour)
		wantRefusal(t, "long after the password", w.ApproveException(ctx, stale, id), competency.ErrStale)
		if home, err := w.Home(ctx, w.principal); err != nil || !waitsOn(home, "exceptions", 1) {
			t.Errorf("the principal's home: got %v, %+v", err, home.Waiting)
		}
		if err := w.ApproveException(ctx, w.principal, id); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "the first again", w.ApproveException(ctx, w.principal, id), competency.ErrForbidden)
		if f := w.factsToday(t, learner); len(f.Exceptions) != 0 {
			t.Errorf("after one approval: got %+v", f.Exceptions)
		}
		if err := w.ApproveException(ctx, w.lead, id); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "granted twice", w.ApproveException(ctx, w.lead, id), competency.ErrConflict)
		p, err := w.Requirements(ctx, w.counselor, learner)
		if err != nil || p.Audit.Tree.Children[1].State != policy.Waived || p.Audit.Tree.Children[1].Sentence != "Text of ARTS: met through an approved equivalent" {
			t.Errorf("the tree: got %v, %s, %q", err, p.Audit.Tree.Children[1].State, p.Audit.Tree.Children[1].Sentence)
		}
		v, err := w.Exception(ctx, w.counselor, id)
		if err != nil || v.State != competency.ExceptionGranted || v.First != "Paul Principal" || v.Closer != "Lena Lead" || v.Reason != waiver.Reason {
			t.Errorf("the request: got %v, %+v", err, v)
		}
		_, err = w.Exception(ctx, w.pupil, id)
		wantRefusal(t, "a learner reads the reason", err, competency.ErrNotFound)
		_, err = w.LearnerExceptions(ctx, w.pupil, learner)
		wantRefusal(t, "a learner reads the list", err, competency.ErrNotFound)

		wantRefusal(t, "a counselor ends it", w.EndException(ctx, w.counselor, learner, v.Exception, "The studio is open again."), competency.ErrNotFound)
		if err := w.EndException(ctx, w.principal, learner, v.Exception, "The studio is open again."); err != nil {
			t.Fatal(err)
		}
		if p, err = w.Requirements(ctx, w.counselor, learner); err != nil || p.Audit.Tree.Children[1].State != policy.NotMet {
			t.Errorf("after its end: got %v, %s", err, p.Audit.Tree.Children[1].State)
		}
		if v, err = w.Exception(ctx, w.lead, id); err != nil || v.EndedBy != "Paul Principal" || v.MayEnd {
			t.Errorf("after its end: got %v, %+v", err, v)
		}
	})
}

// waitsOn reports whether the home page says that so many of a kind wait.
func waitsOn(h Home, kind string, n int) bool {
	for _, x := range h.Waiting {
		if x.Kind == kind {
			return x.Count == n
		}
	}
	return false
}

// A request is refused or taken back with a reason, and nothing holds then.
func TestExceptionRefused(t *testing.T) {
	t.Parallel()
	eachClass(t, 0, func(t *testing.T, w *classWorld) {
		ctx := t.Context()
		learner := w.late(t, "Excused", map[string]int{"ELA.1": 3, "ELA.2": 3}, store.OnRecord{})
		first, err := w.ProposeException(ctx, w.counselor, Once{}, learner, waiver)
		if err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "without a reason", w.RefuseException(ctx, w.principal, first, "no"), competency.ErrInvalid)
		if err := w.RefuseException(ctx, w.principal, first, "There is a studio in town."); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "approved after that", w.ApproveException(ctx, w.principal, first), competency.ErrConflict)
		second, err := w.ProposeException(ctx, w.counselor, Once{}, learner, waiver)
		if err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "taken back by another", w.TakeBackException(ctx, w.clerk, second, "I think it is wrong."), competency.ErrNotFound)
		if err := w.TakeBackException(ctx, w.counselor, second, "She found a studio."); err != nil {
			t.Fatal(err)
		}
		page, err := w.Exceptions(ctx, w.principal)
		if err != nil || len(page.Closed) != 2 || len(page.Mine)+len(page.Waiting) != 0 {
			t.Errorf("the list: got %v, %+v", err, page)
		}
		if f := w.factsToday(t, learner); len(f.Exceptions) != 0 {
			t.Errorf("nothing holds: got %+v", f.Exceptions)
		}
		_, err = w.Exceptions(ctx, w.pupil)
		wantRefusal(t, "a learner", err, competency.ErrNotFound)
	})
}

// However steps are tried, in any order and by anybody, a request that is
// granted has a proposer and two approvers who are three people, none of them
// the learner (domain invariant 2).
func TestExceptionTakesTwoOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		people := rapid.SampledFrom([]competency.PersonID{"learner", "a", "b", "c"})
		x := competency.ExceptionRequest{Learner: "learner", ProposedBy: people.Draw(t, "proposer"), State: competency.ExceptionProposed}
		now := time.Unix(0, 0)
		for range rapid.IntRange(0, 8).Draw(t, "steps") {
			by := people.Draw(t, "by")
			before := x
			var err error
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				_, err = x.Approve(by, now)
			case 1:
				err = x.Refuse(by, "a reason that is long enough", now)
			default:
				err = x.TakeBack(by, "a reason that is long enough", now)
			}
			if (err != nil || !before.Open()) && x != before {
				t.Fatalf("a refused step changed %+v to %+v", before, x)
			}
		}
		if x.State == competency.ExceptionGranted {
			stood := map[competency.PersonID]bool{"learner": true, x.ProposedBy: true, x.FirstBy: true, x.ClosedBy: true}
			if len(stood) != 4 && x.ProposedBy != "learner" || x.FirstBy == x.ClosedBy || x.FirstBy == "" || x.ClosedBy == "" {
				t.Fatalf("granted by %+v", x)
			}
		}
	})
}
