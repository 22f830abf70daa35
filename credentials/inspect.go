package credentials

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// inspector collects problems on one walk over a document.
type inspector struct {
	found []Problem
	// path is the place where the walk is; it is written out only for a problem.
	path []step
	// scope is what the contexts define there.
	scope scope
	// draft allows credentials inside a record that are not signed yet.
	draft bool
}

func (in *inspector) enter(name string) { in.path = append(in.path, step{name, inMember}) }
func (in *inspector) enterItem(i int)   { in.path = append(in.path, step{index: i}) }
func (in *inspector) leave()            { in.path = in.path[:len(in.path)-1] }

// full tells that no more problems are listed, so that the walk may end.
func (in *inspector) full() bool { return len(in.found) >= MaxProblems }

// wrong notes that the value at hand breaks a rule, wrongAt that a member of it does.
func (in *inspector) wrong(rule Rule) {
	if !in.full() {
		in.violation(pointerOf(in.path), rule)
	}
}

func (in *inspector) wrongAt(name string, rule Rule) {
	if !in.full() {
		in.violation(Pointer(pointerOf(in.path), name), rule)
	}
}

// scope tells which vocabularies stand beside that of VC 2.0; old means that of
// VC 1.1 in its place.
type scope struct{ old, badges, records, extensions, lists, lists2021 bool }

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
	in := &inspector{path: make([]step, 0, 16)}
	in.credential(doc, "", claims)
	return in.found
}

