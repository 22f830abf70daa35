package frameworkfile

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"laurel/competency"
)

// Package is a published framework with what goes out with it.
type Package struct {
	competency.Framework
	Creator string // the organisation's name
	// URL is the framework's page; items go by its fragments.
	URL        string
	Items      []competency.Item
	Rubrics    map[competency.ItemID]competency.Rubric
	Alignments []competency.ItemAlignment
	// Targets are the items of other frameworks that alignments lead to, by id,
	// with their addresses.
	Targets map[competency.ItemID]Target
}

// Target is an item of another framework as others find it.
type Target struct{ CaseID, URI, Title string }

// CASE 1.1 objects, with the members that we have something for.
type (
	linkOut struct {
		Title      string `json:"title"`
		Identifier string `json:"identifier"`
		URI        string `json:"uri"`
	}
	documentOut struct {
		Identifier string `json:"identifier"`
		URI        string `json:"uri"`
		Version    string `json:"version"`
		Case       string `json:"caseVersion"`
		Creator    string `json:"creator"`
		Title      string `json:"title"`
		Changed    string `json:"lastChangeDateTime"`
		Language   string `json:"language"`
		Status     string `json:"adoptionStatus"`
		Source     string `json:"officialSourceURL,omitempty"`
	}
	itemOut struct {
		Identifier string   `json:"identifier"`
		URI        string   `json:"uri"`
		Statement  string   `json:"fullStatement"`
		Coding     string   `json:"humanCodingScheme"`
		Type       string   `json:"CFItemType"`
		Keywords   []string `json:"conceptKeywords,omitempty"`
		Ended      string   `json:"statusEndDate,omitempty"`
		Changed    string   `json:"lastChangeDateTime"`
	}
	associationOut struct {
		Identifier  string  `json:"identifier"`
		Type        string  `json:"associationType"`
		Sequence    int     `json:"sequenceNumber,omitempty"`
		URI         string  `json:"uri"`
		Origin      linkOut `json:"originNodeURI"`
		Destination linkOut `json:"destinationNodeURI"`
		Changed     string  `json:"lastChangeDateTime"`
	}
	rubricOut struct {
		Identifier string         `json:"identifier"`
		URI        string         `json:"uri"`
		Title      string         `json:"title"`
		Changed    string         `json:"lastChangeDateTime"`
		Criteria   []criterionOut `json:"CFRubricCriteria"`
	}
	criterionOut struct {
		Identifier  string     `json:"identifier"`
		URI         string     `json:"uri"`
		Description string     `json:"description"`
		Item        linkOut    `json:"CFItemURI"`
		Position    int        `json:"position"`
		Rubric      string     `json:"rubricId"`
		Changed     string     `json:"lastChangeDateTime"`
		Levels      []levelOut `json:"CFRubricCriterionLevels"`
	}
	levelOut struct {
		Identifier  string `json:"identifier"`
		URI         string `json:"uri"`
		Description string `json:"description"`
		Quality     string `json:"quality"`
		Score       int    `json:"score"`
		Position    int    `json:"position"`
		Criterion   string `json:"rubricCriterionId"`
		Changed     string `json:"lastChangeDateTime"`
	}
	packageOut struct {
		Document     documentOut      `json:"CFDocument"`
		Items        []itemOut        `json:"CFItems"`
		Associations []associationOut `json:"CFAssociations"`
		Rubrics      []rubricOut      `json:"CFRubrics,omitempty"`
	}
)

// typeWords are the words for our kinds in CFItemType; KindOf reads them back.
var typeWords = map[competency.ItemKind]string{
	competency.PortraitItem: "Portrait", competency.DomainItem: "Domain", competency.AttributeItem: "Attribute",
	competency.StandardItem: "Standard", competency.SkillItem: "Transferable Skill",
	competency.IndicatorItem: "Performance Indicator", competency.ObjectiveItem: "Learning Objective",
}

