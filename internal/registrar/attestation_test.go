package registrar

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// outsideWorld is a learning world whose clock can be moved.
type outsideWorld struct {
	*learningWorld
	ahead atomic.Int64
}

func eachOutside(t *testing.T, run func(t *testing.T, w *outsideWorld)) {
	t.Helper()
	eachLearning(t, func(t *testing.T, lw *learningWorld) {
		w := &outsideWorld{learningWorld: lw}
		w.Now = func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }
		w.attempts.now = w.Now
		run(t, w)
	})
}

var supervisor = ReplyInput{Answer: "confirm", Name: "Jo Harlow", Role: "workshop supervisor", Organisation: "Harlow Marine"}

// ask asks about a piece and answers the request with its link.
func (w *outsideWorld) ask(t *testing.T, who competency.Actor, id competency.EvidenceID, in AttestationInput) Handover {
	t.Helper()
	req, err := w.AskAttestation(t.Context(), who, Once{}, id, in)
	if err != nil {
		t.Fatal(err)
	}
	h, err := w.Handover(t.Context(), who, req)
	if err != nil || len(h.Secret) != 32 {
		t.Fatalf("got the link %q, %v", h.Secret, err)
	}
	return h
}

func (w *outsideWorld) answer(t *testing.T, secret string, in ReplyInput) error {
	t.Helper()
	return w.AnswerAttestation(t.Context(), "192.0.2.1", competency.Actor{}, secret, competency.AnsweredOnPage, in)
}

// hours are those that the policy engine would see.
func (w *outsideWorld) hours(t *testing.T) (counted, awaited int) {
	t.Helper()
	var f policy.Facts
	err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
		all, err := gather(sc, []competency.Enrollment{{Person: w.learner.Person}}, "2026-11-27").newest()
		f = all[w.learner.Person]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range f.Hours {
		if h.Waits != "" {
			awaited += h.Minutes
		} else {
			counted += h.Minutes
		}
	}
	return counted, awaited
}

// Mission row 10: a supervisor without an account confirms through a link;
// identity, time and method are kept, and the hours count.
func TestASupervisorConfirmsThroughALink(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		id := w.work(t, "Rebuild log", "MATH.3")
		h := w.ask(t, w.learner, id, AttestationInput{Name: "Jo Harlow", Organisation: "Harlow Marine", Hours: 120, Indicators: []string{"MATH.3"}})
		if counted, awaited := w.hours(t); counted != 0 || awaited != 7200 {
			t.Errorf("before the answer: %d minutes count, %d wait", counted, awaited)
		}
		p, err := w.LinkPage(t.Context(), "192.0.2.1", competency.Actor{}, h.Secret)
		if err != nil || p.State != LinkOpen || p.Title != "Rebuild log" || p.Learner != "Nia" || len(p.Items) != 1 || len(p.Files) != 0 {
			t.Fatalf("got %+v, %v", p, err)
		}
		if err := w.answer(t, h.Secret, supervisor); err != nil {
			t.Fatal(err)
		}
		v, err := w.Evidence(t.Context(), w.teacher, id)
		if err != nil {
			t.Fatal(err)
		}
		a := v.Attestations[0]
		if a.State != competency.AttestationConfirmed || a.Reply.By.Name != "Jo Harlow" || a.Reply.By.Role != "workshop supervisor" ||
			a.Reply.Method != competency.AnsweredOnPage || time.Since(a.Answered) > time.Minute {
			t.Errorf("kept %+v", a)
		}
		if counted, awaited := w.hours(t); counted != 7200 || awaited != 0 {
			t.Errorf("after the answer: %d minutes count, %d wait", counted, awaited)
		}
		again := supervisor
		again.Answer, again.Words = "decline", "No."
		if err := w.answer(t, h.Secret, again); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a second answer: %v", err)
		}
		if p, err := w.LinkPage(t.Context(), "192.0.2.1", competency.Actor{}, h.Secret); err != nil || p.State != LinkAnswered || p.Title != "" || p.Learner != "" {
			t.Errorf("a used link shows %+v, %v", p, err)
		}
	})
}

func TestOfManyAnswersAtOnceOneCounts(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		h := w.ask(t, w.learner, w.work(t, "Rebuild log", "MATH.3"), AttestationInput{Name: "Jo", Hours: 10})
		var kept atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				in := supervisor
				if in.Answer = "correct"; i%2 == 0 {
					in.Answer = "confirm"
				}
				in.Hours = float64(i + 1)
				switch err := w.answer(t, h.Secret, in); {
				case err == nil:
					kept.Add(1)
				case !errors.Is(err, competency.ErrConflict):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if kept.Load() != 1 {
			t.Errorf("%d answers were kept", kept.Load())
		}
	})
}

