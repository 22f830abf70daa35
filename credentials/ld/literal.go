package ld

import (
	"math"
	"strconv"
	"strings"

	"laurel/credentials"
)

// IRIs that statements need beside those of the vocabularies, as N-Quads writes them.
const (
	rdfType  = "<" + rdf + "type>"
	rdfFirst = "<" + rdf + "first>"
	rdfRest  = "<" + rdf + "rest>"
	rdfNil   = "<" + rdf + "nil>"

	typeBoolean = "^^<" + xsd + "boolean>"
	typeInteger = "^^<" + xsd + "integer>"
	typeDouble  = "^^<" + xsd + "double>"
	typeString  = "^^<" + xsd + "string>"
	typeJSON    = "^^<" + rdf + "JSON>"
)

// scalar gives a string, number or boolean as a term (JSON-LD 1.1 API §5.3.2 and §8.2.2).
func (x *expander) scalar(act *active, v *credentials.Node, means *meaning) (term, error) {
	if v.Kind() == credentials.String && (means.typ == "@id" || means.typ == "@vocab") {
		return x.reference(act, v.Text(), means.typ == "@vocab")
	}
	return x.literal(v, means.datatype)
}

// literal gives a value with its datatype; "" stands for the type's own.
func (x *expander) literal(v *credentials.Node, datatype string) (term, error) {
	var text, own string
	switch v.Kind() {
	case credentials.String:
		return x.text(v.Text(), datatype)
	case credentials.Number:
		var err error
		if text, own, err = x.number(v, datatype == typeDouble); err != nil {
			return term{}, err
		}
		if datatype == "" {
			datatype = own
		}
	case credentials.Bool:
		text = strconv.FormatBool(v.True())
		if datatype == "" {
			datatype = typeBoolean
		}
	case credentials.Missing, credentials.Null, credentials.Array, credentials.Object:
		return term{}, x.fail(CodeNotCarried, "this must be a string, a number or a boolean")
	}
	return x.text(text, datatype)
}

// text gives a string as a literal; tail is its datatype or language.
func (x *expander) text(s, tail string) (term, error) {
	if hasNoncharacter(s) {
		return term{}, x.fail(CodeNotCarried, "this text has a character that is none (U+FFFE or U+FFFF)")
	}
	if tail == typeString {
		tail = "" // it goes without saying
	}
	buf := appendLiteral(make([]byte, 0, len(s)+len(tail)+8), s)
	return term{text: string(append(buf, tail...))}, nil
}

// hasNoncharacter finds U+FFFE and U+FFFF, which canonicalizers are known to write in different ways.
func hasNoncharacter(s string) bool {
	return strings.Contains(s, "\xef\xbf") && strings.ContainsAny(s, "\ufffe\uffff")
}

// maxExact is the range in which every integer is a double of its own.
const maxExact = 1 << 53

// number gives a number in canonical form and the datatype that this has
// (JSON-LD 1.1 API §8.2.2 steps 9 to 11): an integer without exponent, or a
// double with at most 16 digits. A number that this form does not hold exactly is refused.
func (x *expander) number(v *credentials.Node, double bool) (text, datatype string, err error) {
	if _, err := v.AppendJCS(nil); err != nil {
		return "", "", x.fail(CodeNotCarried, "this number cannot be carried exactly")
	}
	f, err := strconv.ParseFloat(v.Literal(), 64)
	if err != nil {
		return "", "", x.fail(CodeNotCarried, "this number cannot be carried exactly")
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e21 && !double {
		if math.Abs(f) > maxExact {
			return "", "", x.fail(CodeNotCarried, "this number is too large to be carried exactly")
		}
		return strconv.FormatInt(int64(f), 10), typeInteger, nil
	}
	text = canonicalDouble(f)
	if back, err := strconv.ParseFloat(text, 64); err != nil || back != f {
		return "", "", x.fail(CodeNotCarried, "this number has too many digits to be carried exactly")
	}
	return text, typeDouble, nil
}

// canonicalDouble writes a double with one digit before the point (XML Schema
// 1.1 part 2, E.1, rounded to 16 digits).
func canonicalDouble(f float64) string {
	if f == 0 {
		return "0.0E0"
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', 15, 64), "E")
	mantissa = strings.TrimRight(mantissa, "0")
	if strings.HasSuffix(mantissa, ".") {
		mantissa += "0"
	}
	n, _ := strconv.Atoi(exponent) // it was written by FormatFloat
	return mantissa + "E" + strconv.Itoa(n)
}

// json gives any value as a JSON literal (JSON-LD 1.1 §4.2.2; RFC 8785).
func (x *expander) json(v *credentials.Node) (term, error) {
	text, err := v.AppendJCS(nil)
	if err != nil {
		return term{}, x.fail(CodeNotCarried, "a number inside cannot be carried exactly")
	}
	return x.text(string(text), typeJSON)
}

// valueObject gives a value that is written with its language or datatype
// (JSON-LD 1.1 §9.5). A direction has no statement to carry it.
func (x *expander) valueObject(act *active, v *credentials.Node) (term, error) {
	for _, m := range v.Members() {
		switch m.Name {
		case "@value", "@language", "@type":
		default:
			x.enter(m.Name)
			return term{}, x.fail(CodeNotCarried, "statements have no place for this member of a value")
		}
	}
	value, language, datatype := v.Get("@value"), v.Get("@language"), v.Get("@type")
	switch {
	case language != nil && datatype != nil:
		return term{}, x.fail(CodeNotCarried, "a value has a language or a type, not both")
	case language != nil:
		return x.inLanguage(value, language)
	case datatype.Text() == "@json":
		return x.json(value)
	case datatype == nil:
		return x.literal(value, "")
	}
	x.enter("@type")
	if datatype.Kind() != credentials.String {
		return term{}, x.fail(CodeNotCarried, "a type is a string")
	}
	t, ok := typeTerm(act, datatype.Text())
	if !ok {
		return term{}, x.fail(CodeUndefined, "no context defines this type")
	}
	x.leave()
	return x.literal(value, "^^"+t.text)
}

// inLanguage gives a string with its language, which is written in lower case
// as other processors do.
func (x *expander) inLanguage(value, language *credentials.Node) (term, error) {
	if value.Kind() != credentials.String {
		return term{}, x.fail(CodeNotCarried, "only a string has a language")
	}
	if !isLanguage(language.Text()) {
		x.enter("@language")
		return term{}, x.fail(CodeNotCarried, "this is not a language tag")
	}
	return x.text(value.Text(), "@"+strings.ToLower(language.Text()))
}

// isLanguage tells whether s has the shape of a BCP 47 tag: words of one to
// eight letters and digits, the first of letters.
func isLanguage(s string) bool {
	for i, word := range strings.Split(s, "-") {
		bad := func(c rune) bool { return !isLetter(c) && (i == 0 || c < '0' || c > '9') }
		if word == "" || len(word) > 8 || strings.ContainsFunc(word, bad) {
			return false
		}
	}
	return true
}

func isLetter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isWord tells whether a name can stand behind a vocabulary's IRI: no keyword,
// no IRI of its own, nothing that an IRI cannot hold.
func isWord(name string) bool {
	return name != "" && name[0] != '@' && !strings.Contains(name, ":") &&
		isAbsolute("x:"+name) && !hasNoncharacter(name)
}
