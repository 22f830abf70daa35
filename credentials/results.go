package credentials

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
)

// decimalNumber bounds what is compared as a number, so that no text can make it costly.
var decimalNumber = regexp.MustCompile(`^[+-]?[0-9]{1,18}(\.[0-9]{1,18})?$`)

// scale is a ResultDescription as results are held against it.
type scale struct {
	node    *Node
	at      string
	levels  []*Node // from low to high
	allowed []string
}

// scalesOf holds the scales of the achievement at a pointer against what they
// promise, and gives them by their ids (OB 3.0 data model, ResultDescription).
func (in *inspector) scalesOf(at string, achievement *Node) map[string]*scale {
	out := make(map[string]*scale)
	ids := map[string]bool{achievement.Get("id").Text(): true}
	unique := func(n *Node, at string) {
		id := n.Get("id").Text()
		in.ask(!ids[id], at+"/id", RuleRepeated)
		ids[id] = true
	}
	for i, n := range achievement.Get("resultDescription").List() {
		s := &scale{
			node: n, at: at + "/resultDescription/" + strconv.Itoa(i),
			levels: n.Get("rubricCriterionLevel").List(), allowed: n.Get("allowedValue").Texts(),
		}
		unique(n, s.at)
		for j, l := range s.levels {
			unique(l, s.at+"/rubricCriterionLevel/"+strconv.Itoa(j))
		}
		in.scale(s)
		out[n.Get("id").Text()] = s
	}
	return out
}

// scale holds one scale against itself: what it needs is there, and what it
// requires can be reached.
func (in *inspector) scale(s *scale) {
	kind := s.node.Get("resultType").Text()
	in.ask(kind != "RubricCriterionLevel" || len(s.levels) > 0, s.at+"/rubricCriterionLevel", RuleRequired)
	in.ask(kind != "PerformanceLevel" || len(s.levels)+len(s.allowed) > 0, s.at+"/allowedValue", RuleRequired)
	if required := s.node.Get("requiredLevel"); required != nil {
		in.ask(s.level(required.Text()) >= 0, s.at+"/requiredLevel", RuleReference)
	}
	for i, v := range s.allowed {
		in.ask(slices.Index(s.allowed, v) == i, s.at+"/allowedValue/"+strconv.Itoa(i), RuleRepeated)
	}
	for _, name := range [...]string{"valueMin", "valueMax"} {
		in.ask(s.node.Get(name) == nil || s.bound(name) != nil, s.at+"/"+name, RuleNumber)
	}
	low, high := s.bound("valueMin"), s.bound("valueMax")
	in.ask(low == nil || high == nil || low.Cmp(high) <= 0, s.at+"/valueMax", RuleRange)
	if v := s.node.Get("requiredValue"); v != nil {
		in.keeps(s, s.at+"/requiredValue", v.Text())
	}
}

// result holds one result against its scale; nil when it names none that is there.
func (in *inspector) result(at string, r *Node, s *scale) {
	if s == nil {
		in.violation(at+"/resultDescription", RuleReference)
		return
	}
	level, value := r.Get("achievedLevel"), r.Get("value")
	if level == nil && value == nil && r.Get("status") == nil {
		in.violation(at, RuleEmpty)
	}
	in.ask(s.node.Get("resultType").Text() != "Status" || r.Get("status") != nil, at+"/status", RuleRequired)
	if level != nil {
		reached := s.level(level.Text())
		in.ask(reached >= 0, at+"/achievedLevel", RuleReference)
		in.ask(reached < 0 || reached >= s.level(s.node.Get("requiredLevel").Text()), at+"/achievedLevel", RuleBelow)
	}
	if value == nil {
		return
	}
	if in.keeps(s, at+"/value", value.Text()) {
		in.ask(!s.below(value.Text()), at+"/value", RuleBelow)
	}
}

// keeps holds a value against the words and the bounds of its scale, and tells
// whether it keeps both.
func (in *inspector) keeps(s *scale, at, v string) bool {
	if len(s.allowed) > 0 && !slices.Contains(s.allowed, v) {
		in.violation(at, RuleVocabulary)
		return false
	}
	low, high := s.bound("valueMin"), s.bound("valueMax")
	if low == nil && high == nil {
		return true
	}
	n := exact(v)
	if n == nil {
		in.violation(at, RuleNumber)
		return false
	}
	if low != nil && n.Cmp(low) < 0 || high != nil && n.Cmp(high) > 0 {
		in.violation(at, RuleRange)
		return false
	}
	return true
}

// below tells whether a value of the scale is less than the one it requires: by
// the order of its words, else by number where both are numbers.
func (s *scale) below(v string) bool {
	required := s.node.Get("requiredValue").Text()
	if required == "" {
		return false
	}
	if len(s.allowed) > 0 {
		return slices.Index(s.allowed, v) < slices.Index(s.allowed, required)
	}
	have, want := exact(v), exact(required)
	return have != nil && want != nil && have.Cmp(want) < 0
}

// level is the place of a level among those of the scale, lowest first, or -1.
func (s *scale) level(id string) int {
	return slices.IndexFunc(s.levels, func(l *Node) bool { return l.Get("id").Text() == id })
}

// bound is a number of the scale, or nil.
func (s *scale) bound(name string) *big.Rat { return exact(s.node.Get(name).Text()) }

// exact reads a decimal number exactly; nil when it is none.
func exact(s string) *big.Rat {
	if !decimalNumber.MatchString(s) {
		return nil
	}
	n, _ := new(big.Rat).SetString(s)
	return n
}
