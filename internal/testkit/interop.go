package testkit

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Node runs .ci/interop/<script>.mjs, a program over other people's packages,
// gives it stdin and returns what it wrote to stdout. A script that exits with
// another code than 0 fails the test, with what it wrote to stderr.
//
// Without Node, or before npm ci in .ci/interop, the test skips, see [Require].
func Node(t testing.TB, script string, stdin []byte, args ...string) []byte {
	t.Helper()
	dir := filepath.Join(Root(t), ".ci", "interop")
	Require(t, NeedInterop, missingNode(dir))
	file := filepath.Join(dir, script+".mjs")
	if _, err := os.Stat(file); err != nil { // also tells go test's cache that the script matters
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{file}, args...)...) //nolint:gosec // G204: a script of this repository
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, bytes.NewReader(stdin), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("running %s.mjs: %v\n%s", script, err, stderr.Bytes())
	}
	return stdout.Bytes()
}

// missingNode says what is missing to run scripts in dir, "" when nothing is.
func missingNode(dir string) string {
	if _, err := exec.LookPath("node"); err != nil {
		return "no node on the PATH"
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		return "no packages in .ci/interop (run npm ci there)"
	}
	return ""
}

// JWTVerdict is what npm jose says of a token. Error is empty when OK.
type JWTVerdict struct {
	OK      bool            `json:"ok"`
	Error   string          `json:"error"`
	Header  json.RawMessage `json:"header"`
	Payload json.RawMessage `json:"payload"`
}

// JoseVerify asks npm jose about a compact JWS: jwk is the public key as JSON,
// alg the one algorithm allowed, and typ what the protected header must say.
// Claims about time are left to the caller: a credential's dates are not JWT's.
func JoseVerify(t testing.TB, token string, jwk []byte, alg, typ string) JWTVerdict {
	t.Helper()
	question, err := json.Marshal(map[string]any{"token": token, "jwk": json.RawMessage(jwk), "alg": alg, "typ": typ})
	if err != nil {
		t.Fatalf("asking npm jose: %v", err)
	}
	var verdict JWTVerdict
	if err := json.Unmarshal(Node(t, "verify-jwt", question), &verdict); err != nil {
		t.Fatalf("reading the answer of npm jose: %v", err)
	}
	return verdict
}
