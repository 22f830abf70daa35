package registrar

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/competency"
)

// guests calls a panel together with a teacher and a guest, and answers the
// guest's secret.
func (w *learningWorld) guests(t *testing.T, guests ...GuestInput) (id competency.PanelID, secret string, err error) {
	t.Helper()
	work, err := w.AddEvidence(t.Context(), w.learner, Once{}, EvidenceInput{
		Title: "Bridge", Reflection: "r", Context: "mathematics", Indicators: []string{"TS-PROB.1"}, Submit: true,
	}, []Upload{{Name: "plan.txt", Open: content("a plan")}})
	ok(t, err)
	id, err = w.OpenPanel(t.Context(), w.teacher, Once{}, w.learner.Person, PanelInput{
		Kind: "exhibition", Title: "Capstone", Indicators: []string{"TS-PROB.1", "TS-PROB.2"}, Pieces: []string{string(work)},
		Members: []string{string(w.teacher.Person)}, Guests: guests,
	})
	if err != nil {
		return id, "", err
	}
	return id, w.seats(t, w.teacher, id)[0].Secret, nil
}

func (w *learningWorld) seats(t *testing.T, who competency.Actor, id competency.PanelID) []GuestSeat {
	t.Helper()
	v, err := w.Panel(t.Context(), who, id)
	ok(t, err)
	return v.Guests
}

var maria = GuestInput{Name: "Maria Castellano", Role: "Boat builder", Organisation: "Harbour yard"}

// A guest without an account sees the evidence of one panel and judges it once,
// alone, as every member does; neither the learner, their family nor another
// member takes the seat (mission rows 10 and 13, domain invariant 3).
func TestAGuestSitsOnAPanel(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx, nobody := t.Context(), competency.Actor{}
		other := w.work(t, "Another piece", "MATH.3")
		_, _, err := w.guests(t, GuestInput{Name: "M"})
		want(t, "a guest without a name", err, competency.ErrInvalid)
		id, secret, err := w.guests(t, maria, GuestInput{})
		ok(t, err)
		p, err := w.GuestPage(ctx, "1", nobody, secret)
		if err != nil || p.State != LinkOpen || len(p.Pieces) != 1 || p.Pieces[0].ID == other || p.Learner != "Nia" || len(p.Items) != 2 {
			t.Fatalf("the guest's page: %+v, %v", p, err)
		}
		_, file, err := w.GuestFile(ctx, "1", nobody, secret, p.Pieces[0].Files[0].ID)
		ok(t, err)
		text, err := io.ReadAll(file)
		if ok(t, errors.Join(err, file.Close())); string(text) != "a plan" {
			t.Errorf("the file: %q", text)
		}
		good := GuestScores{Scores: said(3, 4, "").Scores, Stranger: true}
		second := w.person(t, "Sam", w.school, competency.Teacher)
		ok(t, w.DeclareKin(ctx, second, NewKin{Person: "Nia"}))
		for name, who := range map[string]competency.Actor{"the learner": w.learner, "family": second, "another member": w.teacher} {
			want(t, name, w.ScoreAsGuest(ctx, "1", who, secret, good), competency.ErrForbidden)
			_, err := w.GuestPage(ctx, "1", who, secret)
			want(t, name+" looks", err, competency.ErrForbidden)
		}
		want(t, "no such link", w.ScoreAsGuest(ctx, "1", nobody, strings.Repeat("a", 32), good), competency.ErrNotFound)
		want(t, "family it may be", w.ScoreAsGuest(ctx, "1", nobody, secret, GuestScores{Scores: good.Scores}), competency.ErrInvalid)
		want(t, "half of it", w.ScoreAsGuest(ctx, "1", nobody, secret, GuestScores{Scores: good.Scores[:1], Stranger: true}), competency.ErrInvalid)
		want(t, "below without words", w.ScoreAsGuest(ctx, "1", nobody, secret, GuestScores{Scores: said(2, 3, "").Scores, Stranger: true}), competency.ErrInvalid)
		if seats := w.seats(t, w.office, id); seats[0].Secret != "" || !seats[0].Live {
			t.Errorf("the office holds the link: %+v", seats)
		}
		ok(t, w.ScoreAsGuest(ctx, "1", nobody, secret, good))
		want(t, "spoken twice", w.ScoreAsGuest(ctx, "1", nobody, secret, good), competency.ErrConflict)
		if p, err = w.GuestPage(ctx, "1", nobody, secret); err != nil || p.State != LinkAnswered || len(p.Pieces) != 0 || p.Learner != "" {
			t.Errorf("after the answer: %+v, %v", p, err)
		}
		want(t, "a link for who has spoken", w.InviteAgain(ctx, w.teacher, id, w.seats(t, w.teacher, id)[0].Seat), competency.ErrConflict)
		ok(t, w.ScorePanel(ctx, w.teacher, id, said(3, 3, "")))
		ok(t, w.DecidePanel(ctx, w.teacher, id, PanelDecision{}))
		if n := w.node(t, "capstone"); n.State != "met" {
			t.Errorf("a panel of two, one from outside: %+v", n)
		}
	})
}

