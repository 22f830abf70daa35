package testkit_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module = "laurel"
	gin    = "github.com/gin-gonic/gin"
	gorm   = "gorm.io"
	sql    = "database/sql"
	// pkcs11 needs cgo: only a build with the tag pkcs11 links it, and the table is of the default one.
	pkcs11 = "github.com/ThalesGroup/crypto11"
)

// mayImport is the house's order: for each of our packages, which others of
// ours it may import directly. A package that is not named here, nor a room of
// one that is, fails the test: decide where it stands first. "x/..." means x
// and its rooms; a room may always import its own house.
var mayImport = map[string][]string{
	"competency":         nil,
	"credentials":        nil,
	"credentials/proof":  {"credentials", "credentials/ld"},
	"credentials/status": {"credentials"},
	"credentials/did":    {"credentials", "credentials/proof"},
	"credentials/qr":     {"credentials"},
	"credentials/ld":     {"credentials"},
	"credentials/bake":   {"credentials"},
	"credentials/issue":  {"credentials", "credentials/proof", "credentials/status", "credentials/ld"},
	"verifier":           {"credentials", "credentials/proof", "credentials/status", "credentials/did", "credentials/bake", "credentials/ld"},
	"verifier/words":     {"verifier", "credentials"},
	"templates":          nil,
	"migrations":         nil,
	"internal/config":    nil,
	"internal/auth":      {"competency/..."},
	"internal/store":     {"competency/...", "migrations"},
	"internal/registrar": {
		"competency/...", "credentials/...", "verifier/...",
		"internal/store", "internal/auth",
	},
	"internal/artwork": nil,
	"internal/hsm":     nil,
	"internal/jobs":    {"competency/...", "internal/registrar", "internal/store"},
	"internal/demo":    {"competency/...", "internal/registrar", "internal/store"},
	"api": {
		"competency/...", "credentials/...", "verifier/...", "templates",
		"internal/registrar", "internal/auth", "internal/artwork",
	},
	"internal/testkit":  {"..."}, // for tests alone, see never
	"cmd/laurel":        {"..."},
	"cmd/laurel-verify": {"credentials/...", "verifier/..."},
}

// never lists what a package must not reach in any number of steps, outside
// libraries included. A trailing "/..." takes in everything below.
var never = map[string][]string{
	"competency":         {gin + "/...", gorm + "/...", sql, module + "/credentials/...", module + "/internal/..."},
	"credentials":        {gin + "/...", gorm + "/...", sql, module + "/competency/...", module + "/internal/..."},
	"verifier":           {gin + "/...", gorm + "/...", sql, module + "/competency/...", module + "/internal/...", module + "/credentials/issue"},
	"cmd/laurel-verify":  {gin + "/...", gorm + "/...", sql, module + "/competency/...", module + "/internal/...", module + "/credentials/issue", module + "/credentials/qr"},
	"internal/artwork":   {gin + "/...", gorm + "/...", sql},
	"templates":          {gin + "/...", gorm + "/...", sql},
	"internal/store":     {gin + "/...", module + "/api/...", module + "/internal/registrar/..."},
	"internal/registrar": {gin + "/...", module + "/api/..."},
	"internal/jobs":      {gin + "/...", module + "/api/..."},
	"internal/hsm":       {gin + "/...", gorm + "/...", sql, pkcs11 + "/..."},
	"cmd":                {module + "/internal/testkit/...", pkcs11 + "/..."},
}

// verifierLibraries is everything outside the standard library and our own
// documents that a verifier may link: a stranger who audits it reads no more.
var verifierLibraries = []string{
	"github.com/go-jose/go-jose/v4/...",
	"github.com/mr-tron/base58/...",
	"github.com/gowebpki/jcs/...",
}

// pkg is one of our packages as go list sees it, paths in full.
type pkg struct {
	path          string
	imports, deps []string
}

// TestLayers keeps the import graph pointing down: every direct import stands
// in the table, and nothing forbidden is reached through any number of steps.
func TestLayers(t *testing.T) {
	t.Parallel()
	for _, p := range ourPackages(t) {
		place, known := placeOf(p.path)
		if !known {
			t.Errorf("%s has no place in the layering table", p.path)
			continue
		}
		for _, imported := range p.imports {
			ours, is := strings.CutPrefix(imported, module+"/")
			if is && !sameHouse(place, ours) && !matchesAny(ours, mayImport[place]) {
				t.Errorf("%s must not import %s", p.path, imported)
			}
		}
		for house, banned := range never {
			if !within(p.path, module+"/"+house) {
				continue
			}
			for _, dep := range p.deps {
				if matchesAny(dep, banned) {
					t.Errorf("%s must not depend on %s", p.path, dep)
				}
			}
		}
	}
}

