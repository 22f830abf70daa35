package credentials

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// inspector collects problems on one walk over a document.
type inspector struct {
	found []Problem
	// scope is what the contexts define at the place where the walk is.
	scope scope
	// draft allows credentials inside a record that are not signed yet.
	draft bool
}

// scope tells which vocabularies stand beside that of VC 2.0; old means that of
// VC 1.1 in its place.
type scope struct{ old, badges, records, extensions bool }

// Inspect tells what is wrong with the members of a credential: unknown
// contexts, members and types outside the pinned vocabularies, missing members
// and values of the wrong form (OB 3.0, CLR 2.0 and VC 2.0 data models; badges
// and records under VC 1.1 are read as well, see [Validity]). The credentials
// and endorsements that stand inside are held to the same. It lists all
// problems, at most MaxProblems. claims are further member names that the
// enclosing form defines, such as iss in a JWT.
//
// CodeContextUnknown and CodeTypeUnknown mean that the document could not be
// judged; the other codes mean that it is wrong. Inspect says nothing about
// proofs: those of the documents inside are found by [EmbeddedIn].
func Inspect(doc *Node, claims ...string) []Problem {
	in := &inspector{}
	in.credential("", doc, "", claims)
	return in.found
}

// credential holds a whole document against its class; class is the one that
// its place asks for, or "" for any.
func (in *inspector) credential(at string, doc *Node, class string, claims []string) {
	if doc.Kind() != Object {
		in.violation(at, RuleObject)
		return
	}
	outer := in.scope
	defer func() { in.scope = outer }()
	kind := CredentialClass(doc)
	known := in.contexts(at+"/@context", doc.Get("@context"), kind)
	switch {
	case at != "" && known && in.scope.old != outer.old: // the terms of one are protected from the other
		in.violation(at+"/@context", RuleOrder)
	case !doc.Get("type").Has("VerifiableCredential"):
		in.violation(at+"/type", RuleType)
	case class != "" && kind != class:
		in.violation(at+"/type", RuleType)
	case kind == "":
		in.add(Problem{Code: CodeTypeUnknown, Pointer: at + "/type"})
	case known:
		in.object(at, doc, kind, claims)
		in.period(at, doc)
	}
}

// Names of the classes of documents, as [CredentialClass] gives them.
const (
	ClassAchievement = "AchievementCredential"
	ClassEndorsement = "EndorsementCredential"
	ClassCLR         = "ClrCredential"
	ClassStatusList  = "BitstringStatusListCredential"
)

// CredentialClass names the class that a credential's types ask for, or "" when none is known here.
func CredentialClass(doc *Node) string {
	for _, name := range [...]string{ClassAchievement, ClassEndorsement, ClassCLR, ClassStatusList} {
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

// contexts tells whether every context is pinned, and in the order that OB 3.0
// and CLR 2.0 ask for. The contexts of an outer document hold inside it, too.
func (in *inspector) contexts(at string, n *Node, kind string) bool {
	list := n.List()
	known := true
	for i, c := range list {
		name := c.Text()
		switch {
		case i == 0 && (name == ContextVC || name == ContextVC11 && kind != ClassStatusList):
			in.scope.old = name == ContextVC11
		case i > 0 && obContexts[name]:
			in.scope.badges = true
		case i > 0 && clrContexts[name]:
			in.scope.records = true
		case i > 0 && name == ContextOBExtensions:
			in.scope.extensions = true
		case i > 0 && proofContexts[name]: // it adds no member that is read here
		default:
			known = false
			in.add(Problem{Code: CodeContextUnknown, Pointer: at + "/" + strconv.Itoa(i)})
		}
	}
	if len(list) == 0 {
		in.violation(at, RuleRequired)
		return false
	}
	stands := func(i int, names map[string]bool) bool { return i < len(list) && names[list[i].Text()] }
	ordered := true
	switch kind {
	case ClassAchievement, ClassEndorsement:
		ordered = stands(1, obContexts)
	case ClassCLR:
		ordered = stands(1, clrContexts) && stands(2, obContexts)
	}
	in.ask(!known || ordered, at, RuleOrder)
	return known
}

// object holds every member of an object against the rules of its class.
func (in *inspector) object(at string, n *Node, kind string, claims []string) {
	c := classes[kind]
	if len(c.typed) > 0 && !slices.ContainsFunc(c.typed, n.Get("type").Has) && n.Get("type") != nil {
		in.violation(Pointer(at, "type"), RuleType)
	}
	for _, m := range n.Members() {
		rule, ok := c.members[in.scope.today(kind, m.Name)]
		if !ok && !c.closed {
			rule, ok = in.scope.common(m.Name)
		}
		switch {
		case ok:
			in.member(Pointer(at, m.Name), m.Value, rule)
		case slices.Contains(claims, m.Name):
		default:
			in.add(Problem{Code: CodeUndefinedTerm, Pointer: Pointer(at, m.Name)})
		}
	}
	for _, name := range requiredOf[kind] {
		if name = in.scope.then(kind, name); n.Get(name) == nil {
			in.violation(Pointer(at, name), RuleRequired)
		}
	}
	if (kind == "AchievementSubject" || kind == "ClrSubject") && n.Get("id") == nil && len(n.Get("identifier").List()) == 0 {
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
		switch {
		case t.Kind() != String:
			in.violation(at, RuleText)
		case !in.scope.defines(t.Text()) && !IsURI(t.Text()):
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
	case document:
		in.credential(at, v, rule.class, nil)
	case boolean:
		if v.Kind() != Bool {
			in.violation(at, RuleBoolean)
		}
	case number:
		if v.Kind() != Number {
			in.violation(at, RuleNumber)
		}
	case text, uri, date, civil, decimal, language, compact:
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
	case rule.form == language && !languageTag.MatchString(s):
		in.violation(at, RuleVocabulary)
	case rule.form == compact && !compactToken.MatchString(s):
		in.violation(at, RuleText)
	case rule.form == civil:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			in.violation(at, RuleDate)
		}
	case rule.form == date:
		if _, err := ParseTime(s); err != nil {
			in.violation(at, RuleDate)
		}
	case rule.words != nil && !slices.Contains(rule.words, s) && (!rule.ext || !extensionWord.MatchString(s)):
		in.violation(at, RuleVocabulary)
	}
}

// Forms of texts. The language tags are those that the OB 3.0 schema takes of
// BCP 47, a token is a compact JWS without line breaks (RFC 7515 §3.1).
var (
	languageTag   = regexp.MustCompile(`^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)
	compactToken  = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	extensionWord = regexp.MustCompile(`^ext:[A-Za-z0-9._|-]+$`)
)

// period refuses a validity that ends before it starts.
func (in *inspector) period(at string, doc *Node) {
	start, end := Validity(doc)
	from, err1 := ParseTime(start)
	until, err2 := ParseTime(end)
	if err1 == nil && err2 == nil && until.Before(from) {
		in.violation(at+"/"+in.scope.then(CredentialClass(doc), "validUntil"), RulePeriod)
	}
}

// errDate is a date-time that RFC 3339 §5.6 does not know.
var errDate = errors.New("hours have two digits and fractions follow a point")

// ParseTime reads a date-time with its offset (VC 2.0, validity period; XML Schema
// dateTimeStamp) and gives it in UTC.
func ParseTime(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err == nil && (s[len("2006-01-02T15")] != ':' || strings.Contains(s, ",")) { // Parse takes these for a time
		err = errDate
	}
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
