package registrar

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
)

// DraftView is a draft beside the version that it follows.
type DraftView struct {
	competency.FrameworkDraft
	Follows competency.Framework // zero for a new framework
	Changes competency.OutlineChanges
	// InForce is the scale that publishing gives it, Rescaled that it reads
	// otherwise than the one before.
	InForce  competency.Scale
	Rescaled bool
	// Published are the codes that the version before has: they stay.
	Published map[string]bool
	// Learners counts those with a confirmed level, by code.
	Learners map[string]int
	// Problems are what has to be put right before it can be published.
	Problems []competency.Field
	// Policies are the adopted ones that go on by an earlier version.
	Policies []competency.PolicyVersion
	Steps    []competency.DraftStep
	Back     bool // there is a step to take back
	Forth    bool // there is a step that was taken back
}

// Drafts answers the tenant's drafts, without their trees.
func (r *Registrar) Drafts(ctx context.Context, who competency.Actor) (all []competency.FrameworkDraft, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ManageFramework, competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		all, err = d.Drafts()
		return err
	})
	return all, err
}

// FrameworkDraft answers a draft to those who may change it.
func (r *Registrar) FrameworkDraft(ctx context.Context, who competency.Actor, id competency.DraftID) (v DraftView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ManageFramework, competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		v, err = d.draftView(id)
		return err
	})
	return v, err
}

func (d *desk) draftView(id competency.DraftID) (v DraftView, err error) {
	if v.FrameworkDraft, err = d.Draft(id); err != nil {
		return v, err
	}
	if v.Base != "" {
		if v.Follows, err = d.Framework(v.Base); err != nil {
			return v, err
		}
	}
	known, before, err := published(d.Scope, v.Follows)
	if err != nil {
		return v, err
	}
	v.Published, v.Learners = make(map[string]bool, len(known)), map[string]int{}
	counts, err := d.LearnersByItem(v.Follows.ID)
	if err != nil {
		return v, err
	}
	for code, item := range known {
		v.Published[code] = true
		if n := counts[item]; n > 0 {
			v.Learners[code] = n
		}
	}
	v.Changes = before.Changes(v.Outline)
	v.InForce, err = editionScale(edition{Follows: v.Follows, Scale: v.Scale})
	if err != nil {
		v.InForce, v.Problems = v.Scale, []competency.Field{{Pointer: "/levels", Detail: err.Error()}}
	}
	v.Rescaled = v.Follows.ID != "" && !v.InForce.Same(v.Follows.Scale)
	v.Problems = append(v.Problems, append(undecided(v.Types), competency.CheckRows(numbered(v.Outline))...)...)
	if v.Steps, err = d.DraftSteps(id); err != nil {
		return v, err
	}
	for _, s := range v.Steps {
		v.Back = v.Back || s.Step < v.Step
		v.Forth = v.Forth || s.Step > v.Step
	}
	return v, d.policiesOn(&v)
}

// numbered gives rows the line in which a reader sees them.
func numbered(o competency.Outline) competency.Outline {
	o = slices.Clone(o)
	for i := range o {
		o[i].Line = i + 1
	}
	return o
}

// policiesOn finds the policies that publishing leaves with an earlier version.
func (d *desk) policiesOn(v *DraftView) error {
	if v.Reference {
		return nil
	}
	all, err := d.Policies()
	for _, p := range all {
		if p.Status == "adopted" {
			v.Policies = append(v.Policies, p)
		}
	}
	return err
}

// NewDraft names a framework that is begun or continued.
type NewDraft struct {
	Name      string `json:"name"`
	Follows   string `json:"follows" required:"false"` // a version's id; empty begins a framework
	Reference bool   `json:"reference" required:"false"`
}

