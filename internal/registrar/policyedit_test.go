package registrar

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// knownPolicies are the texts of the shared policies and of the packs.
func knownPolicies(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob(filepath.Join(testkit.SharedData(t, "policies"), "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no policies: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(f)] = string(b)
	}
	for _, p := range Packs {
		all[p.Name] = strings.NewReplacer("{{code}}", "x.y", "{{year}}", "2026", "{{standards}}", "    - {id: ela, proficient: {standard: ELA, indicators: all}}").Replace(p.file)
	}
	return all
}

// numbers lists the pointers of all numbers of a document.
func numbers(v any, at string, found map[string]float64) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			numbers(member, at+"/"+pointerEscape.Replace(name), found)
		}
	case []any:
		for i, item := range v {
			numbers(item, at+"/"+strconv.Itoa(i), found)
		}
	case float64:
		found[at] = v
	}
}

// TestEditPolicy changes every number of every policy that we know at its place,
// and back: nothing else of the text moves, comments and all.
func TestEditPolicy(t *testing.T) {
	t.Parallel()
	changed := 0
	for name, text := range knownPolicies(t) {
		var root any
		read, err := ReadPolicy([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(read.JSON, &root); err != nil {
			t.Fatal(err)
		}
		found := map[string]float64{}
		numbers(root, "", found)
		for at, n := range found {
			made, err := EditPolicy(text, PolicyEdit{at, n + 7})
			if err != nil {
				t.Errorf("%s %s: %v", name, at, err)
				continue
			}
			back, err := EditPolicy(made, PolicyEdit{at, n})
			if err != nil {
				t.Errorf("%s %s back: %v", name, at, err)
				continue
			}
			if lines := strings.Count(made, "\n"); lines != strings.Count(text, "\n") || made == text || strings.Count(made, "#") != strings.Count(text, "#") {
				t.Errorf("%s %s: more than one value changed", name, at)
			}
			again, err := ReadPolicy([]byte(back))
			if err != nil || !bytes.Equal(again.JSON, read.JSON) {
				t.Errorf("%s %s: changed back it reads otherwise: %v", name, at, err)
			}
			changed++
		}
	}
	if changed < 200 {
		t.Errorf("%d numbers were changed; the policies have more", changed)
	}
}

func TestEditPolicyTexts(t *testing.T) {
	t.Parallel()
	const text = "title: Läkare # the board's\nboard: \"He said \\\"no\\\"\" # kept\nnote: 'it''s'\nrequirements: {all: [{id: é, min: 3}]} # end\n"
	for _, c := range []struct {
		at   string
		to   any
		want string
	}{
		{"/title", "Another one", "title: Another one # the board's\n"},
		{"/title", "yes: it is # so", "title: \"yes: it is # so\" # the board's\n"},
		{"/title", "true", "title: \"true\" # the board's\n"},
		{"/board", "Board", "board: \"Board\" # kept\n"},
		{"/note", "plain", "note: \"plain\"\n"},
		{"/requirements/all/0/min", 4, "requirements: {all: [{id: é, min: 4}]} # end\n"},
	} {
		made, err := EditPolicy(text, PolicyEdit{c.at, c.to})
		if err != nil || !strings.Contains(made, c.want) {
			t.Errorf("%s to %v: %v\n%s", c.at, c.to, err, made)
		}
	}
	for _, at := range []string{"/nothing", "/requirements", "/requirements/all/1/min", "/title/x", "", "/requirements/all/-1"} {
		if made, err := EditPolicy(text, PolicyEdit{at, 1}); err == nil {
			t.Errorf("%s was changed:\n%s", at, made)
		}
	}
	if _, err := EditPolicy("title: |\n  long\n  text\n", PolicyEdit{"/title", "x"}); err == nil {
		t.Error("a text of several lines was changed")
	}
}

// TestLayPolicy writes every policy that we know anew: it means the same, and
// reads like what a person would write.
func TestLayPolicy(t *testing.T) {
	t.Parallel()
	for name, text := range knownPolicies(t) {
		read, err := ReadPolicy([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		var document map[string]any
		if err := json.Unmarshal(read.JSON, &document); err != nil {
			t.Fatal(err)
		}
		laid := layPolicy(document)
		again, err := ReadPolicy([]byte(laid))
		if err != nil || !bytes.Equal(again.JSON, read.JSON) {
			t.Errorf("%s reads otherwise: %v\n%s", name, err, laid)
		}
		for line := range strings.Lines(laid) {
			if len(line) > 300 {
				t.Errorf("%s has a line of %d: %s", name, len(line), line)
			}
		}
		if !strings.HasPrefix(laid, "policy: ") || !strings.Contains(laid, "\nrequirements:\n") {
			t.Errorf("%s is laid out like this:\n%s", name, laid)
		}
	}
}

// TestAsDraft begins the next version from what was adopted, word for word.
func TestAsDraft(t *testing.T) {
	t.Parallel()
	for name, text := range knownPolicies(t) {
		got, ok := asDraft(text, 41)
		if !ok {
			t.Errorf("%s cannot be begun from its text", name)
			continue
		}
		read, err := ReadPolicy([]byte(got))
		if err != nil {
			t.Fatal(err)
		}
		var head struct {
			Version int
			Status  string
			Adopted any
		}
		if err := json.Unmarshal(read.JSON, &head); err != nil || head.Version != 41 || head.Status != "draft" || head.Adopted != nil {
			t.Errorf("%s: %v, %+v", name, err, head)
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "#") && !strings.Contains(got, line) {
				t.Errorf("%s lost the comment %q", name, line)
			}
		}
	}
	if _, ok := asDraft(`{"version": 1}`, 2); ok {
		t.Error("JSON has no words to keep")
	}
}
