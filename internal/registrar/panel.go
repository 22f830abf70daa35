package registrar

import (
	"context"
	"slices"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// PanelInput calls a panel together.
type PanelInput struct {
	Kind       string   `json:"kind"`
	Title      string   `json:"title"`
	Pieces     []string `json:"pieces"`     // ids of evidence
	Indicators []string `json:"indicators"` // codes
	Members    []string `json:"members"`    // ids of people who work in the tenant
	// Guests come by a link and need no account; a row without a word is left out.
	Guests []GuestInput `json:"guests" required:"false"`
}

// PanelForm is what the form for a panel offers.
type PanelForm struct {
	Learner   competency.PersonID
	Name      string
	Pieces    []competency.Evidence // judged or waiting, the newest first
	Standards []StandardChoice
	People    []PanelPerson
}

// PanelPerson is someone who can sit on the panel.
type PanelPerson struct {
	Person  competency.PersonID
	Name    string
	Place   string
	Outside bool
}

// panelPieces is how many pieces the form offers.
const panelPieces = 60

// PanelForm answers the form for a panel about a learner.
func (r *Registrar) PanelForm(ctx context.Context, who competency.Actor, learner competency.PersonID) (form PanelForm, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		e, err := d.enrolled(learner)
		if err != nil {
			return err
		}
		if err := d.see(competency.OpenPanel, competency.Subject{ID: string(learner), Org: e.School, Owner: learner}); err != nil {
			return err
		}
		p, err := d.Person(learner)
		if err != nil {
			return err
		}
		form.Learner, form.Name = learner, p.Used
		all, _, err := d.EvidenceOf(learner, store.EvidenceFilter{}, store.Page{Limit: panelPieces})
		if err != nil {
			return err
		}
		form.Pieces = slices.DeleteFunc(all, func(e competency.Evidence) bool { return e.State != competency.EvidenceAccepted && !e.Waiting() })
		_, items, err := d.current()
		if err != nil {
			return err
		}
		for _, s := range competency.Outer(competency.ByStandard(items)) {
			form.Standards = append(form.Standards, StandardChoice{Item: s.Item, Indicators: s.Indicators})
		}
		form.People, err = d.panelPeople(e.School)
		return err
	})
	return form, err
}

// panelPeople are those who work in the tenant: at the learner's school, or at
// another school or provider, from where they see it from outside.
func (d *desk) panelPeople(school competency.OrgID) ([]PanelPerson, error) {
	orgs, err := d.Orgs()
	if err != nil {
		return nil, err
	}
	var people []PanelPerson
	seen := map[competency.PersonID]bool{}
	slices.SortStableFunc(orgs, func(a, b competency.Org) int { return boolOrder(a.ID == school) - boolOrder(b.ID == school) })
	for _, o := range orgs {
		staff, err := d.StaffAt(o.ID, "")
		if err != nil {
			return nil, err
		}
		var ids []competency.PersonID
		for _, s := range staff {
			ids = append(ids, s.Person)
		}
		names, err := d.UsedNames(ids)
		if err != nil {
			return nil, err
		}
		above := o.Kind == competency.District || o.Kind == competency.State
		for _, s := range staff {
			if !seen[s.Person] {
				people = append(people, PanelPerson{s.Person, names[s.Person], o.Name, o.ID != school && !above})
			}
			seen[s.Person] = true
		}
	}
	slices.SortStableFunc(people, func(a, b PanelPerson) int { return strings.Compare(a.Name, b.Name) })
	return people, nil
}

// boolOrder puts what is true first.
func boolOrder(first bool) int {
	if first {
		return 0
	}
	return 1
}

