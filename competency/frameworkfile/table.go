package frameworkfile

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
)

// Columns are the columns of a framework's table. The first four must be
// there; they may stand in any order.
var Columns = []string{"code", "kind", "parent", "text", "position", "tags", "prerequisites", "retired", "type", "uri", "case_id"}

// needed is how many of the columns must be there.
const needed = 4

// MaxTableBytes is the most that a table may have.
const MaxTableBytes = 4 << 20

// otherNames are what other programs call our columns.
var otherNames = map[string]string{
	"humancodingscheme": "code", "fullstatement": "text", "cfitemtype": "kind", "identifier": "case_id",
	"level": "kind", "standard": "text", "description": "text", "keywords": "tags", "conceptkeywords": "tags", "below": "parent",
	"smartlevel": "place", "smart level": "place",
}

// ReadTable reads a framework from a table: UTF-8, UTF-16 or Windows-1252,
// commas, semicolons or tabs, the columns in any order. The rows are as the
// file has them; whether they make a tree, [competency.CheckRows] says.
func ReadTable(data []byte) (f File, bad []competency.Field) {
	if len(data) > MaxTableBytes {
		return f, whole("A framework's table may have at most 4 MB.")
	}
	text, note, wrong := decode(data)
	if wrong != "" {
		return f, whole(wrong)
	}
	if note != "" {
		f.Notes = append(f.Notes, note)
	}
	t := table{in: csv.NewReader(strings.NewReader(text)), at: map[string]int{}}
	t.in.FieldsPerRecord = -1
	t.in.Comma = separator(text)
	t.in.TrimLeadingSpace = t.in.Comma != '\t' // which is a space itself
	if bad := t.head(); bad != nil {
		return f, bad
	}
	f.Rows, bad = t.rows()
	return f, bad
}

// separator is what stands most often in the first line.
func separator(text string) rune {
	head, _, _ := strings.Cut(text, "\n")
	best, most := ',', strings.Count(head, ",")
	for _, c := range ";\t" {
		if n := strings.Count(head, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

type table struct {
	in *csv.Reader
	at map[string]int // the place of each column
	// places are codes by the place that some tables give instead of a parent: "1.2.1".
	places map[string]string
}

func (t *table) head() []competency.Field {
	head, err := t.in.Read()
	if err != nil {
		return whole("The table is empty. Its first line names the columns: " + strings.Join(Columns[:needed+1], ", ") + ".")
	}
	for i, h := range head {
		name := strings.ToLower(strings.TrimSpace(h))
		if other, ok := otherNames[name]; ok {
			name = other
		}
		if _, twice := t.at[name]; !twice {
			t.at[name] = i
		}
	}
	if _, ok := t.at["place"]; ok {
		t.places = map[string]string{}
	}
	for _, c := range Columns[:needed] {
		if _, ok := t.at[c]; !ok && (c != "parent" || t.places == nil) {
			return whole("The first line names no column " + c + ". It needs " + strings.Join(Columns[:needed], ", ") + ".")
		}
	}
	return nil
}

func (t *table) rows() (rows []competency.FrameworkRow, bad []competency.Field) {
	for {
		cells, err := t.in.Read()
		if errors.Is(err, io.EOF) {
			return rows, bad
		}
		if err != nil {
			line := "the last line"
			if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
				line = strconv.Itoa(wrong.StartLine)
			}
			return nil, append(bad, competency.Field{Pointer: "/rows/" + line, Detail: "Line " + line + ": the quotation marks do not match."})
		}
		if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			continue // an empty line of a spreadsheet
		}
		if rows = append(rows, t.row(cells)); len(rows) > competency.MaxFrameworkRows {
			return nil, whole("A framework may have at most " + strconv.Itoa(competency.MaxFrameworkRows) + " rows.")
		}
	}
}

func (t *table) row(cells []string) competency.FrameworkRow {
	cell := func(column string) string {
		if i, ok := t.at[column]; ok && i < len(cells) {
			return unguard(strings.TrimSpace(cells[i]))
		}
		return ""
	}
	line, _ := t.in.FieldPos(0)
	r := competency.FrameworkRow{
		Line: line, Code: cell("code"), Kind: KindOf(cell("kind")), Parent: cell("parent"), Text: cell("text"),
		Tags: words(cell("tags")), Prerequisites: words(cell("prerequisites")), Retired: yes(cell("retired")),
		Type: cell("type"), URI: cell("uri"), CaseID: strings.ToLower(cell("case_id")),
	}
	if p := cell("position"); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			n = -1 // reported by CheckRows beside everything else in the row
		}
		r.Position = n
	}
	if place := cell("place"); t.places != nil && place != "" {
		t.places[place] = r.Code
		if i := strings.LastIndexByte(place, '.'); i > 0 && r.Parent == "" {
			r.Parent = t.places[place[:i]]
		}
	}
	return r
}

// words splits a cell that lists several.
func words(cell string) (all []string) {
	for _, w := range strings.FieldsFunc(cell, func(r rune) bool { return r == '|' || r == ';' }) {
		if w = strings.TrimSpace(w); w != "" {
			all = append(all, w)
		}
	}
	return all
}

func yes(cell string) bool {
	switch strings.ToLower(cell) {
	case "yes", "y", "true", "1", "x", "retired":
		return true
	}
	return false
}

// WriteTable writes an outline as a table that ReadTable reads back: UTF-8
// with a mark at its start, so that spreadsheet programs see the accents.
func WriteTable(o competency.Outline) []byte {
	var b strings.Builder
	b.WriteString("\xef\xbb\xbf")
	out := csv.NewWriter(&b)
	line := func(cells ...string) {
		for i := range cells {
			cells[i] = guard(cells[i])
		}
		_ = out.Write(cells) // a strings.Builder takes everything
	}
	line(slices.Clone(Columns)...)
	place := map[string]int{}
	for _, r := range o {
		place[r.Parent]++
		retired := ""
		if r.Retired {
			retired = "yes"
		}
		line(r.Code, string(r.Kind), r.Parent, r.Text, strconv.Itoa(place[r.Parent]), strings.Join(r.Tags, " | "),
			strings.Join(r.Prerequisites, " | "), retired, r.Type, r.URI, r.CaseID)
	}
	out.Flush()
	return []byte(b.String())
}

// formula is what a cell begins with that a spreadsheet would compute.
const formula = "=+-@"

// guard keeps a spreadsheet from computing a cell; unguard takes it off again.
func guard(cell string) string {
	if bare := strings.TrimLeft(cell, "'"); bare != "" && strings.IndexByte(formula, bare[0]) >= 0 {
		return "'" + cell
	}
	return cell
}

func unguard(cell string) string {
	if bare := strings.TrimLeft(cell, "'"); bare != cell && bare != "" && strings.IndexByte(formula, bare[0]) >= 0 {
		return cell[1:]
	}
	return cell
}