// A guest's link ends with its time, its successor or its panel, and a panel
// that ends says why.
func TestAGuestsLinkEnds(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx, nobody, now := t.Context(), competency.Actor{}, time.Now()
		w.Now = func() time.Time { return now }
		id, secret, err := w.guests(t, maria)
		ok(t, err)
		seat := w.seats(t, w.teacher, id)[0].Seat
		now = now.AddDate(0, 0, competency.LinkDays+1)
		if p, err := w.GuestPage(ctx, "1", nobody, secret); err != nil || p.State != LinkRanOut {
			t.Errorf("too late: %+v, %v", p, err)
		}
		want(t, "another's guest", w.InviteAgain(ctx, w.away, id, seat), competency.ErrNotFound)
		want(t, "who does not chair", w.InviteAgain(ctx, w.person(t, "Sam", w.school, competency.Teacher), id, seat), competency.ErrForbidden)
		ok(t, w.InviteAgain(ctx, w.teacher, id, seat))
		_, err = w.GuestPage(ctx, "1", nobody, secret)
		want(t, "the old link", err, competency.ErrNotFound)
		fresh := w.seats(t, w.teacher, id)[0].Secret
		want(t, "without a reason", w.CancelPanel(ctx, w.teacher, id, PanelEnd{"ill"}), competency.ErrInvalid)
		want(t, "from elsewhere", w.CancelPanel(ctx, w.away, id, PanelEnd{"Nobody can come this week."}), competency.ErrNotFound)
		ok(t, w.CancelPanel(ctx, w.teacher, id, PanelEnd{"Nobody can come this week."}))
		want(t, "twice", w.CancelPanel(ctx, w.teacher, id, PanelEnd{"Nobody can come this week."}), competency.ErrConflict)
		if p, err := w.GuestPage(ctx, "1", nobody, fresh); err != nil || p.State != LinkTaken {
			t.Errorf("after its end: %+v, %v", p, err)
		}
		v, err := w.Panel(ctx, w.teacher, id)
		if err != nil || v.State != competency.PanelCancelled || v.Reason != "Nobody can come this week." || v.Body.State != competency.EvidenceWithdrawn || v.MayCancel {
			t.Errorf("the panel: %+v, %v", v.Panel, err)
		}
		if v.Pieces[0].State != competency.EvidenceSubmitted || w.node(t, "capstone").State == "met" {
			t.Errorf("the pieces: %+v", v.Pieces)
		}
		lines, err := w.Panels(ctx, w.teacher)
		if err != nil || slices.ContainsFunc(lines, func(l PanelLine) bool { return l.ID == id }) {
			t.Errorf("it still waits: %v", err)
		}
	})
}
