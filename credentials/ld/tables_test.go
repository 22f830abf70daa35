package ld

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// published are the files of the contexts as their makers publish them.
var published = map[string]string{
	"https://www.w3.org/2018/credentials/v1":               "contexts/credentials-v1.jsonld",
	"https://www.w3.org/ns/credentials/v2":                 "vectors/contexts/credentials-v2.jsonld",
	"https://www.w3.org/ns/credentials/status/v1":          "contexts/vc-bitstring-status-list-v1.jsonld",
	"https://w3id.org/vc/status-list/2021/v1":              "testdata/status-list-2021.json", // not published among the data; written from its report
	"https://www.w3.org/ns/credentials/undefined-terms/v2": "vectors/contexts/undefined-terms-v2.jsonld",
	"https://www.w3.org/ns/credentials/examples/v2":        "vectors/contexts/credentials-examples-v2.jsonld",
	"https://www.w3.org/ns/did/v1":                         "contexts/did-v1.jsonld",
	"https://w3id.org/security/data-integrity/v1":          "contexts/data-integrity-v1.jsonld",
	"https://w3id.org/security/data-integrity/v2":          "contexts/data-integrity-v2.jsonld",
	"https://w3id.org/security/multikey/v1":                "contexts/multikey-v1.jsonld",
	"https://w3id.org/security/suites/ed25519-2020/v1":     "contexts/ed25519-signature-2020-v1.jsonld",
	addressOB + "context.json":                             "contexts/ob-context.json",
	addressOB + "context-3.0.1.json":                       "contexts/ob-context-3.0.1.json",
	addressOB + "context-3.0.2.json":                       "contexts/ob-context-3.0.2.json",
	addressOB + "context-3.0.3.json":                       "contexts/ob-context-3.0.3.validator-copy.json",
	addressOB + "extensions.json":                          "contexts/ob-extensions.json",
	addressCLR + "context.json":                            "contexts/clr-context.json",
	addressCLR + "context-2.0.1.json":                      "contexts/clr-context-2.0.1.json",
}

// TestTablesArePublished holds every table to the published context, entry by entry.
func TestTablesArePublished(t *testing.T) {
	t.Parallel()
	if len(pinned) != len(published) {
		t.Errorf("%d contexts are pinned, %d are compared", len(pinned), len(published))
	}
	for address, file := range published {
		compareTable(t, address, pinnedAs(address, Newest), file)
	}
	compareTable(t, "3.0.3 of 2025", pinnedAs(addressOB+"context-3.0.3.json", Earlier), "contexts/ob-context-3.0.3.json")
}

func compareTable(t *testing.T, name string, got *vocabulary, file string) {
	t.Helper()
	if !strings.HasPrefix(file, "testdata/") {
		file = testkit.SharedData(t, file)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Context any `json:"@context"`
	}
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	want := asTable(t, document.Context)
	if reflect.DeepEqual(got, want) {
		return
	}
	t.Errorf("%s differs from what is published", name)
	for term := range want.terms {
		if !reflect.DeepEqual(got.terms[term], want.terms[term]) {
			t.Errorf("%s: %s is %+v, want %+v", name, term, got.terms[term], want.terms[term])
		}
	}
}

// asTable reads a published context; what it does not expect fails the test.
func asTable(t *testing.T, context any) *vocabulary {
	t.Helper()
	members, ok := context.(map[string]any)
	if !ok {
		t.Fatalf("context is %T", context)
	}
	v := &vocabulary{}
	for name, value := range members {
		switch name {
		case "@version":
			v.version = value == 1.1
		case "@protected":
			v.protected = value == true
		case "@vocab":
			v.vocab = value.(string)
		default:
			if v.terms == nil {
				v.terms = terms{}
			}
			v.terms[name] = asEntry(t, value)
			if id := v.terms[name].id; id[0] == '@' && "@"+name != id {
				t.Errorf("%s is a second name of %s, which is read only once", name, id)
			}
		}
	}
	return v
}

func asEntry(t *testing.T, value any) entry {
	t.Helper()
	if id, ok := value.(string); ok {
		return entry{id: id, plain: true}
	}
	var e entry
	for name, value := range value.(map[string]any) {
		switch name {
		case "@id":
			e.id = value.(string)
		case "@type":
			e.typ = value.(string)
		case "@container":
			e.container = map[string]container{"@set": inSet, "@list": inList, "@graph": inGraph}[value.(string)]
			if e.container == inNone {
				t.Errorf("container %v", value)
			}
		case "@context":
			if e.forget = value == nil; !e.forget {
				e.scope = asTable(t, value)
			}
		default:
			t.Errorf("an entry has %s", name)
		}
	}
	return e
}