// OpenPanel calls a panel together over a body of evidence. The body becomes a
// piece of evidence of its own, which waits until the panel has decided.
func (r *Registrar) OpenPanel(ctx context.Context, who competency.Actor, once Once, learner competency.PersonID, in PanelInput) (competency.PanelID, error) {
	id, err := r.actOnce(ctx, who, once, competency.OpenPanel, func(d *desk) (string, error) {
		e, err := d.enrolled(learner)
		if err != nil {
			return "", err
		}
		p := competency.Panel{
			ID: competency.PanelID(d.ID()), School: e.School, Learner: learner, Kind: in.Kind, State: competency.PanelOpen,
			Chair: who.Person, Opened: d.Now(), Body: competency.EvidenceID(d.ID()),
		}
		if err := d.may(competency.Subject{ID: string(p.ID), Org: p.School, Owner: learner}); err != nil {
			return "", err
		}
		body, err := d.panelBody(&p, in)
		if err != nil {
			return "", err
		}
		if err := d.panelMembers(&p, in.Members); err != nil {
			return "", err
		}
		guests, bad := d.inviteGuests(&p, in.Guests)
		bad = append(bad, p.Check()...)
		if len(body.Items) == 0 {
			bad = append(bad, competency.Field{Pointer: "/indicators", Detail: "Choose at least one indicator."})
		}
		if bad = append(bad, body.Check(0)...); len(bad) > 0 {
			return "", competency.Invalid(bad...)
		}
		if err := d.AddEvidence(body); err != nil {
			return "", err
		}
		return string(p.ID), r.seatPanel(d, p, guests)
	})
	return competency.PanelID(id), err
}

// panelBody gathers the pieces, which must be the learner's, into the body.
func (d *desk) panelBody(p *competency.Panel, in PanelInput) (competency.Evidence, error) {
	body := competency.Observed(competency.Task{School: p.School, Title: strings.TrimSpace(in.Title)}, p.Learner, d.who.Person, d.Now())
	body.ID, body.Route, body.State = p.Body, "exhibition", competency.EvidenceInReview
	var titles, contexts []string
	for _, id := range in.Pieces {
		e, err := d.Evidence(competency.EvidenceID(id))
		if err != nil || e.Owner != p.Learner || e.State != competency.EvidenceAccepted && !e.Waiting() {
			return body, competency.Invalid(competency.Field{Pointer: "/pieces", Detail: "One of these pieces is not there any more, or is not the learner's."})
		}
		if slices.Contains(p.Pieces, e.ID) {
			continue
		}
		p.Pieces, titles = append(p.Pieces, e.ID), append(titles, e.Title)
		if e.Context != "" && !slices.Contains(contexts, e.Context) {
			contexts = append(contexts, e.Context)
		}
	}
	body.Body, body.Context = strings.Join(titles, "\n"), strings.Join(contexts, ", ")
	var err error
	body.Items, err = resolve(d.Scope, in.Indicators)
	return body, err
}

// panelMembers finds who was chosen, and who of them comes from outside.
func (d *desk) panelMembers(p *competency.Panel, chosen []string) error {
	people, err := d.panelPeople(p.School)
	if err != nil {
		return err
	}
	kin, err := d.KinOf(p.Learner)
	if err != nil {
		return err
	}
	for _, id := range chosen {
		if slices.Contains(kin, competency.PersonID(id)) {
			return competency.Invalid(competency.Field{Pointer: "/members", Detail: "One of these people is family of the learner, and cannot judge."})
		}
		i := slices.IndexFunc(people, func(c PanelPerson) bool { return string(c.Person) == id })
		if i < 0 {
			return competency.Invalid(competency.Field{Pointer: "/members", Detail: "One of these people does not work here any more."})
		}
		if !slices.ContainsFunc(p.Members, func(m competency.PanelMember) bool { return string(m.Person) == id }) {
			p.Members = append(p.Members, competency.PanelMember{Person: people[i].Person, Outside: people[i].Outside})
		}
	}
	return nil
}

// PanelLine is a panel in a list.
type PanelLine struct {
	competency.Panel
	Title, Name string // of the body, and the learner's in use
	Mine        bool   // the actor sits on it and has yet to say something
	Ready       bool   // the actor chairs it and everybody has spoken
}

// Panels answers the open panels of the actor, those that wait for them first.
func (r *Registrar) Panels(ctx context.Context, who competency.Actor) (lines []PanelLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		lines, err = d.panelLines()
		return err
	})
	return lines, err
}

