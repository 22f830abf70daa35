package frameworkfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"laurel/competency"
)

// MaxCaseBytes is the most that a CASE package may have. It is read as it
// comes; what a framework does not need is passed over.
const MaxCaseBytes = 64 << 20

// maxAssociations is more than the largest published packages have.
const maxAssociations = 60_000

// caseItem is what we read of a CFItem (CASE 1.1 §6; sourcedId in some 1.0 files).
type caseItem struct {
	Identifier        string   `json:"identifier"`
	SourcedID         string   `json:"sourcedId"`
	URI               string   `json:"uri"`
	FullStatement     string   `json:"fullStatement"`
	HumanCodingScheme string   `json:"humanCodingScheme"`
	ListEnumeration   string   `json:"listEnumeration"`
	Type              string   `json:"CFItemType"`
	Keywords          []string `json:"conceptKeywords"`
	StatusEnd         string   `json:"statusEndDate"`
}

func (c caseItem) id() string { return strings.ToLower(firstOf(c.Identifier, c.SourcedID)) }

type caseDocument struct {
	Identifier string `json:"identifier"`
	SourcedID  string `json:"sourcedId"`
	URI        string `json:"uri"`
	Title      string `json:"title"`
}

type caseNode struct {
	Title      string `json:"title"`
	Identifier string `json:"identifier"`
	URI        string `json:"uri"`
}

func (n caseNode) id() string { return strings.ToLower(n.Identifier) }

type caseAssociation struct {
	Type        string   `json:"associationType"`
	Sequence    *int     `json:"sequenceNumber"`
	Origin      caseNode `json:"originNodeURI"`
	Destination caseNode `json:"destinationNodeURI"`
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// ReadCase reads a framework from a CASE package. Items whose status ended
// before today, a civil date, are retired. Kinds are what the types seem to
// stand for until Settle; see [File.Types].
func ReadCase(in io.Reader, today string) (File, []competency.Field) {
	p := casePackage{today: today, at: map[string]int{}}
	if err := p.read(json.NewDecoder(io.LimitReader(in, MaxCaseBytes+1))); err != nil {
		return File{}, p.broken(err)
	}
	return p.file()
}

type casePackage struct {
	today        string
	document     caseDocument
	items        []caseItem
	associations []caseAssociation
	rubrics      []caseRubric
	at           map[string]int // the place of each item
	bad          []competency.Field
}

// packageError says why a package cannot be taken; its text is for the user.
type packageError string

func (e packageError) Error() string { return string(e) }

func (p *casePackage) broken(err error) []competency.Field {
	if much := packageError(""); errors.As(err, &much) {
		return whole(string(much))
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return whole(fmt.Sprintf("This is no CASE package: the member %s is a %s.", wrong.Field, wrong.Value))
	}
	return whole("This is no CASE package, or it breaks off: a package is one JSON object with CFDocument and CFItems.")
}

// read takes the parts of the package one after the other.
func (p *casePackage) read(d *json.Decoder) error {
	if err := expect(d, json.Delim('{')); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if seen[name] {
			return packageError("The member " + name + " stands twice in this package.")
		}
		seen[name] = true
		if err := p.part(d, name); err != nil {
			return err
		}
	}
	if err := expect(d, json.Delim('}')); err != nil {
		return err
	}
	if d.InputOffset() > MaxCaseBytes {
		return packageError("A CASE package may have at most 64 MB.")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return packageError("Something stands behind the package.")
	}
	if len(p.items) == 0 {
		return packageError("This package holds no items.")
	}
	return nil
}

func (p *casePackage) part(d *json.Decoder, name string) error {
	switch name {
	case "CFDocument", "document":
		return d.Decode(&p.document)
	case "CFItems", "items":
		return each(d, func() error {
			var it caseItem
			if len(p.items) == competency.MaxFrameworkRows {
				return packageError("A framework may have at most " + strconv.Itoa(competency.MaxFrameworkRows) + " items.")
			}
			err := d.Decode(&it)
			p.items = append(p.items, it)
			return err
		})
	case "CFAssociations", "associations":
		return each(d, func() error {
			var a caseAssociation
			if len(p.associations) == maxAssociations {
				return packageError("A package may have at most " + strconv.Itoa(maxAssociations) + " associations.")
			}
			err := d.Decode(&a)
			p.associations = append(p.associations, a)
			return err
		})
	case "CFRubrics":
		return each(d, func() error {
			var r caseRubric
			if len(p.rubrics) == competency.MaxFrameworkRows {
				return packageError("A package may have at most " + strconv.Itoa(competency.MaxFrameworkRows) + " rubrics.")
			}
			err := d.Decode(&r)
			p.rubrics = append(p.rubrics, r)
			return err
		})
	}
	return skip(d)
}

