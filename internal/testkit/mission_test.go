package testkit_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// missionRows are the practices that the first real release must hold and that
// frameworks, evidence, judgment and policies are for.
var missionRows = []int{
	1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 21, // core ideas
	22, 23, 24, 25, 29, 31, 32, // equity
	46, 48, 52, 54, 57, 60, 61, // state systems
	72, 73, 74, 75, 77, // documentation
	94, 96, 97, 98, // objections
}

// invariants are the rules of the domain that the same parts rest on.
var invariants = []int{1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 19, 20}

// TestMission holds docs/mission.md to its word: every practice has a row, and
// every test that a row names is there.
func TestMission(t *testing.T) {
	t.Parallel()
	holdsItsWord(t, "mission.md", missionRows)
}

// TestInvariants holds docs/invariants.md to its word in the same way.
func TestInvariants(t *testing.T) {
	t.Parallel()
	holdsItsWord(t, "invariants.md", invariants)
}

// holdsItsWord asks of a page of the documentation that its table has every
// row, and that every test that a row names is there.
func holdsItsWord(t *testing.T, name string, wanted []int) {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	tests := testNames(t)
	named := regexp.MustCompile("`(Test[A-Za-z0-9_]+)(?:/[^`]*)?`")
	var rows []int
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		row, err := strconv.Atoi(strings.TrimSpace(cells[1]))
		if err != nil {
			continue // the head of a table
		}
		rows = append(rows, row)
		shown := named.FindAllStringSubmatch(cells[3], -1)
		if len(shown) == 0 {
			t.Errorf("row %d names no test", row)
		}
		for _, s := range shown {
			if !tests[s[1]] {
				t.Errorf("row %d: there is no test %s", row, s[1])
			}
		}
	}
	for _, row := range wanted {
		if !slices.Contains(rows, row) {
			t.Errorf("row %d is missing", row)
		}
	}
}

// testNames are the tests of the whole house.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	form := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range form.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
