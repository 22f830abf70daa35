package frameworkfile

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"laurel/competency"
	"laurel/internal/testkit"
)

const small = "code,kind,parent,text\nMATH,Standard,,Rechnen – « café »\nMATH.1,performance indicator,MATH,Plan\n"

// utf16Bytes is the small table in UTF-16.
func utf16Bytes(little bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(small)) {
		if little {
			b = append(b, byte(u), byte(u>>8))
		} else {
			b = append(b, byte(u>>8), byte(u))
		}
	}
	return b
}

func TestReadTableInEveryEncoding(t *testing.T) {
	t.Parallel()
	cp1252 := []byte("code;kind;parent;text\nMATH;Standard;;Rechnen \x96 \xab caf\xe9 \xbb\nMATH.1;Performance Indicator;MATH;Plan\n")
	for name, data := range map[string][]byte{
		"utf-8":            []byte(small),
		"utf-8 with mark":  []byte("\xef\xbb\xbf" + small),
		"utf-16 le":        append([]byte("\xff\xfe"), utf16Bytes(true)...),
		"utf-16 be":        append([]byte("\xfe\xff"), utf16Bytes(false)...),
		"utf-16 le, bare":  utf16Bytes(true),
		"utf-16 be, bare":  utf16Bytes(false),
		"windows-1252":     cp1252,
		"tabs, old ends":   []byte(strings.NewReplacer(",", "\t", "\n", "\r\n").Replace(small)),
		"empty lines":      []byte(strings.ReplaceAll(small, "\n", "\n,,,\n\n")),
		"columns in order": []byte("parent,text,kind,code\n,Rechnen – « café »,Standard,MATH\nMATH,Plan,Indicator,MATH.1\n"),
		"other names":      []byte("humanCodingScheme,fullStatement,CFItemType,smartLevel\nMATH,Rechnen – « café »,Standard,1\nMATH.1,Plan,Indicator,1.1\n"),
	} {
		f, bad := ReadTable(data)
		if len(bad) > 0 || len(competency.CheckRows(f.Rows)) > 0 || len(f.Rows) != 2 {
			t.Errorf("%s: got %+v, %v, %v", name, f, bad, competency.CheckRows(f.Rows))
			continue
		}
		if r := f.Rows[1]; f.Rows[0].Text != "Rechnen – « café »" || r.Parent != "MATH" || r.Kind != competency.IndicatorItem {
			t.Errorf("%s: got %+v", name, f.Rows)
		}
		if noted := len(f.Notes) > 0; noted != (name == "windows-1252") {
			t.Errorf("%s: notes %v", name, f.Notes)
		}
	}
}

func TestReadTableRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ data, pointer, word string }{
		"workbook":        {"PK\x03\x04xl/worksheets", "/file", "Save the sheet as CSV"},
		"old workbook":    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "/file", "Save the sheet as CSV"},
		"pdf":             {"%PDF-1.7", "/file", "PDF"},
		"picture":         {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "/file", "no text"},
		"undefined 1252":  {"code,kind,parent,text\nA,standard,,\x81\n", "/file", "no encoding"},
		"half of utf-16":  {"\xff\xfec", "/file", "UTF-16"},
		"lone surrogate":  {"\xff\xfe\x00\xd8\x41\x00", "/file", "UTF-16"},
		"nothing":         {"", "/file", "empty"},
		"no column":       {"code,kind,text\nA,standard,x\n", "/file", "no column parent"},
		"open quotation":  {"code,kind,parent,text\nA,standard,,\"x\n", "/rows/2", "quotation"},
		"too many bytes":  {strings.Repeat("x", MaxTableBytes+1), "/file", "4 MB"},
		"too many rows":   {"code,kind,parent,text\n" + strings.Repeat("A,standard,,x\n", competency.MaxFrameworkRows+1), "/file", "10000 rows"},
		"unknown columns": {"a,b\n", "/file", "no column code"},
	} {
		f, bad := ReadTable([]byte(c.data))
		if len(bad) != 1 || bad[0].Pointer != c.pointer || !strings.Contains(bad[0].Detail, c.word) {
			t.Errorf("%s: got %v, %d rows", name, bad, len(f.Rows))
		}
	}
}