func TestLinksEnd(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		ctx := t.Context()
		id := w.work(t, "Rebuild log", "MATH.3")
		first := w.ask(t, w.learner, id, AttestationInput{Name: "Jo", Hours: 10})
		// Asking again replaces the link.
		if err := w.AskAgain(ctx, w.learner, first.ID); err != nil {
			t.Fatal(err)
		}
		second, err := w.Handover(ctx, w.learner, first.ID)
		if err != nil || second.Secret == first.Secret {
			t.Fatalf("got %q twice, %v", second.Secret, err)
		}
		if err := w.answer(t, first.Secret, supervisor); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("the old link: %v", err)
		}
		// A teacher who asks again holds the link from then on.
		if err := w.AskAgain(ctx, w.teacher, first.ID); err != nil {
			t.Fatal(err)
		}
		if h, err := w.Handover(ctx, w.learner, first.ID); err != nil || h.Secret != "" {
			t.Errorf("the learner sees the teacher's link %q, %v", h.Secret, err)
		}
		third, err := w.Handover(ctx, w.teacher, first.ID)
		if err != nil || third.Secret == "" {
			t.Fatalf("the teacher has no link: %v", err)
		}
		// Two weeks later it leads nowhere, and the job takes note once.
		w.ahead.Store(int64(competency.LinkDays * 24 * time.Hour))
		if err := w.answer(t, third.Secret, supervisor); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a link that ran out: %v", err)
		}
		for range 2 {
			if err := w.LapseAttestations(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.journalled(t, competency.LapseAttestation); n != 1 {
			t.Errorf("the end of one link was noted %d times", n)
		}
		if _, awaited := w.hours(t); awaited != 600 {
			t.Errorf("%d minutes are awaited", awaited)
		}
		if err := w.AskAgain(ctx, w.learner, first.ID); err != nil {
			t.Errorf("asking again after the end: %v", err)
		}
		fourth, _ := w.Handover(ctx, w.learner, first.ID)
		if _, err := w.CancelAttestation(ctx, w.learner, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := w.answer(t, fourth.Secret, supervisor); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a request that was taken back: %v", err)
		}
		if counted, awaited := w.hours(t); counted+awaited != 0 {
			t.Errorf("%d minutes count and %d wait after it was taken back", counted, awaited)
		}
	})
}

func (w *outsideWorld) journalled(t *testing.T, act competency.Act) (n int) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
		rows, err := sc.JournalPage(0, 500)
		for _, r := range rows {
			if r.Act == string(act) {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhoMayAskAndAnswer(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		ctx := t.Context()
		id := w.work(t, "Rebuild log", "MATH.3")
		in := AttestationInput{Name: "Jo", Hours: 10}
		for name, who := range map[string]competency.Actor{"a teacher of another school": w.away, "the registrar": w.office} {
			if _, err := w.AskAttestation(ctx, who, Once{}, id, in); !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("%s asks: %v", name, err)
			}
		}
		if _, err := w.AskAttestation(ctx, competency.Actor{}, Once{}, id, in); !errors.Is(err, competency.ErrUnauthenticated) {
			t.Errorf("nobody asks: %v", err)
		}
		h := w.ask(t, w.learner, id, in)
		if err := w.AnswerAttestation(ctx, "", w.learner, h.Secret, competency.AnsweredOnPage, supervisor); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("the owner answers: %v", err)
		}
		if _, err := w.LinkPage(ctx, "", w.learner, h.Secret); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("the owner opens the link: %v", err)
		}
		if _, err := w.Handover(ctx, w.away, h.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a stranger sees the request: %v", err)
		}
		if _, err := w.CancelAttestation(ctx, w.away, h.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a stranger takes it back: %v", err)
		}
		// Who asks twice with one key asks once.
		once := Once{Key: "k", Route: "r", Hash: []byte("h")}
		a, err := w.AskAttestation(ctx, w.learner, once, id, AttestationInput{Name: "Bo", Statement: "So it was."})
		b, err2 := w.AskAttestation(ctx, w.learner, once, id, AttestationInput{Name: "Bo", Statement: "So it was."})
		if err != nil || err2 != nil || a != b {
			t.Errorf("twice with one key: %s and %s, %v, %v", a, b, err, err2)
		}
		if _, err := w.AskAttestation(ctx, w.learner, Once{}, id, AttestationInput{Name: "Bo", Hours: 5}); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("the same hours of another: %v", err)
		}
		if err := w.WithdrawEvidence(ctx, w.learner, id); err != nil {
			t.Fatal(err)
		}
		if err := w.answer(t, h.Secret, supervisor); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("about withdrawn work: %v", err)
		}
		if counted, awaited := w.hours(t); counted+awaited != 0 {
			t.Errorf("hours of withdrawn work: %d and %d", counted, awaited)
		}
	})
}

func TestGuessingLinksIsSlow(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		h := w.ask(t, w.learner, w.work(t, "Rebuild log", "MATH.3"), AttestationInput{Name: "Jo", Hours: 10})
		look := func(ctx context.Context, from, secret string) error {
			_, err := w.LinkPage(ctx, from, competency.Actor{}, secret)
			return err
		}
		for range knocksFrom {
			if err := look(t.Context(), "192.0.2.9", strings.Repeat("x", 32)); !errors.Is(err, competency.ErrNotFound) {
				t.Fatal(err)
			}
		}
		if err := look(t.Context(), "192.0.2.9", h.Secret); !errors.Is(err, competency.ErrRateLimited) {
			t.Errorf("after many wrong links: %v", err)
		}
		if err := look(t.Context(), "192.0.2.10", h.Secret); err != nil {
			t.Errorf("somebody elsewhere: %v", err)
		}
		w.ahead.Store(int64(triesWindow + time.Second))
		if err := look(t.Context(), "192.0.2.9", h.Secret); err != nil {
			t.Errorf("when the window was over: %v", err)
		}
	})
}

// The database alone does not give a link away.
func TestLinksAreHashedAtRest(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		h := w.ask(t, w.learner, w.work(t, "Rebuild log", "MATH.3"), AttestationInput{Name: "Jo", Hours: 10})
		err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
			_, l, err := sc.Attestation(h.ID)
			if l.Hash != hashOf(h.Secret) || strings.Contains(l.Salt+l.Hash, h.Secret) {
				t.Errorf("kept %+v for %s", l, h.Secret)
			}
			other := &Registrar{Options: Options{KeyEncryptionKey: make([]byte, keyBytes)}}
			if other.linkSecret(string(h.ID), l.Salt) == h.Secret {
				t.Error("another key gives the same link")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
