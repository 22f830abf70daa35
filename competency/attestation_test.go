package competency

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var askedAt = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func asked(minutes int) Attestation {
	a := Attestation{State: AttestationAsked, Mentor: Mentor{Name: "Jo Harlow"}, Request: Request{Minutes: minutes, Statement: "It was so."}}
	if err := a.Renew("l1", askedAt); err != nil {
		panic(err)
	}
	return a
}

func TestCheckAttestation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a    Attestation
		want []string
	}{
		"a person and hours":      {Attestation{Mentor: Mentor{Name: "Jo"}, Request: Request{Minutes: 60}}, nil},
		"only an organisation":    {Attestation{Mentor: Mentor{Organisation: "Shelf"}, Request: Request{Items: []ItemID{"i"}}}, nil},
		"nobody":                  {Attestation{Request: Request{Minutes: 60}}, []string{"/name"}},
		"nothing":                 {Attestation{Mentor: Mentor{Name: "Jo"}}, []string{"/statement"}},
		"neither":                 {Attestation{}, []string{"/name", "/statement"}},
		"a name that cannot stay": {Attestation{Mentor: Mentor{Name: "J\x00o"}, Request: Request{Minutes: 60}}, []string{"/name"}},
	} {
		if got := pointers(c.a.Check()); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	jo := Mentor{Name: "Jo Harlow", Role: "supervisor"}
	for name, c := range map[string]struct {
		reply   Reply
		after   time.Duration
		want    error
		state   AttestationState
		minutes int
	}{
		"confirmed as asked":           {Reply{Kind: ReplyConfirm, By: jo, Minutes: 1}, 0, nil, AttestationConfirmed, 7200},
		"fewer hours":                  {Reply{Kind: ReplyCorrect, By: jo, Minutes: 5760}, 0, nil, AttestationConfirmed, 5760},
		"other words":                  {Reply{Kind: ReplyCorrect, By: jo, Minutes: 7200, Words: "She led it."}, 0, nil, AttestationConfirmed, 7200},
		"no, with a word":              {Reply{Kind: ReplyDecline, By: jo, Minutes: 60, Words: "Not with us."}, 0, nil, AttestationDeclined, 0},
		"no, without one":              {Reply{Kind: ReplyDecline, By: jo}, 0, ErrInvalid, AttestationAsked, 0},
		"a correction of nothing":      {Reply{Kind: ReplyCorrect, By: jo, Minutes: 7200}, 0, ErrInvalid, AttestationAsked, 0},
		"nobody's word":                {Reply{Kind: ReplyConfirm}, 0, ErrInvalid, AttestationAsked, 0},
		"an answer of another kind":    {Reply{Kind: "perhaps", By: jo}, 0, ErrInvalid, AttestationAsked, 0},
		"a second before the link end": {Reply{Kind: ReplyConfirm, By: jo}, LinkDays*24*time.Hour - time.Second, nil, AttestationConfirmed, 7200},
		"when the link has run out":    {Reply{Kind: ReplyConfirm, By: jo}, LinkDays * 24 * time.Hour, ErrConflict, AttestationAsked, 0},
	} {
		a := asked(7200)
		if err := a.Settle(c.reply, askedAt.Add(c.after)); !errors.Is(err, c.want) || a.State != c.state || a.Reply.Minutes != c.minutes {
			t.Errorf("%s: got %v, %s, %d; want %v, %s, %d", name, err, a.State, a.Reply.Minutes, c.want, c.state, c.minutes)
		}
	}
}

// A request is settled once, whatever people try in whatever order: after the
// first answer or cancellation nothing about it changes.
func TestAttestationIsSettledOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, now := asked(rapid.IntRange(0, 9000).Draw(t, "minutes")), askedAt
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "hours")) * time.Hour)
			before := a
			var err error
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				err = a.Settle(Reply{
					Kind:    rapid.SampledFrom([]ReplyKind{ReplyConfirm, ReplyCorrect, ReplyDecline, ""}).Draw(t, "kind"),
					Minutes: rapid.IntRange(0, 9000).Draw(t, "said"), Words: rapid.SampledFrom([]string{"", "so"}).Draw(t, "words"),
					By: Mentor{Name: "Jo Harlow", Role: "supervisor"},
				}, now)
			case 1:
				err = a.Renew("t1", now)
			case 2:
				err = a.Cancel(now)
			}
			if before.State != AttestationAsked && (err == nil || !sameAttestation(a, before)) {
				t.Fatalf("a closed request changed from %+v to %+v (%v)", before, a, err)
			}
			if a.State == AttestationDeclined && a.Reply.Minutes != 0 {
				t.Fatalf("declined hours count: %+v", a)
			}
			if a.State == AttestationConfirmed && a.Request.Minutes == 0 && a.Reply.Minutes != 0 {
				t.Fatalf("hours that nobody asked for count: %+v", a)
			}
		}
	})
}

func sameAttestation(a, b Attestation) bool {
	return a.State == b.State && a.Reply == b.Reply && a.Answered.Equal(b.Answered) && a.Expires.Equal(b.Expires) && a.Asker == b.Asker
}

func TestMayAskAlso(t *testing.T) {
	t.Parallel()
	confirmed := asked(60)
	confirmed.State, confirmed.Reply.Minutes = AttestationConfirmed, 60
	cancelled := asked(60)
	cancelled.State = AttestationCancelled
	for name, c := range map[string]struct {
		before []Attestation
		a      Attestation
		want   error
	}{
		"the first":                    {nil, asked(60), nil},
		"hours asked of another":       {[]Attestation{asked(60)}, asked(30), ErrConflict},
		"hours confirmed by another":   {[]Attestation{confirmed}, asked(30), ErrConflict},
		"words beside hours":           {[]Attestation{asked(60)}, asked(0), nil},
		"hours after a taken back one": {[]Attestation{cancelled}, asked(60), nil},
		"a sixth":                      {[]Attestation{asked(0), asked(0), asked(0), asked(0), asked(0)}, asked(0), ErrConflict},
	} {
		if err := MayAskAlso(c.before, c.a); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func TestMinutes(t *testing.T) {
	t.Parallel()
	for hours, want := range map[float64]int{0: 0, 1.5: 90, 120: 7200, 0.01: 1, 10_000: 600_000, -1: -1, 10_001: -1, math.Inf(1): -1} {
		got, ok := Minutes(hours)
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%v hours: got %d, %v", hours, got, ok)
		}
	}
	if _, ok := Minutes(math.NaN()); ok {
		t.Error("no number was taken for hours")
	}
}