// WriteCase writes a framework as a CASE 1.1 package.
func WriteCase(p Package) ([]byte, error) {
	w := writer{Package: p, at: p.Created.UTC().Format(time.RFC3339), links: make(map[competency.ItemID]linkOut, len(p.Items))}
	out := packageOut{
		Document: documentOut{
			Identifier: uuidOf(string(p.ID)), URI: p.URL, Version: version(p.Version), Case: "1.1", Creator: p.Creator, Title: p.Name,
			Changed: w.at, Language: "en", Status: "Adopted", Source: p.Source,
		},
		Items: make([]itemOut, 0, len(p.Items)), Associations: []associationOut{},
	}
	for id, t := range p.Targets {
		w.links[id] = linkOut{Title: t.Title, Identifier: uuidOf(cmp.Or(t.CaseID, string(id))), URI: t.URI}
	}
	for _, it := range p.Items {
		out.Items = append(out.Items, w.item(it))
	}
	w.tree(&out)
	for _, a := range p.Alignments {
		w.alignment(&out, a)
	}
	for _, it := range p.Items {
		if r, ok := p.Rubrics[it.ID]; ok {
			out.Rubrics = append(out.Rubrics, w.rubric(it, r))
		}
	}
	return json.MarshalIndent(out, "", " ")
}

func version(n int) string { b, _ := json.Marshal(n); return string(b) }

type writer struct {
	Package
	at    string
	links map[competency.ItemID]linkOut
}

func (w *writer) item(it competency.Item) itemOut {
	o := itemOut{
		Identifier: uuidOf(cmp.Or(it.CaseID, string(it.ID))), URI: cmp.Or(it.URI, w.URL+"#"+it.Code), Statement: it.Text, Coding: it.Code,
		Type: typeWords[it.Kind], Keywords: it.Tags, Changed: w.at,
	}
	if KindOf(it.Type) == it.Kind { // the school's own word, where it says the same
		o.Type = it.Type
	}
	if it.Retired {
		o.Ended = w.Created.UTC().Format(time.DateOnly)
	}
	w.links[it.ID] = linkOut{Title: it.Text, Identifier: o.Identifier, URI: o.URI}
	return o
}

// tree writes what stands below what, and what is well shown before what.
func (w *writer) tree(out *packageOut) {
	whole := linkOut{Title: w.Name, Identifier: out.Document.Identifier, URI: w.URL}
	place, byCode := map[competency.ItemID]int{}, map[string]linkOut{}
	for _, it := range w.Items {
		byCode[it.Code] = w.links[it.ID]
		place[it.Parent]++
		above, ok := w.links[it.Parent]
		if !ok {
			above = whole
		}
		w.association(out, "isChildOf", w.links[it.ID], above, place[it.Parent])
	}
	for _, it := range w.Items {
		for _, code := range it.Prerequisites {
			w.association(out, "precedes", byCode[code], w.links[it.ID], 0)
		}
	}
}

func (w *writer) association(out *packageOut, kind string, from, to linkOut, place int) {
	id := uuidOf(strings.Join([]string{kind, from.Identifier, to.Identifier, to.URI}, "\n"))
	out.Associations = append(out.Associations, associationOut{
		Identifier: id, Type: kind, Sequence: place, URI: w.URL + "#" + id, Origin: from, Destination: to, Changed: w.at,
	})
}

func (w *writer) alignment(out *packageOut, a competency.ItemAlignment) {
	from, ours := w.links[a.Item]
	to, known := w.links[a.Target]
	switch {
	case !ours:
		return
	case a.Target == "":
		to = linkOut{Title: cmp.Or(a.Title, a.URI), Identifier: uuidOf(a.URI), URI: a.URI}
	case !known:
		return
	}
	w.association(out, string(a.Kind), from, to, 0)
}

func (w *writer) rubric(it competency.Item, r competency.Rubric) rubricOut {
	id := uuidOf(string(r.ID))
	o := rubricOut{Identifier: id, URI: w.URL + "#" + id, Title: it.Code + ", version " + version(r.Version), Changed: w.at}
	for i, c := range r.Criteria {
		of := uuidOf(id + "\n" + version(i))
		line := criterionOut{
			Identifier: of, URI: w.URL + "#" + of, Description: c.Title, Item: w.links[it.ID], Position: i + 1, Rubric: id, Changed: w.at,
			Levels: []levelOut{},
		}
		for j, l := range c.Levels {
			one := uuidOf(of + "\n" + version(j))
			line.Levels = append(line.Levels, levelOut{
				Identifier: one, URI: w.URL + "#" + one, Description: l.Description, Quality: w.Scale.Label(l.N), Score: l.N, Position: j + 1,
				Criterion: of, Changed: w.at,
			})
		}
		o.Criteria = append(o.Criteria, line)
	}
	return o
}

// uuidOf is the text itself where it is a UUID, and else one made of its hash
// (RFC 9562 §5.8), so that the same thing goes out under the same identifier.
func uuidOf(text string) string {
	if isUUID(text) {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (c == '-') || !dash && !strings.ContainsRune("0123456789abcdef", rune(c)) {
			return false
		}
	}
	return true
}
