package competency

import (
	"errors"
	"testing"
	"time"
)

func TestMay(t *testing.T) {
	t.Parallel()
	const school, other = OrgID("school"), OrgID("other")
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	as := func(p PersonID, roles ...Role) Actor {
		return Actor{Account: "a", Person: p, Tenant: "t", Staffed: map[OrgID][]Role{school: roles}, Authenticated: now}
	}
	stale := as("p1", Principal)
	stale.Authenticated = now.Add(-FreshFor - time.Second)
	for name, c := range map[string]struct {
		who  Actor
		act  Act
		on   Subject
		want error
	}{
		"nobody":                              {Actor{}, ViewEvidence, Subject{Org: school}, ErrUnauthenticated},
		"own evidence":                        {as("l1"), ViewEvidence, Subject{Org: school, Owner: "l1"}, nil},
		"another's evidence":                  {as("l2"), ViewEvidence, Subject{Org: school, Owner: "l1"}, ErrNotFound},
		"teacher of the school":               {as("t1", Teacher), JudgeEvidence, Subject{Org: school, Owner: "l1"}, nil},
		"teacher of another school":           {as("t1", Teacher), JudgeEvidence, Subject{Org: other, Owner: "l1"}, ErrNotFound},
		"own work":                            {as("t1", Teacher), JudgeEvidence, Subject{Org: school, Owner: "t1"}, ErrForbidden},
		"an administrator judges":             {as("x", OrgAdmin), JudgeEvidence, Subject{Org: school, Owner: "l1"}, ErrNotFound},
		"an administrator approves":           {as("x", OrgAdmin), ApproveDiplomas, Subject{Org: school}, ErrNotFound},
		"certifier approves":                  {as("p1", Principal), ApproveDiplomas, Subject{Org: school, Before: []PersonID{"p1"}}, ErrForbidden},
		"second person approves":              {as("p1", Principal), ApproveDiplomas, Subject{Org: school, Before: []PersonID{"c1"}}, nil},
		"long after the password":             {stale, ApproveDiplomas, Subject{Org: school}, ErrStale},
		"assigned assessor":                   {as("t1"), ScoreReview, Subject{Org: school, Owner: "t2", Assigned: []PersonID{"t1"}}, nil},
		"assessor of something else":          {as("t1", Assessor), ScoreReview, Subject{Org: school, Owner: "t2", Assigned: []PersonID{"t3"}}, ErrNotFound},
		"principal speaks for the school":     {as("p1", Principal), EditProfileOf(School), Subject{Org: school}, nil},
		"principal speaks for another school": {as("p1", Principal), EditProfileOf(School), Subject{Org: other}, ErrNotFound},
		"teacher speaks for the school":       {as("t1", Teacher), EditProfileOf(School), Subject{Org: school}, ErrNotFound},
		"teacher reads the school's profile":  {as("t1", Teacher), ViewProfile, Subject{Org: school}, nil},
		"coordinator speaks for a school":     {as("c1", Coordinator), EditProfileOf(School), Subject{Org: school}, ErrNotFound},
		"coordinator speaks for a provider":   {as("c1", Coordinator), EditProfileOf(Provider), Subject{Org: school}, nil},
		"principal speaks for a provider":     {as("p1", Principal), EditProfileOf(Provider), Subject{Org: school}, ErrNotFound},
		"holder of the link":                  {Actor{Tenant: "t", Link: "a1"}, AnswerAttestation, Subject{ID: "a1", Org: school, Owner: "l1"}, nil},
		"holder of another link":              {Actor{Tenant: "t", Link: "a2"}, AnswerAttestation, Subject{ID: "a1", Org: school, Owner: "l1"}, ErrUnauthenticated},
		"the owner holds the link":            {Actor{Person: "l1", Tenant: "t", Link: "a1"}, AnswerAttestation, Subject{ID: "a1", Org: school, Owner: "l1"}, ErrForbidden},
		"a teacher without the link":          {as("t1", Teacher), AnswerAttestation, Subject{ID: "a1", Org: school, Owner: "l1"}, ErrNotFound},
		"a link opens nothing else":           {Actor{Tenant: "t", Link: "a1"}, ViewEvidence, Subject{ID: "a1", Org: school, Owner: "l1"}, ErrUnauthenticated},
		"unknown act":                         {as("t1", Teacher), "nonsense", Subject{Org: school}, ErrForbidden},
		"a job":                               {Actor{System: true}, IssueCredential, Subject{Org: school}, nil},
	} {
		if err := May(c.who, c.act, c.on, now); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