func (d *desk) panelLines() ([]PanelLine, error) {
	all, err := d.PanelsWith(d.who.Person)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	learners, bodies := make([]competency.PersonID, len(all)), make([]competency.EvidenceID, len(all))
	for i, p := range all {
		learners[i], bodies[i] = p.Learner, p.Body
	}
	names, err := d.UsedNames(learners)
	if err != nil {
		return nil, err
	}
	titles, err := d.EvidenceTitles(bodies)
	if err != nil {
		return nil, err
	}
	lines := make([]PanelLine, len(all))
	for i, p := range all {
		lines[i] = PanelLine{
			Panel: p, Title: titles[p.Body], Name: names[p.Learner], Mine: p.MayScore(d.who.Person) == nil,
			Ready: p.Chair == d.who.Person && len(p.Waits()) == 0,
		}
	}
	slices.SortStableFunc(lines, func(a, b PanelLine) int { return boolOrder(a.Mine || a.Ready) - boolOrder(b.Mine || b.Ready) })
	return lines, nil
}

// waitsPanels are the panels that ask for the actor, on their home page.
func waitsPanels(d *desk) ([]Waiting, error) {
	lines, err := d.panelLines()
	w := Waiting{Kind: "panels", Href: "/panels"}
	for _, l := range lines {
		if l.Mine || l.Ready {
			w.Count++
			if w.Oldest.IsZero() || l.Opened.Before(w.Oldest) {
				w.Oldest = l.Opened
			}
		}
	}
	if err != nil || w.Count == 0 {
		return nil, err
	}
	return []Waiting{w}, nil
}

// PanelView is a panel with its body.
type PanelView struct {
	competency.Panel
	Body    competency.Evidence
	Name    string // the learner's in use
	Pieces  []competency.Evidence
	Items   []competency.Item
	Rubrics map[competency.ItemID]competency.Rubric
	Scale   competency.Scale
	Names   map[competency.PersonID]string
	// MayScore tells that the actor sits on it and has yet to say something,
	// MayDecide that everybody has and the actor chairs it.
	MayScore, MayDecide bool
	// Open tells that what the members said may be seen: by whoever has spoken.
	Open bool
	// MayCancel tells that the actor may end it without a decision.
	MayCancel bool
	// Guests are the members who come by a link.
	Guests []GuestSeat
}

// Panel answers a panel to its members and the school's staff. What members
// said is kept from those who have yet to speak.
func (r *Registrar) Panel(ctx context.Context, who competency.Actor, id competency.PanelID) (v PanelView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if v.Panel, err = d.Panel(id); err != nil {
			return err
		}
		if err := d.see(competency.ViewPanel, panelSubject(v.Panel)); err != nil {
			return err
		}
		if v.Body, err = d.Evidence(v.Panel.Body); err != nil {
			return err
		}
		for _, piece := range v.Panel.Pieces {
			e, err := d.Evidence(piece)
			if err != nil {
				return err
			}
			v.Pieces = append(v.Pieces, e)
		}
		if err := d.panelView(&v); err != nil {
			return err
		}
		v.MayCancel = v.State == competency.PanelOpen && competency.Can(who, competency.DecidePanel, panelSubject(v.Panel))
		v.Guests, err = r.guestSeats(d, v.Panel)
		return err
	})
	return v, err
}

func panelSubject(p competency.Panel) competency.Subject {
	on := competency.Subject{ID: string(p.ID), Org: p.School, Owner: p.Learner}
	for _, m := range p.Members {
		on.Assigned = append(on.Assigned, m.Person)
	}
	return on
}

func (d *desk) panelView(v *PanelView) error {
	f, items, err := d.current()
	if err != nil {
		return err
	}
	v.Scale, v.Items = f.Scale, ordered(items, v.Body.Items)
	if v.Rubrics, err = d.Rubrics(v.Body.Items); err != nil {
		return err
	}
	people := []competency.PersonID{v.Learner, v.Chair}
	for _, m := range v.Members {
		people = append(people, m.Person)
	}
	if v.Names, err = d.UsedNames(people); err != nil {
		return err
	}
	v.Name = v.Names[v.Learner]
	v.MayScore = v.Panel.MayScore(d.who.Person) == nil
	v.MayDecide = v.State == competency.PanelOpen && v.Chair == d.who.Person && len(v.Waits()) == 0
	v.Open = !v.MayScore
	if v.State == competency.PanelOpen && len(v.Waits()) > 0 && len(v.ScoresOf(d.who.Person)) == 0 {
		v.Open = false // also its chair reads along only once all have spoken
	}
	return nil
}
