package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.Complete(); err != nil {
		t.Fatal(err)
	}
	if c.PublicURL != "http://localhost:8080" || string(c.Database) != "sqlite:data/laurel.db" {
		t.Errorf("got %q and %q", c.PublicURL, string(c.Database))
	}
	if s := fmt.Sprint(c); strings.Contains(s, "laurel.db") {
		t.Errorf("the database's address is printed: %s", s)
	}
}

func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	c, err := Read([]string{"LAUREL_ADDR=nowhere", "LAUREL_DATABASE=oracle:x", "LAUREL_PUBLIC_URL=http://school.example/path", "LAUREL_TRUSTED_PROXIES=x", "LAUREL_FETCH=sometimes", "LAUREL_PKCS11_MODULE=/lib/x.so"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Complete()
	for _, name := range []string{"LAUREL_ADDR", "LAUREL_DATABASE", "LAUREL_PUBLIC_URL", "LAUREL_TRUSTED_PROXIES", "LAUREL_FETCH", "LAUREL_PKCS11_TOKEN"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s: %v", name, err)
		}
	}
}

// TestModule reads the settings of a security module, the PIN from a file too.
func TestModule(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "pin")
	if err := os.WriteFile(file, []byte("1234\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := []string{"LAUREL_PKCS11_MODULE=/lib/x.so", "LAUREL_PKCS11_TOKEN=laurel"}
	for pin, want := range map[string]string{"LAUREL_PKCS11_PIN=5678": "5678", "LAUREL_PKCS11_PIN_FILE=" + file: "1234"} {
		c, err := Read(append(at, pin))
		if err == nil {
			c, err = c.Complete()
		}
		if err == nil {
			c, err = c.Complete() // a server that took any free port completes twice
		}
		if err != nil || string(c.PKCS11PIN) != want {
			t.Errorf("%s: got %q, %v", pin, string(c.PKCS11PIN), err)
		}
		if s := fmt.Sprint(c); strings.Contains(s, want) {
			t.Errorf("the PIN is printed: %s", s)
		}
	}
	c, err := Read(append(at, "LAUREL_PKCS11_PIN=5678", "LAUREL_PKCS11_PIN_FILE="+file))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Complete(); err == nil || !strings.Contains(err.Error(), "not both") {
		t.Errorf("two PINs: got %v", err)
	}
}

func TestPublicURL(t *testing.T) {
	t.Parallel()
	for u, ok := range map[string]bool{
		"https://laurel.example": true, "http://localhost:8080": true, "http://127.0.0.1:1": true, "http://[::1]:8080": true,
		"http://laurel.example": false, "https://a@b.example": false, "https://b.example/x": false, "ftp://b.example": false, "b.example": false,
	} {
		if err := checkPublicURL(u); (err == nil) != ok {
			t.Errorf("%s: got %v, want ok %v", u, err, ok)
		}
	}
}