// StartDraft begins the next version of a framework, or a new one. A framework
// that has a draft already keeps it: its id is answered.
func (r *Registrar) StartDraft(ctx context.Context, who competency.Actor, once Once, in NewDraft) (competency.DraftID, error) {
	id, err := r.actOnce(ctx, who, once, competency.ManageFramework, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: who.Tenant}); err != nil {
			return "", err
		}
		draft := competency.FrameworkDraft{Name: strings.TrimSpace(in.Name), Reference: in.Reference}
		if in.Follows == "" && !in.Reference {
			current, err := followed(d.Scope, "", false)
			if err != nil {
				return "", err
			}
			if current.ID != "" {
				return "", competency.Refuse("There is a framework that work is judged by already. Write its next version, or begin one to align to.")
			}
		}
		if in.Follows != "" {
			f, err := d.Framework(competency.FrameworkID(in.Follows))
			if err != nil {
				return "", err
			}
			if id, err := d.draftOf(f); err != nil || id != "" {
				return string(id), err
			}
			if f, err = newestOf(d.Scope, f); err != nil {
				return "", err
			}
			draft.Name, draft.Base, draft.Reference, draft.Source = f.Name, f.ID, f.Reference, f.Source
			if _, draft.Outline, err = published(d.Scope, f); err != nil {
				return "", err
			}
		}
		return d.addDraft(draft, "begin")
	})
	return competency.DraftID(id), err
}

// DraftFromFile begins a draft with what a file holds: nothing is published
// until somebody has looked at what it changes. ErrInvalid names bad rows, and
// then there is no draft.
func (r *Registrar) DraftFromFile(ctx context.Context, who competency.Actor, once Once, in FrameworkIn, file io.Reader) (competency.DraftID, error) {
	read, err := r.readFile(in, file)
	if err != nil {
		return "", err
	}
	id, err := r.actOnce(ctx, who, once, competency.ManageFramework, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: who.Tenant}); err != nil {
			return "", err
		}
		whole, err := reading(d.Scope, in, read)
		if err != nil {
			return "", err
		}
		return d.addDraft(competency.FrameworkDraft{
			Name: whole.Name, Base: whole.Follows.ID, Reference: in.Reference, Source: whole.Source, Outline: whole.Outline, Scale: whole.Scale,
			DraftFile: whole.DraftFile,
		}, "read")
	})
	return competency.DraftID(id), err
}

func (d *desk) addDraft(draft competency.FrameworkDraft, what string) (string, error) {
	if bad := competency.CheckFrameworkName(draft.Name); len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	draft.ID, draft.Step, draft.By, draft.Created = competency.DraftID(d.ID()), 1, d.who.Person, d.at
	d.subject.ID = string(draft.ID)
	return string(draft.ID), d.AddDraft(draft, what)
}

// DraftChange is one thing that is done to a draft.
type DraftChange struct {
	// Step is the one beside which the change was made.
	Step int `json:"step"`
	// Do is add, edit, code, up, down, in, out, retire, restore, name, kinds, scale, undo or redo.
	Do string `json:"do"`
	// Code is the item it is done to; for add the item that the new one stands below.
	Code string `json:"code" required:"false"`
	// NewCode is for add and code; the words of an item for add and edit.
	NewCode       string              `json:"new_code" required:"false"`
	Kind          competency.ItemKind `json:"kind" required:"false"`
	Text          string              `json:"text" required:"false"`
	Tags          string              `json:"tags" required:"false"`          // separated by commas
	Prerequisites string              `json:"prerequisites" required:"false"` // codes, separated by commas
	Name          string              `json:"name" required:"false"`
	// Kinds are the kinds of the file's words, in their order.
	Kinds []competency.ItemKind `json:"kinds" required:"false"`
	// Levels are the scale's, the lowest first; ProficientAt is the place of the
	// first that counts, from 1.
	Levels       []LevelIn `json:"levels" required:"false"`
	ProficientAt int       `json:"proficient_at" required:"false"`
}

// LevelIn is a level of a scale as it is written.
type LevelIn struct {
	Label       string `json:"label"`
	Description string `json:"description" required:"false"`
}

