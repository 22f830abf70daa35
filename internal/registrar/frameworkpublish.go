package registrar

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"laurel/competency"
	"laurel/internal/store"
)

// edition is a framework that is about to be published.
type edition struct {
	Name string
	// Follows is the version before; its zero value begins a framework.
	Follows   competency.Framework
	Reference bool
	Source    string
	// Scale is the one it gets; without a level the version before says it, or
	// the one that the office starts with.
	Scale   competency.Scale
	Outline competency.Outline
	// Rubrics are those that came with a file.
	Rubrics []competency.FileRubric
	// Links are alignments that came with a file.
	Links []competency.FileLink
}

// publish is publish within an act that has asked already, with the alignments
// that came along and a word for the journal.
func (d *desk) publish(e edition) (competency.Framework, error) {
	f, err := publish(d.Scope, e)
	if err != nil {
		return f, err
	}
	d.subject.ID = string(f.ID)
	d.note("version", strconv.Itoa(f.Version))
	return f, d.link(f, e.Links)
}

// publish keeps the next version of a framework. Items whose code stood in the
// version before are the same items and keep their levels, evidence and
// rubrics; those that are missing stay as retired; new indicators of what work
// is judged by get the general rubric. ErrInvalid names rows that cannot be
// kept, ErrConflict says that nothing differs.
func publish(sc *store.Scope, e edition) (f competency.Framework, err error) {
	known, before, err := published(sc, e.Follows)
	if err != nil {
		return f, err
	}
	outline := e.Outline.After(before)
	if bad := competency.CheckRows(outline); len(bad) > 0 {
		return f, competency.Invalid(bad...)
	}
	scale, err := editionScale(e)
	if err != nil {
		return f, err
	}
	if e.Follows.ID != "" && e.Name == e.Follows.Name && scale.Same(e.Follows.Scale) && !before.Changes(outline).Any() {
		return f, competency.Refuse("Nothing differs from the version that is published.")
	}
	if err := placeIsFree(sc, e); err != nil {
		return f, err
	}
	f = competency.Framework{
		ID: competency.FrameworkID(sc.ID()), Tenant: sc.Tenant(), Line: e.Follows.Line, Name: e.Name, Version: e.Follows.Version + 1,
		Scale: scale, Reference: e.Reference, Source: cmp.Or(e.Source, e.Follows.Source), Created: sc.Now(),
	}
	if e.Follows.ID == "" {
		f.Line = f.ID
	}
	items := itemsOf(sc, f.ID, outline, known)
	if err := sc.AddFramework(f, items, newRubrics(sc, f, items, known, e.Rubrics)); err != nil {
		return f, err
	}
	return f, betterRubrics(sc, f, known, e.Rubrics)
}

// editionScale is the scale of the version that is about to be published.
func editionScale(e edition) (competency.Scale, error) {
	scale := e.Scale
	switch {
	case len(scale.Levels) == 0 && e.Follows.ID != "":
		return e.Follows.Scale, nil
	case len(scale.Levels) == 0:
		return starterScale, nil
	case e.Follows.ID != "" && len(e.Follows.Scale.Levels) > 0:
		return scale, scale.MayFollow(e.Follows.Scale)
	}
	return scale, nil
}

