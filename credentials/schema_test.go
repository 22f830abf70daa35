package credentials_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"laurel/credentials"
	"laurel/internal/testkit"
)

// official are the JSON Schemas that 1EdTech publishes, or the test skips.
type official func(class string, document []byte) error

// fits holds a document against the schema of its class.
func fits(schemas official, doc *credentials.Node) error {
	return schemas(credentials.CredentialClass(doc), doc.AppendJSON(nil))
}

// TestDocumentsGolden holds every kind of document, with every member, against
// its golden file and the official schema.
func TestDocumentsGolden(t *testing.T) {
	t.Parallel()
	documents := map[string]document{
		"credential.full.json": full(t), "endorsement.json": endorsement(school), "clr.json": transcript(t),
	}
	payloads := make(map[string][]byte)
	for name, d := range documents {
		if err := d.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		payload, err := d.Payload()
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, payload)
		payloads[name] = payload
		if bytes.Contains(payload, []byte("null")) || bytes.Contains(payload, []byte("[]")) {
			t.Errorf("%s holds null or an empty list", name)
		}
	}
	schemas := official(testkit.Schemas(t))
	for name, payload := range payloads {
		doc := node(t, string(payload))
		if err := fits(schemas, doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := fits(schemas, doc.With("proof", proofOf)); err != nil {
			t.Errorf("%s, signed: %v", name, err)
		}
	}
}

// TestEveryMemberIsBuilt finds members of the official schemas that no document can have.
func TestEveryMemberIsBuilt(t *testing.T) {
	t.Parallel()
	built := make(map[string]bool)
	var walk func(n *credentials.Node)
	walk = func(n *credentials.Node) {
		for _, m := range n.Members() {
			built[m.Name] = true
			walk(m.Value)
		}
		for _, i := range n.Items() {
			walk(i)
		}
	}
	for _, d := range []document{full(t), endorsement(school), transcript(t)} {
		walk(tree(t, d))
	}
	// Of a proof, which is not built here; and a birth date, which is never signed.
	others := []string{"created", "cryptosuite", "challenge", "domain", "nonce", "proofPurpose", "proofValue", "verificationMethod", "proof", "dateOfBirth"}
	for class, file := range testkit.SchemaFiles {
		for name := range propertiesOf(t, file) {
			if !built[name] && !slices.Contains(others, name) {
				t.Errorf("%s: no document has %s", class, name)
			}
		}
	}
}

// propertiesOf lists the names of all properties in a schema.
func propertiesOf(t *testing.T, file string) map[string]bool {
	t.Helper()
	type class struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	var schema struct {
		class
		Defs map[string]class `json:"$defs"`
	}
	if err := json.Unmarshal(shared(t, file), &schema); err != nil {
		t.Fatal(err)
	}
	out := make(map[string]bool)
	for _, c := range append(slices.Collect(maps.Values(schema.Defs)), schema.class) {
		for name := range c.Properties {
			out[name] = true
		}
	}
	return out
}

// TestWhatMayBeSignedFitsTheSchema draws documents with members left out and
// texts changed: none that may be signed may break the official schema.
func TestWhatMayBeSignedFitsTheSchema(t *testing.T) {
	t.Parallel()
	schemas := official(testkit.Schemas(t))
	kinds := map[string]func() document{
		"credential":  func() document { return full(t) },
		"endorsement": func() document { return endorsement(school) },
		"record":      func() document { return transcript(t) },
	}
	for name, make := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn, issuable := 0, 0
			rapid.Check(t, func(rt *rapid.T) {
				d := make()
				// One number draws all: rapid prefers small ones, and too much would change.
				change(rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)), reflect.ValueOf(d).Elem())
				drawn++
				if d.Validate() != nil {
					return
				}
				issuable++
				if err := fits(schemas, tree(t, d)); err != nil {
					payload, _ := d.Payload()
					rt.Fatalf("%v\n%s", err, payload)
				}
			})
			if issuable*5 < drawn {
				t.Errorf("only %d of %d documents may be signed", issuable, drawn)
			}
		})
	}
}

// TestInspectRefusesWhatTheSchemaRefuses holds the tables against the standards' own examples.
func TestInspectRefusesWhatTheSchemaRefuses(t *testing.T) {
	t.Parallel()
	schemas := official(testkit.Schemas(t))
	files, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "fixtures"), "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := credentials.Parse(data)
		if err != nil || testkit.SchemaFiles[credentials.CredentialClass(doc)] == "" || doc.Get("@context").Has(credentials.ContextVC11) {
			continue // the schemas are those of VC 2.0
		}
		judged++
		if err := fits(schemas, doc); err != nil && len(credentials.Inspect(doc)) == 0 {
			t.Errorf("%s: got nothing wrong, the schema says %v", file, err)
		}
	}
	if judged < 25 {
		t.Errorf("got %d documents, want at least 25", judged)
	}
}

// needed are members that may be left out of somebody's document, but not of ours.
var needed = []string{"Kind", "Narrative", "Comment", "Identifiers", "Salt", "Level", "Status", "Value", "Levels", "Allowed", "Name", "Scales", "Hash"}

// texts are put where others were.
var texts = []string{"", " ", "é\u2028<&>", "ext:", "ext:x", "en", "EN-us", "https://x.example/", "2026", "https://bad address/"}

// change leaves out members that may be left out, and now and then writes another text.
func change(r *rand.Rand, v reflect.Value) {
	if v.Type() == reflect.TypeFor[credentials.Node]() {
		return
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() {
		change(r, v.Elem())
	}
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			change(r, v.Index(i))
		}
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for f, field := range v.Fields() {
		if !f.IsExported() {
			continue
		}
		tag := f.Tag.Get("json")
		optional := strings.Contains(tag, ",omit") && !slices.Contains(needed, f.Name) && !strings.HasPrefix(f.Name, "Required")
		switch {
		case optional && r.IntN(4) == 0:
			field.SetZero()
		case field.Kind() == reflect.String && r.IntN(300) == 0:
			field.SetString(texts[r.IntN(len(texts))])
		default:
			change(r, field)
		}
	}
}