// caseDoc is a package with the given items and associations.
func caseDoc(items, associations string) string {
	return `{"CFDocument":{"identifier":"d","uri":"https://x/d","title":"State skills"},"Other":{"deep":[[{"a":1}]]},"CFItems":[` + items + `],"CFAssociations":[` + associations + `]}`
}

func childOf(child, parent string, n int) string {
	return fmt.Sprintf(`{"associationType":"isChildOf","sequenceNumber":%d,"originNodeURI":{"identifier":%q},"destinationNodeURI":{"identifier":%q}}`, n, child, parent)
}

func TestReadCase(t *testing.T) {
	t.Parallel()
	items := `{"identifier":"b","fullStatement":"Second","CFItemType":"Anchor"},
		{"identifier":"A","uri":"https://x/a","fullStatement":"First","humanCodingScheme":"M 1/2","CFItemType":"Anchor"},
		{"identifier":"a1","fullStatement":"Plan","humanCodingScheme":"M.1","CFItemType":"Component","conceptKeywords":["career ready"]},
		{"identifier":"a2","fullStatement":"Do","humanCodingScheme":"M.1","CFItemType":"Component","statusEndDate":"2020-01-01"}`
	links := strings.Join([]string{
		childOf("b", "d", 2), childOf("a", "d", 1), childOf("a2", "a", 2), childOf("a1", "a", 1), childOf("a1", "b", 1),
		`{"associationType":"precedes","originNodeURI":{"identifier":"a1"},"destinationNodeURI":{"identifier":"a2"}}`,
		`{"associationType":"exactMatchOf","originNodeURI":{"identifier":"a1"},"destinationNodeURI":{"identifier":"z","uri":"https://y/z","title":"Theirs"}}`,
		`{"associationType":"isRelatedTo","originNodeURI":{"identifier":"a1"},"destinationNodeURI":{"identifier":"b"}}`,
	}, ",")
	f, bad := ReadCase(strings.NewReader(caseDoc(items, links)), "2026-06-01")
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	var got []string
	for _, r := range f.Rows {
		got = append(got, fmt.Sprintf("%s<%s %s %t %v%v", r.Code, r.Parent, r.Kind, r.Retired, r.Tags, r.Prerequisites))
	}
	want := []string{
		"M-1-2< standard false [][]", "M.1<M-1-2 indicator false [career ready][]",
		"M.1-2<M-1-2 indicator true [][M.1]", "item-2< standard false [][]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows: got %q", got)
	}
	if f.Name != "State skills" || !f.Undecided() || len(f.Types) != 2 || f.Types[1].Kind != competency.IndicatorItem || f.Types[1].Count != 2 || len(f.Notes) != 2 {
		t.Errorf("got %+v", f)
	}
	wantLinks := []Link{
		{Code: "M.1", Kind: competency.ExactMatchOf, URI: "https://y/z", Title: "Theirs", CaseID: "z"},
		{Code: "M.1", Kind: competency.IsRelatedTo, Target: "item-2"},
	}
	if !reflect.DeepEqual(f.Links, wantLinks) {
		t.Errorf("links: got %+v", f.Links)
	}
	f.Settle(map[string]competency.ItemKind{"Component": competency.ObjectiveItem, "Anchor": competency.IndicatorItem})
	if f.Undecided() || f.Rows[1].Kind != competency.ObjectiveItem || f.Rows[0].Kind != competency.IndicatorItem {
		t.Errorf("settled: %+v", f.Rows)
	}
}

