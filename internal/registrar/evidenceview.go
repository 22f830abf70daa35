package registrar

import (
	"context"
	"slices"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// EvidenceView is a piece of evidence with what belongs to it.
type EvidenceView struct {
	competency.Evidence
	Name         string // the owner's, in use
	Mine         bool
	Indicators   []competency.Item // in the owner's order
	TaskTitle    string
	Files        []competency.Attachment
	Attestations []competency.Attestation
	Scale        competency.Scale
	Results      []Result
	Versions     []VersionView // what was handed in, oldest first
	Reflections  []ReflectionView
	Copies       []LinkView // what its links showed
	Group        *GroupView // nil for work done alone
	Disputes     []DisputeView
	Agreement    *competency.PriorApproval
	Lack         competency.Lack // what it lacks of an agreement before its start
	Timeline     []Moment
	Publication  string               // secret of its public page; for its owner alone
	Checklist    []competency.Promise // the checklist before it was published; for its owner alone
	Outside      *OutsideView         // the credential of elsewhere on which it rests
	Dispute      *competency.Dispute  // the open one
	Zone         *time.Location       // of the school
}

// Result is a standing judgment of evidence.
type Result struct {
	competency.Assessment
	Code, Indicator, Label, By string
}

// Evidence answers one piece to its owner or the school's staff.
func (r *Registrar) Evidence(ctx context.Context, who competency.Actor, id competency.EvidenceID) (v EvidenceView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		e, err := d.Evidence(id)
		if err != nil {
			return err
		}
		if err := d.mayRead(e); err != nil {
			return err
		}
		v, _, err = d.evidenceView(e)
		return err
	})
	return v, err
}

// evidenceView gathers what belongs to a piece of evidence, and the items of
// its framework.
func (d *desk) evidenceView(e competency.Evidence) (v EvidenceView, items []competency.Item, err error) {
	v = EvidenceView{Evidence: e, Mine: e.Owner == d.who.Person}
	school, err := d.Org(e.School)
	if err != nil {
		return v, nil, err
	}
	if v.Zone, err = zoneOf(school); err != nil {
		return v, nil, err
	}
	f, err := d.CurrentFramework()
	if err != nil {
		return v, nil, err
	}
	v.Scale = f.Scale
	if items, err = d.Items(f.ID); err != nil {
		return v, nil, err
	}
	v.Indicators = pick(items, e.Items)
	if v.Files, err = d.Attachments(competency.EvidenceFile, string(e.ID)); err != nil {
		return v, nil, err
	}
	if v.Attestations, err = d.Attestations(e.ID); err != nil {
		return v, nil, err
	}
	if e.Task != "" {
		tasks, err := d.Tasks([]competency.OrgID{e.School})
		if err != nil {
			return v, nil, err
		}
		if i := slices.IndexFunc(tasks, func(t competency.Task) bool { return t.ID == e.Task }); i >= 0 {
			v.TaskTitle = tasks[i].Title
		}
	}
	made, err := d.AssessmentsOf(e.ID)
	if err != nil {
		return v, nil, err
	}
	made = competency.Standing(made)
	people := []competency.PersonID{e.Owner}
	for _, a := range made {
		people = append(people, a.Assessor)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return v, nil, err
	}
	v.Name = names[e.Owner]
	if err := d.addHistory(&v); err != nil {
		return v, nil, err
	}
	for _, a := range made {
		res := Result{Assessment: a, Label: v.Scale.Label(a.Level), By: names[a.Assessor]}
		if found := pick(items, []competency.ItemID{a.Item}); len(found) == 1 {
			res.Code, res.Indicator = found[0].Code, found[0].Text
		}
		v.Results = append(v.Results, res)
	}
	v.Timeline = v.timeline()
	return v, items, nil
}

