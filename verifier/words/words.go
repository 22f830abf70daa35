// Package words puts a report into sentences for people: one catalogue of
// reason codes per language, used by the pages, the API and laurel-verify
// alike. The words follow one rule: what could not be checked is said to be so,
// and never called valid.
package words

import (
	"strings"
	"time"

	"laurel/verifier"
)

// Phrase is what is said for one reason code: a sentence, and what the reader
// can do next (may be empty). {name} stands for a parameter of the check.
type Phrase struct{ Sentence, Next string }

// Catalogue is the words of one language. It is never changed.
type Catalogue struct {
	// Language is a BCP 47 tag.
	Language string
	// phrases are by check and code; the check "" holds what is said for a code under any check.
	phrases map[verifier.Name]map[string]Phrase
	// headlines are by verdict. {issuer}, {subject}, {date}, {achievement} and {until} are filled.
	headlines map[verifier.Verdict]string
	// presented are those for a presentation, where they differ.
	presented map[verifier.Verdict]string
	// rules complete the sentence about a member that breaks a rule.
	rules map[string]string
	// questions are what each check asks.
	questions map[verifier.Name]string
	// outcomes are single words for how a check ended.
	outcomes map[verifier.Outcome]string
	// connecting words of a headline
	issued, issuedTo, on, noStatus string
	// notWithdrawn has {time} and {day}.
	notWithdrawn pattern
	months       [12]string
	today        string
	// missing stands for a parameter that a check does not have.
	missing string

	// The same phrases and headlines, taken apart once.
	said map[verifier.Name]map[string]said
	top  map[verifier.Verdict]pattern
}

// said is a phrase taken apart.
type said struct{ sentence, next pattern }

// For gives the catalogue for a BCP 47 tag, English where there is none.
func For(language string) *Catalogue {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	if c, ok := catalogues[base]; ok {
		return c
	}
	return catalogues["en"]
}

var catalogues = map[string]*Catalogue{"en": prepared(english)}

// prepared takes the texts of a catalogue apart.
func prepared(c *Catalogue) *Catalogue {
	c.said = make(map[verifier.Name]map[string]said, len(c.phrases))
	for name, phrases := range c.phrases {
		c.said[name] = make(map[string]said, len(phrases))
		for code, p := range phrases {
			c.said[name][code] = said{patternOf(p.Sentence), patternOf(p.Next)}
		}
	}
	c.top = make(map[verifier.Verdict]pattern, len(c.headlines))
	for verdict, text := range c.headlines {
		c.top[verdict] = patternOf(text)
	}
	return c
}

// Annotate gives a copy of the report with headline and sentences filled in.
// Dates of the credential are shown in zone, the issuer's; nil keeps the zone
// that they were written in. Times of the status are shown in UTC.
func (c *Catalogue) Annotate(r verifier.Report, zone *time.Location) verifier.Report {
	r.Headline = c.Headline(r, zone)
	checks := make([]verifier.Check, len(r.Checks))
	for i, check := range r.Checks {
		p := c.Phrase(check)
		check.Sentence, check.Next = p.Sentence, p.Next
		checks[i] = check
	}
	r.Checks = checks
	nested := make([]verifier.NestedReport, len(r.Nested))
	for i, n := range r.Nested {
		nested[i] = verifier.NestedReport{Path: n.Path, Report: c.Annotate(n.Report, zone)}
	}
	if len(nested) > 0 {
		r.Nested = nested
	}
	return r
}

// Phrase gives the words for one check, with its parameters filled in.
func (c *Catalogue) Phrase(check verifier.Check) Phrase {
	p, ok := c.said[check.Name][check.Code]
	if !ok {
		p, ok = c.said[""][check.Code]
	}
	if !ok {
		p = c.said[""][string(check.Outcome)]
	}
	value := func(name string) string { return c.param(check, name) }
	return Phrase{p.sentence.fill(value), p.next.fill(value)}
}

// param gives the words for a parameter of a check.
func (c *Catalogue) param(check verifier.Check, name string) string {
	switch name {
	case "code":
		return check.Code
	case "rule_words":
		return c.rules[check.Params["rule"]]
	}
	value, ok := check.Params[name]
	if !ok {
		return c.missing
	}
	if !strings.HasPrefix(strings.TrimLeft(value, "0123456789"), "-") {
		return value // no date begins like this, and finding that out by an error costs more
	}
	if when, err := time.Parse(time.RFC3339, value); err == nil {
		return c.dateTime(when)
	}
	return value
}