func TestReadCaseRefuses(t *testing.T) {
	t.Parallel()
	a, b := `{"identifier":"a","fullStatement":"First"}`, `{"identifier":"b","fullStatement":"Second"}`
	for name, c := range map[string]struct{ document, pointer, word string }{
		"no json":            {"code,kind", "/file", "no CASE package"},
		"breaks off":         {caseDoc(a, "")[:60], "/file", "breaks off"},
		"no items":           {caseDoc("", ""), "/file", "no items"},
		"items are text":     {`{"CFItems":["x"]}`, "/file", "no CASE package"},
		"two lists of items": {`{"CFItems":[` + a + `],"CFItems":[` + b + `]}`, "/file", "twice"},
		"something behind":   {caseDoc(a, "") + "{}", "/file", "behind"},
		"identifier twice":   {caseDoc(a+","+strings.Replace(a, `"a"`, `"A"`, 1), ""), "/CFItems/1/identifier", "already"},
		"no identifier":      {caseDoc(`{"fullStatement":"x"}`, ""), "/CFItems/0/identifier", "missing"},
		"no text":            {caseDoc(`{"identifier":"a","fullStatement":" "}`, ""), "/CFItems/0/fullStatement", "text"},
		"missing parent":     {caseDoc(a, childOf("a", "gone", 1)), "/CFAssociations/0/destinationNodeURI", "not in this package"},
		"circle":             {caseDoc(a+","+b, childOf("a", "b", 1)+","+childOf("b", "a", 1)), "/CFItems/0/identifier", "below itself"},
		"too many items":     {caseDoc(strings.Repeat(a+",", competency.MaxFrameworkRows)+a, ""), "/file", "10000 items"},
	} {
		_, bad := ReadCase(strings.NewReader(c.document), "2026-06-01")
		if len(bad) == 0 || bad[0].Pointer != c.pointer || !strings.Contains(bad[0].Detail, c.word) {
			t.Errorf("%s: got %v", name, bad)
		}
	}
}

// endless is a package whose last member never ends; it counts what is read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, `{"CFItems":[{"identifier":"a","fullStatement":"x"}],"extensions":[`)
	if e.read > 0 {
		for n = range p {
			p[n] = ' '
		}
		n = len(p)
	}
	e.read += n
	return n, nil
}

func TestReadCaseStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	e := &endless{}
	if _, bad := ReadCase(e, "2026-06-01"); len(bad) != 1 || !strings.Contains(bad[0].Detail, "breaks off") && !strings.Contains(bad[0].Detail, "64 MB") {
		t.Errorf("got %v", bad)
	}
	if e.read > MaxCaseBytes+(1<<20) {
		t.Errorf("read %d bytes", e.read)
	}
}

// anyOutline is a framework of any shape that the rules allow.
func anyOutline(t *rapid.T) competency.Outline {
	var o competency.Outline
	text := rapid.StringMatching(`[=+\-@']?[A-Za-zé",;\n|]{1,12}[a-z.]`)
	for i := range rapid.IntRange(1, 25).Draw(t, "n") {
		above := rapid.IntRange(-1, i-1).Draw(t, "above")
		parent, under := "", competency.ItemKind("")
		if above >= 0 {
			parent, under = o[above].Code, o[above].Kind
		}
		kinds := slices.DeleteFunc(slices.Clone(competency.ItemKinds), func(k competency.ItemKind) bool { return !k.Below(under) })
		if len(kinds) == 0 {
			parent, kinds = "", []competency.ItemKind{competency.StandardItem}
		}
		r := competency.FrameworkRow{
			Code: fmt.Sprintf("C%d", i), Parent: parent, Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
			Text: strings.TrimSpace(text.Draw(t, "text")), Retired: rapid.Bool().Draw(t, "retired"),
		}
		if rapid.Bool().Draw(t, "tagged") {
			r.Tags = []string{"career ready", "citizenship ready"}
		}
		if i > 0 && rapid.Bool().Draw(t, "prerequisite") {
			r.Prerequisites = []string{fmt.Sprintf("C%d", rapid.IntRange(0, i-1).Draw(t, "of"))}
		}
		r.Line, o = i+1, append(o, r)
	}
	return competency.InOrder(o)
}

// plain are rows without what belongs to one file alone.
func plain(o competency.Outline) competency.Outline {
	o = slices.Clone(o)
	for i := range o {
		o[i].Line, o[i].Position, o[i].Type, o[i].URI, o[i].CaseID = 0, 0, "", "", ""
		o[i].Text = strings.ReplaceAll(o[i].Text, "\r\n", "\n")
	}
	return o
}

// What goes out as a table or a package comes back as the same tree.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOutline(t)
		if bad := competency.CheckRows(o); len(bad) > 0 {
			t.Fatalf("the outline is wrong already: %v", bad)
		}
		f, bad := ReadTable(WriteTable(o))
		if len(bad) > 0 || !reflect.DeepEqual(plain(competency.InOrder(f.Rows)), plain(o)) {
			t.Fatalf("table: got %+v, %v, want %+v", f.Rows, bad, o)
		}
		out, err := WriteCase(packageOf(o))
		if err != nil {
			t.Fatal(err)
		}
		f, bad = ReadCase(bytes.NewReader(out), "2026-06-02")
		if len(bad) > 0 || f.Undecided() || !reflect.DeepEqual(plain(competency.InOrder(f.Rows)), plain(o)) {
			t.Fatalf("package: got %+v, %v, want %+v", f.Rows, bad, o)
		}
	})
}

