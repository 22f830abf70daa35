package registrar

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/internal/store"
)

// entryColumns are the columns of a table of entries; the first three are needed.
var entryColumns = []string{"learner", "what", "name", "amount", "route", "tags", "source", "on", "waits", "signed"}

// ImportEntries enters what others confirmed about many learners of a school
// from a table, all or nothing: ErrInvalid names each bad row by its line. A
// learner is named by sign-in name, by id, or by a full name that nobody else
// has. Registrars and counselors of the school.
func (r *Registrar) ImportEntries(ctx context.Context, who competency.Actor, once Once, t Table) (done TableResult, err error) {
	return r.table(ctx, who, once, competency.EnterRecord, t, func(d *desk, school competency.OrgID) (TableResult, error) {
		rows, bad := readTable(t.CSV, entryColumns, 3)
		if len(bad) > 0 {
			return TableResult{}, competency.Invalid(bad...)
		}
		find, err := learnerFinder(d, school)
		if err != nil {
			return TableResult{}, err
		}
		courses, err := courseCodes(d, school)
		if err != nil {
			return TableResult{}, err
		}
		all := make([]entryRow, len(rows))
		for i, row := range rows {
			e, wrong := readEntry(d.ID(), row, courses)
			var detail string
			if e.learner, detail = find(row.cells["learner"]); detail == "" &&
				d.see(competency.EnterRecord, competency.Subject{Org: school, Owner: e.learner}) != nil {
				detail = "this is about yourself or somebody close to you; somebody else has to enter it."
			}
			if detail != "" {
				wrong = append([]competency.Field{{Pointer: "/learner", Detail: detail}}, wrong...)
			}
			all[i], bad = e, append(bad, inRow(row.line, wrong)...)
		}
		if len(bad) > 0 {
			return TableResult{}, competency.Invalid(bad...)
		}
		for i, e := range all {
			if err := enter(d, e.learner, e.id, e.source, e.on); err != nil {
				return TableResult{}, fmt.Errorf("entering line %d: %w", rows[i].line, err)
			}
		}
		d.detail = map[string]string{"entries": strconv.Itoa(len(all))}
		return TableResult{Rows: len(rows), Changed: len(all)}, nil
	})
}

// entryRow is a line of a table, read.
type entryRow struct {
	learner    competency.PersonID
	id, source string
	on         store.OnRecord
}

func readEntry(id string, row tableRow, courses map[string]competency.Course) (entryRow, []competency.Field) {
	c := row.cells
	on, wrong := NewEntry{
		What: c["what"], Name: c["name"], Amount: c["amount"], Route: c["route"], Tags: c["tags"],
		Source: c["source"], On: c["on"], Waits: c["waits"], Signed: c["signed"],
	}.read(id, courses)
	return entryRow{id: id, source: c["source"], on: on}, wrong
}

// learnerFinder finds the learners of a school as tables name them; what is
// wrong with a name is a phrase.
func learnerFinder(d *desk, school competency.OrgID) (func(string) (competency.PersonID, string), error) {
	roster, err := d.Roster(school)
	if err != nil {
		return nil, err
	}
	found := map[string][]competency.PersonID{}
	for _, l := range roster {
		seen := map[string]bool{"": true}
		for _, name := range []string{l.Login, l.Used, l.Legal, string(l.ID)} {
			if name = strings.ToLower(name); !seen[name] {
				seen[name] = true
				found[name] = append(found[name], l.ID)
			}
		}
	}
	return func(name string) (competency.PersonID, string) {
		switch ids := found[strings.ToLower(strings.TrimSpace(name))]; len(ids) {
		case 0:
			return "", "no learner of this school is called “" + name + "”; use the sign-in name."
		case 1:
			return ids[0], ""
		default:
			return "", "several learners are called “" + name + "”; use the sign-in name."
		}
	}, nil
}

// EntrySchools answers the school that is asked for (an empty id: the first)
// among those where the actor may enter what others confirmed.
func (r *Registrar) EntrySchools(ctx context.Context, who competency.Actor, wanted competency.OrgID) (school competency.Org, all []competency.Org, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		school, all, err = d.schoolOf(competency.EnterRecord, wanted)
		return err
	})
	return school, all, err
}