// addHistory adds what happened to the evidence and what stands beside it.
func (d *desk) addHistory(v *EvidenceView) (err error) {
	if v.Versions, err = d.versions(v.ID); err != nil {
		return err
	}
	v.Copies = presentLinks(v.Evidence, v.Versions)
	if v.Group, err = d.group(v.Evidence); err != nil {
		return err
	}
	if v.Disputes, err = d.disputes(v.Evidence); err != nil {
		return err
	}
	if v.Lack, _, err = d.lack(v.Evidence); err != nil {
		return err
	}
	if v.Mine {
		if v.Publication, err = d.publication(v.ID); err != nil {
			return err
		}
		if v.Checklist, err = d.promised(competency.BeforePublishing, string(v.ID)); err != nil {
			return err
		}
	}
	if o, ok, err := d.OutsideBehind(v.ID); err != nil {
		return err
	} else if ok {
		views, err := d.outsideViews([]competency.OutsideCredential{o})
		if err != nil {
			return err
		}
		v.Outside = &views[0]
	}
	for _, x := range v.Disputes {
		if x.Outcome == "" {
			v.Dispute = &x.Dispute
		}
	}
	if v.Approval != "" {
		p, err := d.PriorApproval(v.Approval)
		if err != nil {
			return err
		}
		v.Agreement = &p
	}
	thoughts, err := d.Reflections(v.ID)
	if err != nil || len(thoughts) == 0 {
		return err
	}
	people := make([]competency.PersonID, len(thoughts))
	for i, t := range thoughts {
		people[i] = t.Author
	}
	names, err := d.UsedNames(people)
	for _, t := range thoughts {
		v.Reflections = append(v.Reflections, ReflectionView{t, names[t.Author]})
	}
	return err
}

// pick answers the items with the ids, in the ids' order.
func pick(items []competency.Item, ids []competency.ItemID) []competency.Item {
	var picked []competency.Item
	for _, id := range ids {
		if i := slices.IndexFunc(items, func(it competency.Item) bool { return it.ID == id }); i >= 0 {
			picked = append(picked, items[i])
		}
	}
	return picked
}

// EvidencePage is a page of a list of evidence.
type EvidencePage struct {
	Rows   []EvidenceLine
	Total  int64
	Offset int
}

// EvidenceLine is evidence in a list.
type EvidenceLine struct {
	competency.Evidence
	Name  string   // the owner's, in use
	Codes []string // of its indicators
}

// evidencePerPage is how many pieces one page lists.
const evidencePerPage = 50

// MyEvidence answers the actor's own evidence, the newest first.
func (r *Registrar) MyEvidence(ctx context.Context, who competency.Actor, offset int) (EvidencePage, error) {
	return r.evidenceList(ctx, who, store.EvidenceFilter{}, offset)
}

// MyOwnIdeas is MyEvidence without what answers a task in the way that the task
// asked for (mission row 6).
func (r *Registrar) MyOwnIdeas(ctx context.Context, who competency.Actor, offset int) (EvidencePage, error) {
	return r.evidenceList(ctx, who, store.EvidenceFilter{OwnIdea: true}, offset)
}

func (r *Registrar) evidenceList(ctx context.Context, who competency.Actor, only store.EvidenceFilter, offset int) (page EvidencePage, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewEvidence, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		page.Offset = max(offset, 0)
		list, total, err := d.EvidenceOf(who.Person, only, store.Page{Offset: page.Offset, Limit: evidencePerPage})
		if err != nil {
			return err
		}
		page.Total = total
		page.Rows, err = d.lines(list)
		return err
	})
	return page, err
}

// lines adds names and codes to evidence: three queries for any number.
func (d *desk) lines(list []competency.Evidence) ([]EvidenceLine, error) {
	if len(list) == 0 {
		return nil, nil
	}
	_, items, err := d.current()
	if err != nil {
		return nil, err
	}
	codes := map[competency.ItemID]string{}
	for _, it := range items {
		codes[it.ID] = it.Code
	}
	owners := make([]competency.PersonID, len(list))
	for i, e := range list {
		owners[i] = e.Owner
	}
	names, err := d.UsedNames(owners)
	if err != nil {
		return nil, err
	}
	lines := make([]EvidenceLine, len(list))
	for i, e := range list {
		lines[i] = EvidenceLine{Evidence: e, Name: names[e.Owner]}
		for _, it := range e.Items {
			lines[i].Codes = append(lines[i].Codes, codes[it])
		}
	}
	return lines, nil
}

