package policy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Facts are all that is known of one learner on one day. Their JSON form is
// canonical once normalised: see [Facts.Hash].
type Facts struct {
	Learner string `json:"learner"`
	// AsOf is the civil date on which the audit looks, "2027-06-01".
	AsOf      string    `json:"asOf"`
	Framework Catalogue `json:"framework"`
	// Determinations are by the code of the indicator.
	Determinations map[string]Determined `json:"determinations,omitempty"`
	// Pending names, by the code of the indicator, what somebody outside has
	// yet to confirm.
	Pending   map[string]Wait  `json:"pending,omitempty"`
	Records   []RecordFact     `json:"records,omitempty"`
	Artifacts []ArtifactFact   `json:"artifacts,omitempty"`
	Results   []ExternalResult `json:"results,omitempty"`
	Hours     []HoursFact      `json:"hours,omitempty"`
	Seals     []string         `json:"seals,omitempty"` // names of seals held
	// Credits are those awarded; a policy whose credits are derived from
	// competencies counts them only where it says so.
	Credits []CreditFact `json:"credits,omitempty"`
	// Courses are those that the learner has taken up: what a credit is derived
	// from, where the policy derives credits from competencies.
	Courses    []CourseFact `json:"courses,omitempty"`
	Exceptions []Exception  `json:"exceptions,omitempty"`
}

// Catalogue is what of a framework the engine needs: which indicators belong
// to which standard, and what they are called.
type Catalogue struct {
	Standards []Standard `json:"standards"`
}

// Standard is a graduation standard, or a transferable skill, with its
// indicators.
type Standard struct {
	Code  string `json:"code"`
	Title string `json:"title"`
	// Within is the standard that holds this one; its indicators are among
	// that one's. Empty for an outer one.
	Within     string      `json:"within,omitempty"`
	Indicators []Indicator `json:"indicators"`
	// Apart marks a standard about habits, behaviour or feelings. It decides
	// nothing unless the policy names its code in conduct.
	Apart bool `json:"apart,omitempty"`
	// Retired marks what the framework keeps and no longer uses.
	Retired bool `json:"retired,omitempty"`
}

// Indicator is one thing that a learner shows.
type Indicator struct {
	Code    string `json:"code"`
	Title   string `json:"title"`
	Retired bool   `json:"retired,omitempty"`
}

// Determined is the level of the learner in one indicator.
type Determined struct {
	Level int `json:"level"`
	// Confirmed is set once a teacher confirmed the level; else it is a
	// proposal and never counts.
	Confirmed bool `json:"confirmed"`
	// Contexts are the subjects in which it was shown.
	Contexts []string `json:"contexts,omitempty"`
}

// Wait is something that may count as soon as somebody outside confirms it.
type Wait struct {
	Reason   string   `json:"reason,omitempty"`   // "Course completion", a noun phrase; may be empty
	Provider string   `json:"provider,omitempty"` // who has to answer
	Contexts []string `json:"contexts,omitempty"` // where it would count
}

// RecordFact is a record about the learner, such as a learning plan.
type RecordFact struct {
	Kind string `json:"kind"`
	// Current is set on the newest version unless it was withdrawn.
	Current  bool     `json:"current"`
	SignedBy []string `json:"signedBy,omitempty"` // roles
	Reviewed string   `json:"reviewed,omitempty"` // civil date of the last review
	// Waits names who has yet to confirm the record; empty when nobody has.
	Waits string `json:"waits,omitempty"`
}

// ArtifactFact is a larger work that a panel judges, such as an exhibition.
type ArtifactFact struct {
	Kind     string   `json:"kind"`
	State    string   `json:"state"`
	Panel    []string `json:"panel,omitempty"`    // ids of the people who judged
	External int      `json:"external,omitempty"` // how many of them from outside
	Waits    string   `json:"waits,omitempty"`
}

// ExternalResult is the result of a test that others give.
type ExternalResult struct {
	ID    string `json:"id"` // tells two sittings with the same score apart
	Ref   string `json:"ref"`
	Score int    `json:"score"` // in the test's own points
	// Waits names who has yet to report or confirm the score, which does not
	// count before.
	Waits string `json:"waits,omitempty"`
}

