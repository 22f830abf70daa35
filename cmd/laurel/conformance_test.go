package main

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"laurel/internal/testkit"
)

// TestConformanceMount asks the calls of the suites over https, of a server
// that offers them, and finds none of them beside the pages.
func TestConformanceMount(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if code, _, stderr := command(t, "", "init", "--key-only", "--data", folder); code != 0 {
		t.Fatalf("init --key-only: %d: %s", code, stderr)
	}
	s := serve(t, "--data", folder, "--conformance", "--conformance-tls")
	found := regexp.MustCompile(`answered at (https://\S+) for (did:key:\S+)`).FindStringSubmatch(s.stdout.String())
	if found == nil {
		t.Fatalf("the address is not printed: %s", s.stdout)
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // the certificate is made for this one run
	}}
	post := func(url, body string) (int, map[string]json.RawMessage) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
		must(t, err)
		request.Header.Set("Content-Type", "application/json")
		response, err := client.Do(request)
		must(t, err)
		defer func() { _ = response.Body.Close() }()
		var out map[string]json.RawMessage
		_ = json.NewDecoder(response.Body).Decode(&out) // an error page is none
		return response.StatusCode, out
	}
	credential := `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"` + found[2] + `","credentialSubject":{"id":"did:example:holder"}}`
	code, out := post(found[1]+"/credentials/issue", `{"credential":`+credential+`,"options":{}}`)
	if code != http.StatusCreated {
		t.Fatalf("issuing: %d", code)
	}
	vc := string(out["verifiableCredential"])
	if code, _ := post(found[1]+"/credentials/verify", `{"verifiableCredential":`+vc+`,"options":{}}`); code != http.StatusOK {
		t.Errorf("verifying: %d", code)
	}
	if code, _ := post(found[1]+"/credentials/verify", `{"verifiableCredential":`+strings.Replace(vc, "holder", "other", 1)+`,"options":{}}`); code != http.StatusBadRequest {
		t.Errorf("verifying after a change: %d", code)
	}
	if code, _ := post("http://"+s.addr+"/credentials/issue", `{"credential":`+credential+`}`); code == http.StatusCreated {
		t.Error("the calls are answered beside the pages, too")
	}
	if code := s.stop(); code != 0 {
		t.Errorf("ended with %d: %s", code, s.stderr)
	}
}

// TestConformanceCommand signs and verifies files as the VC-JOSE-COSE suite does.
func TestConformanceCommand(t *testing.T) {
	t.Parallel()
	vectors := testkit.SharedData(t, "vectors", "vc-jose-cose")
	signed, read := filepath.Join(t.TempDir(), "signed.json"), filepath.Join(t.TempDir(), "read.json")
	result := func(file string) (out struct{ Result, Data string }) {
		t.Helper()
		raw, err := os.ReadFile(file)
		must(t, err)
		must(t, json.Unmarshal(raw, &out))
		return out
	}
	for _, tt := range []struct{ do, input, feature, sd, output string }{
		{"issue", filepath.Join(vectors, "credential-selective.json"), "credential_sdjwt", `["credentialSubject.firstName"]`, signed},
		{"verify", signed, "credential_sdjwt", "", read},
	} {
		code, _, stderr := command(t, "", "conformance", tt.do, "--input", tt.input, "--key", filepath.Join(vectors, "vm-p384.json"),
			"--feature", tt.feature, "--sd", tt.sd, "--output", tt.output)
		if got := result(tt.output); code != 0 || got.Result != "success" || got.Data == "" {
			t.Fatalf("%s: %d: %s: %+v", tt.do, code, stderr, got)
		}
	}
	if code, _, stderr := command(t, "", "conformance", "verify", "--input", signed); code == 0 || !strings.Contains(stderr, "key") {
		t.Errorf("without a key: %d: %s", code, stderr)
	}
}
