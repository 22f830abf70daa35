package registrar

import (
	"context"
	"slices"
	"strings"
	"time"

	"laurel/competency"
)

// VersionView is a version of evidence as it was handed in.
type VersionView struct {
	competency.EvidenceVersion
	competency.VersionContent
	// Changes are what differs from the version before.
	Changes []competency.VersionChange
	Copies  []LinkView // what its links showed
}

// ReflectionView is a reflection with the name of its author.
type ReflectionView struct {
	competency.Reflection
	Name string
}

// keepVersions keeps what was handed in just now.
func (d *desk) keepVersions(all ...competency.Evidence) error {
	_, items, err := d.current()
	if err != nil {
		return err
	}
	subjects := make([]string, len(all))
	for i, e := range all {
		subjects[i] = string(e.ID)
	}
	files, err := d.Attachments(competency.EvidenceFile, subjects...)
	if err != nil {
		return err
	}
	versions := make([]competency.EvidenceVersion, len(all))
	for i, e := range all {
		var codes []string
		for _, it := range pick(items, e.Items) {
			codes = append(codes, it.Code)
		}
		own := slices.DeleteFunc(slices.Clone(files), func(a competency.Attachment) bool { return a.Subject != string(e.ID) })
		versions[i] = e.Keep(codes, own, e.Submitted)
	}
	return d.KeepVersions(versions...)
}

// versions are what was handed in, oldest first, each with what changed.
func (d *desk) versions(id competency.EvidenceID) ([]VersionView, error) {
	kept, err := d.Versions(id)
	if err != nil {
		return nil, err
	}
	copies, err := d.linkViews(id)
	if err != nil {
		return nil, err
	}
	var all []VersionView
	for i, v := range kept {
		c, err := v.Content()
		if err != nil {
			return nil, err
		}
		view := VersionView{EvidenceVersion: v, VersionContent: c, Copies: copies[v.Version]}
		if i > 0 {
			view.Changes = competency.Changes(all[i-1].VersionContent, c)
		}
		all = append(all, view)
	}
	return all, nil
}

// AddReflection adds the owner's thought about their work, whatever its state:
// learning goes on after a judgment.
func (r *Registrar) AddReflection(ctx context.Context, who competency.Actor, id competency.EvidenceID, text string) error {
	next := competency.Reflection{Evidence: id, Author: who.Person, Text: strings.TrimSpace(text)}
	if bad := next.Check(); len(bad) > 0 {
		return competency.Invalid(bad...)
	}
	return r.act(ctx, who, competency.EditEvidence, func(d *desk) error {
		e, _, err := d.own(id)
		if err != nil {
			return err
		}
		if e.State == competency.EvidenceWithdrawn {
			return competency.Refuse("This piece of evidence is withdrawn.")
		}
		next.At = d.Now()
		d.note("change", "reflection")
		return d.AddReflection(next)
	})
}

// Moment is something that happened to a piece of evidence.
type Moment struct {
	At time.Time
	// What is "begun", "handed-in", "reflection", "judged", "joined",
	// "disputed", "decided" or "link".
	What string
	By   string // a name, or empty
	// Words are the reflection's, the feedback's, the indicator's.
	Words, Feedback string
	Version         int
}

// timeline is everything that happened to the evidence, in order. Reasons of
// disputes stay with the staff.
func (v EvidenceView) timeline() []Moment {
	all := []Moment{{At: v.Created, What: "begun", By: v.Name}}
	for _, k := range v.Versions {
		all = append(all, Moment{At: k.Kept, What: "handed-in", By: v.Name, Version: k.Version, Words: k.Reflection})
	}
	for _, r := range v.Reflections {
		all = append(all, Moment{At: r.At, What: "reflection", By: r.Name, Words: r.Text})
	}
	for _, r := range v.Results {
		all = append(all, Moment{At: r.At, What: "judged", By: r.By, Words: r.Indicator + ": " + r.Label, Feedback: r.Feedback})
	}
	for _, d := range v.Disputes {
		all = append(all, Moment{At: d.Raised, What: "disputed", By: d.RaisedByName})
		if d.Outcome != "" {
			all = append(all, Moment{At: d.Decided, What: "decided-" + string(d.Outcome), By: d.DecidedByName})
		}
	}
	slices.SortStableFunc(all, func(a, b Moment) int { return a.At.Compare(b.At) })
	return all
}
