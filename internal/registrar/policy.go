package registrar

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// PolicyToAdopt is a graduation policy that a board has adopted.
type PolicyToAdopt struct {
	Document  string `json:"document"`   // YAML or JSON
	Board     string `json:"board"`      // who adopted it
	AdoptedOn string `json:"adopted_on"` // civil date
}

// adoptPolicy checks and keeps a policy within an act that has asked already.
func adoptPolicy(d *desk, framework competency.FrameworkID, in PolicyToAdopt) (competency.PolicyID, error) {
	document, err := adopted(in)
	if err != nil {
		return "", err
	}
	p, err := policy.Parse(document)
	if err != nil {
		return "", policyFields(err)
	}
	items, err := d.Items(framework)
	if err != nil {
		return "", err
	}
	found, err := lint(d, p, items)
	if err != nil {
		return "", err
	}
	if found = policy.Mistakes(found); len(found) > 0 {
		return "", policyFields(&policy.ParseError{Problems: found})
	}
	id := competency.PolicyID(d.ID())
	d.subject.ID = string(id)
	d.note("policy", string(id))
	d.note("hash", p.Hash())
	err = d.AddPolicy(competency.PolicyVersion{
		ID: id, Framework: framework, Code: p.ID, Version: p.Version, Title: p.Title, Status: string(policy.Adopted),
		Document: document, Hash: p.Hash(), AdoptedBy: p.AdoptedBy, AdoptedOn: p.AdoptedOn,
		EnteredBy: d.who.Person, Entered: d.Now(),
		EntryFrom: p.AppliesTo.EntryYear.From, EntryTo: p.AppliesTo.EntryYear.To,
		GraduationFrom: p.AppliesTo.GraduationYear.From, GraduationTo: p.AppliesTo.GraduationYear.To,
		School: p.AppliesTo.School, DiplomaType: p.AppliesTo.DiplomaType, Source: typed(in.Document),
	})
	return id, err
}

// typed is the text of a policy as people wrote it; empty for JSON, which says
// no more than the document does.
func typed(text string) string {
	if json.Valid([]byte(text)) {
		return ""
	}
	return text
}

// lint answers what is wrong with a policy here: beside the framework, its base
// and the learners certified before.
func lint(d *desk, p policy.Policy, items []competency.Item) ([]policy.Problem, error) {
	b, err := beside(d, p, items)
	if err != nil {
		return nil, err
	}
	return policy.Lint(p, b), nil
}

