package competency

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of a profile, in runes where they bound a text. All of it is signed
// into every diploma, so it has to stay readable in two minutes.
const (
	MaxSection     = 2000
	MaxLegend      = 300
	MaxSignatory   = 120
	MaxSignatories = 4
	maxLetter      = 8
	maxDeclaredBy  = 200
)

// maxLines bounds the lines of a legend and of a crosswalk: nine levels of a
// few scales.
const maxLines = 60

var (
	pointsForm = regexp.MustCompile(`^\d{1,3}(\.\d{1,2})?$`)
	sumForm    = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Check answers what is wrong with the content of a profile, given the scales
// that the organisation judges by. Lines that say nothing are allowed and
// count for nothing.
func (c ProfileContent) Check(scales []Scale) []Field {
	k := profileCheck{scales: scales}
	for s := range c.Sections {
		if !slices.Contains(ProfileSections, s) {
			k.wrong("/sections", "There is no such part of a profile.")
		}
	}
	for _, s := range ProfileSections {
		k.text("/sections/"+string(s), c.Sections[s], MaxSection, "\n\r\t")
	}
	k.legend(c.Legend)
	k.signatories(c.Signatories)
	if c.Logo != "" && !sumForm.MatchString(c.Logo) {
		k.wrong("/logo", "There is no such picture.")
	}
	k.crosswalk(c)
	return k.bad
}

// profileCheck collects what is wrong.
type profileCheck struct {
	scales []Scale
	bad    []Field
}

func (k *profileCheck) wrong(pointer, detail string) {
	k.bad = append(k.bad, Field{pointer, detail})
}

// text checks a text; of the signs that steer a line only the allowed ones may
// stand in it.
func (k *profileCheck) text(pointer, text string, most int, allowed string) {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n > most {
		k.wrong(pointer, "Shorten this to "+strconv.Itoa(most)+" characters; it has "+strconv.Itoa(n)+".")
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return steers(r) && !strings.ContainsRune(allowed, r) }) {
		k.wrong(pointer, "This holds signs that cannot be seen and change how the text reads. Type it in anew, without copying.")
	}
}

// steers reports signs that no reader sees and that change what one reads:
// control signs, and those that turn the direction of writing (Unicode TR 36
// §2.10). The joiners that scripts need pass, and so do the plain marks of
// direction.
func steers(r rune) bool {
	switch r {
	case '\u200c', '\u200d', '\u200e', '\u200f', '\u00ad':
		return false
	case '\u2028', '\u2029', utf8.RuneError:
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

func (k *profileCheck) legend(lines []LegendLine) {
	if len(lines) > maxLines {
		k.wrong("/legend", "These are too many lines.")
		return
	}
	seen := map[string]bool{}
	for i, l := range lines {
		at := "/legend/" + strconv.Itoa(i)
		if strings.TrimSpace(l.Text) == "" {
			continue
		}
		k.text(at+"/text", l.Text, MaxLegend, "\n\r\t")
		k.level(at, l.Scale, l.Level, l.Label, seen)
	}
}

// level checks that a line speaks of a level that there is, once, and does not
// rename it.
func (k *profileCheck) level(at, scale string, level int, label string, seen map[string]bool) {
	key := scale + "/" + strconv.Itoa(level)
	i := slices.IndexFunc(k.scales, func(s Scale) bool { return s.ID == scale })
	switch {
	case i < 0:
		k.wrong(at+"/scale", "There is no such scale here.")
	case !k.scales[i].Has(level):
		k.wrong(at+"/level", "There is no such level on the scale.")
	case label != "" && label != k.scales[i].Label(level):
		k.wrong(at+"/label", "The policy calls this level "+strconv.Quote(k.scales[i].Label(level))+". A profile describes a level and cannot rename it.")
	case seen[key]:
		k.wrong(at+"/level", "This level stands here twice.")
	}
	seen[key] = true
}

func (k *profileCheck) signatories(list []Signatory) {
	named := 0
	for i, s := range list {
		at := "/signatories/" + strconv.Itoa(i)
		name, title := strings.TrimSpace(s.Name), strings.TrimSpace(s.Title)
		if name == "" && title == "" {
			continue
		}
		named++
		k.text(at+"/name", s.Name, MaxSignatory, "")
		k.text(at+"/title", s.Title, MaxSignatory, "")
		if name == "" {
			k.wrong(at+"/name", "Give the name of who signs, or take the title away too.")
		}
		if title == "" {
			k.wrong(at+"/title", "Give the office that this person signs for, such as Principal.")
		}
	}
	if named > MaxSignatories {
		k.wrong("/signatories", "At most four people sign a document.")
	}
}

func (k *profileCheck) crosswalk(c ProfileContent) {
	if len(c.Crosswalk) > maxLines {
		k.wrong("/crosswalk", "These are too many lines.")
		return
	}
	said, seen := false, map[string]bool{}
	for i, l := range c.Crosswalk {
		if !l.Says() {
			continue
		}
		said = true
		at := "/crosswalk/" + strconv.Itoa(i)
		k.level(at, l.Scale, l.Level, l.Label, seen)
		k.text(at+"/letter", l.Letter, maxLetter, "")
		if l.From < 0 || l.To > 100 || l.From > l.To {
			k.wrong(at+"/from", "Give a range of percent from 0 to 100, the lower number first.")
		}
		if p := strings.TrimSpace(l.Points); p != "" && !pointsForm.MatchString(p) {
			k.wrong(at+"/points", "Give grade points as a number such as 3.5.")
		}
	}
	if !said {
		return
	}
	k.rising(c.Crosswalk)
	k.text("/declared_by", c.DeclaredBy, maxDeclaredBy, "")
	if strings.TrimSpace(c.DeclaredBy) == "" {
		k.wrong("/declared_by", "Say who declared this equivalence, such as the school board.")
	}
	if _, err := time.Parse(time.DateOnly, strings.TrimSpace(c.DeclaredSince)); err != nil {
		k.wrong("/declared_since", "Give the day from which it holds, as year-month-day.")
	}
}

// rising checks that the ranges of percent of one scale do not overlap and
// rise with its levels.
func (k *profileCheck) rising(lines []CrosswalkLine) {
	for i, l := range lines {
		for _, other := range lines {
			both := l.Scale == other.Scale && l.To != 0 && other.To != 0
			if both && l.Level > other.Level && l.From <= other.To {
				k.wrong("/crosswalk/"+strconv.Itoa(i)+"/from", "This range begins below the end of a lower level's range. One percentage has to mean one level.")
				break
			}
		}
	}
}
