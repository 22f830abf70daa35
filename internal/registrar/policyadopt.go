package registrar

import (
	"context"

	"laurel/competency"
	"laurel/competency/policy"
)

// Proposal is what is said when a draft is proposed for adoption.
type Proposal struct {
	Board     string `json:"board"`
	AdoptedOn string `json:"adopted_on"`
}

// ProposePolicy offers a draft for adoption, with the board that decided on it
// and the day. Nothing may be wrong with it. Principals and the district, not
// long after typing the password. ErrInvalid names problems and fields.
func (r *Registrar) ProposePolicy(ctx context.Context, who competency.Actor, id competency.PolicyDraftID, in Proposal) error {
	return r.act(ctx, who, competency.ProposePolicy, func(d *desk) error {
		p, err := d.PolicyDraft(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		before := p
		if err := p.Propose(who.Person, in.Board, in.AdoptedOn, "", d.at); err != nil {
			return err
		}
		document, err := d.proposed(p)
		if err != nil {
			return err
		}
		p.Hash = document.Hash()
		d.note("hash", p.Hash)
		return d.SavePolicyDraft(p, before)
	})
}

// proposed reads the document of a proposal: the draft's text with who adopted
// it and when.
func (d *desk) proposed(p competency.PolicyDraft) (policy.Policy, error) {
	check, _, err := checkPolicy(d, p.Text)
	if err != nil {
		return policy.Policy{}, err
	}
	if wrong := policy.Mistakes(check.Problems); len(wrong) > 0 {
		return policy.Policy{}, policyFields(&policy.ParseError{Problems: wrong})
	}
	document, err := adopted(PolicyToAdopt{Document: p.Text, Board: p.Board, AdoptedOn: p.AdoptedOn})
	if err != nil {
		return policy.Policy{}, err
	}
	read, err := policy.Parse(document)
	if err != nil {
		return read, policyFields(err)
	}
	return read, nil
}

// AdoptProposal adopts what somebody else proposed, word for word: the document
// of the hash that stood on the page. Versions of the same policy that it
// leaves no learners are retired. The district's, not long after typing the
// password, never by who proposed it (domain invariant 4).
func (r *Registrar) AdoptProposal(ctx context.Context, who competency.Actor, id competency.PolicyDraftID, seen string) (made competency.PolicyID, err error) {
	err = r.act(ctx, who, competency.AdoptPolicy, func(d *desk) error {
		p, err := d.PolicyDraft(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant, Before: []competency.PersonID{p.ProposedBy}}); err != nil {
			return err
		}
		before := p
		if err := p.Adopt(who.Person, seen, "", d.at); err != nil {
			return err
		}
		f, err := d.CurrentFramework()
		if err != nil {
			return err
		}
		if p.Policy, err = adoptPolicy(d, f.ID, PolicyToAdopt{Document: p.Text, Board: p.Board, AdoptedOn: p.AdoptedOn}); err != nil {
			return err
		}
		made = p.Policy
		if err := d.retireReplaced(made, p.Hash); err != nil {
			return err
		}
		return d.SavePolicyDraft(p, before)
	})
	return made, err
}

// retireReplaced retires the versions of the same policy all of whose learners
// are the new one's.
func (d *desk) retireReplaced(id competency.PolicyID, hash string) error {
	all, err := d.Policies()
	if err != nil {
		return err
	}
	v, err := d.Policy(id)
	if err != nil {
		return err
	}
	if v.Hash != hash { // a member of the document depends on something that has changed since
		return competency.Refuse("The policy is not what was proposed any more. Please propose it again.")
	}
	for _, old := range all {
		if old.ID != id && old.Code == v.Code && old.Status == string(policy.Adopted) && v.Includes(old) {
			d.note("retired", string(old.ID))
			if err := d.RetirePolicy(old.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// TakeBackProposal makes a proposal a draft again. Principals and the district.
func (r *Registrar) TakeBackProposal(ctx context.Context, who competency.Actor, id competency.PolicyDraftID) error {
	return r.act(ctx, who, competency.EditPolicy, func(d *desk) error {
		p, err := d.PolicyDraft(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		before := p
		if err := p.TakeBack(); err != nil {
			return err
		}
		return d.SavePolicyDraft(p, before)
	})
}

// RetireVersion ends an adopted policy; it stays readable. Refused while
// learners would be left without one. The district's, not long after typing the
// password.
func (r *Registrar) RetireVersion(ctx context.Context, who competency.Actor, id competency.PolicyID) error {
	return r.act(ctx, who, competency.RetirePolicy, func(d *desk) error {
		v, err := d.Policy(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		if v.Status != string(policy.Adopted) {
			return competency.Refuse("This policy is retired already.")
		}
		left, err := d.leftWithout(id)
		if err != nil {
			return err
		}
		if left > 0 {
			return competency.Refuse("Learners who are enrolled now would be left without a policy. Adopt one for their years first. Nothing was changed.")
		}
		return d.RetirePolicy(id)
	})
}

// leftWithout counts the learners whom no other policy would cover.
func (d *desk) leftWithout(id competency.PolicyID) (left int, err error) {
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return 0, err
	}
	cohorts, err := d.Cohorts()
	if err != nil {
		return 0, err
	}
	for i := range ps.versions {
		if ps.versions[i].ID == id {
			ps.versions[i].Status = string(policy.Retired)
		}
	}
	for _, c := range cohorts {
		v, err := d.Policy(id)
		if err != nil {
			return 0, err
		}
		now, _, err := ps.of(competency.Enrollment{School: c.School, EntryYear: c.EntryYear, GraduationYear: c.GraduationYear})
		if err != nil {
			return 0, err
		}
		if now == nil && v.Covers(c.EntryYear, c.GraduationYear, ps.slugs[c.School]) {
			left += c.Count
		}
	}
	return left, nil
}

// waitingPolicies are the proposals that the actor can adopt.
func waitingPolicies(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.DistrictLead) {
		return nil, nil
	}
	drafts, err := d.PolicyDrafts()
	if err != nil {
		return nil, err
	}
	var list []Waiting
	for _, p := range drafts {
		on := competency.Subject{Org: d.who.Tenant, Before: []competency.PersonID{p.ProposedBy}}
		if p.State == competency.DraftProposed && competency.Can(d.who, competency.AdoptPolicy, on) {
			list = append(list, Waiting{Kind: "policy", Count: 1, Oldest: p.Proposed, Href: "/policy-drafts/" + string(p.ID)})
		}
	}
	return list, nil
}