func packageOf(o competency.Outline) Package {
	p := Package{
		Framework: competency.Framework{ID: "f", Name: "Ours", Version: 2, Created: time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)},
		Creator:   "Lake District", URL: "https://laurel.example/frameworks/f",
	}
	for i, r := range o {
		p.Items = append(p.Items, competency.Item{
			ID: competency.ItemID("item " + r.Code), Parent: "", Kind: r.Kind, Code: r.Code, Text: r.Text, Position: i + 1,
			Retired: r.Retired, Tags: r.Tags, Prerequisites: r.Prerequisites,
		})
		if r.Parent != "" {
			p.Items[i].Parent = competency.ItemID("item " + r.Parent)
		}
	}
	return p
}

// What goes out is a CASE 1.1 package by the published schema.
func TestWriteCaseKeepsTheSchema(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(testkit.SharedData(t, "schemas/case/case_v1p1_cfpackage-jsonschema1.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("case.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("case.json")
	if err != nil {
		t.Fatal(err)
	}
	p := packageOf(competency.Outline{
		{Code: "A", Kind: competency.StandardItem, Text: "First"},
		{Code: "A.1", Kind: competency.IndicatorItem, Parent: "A", Text: "Plan", Tags: []string{"career ready"}},
		{Code: "A.2", Kind: competency.IndicatorItem, Parent: "A", Text: "Do", Prerequisites: []string{"A.1"}, Retired: true},
	})
	p.Scale = competency.Scale{Levels: []competency.Level{{N: 1, Label: "Emerging"}, {N: 2, Label: "Proficient"}}}
	p.Rubrics = map[competency.ItemID]competency.Rubric{p.Items[1].ID: {ID: "r", Version: 1, Criteria: []competency.RubricLine{{
		Title: "Plan", Levels: []competency.Level{{N: 1, Description: "a"}, {N: 2, Description: "b"}},
	}}}}
	p.Alignments = []competency.ItemAlignment{
		{Item: p.Items[1].ID, Kind: competency.IsPartOf, Target: "far"},
		{Item: p.Items[1].ID, Kind: competency.ExactMatchOf, URI: "https://y/z"},
	}
	p.Targets = map[competency.ItemID]Target{"far": {Title: "Workplace skills", URI: "https://laurel.example/frameworks/g#WORK"}}
	out, err := WriteCase(p)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiled.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	f, bad := ReadCase(bytes.NewReader(out), "2026-06-02")
	if len(bad) > 0 || len(f.Links) != 2 || f.Name != "Ours" {
		t.Errorf("read back: %+v, %v", f, bad)
	}
}

func FuzzReadTable(f *testing.F) {
	for _, seed := range []string{small, "\xef\xbb\xbf" + small, string(utf16Bytes(true)), "PK\x03\x04", "code;kind;parent;text;smartLevel\nA;;;\x96;1.1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, bad := ReadTable(data)
		if len(bad) > 0 || len(competency.CheckRows(file.Rows)) > 0 {
			return
		}
		again, bad := ReadTable(WriteTable(competency.InOrder(file.Rows)))
		if len(bad) > 0 || len(again.Rows) != len(file.Rows) {
			t.Fatalf("read %d rows, then %d, %v", len(file.Rows), len(again.Rows), bad)
		}
	})
}

func FuzzReadCase(f *testing.F) {
	f.Add([]byte(caseDoc(`{"identifier":"a","fullStatement":"x","humanCodingScheme":"A"},{"sourcedId":"b","fullStatement":"y"}`, childOf("b", "a", 1))))
	f.Add([]byte(`{"CFItems":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, bad := ReadCase(bytes.NewReader(data), "2026-06-01")
		if len(bad) > 0 {
			return
		}
		codes := map[string]bool{}
		for _, r := range file.Rows {
			if !competency.GoodCode(r.Code) || codes[r.Code] || r.Parent != "" && !codes[r.Parent] || !r.Kind.Known() {
				t.Fatalf("row %+v", r)
			}
			codes[r.Code] = true
		}
	})
}
