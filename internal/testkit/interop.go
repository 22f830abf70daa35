package testkit

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Node runs .ci/interop/<script>.mjs, a program over other people's packages,
// gives it stdin and returns what it wrote to stdout. A script that exits with
// another code than 0 fails the test, with what it wrote to stderr.
//
// Without Node, or before npm ci in .ci/interop, the test skips, see [Require].
func Node(t testing.TB, script string, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := node(t, script, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(stdin), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("running %s.mjs: %v\n%s", script, err, stderr.Bytes())
	}
	return stdout.Bytes()
}

// NodeServer starts a script that serves HTTP, as [Node] does: it reads one line
// of JSON, the question, says on which port of 127.0.0.1 it listens, and ends with
// the test. It answers the address and the process.
func NodeServer(t testing.TB, script string, question any) (addr string, process *os.Process) {
	t.Helper()
	line, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	cmd := node(t, script)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // which asks it to end
		_ = cmd.Wait()
	})
	if _, err := in.Write(append(line, '\n')); err != nil {
		t.Fatalf("asking %s.mjs: %v", script, err)
	}
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("%s.mjs does not listen: %v", script, err)
	}
	return net.JoinHostPort("127.0.0.1", strings.TrimSpace(port)), cmd.Process
}

// node is a script of .ci/interop, ready to start.
func node(t testing.TB, script string, args ...string) *exec.Cmd {
	t.Helper()
	dir := filepath.Join(Root(t), ".ci", "interop")
	Require(t, NeedInterop, missingNode(dir))
	file := filepath.Join(dir, script+".mjs")
	if _, err := os.Stat(file); err != nil { // also tells go test's cache that the script matters
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{file}, args...)...) //nolint:gosec // G204: a script of this repository
	cmd.Dir = dir
	return cmd
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
