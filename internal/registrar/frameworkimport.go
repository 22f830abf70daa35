package registrar

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"laurel/competency"
	"laurel/competency/frameworkfile"
	"laurel/internal/store"
)

// FrameworkIn says what a framework's file is to become.
type FrameworkIn struct {
	// Name may be empty where the file has one.
	Name string `json:"name"`
	// Reference says that no work is judged by it: a profile or standards of
	// elsewhere to align to. Else it is the next version of what work is judged by.
	Reference bool `json:"reference" required:"false"`
	// Kinds says which of our kinds the file's words for items stand for,
	// where they are none of ours.
	Kinds map[string]competency.ItemKind `json:"kinds" required:"false"`
}

// FrameworkReading is what reading a file comes to, before anything is kept.
type FrameworkReading struct {
	Name    string
	Follows competency.Framework // the version before; zero for a new framework
	Outline competency.Outline   // of the next version
	Changes competency.OutlineChanges
	Scale   competency.Scale // that the file's rubrics are written by, for a new framework
	competency.DraftFile
	Source string
}

// ReadFramework reads a file and answers what importing it would change, and
// keeps nothing. ErrInvalid names each bad row.
func (r *Registrar) ReadFramework(ctx context.Context, who competency.Actor, in FrameworkIn, file io.Reader) (out FrameworkReading, err error) {
	read, err := r.readFile(in, file)
	if err != nil {
		return out, err
	}
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ManageFramework, competency.Subject{Org: who.Tenant}); err != nil {
			return err
		}
		out, err = reading(d.Scope, in, read)
		return err
	})
	return out, err
}

// ImportFrameworkFile publishes a framework from a table or a CASE package, all
// or nothing. ErrInvalid names every bad row by its line, or the words for
// items that a person has to explain first. New indicators get the office's
// general rubric; what was judged before stays with its own.
func (r *Registrar) ImportFrameworkFile(ctx context.Context, who competency.Actor, once Once, in FrameworkIn, file io.Reader) (competency.FrameworkID, error) {
	read, err := r.readFile(in, file)
	if err != nil {
		return "", err
	}
	if bad := undecided(read.Types); len(bad) > 0 {
		return "", competency.Invalid(bad...)
	}
	id, err := r.actOnce(ctx, who, once, competency.ManageFramework, func(d *desk) (string, error) {
		if err := d.may(competency.Subject{Org: who.Tenant}); err != nil {
			return "", err
		}
		whole, err := reading(d.Scope, in, read)
		if err != nil {
			return "", err
		}
		f, err := d.publish(edition{
			Name: whole.Name, Follows: whole.Follows, Reference: in.Reference, Source: whole.Source, Scale: whole.Scale,
			Outline: whole.Outline, Links: whole.Links, Rubrics: whole.Rubrics,
		})
		return string(f.ID), err
	})
	return competency.FrameworkID(id), err
}

// undecided names the words for items that nobody has explained.
func undecided(types []competency.FileType) (bad []competency.Field) {
	for i, t := range types {
		if !t.Sure {
			name := t.Name
			if name == "" {
				name = "no word at all"
			}
			bad = append(bad, competency.Field{
				Pointer: "/kinds/" + strconv.Itoa(i), Detail: "Say what the file means by “" + name + "” (" + strconv.Itoa(t.Count) + " items).",
			})
		}
	}
	return bad
}

// readFile reads a table, also one in a workbook, or a package; what begins like
// JSON is a package.
func (r *Registrar) readFile(in FrameworkIn, file io.Reader) (frameworkfile.File, error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return frameworkfile.File{}, err
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), file)
	var f frameworkfile.File
	var bad []competency.Field
	if text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"); bytes.HasPrefix(text, []byte("{")) {
		rest := io.MultiReader(bytes.NewReader(text), file)
		f, bad = frameworkfile.ReadCase(rest, r.Now().UTC().Format(time.DateOnly))
		f.Settle(in.Kinds)
	} else {
		data, err := io.ReadAll(io.LimitReader(whole, frameworkfile.MaxTableBytes+1))
		if err != nil {
			return f, err
		}
		if bytes.HasPrefix(data, []byte(workbookMark)) && len(data) <= frameworkfile.MaxTableBytes {
			if data, err = workbookTable(data); err != nil {
				return f, competency.Invalid(competency.Field{Pointer: "/file", Detail: workbookHelp})
			}
		}
		f, bad = frameworkfile.ReadTable(data)
	}
	if name := strings.TrimSpace(in.Name); name != "" {
		f.Name = name
	}
	if len(bad) == 0 && !f.Undecided() { // what kinds are still to be told cannot be wrong yet
		bad = competency.CheckRows(f.Rows)
	}
	bad = append(competency.CheckFrameworkName(f.Name), bad...)
	for _, k := range in.Kinds {
		if !k.Known() {
			bad = append(bad, competency.Field{Pointer: "/kinds", Detail: "There is no kind of item " + string(k) + "."})
		}
	}
	if len(bad) > 0 {
		return f, competency.Invalid(bad...)
	}
	return f, nil
}

// reading puts a file beside what is published.
func reading(sc *store.Scope, in FrameworkIn, f frameworkfile.File) (FrameworkReading, error) {
	out := FrameworkReading{Name: f.Name, Source: f.Source, DraftFile: f.DraftFile}
	var err error
	if out.Follows, err = followed(sc, f.Name, in.Reference); err != nil {
		return out, err
	}
	_, before, err := published(sc, out.Follows)
	if err != nil {
		return out, err
	}
	rows, renamed := competency.InOrder(f.Rows).KnownBy(before)
	out.Outline = rows.After(before)
	for i, l := range out.Links {
		out.Links[i].Code, out.Links[i].Target = cmp.Or(renamed[l.Code], l.Code), cmp.Or(renamed[l.Target], l.Target)
	}
	for i, r := range out.Rubrics {
		out.Rubrics[i].Code = cmp.Or(renamed[r.Code], r.Code)
	}
	out.scaled(in.Reference, f.Scale)
	out.Changes = before.Changes(out.Outline)
	return out, nil
}

// scaled takes the scale by which the file's rubrics are written for a new
// framework, and says which rubrics cannot be taken.
func (out *FrameworkReading) scaled(reference bool, scale competency.Scale) {
	if len(out.Rubrics) == 0 || reference {
		out.Rubrics = nil
		return
	}
	if out.Follows.ID == "" && len(scale.CheckWritten()) == 0 {
		out.Scale = scale
		out.Notes = append(out.Notes, "The scale is the one that the file's rubrics are written by. Say which of its levels counts as proficient.")
	}
	inForce, err := editionScale(edition{Follows: out.Follows, Scale: out.Scale})
	if err != nil {
		return
	}
	kept := out.Rubrics[:0]
	for _, r := range out.Rubrics {
		if cameFor([]competency.FileRubric{r}, r.Code, inForce) != nil {
			kept = append(kept, r)
		}
	}
	if left := len(out.Rubrics) - len(kept); left > 0 {
		out.Notes = append(out.Notes, strconv.Itoa(left)+" rubrics describe other levels than the scale has, or not all of them; their indicators get the general rubric.")
	}
	out.Rubrics = kept
}

// followed answers the version that a file follows: of a reference the newest
// of its name, and else of what work is judged by.
func followed(sc *store.Scope, name string, reference bool) (competency.Framework, error) {
	all, err := sc.Frameworks()
	for _, f := range all {
		if f.Reference == reference && (!reference || f.Name == name) {
			return f, err
		}
	}
	return competency.Framework{}, err
}
