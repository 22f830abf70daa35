package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// title is what people call a node: what the document says, else what the
// framework calls the standard, else words made from its id or from what it
// asks for.
func (e *evaluator) title(n *Node) string {
	if n.Title != "" {
		return n.Title
	}
	made := strings.ContainsRune(n.ID, '.') // an id from the place among siblings
	switch n.Kind {
	case Proficient:
		if s := e.standards[n.Ref]; s != nil && s.Title != "" {
			return s.Title
		}
		return n.Ref
	case All, Any, AtLeast, Credits, CreditPlan:
		if !made {
			return words(n.ID)
		}
		return groupTitle(n)
	case Record, Artifact, Assessment, Attempts, Hours, Seal, Bucket:
		return words(n.Ref)
	default:
		return words(n.ID)
	}
}

func groupTitle(n *Node) string {
	if n.Kind == All {
		return "All of these"
	}
	if n.Kind == Any {
		return "Any of these"
	}
	if n.Kind == CreditPlan {
		return "Credits by subject"
	}
	if n.Kind == Credits {
		if n.Tags == nil {
			return "Credits"
		}
		return "Credits in " + words(strings.Join(n.Tags, " or "))
	}
	return strconv.Itoa(n.Need) + " of these"
}

// words makes an id readable: "plp" is "PLP", "student-success-plan" is
// "Student success plan".
func words(id string) string {
	if len(id) <= 3 {
		return strings.ToUpper(id)
	}
	r, size := utf8.DecodeRuneInString(id)
	return string(unicode.ToUpper(r)) + strings.ReplaceAll(id[size:], "-", " ")
}

func lowerFirst(s string) string {
	s = strings.TrimSuffix(s, ".")
	r, size := utf8.DecodeRuneInString(s)
	if size == 0 {
		return s
	}
	return string(unicode.ToLower(r)) + s[size:]
}

// groupWords says how many parts are done and names the others while they
// stand in the way.
func groupWords(r *Result) string {
	said := fmt.Sprintf("%d of %s done", r.Have, plural(r.Need, "requirement"))
	if r.Kind != All && r.Kind != CreditPlan {
		said = fmt.Sprintf("%d done, %d needed", r.Have, r.Need)
	}
	if r.Have >= r.Need {
		return said
	}
	var open, waiting []string
	for i := range r.Children {
		switch c := &r.Children[i]; c.State {
		case NotMet:
			open = append(open, c.Title)
		case Pending:
			waiting = append(waiting, c.Title)
		case Met, Waived:
		}
	}
	if len(open) > 0 {
		said += "; still open: " + strings.Join(open, ", ")
	}
	if len(waiting) > 0 {
		said += "; waiting: " + strings.Join(waiting, ", ")
	}
	return said
}

// proficientWords says how many indicators are shown and names the others.
func proficientWords(r *Result, total int, state State) string {
	if total == 0 {
		return "the framework has no indicators for it"
	}
	said := fmt.Sprintf("%d of %s shown", r.Have, plural(total, "indicator"))
	if r.Need != total {
		said += fmt.Sprintf(", %d needed", r.Need)
	}
	if state == Met {
		return said
	}
	parts := []string{said}
	var open []string
	for _, m := range r.Missing {
		name := strings.TrimSpace(m.Indicator + " " + m.Title)
		if m.Pending == "" {
			open = append(open, name)
			continue
		}
		parts = append(parts, "waiting for "+orElse(m.Provider, "others")+" to confirm "+name)
	}
	if len(open) > 0 {
		parts = append(parts, "still open: "+strings.Join(open, ", "))
	}
	return strings.Join(parts, "; ")
}

func list(missing []Missing) string {
	titles := make([]string, len(missing))
	for i, m := range missing {
		titles[i] = m.Title
	}
	return strings.Join(titles, ", ")
}

// plural counts a noun that takes an s.
func plural(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
