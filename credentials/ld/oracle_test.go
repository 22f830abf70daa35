package ld_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	jsonld "github.com/piprate/json-gold/ld"

	"laurel/credentials"
	"laurel/internal/testkit"
)

// contextFiles are the published contexts under ../shared/data, by address.
var contextFiles = map[string]string{
	"https://www.w3.org/2018/credentials/v1":                      "contexts/credentials-v1.jsonld",
	"https://www.w3.org/ns/credentials/v2":                        "contexts/credentials-v2.jsonld",
	"https://www.w3.org/ns/credentials/status/v1":                 "contexts/vc-bitstring-status-list-v1.jsonld",
	"https://w3id.org/vc/status-list/2021/v1":                     ownStatusList2021,
	"https://www.w3.org/ns/credentials/undefined-terms/v2":        "vectors/contexts/undefined-terms-v2.jsonld",
	"https://www.w3.org/ns/credentials/examples/v2":               "vectors/contexts/credentials-examples-v2.jsonld",
	"https://www.w3.org/ns/did/v1":                                "contexts/did-v1.jsonld",
	"https://w3id.org/security/data-integrity/v1":                 "contexts/data-integrity-v1.jsonld",
	"https://w3id.org/security/data-integrity/v2":                 "contexts/data-integrity-v2.jsonld",
	"https://w3id.org/security/multikey/v1":                       "contexts/multikey-v1.jsonld",
	"https://w3id.org/security/suites/ed25519-2020/v1":            "contexts/ed25519-signature-2020-v1.jsonld",
	"https://purl.imsglobal.org/spec/ob/v3p0/context.json":        "contexts/ob-context.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json":  "contexts/ob-context-3.0.1.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json":  "contexts/ob-context-3.0.2.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json":  "contexts/ob-context-3.0.3.validator-copy.json",
	"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json":     "contexts/ob-extensions.json",
	"https://purl.imsglobal.org/spec/clr/v2p0/context.json":       "contexts/clr-context.json",
	"https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "contexts/clr-context-2.0.1.json",
}

// ownStatusList2021 is not among the published files: its terms are written down
// beside the tests, as the CCG report gives them.
const ownStatusList2021 = "testdata/status-list-2021.json"

// oracle canonicalizes with json-gold and the published contexts.
type oracle map[string]any

func newOracle(t testing.TB) oracle {
	t.Helper()
	o := oracle{}
	for address, file := range contextFiles {
		var context any
		if file != ownStatusList2021 {
			file = testkit.SharedData(t, file)
		}
		if err := json.Unmarshal([]byte(read(t, file)), &context); err != nil {
			t.Fatal(err)
		}
		o[address] = context
	}
	return o
}

// LoadDocument gives a context to json-gold.
func (o oracle) LoadDocument(address string) (*jsonld.RemoteDocument, error) {
	context, ok := o[address]
	if !ok {
		return nil, fmt.Errorf("no context %s", address)
	}
	return &jsonld.RemoteDocument{DocumentURL: address, Document: context}, nil
}

// options are those of a canonical form under RDFC-1.0 with SHA-256.
func (o oracle) options() *jsonld.JsonLdOptions {
	options := jsonld.NewJsonLdOptions("")
	options.DocumentLoader = o
	options.Algorithm = jsonld.AlgorithmURDNA2015
	options.Format = "application/n-quads"
	options.ProcessingMode = jsonld.JsonLd_1_1
	return options
}

// errPanic is an oracle that fell silent: json-gold panics on two JSON literals in one node.
var errPanic = errors.New("json-gold panicked")

func (o oracle) try(doc *credentials.Node) (form string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	var value any
	if err := json.Unmarshal(doc.AppendJSON(nil), &value); err != nil {
		return "", err
	}
	out, err := jsonld.NewJsonLdProcessor().Normalize(value, o.options())
	if err != nil {
		return "", err
	}
	return out.(string), nil
}

func (o oracle) canonical(t testing.TB, doc *credentials.Node) string {
	t.Helper()
	out, err := o.try(doc)
	if err != nil {
		t.Fatalf("json-gold: %v", err)
	}
	return out
}
