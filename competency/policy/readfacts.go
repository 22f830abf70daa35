package policy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Bounds of facts. They are ours: many times what one learner gathers.
const (
	maxFactsBytes = 4 << 20
	maxFacts      = 5000 // in one list
)

// ParseFacts reads the facts of one learner from JSON, as docs/policies.md
// describes it. It refuses members it does not know, wrong types, and ids that
// stand twice; the error is then a *[ParseError] with the path of each problem.
func ParseFacts(document []byte) (Facts, error) {
	var f Facts
	err := parseFacts(document, func(o object) {
		if f.Learner = o.code("learner", true); !o.has("asOf") {
			o.bad(join(o.path, "asOf"), "This is missing.")
		}
		f.AsOf = o.date("asOf")
		if c, ok := o.sub("framework"); ok {
			f.Framework = catalogueOf(c)
		}
		readFacts(o, &f)
	})
	if err != nil {
		return Facts{}, err
	}
	return f, nil
}

// ParseCatalogue reads a framework as facts hold it: {"standards": […]}.
func ParseCatalogue(document []byte) (c Catalogue, err error) {
	err = parseFacts(document, func(o object) { c = catalogueOf(o) })
	if err != nil {
		return Catalogue{}, err
	}
	return c, nil
}

func parseFacts(document []byte, read func(object)) error {
	v, err := decode(document, maxFactsBytes)
	if err != nil {
		return &ParseError{of: "facts", Problems: []Problem{{Detail: err.Error(), Severity: Mistake}}}
	}
	dropNulls(v)
	ps := parser{of: "facts"}
	if o, ok := asObject(v, "", ps.bad); ok {
		read(o)
		o.close()
	}
	return ps.err()
}

// dropNulls takes members away that are null, as some programs write an empty list.
func dropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil {
				delete(v, name)
				continue
			}
			dropNulls(member)
		}
	case []any:
		for _, item := range v {
			dropNulls(item)
		}
	}
}

// each reads a list of objects.
func (o object) each(name string, read func(object)) {
	items, path := o.items(name)
	if len(items) > maxFacts {
		o.bad(path, fmt.Sprintf("Write at most %d here.", maxFacts))
		return
	}
	for i, item := range items {
		if e, ok := asObject(item, join(path, strconv.Itoa(i)), o.bad); ok {
			read(e)
			e.close()
		}
	}
}

// named reads an object whose members are objects.
func (o object) named(name string, read func(key string, e object)) {
	m, ok := o.sub(name)
	if !ok {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(m.rest)) {
		if e, ok := asObject(m.rest[key], join(m.path, key), o.bad); ok {
			read(key, e)
			e.close()
		}
	}
}

// code takes a code or an id that others gave.
func (o object) code(name string, required bool) string {
	s := o.text(name, required)
	if len(s) > 200 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		o.bad(join(o.path, name), "Write at most 200 characters, and no control characters.")
	}
	return s
}

func catalogueOf(o object) (c Catalogue) {
	seen := map[string]bool{}
	o.each("standards", func(e object) {
		s := Standard{
			Code: e.code("code", true), Title: e.text("title", false), Within: e.code("within", false),
			Apart: e.flag("apart"), Retired: e.flag("retired"),
		}
		e.once(seen, "code", s.Code)
		known := map[string]bool{}
		e.each("indicators", func(x object) {
			i := Indicator{Code: x.code("code", true), Title: x.text("title", false), Retired: x.flag("retired")}
			x.once(known, "code", i.Code)
			s.Indicators = append(s.Indicators, i)
		})
		c.Standards = append(c.Standards, s)
	})
	o.close()
	return c
}

// once reports an id that stands in a list a second time.
func (o object) once(seen map[string]bool, name, id string) {
	if seen[id] && id != "" {
		o.bad(join(o.path, name), "“"+id+"” stands in the list twice.")
	}
	seen[id] = true
}

// readFacts reads everything but who, when and the framework.
func readFacts(o object, f *Facts) {
	o.named("determinations", func(code string, e object) {
		if f.Determinations == nil {
			f.Determinations = map[string]Determined{}
		}
		f.Determinations[code] = Determined{Level: e.whole("level", true, 0), Confirmed: e.flag("confirmed"), Contexts: e.texts("contexts")}
	})
	o.named("pending", func(code string, e object) {
		if f.Pending == nil {
			f.Pending = map[string]Wait{}
		}
		f.Pending[code] = Wait{Reason: e.text("reason", false), Provider: e.text("provider", false), Contexts: e.texts("contexts")}
	})
	o.each("records", func(e object) {
		f.Records = append(f.Records, RecordFact{
			Kind: e.code("kind", true), Current: e.flag("current"), SignedBy: e.texts("signedBy"), Reviewed: e.date("reviewed"), Waits: e.text("waits", false),
		})
	})
	o.each("artifacts", func(e object) {
		f.Artifacts = append(f.Artifacts, ArtifactFact{
			Kind: e.code("kind", true), State: e.code("state", true), Panel: e.texts("panel"), External: e.whole("external", false, 0), Waits: e.text("waits", false),
		})
	})
	results, hours := map[string]bool{}, map[string]bool{}
	o.each("results", func(e object) {
		r := ExternalResult{ID: e.code("id", true), Ref: e.code("ref", true), Score: e.whole("score", true, 0), Waits: e.text("waits", false)}
		e.once(results, "id", r.ID)
		f.Results = append(f.Results, r)
	})
	o.each("hours", func(e object) {
		h := HoursFact{ID: e.code("id", true), Kind: e.code("kind", true), Minutes: e.whole("minutes", true, 0), Waits: e.text("waits", false)}
		e.once(hours, "id", h.ID)
		f.Hours = append(f.Hours, h)
	})
	f.Seals = o.texts("seals")
	readCredits(o, f)
	o.each("exceptions", func(e object) {
		f.Exceptions = append(f.Exceptions, Exception{
			Requirement: e.code("requirement", true), Kind: e.code("kind", true), Cite: e.text("cite", false),
			By: e.code("by", true), By2: e.code("by2", true), Expires: e.date("expires"),
		})
	})
}

func readCredits(o object, f *Facts) {
	credits, courses := map[string]bool{}, map[string]bool{}
	o.each("credits", func(e object) {
		c := CreditFact{
			ID: e.code("id", true), Title: e.text("title", true), Value: e.amount("value"),
			Tags: e.texts("tags"), Route: e.code("route", false), Waits: e.text("waits", false),
		}
		e.once(credits, "id", c.ID)
		f.Credits = append(f.Credits, c)
	})
	o.each("courses", func(e object) {
		c := CourseFact{
			ID: e.code("id", true), Title: e.text("title", true), Value: e.amount("value"),
			Tags: e.texts("tags"), Route: e.code("route", false), Indicators: e.texts("indicators"),
		}
		e.once(courses, "id", c.ID)
		f.Courses = append(f.Courses, c)
	})
}
