package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"laurel/credentials/bake"
	"laurel/verifier"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// documents lie with the verifier, which made them.
const documents = "../../verifier/testdata/"

func now() time.Time { return time.Date(2026, 6, 20, 14, 3, 0, 0, time.UTC) }

func TestRun(t *testing.T) {
	t.Parallel()
	bundle := []string{"--bundle", documents + "bundle.json"}
	large := filepath.Join(t.TempDir(), "large")
	if err := os.WriteFile(large, bytes.Repeat([]byte("a"), 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	valid, err := os.ReadFile(documents + "valid.jwt")
	if err != nil {
		t.Fatal(err)
	}
	baked, err := bake.IntoSVG([]byte(`<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>`), bytes.TrimSpace(valid), bake.Badge)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		args  []string
		stdin string
		code  int
		want  string
	}{
		{"a picture that carries it", append(bundle, "-"), string(baked), 0, "VALID\nGenuine."},
		{"a picture that carries nothing", append(bundle, "-"), "<svg xmlns='http://www.w3.org/2000/svg'/>", 1, "There is no credential in this SVG file."},
		{"a picture that was cut", append(bundle, "-"), string(baked[:len(baked)-9]), 1, "damaged"},
		{"taken out of a picture", []string{"extract", "-"}, string(baked), 0, string(bytes.TrimSpace(valid))},
		{"nothing to take out", []string{"extract", "-"}, "%PDF-1.7", 64, "PDF: carrier damaged"},
		{"extract without a file", []string{"extract"}, "", 64, "Usage: laurel-verify"},
		{"valid", append(bundle, documents+"valid.jwt"), "", 0, "VALID\nGenuine."},
		{"valid online: what is held is not asked for", append(bundle, "--online", documents+"valid.jwt"), "", 0, "VALID\nGenuine."},
		{"valid from standard input", append(bundle, "-"), string(valid) + "\n", 0, "Not withdrawn as of 14:00 UTC today."},
		{"revoked", append(bundle, documents+"revoked.jwt"), "", 1, "REVOKED\nWithdrawn."},
		{"expired", append(bundle, documents+"expired.jwt"), "", 1, "EXPIRED\n"},
		{"altered", append(bundle, documents+"altered.jwt"), "", 1, "INVALID\nNot genuine"},
		{"too large", append(bundle, large), "", 1, "too large"},
		{"unrecognised", append(bundle, documents+"unrecognised.jwt"), "", 2, "UNRECOGNISED-ISSUER\n"},
		{"signature inside", append(bundle, documents+"embedded.json"), "", 0, "VALID\nGenuine."},
		{"without a bundle", []string{documents + "valid.jwt"}, "", 2, "The issuer's keys are not at hand."},
		{"as JSON", append(bundle, "--json", documents+"valid.jwt"), "", 0, `"verdict": "valid"`},
		{"help", []string{"--help"}, "", 0, "Usage: laurel-verify"},
		{"nothing", nil, "", 64, "Usage: laurel-verify"},
		{"several files", append(bundle, documents+"valid.jwt", documents+"revoked.jwt"), "", 1, "2 files: 1 revoked, 1 valid"},
		{"the worst counts", append(bundle, documents+"valid.jwt", documents+"unrecognised.jwt"), "", 2, "UNRECOGNISED-ISSUER  " + documents + "unrecognised.jwt  Intact"},
		{"a missing file among several", append(bundle, "a", documents+"valid.jwt"), "", 64, "reading the credential"},
		{"a bundle of nothing", []string{"bundle", "out"}, "", 64, "Usage: laurel-verify"},
		{"a bundle from an address that is not asked", []string{"bundle", "--url", "http://localhost:1", "out"}, "", 64, "It must be a public https address"},
		{"unknown flag", []string{"--x", "a"}, "", 64, "Usage: laurel-verify"},
		{"no such file", []string{"no-such-file"}, "", 64, "reading the credential"},
		{"no such bundle", []string{"--bundle", "no-such-file", documents + "valid.jwt"}, "", 64, "reading the bundle"},
		{"broken bundle", []string{"--bundle", documents + "valid.jwt", documents + "valid.jwt"}, "", 64, "bundle not usable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			code := run(t.Context(), tt.args, strings.NewReader(tt.stdin), &out, &errs, now)
			if code != tt.code || !strings.Contains(out.String()+errs.String(), tt.want) {
				t.Errorf("got %d\n%s%s\nwant %d with %q", code, out.String(), errs.String(), tt.code, tt.want)
			}
			if tt.name == "as JSON" && !json.Valid(out.Bytes()) {
				t.Error("not JSON")
			}
		})
	}
}

