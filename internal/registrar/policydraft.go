package registrar

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
)

// PolicyCheck is what the engine says of a policy's text.
type PolicyCheck struct {
	// Problems are in the order of the lines; mistakes forbid adoption.
	Problems []policy.Problem
	// Policy is what was read; Readable is false where nothing could be.
	Policy   policy.Policy
	Readable bool
	document []byte
}

// Clean reports whether nothing forbids adoption.
func (c PolicyCheck) Clean() bool { return c.Readable && len(policy.Mistakes(c.Problems)) == 0 }

// checkPolicy reads a text and holds it against the newest framework, the
// school's courses, the policy that it extends and who was certified before.
func checkPolicy(d *desk, text string) (c PolicyCheck, items []competency.Item, err error) {
	f, err := d.CurrentFramework()
	if err != nil && !errors.Is(err, competency.ErrNotFound) {
		return c, nil, err
	}
	if items, err = d.Items(f.ID); err != nil {
		return c, nil, err
	}
	read, err := ReadPolicy([]byte(text))
	if wrong, ok := errors.AsType[*TextError](err); ok {
		c.Problems = []policy.Problem{wrong.Problem()}
		return c, items, nil
	}
	if err != nil {
		return c, nil, err
	}
	c.document = read.JSON
	p, err := policy.Parse(read.JSON)
	if wrong, ok := errors.AsType[*policy.ParseError](err); ok {
		c.Problems = inLines(read.Locate(wrong.Problems))
		return c, items, nil
	}
	if err != nil {
		return c, nil, err
	}
	c.Policy, c.Readable = p, true
	found, err := lint(d, p, items)
	if err != nil {
		return c, nil, err
	}
	next, err := d.nextVersion(p.ID)
	if err != nil {
		return c, nil, err
	}
	if p.Version < next {
		found = append(found, policy.Problem{
			Path: "/version", Severity: policy.Mistake, Detail: "This version is there already; the next one is " + strconv.Itoa(next) + ".",
		})
	}
	c.Problems = inLines(read.Locate(found))
	return c, items, nil
}

// nextVersion is the number behind those of a policy's versions.
func (d *desk) nextVersion(code string) (int, error) {
	all, err := d.Policies()
	next := 1
	for _, v := range all {
		if v.Code == code {
			next = max(next, v.Version+1)
		}
	}
	return next, err
}

// inLines puts problems in the order of the text; what is about the whole comes first.
func inLines(problems []policy.Problem) []policy.Problem {
	slices.SortStableFunc(problems, func(a, b policy.Problem) int { return a.Line - b.Line })
	return problems
}

// beside gathers what a policy is held against.
func beside(d *desk, p policy.Policy, items []competency.Item) (policy.Beside, error) {
	b := policy.Beside{Framework: catalogue(items)}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return b, err
	}
	var earlier []competency.PolicyID
	for i := range ps.versions {
		v := &ps.versions[i]
		if v.Code == p.ID && v.Version < p.Version {
			earlier = append(earlier, v.ID)
		}
		if p.Extends.Policy != "" && v.Code == p.Extends.Policy && v.Version == p.Extends.Version {
			base, err := ps.read(v)
			if err != nil {
				return b, err
			}
			b.Base = &base
		}
	}
	if b.Certified, err = d.CertifiedUnder(earlier); err != nil {
		return b, err
	}
	courses, err := d.Courses()
	if err != nil {
		return b, err
	}
	for _, c := range courses {
		for _, t := range c.Tags {
			if !slices.Contains(b.Tags, t) {
				b.Tags = append(b.Tags, t)
			}
		}
	}
	org, err := d.Org(d.Tenant())
	if err != nil {
		return b, err
	}
	b.AsOf, err = civilDay(org, d.at)
	return b, err
}

// NewPolicyDraft says from what a draft begins: a pack of the house, or a version that
// is there.
type NewPolicyDraft struct {
	Pack   string `json:"pack" required:"false"`
	Policy string `json:"policy" required:"false"`
}

// BeginPolicyDraft begins a draft from a pack or as the next version of a policy.
// Registrars, principals and the district.
func (r *Registrar) BeginPolicyDraft(ctx context.Context, who competency.Actor, once Once, n NewPolicyDraft) (competency.PolicyDraftID, error) {
	id, err := r.actOnce(ctx, who, once, competency.EditPolicy, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: who.Tenant}); err != nil {
			return "", err
		}
		text, version, err := d.begin(n)
		if err != nil {
			return "", err
		}
		p := competency.PolicyDraft{
			ID: competency.PolicyDraftID(d.ID()), Text: text, Beside: version, State: competency.DraftOpen,
			BegunBy: who.Person, Begun: d.at, SavedBy: who.Person, Saved: d.at,
		}
		p.Title = policyTitle(text)
		d.note("draft", string(p.ID))
		return string(p.ID), d.AddPolicyDraft(p)
	})
	return competency.PolicyDraftID(id), err
}