// published answers the items of a version by their codes, and its outline.
func published(sc *store.Scope, f competency.Framework) (map[string]competency.ItemID, competency.Outline, error) {
	known := map[string]competency.ItemID{}
	if f.ID == "" {
		return known, nil, nil
	}
	items, err := sc.Items(f.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, it := range items {
		known[it.Code] = it.ID
	}
	return known, competency.OutlineOf(items), nil
}

// placeIsFree refuses a name that another framework goes by, and a second
// framework for work to be judged by.
func placeIsFree(sc *store.Scope, e edition) error {
	all, err := sc.Frameworks()
	for _, f := range all {
		switch {
		case f.Line == e.Follows.Line:
		case f.Name == e.Name:
			return competency.Invalid(competency.Field{Pointer: "/name", Detail: "Another framework goes by this name."})
		case !f.Reference && !e.Reference && e.Follows.ID == "":
			return competency.Refuse("There is a framework that work is judged by already. Publish this one as its next version.")
		}
	}
	return err
}

// itemsOf turns an outline into the items of a version.
func itemsOf(sc *store.Scope, framework competency.FrameworkID, outline competency.Outline, known map[string]competency.ItemID) []competency.Item {
	ids := make(map[string]competency.ItemID, len(outline))
	items := make([]competency.Item, len(outline))
	for i, r := range outline {
		id, ok := known[r.Code]
		if !ok {
			id = competency.ItemID(sc.ID())
		}
		ids[r.Code] = id
		items[i] = competency.Item{
			ID: id, Framework: framework, Parent: ids[r.Parent], Kind: r.Kind, Code: r.Code, Text: r.Text, Position: i + 1,
			Retired: r.Retired, Tags: r.Tags, Prerequisites: r.Prerequisites, Type: r.Type, URI: r.URI, CaseID: r.CaseID,
		}
	}
	return items
}

// newRubrics are the rubrics of the indicators that a version brings in: the
// file's where it has one by the framework's scale, and else general ones.
func newRubrics(sc *store.Scope, f competency.Framework, items []competency.Item, known map[string]competency.ItemID, came []competency.FileRubric) []competency.Rubric {
	var all []competency.Rubric
	for _, it := range items {
		if _, ok := known[it.Code]; ok || it.Kind != competency.IndicatorItem || f.Reference {
			continue
		}
		r := generalRubric(competency.RubricID(sc.ID()), it, f.Scale)
		if criteria := cameFor(came, it.Code, f.Scale); criteria != nil {
			r.Criteria = criteria
		}
		all = append(all, r)
	}
	return all
}

// cameFor are the criteria that a file has for an indicator, by the levels of a
// scale; nil where it has none or describes other levels.
func cameFor(came []competency.FileRubric, code string, scale competency.Scale) []competency.RubricLine {
	i := slices.IndexFunc(came, func(r competency.FileRubric) bool { return r.Code == code })
	if i < 0 {
		return nil
	}
	var lines []competency.RubricLine
	for _, c := range came[i].Criteria {
		if len(c.Levels) != len(scale.Levels) {
			return nil
		}
		line := competency.RubricLine{Title: c.Title}
		for j, l := range scale.Levels {
			line.Levels = append(line.Levels, competency.Level{N: l.N, Label: l.Label, Description: c.Levels[j].Description})
		}
		lines = append(lines, line)
	}
	if bad := (competency.Rubric{Criteria: lines}).Check(scale); len(bad) > 0 {
		return nil
	}
	return lines
}

// betterRubrics keeps a file's rubrics of indicators that were there before as
// their next versions, where they say something else: earlier judgments stay
// with theirs.
func betterRubrics(sc *store.Scope, f competency.Framework, known map[string]competency.ItemID, came []competency.FileRubric) error {
	var ids []competency.ItemID
	for _, r := range came {
		if id, ok := known[r.Code]; ok && !f.Reference {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	newest, err := sc.Rubrics(ids)
	if err != nil {
		return err
	}
	var next []competency.Rubric
	for _, r := range came {
		before, ok := newest[known[r.Code]]
		criteria := cameFor(came, r.Code, f.Scale)
		if ok && criteria != nil && !reflect.DeepEqual(before.Criteria, criteria) {
			next = append(next, competency.Rubric{ID: competency.RubricID(sc.ID()), Item: before.Item, Version: before.Version + 1, Criteria: criteria})
		}
	}
	return sc.AddRubrics(next, sc.Now())
}

// starterScale is the four-level scale that the office starts with.
var starterScale = competency.Scale{ID: "four-levels", ProficientAt: 3, Levels: []competency.Level{
	{N: 1, Label: "Emerging", Description: "A first attempt: some parts are there with help, the heart of it does not show yet."},
	{N: 2, Label: "Developing", Description: "Much of it is there in a familiar setting or with reminders; something important is still missing or uneven."},
	{N: 3, Label: "Proficient", Description: "Done alone, soundly and with reasons, in a setting that was not practised word for word."},
	{N: 4, Label: "Distinguished", Description: "Carried further: into a new setting, with alternatives weighed, or so clearly that others can learn from it."},
}}

// generalRubric describes an indicator by the scale's own words.
func generalRubric(id competency.RubricID, it competency.Item, scale competency.Scale) competency.Rubric {
	levels := slices.Clone(scale.Levels)
	for i, l := range levels {
		levels[i].Description = cmp.Or(l.Description, l.Label)
	}
	return competency.Rubric{ID: id, Item: it.ID, Version: 1, Criteria: []competency.RubricLine{{Title: it.Text, Levels: levels}}}
}

// newestOf answers the newest version of a framework; the zero value its own.
func newestOf(sc *store.Scope, f competency.Framework) (competency.Framework, error) {
	if f.ID == "" {
		return f, nil
	}
	all, err := sc.Frameworks()
	for _, one := range all {
		if one.Line == f.Line && one.Version > f.Version {
			f = one
		}
	}
	return f, err
}
