package api_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"laurel/api"
	"laurel/internal/testkit"
)

// joseVector reads one file of the VC-JOSE-COSE suite.
func joseVector(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(testkit.SharedData(t, "vectors", "vc-jose-cose", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestJOSEVerifyVectors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ file, key, feature, want string }{
		{"credential-jose-minimal", "p256", "credential_jose", "success"},
		{"presentation-jose-multiple", "p384", "presentation_jose", "success"},
		{"credential-issuer-match-signed", "ed25519", "credential_jose", "success"},
		{"credential-jose-unknown-extensions", "p521", "credential_jose", "success"},
		{"credential-jose-unknown-extensions", "ed25519", "credential_jose", "failure"},
		{"credential-jose-bad-signature", "ed25519", "credential_jose", "failure"},
		{"credential-jose-bad-media-type", "ed25519", "credential_jose", "failure"},
		{"presentation-jose-bad-media-type", "ed25519", "presentation_jose", "failure"},
		{"credential-jose-vc-vp-claims", "ed25519", "credential_jose", "failure"},
		{"presentation-jose-bad-credential", "ed25519", "presentation_jose", "failure"},
		{"credential-sdjwt-selective", "p384", "credential_sdjwt", "success"},
		{"credential-sdjwt-nested", "p521", "credential_sdjwt", "success"},
		{"presentation-sdjwt-selective", "p384", "presentation_sdjwt", "success"},
		{"credential-sdjwt-bad-signature", "p384", "credential_sdjwt", "failure"},
		{"credential-sdjwt-bad-media-type", "ed25519", "credential_sdjwt", "failure"},
		{"presentation-sdjwt-bad-media-type", "ed25519", "presentation_sdjwt", "failure"},
		{"presentation-sdjwt-bad-credential", "p521", "presentation_sdjwt", "failure"},
		{"credential-cose-minimal", "p256", "credential_cose", "indeterminate"},
	} {
		t.Run(tt.file+" "+tt.key, func(t *testing.T) {
			t.Parallel()
			got := api.JOSEVerify(t.Context(), api.JOSERequest{
				Input: joseVector(t, tt.file+".txt"), Key: joseVector(t, "vm-"+tt.key+".json"), Feature: tt.feature,
			})
			if got.Result != tt.want {
				t.Errorf("got %+v, want %s", got, tt.want)
			}
		})
	}
}

func TestJOSEIssueVectors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		file, key, feature, sd, want string
		verifies                     bool
	}{
		{"credential-minimal", "p256", "credential_jose", "", "success", true},
		{"credential-full", "p384", "credential_jose", "", "success", true},
		{"credential-full", "ed25519", "credential_jose", "", "success", true},
		{"presentation-single", "p256", "presentation_jose", "", "success", false}, // what it envelops is no token
		{"presentation-multiple", "p521", "presentation_jose", "", "success", true},
		{"credential-unknown-extensions", "p521", "credential_jose", "", "failure", false},
		{"credential-selective", "p384", "credential_sdjwt", `["credentialSubject.firstName","credentialSubject.lastName"]`, "success", true},
		{
			"credential-nested-selective", "p521", "credential_sdjwt",
			`["credentialSubject.address.street","credentialSubject.address.city","credentialSubject.phoneNumbers[0]"]`, "success", true,
		},
		{"presentation-selective", "p384", "presentation_sdjwt", `["holder","verifiableCredential[0]"]`, "success", true},
		{"credential-selective", "p384", "credential_sdjwt", `["credentialSubject.nothing"]`, "failure", false},
		{"credential-minimal", "p256", "credential_cose", "", "indeterminate", false},
	} {
		t.Run(tt.file+" "+tt.key+" "+tt.feature, func(t *testing.T) {
			t.Parallel()
			key := joseVector(t, "vm-"+tt.key+".json")
			got := api.JOSEIssue(t.Context(), &steadyNoise{}, api.JOSERequest{
				Input: joseVector(t, tt.file+".json"), Key: key, Feature: tt.feature, Disclose: []byte(tt.sd),
			})
			if got.Result != tt.want {
				t.Fatalf("got %+v, want %s", got, tt.want)
			}
			if strings.Count(got.Data, "~") != 0 && strings.Count(got.Data, "~") != strings.Count(tt.sd, ",")+2 {
				t.Errorf("disclosures: %s", got.Data)
			}
			if !tt.verifies {
				return
			}
			written, err := json.Marshal(got) // what the command writes is what it reads
			if err != nil {
				t.Fatal(err)
			}
			if again := api.JOSEVerify(t.Context(), api.JOSERequest{Input: written, Key: key, Feature: tt.feature}); again.Result != "success" {
				t.Errorf("verifying what was signed: %+v", again)
			}
			other := joseVector(t, "vm-p256.json")
			if tt.key == "p256" {
				other = joseVector(t, "vm-p384.json")
			}
			if again := api.JOSEVerify(t.Context(), api.JOSERequest{Input: written, Key: other, Feature: tt.feature}); again.Result != "failure" {
				t.Errorf("verifying with another key: %+v", again)
			}
		})
	}
}