// Known tells whether the catalogue has words of its own for a code under a check.
func (c *Catalogue) Known(name verifier.Name, code string) bool {
	_, ok := c.phrases[name][code]
	if !ok {
		_, ok = c.phrases[""][code]
	}
	return ok
}

// Question is what a check asks, for a heading.
func (c *Catalogue) Question(name verifier.Name) string { return c.questions[name] }

// Outcome is a word for how a check ended.
func (c *Catalogue) Outcome(o verifier.Outcome) string { return c.outcomes[o] }

// Headline is the verdict as one or a few sentences.
func (c *Catalogue) Headline(r verifier.Report, zone *time.Location) string {
	if presented, ok := c.presented[r.Verdict]; ok && r.Presentation != nil {
		return presented
	}
	text := c.top[r.Verdict].fill(func(name string) string {
		switch name {
		case "issued":
			return c.issuedWords(r, zone)
		case "issuer":
			return issuerWords(r)
		}
		return c.turn(r, zone)
	})
	if r.Verdict == verifier.Valid {
		text += " " + c.statusWords(r)
	}
	return strings.Join(strings.Fields(text), " ")
}

// turn is the day on which the validity of a credential begins or ends.
func (c *Catalogue) turn(r verifier.Report, zone *time.Location) string {
	day := ""
	for i := range r.Checks {
		if check := &r.Checks[i]; check.Name == verifier.Time {
			day = check.Params["until"] + check.Params["from"]
		}
	}
	if t, err := time.Parse(time.RFC3339, day); err == nil {
		return c.date(t, zone)
	}
	return day
}

// issuerWords names the issuer: by the registry's name when it is recognised, else by its identifier.
func issuerWords(r verifier.Report) string {
	if r.Issuer.Name != "" {
		return r.Issuer.Name
	}
	return r.Issuer.ID
}

// issuedWords says who issued what to whom and when; empty for a document whose words are not to be relied on.
func (c *Catalogue) issuedWords(r verifier.Report, zone *time.Location) string {
	if r.Credential == nil {
		return ""
	}
	out := c.issued + " " + issuerWords(r)
	if name := r.Credential.Subject.Name; name != "" {
		out += " " + c.issuedTo + " " + name
	}
	date := r.Credential.AwardedDate
	if date.IsZero() {
		date = r.Credential.ValidFrom
	}
	if !date.IsZero() {
		out += " " + c.on + " " + c.date(date, zone)
	}
	return out + "."
}

// statusWords say since when the credential is known not to be withdrawn, or that nobody can tell.
func (c *Catalogue) statusWords(r verifier.Report) string {
	var oldest time.Time // of several lists
	for i := range r.Checks {
		check := &r.Checks[i]
		if check.Name != verifier.Status {
			continue
		}
		when, err := time.Parse(time.RFC3339, check.Params["as_of"])
		if check.Code != verifier.CodeNotWithdrawn && check.Code != verifier.CodeNotListed || err != nil {
			return c.noStatus
		}
		if oldest.IsZero() || when.Before(oldest) {
			oldest = when
		}
	}
	return c.notWithdrawn.fill(func(name string) string {
		switch {
		case name == "time":
			return oldest.UTC().Format("15:04")
		case sameDay(oldest, r.AsOf):
			return c.today
		}
		return c.date(oldest, time.UTC)
	})
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Format(time.DateOnly) == b.UTC().Format(time.DateOnly)
}

// date writes a day: 12 June 2026.
func (c *Catalogue) date(t time.Time, zone *time.Location) string {
	if zone != nil {
		t = t.In(zone)
	}
	return t.Format("2 ") + c.months[t.Month()-1] + t.Format(" 2006")
}

// dateTime writes a moment in UTC, with the zone: 12 June 2026, 14:03 UTC.
func (c *Catalogue) dateTime(t time.Time) string {
	return c.date(t, time.UTC) + t.UTC().Format(", 15:04 UTC")
}
