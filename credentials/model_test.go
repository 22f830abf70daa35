package credentials_test

import (
	"slices"
	"strings"
	"testing"

	"laurel/credentials"
)

// anyCredential is a credential of no profile.
const anyCredential = `{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:x:1","type":["VerifiableCredential"],"issuer":"did:web:a.example",` +
	`"validFrom":"2026-06-12T10:00:00Z","credentialSubject":{"id":"urn:x:2","name":"A"}}`

const anyPresentation = `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"holder":"did:web:a.example","verifiableCredential":[{}]}`

// TestModel holds the rules of the data model that every document keeps.
func TestModel(t *testing.T) {
	t.Parallel()
	inspect := map[string]func(*credentials.Node) []credentials.Problem{anyCredential: credentials.InspectModel, anyPresentation: credentials.InspectPresentation}
	for _, tt := range []struct {
		name, text, from, to, pointer string
		rule                          credentials.Rule
	}{
		{"credential", anyCredential, "", "", "", ""},
		{"no context", anyCredential, `"https://www.w3.org/ns/credentials/v2"`, "", "/@context", credentials.RuleOrder},
		{"no type", anyCredential, `"VerifiableCredential"`, `"Thing"`, "/type", credentials.RuleType},
		{"no issuer", anyCredential, `"issuer":"did:web:a.example",`, "", "/issuer", credentials.RuleRequired},
		{"issuer without an id", anyCredential, `"did:web:a.example"`, `{"name":"x"}`, "/issuer/id", credentials.RuleRequired},
		{"a name for an id", anyCredential, `"urn:x:1"`, `"one"`, "/id", credentials.RuleURI},
		{"nobody in it", anyCredential, `{"id":"urn:x:2","name":"A"}`, `[]`, "/credentialSubject", credentials.RuleRequired},
		{"an empty subject", anyCredential, `{"id":"urn:x:2","name":"A"}`, `{}`, "/credentialSubject", credentials.RuleObject},
		{"a date without an offset", anyCredential, "10:00:00Z", "10:00:00", "/validFrom", credentials.RuleDate},
		{"ends before it begins", anyCredential, `"credentialSubject"`, `"validUntil":"2026-06-11T10:00:00Z","credentialSubject"`, "/validUntil", credentials.RulePeriod},
		{"older, without its date", anyCredential, "https://www.w3.org/ns/credentials/v2", credentials.ContextVC11, "/issuanceDate", credentials.RuleRequired},
		{"a status without a type", anyCredential, `"credentialSubject"`, `"credentialStatus":{"id":"urn:x:3"},"credentialSubject"`, "/credentialStatus", credentials.RuleType},
		{"a name that is no text", anyCredential, `"credentialSubject"`, `"name":7,"credentialSubject"`, "/name", credentials.RuleText},
		{"presentation", anyPresentation, "", "", "", ""},
		{"holder is no address", anyPresentation, "did:web:a.example", "me", "/holder", credentials.RuleURI},
		{"a token as it is", anyPresentation, "[{}]", `["a.b.c"]`, "/verifiableCredential/0", credentials.RuleObject},
		{"a proof without a type", anyPresentation, `"verifiableCredential"`, `"proof":{},"verifiableCredential"`, "/proof", credentials.RuleType},
	} {
		changed := strings.Replace(tt.text, tt.from, tt.to, 1)
		got := inspect[tt.text](node(t, changed))
		want := credentials.Problem{Code: credentials.CodeSchemaViolation, Pointer: tt.pointer, Rule: tt.rule}
		switch {
		case tt.rule == "" && len(got) > 0:
			t.Errorf("%s: got %v, want nothing wrong", tt.name, got)
		case tt.rule != "" && (changed == tt.text || !slices.Contains(got, want)):
			t.Errorf("%s: got %v, want %v", tt.name, got, want)
		}
	}
	older := strings.Replace(strings.Replace(anyPresentation, "https://www.w3.org/ns/credentials/v2", credentials.ContextVC11, 1), "[{}]", `["a.b.c"]`, 1)
	if got := credentials.InspectPresentation(node(t, older)); len(got) > 0 {
		t.Errorf("a token in an older presentation: got %v", got)
	}
}

// TestOpenEnvelope: an envelope holds its token, and says nothing beside it.
func TestOpenEnvelope(t *testing.T) {
	t.Parallel()
	const good = `{"@context":"https://www.w3.org/ns/credentials/v2","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,a.b.c"}`
	if media, token, ok := credentials.OpenEnvelope(node(t, good)); !ok || media != "application/vc+jwt" || token != "a.b.c" {
		t.Errorf("got %q %q %t", media, token, ok)
	}
	for name, change := range map[string][2]string{
		"more is said":     {`"type"`, `"name":"x","type"`},
		"two types":        {`"EnvelopedVerifiableCredential"`, `["EnvelopedVerifiableCredential","VerifiableCredential"]`},
		"another context":  {"credentials/v2", "credentials/examples/v2"},
		"no data: address": {"data:", "https:"},
		"no token":         {"a.b.c", ""},
	} {
		if _, _, ok := credentials.OpenEnvelope(node(t, strings.Replace(good, change[0], change[1], 1))); ok {
			t.Errorf("%s: it is opened", name)
		}
	}
}

// TestMissingClaims: what OB 3.0 asks for beside the credential, if there is something to repeat.
func TestMissingClaims(t *testing.T) {
	t.Parallel()
	doc := node(t, anyCredential)
	if got := credentials.MissingClaims(node(t, `{"iss":"did:web:a.example","jti":"urn:x:1"}`), doc); !slices.Equal(got, []string{"nbf", "sub"}) {
		t.Errorf("got %v", got)
	}
	if got := credentials.MissingClaims(node(t, `{}`), node(t, `{"issuer":"did:web:a.example"}`)); !slices.Equal(got, []string{"iss"}) {
		t.Errorf("got %v", got)
	}
}
