package ld_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/ld"
)

const (
	contextVC = `"https://www.w3.org/ns/credentials/v2"`
	contextOB = `"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"`
)

// badge is a small credential with more members at its end.
func badge(more string) string {
	return `{"@context":[` + contextVC + `,` + contextOB + `],"id":"urn:x:1","type":["VerifiableCredential",` +
		`"AchievementCredential"],"issuer":"https://school.example/"` + more + `}`
}

// TestRefusals names the place and the reason of every loss.
func TestRefusals(t *testing.T) {
	t.Parallel()
	only := func(contexts, rest string) string { return `{"@context":` + contexts + rest + `}` }
	for _, v := range []struct{ name, doc, code, pointer string }{
		{"undefined member", badge(`,"color":"red"`), ld.CodeUndefined, "/color"},
		{"undefined member below", badge(`,"credentialSubject":{"type":"AchievementSubject","achievement":[{"id":"urn:a","x/y":1}]}`), ld.CodeUndefined, "/credentialSubject/achievement/0/x~1y"},
		{"no context", `{"id":"urn:x:1","type":"VerifiableCredential"}`, ld.CodeUndefined, "/id"},
		{"undefined type", badge(`,"credentialSubject":{"id":"urn:s","type":["AchievementSubject","Pupil"]}`), ld.CodeUndefined, "/credentialSubject/type/1"},
		{"type that is a keyword of JSON-LD", only(`["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"]`, `,"type":"@json"`), ld.CodeUndefined, "/type"},
		{"empty type", only(`["https://www.w3.org/ns/credentials/v2","https://www.w3.org/ns/credentials/examples/v2"]`, `,"type":""`), ld.CodeUndefined, "/type"},
		{"list of types of a value", badge(`,"name":{"@value":"x","@type":["@json"]}`), ld.CodeNotCarried, "/name/@type"},
		{"type that is a keyword", badge(`,"credentialSubject":{"type":"id"}`), ld.CodeUndefined, "/credentialSubject/type"},
		{"member as an IRI", badge(`,"https://www.w3.org/2018/credentials#validUntil":"2030-01-01T00:00:00Z"`), ld.CodeUndefined, "/https:~1~1www.w3.org~12018~1credentials#validUntil"},
		{"member as a keyword", badge(`,"@id":"urn:x:1"`), ld.CodeUndefined, "/@id"},
		{"member as an IRI where all words mean something", only(`["https://www.w3.org/ns/credentials/examples/v2"]`, `,"https://schema.org/name":"a"`), ld.CodeUndefined, "/https:~1~1schema.org~1name"},
		{"a graph keyword", badge(`,"@graph":[]`), ld.CodeUndefined, "/@graph"},
		{"relative id", badge(`,"credentialSubject":{"id":"amara"}`), ld.CodeRelative, "/credentialSubject/id"},
		{"relative reference", strings.Replace(badge(""), "https://school.example/", "school", 1), ld.CodeRelative, "/issuer"},
		{"blank node id", badge(`,"credentialSubject":{"id":"_:b0"}`), ld.CodeRelative, "/credentialSubject/id"},
		{"id with a space", badge(`,"credentialSubject":{"id":"urn:a b"}`), ld.CodeRelative, "/credentialSubject/id"},
		{"empty id", badge(`,"credentialSubject":{"id":""}`), ld.CodeRelative, "/credentialSubject/id"},
		{"id is no string", badge(`,"credentialSubject":{"id":["urn:a"]}`), ld.CodeRelative, "/credentialSubject/id"},
		{"id that is a keyword's alias", badge(`,"credentialSubject":{"id":"type"}`), ld.CodeRelative, "/credentialSubject/id"},
		{"unknown context", only(`"https://school.example/context"`, ``), ld.CodeContext, "/@context"},
		{"unknown context in a list", only(`[`+contextVC+`,"https://school.example/context"]`, ``), ld.CodeContext, "/@context/1"},
		{"inline context", only(`[`+contextVC+`,{"color":"https://school.example/color"}]`, ``), ld.CodeContext, "/@context/1"},
		{"no context by null", badge(`,"credentialSubject":{"@context":null}`), ld.CodeContext, "/credentialSubject/@context"},
		{"protected term", only(`[`+contextVC+`,"https://w3id.org/security/data-integrity/v1"]`, `,"id":"urn:x"`), ld.CodeProtected, "/@context/1"},
		{"protected term of a version", only(`[`+contextVC+`,"https://www.w3.org/2018/credentials/v1"]`, `,"id":"urn:x"`), ld.CodeProtected, "/@context/1"},
		{"null", badge(`,"validUntil":null`), ld.CodeNotCarried, "/validUntil"},
		{"empty list", badge(`,"evidence":[]`), ld.CodeNotCarried, "/evidence"},
		{"list in a list", badge(`,"evidence":[[{"id":"urn:e"}]]`), ld.CodeNotCarried, "/evidence/0"},
		{"empty types", badge(`,"credentialSubject":{"type":[]}`), ld.CodeNotCarried, "/credentialSubject/type"},
		{"type is a number", badge(`,"credentialSubject":{"type":["AchievementSubject",1]}`), ld.CodeNotCarried, "/credentialSubject/type/1"},
		{"a value twice", badge(`,"name":["a","b","a"]`), ld.CodeNotCarried, "/name/2"},
		{"a value twice among many", badge(`,"name":["a","b","c","d","e","f","g","h","i","j","i"]`), ld.CodeNotCarried, "/name/10"},
		{"a number twice, written otherwise", badge(`,"name":[1,1.0]`), ld.CodeNotCarried, "/name/1"},
		{"an object twice", badge(`,"evidence":[{"id":"urn:e","type":"Evidence"},{"id":"urn:e","name":"x"}]`), ld.CodeNotCarried, "/evidence/1"},
		{"a type twice", badge(`,"credentialSubject":{"type":["AchievementSubject","AchievementSubject"]}`), ld.CodeNotCarried, "/credentialSubject/type/1"},
		{"direction", badge(`,"name":{"@value":"x","@language":"ar","@direction":"rtl"}`), ld.CodeNotCarried, "/name/@direction"},
		{"language and type", badge(`,"name":{"@value":"x","@language":"en","@type":"Image"}`), ld.CodeNotCarried, "/name"},
		{"language of a number", badge(`,"name":{"@value":1,"@language":"en"}`), ld.CodeNotCarried, "/name"},
		{"no language", badge(`,"name":{"@value":"x","@language":"not a tag"}`), ld.CodeNotCarried, "/name/@language"},
		{"value is an object", badge(`,"name":{"@value":{}}`), ld.CodeNotCarried, "/name"},
		{"undefined type of a value", badge(`,"name":{"@value":"x","@type":"Colour"}`), ld.CodeUndefined, "/name/@type"},
		{"noncharacter", badge(`,"name":"a\uffff"`), ld.CodeNotCarried, "/name"},
		{"number too long", badge(`,"name":0.30000000000000004`), ld.CodeNotCarried, "/name"},
		{"number rounded", badge(`,"name":3.14159265358979323846`), ld.CodeNotCarried, "/name"},
		{"number too large", badge(`,"name":9007199254740994`), ld.CodeNotCarried, "/name"},
		{"number out of range", badge(`,"name":1e999`), ld.CodeNotCarried, "/name"},
		{"proof is a string", badge(`,"proof":"urn:p"`), ld.CodeNotCarried, "/proof"},
		{"proof is a value", badge(`,"proof":{"@value":"urn:p"}`), ld.CodeNotCarried, "/proof"},
		{"proof is an id alone", badge(`,"proof":{"id":"urn:p"}`), ld.CodeNotCarried, "/proof"},
		{"nothing said", only(contextVC, `,"id":"urn:x"`), ld.CodeNotCarried, ""},
		{"no object", `[1]`, ld.CodeNotCarried, ""},
		{"many contexts", only("["+strings.Repeat(contextVC+",", 40)+contextVC+"]", ``), ld.CodeComplex, "/@context"},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			_, err := ld.Canonical(t.Context(), parse(t, v.doc), ld.SHA256)
			e, ok := errors.AsType[*ld.Error](err)
			if !ok || e.Code != v.code || e.Pointer != v.pointer {
				t.Errorf("got %v, want %s at %q", err, v.code, v.pointer)
			}
		})
	}
}

