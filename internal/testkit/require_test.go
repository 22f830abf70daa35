package testkit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"laurel/internal/testkit"
)

// watched stands in for the testing.TB of a test that Require ends.
type watched struct {
	testing.TB
	outcome string
}

func (w *watched) Helper()      {}
func (w *watched) Name() string { return "TestWatched" }

func (w *watched) Fatalf(format string, args ...any) { w.end("failed: "+format, args) }
func (w *watched) Skipf(format string, args ...any)  { w.end("skipped: "+format, args) }

func (w *watched) end(format string, args []any) {
	w.outcome = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// requireIn runs Require to its end and tells how the test ended.
func requireIn(what, missing string) string {
	w := &watched{outcome: "ran"}
	done := make(chan struct{})
	go func() {
		defer close(done)
		testkit.Require(w, what, missing)
	}()
	<-done
	return w.outcome
}

// Not parallel: it sets the environment.
func TestRequire(t *testing.T) {
	skips := filepath.Join(t.TempDir(), "skips")
	if err := os.WriteFile(skips, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LAUREL_TEST_SKIPS", skips)
	for _, c := range []struct{ required, without, missing, want string }{
		{"", "", "", "ran"},
		{"", "", "no server", "skipped: postgres: no server"},
		{"browser", "browser", "no server", "skipped: postgres: no server"},
		{"browser, postgres", "browser", "", "ran"},
		{"browser, postgres", "", "no server", "failed: postgres is required by LAUREL_TEST_REQUIRE: no server"},
		{"postgresql", "", "no server", "skipped: postgres: no server"},
		{"postgres", "browser,postgres", "", "skipped: postgres: left out by LAUREL_TEST_WITHOUT"},
	} {
		t.Setenv("LAUREL_TEST_REQUIRE", c.required)
		t.Setenv("LAUREL_TEST_WITHOUT", c.without)
		if got := requireIn(testkit.NeedPostgres, c.missing); got != c.want {
			t.Errorf("required %q, missing %q: got %q, want %q", c.required, c.missing, got, c.want)
		}
	}
	const line = "postgres: no server (TestWatched in internal/testkit)\n"
	got, err := os.ReadFile(skips)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != line+line+line {
		t.Errorf("reported %q, want three times %q", got, line)
	}
}
