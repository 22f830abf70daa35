package testkit

import (
	"bytes"
	"os/exec"
	"testing"
)

// Poppler runs one of the programs of poppler-utils, another reader of PDF, and
// returns what it wrote. Without them the test skips, see [Require].
func Poppler(t testing.TB, program string, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath(program)
	missing := ""
	if err != nil {
		missing = "no " + program + " on the PATH (poppler-utils)"
	}
	Require(t, NeedInterop, missing)
	cmd := exec.CommandContext(t.Context(), path, args...) //nolint:gosec // G204: a program of poppler-utils
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("running %s: %v\n%s", program, err, stderr.Bytes())
	}
	return stdout.Bytes()
}