// TestValues gives each kind of value its canonical form.
func TestValues(t *testing.T) {
	t.Parallel()
	const xsd = "http://www.w3.org/2001/XMLSchema#"
	for _, v := range []struct{ json, want string }{
		{`"a\u0000\u0008\u007f\"\\\n"`, `"a\u0000\b\u007F\"\\\n"`},
		{`"Zoë 🎓"`, `"Zoë 🎓"`},
		{`1`, `"1"^^<` + xsd + `integer>`},
		{`1.0`, `"1"^^<` + xsd + `integer>`},
		{`-0`, `"0"^^<` + xsd + `integer>`},
		{`9007199254740992`, `"9007199254740992"^^<` + xsd + `integer>`},
		{`3.7`, `"3.7E0"^^<` + xsd + `double>`},
		{`-0.05`, `"-5.0E-2"^^<` + xsd + `double>`},
		{`1e21`, `"1.0E21"^^<` + xsd + `double>`},
		{`true`, `"true"^^<` + xsd + `boolean>`},
		{`{"@value":"Zeugnis","@language":"de-AT"}`, `"Zeugnis"@de-at`},
		{`{"@value":3,"@type":"` + xsd + `double"}`, `"3.0E0"^^<` + xsd + `double>`},
		{`{"@value":"x","@type":"` + xsd + `string"}`, `"x"`},
		{`{"@value":{"b":[1.50,null],"a":"é"},"@type":"@json"}`, `"{\"a\":\"é\",\"b\":[1.5,null]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>`},
	} {
		out, err := ld.Canonical(t.Context(), parse(t, badge(`,"name":`+v.json)), ld.SHA256)
		if err != nil {
			t.Errorf("%s: %v", v.json, err)
		}
		if want := "<urn:x:1> <https://schema.org/name> " + v.want + " .\n"; !strings.Contains(string(out), want) {
			t.Errorf("%s: got\n%s\nwant in it\n%s", v.json, out, want)
		}
	}
}