// begin answers the text to begin with, and the version to compare it with.
func (d *desk) begin(n NewPolicyDraft) (text string, version competency.PolicyID, err error) {
	if n.Policy != "" {
		v, err := d.Policy(competency.PolicyID(n.Policy))
		if err != nil {
			return "", "", err
		}
		text, err := d.nextText(v)
		return text, v.ID, err
	}
	at := slices.IndexFunc(Packs, func(p Pack) bool { return p.Name == n.Pack })
	if at < 0 {
		return "", "", competency.Invalid(competency.Field{Pointer: "/pack", Detail: "Choose what to begin with."})
	}
	org, err := d.Org(d.Tenant())
	if err != nil {
		return "", "", err
	}
	f, err := d.CurrentFramework()
	if err != nil && !errors.Is(err, competency.ErrNotFound) {
		return "", "", err
	}
	items, err := d.Items(f.ID)
	if err != nil {
		return "", "", err
	}
	all, err := d.Policies()
	if len(all) > 0 {
		version = all[0].ID
	}
	if err != nil {
		return "", "", err
	}
	next, err := d.nextVersion(Packs[at].code(org))
	return Packs[at].text(org, next, catalogue(items)), version, err
}

// CheckPolicy answers what the engine says of a policy's text, as a draft of it
// would say; nothing is kept. Registrars, principals and the district.
func (r *Registrar) CheckPolicy(ctx context.Context, who competency.Actor, text string) (c PolicyCheck, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.EditPolicy, competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		c, _, err = checkPolicy(d, text)
		return err
	})
	return c, err
}

// policyTitle is what a draft is called: its title, as far as it can be read.
func policyTitle(text string) string {
	for line := range strings.Lines(text) {
		if title, ok := strings.CutPrefix(line, "title:"); ok {
			if title = strings.Trim(strings.TrimSpace(title), `"'`); title != "" && len(title) <= 200 {
				return title
			}
		}
	}
	return ""
}

// PolicyDraftText is a text of a draft as the editor sends it.
type PolicyDraftText struct {
	Text     string `json:"text"`
	Revision string `json:"revision"` // the one that was edited
}