// folder holds copies of documents, one below, and one that is hidden.
func folder(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range names {
		data, err := os.ReadFile(documents + name)
		if err != nil {
			t.Fatal(err)
		}
		at := filepath.Join(dir, strings.Repeat("below/", i%2), name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".hidden"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t, "valid.jwt", "revoked.jwt", "altered.jwt")
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"--bundle", documents + "bundle.json", dir}, nil, &out, &errs, now)
	if lines := strings.Count(out.String(), "\n"); code != exitNot || lines != 3 || errs.String() != "3 files: 1 invalid, 1 revoked, 1 valid\n" {
		t.Errorf("got %d\n%s%s", code, out.String(), errs.String())
	}
	out.Reset()
	code = run(t.Context(), []string{"--json", "--bundle", documents + "bundle.json", dir}, nil, &out, &errs, now)
	verdicts := map[string]string{}
	for line := range strings.Lines(out.String()) {
		var one fileReport
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		verdicts[filepath.Base(one.File)] = string(one.Report.Verdict)
	}
	want := map[string]string{"valid.jwt": "valid", "revoked.jwt": "revoked", "altered.jwt": "invalid"}
	if code != exitNot || !maps.Equal(verdicts, want) {
		t.Errorf("got %d and %v", code, verdicts)
	}
	if code := run(t.Context(), []string{t.TempDir()}, nil, &out, &errs, now); code != exitUsage {
		t.Errorf("an empty folder: got %d", code)
	}
}

// TestBundle makes a bundle of parts in files; it is as good as the whole, and
// an old one is said to be old.
func TestBundle(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(documents + "bundle.json")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := verifier.ParseBundle(raw)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	registry, err := json.Marshal(whole.Registry)
	if err != nil {
		t.Fatal(err)
	}
	made := filepath.Join(dir, "made.json")
	args := []string{"bundle", "--trust", write("registry.json", registry)}
	for _, doc := range whole.DIDs {
		args = append(args, "--did", write(fmt.Sprint("did", len(args)), doc))
	}
	for _, list := range whole.Lists {
		args = append(args, "--list", write(fmt.Sprint("list", len(args)), []byte(list)))
	}
	var out bytes.Buffer
	if code := run(t.Context(), append(args, made), nil, &out, &out, now); code != exitValid {
		t.Fatalf("got %d: %s", code, out.String())
	}
	if code := run(t.Context(), []string{"--bundle", made, documents + "valid.jwt"}, nil, &out, &out, now); code != exitValid {
		t.Errorf("by the bundle of parts: got %d: %s", code, out.String())
	}
	again := filepath.Join(dir, "again.json")
	if code := run(t.Context(), []string{"bundle", "--bundle", made, "--bundle", documents + "bundle.json", again}, nil, &out, &out, now); code != exitValid {
		t.Fatalf("got %d: %s", code, out.String())
	}
	later := func() time.Time { return now().Add(5 * 24 * time.Hour) }
	out.Reset()
	run(t.Context(), []string{"--bundle", again, documents + "valid.jwt"}, nil, &out, &out, later)
	if !strings.Contains(out.String(), "The bundle is 5 days old") {
		t.Errorf("an old bundle is not said to be old:\n%s", out.String())
	}
	// The registry alone vouches for nobody's keys.
	if code := run(t.Context(), []string{"--trust", args[2], documents + "valid.jwt"}, nil, &out, &out, now); code != exitUncertain {
		t.Errorf("a registry alone: got %d", code)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"valid", "revoked", "unrecognised", "altered"} {
		var out bytes.Buffer
		run(t.Context(), []string{"--bundle", documents + "bundle.json", documents + name + ".jwt"}, nil, &out, &out, now)
		path := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, out.Bytes(), want)
		}
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	if got := visible("a\x1b[2J\u202eb\u200bc\nd\u0085"); got != "a[2Jbc d" {
		t.Errorf("got %q", got)
	}
}

// TestSmall: the verifier is handed to strangers, so it stays small and links no server.
func TestSmall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the program")
	}
	program := filepath.Join(t.TempDir(), "laurel-verify")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 10<<20 { // much of it is the TLS that --online needs
		t.Errorf("%d bytes, want at most 10 MB", info.Size())
	}
	deps, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for dep := range strings.Lines(string(deps)) {
		for _, banned := range []string{"database/sql", "github.com/gin-gonic", "gorm.io", "laurel/internal", "laurel/competency", "laurel/credentials/issue"} {
			if strings.HasPrefix(dep, banned) {
				t.Errorf("it links %s", dep)
			}
		}
	}
}