// TestEditions tells the two published states of the 3.0.3 context apart.
func TestEditions(t *testing.T) {
	t.Parallel()
	doc := parse(t, badge(`,"endorsementJwt":["a.b.c"]`))
	if _, err := (ld.Options{}).Canonical(t.Context(), doc); err != nil {
		t.Error(err)
	}
	_, err := ld.Options{Edition: ld.Earlier}.Canonical(t.Context(), doc)
	if got := codeOf(t, err); got != ld.CodeUndefined {
		t.Errorf("got %q, want %q", got, ld.CodeUndefined)
	}
}

// crowd is a document of n equal nodes without an id.
func crowd(n int) string { return badge(`,"evidence":[` + repeat(`{"type":"Evidence"}`, n) + `]`) }

// class is a document of n equal nodes, each with two nodes of its own.
func class(n int) string { return badge(`,"credentialSubject":[` + repeat(pupil, n) + `]`) }

func repeat(value string, n int) string { return strings.TrimSuffix(strings.Repeat(value+",", n), ",") }

// pupil has two equal results and no id.
const pupil = `{"type":"AchievementSubject","result":[{"type":"Result"},{"type":"Result"}]}`

// TestBudget ends what takes too much work, quickly and with a reason.
func TestBudget(t *testing.T) {
	t.Parallel()
	many := make([]string, 0, 60_000)
	for i := range 60_000 {
		many = append(many, strconv.Itoa(i))
	}
	for _, v := range []struct {
		name, doc string
		budget    ld.Budget
	}{
		{"equal nodes", class(1_500), ld.Budget{}},
		{"nodes without an id", crowd(6_000), ld.Budget{}},
		{"statements", badge(`,"name":[` + strings.Join(many, ",") + `]`), ld.Budget{}},
		{"a long id", `{"@context":` + contextVC + `,"id":"urn:` + strings.Repeat("x", 600_000) + `","name":[` + strings.Join(many[:50], ",") + `]}`, ld.Budget{}},
		{"few calls", class(3), ld.Budget{NDegreeCalls: 1}},
		{"few orders", class(2), ld.Budget{Permutations: 1}},
		{"no time", crowd(1_000), ld.Budget{Time: time.Nanosecond}},
	} {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			_, err := ld.Options{Budget: v.budget}.Canonical(t.Context(), parse(t, v.doc))
			if got := codeOf(t, err); got != ld.CodeComplex {
				t.Errorf("got %v, want %s", err, ld.CodeComplex)
			}
		})
	}
	for _, doc := range []string{crowd(4_000), class(60)} {
		if _, err := ld.Canonical(t.Context(), parse(t, doc), ld.SHA256); err != nil {
			t.Errorf("equal nodes as an honest record may have them: %v", err)
		}
	}
}

// TestCanceled ends with the caller's own cause.
func TestCanceled(t *testing.T) {
	t.Parallel()
	gone := errors.New("the reader left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	_, err := ld.Canonical(ctx, parse(t, crowd(1_000)), ld.SHA256)
	if !errors.Is(err, gone) {
		t.Errorf("got %v, want %v", err, gone)
	}
}

// TestOrderDoesNotMatter gives equal forms for members and values in another order.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	a := parse(t, badge(`,"name":"A","evidence":[{"type":"Evidence","name":"1"},{"type":"Evidence","name":"2"}]`))
	b := a.Without("name", "evidence").With("evidence", credentials.ListOf(a.Get("evidence").Items()[1], a.Get("evidence").Items()[0])).
		With("name", credentials.TextOf("A"))
	one, err := ld.Canonical(t.Context(), a, ld.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	two, err := ld.Canonical(t.Context(), b, ld.SHA256)
	if err != nil || string(one) != string(two) {
		t.Errorf("got\n%s\nand\n%s (%v)", one, two, err)
	}
}
