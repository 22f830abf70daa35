package registrar

import (
	"cmp"
	"context"
	_ "embed" // the starter's files
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"laurel/competency"
	"laurel/competency/frameworkfile"
	"laurel/internal/store"
)

//go:embed starter/framework.csv
var starterFramework []byte

//go:embed starter/policy.yaml
var starterPolicy string

// starterName is what the starter's framework is called.
const starterName = "Graduation standards"

// starterOptions say what a new tenant begins with beside framework and rubrics.
type starterOptions struct {
	Policy           string // a policy (YAML or JSON) instead of the starter's
	Board, AdoptedOn string // who adopted it, and the civil date; both have defaults
}

// InstallStarter gives a tenant the starter framework with rubrics and adopts
// the starter policy, or the one given, in the name of the board. A framework
// that is there already is kept and used.
func (r *Registrar) InstallStarter(ctx context.Context, who competency.Actor, policy, board, adoptedOn string) error {
	return r.act(ctx, who, competency.AdoptPolicy, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(who.Tenant), Org: who.Tenant}); err != nil {
			return err
		}
		org, err := d.Org(who.Tenant)
		if err != nil {
			return err
		}
		return r.installStarter(d, org, starterOptions{Policy: policy, Board: board, AdoptedOn: adoptedOn})
	})
}

// installStarter is InstallStarter within an act that has asked already.
func (r *Registrar) installStarter(d *desk, org competency.Org, o starterOptions) error {
	f, err := d.CurrentFramework()
	if errors.Is(err, competency.ErrNotFound) {
		f, err = starterEdition(d.Scope)
	}
	if err != nil {
		return fmt.Errorf("installing the starter framework: %w", err)
	}
	today, err := civilDay(org, d.at)
	if err != nil {
		return err
	}
	board, on := strings.TrimSpace(cmp.Or(o.Board, "Board of "+org.Name)), cmp.Or(o.AdoptedOn, today)
	document := o.Policy
	if document == "" {
		document = fillPolicy(map[string]string{
			"code": org.Slug + ".proficiency", "title": "Diploma by proficiency, " + org.Name, "board": board, "on": on,
		})
	}
	_, err = adoptPolicy(d, f.ID, PolicyToAdopt{Document: document, Board: board, AdoptedOn: on})
	return err
}

// starterEdition publishes the starter framework.
func starterEdition(sc *store.Scope) (competency.Framework, error) {
	file, bad := frameworkfile.ReadTable(starterFramework)
	if len(bad) > 0 {
		return competency.Framework{}, competency.Invalid(bad...)
	}
	return publish(sc, edition{Name: starterName, Scale: starterScale, Outline: competency.InOrder(file.Rows)})
}

// fillPolicy puts words into the starter policy, quoted as JSON strings, which
// YAML reads alike.
func fillPolicy(words map[string]string) string {
	document := starterPolicy
	for name, word := range words {
		quoted, _ := json.Marshal(word) // a string always marshals
		document = strings.ReplaceAll(document, "{{"+name+"}}", string(quoted))
	}
	return document
}

// civilDay is the date at the organisation at a moment.
func civilDay(org competency.Org, at time.Time) (string, error) {
	zone, err := zoneOf(org)
	if err != nil {
		return "", err
	}
	return at.In(zone).Format(time.DateOnly), nil
}

// zoneOf is the time zone in which an organisation's dates are civil dates.
func zoneOf(org competency.Org) (*time.Location, error) {
	zone, err := time.LoadLocation(org.Zone)
	if err != nil {
		return nil, fmt.Errorf("reading the time zone of organisation %s: %w", org.ID, err)
	}
	return zone, nil
}
