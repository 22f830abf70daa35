package config

import (
	"fmt"
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
	c, err := Read([]string{"LAUREL_ADDR=nowhere", "LAUREL_DATABASE=oracle:x", "LAUREL_PUBLIC_URL=http://school.example/path", "LAUREL_TRUSTED_PROXIES=x", "LAUREL_FETCH=sometimes"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Complete()
	for _, name := range []string{"LAUREL_ADDR", "LAUREL_DATABASE", "LAUREL_PUBLIC_URL", "LAUREL_TRUSTED_PROXIES", "LAUREL_FETCH"} {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("the error does not name %s: %v", name, err)
		}
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