// each runs over the members of a list; null is an empty one.
func each(d *json.Decoder, one func() error) error {
	t, err := d.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('[') {
		return errors.New("a list was expected")
	}
	for d.More() {
		if err := one(); err != nil {
			return err
		}
	}
	return expect(d, json.Delim(']'))
}

// skip passes over one value, however large, and keeps none of it.
func skip(d *json.Decoder) error {
	for depth := 0; ; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func expect(d *json.Decoder, want json.Delim) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("got %v, want %v", t, want)
	}
	return nil
}

func (p *casePackage) wrong(list string, i int, member, detail string) {
	p.bad = append(p.bad, competency.Field{
		Pointer: "/" + list + "/" + strconv.Itoa(i) + "/" + member,
		Detail:  map[string]string{"CFItems": "Item ", "CFAssociations": "Association "}[list] + strconv.Itoa(i+1) + ": " + detail,
	})
}

// file makes rows of the items.
func (p *casePackage) file() (File, []competency.Field) {
	f := File{Name: strings.TrimSpace(p.document.Title), Source: p.document.URI}
	for i, it := range p.items {
		id := it.id()
		switch before, twice := p.at[id]; {
		case id == "":
			p.wrong("CFItems", i, "identifier", "the identifier is missing.")
		case twice:
			p.wrong("CFItems", i, "identifier", "the identifier "+id+" stands at item "+strconv.Itoa(before+1)+" already.")
		default:
			p.at[id] = i
		}
		if text := strings.TrimSpace(it.FullStatement); text == "" || utf8.RuneCountInString(text) > 2000 {
			p.wrong("CFItems", i, "fullStatement", "give the text, in 1 to 2000 characters.")
		}
	}
	parent, place := p.tree(&f)
	if len(p.bad) > 0 {
		return f, p.bad
	}
	f.Rows = p.rows(&f, parent, place)
	f.Types = typesOf(f.Rows)
	f.Settle(nil)
	p.links(&f)
	p.readRubrics(&f)
	return f, nil
}

// tree finds what each item stands below, −1 for the document itself, and its
// place among its siblings.
func (p *casePackage) tree(f *File) (parent, place []int) {
	parent, place = make([]int, len(p.items)), make([]int, len(p.items))
	told := make([]bool, len(p.items))
	for i := range parent {
		parent[i] = -1
	}
	second := 0
	for n, a := range p.associations {
		if a.Type != "isChildOf" {
			continue
		}
		child, ours := p.at[a.Origin.id()]
		above, inside := p.at[a.Destination.id()]
		switch {
		case !ours:
			continue // of another package
		case !inside && !p.isDocument(a.Destination):
			p.wrong("CFAssociations", n, "destinationNodeURI", "the parent of "+p.items[child].id()+" is not in this package.")
			continue
		case !inside:
			above = -1
		case told[child]:
			second++ // the first place is the one in the tree
			continue
		}
		if told[child] {
			continue
		}
		told[child], parent[child] = true, above
		if a.Sequence != nil {
			place[child] = max(*a.Sequence, 0)
		}
	}
	if second > 0 {
		f.Notes = append(f.Notes, strconv.Itoa(second)+" items stand below more than one other; each keeps the first place.")
	}
	p.circles(parent)
	return parent, place
}

func (p *casePackage) isDocument(n caseNode) bool {
	id := strings.ToLower(firstOf(p.document.Identifier, p.document.SourcedID))
	return id != "" && n.id() == id || p.document.URI != "" && n.URI == p.document.URI
}

// circles refuses items that stand below themselves, and nesting beyond what
// anybody can read.
func (p *casePackage) circles(parent []int) {
	const deepest = 40
	for i := range parent {
		at, steps := i, 0
		for ; at >= 0 && steps <= deepest; steps++ {
			at = parent[at]
		}
		if at >= 0 {
			p.wrong("CFItems", i, "identifier", "the item stands below itself, or more than 40 deep.")
		}
	}
}

