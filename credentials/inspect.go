package credentials

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reason codes of a [Problem], as a verification report names them.
const (
	// CodeUndefinedTerm is a member or type that no pinned context defines.
	CodeUndefinedTerm = "undefined_term"
	// CodeSchemaViolation is a member that is missing or has a wrong value; see Problem.Rule.
	CodeSchemaViolation = "schema_violation"
	// CodeContextUnknown is a context that is not pinned: its members cannot be judged.
	CodeContextUnknown = "context_unknown"
	// CodeTypeUnknown is a kind of credential whose members are not known here.
	CodeTypeUnknown = "type_unknown"
)

// Rule says which rule a schema violation broke.
type Rule string

// The rules of a schema violation.
const (
	RuleRequired   Rule = "required"   // the member is missing
	RuleText       Rule = "text"       // it is not a string
	RuleURI        Rule = "uri"        // it is not an absolute address
	RuleDate       Rule = "date"       // it is not a date with time and offset
	RuleBoolean    Rule = "boolean"    // it is neither true nor false
	RuleNumber     Rule = "number"     // it is not a number
	RuleObject     Rule = "object"     // it is not an object
	RuleOne        Rule = "one"        // it is a list where one value must stand
	RuleEmpty      Rule = "empty"      // it is an empty list, an empty text or null
	RuleType       Rule = "type"       // its type is not the one that this place asks for
	RuleVocabulary Rule = "vocabulary" // it is not a word of its vocabulary
	RuleOrder      Rule = "order"      // contexts are missing or not in their order
	RuleHolder     Rule = "holder"     // the subject has neither id nor identifier
	RulePeriod     Rule = "period"     // the end lies before the start
	RuleReference  Rule = "reference"  // it names something that is not in this credential
	RuleIdentifier Rule = "identifier" // it is not the kind of identifier that Laurel issues
	RuleRepeated   Rule = "repeated"   // the same identifier stands for two things
)

// Problem is one thing wrong with a document.
type Problem struct {
	// Code is one of the Code… constants.
	Code string
	// Pointer is the RFC 6901 pointer of the member at fault.
	Pointer string
	// Rule is set when Code is CodeSchemaViolation.
	Rule Rule
}

// ProblemsError is a list of problems as an error, never empty.
type ProblemsError []Problem

// Error lists all of them.
func (p ProblemsError) Error() string {
	out := make([]string, len(p))
	for i, one := range p {
		out[i] = strings.TrimSuffix(fmt.Sprintf("%s: %s %s", one.Pointer, one.Code, one.Rule), " ")
	}
	return strings.Join(out, "; ")
}

// MaxProblems ends the list for a document in which nothing is right.
const MaxProblems = 50

// inspector collects problems on one walk over a document.
type inspector struct{ found []Problem }

// Inspect tells what is wrong with the members of a credential: unknown
// contexts, members and types outside the pinned vocabularies, missing members
// and values of the wrong form (OB 3.0 and VC 2.0 data models). It lists all
// problems, at most MaxProblems. claims are further member names that the enclosing
// form defines, such as iss in a JWT.
//
// CodeContextUnknown and CodeTypeUnknown mean that the document could not be
// judged; the other codes mean that it is wrong.
func Inspect(doc *Node, claims ...string) []Problem {
	in := &inspector{}
	if doc.Kind() != Object {
		in.violation("", RuleObject)
		return in.found
	}
	kind := CredentialClass(doc)
	known := in.contexts(doc.Get("@context"), kind)
	switch {
	case !doc.Get("type").Has("VerifiableCredential"):
		in.violation("/type", RuleType)
	case kind == "":
		in.add(Problem{Code: CodeTypeUnknown, Pointer: "/type"})
	case known:
		in.object("", doc, kind, claims)
		in.period(doc)
	}
	return in.found
}

// CredentialClass names the class that a credential's types ask for, or "" when none is known here.
func CredentialClass(doc *Node) string {
	for _, name := range []string{"AchievementCredential", "EndorsementCredential", "BitstringStatusListCredential"} {
		for _, t := range classes[name].typed {
			if doc.Get("type").Has(t) {
				return name
			}
		}
	}
	return ""
}

func (in *inspector) add(p Problem) {
	if len(in.found) < MaxProblems {
		in.found = append(in.found, p)
	}
}

func (in *inspector) violation(pointer string, rule Rule) {
	in.add(Problem{Code: CodeSchemaViolation, Pointer: pointer, Rule: rule})
}

// contexts tells whether every context is pinned, and in the order that OB 3.0 asks for.
func (in *inspector) contexts(n *Node, kind string) bool {
	list := n.List()
	known := true
	for i, c := range list {
		switch name := c.Text(); {
		case i == 0 && name == ContextVC:
		case i > 0 && (obContexts[name] || name == ContextOBExtensions):
		default:
			known = false
			in.add(Problem{Code: CodeContextUnknown, Pointer: "/@context/" + strconv.Itoa(i)})
		}
	}
	if len(list) == 0 {
		in.violation("/@context", RuleRequired)
		return false
	}
	badge := kind == "AchievementCredential" || kind == "EndorsementCredential"
	if known && badge && (len(list) < 2 || !obContexts[list[1].Text()]) {
		in.violation("/@context", RuleOrder)
	}
	return known
}

