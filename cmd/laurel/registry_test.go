package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/internal/registrar"
)

// TestCarriedRegistry: a state signs the registry of its word on its own
// deployment; another deployment imports it, checked, and its readers are told
// who vouches for a district that it knows nothing of.
func TestCarriedRegistry(t *testing.T) {
	t.Parallel()
	folder, there := t.TempDir(), t.TempDir()
	secret := filepath.Join(t.TempDir(), "password")
	must(t, os.WriteFile(secret, []byte(password), 0o600))
	ok := func(args ...string) string {
		t.Helper()
		code, stdout, stderr := command(t, "", args...)
		if code != 0 {
			t.Fatalf("%v: %d: %s", args, code, stderr)
		}
		return stdout
	}
	refused := func(hint string, args ...string) {
		t.Helper()
		if code, _, stderr := command(t, "", args...); code == 0 || !strings.Contains(stderr, hint) {
			t.Errorf("%v: %d: %s", args, code, stderr)
		}
	}
	at := []string{"--data", there, "--public-url", "https://state.example"}
	with := func(args ...string) []string { return append(args, at...) }
	ok(with("init", "--kind", "state", "--name", "Green State", "--slug", "green", "--zone", "UTC", "--admin", "Sam State", "--login", "sam@state.example", "--password-file", secret)...)
	ok(with("init", "--another", "--parent", "green", "--kind", "district", "--name", "Valley District", "--slug", "valley", "--zone", "UTC", "--admin", "Vera Valley", "--login", "vera@valley.example", "--password-file", secret)...)
	token, bundle := filepath.Join(t.TempDir(), "Green.jwt"), filepath.Join(t.TempDir(), "bundle.json")
	must(t, os.WriteFile(token, []byte(ok(with("registry", "sign", "green")...)), 0o600))
	inOffice(t, at, func(reg *registrar.Registrar, _ func(string) competency.Actor) {
		must(t, reg.Publish(t.Context()))
		file, err := reg.Public().Bundle()
		must(t, err)
		must(t, os.WriteFile(bundle, file.Body, 0o600))
	})
	const state = "did:web:state.example:schools:green"
	refused("it is by", "registry", "import", token, "--data", folder, "--signed-by", "did:web:state.example:schools:valley", "--bundle", bundle)
	refused("registry not usable", "registry", "import", token, "--data", folder)
	refused("letters", "registry", "import", token, "--data", folder, "--name", "../x", "--signed-by", state, "--bundle", bundle)
	ok("registry", "import", token, "--data", folder, "--signed-by", state, "--bundle", bundle)
	if got := ok("registry", "list", "--data", folder); !strings.Contains(got, "green: Green State, 1 entries, signed by "+state) {
		t.Errorf("got %s", got)
	}
	lists, err := registrar.ReadLists(filepath.Join(folder, "registries"))
	must(t, err)
	if entry := lists[0].Registry.Entries[0]; entry.DID != "did:web:state.example:schools:valley" || entry.Endorsement == "" || entry.Until.IsZero() {
		t.Errorf("got %+v", entry)
	}
	must(t, os.WriteFile(filepath.Join(folder, "registries", "green.json"), []byte("{}"), 0o600))
	refused("registries/green.json", "registry", "list", "--data", folder)
	ok("registry", "remove", "green", "--data", folder)
	refused("no list", "registry", "remove", "green", "--data", folder)
	if got := ok("registry", "list", "--data", folder); got != "" {
		t.Errorf("still there: %s", got)
	}

	refused("no organisation", with("registry", "vouch", "nowhere")...)
	refused("none above it", with("registry", "vouch", "green")...)
	ok(with("registry", "vouch", "valley", "--end")...)
	refused("", with("registry", "vouch", "valley", "--end")...)
	ok(with("registry", "vouch", "valley")...)
}