// ChangeDraft does one thing to a draft and keeps it at once. ErrInvalid names
// what is wrong with the words and changes nothing; ErrConflict says that
// somebody else was quicker. It answers the code of the item as it is now.
func (r *Registrar) ChangeDraft(ctx context.Context, who competency.Actor, id competency.DraftID, in DraftChange) (code string, err error) {
	err = r.act(ctx, who, competency.ManageFramework, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		v, err := d.draftView(id)
		if err != nil {
			return err
		}
		if err := v.unseen(in.Step, who.Person); err != nil {
			return err
		}
		d.note("do", in.Do)
		switch in.Do {
		case "undo":
			return stepTaken(d.MoveDraft(v.FrameworkDraft, v.Step-1))
		case "redo":
			return stepTaken(d.MoveDraft(v.FrameworkDraft, v.Step+1))
		}
		next := v.FrameworkDraft
		if in.Do == "scale" {
			err = rescale(&next, v.Follows, in)
		} else {
			code, err = change(&next, v.Published, in)
		}
		if err != nil {
			return inForm(err)
		}
		return d.SaveDraft(next, competency.DraftStep{What: in.Do, Code: code, By: who.Person, At: d.at})
	})
	return code, err
}

// unseen refuses what is done beside a step after which somebody else changed
// the draft; one's own later steps, which save themselves, are no reason.
func (v DraftView) unseen(step int, who competency.PersonID) error {
	for _, s := range v.Steps {
		if s.Step > step && s.Step <= v.Step && s.By != who {
			return competency.Refuse("Somebody else changed this draft meanwhile. Look at it again; nothing of theirs is lost.")
		}
	}
	return nil
}

// change applies a change to a draft and answers the code of the item.
func change(draft *competency.FrameworkDraft, published map[string]bool, in DraftChange) (code string, err error) {
	code = in.Code
	switch in.Do {
	case "add":
		code = strings.TrimSpace(in.NewCode)
		draft.Outline, err = draft.Outline.Add(competency.FrameworkRow{
			Code: code, Parent: in.Code, Kind: in.Kind, Text: strings.TrimSpace(in.Text), Tags: listed(in.Tags), Prerequisites: listed(in.Prerequisites),
		})
	case "edit":
		draft.Outline, err = draft.Outline.Edit(in.Code, competency.ItemWords{
			Code: code, Text: in.Text, Kind: in.Kind, Tags: listed(in.Tags), Prerequisites: listed(in.Prerequisites),
		}, published[in.Code])
	case "code":
		code = strings.TrimSpace(in.NewCode)
		if at := draft.Outline.At(in.Code); at >= 0 {
			r := draft.Outline[at]
			words := competency.ItemWords{Code: code, Text: r.Text, Kind: r.Kind, Tags: r.Tags, Prerequisites: r.Prerequisites}
			draft.Outline, err = draft.Outline.Edit(in.Code, words, published[in.Code])
		}
	case "up", "down", "in", "out":
		draft.Outline, err = draft.Outline.Move(in.Code, competency.Direction(in.Do))
	case "retire", "restore":
		draft.Outline, err = draft.Outline.Retire(in.Code, in.Do == "retire", func(code string) bool { return published[code] })
	case "name":
		draft.Name = strings.TrimSpace(in.Name)
		if bad := competency.CheckFrameworkName(draft.Name); len(bad) > 0 {
			err = competency.Invalid(bad...)
		}
	case "kinds":
		err = settleKinds(draft, in.Kinds)
	default:
		err = competency.Invalid(competency.Field{Pointer: "/do", Detail: "There is no such step."})
	}
	return code, err
}

// inForm gives what is wrong with an item the names that a change has for it:
// the place of an item is wrong by its kind, and its code is the new one.
func inForm(err error) error {
	wrong, ok := errors.AsType[*competency.Error](err)
	if !ok || len(wrong.Fields) == 0 {
		return err
	}
	named := map[string]string{"/code": "/new_code", "/parent": "/kind"}
	fields := slices.Clone(wrong.Fields)
	for i, f := range fields {
		if name, ok := named[f.Pointer]; ok {
			fields[i].Pointer = name
		}
	}
	return competency.Invalid(fields...)
}

