package testkit

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contextFiles are the published contexts that our documents and keys need, by address.
var contextFiles = map[string]string{
	"https://www.w3.org/ns/credentials/v2":                        "credentials-v2.jsonld",
	"https://w3id.org/security/data-integrity/v2":                 "data-integrity-v2.jsonld",
	"https://w3id.org/security/multikey/v1":                       "multikey-v1.jsonld",
	"https://www.w3.org/ns/did/v1":                                "did-v1.jsonld",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json":  "ob-context-3.0.3.json",
	"https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "clr-context-2.0.1.json",
}

// Contexts are the published contexts that our documents need, by address, or the
// test skips: see [SharedData].
func Contexts(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	all := make(map[string]json.RawMessage, len(contextFiles))
	for address, file := range contextFiles {
		raw, err := os.ReadFile(SharedData(t, "contexts", file))
		if err != nil {
			t.Fatal(err)
		}
		all[address] = raw
	}
	return all
}

// SchemaFiles are the official JSON Schemas in [SharedData] by the class of document.
var SchemaFiles = map[string]string{
	"AchievementCredential": "schemas/ob_v3p0_achievementcredential_schema.json",
	"EndorsementCredential": "schemas/ob_v3p0_endorsementcredential_schema.json",
	"ClrCredential":         "schemas/clr_v2p0_clrcredential_schema.json",
}

// Schemas compiles the JSON Schemas that 1EdTech publishes, or the test skips. What
// it answers holds a document, as JSON, against the schema of its class.
func Schemas(t testing.TB) func(class string, document []byte) error {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	compiled := make(map[string]*jsonschema.Schema)
	for class, file := range SchemaFiles {
		raw, err := os.ReadFile(SharedData(t, file))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource(class+".json", doc); err != nil {
			t.Fatal(err)
		}
		if compiled[class], err = compiler.Compile(class + ".json"); err != nil {
			t.Fatal(err)
		}
	}
	return func(class string, document []byte) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
		if err != nil {
			return err
		}
		return compiled[class].Validate(value)
	}
}

// DIAnswer is what npm @digitalbazaar/vc says.
type DIAnswer struct {
	OK       bool            `json:"ok"`
	Error    string          `json:"error"`
	Document json.RawMessage `json:"document"`
	// Sign and Verify are nanoseconds each, of the act time.
	Sign   float64 `json:"sign"`
	Verify float64 `json:"verify"`
}

// DI asks npm @digitalbazaar/vc. question is the object that .ci/interop/di.mjs
// reads, without its documents: the contexts are given to it, and the documents
// named here, and it loads nothing else.
func DI(t testing.TB, question map[string]any, documents map[string][]byte) (answer DIAnswer) {
	t.Helper()
	known := Contexts(t)
	for address, raw := range documents {
		known[address] = raw
	}
	question["documents"] = known
	asked, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(Node(t, "di", asked), &answer); err != nil {
		t.Fatalf("reading the answer of npm @digitalbazaar/vc: %v", err)
	}
	return answer
}
