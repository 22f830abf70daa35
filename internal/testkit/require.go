// Package testkit is what tests share: a throwaway Postgres, the standards'
// data, other people's verifiers, and the honest way to skip what this
// machine cannot run.
package testkit

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// The names that LAUREL_TEST_REQUIRE knows, in the order of .ci/run.
const (
	NeedPostgres = "postgres" // PostgreSQL server programs
	NeedBrowser  = "browser"  // Chromium and the packages of .ci/browser
	NeedInterop  = "interop"  // Node and the packages of .ci/interop
	NeedSoftHSM  = "softhsm"  // SoftHSM 2, for builds with the tag pkcs11
)

// Require skips the test when something outside Go is missing. The empty
// string in missing means that it is there; else missing is a sentence that
// tells what was looked for.
//
// A machine that must have it names it in LAUREL_TEST_REQUIRE, a comma list
// such as "postgres,browser": then the test fails instead. A run that is for
// something else (the race detector) leaves it out by LAUREL_TEST_WITHOUT, a
// list of the same kind, which wins over the other.
//
// Every skip is reported beyond the test's own output, which go test drops for
// a package that passes: to the file that LAUREL_TEST_SKIPS names (.ci/check
// prints it as the last thing), else once per package to go test's stderr.
func Require(t testing.TB, what, missing string) {
	t.Helper()
	if listed("LAUREL_TEST_WITHOUT", what) {
		t.Skipf("%s: left out by LAUREL_TEST_WITHOUT", what) // asked for, so there is nothing to report
	}
	if missing == "" {
		return
	}
	if required(what) {
		t.Fatalf("%s is required by LAUREL_TEST_REQUIRE: %s", what, missing)
	}
	report(t.Name(), what, missing)
	t.Skipf("%s: %s", what, missing)
}

// required tells whether LAUREL_TEST_REQUIRE names what.
func required(what string) bool { return listed("LAUREL_TEST_REQUIRE", what) }

// listed tells whether a comma list in the environment names what.
func listed(variable, what string) bool {
	names := strings.Split(os.Getenv(variable), ",")
	return slices.ContainsFunc(names, func(name string) bool { return strings.TrimSpace(name) == what })
}

// told remembers what this process has reported to go test's stderr.
var told sync.Map

// report writes one line about a skip where it will be seen. It is best
// effort: a report that cannot be written must not fail the test.
func report(test, what, missing string) {
	if path := os.Getenv("LAUREL_TEST_SKIPS"); path != "" {
		appendLine(path, fmt.Sprintf("%s: %s (%s in %s)\n", what, missing, test, thisPackage()))
		return
	}
	if _, again := told.LoadOrStore(what, true); again {
		return
	}
	if path, ok := runnerStderr(); ok {
		appendLine(path, fmt.Sprintf("skipped in %s, needs %s: %s\n", thisPackage(), what, missing))
	}
}

// appendLine adds one line in one write, so that lines of parallel packages
// do not mix.
func appendLine(path, line string) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0) //nolint:gosec // G304: a path from the developer's own environment
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	_, _ = f.WriteString(line)
}

// runnerStderr finds the stderr of the go command that runs this test, where
// the system shows it (Linux). A regular file is left alone: the go command
// writes there at an offset of its own, and would overwrite the line.
func runnerStderr() (path string, ok bool) {
	proc := filepath.Join("/proc", strconv.Itoa(os.Getppid()))
	name, err := os.ReadFile(filepath.Join(proc, "comm")) //nolint:gosec // G304: the parent process's own entry
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return "", false
	}
	path = filepath.Join(proc, "fd", "2")
	info, err := os.Stat(path)
	return path, err == nil && !info.Mode().IsRegular()
}

// thisPackage names the package under test by its folder: go test runs each
// test binary in its package's directory.
func thisPackage() string {
	dir, err := os.Getwd()
	if err != nil {
		return "an unknown package"
	}
	if root, err := moduleRoot(); err == nil {
		if rel, err := filepath.Rel(root, dir); err == nil {
			return filepath.ToSlash(rel)
		}
	}
	return filepath.Base(dir)
}