// rescale gives a draft another scale. One by which learners were judged keeps
// its levels and the one that counts.
func rescale(draft *competency.FrameworkDraft, follows competency.Framework, in DraftChange) error {
	levels := make([]competency.Level, len(in.Levels))
	for i, l := range in.Levels {
		levels[i] = competency.Level{Label: l.Label, Description: l.Description}
	}
	id := "levels-of-" + string(draft.ID)
	if follows.ID != "" {
		id = follows.Scale.ID
	}
	scale := competency.NewScale(id, levels, in.ProficientAt)
	if bad := scale.CheckWritten(); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	if follows.ID != "" && len(follows.Scale.Levels) > 0 {
		if len(scale.Levels) == len(follows.Scale.Levels) {
			scale.ProficientAt = follows.Scale.Levels[scale.ProficientAt-1].N
		}
		scale = scale.Renumbered(follows.Scale)
		if err := scale.MayFollow(follows.Scale); err != nil {
			return err
		}
	}
	draft.Scale = scale
	return nil
}

// settleKinds takes a person's word for what the file's words stand for.
func settleKinds(draft *competency.FrameworkDraft, kinds []competency.ItemKind) error {
	var bad []competency.Field
	types := slices.Clone(draft.Types)
	for i := range types {
		switch {
		case i < len(kinds) && kinds[i].Known():
			types[i].Kind, types[i].Sure = kinds[i], true
		case !types[i].Sure:
			bad = append(bad, competency.Field{Pointer: "/kinds/" + strconv.Itoa(i), Detail: "Choose what this word stands for."})
		}
	}
	if len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	draft.Types, draft.Outline = types, draft.Outline.SetKinds(types)
	return nil
}

// listed splits what a field lists by commas.
func listed(text string) (all []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(all, part) {
			all = append(all, part)
		}
	}
	return all
}

// stepTaken says that there is no such step.
func stepTaken(err error) error {
	if errors.Is(err, competency.ErrNotFound) {
		return competency.Refuse("There is no step left to take in this direction.")
	}
	return err
}

// PublishDraft publishes a draft as the next version; the draft is gone then.
// ErrInvalid names what has to be put right first.
func (r *Registrar) PublishDraft(ctx context.Context, who competency.Actor, id competency.DraftID, step int) (f competency.Framework, err error) {
	err = r.act(ctx, who, competency.ManageFramework, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		v, err := d.draftView(id)
		if err != nil {
			return err
		}
		if err := v.unseen(step, who.Person); err != nil {
			return err
		}
		if len(v.Problems) > 0 {
			return competency.Invalid(v.Problems...)
		}
		if newest, err := newestOf(d.Scope, v.Follows); err != nil || newest.ID != v.Follows.ID {
			if err != nil {
				return err
			}
			return competency.Refuse("A newer version was published since this draft was begun. Begin again from that one.")
		}
		f, err = d.publish(edition{
			Name: v.Name, Follows: v.Follows, Reference: v.Reference, Source: v.Source, Scale: v.Scale, Outline: numbered(v.Outline),
			Links: v.Links, Rubrics: v.Rubrics,
		})
		if err != nil {
			return err
		}
		return d.RemoveDraft(id)
	})
	return f, err
}

// DiscardDraft throws a draft away; what is published stays.
func (r *Registrar) DiscardDraft(ctx context.Context, who competency.Actor, id competency.DraftID) error {
	return r.act(ctx, who, competency.ManageFramework, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(id), Org: who.Tenant}); err != nil {
			return err
		}
		return d.RemoveDraft(id)
	})
}

// draftOf answers the draft that a framework has; empty if none.
func (d *desk) draftOf(f competency.Framework) (competency.DraftID, error) {
	drafts, err := d.Drafts()
	if err != nil {
		return "", err
	}
	for _, draft := range drafts {
		if draft.Base == "" {
			continue
		}
		base, err := d.Framework(draft.Base)
		if err != nil {
			return "", err
		}
		if base.Line == f.Line {
			return draft.ID, nil
		}
	}
	return "", nil
}