// object holds every member of an object against the rules of its class.
func (in *inspector) object(at string, n *Node, kind string, claims []string) {
	c := classes[kind]
	if len(c.typed) > 0 && !slices.ContainsFunc(c.typed, n.Get("type").Has) && n.Get("type") != nil {
		in.violation(Pointer(at, "type"), RuleType)
	}
	for _, m := range n.Members() {
		rule, ok := c.members[m.Name]
		switch {
		case ok:
			in.member(Pointer(at, m.Name), m.Value, rule)
		case slices.Contains(claims, m.Name):
		default:
			in.add(Problem{Code: CodeUndefinedTerm, Pointer: Pointer(at, m.Name)})
		}
	}
	for _, name := range requiredOf[kind] {
		if n.Get(name) == nil {
			in.violation(Pointer(at, name), RuleRequired)
		}
	}
	if kind == "AchievementSubject" && n.Get("id") == nil && len(n.Get("identifier").List()) == 0 {
		in.violation(at, RuleHolder)
	}
}

// requiredOf lists the required members of each class in a fixed order.
var requiredOf = func() map[string][]string {
	out := make(map[string][]string, len(classes))
	for name, c := range classes {
		for m, rule := range c.members {
			if rule.required {
				out[name] = append(out[name], m)
			}
		}
		slices.Sort(out[name])
	}
	return out
}()

// member holds one value, or each value of a list, against its rule.
func (in *inspector) member(at string, v *Node, rule member) {
	if rule.form == opaque {
		return
	}
	if rule.form == names {
		in.typeNames(at, v)
		return
	}
	switch v.Kind() {
	case Array:
		if !rule.many {
			in.violation(at, RuleOne)
			return
		}
		if len(v.Items()) == 0 {
			in.violation(at, RuleEmpty)
		}
		for i, item := range v.Items() {
			in.value(at+"/"+strconv.Itoa(i), item, rule)
		}
	case Null:
		in.violation(at, RuleEmpty)
	case Missing, Bool, Number, String, Object:
		in.value(at, v, rule)
	}
}

// typeNames refuses types that no pinned context defines; an absolute IRI needs no context.
func (in *inspector) typeNames(at string, v *Node) {
	list := v.List()
	if len(list) == 0 {
		in.violation(at, RuleEmpty)
	}
	for _, t := range list {
		_, isClass := classes[t.Text()]
		switch {
		case t.Kind() != String:
			in.violation(at, RuleText)
		case !isClass && !otherTypes[t.Text()] && !IsURI(t.Text()):
			in.add(Problem{Code: CodeUndefinedTerm, Pointer: at})
		}
	}
}

// value holds one value against its rule.
func (in *inspector) value(at string, v *Node, rule member) {
	switch rule.form {
	case object, objectOrURI:
		if v.Kind() == Object {
			in.object(at, v, rule.class, nil)
		} else if rule.form == object || !IsURI(v.Text()) {
			in.violation(at, RuleObject)
		}
	case typed:
		if v.Kind() != Object {
			in.violation(at, RuleObject)
		} else if len(v.Get("type").Texts()) == 0 {
			in.violation(Pointer(at, "type"), RuleRequired)
		}
	case boolean:
		if v.Kind() != Bool {
			in.violation(at, RuleBoolean)
		}
	case number:
		if v.Kind() != Number {
			in.violation(at, RuleNumber)
		}
	case text, uri, date, decimal:
		in.text(at, v, rule)
	case opaque, names:
	}
}

// text holds a string against its form and its vocabulary.
func (in *inspector) text(at string, v *Node, rule member) {
	if v.Kind() != String {
		in.violation(at, RuleText)
		return
	}
	s := v.Text()
	switch {
	case rule.form == uri && !IsURI(s):
		in.violation(at, RuleURI)
	case rule.form == decimal && !isDecimal(s):
		in.violation(at, RuleNumber)
	case rule.form == date:
		if _, err := ParseTime(s); err != nil {
			in.violation(at, RuleDate)
		}
	case rule.words != nil && !slices.Contains(rule.words, s) && (!rule.ext || !strings.HasPrefix(s, "ext:")):
		in.violation(at, RuleVocabulary)
	}
}

// period refuses a validity that ends before it starts.
func (in *inspector) period(doc *Node) {
	from, err1 := ParseTime(doc.Get("validFrom").Text())
	until, err2 := ParseTime(doc.Get("validUntil").Text())
	if err1 == nil && err2 == nil && until.Before(from) {
		in.violation("/validUntil", RulePeriod)
	}
}

// ParseTime reads a date-time with its offset (VC 2.0, validity period; XML Schema
// dateTimeStamp) and gives it in UTC.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading a date-time: %w", err)
	}
	return t.UTC(), nil
}

// IsURI tells whether s is an absolute IRI: a scheme, a colon, and something
// without spaces, control characters or the delimiters that RFC 3987 keeps out.
func IsURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || rest == "" {
		return false
	}
	for i, c := range scheme {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", c)) {
			return false
		}
	}
	return !strings.ContainsFunc(rest, func(c rune) bool {
		return c <= ' ' || c == 0x7f || strings.ContainsRune("<>\"{}|\\^`", c)
	})
}

func isDecimal(s string) bool {
	return s != "" && len(s) <= 10 && !strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' })
}
