package competency_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"laurel/competency"
)

var issuingDay = time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)

func TestPageOpen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		credential competency.Credential
		holder     competency.Person
		want       bool
	}{
		"issued":                  {competency.Credential{State: competency.Issued}, competency.Person{Born: "2008-06-01"}, true},
		"birth date not known":    {competency.Credential{State: competency.Issued}, competency.Person{}, true},
		"revoked is shown so":     {competency.Credential{State: competency.Revoked}, competency.Person{}, true},
		"not signed yet":          {competency.Credential{State: competency.Reserved}, competency.Person{}, false},
		"withdrawn by the holder": {competency.Credential{State: competency.Issued, PageWithdrawn: issuingDay}, competency.Person{}, false},
		"directory opt-out":       {competency.Credential{State: competency.Issued}, competency.Person{DirectoryOptOut: true}, false},
		"thirteen tomorrow":       {competency.Credential{State: competency.Issued}, competency.Person{Born: "2013-06-13"}, false},
		"thirteen today":          {competency.Credential{State: competency.Issued}, competency.Person{Born: "2013-06-12"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.credential.PageOpen(c.holder, issuingDay); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestBeginRevocation(t *testing.T) {
	t.Parallel()
	issued := competency.Credential{ID: "c1", Tenant: "t", State: competency.Issued}
	for name, c := range map[string]struct {
		credential competency.Credential
		public     competency.RevocationReason
		private    string
		want       error
	}{
		"sound":           {issued, competency.IssuedInError, "The wrong learner was on the list.", nil},
		"unknown reason":  {issued, "spite", "The wrong learner was on the list.", competency.ErrInvalid},
		"no words":        {issued, competency.NotMet, "oops", competency.ErrInvalid},
		"too many words":  {issued, competency.NotMet, strings.Repeat("é", 2001), competency.ErrInvalid},
		"already revoked": {competency.Credential{State: competency.Revoked}, competency.NotMet, "The wrong learner was on the list.", competency.ErrConflict},
		"not issued":      {competency.Credential{State: competency.Reserved}, competency.NotMet, "The wrong learner was on the list.", competency.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := competency.BeginRevocation(c.credential, c.public, c.private, "p1", issuingDay)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err == nil && (r.State != competency.RevocationOpen || r.OpenedBy != "p1" || r.Credential != "c1") {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestCloseRevocation(t *testing.T) {
	t.Parallel()
	open := competency.Revocation{State: competency.RevocationOpen, OpenedBy: "p1"}
	if _, err := open.Close(competency.RevocationConfirmed, "p1", issuingDay); !errors.Is(err, competency.ErrForbidden) {
		t.Errorf("confirmed by the opener: got %v", err)
	}
	if r, err := open.Close(competency.RevocationCancelled, "p1", issuingDay); err != nil || r.State != competency.RevocationCancelled {
		t.Errorf("cancelled by the opener: got %+v, %v", r, err)
	}
	done, err := open.Close(competency.RevocationConfirmed, "p2", issuingDay)
	if err != nil || done.ClosedBy != "p2" {
		t.Fatalf("confirmed by a second person: got %+v, %v", done, err)
	}
	if _, err := done.Close(competency.RevocationCancelled, "p3", issuingDay); !errors.Is(err, competency.ErrConflict) {
		t.Errorf("closed twice: got %v", err)
	}
}
