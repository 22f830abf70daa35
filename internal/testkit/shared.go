package testkit

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// SharedData gives the path of a file or folder of the standards bodies' data:
// contexts, schemas, vectors, fixtures. They are other people's text and live
// beside the repository, in ../shared/data, never in it. A machine without
// them skips the test with a message.
func SharedData(t testing.TB, elem ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{Root(t), "..", "shared", "data"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		Require(t, "data", "no ../shared/data/"+filepath.ToSlash(filepath.Join(elem...)))
	}
	return path
}

// Root is the absolute path of the module's top folder, which holds go.mod.
func Root(t testing.TB) string {
	t.Helper()
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// moduleRoot climbs from the package under test to the folder of go.mod.
var moduleRoot = sync.OnceValues(func() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the package under test")
		}
		dir = parent
	}
})
