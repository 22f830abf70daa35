package templates

import (
	"html/template"
	"time"
)

// funcs are the functions that every page has:
//
//	t "key" args…      the message in the page's language
//	asset "style.css"  the address of a static file, with its hash
//	date x             12 June 2026, from a time.Time or a civil "2006-01-02"
//	isodate x          2026-06-12, for <time datetime>
//	clock x            14:03 UTC, from a time.Time
//	isotime x          2026-06-12T14:03:00Z
//	field …            a Field, see NewField
//	leaves             the angles of a laurel branch's leaves, in degrees
//	plus a b           a + b
func (s *Set) funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"t":       func(key string, args ...any) string { return s.words.text(lang, key, args...) },
		"asset":   s.Asset,
		"date":    func(v any) string { return s.date(lang, v) },
		"isodate": func(v any) string { return civil(v).Format(time.DateOnly) },
		"clock":   func(v time.Time) string { return v.Format("15:04 MST") },
		"isotime": func(v time.Time) string { return v.UTC().Format(time.RFC3339) },
		"field":   NewField,
		"leaves":  func() []int { return wreathAngles },
		"plus":    func(a, b int) int { return a + b },
	}
}

// wreathAngles place the leaf pairs of one branch, from the foot to the tip.
var wreathAngles = []int{192, 210, 228, 246, 264, 282, 300, 318, 335}

// Date writes a day in words, from a time.Time or a civil "2006-01-02".
func (s *Set) Date(lang string, v any) string { return s.date(lang, v) }

// date writes a day in words; nothing for a day that is not set.
func (s *Set) date(lang string, v any) string {
	d := civil(v)
	if d.IsZero() {
		return ""
	}
	month := s.words.text(lang, "month."+d.Format("01"))
	return s.words.text(lang, "date.long", d.Format("2"), month, d.Format("2006"))
}

// civil reads a time or a civil date; the zero time if it is neither.
func civil(v any) time.Time {
	switch v := v.(type) {
	case time.Time:
		return v
	case string:
		if d, err := time.Parse(time.DateOnly, v); err == nil {
			return d
		}
	}
	return time.Time{}
}
