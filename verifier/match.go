package verifier

import (
	"slices"
	"strings"
	"unicode"

	"laurel/credentials"
)

// named compares what the reader typed, a name or an e-mail address, with the
// identities in the credential (OB 3.0 §8.1, recipient identification). It
// tells the reader something and takes nothing from the verdict: the credential
// is as genuine as it was. Nothing is looked up by a name.
func (r *run) named(doc *credentials.Node) {
	if r.ask.Name == "" {
		return
	}
	subject := doc.Get("credentialSubject")
	kind := credentials.KindName
	if strings.Contains(r.ask.Name, "@") {
		kind = credentials.KindEmail
	}
	outcome, code := Unknown, CodeNameNotTold
	for _, n := range subject.Get("identifier").List() {
		id := credentials.IdentityOf(n)
		switch {
		case id.Kind != kind:
		case id.Matches(kind, strings.TrimSpace(r.ask.Name)):
			r.add(Holder, Pass, CodeNameMatch)
			return
		case kind == credentials.KindName && !id.Hashed && sameName(id.Hash, r.ask.Name):
			outcome, code = Pass, CodeNameMatch
		case kind == credentials.KindName && !id.Hashed && otherForm(id.Hash, r.ask.Name):
			outcome, code = Pass, CodeNameOtherForm
		case outcome == Unknown:
			outcome, code = Fail, CodeNameDiffers
		}
	}
	r.add(Holder, outcome, code)
}

// sameName tells whether two names are the same but for capitals, accents,
// punctuation and white space.
func sameName(a, b string) bool { return slices.Equal(nameWords(a), nameWords(b)) }

// otherForm tells whether two names may be forms of one: the same words in
// another order, or one with middle names, or initials, that the other leaves
// out. First and last word must be among the other's.
func otherForm(a, b string) bool {
	short, long := nameWords(a), nameWords(b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 2 {
		return false
	}
	full := 0
	for _, word := range short {
		if slices.Contains(long, word) {
			full++
			continue
		}
		if !slices.ContainsFunc(long, func(other string) bool { return abbreviates(word, other) || abbreviates(other, word) }) {
			return false
		}
	}
	return full >= 2 || full == 1 && len(short) == 2 && len(long) == 2
}

// abbreviates tells whether a word is the initial of another.
func abbreviates(initial, word string) bool {
	return len([]rune(initial)) == 1 && strings.HasPrefix(word, initial)
}

// nameWords are the words of a name in small letters, without accents. Letters
// of other scripts stay as they are.
func nameWords(name string) []string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch plain, accented := plainLetters[c]; {
		case accented:
			b.WriteString(plain)
		case unicode.Is(unicode.Mn, c), c == '\'', c == '’', c == '.':
		case unicode.IsLetter(c), unicode.IsDigit(c), unicode.Is(unicode.Mc, c):
			b.WriteRune(c)
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Fields(b.String())
}

// plainLetters are Latin letters without their accents.
var plainLetters = func() map[rune]string {
	m := make(map[rune]string)
	for plain, accented := range map[string]string{
		"a": "àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħ",
		"i": "ìíîïĩīĭįıǐịỉ", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŉŋ", "o": "òóôõöøōŏőǒọỏốồổỗộơớờởỡợ", "r": "ŕŗř",
		"s": "śŝşšș", "t": "ţťŧț", "u": "ùúûüũūŭůűųǔụủưứừửữự", "w": "ŵ", "y": "ýÿŷỳỵỷỹ", "z": "źżž",
		"ae": "æ", "oe": "œ", "ss": "ß", "th": "þ",
	} {
		for _, c := range accented {
			m[c] = plain
		}
	}
	return m
}()
