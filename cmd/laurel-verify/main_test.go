package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
	tests := []struct {
		name  string
		args  []string
		stdin string
		code  int
		want  string
	}{
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
		{"two files", []string{"a", "b"}, "", 64, "Usage: laurel-verify"},
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