// rows gives every item a code of its own and puts parents before children.
func (p *casePackage) rows(f *File, parent, place []int) []competency.FrameworkRow {
	order := make([]int, len(p.items))
	below := map[int][]int{}
	for i := range p.items {
		below[parent[i]] = append(below[parent[i]], i)
	}
	order = order[:0]
	var walk func(of int)
	walk = func(of int) {
		siblings := below[of]
		slices.SortStableFunc(siblings, func(a, b int) int { return place[a] - place[b] })
		for _, i := range siblings {
			order = append(order, i)
			walk(i)
		}
	}
	walk(-1)
	codes, taken, made := make([]string, len(p.items)), map[string]bool{}, 0
	rows := make([]competency.FrameworkRow, 0, len(order))
	nth := map[int]int{}
	for _, i := range order {
		it := p.items[i]
		nth[parent[i]]++
		above := ""
		if parent[i] >= 0 {
			above = codes[parent[i]]
		}
		code := caseCode(it)
		if code == "" || taken[code] {
			made++
			code = freeCode(code, above, nth[parent[i]], taken)
		}
		codes[i], taken[code] = code, true
		rows = append(rows, competency.FrameworkRow{
			Line: i + 1, Code: code, Parent: above, Text: strings.TrimSpace(it.FullStatement), Type: strings.TrimSpace(it.Type),
			Tags: keywords(it.Keywords), URI: it.URI, CaseID: it.id(), Retired: it.StatusEnd != "" && it.StatusEnd <= p.today,
		})
	}
	if made > 0 {
		f.Notes = append(f.Notes, strconv.Itoa(made)+" items have no code of their own in the package, or share one; they were given codes by their place.")
	}
	return rows
}

// caseCode is the item's own code in letters that can stand in an address.
func caseCode(it caseItem) string {
	code := strings.Map(func(r rune) rune {
		if competency.GoodCode(string(r)) {
			return r
		}
		return '-'
	}, strings.TrimSpace(it.HumanCodingScheme))
	for len(code) > 60 {
		_, size := utf8.DecodeLastRuneInString(code)
		code = code[:len(code)-size]
	}
	return strings.Trim(code, "-")
}

// freeCode is a code that no other item has: the shared one with a number, or
// one by place.
func freeCode(code, above string, n int, taken map[string]bool) string {
	stem := code + "-"
	if code == "" {
		stem = "item-"
		if above != "" && len(above) < 50 {
			stem = above + "."
		}
	}
	if len(stem) > 54 {
		stem = "item-"
	}
	for ; taken[stem+strconv.Itoa(n)]; n++ {
	}
	return stem + strconv.Itoa(n)
}

// keywords are the tags that fit.
func keywords(all []string) (tags []string) {
	for _, k := range all {
		if k = strings.TrimSpace(k); k != "" && utf8.RuneCountInString(k) <= 60 && len(tags) < 12 && !slices.Contains(tags, k) {
			tags = append(tags, k)
		}
	}
	return tags
}

// typesOf lists the words for items, in the order in which they come. A word
// that is none of ours seems to stand for indicators where nothing stands
// below any of its items, and else for standards.
func typesOf(rows []competency.FrameworkRow) []Type {
	holds := map[string]bool{} // codes with something below them
	for _, r := range rows {
		holds[r.Parent] = true
	}
	at := map[string]int{}
	var types []Type
	leaf := map[string]bool{}
	for _, r := range rows {
		i, ok := at[r.Type]
		if !ok {
			i = len(types)
			at[r.Type] = i
			types = append(types, Type{Name: r.Type, Example: r.Text})
			leaf[r.Type] = true
		}
		types[i].Count++
		leaf[r.Type] = leaf[r.Type] && !holds[r.Code] && r.Parent != ""
	}
	for i, t := range types {
		types[i].Kind = KindOf(t.Name)
		types[i].Sure = types[i].Kind != ""
		switch {
		case types[i].Sure:
		case leaf[t.Name]:
			types[i].Kind = competency.IndicatorItem
		default:
			types[i].Kind = competency.StandardItem
		}
	}
	return types
}

// links turns the other associations into prerequisites and alignments.
func (p *casePackage) links(f *File) {
	code := map[string]int{}
	for i, r := range f.Rows {
		code[r.CaseID] = i
	}
	seen := map[Link]bool{}
	for _, a := range p.associations {
		from, ours := code[a.Origin.id()]
		to, inside := code[a.Destination.id()]
		kind := competency.AlignmentKind(a.Type)
		if a.Type == "precedes" && ours && inside && from != to {
			f.Rows[to].Prerequisites = appendNew(f.Rows[to].Prerequisites, f.Rows[from].Code)
			continue
		}
		if !ours || from == to && inside || !slices.Contains(competency.AlignmentKinds, kind) {
			continue
		}
		l := Link{Code: f.Rows[from].Code, Kind: kind}
		if inside {
			l.Target = f.Rows[to].Code
		} else {
			l.URI, l.Title, l.CaseID = clip(a.Destination.URI), clip(a.Destination.Title), clip(a.Destination.id())
		}
		if !seen[l] && (inside || l.URI != "" || l.CaseID != "") {
			seen[l] = true
			f.Links = append(f.Links, l)
		}
	}
}

func appendNew(list []string, one string) []string {
	if slices.Contains(list, one) {
		return list
	}
	return append(list, one)
}

// clip keeps names of elsewhere within what a page can show.
func clip(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if r := []rune(s); len(r) > 500 {
		return string(r[:500])
	}
	return s
}
