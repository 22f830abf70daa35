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

func TestBeginStatusChange(t *testing.T) {
	t.Parallel()
	in := func(s competency.CredentialState) competency.Credential {
		return competency.Credential{ID: "c1", Tenant: "t", State: s}
	}
	issued := in(competency.Issued)
	const why = "The wrong learner was on the list."
	for name, c := range map[string]struct {
		credential competency.Credential
		kind       competency.ChangeKind
		public     competency.RevocationReason
		private    string
		want       error
	}{
		"sound":                 {issued, competency.Withdraw, competency.IssuedInError, why, nil},
		"unknown reason":        {issued, competency.Withdraw, "spite", why, competency.ErrInvalid},
		"no words":              {issued, competency.Withdraw, competency.NotMet, "oops", competency.ErrInvalid},
		"too many words":        {issued, competency.Withdraw, competency.NotMet, strings.Repeat("é", 2001), competency.ErrInvalid},
		"already revoked":       {in(competency.Revoked), competency.Withdraw, competency.NotMet, why, competency.ErrConflict},
		"not issued":            {in(competency.Reserved), competency.Withdraw, competency.NotMet, why, competency.ErrConflict},
		"no such change":        {issued, "burn", "", why, competency.ErrInvalid},
		"a hold":                {issued, competency.Suspend, "", why, nil},
		"a hold with a reason":  {issued, competency.Suspend, competency.NotMet, why, competency.ErrInvalid},
		"held already":          {in(competency.Suspended), competency.Suspend, "", why, competency.ErrConflict},
		"lifted":                {in(competency.Suspended), competency.Lift, "", why, nil},
		"lifted without a hold": {issued, competency.Lift, "", why, competency.ErrConflict},
		"withdrawn from a hold": {in(competency.Suspended), competency.Withdraw, competency.NotMet, why, nil},
		"replaced":              {issued, competency.Replace, "", why, nil},
		"replaced from a hold":  {in(competency.Suspended), competency.Replace, "", why, nil},
		"replaced twice":        {in(competency.Superseded), competency.Replace, "", why, competency.ErrConflict},
		"an older copy":         {in(competency.Superseded), competency.Withdraw, competency.NotMet, why, competency.ErrConflict},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := competency.StatusChange{Kind: c.kind, Public: c.public, Private: c.private}
			r, err := competency.BeginStatusChange(c.credential, want, "p1", issuingDay)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err == nil && (r.State != competency.ChangeOpen || r.OpenedBy != "p1" || r.Kind != c.kind || r.Credential != "c1") {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestCloseStatusChange(t *testing.T) {
	t.Parallel()
	open := competency.StatusChange{State: competency.ChangeOpen, OpenedBy: "p1"}
	if _, err := open.Close(competency.ChangeConfirmed, "p1", issuingDay); !errors.Is(err, competency.ErrForbidden) {
		t.Errorf("confirmed by the opener: got %v", err)
	}
	if r, err := open.Close(competency.ChangeCancelled, "p1", issuingDay); err != nil || r.State != competency.ChangeCancelled {
		t.Errorf("cancelled by the opener: got %+v, %v", r, err)
	}
	done, err := open.Close(competency.ChangeConfirmed, "p2", issuingDay)
	if err != nil || done.ClosedBy != "p2" {
		t.Fatalf("confirmed by a second person: got %+v, %v", done, err)
	}
	if _, err := done.Close(competency.ChangeCancelled, "p3", issuingDay); !errors.Is(err, competency.ErrConflict) {
		t.Errorf("closed twice: got %v", err)
	}
}
