package registrar

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"laurel/competency"
	"laurel/competency/policy"
)

//go:embed starter/packs/*.yaml
var packFiles embed.FS

// Pack is a shape of a policy that a draft can begin from.
type Pack struct {
	Name string
	file string
}

// Packs are the shapes that the house knows, in the order in which pages offer
// them. What a district makes of one is its own.
var Packs = packs("proficiency", "competency-credit", "credit-distribution", "readiness", "verified-credit")

func packs(names ...string) []Pack {
	all := make([]Pack, len(names))
	for i, name := range names {
		text, err := packFiles.ReadFile("starter/packs/" + name + ".yaml")
		if err != nil {
			panic("registrar: " + err.Error()) // it is embedded
		}
		all[i] = Pack{Name: name, file: string(text)}
	}
	return all
}

// code is the id of the policy that an organisation makes of a pack.
func (p Pack) code(org competency.Org) string { return org.Slug + "." + p.Name }

// text fills a pack in for an organisation and its framework.
func (p Pack) text(org competency.Org, version int, c policy.Catalogue) string {
	var standards []string
	for _, s := range c.Standards {
		if s.Within != "" || len(s.Indicators) == 0 || s.Apart {
			continue
		}
		id := strings.ToLower(regexp.MustCompile(`[^A-Za-z0-9_-]+`).ReplaceAllString(s.Code, "-"))
		code, _ := json.Marshal(s.Code) // a string always marshals, and reads alike in YAML
		standards = append(standards, fmt.Sprintf("    - {id: %s, proficient: {standard: %s, indicators: all}}", strings.Trim(id, "-"), code))
	}
	if len(standards) == 0 {
		standards = []string{"    # Name the standards of your framework here, one a line:", "    # - {id: english, proficient: {standard: ELA, indicators: all}}"}
	}
	return strings.NewReplacer(
		"{{code}}", p.code(org), "version: 1\n", "version: "+strconv.Itoa(version)+"\n", "{{year}}", strconv.Itoa(max(org.Created.Year(), 2000)), "{{standards}}", strings.Join(standards, "\n"),
	).Replace(p.file)
}

// nextText is the text of the next version of a policy: as the last one was
// typed, with the words around it, or else laid out from its document.
func (d *desk) nextText(v competency.PolicyVersion) (string, error) {
	next, err := d.nextVersion(v.Code)
	if err != nil {
		return "", err
	}
	source := v.Source
	if source == "" { // adopted before the text was kept with the version
		from, err := d.DraftOfPolicy(v.ID)
		if err != nil && !errors.Is(err, competency.ErrNotFound) {
			return "", err
		}
		source = from.Text
	}
	if text, ok := asDraft(source, next); ok {
		return text, nil
	}
	var document map[string]any
	if err := json.Unmarshal(v.Document, &document); err != nil {
		return "", fmt.Errorf("reading policy %s: %w", v.ID, err)
	}
	delete(document, "adopted")
	document["status"], document["version"] = "draft", float64(next)
	return layPolicy(document), nil
}

// asDraft is an adopted text as a draft with another version number; false where
// it cannot be made so at its places.
func asDraft(source string, version int) (string, bool) {
	if source == "" || json.Valid([]byte(source)) {
		return "", false
	}
	text, ok := withoutMember(source, "adopted")
	if !ok {
		return "", false
	}
	text, err := EditPolicy(text, PolicyEdit{"/version", version}, PolicyEdit{"/status", "draft"})
	return text, err == nil
}

// memberOrder is the order in which people expect the members of a policy;
// others follow by name.
var memberOrder = []string{
	"policy", "version", "id", "title", "status", "appliesTo", "legalBasis", "extends", "scale", "n", "label", "description", "proficientAt", "levels",
	"determination", "method", "credit", "routes", "exceptions", "defs", "requirements", "all", "any", "atLeast", "of", "min", "tags", "kind",
}

func byMemberOrder(a, b string) int {
	i, j := slices.Index(memberOrder, a), slices.Index(memberOrder, b)
	switch {
	case i >= 0 && j >= 0:
		return i - j
	case i >= 0:
		return -1
	case j >= 0:
		return 1
	}
	return strings.Compare(a, b)
}
