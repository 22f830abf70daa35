package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// SoftHSM makes a token of the security module SoftHSM in a folder of the test's
// own, and answers the module's library, and the token's label and PIN. The test
// cannot be parallel: the module finds its tokens through the environment. Without
// SoftHSM the test skips, see [Require].
func SoftHSM(t testing.TB) (library, token, pin string) {
	t.Helper()
	library, missing := softHSM()
	Require(t, NeedSoftHSM, missing)
	folder := t.TempDir()
	settings := filepath.Join(folder, "softhsm2.conf")
	tokens := filepath.Join(folder, "tokens")
	if err := os.Mkdir(tokens, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, []byte("directories.tokendir = "+tokens+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOFTHSM2_CONF", settings)
	token, pin = "laurel", "12345678"
	made := exec.CommandContext(t.Context(), "softhsm2-util", "--init-token", "--free", "--label", token, "--pin", pin, "--so-pin", "87654321") //nolint:gosec // G204: a program of softhsm2
	if out, err := made.CombinedOutput(); err != nil {
		t.Fatalf("making a token: %v\n%s", err, out)
	}
	return library, token, pin
}

// softHSM finds the module's library; missing says what is not there.
func softHSM() (library, missing string) {
	if _, err := exec.LookPath("softhsm2-util"); err != nil {
		return "", "no softhsm2-util on the PATH (softhsm2)"
	}
	for _, pattern := range []string{"/usr/lib/softhsm", "/usr/lib/*/softhsm", "/usr/lib64/softhsm", "/usr/local/lib/softhsm"} {
		if found, err := filepath.Glob(filepath.Join(pattern, "libsofthsm2.so")); err == nil && len(found) > 0 {
			return found[0], ""
		}
	}
	return "", "no libsofthsm2.so (softhsm2)"
}
