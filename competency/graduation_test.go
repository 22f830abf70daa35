package competency

import (
	"errors"
	"testing"
	"time"
)

func TestClassCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		class Class
		field string
	}{
		"sound":            {Class{School: "s", Year: 2027, Conferral: "2027-06-12"}, ""},
		"in winter":        {Class{School: "s", Year: 2027, Conferral: "2026-12-20"}, ""},
		"no school":        {Class{Year: 2027, Conferral: "2027-06-12"}, "/school"},
		"no year":          {Class{School: "s", Conferral: "2027-06-12"}, "/year"},
		"no day":           {Class{School: "s", Year: 2027}, "/conferral"},
		"not a day":        {Class{School: "s", Year: 2027, Conferral: "2027-02-30"}, "/conferral"},
		"another year":     {Class{School: "s", Year: 2027, Conferral: "2028-06-12"}, "/conferral"},
		"before the class": {Class{School: "s", Year: 2027, Conferral: "2026-06-30"}, "/conferral"},
	} {
		bad := c.class.Check()
		if c.field == "" && len(bad) > 0 || c.field != "" && (len(bad) != 1 || bad[0].Pointer != c.field) {
			t.Errorf("%s: got %v, want %q", name, bad, c.field)
		}
	}
}

func TestSeasonOf(t *testing.T) {
	t.Parallel()
	audit := func(s AuditState) *AuditRecord { return &AuditRecord{State: s} }
	item := func(s ItemState) *BatchItem { return &BatchItem{State: s} }
	for name, c := range map[string]struct {
		audit *AuditRecord
		item  *BatchItem
		want  Season
	}{
		"never audited":        {nil, nil, SeasonNotYet},
		"open":                 {audit(AuditNotMet), nil, SeasonNotYet},
		"pending":              {audit(AuditPending), nil, SeasonNotYet},
		"met":                  {audit(AuditMet), nil, SeasonReady},
		"waived":               {audit(AuditWaived), nil, SeasonReady},
		"on a list":            {audit(AuditMet), item(ItemReady), SeasonCertified},
		"held":                 {audit(AuditMet), item(ItemHeld), SeasonReady},
		"withdrawn":            {audit(AuditMet), item(ItemWithdrawn), SeasonReady},
		"awarded":              {audit(AuditMet), item(ItemAwarded), SeasonIssued},
		"awarded, then a slip": {audit(AuditNotMet), item(ItemAwarded), SeasonIssued},
	} {
		if got := SeasonOf(c.audit, c.item); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestListHash(t *testing.T) {
	t.Parallel()
	a, b := BatchItem{Learner: "l1", Audit: "a1"}, BatchItem{Learner: "l2", Audit: "a2"}
	// printf 'l1:a1\nl2:a2\n' | sha256sum
	const want = "97fb081db46cc8de6a03b27e5c0252d71aa19f9823b0680937dccf78ad87e77f"
	if got := ListHash([]BatchItem{b, a}); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if ListHash([]BatchItem{a, b}) != ListHash([]BatchItem{b, a}) {
		t.Error("the order of the list changes its hash")
	}
	if ListHash([]BatchItem{a, {Learner: "l2", Audit: "a3"}}) == want {
		t.Error("another audit keeps the hash")
	}
}

func TestHold(t *testing.T) {
	t.Parallel()
	met := &AuditRecord{PolicyHash: "p", FactsHash: "f", State: AuditMet}
	with := func(policy, facts string, s AuditState) *AuditRecord {
		return &AuditRecord{PolicyHash: policy, FactsHash: facts, State: s}
	}
	for name, c := range map[string]struct {
		audited, now *AuditRecord
		want         HoldReason
	}{
		"same":             {met, met, ""},
		"waived":           {with("p", "f", AuditWaived), with("p", "f", AuditWaived), ""},
		"never audited":    {nil, met, HoldNoAudit},
		"no policy":        {met, nil, HoldNoPolicy},
		"other policy":     {met, with("q", "f", AuditMet), HoldPolicy},
		"other facts":      {met, with("p", "g", AuditMet), HoldFacts},
		"open":             {with("p", "f", AuditNotMet), with("p", "f", AuditNotMet), HoldNotDone},
		"waits for others": {with("p", "f", AuditPending), with("p", "f", AuditPending), HoldNotDone},
	} {
		if got := Hold(c.audited, c.now); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC)
	certified := Batch{State: BatchCertified, ListHash: "h", CertifiedBy: "c"}
	waived := []PersonID{"l1", "l2"}
	for name, c := range map[string]struct {
		batch  Batch
		by     PersonID
		seen   string
		ticked []PersonID
		want   error
	}{
		"sound":              {certified, "p", "h", []PersonID{"l2", "l1"}, nil},
		"the certifier":      {certified, "c", "h", waived, ErrForbidden},
		"another list":       {certified, "p", "x", waived, ErrInvalid},
		"no list":            {certified, "p", "", waived, ErrInvalid},
		"an exception left":  {certified, "p", "h", []PersonID{"l1"}, ErrInvalid},
		"approved before":    {Batch{State: BatchApproved, ListHash: "h"}, "p", "h", waived, ErrConflict},
		"withdrawn before":   {Batch{State: BatchWithdrawn, ListHash: "h"}, "p", "h", waived, ErrConflict},
		"not certified ever": {Batch{ListHash: "h"}, "p", "h", waived, ErrConflict},
	} {
		b := c.batch
		err := b.Approve(c.by, c.seen, waived, c.ticked, now)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		if err == nil && (b.State != BatchApproved || b.ClosedBy != c.by || b.Closed != now) {
			t.Errorf("%s: got %+v", name, b)
		}
		if err != nil && b != c.batch {
			t.Errorf("%s: a refusal changed the batch", name)
		}
	}
	b := certified
	if err := b.Withdraw("c", now); err != nil || b.State != BatchWithdrawn {
		t.Errorf("withdraw: got %v, %s", err, b.State)
	}
	for _, s := range []BatchState{BatchWithdrawn, BatchApproved} {
		b := Batch{State: s}
		if err := b.Withdraw("c", now); !errors.Is(err, ErrConflict) {
			t.Errorf("withdraw when %s: got %v", s, err)
		}
	}
	approved := Batch{State: BatchApproved}
	if got := approved.Stage(3, 4); got != BatchIssuing {
		t.Errorf("3 of 4: got %s", got)
	}
	if got := approved.Stage(4, 4); got != BatchIssued {
		t.Errorf("4 of 4: got %s", got)
	}
	if got := certified.Stage(0, 0); got != BatchCertified {
		t.Errorf("before approval: got %s", got)
	}
}
