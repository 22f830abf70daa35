package registrar

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"laurel/competency"
)

// RubricDesk is the rubric of an indicator with its earlier versions.
type RubricDesk struct {
	Framework competency.Framework
	Item      competency.Item
	Versions  []competency.Rubric // the newest first
	// Judgments counts those made by each version; they stay with it.
	Judgments map[competency.RubricID]int
	// Others are the indicators whose rubric can be copied.
	Others []competency.Item
	// Copied is the rubric that was asked for to begin from.
	Copied *competency.Rubric
}

// RubricDesk answers the rubric of an indicator of a framework, by its code, to
// whoever may write it. from is the code of an indicator whose rubric is
// copied; it may be empty.
func (r *Registrar) RubricDesk(ctx context.Context, who competency.Actor, id competency.FrameworkID, code, from string) (v RubricDesk, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ManageFramework, competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		if v.Framework, v.Item, v.Others, err = d.indicator(id, code); err != nil {
			return err
		}
		if v.Versions, err = d.RubricVersions(v.Item.ID); err != nil {
			return err
		}
		ids := make([]competency.RubricID, len(v.Versions))
		for i, one := range v.Versions {
			ids[i] = one.ID
		}
		if v.Judgments, err = d.JudgmentsBy(ids); err != nil || from == "" {
			return err
		}
		i := slices.IndexFunc(v.Others, func(it competency.Item) bool { return it.Code == from })
		if i < 0 {
			return competency.NotFound()
		}
		copied, err := d.Rubrics([]competency.ItemID{v.Others[i].ID})
		if one, ok := copied[v.Others[i].ID]; ok {
			v.Copied = &one
		}
		return err
	})
	return v, err
}

// indicator finds an indicator of a framework, and the others in use beside it.
func (d *desk) indicator(id competency.FrameworkID, code string) (f competency.Framework, it competency.Item, others []competency.Item, err error) {
	if f, err = d.Framework(id); err != nil {
		return f, it, nil, err
	}
	if f.Reference {
		return f, it, nil, competency.NotFound() // nothing is judged by it
	}
	items, err := d.Items(id)
	for _, one := range items {
		switch {
		case one.Kind != competency.IndicatorItem:
		case one.Code == code:
			it = one
		case !one.Retired:
			others = append(others, one)
		}
	}
	if err == nil && it.ID == "" {
		err = competency.NotFound()
	}
	return f, it, others, err
}

// RubricIn is a rubric as it is written: criteria with a text for each level of
// the scale, lowest first.
type RubricIn struct {
	Version  int           `json:"version"` // the one that it betters
	Criteria []CriterionIn `json:"criteria"`
}

// CriterionIn is one criterion.
type CriterionIn struct {
	Title  string   `json:"title"`
	Levels []string `json:"levels"`
}

// Most of a rubric.
const (
	MaxCriteria    = 8
	maxRubricWords = 1200
)

// SaveRubric keeps a rubric as the next version: later judgments are made by
// it, earlier ones stay with theirs. ErrInvalid names fields; ErrConflict says
// that somebody else was quicker or that nothing differs.
func (r *Registrar) SaveRubric(ctx context.Context, who competency.Actor, id competency.FrameworkID, code string, in RubricIn) error {
	return r.act(ctx, who, competency.ManageFramework, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		f, it, _, err := d.indicator(id, code)
		if err != nil {
			return err
		}
		versions, err := d.RubricVersions(it.ID)
		if err != nil {
			return err
		}
		next := in.rubric(f.Scale)
		if bad := append(next.Check(f.Scale), in.lengths()...); len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		if len(versions) > 0 {
			switch {
			case versions[0].Version != in.Version:
				return competency.Refuse("A newer version of this rubric was kept meanwhile. Look at it first; what you wrote is still here.")
			case reflect.DeepEqual(versions[0].Criteria, next.Criteria):
				return competency.Refuse("Nothing differs from the version that is in use.")
			}
			next.Version = versions[0].Version
		}
		next.ID, next.Item = competency.RubricID(d.ID()), it.ID
		next.Version++
		d.subject.ID = string(it.ID)
		d.note("rubric", string(next.ID))
		d.note("version", strconv.Itoa(next.Version))
		return d.AddRubrics([]competency.Rubric{next}, d.at)
	})
}

// rubric is the input as a domain value; empty criteria at its end are left out.
func (in RubricIn) rubric(scale competency.Scale) competency.Rubric {
	var out competency.Rubric
	for _, c := range in.Criteria {
		line := competency.RubricLine{Title: strings.TrimSpace(c.Title)}
		empty := line.Title == ""
		for i, text := range c.Levels {
			text = strings.TrimSpace(text)
			empty = empty && text == ""
			if i < len(scale.Levels) {
				line.Levels = append(line.Levels, competency.Level{N: scale.Levels[i].N, Label: scale.Levels[i].Label, Description: text})
			}
		}
		if !empty {
			out.Criteria = append(out.Criteria, line)
		}
	}
	return out
}

// lengths answers what is too long to be read while scoring.
func (in RubricIn) lengths() (bad []competency.Field) {
	if len(in.Criteria) > MaxCriteria {
		return []competency.Field{{Pointer: "/criteria", Detail: "A rubric has at most 8 criteria."}}
	}
	for i, c := range in.Criteria {
		at := "/criteria/" + strconv.Itoa(i)
		if utf8.RuneCountInString(c.Title) > 300 || !utf8.ValidString(c.Title) {
			bad = append(bad, competency.Field{Pointer: at + "/title", Detail: "Name the criterion in at most 300 characters."})
		}
		for j, text := range c.Levels {
			if utf8.RuneCountInString(text) > maxRubricWords || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				bad = append(bad, competency.Field{Pointer: at + "/levels/" + strconv.Itoa(j), Detail: "Describe the level in at most 1200 characters."})
			}
		}
	}
	return bad
}