// credential holds a whole document against its class; class is the one that
// its place asks for, or "" for any.
func (in *inspector) credential(doc *Node, class string, claims []string) {
	if doc.Kind() != Object {
		in.wrong(RuleObject)
		return
	}
	outer := in.scope
	defer func() { in.scope = outer }()
	kind := CredentialClass(doc)
	known := in.contexts(doc.Get("@context"), kind)
	switch {
	case len(in.path) > 0 && known && in.scope.old != outer.old: // the terms of one are protected from the other
		in.wrongAt("@context", RuleOrder)
	case !doc.Get("type").Has("VerifiableCredential"):
		in.wrongAt("type", RuleType)
	case class != "" && kind != class:
		in.wrongAt("type", RuleType)
	case kind == "":
		in.add(Problem{Code: CodeTypeUnknown, Pointer: Pointer(pointerOf(in.path), "type")})
	case known:
		in.object(doc, tables[kind], claims)
		in.period(doc)
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
	types := doc.Get("type")
	for _, t := range documents {
		if slices.ContainsFunc(t.typed, types.Has) {
			return t.name
		}
	}
	return ""
}

// documents are the classes that whole documents have, in the order in which their types are looked for.
var documents = [...]*table{tables[ClassAchievement], tables[ClassEndorsement], tables[ClassCLR], tables[ClassStatusList]}

func (in *inspector) add(p Problem) {
	if !in.full() {
		in.found = append(in.found, p)
	}
}

func (in *inspector) violation(pointer string, rule Rule) {
	in.add(Problem{Code: CodeSchemaViolation, Pointer: pointer, Rule: rule})
}

// maxContexts is how many contexts a document may name: more than there are.
const maxContexts = 32

// contexts tells whether every context is pinned, and in the order that OB 3.0
// and CLR 2.0 ask for. The contexts of an outer document hold inside it, too.
// Their order is signed by nobody where statements are signed, so that none may be named twice.
func (in *inspector) contexts(n *Node, kind string) bool {
	in.enter("@context")
	defer in.leave()
	list := n.List()
	known := true
	for i, c := range list {
		name := c.Text()
		switch {
		case i > 0 && (i >= maxContexts || slices.ContainsFunc(list[:i], c.Equal)):
			in.enterItem(i)
			in.wrong(RuleRepeated)
			in.leave()
		case i == 0 && (name == ContextVC || name == ContextVC11 && kind != ClassStatusList):
			in.scope.old = name == ContextVC11
		case i > 0 && obContexts[name]:
			in.scope.badges = true
		case i > 0 && clrContexts[name]:
			in.scope.records = true
		case i > 0 && name == ContextOBExtensions:
			in.scope.extensions = true
		case i > 0 && name == ContextStatus:
			in.scope.lists = true
		case i > 0 && name == ContextStatus2021:
			in.scope.lists2021 = true
		case i > 0 && proofContexts[name]: // it adds no member that is read here
		default:
			known = false
			in.add(Problem{Code: CodeContextUnknown, Pointer: pointerOf(in.path) + "/" + strconv.Itoa(i)})
		}
	}
	if len(list) == 0 {
		in.wrong(RuleRequired)
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
	if known && !ordered {
		in.wrong(RuleOrder)
	}
	return known
}

// object holds every member of an object against the rules of its class.
func (in *inspector) object(n *Node, t *table, claims []string) {
	if len(t.typed) > 0 && !slices.ContainsFunc(t.typed, n.Get("type").Has) && n.Get("type") != nil {
		in.wrongAt("type", RuleType)
	}
	for _, m := range n.Members() {
		if in.full() {
			return
		}
		r := t.members[in.scope.today(t.name, m.Name)]
		if r == nil && !t.closed {
			r = in.scope.common(m.Name)
		}
		switch {
		case r != nil:
			in.enter(m.Name)
			in.member(m.Value, r)
			in.leave()
		case slices.Contains(claims, m.Name):
		default:
			in.add(Problem{Code: CodeUndefinedTerm, Pointer: Pointer(pointerOf(in.path), m.Name)})
		}
	}
	for _, name := range t.required {
		if name = in.scope.then(t.name, name); n.Get(name) == nil {
			in.wrongAt(name, RuleRequired)
		}
	}
	if t.aboutSomebody && n.Get("id") == nil && len(n.Get("identifier").List()) == 0 {
		in.wrong(RuleHolder)
	}
}

// member holds one value, or each value of a list, against its rule.
func (in *inspector) member(v *Node, r *rule) {
	if r.form == opaque {
		return
	}
	if r.form == names {
		in.typeNames(v)
		return
	}
	switch v.Kind() {
	case Array:
		if !r.many {
			in.wrong(RuleOne)
			return
		}
		if len(v.Items()) == 0 {
			in.wrong(RuleEmpty)
		}
		for i, item := range v.Items() {
			if in.full() {
				return
			}
			in.enterItem(i)
			in.value(item, r)
			in.leave()
		}
	case Null:
		in.wrong(RuleEmpty)
	case Missing, Bool, Number, String, Object:
		in.value(v, r)
	}
}

// typeNames refuses types that no pinned context defines; an absolute IRI needs no context.
func (in *inspector) typeNames(v *Node) {
	list := v.List()
	if len(list) == 0 {
		in.wrong(RuleEmpty)
	}
	for _, t := range list {
		switch {
		case t.Kind() != String:
			in.wrong(RuleText)
		case !in.scope.defines(t.Text()) && !IsURI(t.Text()):
			in.add(Problem{Code: CodeUndefinedTerm, Pointer: pointerOf(in.path)})
		}
	}
}

// value holds one value against its rule.
func (in *inspector) value(v *Node, r *rule) {
	switch r.form {
	case object, objectOrURI:
		if v.Kind() == Object {
			in.object(v, r.object, nil)
		} else if r.form == object || !IsURI(v.Text()) {
			in.wrong(RuleObject)
		}
	case document:
		in.credential(v, r.class, nil)
	case boolean:
		if v.Kind() != Bool {
			in.wrong(RuleBoolean)
		}
	case number:
		if v.Kind() != Number {
			in.wrong(RuleNumber)
		}
	case text, uri, date, civil, decimal, language, compact:
		in.text(v, r)
	case opaque, names:
	}
}

// text holds a string against its form and its vocabulary.
func (in *inspector) text(v *Node, r *rule) {
	if v.Kind() != String {
		in.wrong(RuleText)
		return
	}
	s := v.Text()
	switch {
	case r.form == uri && !IsURI(s):
		in.wrong(RuleURI)
	case r.form == decimal && !isDecimal(s):
		in.wrong(RuleNumber)
	case r.form == language && !languageTag.MatchString(s):
		in.wrong(RuleVocabulary)
	case r.form == compact && !isCompactToken(s):
		in.wrong(RuleText)
	case r.form == civil:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			in.wrong(RuleDate)
		}
	case r.form == date:
		if _, err := ParseTime(s); err != nil {
			in.wrong(RuleDate)
		}
	case r.words != nil && !slices.Contains(r.words, s) && (!r.ext || !extensionWord.MatchString(s)):
		in.wrong(RuleVocabulary)
	}
}

// Forms of texts. The language tags are those that the OB 3.0 schema takes of BCP 47.
var (
	languageTag   = regexp.MustCompile(`^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)
	extensionWord = regexp.MustCompile(`^ext:[A-Za-z0-9._|-]+$`)
)

// period refuses a validity that ends before it starts.
func (in *inspector) period(doc *Node) {
	start, end := Validity(doc)
	from, err1 := ParseTime(start)
	until, err2 := ParseTime(end)
	if err1 == nil && err2 == nil && until.Before(from) {
		in.wrongAt(in.scope.then(CredentialClass(doc), "validUntil"), RulePeriod)
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

// Characters of ASCII that stand in the forms below.
var (
	outsideURI = chars(func(c byte) bool { return c <= ' ' || c == 0x7f || strings.IndexByte("<>\"{}|\\^`", c) >= 0 })
	letters    = chars(func(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' })
	inScheme   = chars(func(c byte) bool { return letters[c] || c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.' })
	inToken    = chars(func(c byte) bool { return letters[c] || c >= '0' && c <= '9' || c == '-' || c == '_' })
)

func chars(is func(byte) bool) (t [256]bool) {
	for c := range t {
		t[c] = c < utf8.RuneSelf && is(byte(c))
	}
	return t
}

// IsURI tells whether s is an absolute IRI: a scheme, a colon, and something
// without spaces, control characters or the delimiters that RFC 3987 keeps out.
func IsURI(s string) bool {
	colon := strings.IndexByte(s, ':')
	if colon <= 0 || colon == len(s)-1 || !letters[s[0]] {
		return false
	}
	for i := range len(s) {
		if outsideURI[s[i]] || i < colon && !inScheme[s[i]] {
			return false
		}
	}
	return true
}

// isCompactToken tells whether s is a compact JWS: three parts of base64url
// without line breaks (RFC 7515 §3.1).
func isCompactToken(s string) bool {
	dots, length := 0, 0 // length is that of the present part
	for i := range len(s) {
		switch {
		case inToken[s[i]]:
			length++
		case s[i] == '.' && length > 0:
			dots, length = dots+1, 0
		default:
			return false
		}
	}
	return dots == 2 && length > 0
}

// isDecimal tells whether s is a number as everybody writes it: with a zero in
// front some readers would take it for octal.
func isDecimal(s string) bool {
	return s != "" && len(s) <= 10 && (s[0] != '0' || s == "0") &&
		!strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' })
}
