package registrar

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"laurel/competency"
)

// Limits of a table that the office reads.
const (
	maxTableBytes = 1 << 20
	maxTableRows  = 5000
)

// tableRow is one line of a table, its cells by the names of the columns.
type tableRow struct {
	line  int
	cells map[string]string
}

// readTable reads CSV as offices save it: UTF-8 with or without a mark at its
// start, commas, semicolons or tabs, the columns in any order and some of them
// missing unless they are among the needed. What is wrong is named by its line;
// a field's pointer is /csv.
func readTable(text string, columns []string, needed int) (rows []tableRow, bad []competency.Field) {
	text = strings.TrimPrefix(text, "\ufeff")
	switch {
	case len(text) > maxTableBytes:
		return nil, []competency.Field{tableField(0, "A table may have at most 1 MB.")}
	case !utf8.ValidString(text):
		return nil, []competency.Field{tableField(0, "Save the table as CSV in UTF-8 and send it again.")}
	}
	in := csv.NewReader(strings.NewReader(text))
	in.FieldsPerRecord, in.TrimLeadingSpace = -1, true
	head, _, _ := bytes.Cut([]byte(text), []byte("\n"))
	for _, comma := range ";\t" {
		if bytes.ContainsRune(head, comma) && !bytes.ContainsRune(head, ',') {
			in.Comma, in.TrimLeadingSpace = comma, comma != '\t'
		}
	}
	names, err := in.Read()
	if err != nil {
		return nil, []competency.Field{tableField(0, "The first line names the columns: "+strings.Join(columns, ", ")+".")}
	}
	for i, n := range names {
		if names[i] = strings.ToLower(strings.TrimSpace(n)); names[i] != "" && !slices.Contains(columns, names[i]) {
			bad = append(bad, tableField(1, "There is no column “"+names[i]+"”; the columns are "+strings.Join(columns, ", ")+"."))
		}
	}
	for _, n := range columns[:needed] {
		if !slices.Contains(names, n) {
			bad = append(bad, tableField(1, "The column “"+n+"” is missing."))
		}
	}
	if len(bad) > 0 {
		return nil, bad
	}
	return tableRows(in, names)
}

// tableRows reads the lines below the head; empty ones are passed over.
func tableRows(in *csv.Reader, names []string) (rows []tableRow, bad []competency.Field) {
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return nil, append(bad, tableField(wrong.Line, "The quotation marks do not match."))
		}
		if err != nil {
			return nil, append(bad, tableField(0, "The table could not be read."))
		}
		line, _ := in.FieldPos(0)
		row := tableRow{line: line, cells: map[string]string{}}
		empty := true
		for i, cell := range cells {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			if empty = false; i >= len(names) {
				bad = append(bad, tableField(line, "The line has more cells than the first line names."))
				break
			}
			row.cells[names[i]] = cell
		}
		if empty {
			continue
		}
		if rows = append(rows, row); len(rows) > maxTableRows {
			return nil, []competency.Field{tableField(0, "A table may have at most "+strconv.Itoa(maxTableRows)+" lines; send it in parts.")}
		}
	}
	if len(rows) == 0 && len(bad) == 0 {
		bad = append(bad, tableField(0, "The table has no lines below the names of its columns."))
	}
	return rows, bad
}

// tableField is something wrong in a line of a table; line 0 is the whole.
func tableField(line int, detail string) competency.Field {
	if line > 0 {
		detail = "Line " + strconv.Itoa(line) + ": " + detail
	}
	return competency.Field{Pointer: "/csv", Detail: detail}
}

// inRow says of fields of one row in which line they stand.
func inRow(line int, fields []competency.Field) []competency.Field {
	bad := make([]competency.Field, len(fields))
	for i, f := range fields {
		bad[i] = tableField(line, strings.TrimPrefix(f.Pointer, "/")+": "+f.Detail)
	}
	return bad
}

// splitWords splits a cell at commas, semicolons and bars.
func splitWords(cell string) []string {
	var list []string
	for w := range strings.FieldsFuncSeq(cell, func(r rune) bool { return strings.ContainsRune(",;|", r) }) {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(list, w) {
			list = append(list, w)
		}
	}
	return list
}
