package api

import (
	"strings"
	"time"
)

// day writes the day of a moment in words, as it was in the zone; nothing for
// the zero time. A nil zone leaves the moment in its own.
func (s *Server) day(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone != nil {
		t = t.In(zone)
	}
	return s.pages.T("en", "date.long", t.Format("2"), s.pages.T("en", "month."+t.Format("01")), t.Format("2006"))
}

// civil writes a civil date ("2006-01-02") in words; anything else as it is.
func (s *Server) civil(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return s.day(t, nil)
}

// zoneNamed is the time zone with an IANA name, or UTC.
func zoneNamed(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// fieldName turns the pointer of a member into the name of its form field:
// "/scores/0/level" becomes "scores[0].level", "/texts/part-1" "texts[part-1]".
func fieldName(pointer string) string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	var name strings.Builder
	name.WriteString(parts[0])
	for i, p := range parts[1:] {
		if i%2 == 0 {
			name.WriteString("[" + p + "]")
		} else {
			name.WriteString("." + p)
		}
	}
	return name.String()
}