// SavePolicyDraft keeps the text of a draft, right or wrong; only its length is
// bounded. It answers the revision that stands now. ErrConflict when somebody
// else saved meanwhile.
func (r *Registrar) SavePolicyDraft(ctx context.Context, who competency.Actor, id competency.PolicyDraftID, in PolicyDraftText) (now int, err error) {
	err = r.act(ctx, who, competency.EditPolicy, func(d *desk) error {
		p, err := d.PolicyDraft(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		revision, err := strconv.Atoi(in.Revision)
		if err != nil || len(in.Text) > maxPolicyBytes {
			return competency.Invalid(competency.Field{Pointer: "/text", Detail: "A policy may have at most 256 KB."})
		}
		before := p
		now = p.Revision
		text := strings.ReplaceAll(in.Text, "\r\n", "\n")
		if text == p.Text && p.State == competency.DraftOpen { // sent again
			return nil
		}
		if err := p.Save(who.Person, text, revision, d.at); err != nil {
			return err
		}
		p.Title, now = policyTitle(p.Text), p.Revision
		return d.SavePolicyDraft(p, before)
	})
	return now, err
}

// DropPolicyDraft closes a draft that nobody wants.
func (r *Registrar) DropPolicyDraft(ctx context.Context, who competency.Actor, id competency.PolicyDraftID) error {
	return r.act(ctx, who, competency.EditPolicy, func(d *desk) error {
		p, err := d.PolicyDraft(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		before := p
		if err := p.Drop(who.Person, d.at); err != nil {
			return err
		}
		return d.SavePolicyDraft(p, before)
	})
}

// PolicyDraftView is a draft with what the engine says of it.
type PolicyDraftView struct {
	competency.PolicyDraft
	Check PolicyCheck
	// Tree is what the draft asks for; set where it can be read.
	Tree  policy.Result
	Seals []policy.Result
	// Changes are against the version that it is compared with.
	Beside  *competency.PolicyVersion
	Changes []PolicyChange
	// Moves are the learners enrolled now who would come under the draft, by what
	// they are under now; Years the classes on which it can be tried.
	Moves  []CohortMove
	Years  []ClassSize
	Trials []competency.PolicyTrial
	// SavedByName and ProposedByName are names in use.
	SavedByName, ProposedByName string
	MayPropose, MayAdopt        bool
	// Mine tells that the actor proposed it, and so cannot adopt it.
	Mine bool
}

// CohortMove is how many learners would come under a draft from where.
type CohortMove struct {
	Entry, Graduation, Count int
	// From is what covers them now; nil where nothing does.
	From *competency.PolicyVersion
}

// ClassSize is how many learners a class has or had.
type ClassSize struct{ Year, Count int }

// PolicyDraft answers a draft with everything that the editor shows. Registrars,
// principals and the district.
func (r *Registrar) PolicyDraft(ctx context.Context, who competency.Actor, id competency.PolicyDraftID) (v PolicyDraftView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.PolicyDraft, err = d.PolicyDraft(id); err != nil {
			return err
		}
		if err := d.see(competency.EditPolicy, competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		names, err := d.UsedNames([]competency.PersonID{v.SavedBy, v.ProposedBy})
		if err != nil {
			return err
		}
		v.SavedByName, v.ProposedByName, v.Mine = names[v.SavedBy], names[v.ProposedBy], v.ProposedBy == who.Person
		v.MayPropose = v.State == competency.DraftOpen && competency.Can(who, competency.ProposePolicy, competency.Subject{Org: who.Tenant})
		on := competency.Subject{Org: who.Tenant, Before: []competency.PersonID{v.ProposedBy}}
		v.MayAdopt = v.State == competency.DraftProposed && competency.Can(who, competency.AdoptPolicy, on)
		if v.Trials, err = d.PolicyTrials(id); err != nil {
			return err
		}
		return d.draft(&v)
	})
	return v, err
}

// draft fills in what the engine says of the text.
func (d *desk) draft(v *PolicyDraftView) error {
	var items []competency.Item
	var err error
	if v.Check, items, err = checkPolicy(d, v.Text); err != nil {
		return err
	}
	sizes, err := d.ClassSizes()
	if err != nil {
		return err
	}
	for year, count := range sizes {
		v.Years = append(v.Years, ClassSize{year, count})
	}
	slices.SortFunc(v.Years, func(a, b ClassSize) int { return b.Year - a.Year })
	if v.Beside, err = d.besideOf(v.PolicyDraft.Beside); err != nil || !v.Check.Readable {
		return err
	}
	audit := policy.Evaluate(v.Check.Policy, policy.Facts{Framework: catalogue(items)})
	v.Tree, v.Seals = audit.Tree, audit.Endorsements
	if v.Beside != nil {
		if v.Changes, err = policyChanges(v.Beside.Document, v.Check.document); err != nil {
			return err
		}
	}
	v.Moves, err = d.moves(v.Check.Policy)
	return err
}

func (d *desk) besideOf(id competency.PolicyID) (*competency.PolicyVersion, error) {
	if id == "" {
		return nil, nil
	}
	version, err := d.Policy(id)
	return &version, err
}

// moves counts who would come under a policy, and what covers them now.
func (d *desk) moves(p policy.Policy) ([]CohortMove, error) {
	cohorts, err := d.Cohorts()
	if err != nil {
		return nil, err
	}
	ps, err := allPolicies(d.Scope)
	if err != nil {
		return nil, err
	}
	var moves []CohortMove
	for _, c := range cohorts {
		if !p.AppliesTo.Covers(c.EntryYear, c.GraduationYear, ps.slugs[c.School], "standard") {
			continue
		}
		from, _, err := ps.of(competency.Enrollment{School: c.School, EntryYear: c.EntryYear, GraduationYear: c.GraduationYear})
		if err != nil {
			return nil, err
		}
		last := len(moves) - 1
		if last >= 0 && moves[last].Entry == c.EntryYear && moves[last].Graduation == c.GraduationYear && moves[last].From == from {
			moves[last].Count += c.Count // of another school
			continue
		}
		moves = append(moves, CohortMove{c.EntryYear, c.GraduationYear, c.Count, from})
	}
	return moves, nil
}

// PolicyDrafts answers the drafts that are open or proposed. Registrars, principals
// and the district; others see none.
func (r *Registrar) PolicyDrafts(ctx context.Context, who competency.Actor) (all []competency.PolicyDraft, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		d.checked = true
		if !competency.Can(who, competency.EditPolicy, competency.Subject{Org: who.Tenant}) {
			return nil
		}
		all, err = d.PolicyDrafts()
		return err
	})
	return all, err
}