// EvidenceForm is what the form for evidence offers.
type EvidenceForm struct {
	Evidence *EvidenceView // the draft that is edited; nil for a new one
	// Suggested are up to three open indicators, the most useful first.
	Suggested []competency.Item
	Standards []StandardChoice
	Tasks     []competency.Task
	// Agreements are those from before a start that the actor may rest on.
	Agreements []competency.PriorApproval
}

// StandardChoice is a standard with the indicators one can choose.
type StandardChoice struct {
	competency.Item
	Indicators []competency.Item
}

// EvidenceForm answers the form for a new piece (an empty id) or for one that
// the actor may edit.
func (r *Registrar) EvidenceForm(ctx context.Context, who competency.Actor, id competency.EvidenceID) (EvidenceForm, error) {
	return r.EvidenceFormFor(ctx, who, id, "")
}

// EvidenceFormFor is EvidenceForm with what a task asks for among the first
// suggestions.
func (r *Registrar) EvidenceFormFor(ctx context.Context, who competency.Actor, id competency.EvidenceID, task competency.TaskID) (form EvidenceForm, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if len(who.Schools) == 0 && id == "" {
			d.checked = true
			return competency.NotFound()
		}
		if err := d.see(competency.AddEvidence, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		if id != "" {
			e, err := d.Evidence(id)
			if err != nil {
				return err
			}
			if err := d.see(competency.EditEvidence, competency.Subject{ID: string(id), Org: e.School, Owner: e.Owner}); err != nil {
				return err
			}
			v, _, err := d.evidenceView(e)
			if err != nil {
				return err
			}
			form.Evidence, task = &v, e.Task
		}
		return d.choices(&form, task)
	})
	return form, err
}

// choices fills in what can be chosen, with what is still open first.
func (d *desk) choices(form *EvidenceForm, task competency.TaskID) error {
	_, items, err := d.current()
	if err != nil {
		return err
	}
	if form.Standards, err = d.offered(items); err != nil {
		return err
	}
	if form.Tasks, err = d.Tasks(d.who.Schools); err != nil {
		return err
	}
	open, err := d.open(items)
	if err != nil {
		return err
	}
	for _, t := range form.Tasks {
		if t.ID == task { // what the task asks for comes first
			asked := func(it competency.Item) int {
				if slices.Contains(t.Items, it.ID) {
					return 0
				}
				return 1
			}
			slices.SortStableFunc(open, func(a, b competency.Item) int { return asked(a) - asked(b) })
		}
	}
	form.Suggested = open[:min(3, len(open))]
	all, err := d.PriorApprovalsOf(d.who.Person)
	for _, p := range all {
		if p.State == competency.ApprovalGiven {
			form.Agreements = append(form.Agreements, p)
		}
	}
	return err
}

// open answers the indicators that the actor has not shown, those with a
// confirmed or proposed start first.
func (d *desk) open(items []competency.Item) ([]competency.Item, error) {
	live, err := d.LiveDeterminations([]competency.PersonID{d.who.Person})
	if err != nil {
		return nil, err
	}
	f, err := d.CurrentFramework()
	if err != nil {
		return nil, err
	}
	level := map[competency.ItemID]int{}
	shown := map[competency.ItemID]bool{}
	for _, l := range live {
		level[l.Item] = max(level[l.Item], l.Level)
		shown[l.Item] = shown[l.Item] || l.State == competency.LevelConfirmed && l.Level >= f.Scale.ProficientAt
	}
	var begun, fresh []competency.Item
	for _, it := range items {
		switch {
		case it.Kind != competency.IndicatorItem || it.Retired || shown[it.ID]:
		case level[it.ID] > 0:
			begun = append(begun, it)
		default:
			fresh = append(fresh, it)
		}
	}
	return append(begun, fresh...), nil
}
