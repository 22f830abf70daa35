package competency

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Credits is an amount of credit in hundredths: 50 is half a credit. What it
// looks like to people, competency/policy says.
type Credits int

// Course is a course of a school: what credit it gives, under which tags a
// policy counts it, and, where credit is derived from proficiency, the
// indicators that must be shown for it. A course is never rewritten: another
// wording is another course under the same code, and the old one is retired.
type Course struct {
	ID         CourseID
	School     OrgID
	Code       string
	Title      string
	Value      Credits
	Tags       []string
	Route      string
	Indicators []string // codes
	CreatedBy  PersonID
	Created    time.Time
	Retired    time.Time // zero while it is offered
}

// SameAs reports whether two courses say the same.
func (c Course) SameAs(o Course) bool {
	return c.School == o.School && c.Code == o.Code && c.Title == o.Title && c.Value == o.Value && c.Route == o.Route &&
		slices.Equal(c.Tags, o.Tags) && slices.Equal(c.Indicators, o.Indicators)
}

// Check answers what is wrong with a course beside the framework's indicators.
func (c Course) Check(known map[string]bool) []Field {
	var bad []Field
	if n := utf8.RuneCountInString(c.Code); n < 1 || n > 40 {
		bad = append(bad, Field{"/code", "Give the course a code of 1 to 40 characters."})
	}
	if n := utf8.RuneCountInString(c.Title); n < 2 || n > 200 {
		bad = append(bad, Field{"/title", "Give the course a title of 2 to 200 characters."})
	}
	bad = append(bad, checkTags(c.Tags)...)
	if !slices.Contains(Routes, c.Route) {
		bad = append(bad, Field{"/route", "Choose how the course is taken."})
	}
	for _, code := range c.Indicators {
		if !known[code] {
			bad = append(bad, Field{"/indicators", "The framework has no indicator " + code + "."})
		}
	}
	return bad
}

// checkTags asks for the form that policies use for tags.
func checkTags(tags []string) []Field {
	for _, t := range tags {
		if len(t) > 64 || strings.Trim(t, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return []Field{{"/tags", "Write tags in small letters, digits and hyphens, with a comma between them: arts, world-language."}}
		}
	}
	return nil
}

// Credit is a credit that a learner has earned. Title, value and tags are those
// of the course at the time; a later wording of the course changes nothing.
type Credit struct {
	ID      string
	Learner PersonID
	Course  CourseID // empty for a credit from elsewhere
	Title   string
	Value   Credits
	Tags    []string
	Route   string
	Source  string // who says so
	Earned  string // civil date or empty
	Waits   string // who has yet to confirm it, or empty
}

// CourseTaken is a course that a learner has taken up.
type CourseTaken struct {
	ID      string
	Learner PersonID
	Course  Course
}
