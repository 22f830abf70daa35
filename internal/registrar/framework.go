package registrar

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"laurel/competency"
	"laurel/internal/store"
)

// NewFramework is a framework as a school sends it: a name and a table with
// the columns code, kind, parent, text, position.
type NewFramework struct {
	Name string `json:"name"`
	CSV  string `json:"csv"`
}

// Limits of a framework's table.
const (
	maxFrameworkBytes = 1 << 20
	maxFrameworkRows  = 5000
)

// ImportFramework reads a framework from its table, all or nothing: ErrInvalid
// names every bad row by its line. Its indicators get the office's general
// rubric on the four-level scale. It becomes the one that new work is judged
// by; what was judged before stays with its own.
func (r *Registrar) ImportFramework(ctx context.Context, who competency.Actor, once Once, in NewFramework) (competency.FrameworkID, error) {
	id, err := r.actOnce(ctx, who, once, competency.ManageFramework, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: who.Tenant}); err != nil {
			return "", err
		}
		id, err := importFramework(d.Scope, strings.TrimSpace(in.Name), []byte(in.CSV), starterScale)
		d.subject.ID = string(id)
		return string(id), err
	})
	return competency.FrameworkID(id), err
}

// importFramework publishes a framework from its table, as the next version of
// what work is judged by.
func importFramework(sc *store.Scope, name string, table []byte, scale competency.Scale) (competency.FrameworkID, error) {
	rows, bad := frameworkRows(table)
	if n := utf8.RuneCountInString(name); n < 2 || n > 200 {
		bad = append(bad, competency.Field{Pointer: "/name", Detail: "Give the framework a name, in 2 to 200 characters."})
	}
	if len(bad) == 0 {
		bad = competency.CheckRows(rows)
	}
	if len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	before, err := sc.CurrentFramework()
	if err != nil && !errors.Is(err, competency.ErrNotFound) {
		return "", err
	}
	f, err := publish(sc, edition{Name: name, Follows: before, Scale: scale, Outline: competency.InOrder(rows)})
	return f.ID, err
}

// frameworkColumns are the columns of a framework's table.
var frameworkColumns = []string{"code", "kind", "parent", "text", "position"}

// frameworkRows reads the table: UTF-8 with or without a mark at its start,
// commas or semicolons, the columns in any order.
func frameworkRows(table []byte) ([]competency.FrameworkRow, []competency.Field) {
	whole := func(detail string) []competency.Field { return []competency.Field{{Pointer: "/csv", Detail: detail}} }
	table = bytes.TrimPrefix(table, []byte("\xef\xbb\xbf"))
	switch {
	case len(table) > maxFrameworkBytes:
		return nil, whole("A framework's table may have at most 1 MB.")
	case !utf8.Valid(table):
		return nil, whole("Save the table as CSV in UTF-8 and send it again.")
	}
	in := csv.NewReader(bytes.NewReader(table))
	in.FieldsPerRecord = -1
	in.TrimLeadingSpace = true
	if head, _, _ := bytes.Cut(table, []byte("\n")); bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		in.Comma = ';'
	}
	head, err := in.Read()
	if err != nil {
		return nil, whole("The table is empty. Its first line names the columns: " + strings.Join(frameworkColumns, ", ") + ".")
	}
	at := map[string]int{}
	for i, h := range head {
		at[strings.ToLower(strings.TrimSpace(h))] = i
	}
	for _, c := range frameworkColumns[:4] {
		if _, ok := at[c]; !ok {
			return nil, whole("The first line names no column " + c + ".")
		}
	}
	return readRows(in, at)
}

// readRows reads the lines below the head.
func readRows(in *csv.Reader, at map[string]int) (rows []competency.FrameworkRow, bad []competency.Field) {
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows, bad
		}
		line, _ := in.FieldPos(0)
		pointer := "/rows/" + strconv.Itoa(line)
		if err != nil {
			return nil, append(bad, competency.Field{Pointer: pointer, Detail: "Line " + strconv.Itoa(line) + ": the quotation marks do not match."})
		}
		cell := func(column string) string {
			if i, ok := at[column]; ok && i < len(cells) {
				return strings.TrimSpace(cells[i])
			}
			return ""
		}
		row := competency.FrameworkRow{
			Line: line, Code: cell("code"), Kind: competency.ItemKind(strings.ToLower(cell("kind"))), Parent: cell("parent"), Text: cell("text"),
		}
		if p := cell("position"); p != "" {
			if row.Position, err = strconv.Atoi(p); err != nil {
				row.Position = -1 // reported by CheckRows beside everything else in the row
			}
		}
		if rows = append(rows, row); len(rows) > maxFrameworkRows {
			return nil, []competency.Field{{Pointer: "/csv", Detail: "A framework may have at most " + strconv.Itoa(maxFrameworkRows) + " rows."}}
		}
	}
}

// FrameworkView is a framework with its nodes in order.
type FrameworkView struct {
	competency.Framework
	Organisation string
	Items        []competency.Item
	Rubrics      map[competency.ItemID]competency.Rubric
}

// Framework answers a framework to anyone: credentials point to its nodes.
func (r *Registrar) Framework(ctx context.Context, id competency.FrameworkID) (v FrameworkView, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		tenant, err := tx.FrameworkTenant(id)
		if err != nil {
			return err
		}
		sc, err := tx.Scope(tenant)
		if err != nil {
			return err
		}
		org, err := sc.Org(tenant)
		if err != nil {
			return err
		}
		v.Organisation = org.Name
		if v.Framework, err = sc.Framework(id); err != nil {
			return err
		}
		if v.Items, err = sc.Items(id); err != nil {
			return err
		}
		ids := make([]competency.ItemID, len(v.Items))
		for i, it := range v.Items {
			ids[i] = it.ID
		}
		v.Rubrics, err = sc.Rubrics(ids)
		return err
	})
	return v, err
}

// Frameworks answers the tenant's frameworks, the newest first.
func (r *Registrar) Frameworks(ctx context.Context, who competency.Actor) (all []competency.Framework, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewPolicy, competency.Subject{}); err != nil {
			return err
		}
		all, err = d.Frameworks()
		return err
	})
	return all, err
}