// HoursFact is time spent, confirmed by who supervised it.
type HoursFact struct {
	ID      string `json:"id"` // tells two equal spells apart
	Kind    string `json:"kind"`
	Minutes int    `json:"minutes"`
	Waits   string `json:"waits,omitempty"`
}

// CreditFact is credit that was awarded.
type CreditFact struct {
	ID    string `json:"id"`
	Title string `json:"title"` // of the course
	Value Amount `json:"value"`
	// Tags say where it may count: "humanities", "civics".
	Tags []string `json:"tags,omitempty"`
	// Route is the way by which it was earned; empty when nobody says.
	Route string `json:"route,omitempty"`
	// Waits names who has yet to confirm it; it does not count before.
	Waits string `json:"waits,omitempty"`
}

// CourseFact is a course that the learner has taken up, with the indicators
// that its credit stands for.
type CourseFact struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Value      Amount   `json:"value"`
	Tags       []string `json:"tags,omitempty"`
	Route      string   `json:"route,omitempty"`
	Indicators []string `json:"indicators"` // codes
}

// Exception is a requirement that was waived for this learner. It takes two
// different people.
type Exception struct {
	Requirement string `json:"requirement"` // id of a node
	Kind        string `json:"kind"`
	Cite        string `json:"cite"`
	By          string `json:"by"`
	By2         string `json:"by2"`
	Expires     string `json:"expires,omitempty"` // last civil date on which it holds; empty = for good
}

// Hash is the SHA-256 of the facts in lower-case hex: the same for the same
// facts, in whatever order their lists stand.
func (f Facts) Hash() string { return f.normal().hash() }

func (f Facts) hash() string {
	sum := sha256.Sum256(appendFacts(make([]byte, 0, 8<<10), &f))
	return hex.EncodeToString(sum[:])
}

// normal is a copy of the facts with every list in one fixed order and
// without exact duplicates.
func (f Facts) normal() Facts {
	f.Framework = f.Framework.Ordered()
	f.Determinations = normalMap(f.Determinations, func(d Determined) []string { return d.Contexts }, func(d Determined, contexts []string) Determined {
		d.Contexts = contexts
		return d
	})
	f.Pending = normalMap(f.Pending, func(w Wait) []string { return w.Contexts }, func(w Wait, contexts []string) Wait {
		w.Contexts = contexts
		return w
	})
	f.Records = normalList(f.Records, func(r RecordFact) RecordFact {
		r.SignedBy = textSet(r.SignedBy)
		return r
	}, func(a, b RecordFact) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), compareBools(b.Current, a.Current), strings.Compare(b.Reviewed, a.Reviewed),
			strings.Compare(a.Waits, b.Waits), slices.Compare(a.SignedBy, b.SignedBy))
	})
	f.Artifacts = normalList(f.Artifacts, func(a ArtifactFact) ArtifactFact {
		a.Panel = textSet(a.Panel)
		return a
	}, func(a, b ArtifactFact) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.State, b.State), slices.Compare(a.Panel, b.Panel),
			cmp.Compare(b.External, a.External), strings.Compare(a.Waits, b.Waits))
	})
	f.Results = normalList(f.Results, same, func(a, b ExternalResult) int {
		return cmp.Or(strings.Compare(a.Ref, b.Ref), strings.Compare(a.ID, b.ID), cmp.Compare(b.Score, a.Score), strings.Compare(a.Waits, b.Waits))
	})
	f.Hours = normalList(f.Hours, same, func(a, b HoursFact) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.ID, b.ID), cmp.Compare(b.Minutes, a.Minutes), strings.Compare(a.Waits, b.Waits))
	})
	f.Seals = textSet(f.Seals)
	f.Credits = normalList(f.Credits, func(c CreditFact) CreditFact {
		c.Tags = textSet(c.Tags)
		return c
	}, func(a, b CreditFact) int {
		return cmp.Or(compareCodes(a.ID, b.ID), strings.Compare(a.Title, b.Title), cmp.Compare(b.Value, a.Value),
			strings.Compare(a.Route, b.Route), strings.Compare(a.Waits, b.Waits), slices.Compare(a.Tags, b.Tags))
	})
	f.Courses = normalList(f.Courses, func(c CourseFact) CourseFact {
		c.Tags = textSet(c.Tags)
		c.Indicators = normalList(c.Indicators, same, compareCodes)
		return c
	}, func(a, b CourseFact) int {
		return cmp.Or(compareCodes(a.ID, b.ID), strings.Compare(a.Title, b.Title), cmp.Compare(b.Value, a.Value),
			strings.Compare(a.Route, b.Route), slices.Compare(a.Tags, b.Tags), slices.Compare(a.Indicators, b.Indicators))
	})
	f.Exceptions = normalList(f.Exceptions, same, func(a, b Exception) int {
		return cmp.Or(strings.Compare(a.Requirement, b.Requirement), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Cite, b.Cite),
			strings.Compare(a.By, b.By), strings.Compare(a.By2, b.By2), strings.Compare(a.Expires, b.Expires))
	})
	return f
}