// TestVerifierLinksLittle holds the verifier's packages and program to the
// short list of libraries.
func TestVerifierLinksLittle(t *testing.T) {
	t.Parallel()
	allowed := append([]string{module + "/credentials/...", module + "/verifier/..."}, verifierLibraries...)
	for _, p := range ourPackages(t) {
		if !within(p.path, module+"/verifier") && !within(p.path, module+"/cmd/laurel-verify") {
			continue
		}
		for _, dep := range p.deps {
			if first, _, _ := strings.Cut(dep, "/"); !strings.Contains(first, ".") && first != module {
				continue // the standard library: no dot in its first element
			}
			if !matchesAny(dep, allowed) {
				t.Errorf("%s links %s, which is not on the verifier's list", p.path, dep)
			}
		}
	}
}

// ourPackages asks the go command for the module's packages, tests left out.
// Its answer is not among the inputs that go test's cache watches: run with
// -count=1 after moving imports.
func ourPackages(t *testing.T) []pkg {
	t.Helper()
	var stderr strings.Builder
	list := exec.CommandContext(t.Context(), "go", "list", "-f",
		`{{.ImportPath}}|{{join .Imports " "}}|{{join .Deps " "}}`, module+"/...")
	list.Stderr = &stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing packages: %v\n%s", err, stderr.String())
	}
	var all []pkg
	for line := range strings.Lines(string(out)) {
		part := strings.Split(strings.TrimSpace(line), "|")
		if len(part) != 3 {
			t.Fatalf("listing packages: cannot read %q", line)
		}
		all = append(all, pkg{part[0], strings.Fields(part[1]), strings.Fields(part[2])})
	}
	if len(all) == 0 {
		t.Fatal("the go command lists no package")
	}
	return all
}

// placeOf gives the entry of the table that a package falls under: its own, or
// that of the nearest house above it.
func placeOf(path string) (place string, known bool) {
	for place = strings.TrimPrefix(path, module+"/"); place != ""; {
		if _, known = mayImport[place]; known {
			return place, true
		}
		cut := max(strings.LastIndex(place, "/"), 0)
		place = place[:cut]
	}
	return "", false
}

// sameHouse tells whether a package under place imports a room of that place.
// The rooms with an entry of their own answer for themselves.
func sameHouse(place, imported string) bool {
	of, known := placeOf(module + "/" + imported)
	return known && of == place
}

// within tells whether path is house or stands below it.
func within(path, house string) bool {
	return path == house || strings.HasPrefix(path, house+"/")
}

// matchesAny tells whether a pattern names path: exactly, or by "x/...", or by
// "..." alone, which is everything.
func matchesAny(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		house, all := strings.CutSuffix(pattern, "...")
		if !all {
			return path == pattern
		}
		return house == "" || within(path, strings.TrimSuffix(house, "/"))
	})
}

// TestLayerTables proves the matching on cases that a slip would get wrong.
func TestLayerTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		path    string
		pattern string
		want    bool
	}{
		{"laurel/api", "laurel/api/...", true},
		{"laurel/api/web", "laurel/api/...", true},
		{"laurel/apiary", "laurel/api/...", false},
		{"database/sql/driver", sql, false},
		{"gorm.io/driver/postgres", gorm + "/...", true},
		{"internal/store", "...", true},
	} {
		if got := matchesAny(c.path, []string{c.pattern}); got != c.want {
			t.Errorf("matchesAny(%q, %q) = %t, want %t", c.path, c.pattern, got, c.want)
		}
	}
	for path, want := range map[string]string{
		"laurel/competency/policy":  "competency",
		"laurel/credentials/proof":  "credentials/proof",
		"laurel/internal/store/sub": "internal/store",
		"laurel/util":               "",
	} {
		if got, _ := placeOf(path); got != want {
			t.Errorf("placeOf(%q) = %q, want %q", path, got, want)
		}
	}
}