// adopted is the canonical document with who adopted it and when put in.
func adopted(in PolicyToAdopt) ([]byte, error) {
	canonical, err := PolicyJSON([]byte(in.Document))
	if err != nil {
		return nil, competency.Invalid(competency.Field{Pointer: "/document", Detail: err.Error() + "."})
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(canonical, &members); err != nil {
		return nil, competency.Invalid(competency.Field{Pointer: "/document", Detail: "A policy is a list of named parts."})
	}
	if in.Board == "" && in.AdoptedOn == "" {
		return canonical, nil
	}
	if _, err := time.Parse(time.DateOnly, in.AdoptedOn); err != nil {
		return nil, competency.Invalid(competency.Field{Pointer: "/adopted_on", Detail: "Give the day of adoption as year-month-day."})
	}
	board := strings.TrimSpace(in.Board)
	if board == "" || len(board) > 200 {
		return nil, competency.Invalid(competency.Field{Pointer: "/board", Detail: "Say who adopted the policy."})
	}
	by, err := json.Marshal(map[string]string{"by": board, "on": in.AdoptedOn})
	if err != nil {
		return nil, fmt.Errorf("writing who adopted the policy: %w", err)
	}
	members["adopted"], members["status"] = by, json.RawMessage(`"adopted"`)
	whole, err := json.Marshal(members)
	if err != nil {
		return nil, fmt.Errorf("writing the policy: %w", err)
	}
	return PolicyJSON(whole)
}

// policyFields turns what is wrong with a policy into fields of the form.
func policyFields(err error) error {
	wrong, ok := errors.AsType[*policy.ParseError](err)
	if !ok {
		return err
	}
	fields := make([]competency.Field, len(wrong.Problems))
	for i, p := range wrong.Problems {
		fields[i] = competency.Field{Pointer: "/document" + p.Path, Detail: strings.TrimPrefix(p.Path+": "+p.Detail, ": ")}
	}
	return competency.Invalid(fields...)
}

// catalogue is what the policy engine needs of a framework: its standards and
// transferable skills with their indicators, without what is retired.
func catalogue(items []competency.Item) policy.Catalogue {
	var c policy.Catalogue
	codes := make(map[competency.ItemID]string, len(items))
	for _, it := range items {
		codes[it.ID] = it.Code
	}
	for _, s := range competency.ByStandard(items) {
		st := policy.Standard{Code: s.Code, Title: s.Text, Within: codes[s.Within]}
		for _, it := range s.Indicators {
			st.Indicators = append(st.Indicators, policy.Indicator{Code: it.Code, Title: it.Text})
		}
		c.Standards = append(c.Standards, st)
	}
	return c
}

// methodOf is the judgment method that a policy names.
func methodOf(p policy.Policy) competency.Method {
	d := p.Determination
	return competency.Method{Name: d.Method, Version: d.Version, N: d.N, AtLeast: d.AtLeast, Distinct: d.DistinctTasks, Percent: d.Percent}
}

// policies are the tenant's adopted policies, each read once.
type policies struct {
	versions []competency.PolicyVersion
	slugs    map[competency.OrgID]string
	parsed   map[competency.PolicyID]policy.Policy
}

// allPolicies reads the tenant's policies: two queries for any number of learners.
func allPolicies(sc *store.Scope) (*policies, error) {
	versions, err := sc.Policies()
	if err != nil {
		return nil, err
	}
	orgs, err := sc.Orgs()
	if err != nil {
		return nil, err
	}
	ps := &policies{
		versions: versions, slugs: map[competency.OrgID]string{}, parsed: map[competency.PolicyID]policy.Policy{},
	}
	for _, o := range orgs {
		ps.slugs[o.ID] = o.Slug
	}
	return ps, nil
}

// read parses a version, once.
func (ps *policies) read(v *competency.PolicyVersion) (policy.Policy, error) {
	p, ok := ps.parsed[v.ID]
	if ok {
		return p, nil
	}
	p, err := policy.Parse(v.Document)
	if err != nil {
		return p, fmt.Errorf("reading policy %s: %w", v.ID, err)
	}
	ps.parsed[v.ID] = p
	return p, nil
}

// byID answers one of the policies; ErrNotFound if the tenant has none of the id.
func (ps *policies) byID(id competency.PolicyID) (policy.Policy, error) {
	for i := range ps.versions {
		if ps.versions[i].ID == id {
			return ps.read(&ps.versions[i])
		}
	}
	return policy.Policy{}, competency.NotFound()
}

// of answers the policy of a learner with this enrollment; nil if none covers it.
func (ps *policies) of(e competency.Enrollment) (*competency.PolicyVersion, policy.Policy, error) {
	for i := range ps.versions {
		v := &ps.versions[i]
		if !v.Covers(e.EntryYear, e.GraduationYear, ps.slugs[e.School]) {
			continue
		}
		p, err := ps.read(v)
		return v, p, err
	}
	return nil, policy.Policy{}, nil
}

// Policies answers the tenant's policies, the newest first.
func (r *Registrar) Policies(ctx context.Context, who competency.Actor) (all []competency.PolicyVersion, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		all, err = d.Policies()
		return err
	})
	return all, err
}

// PolicyView is a policy with what it asks, in sentences.
type PolicyView struct {
	competency.PolicyVersion
	Policy policy.Policy
	// Tree is what the policy answers of somebody who has shown nothing: every
	// requirement by its title, with what it needs.
	Tree      policy.Result
	Seals     []policy.Result
	Framework competency.Framework
}

// Policy answers one policy.
func (r *Registrar) Policy(ctx context.Context, who competency.Actor, id competency.PolicyID) (v PolicyView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		if v.PolicyVersion, err = d.Policy(id); err != nil {
			return err
		}
		if v.Policy, err = policy.Parse(v.Document); err != nil {
			return fmt.Errorf("reading policy %s: %w", id, err)
		}
		if v.Framework, err = d.Framework(v.PolicyVersion.Framework); err != nil {
			return err
		}
		items, err := d.Items(v.Framework.ID)
		if err != nil {
			return err
		}
		audit := policy.Evaluate(v.Policy, policy.Facts{AsOf: v.AdoptedOn, Framework: catalogue(items)})
		v.Tree, v.Seals = audit.Tree, audit.Endorsements
		return nil
	})
	return v, err
}