// Ordered is the catalogue with its lists in the order in which they are judged:
// itself where they are. Who evaluates many learners orders their catalogue once.
func (c Catalogue) Ordered() Catalogue {
	ordered := len(c.Standards) > 0 && increasing(c.Standards, compareStandards) && !slices.ContainsFunc(c.Standards, func(s Standard) bool {
		return s.Indicators != nil && len(s.Indicators) == 0 || !increasing(s.Indicators, compareIndicators)
	})
	if !ordered {
		c.Standards = normalList(c.Standards, func(s Standard) Standard {
			s.Indicators = normalList(s.Indicators, same, compareIndicators)
			return s
		}, compareStandards)
	}
	return c
}

func compareIndicators(a, b Indicator) int {
	return cmp.Or(compareCodes(a.Code, b.Code), strings.Compare(a.Title, b.Title), compareBools(a.Retired, b.Retired))
}

func compareStandards(a, b Standard) int {
	if c := compareCodes(a.Code, b.Code); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(a.Title, b.Title), strings.Compare(a.Within, b.Within),
		slices.CompareFunc(a.Indicators, b.Indicators, compareIndicators), compareBools(a.Apart, b.Apart), compareBools(a.Retired, b.Retired))
}

// normalList copies a list, brings each member to its normal form, sorts, and
// drops exact duplicates. An empty list is nil.
func normalList[T any](list []T, normal func(T) T, compare func(a, b T) int) []T {
	if len(list) == 0 {
		return nil
	}
	list = slices.Clone(list)
	for i := range list {
		list[i] = normal(list[i])
	}
	if !slices.IsSortedFunc(list, compare) {
		slices.SortFunc(list, compare)
	}
	return slices.CompactFunc(list, func(a, b T) bool { return compare(a, b) == 0 })
}

// normalMap is a map with the list of each member in order: itself where they
// are already.
func normalMap[T any](m map[string]T, list func(T) []string, with func(T, []string) T) map[string]T {
	if len(m) == 0 {
		return nil
	}
	for _, v := range m {
		if increasing(list(v), strings.Compare) {
			continue
		}
		out := make(map[string]T, len(m))
		for k, v := range m {
			out[k] = with(v, textSet(list(v)))
		}
		return out
	}
	return m
}

// increasing reports whether a list is in order and without duplicates.
func increasing[T any](list []T, compare func(a, b T) int) bool {
	for i := 1; i < len(list); i++ {
		if compare(list[i-1], list[i]) >= 0 {
			return false
		}
	}
	return true
}

// textSet is a list in order and without duplicates: itself where it is one.
func textSet(list []string) []string {
	switch {
	case len(list) == 0:
		return nil
	case increasing(list, strings.Compare):
		return list
	default:
		return normalList(list, same, strings.Compare)
	}
}

func same[T any](v T) T { return v }

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
