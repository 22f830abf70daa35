package credentials_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"testing/iotest"

	"laurel/credentials"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	const vector = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399" // OB 3.0, a@example.com and Kosher
	made := credentials.HashedIdentity(credentials.KindEmail, " A@Example.com\n", "Kosher")
	if made.Hash != vector || !made.Hashed || made.Salt != "Kosher" || made.Kind != "emailAddress" {
		t.Errorf("got %+v, want %s", made, vector)
	}
	hashed := func(hash, salt string) credentials.Identity {
		return credentials.Identity{Hashed: true, Hash: hash, Kind: credentials.KindEmail, Salt: salt}
	}
	asGiven := credentials.HashedIdentity(credentials.KindName, "A@Example.com", "s") // hashed without lower case, as others do
	asGiven.Kind = credentials.KindEmail
	tests := []struct {
		name       string
		identity   credentials.Identity
		kind, text string
		want       bool
	}{
		{"ours", made, "emailAddress", "a@example.com", true},
		{"other case", made, "emailAddress", "A@EXAMPLE.com", true},
		{"somebody else", made, "emailAddress", "b@example.com", false},
		{"another kind", made, "name", "a@example.com", false},
		{"upper hexadecimal", hashed("sha256$"+strings.ToUpper(vector[7:]), "Kosher"), "emailAddress", "a@example.com", true},
		{"another salt", hashed(vector, "kosher"), "emailAddress", "a@example.com", false},
		{"hashed as given", asGiven, "emailAddress", "A@Example.com", true},
		{"hashed as given, asked in lower case", asGiven, "emailAddress", "a@example.com", false},
		{"md5 of others", hashed("md5$b418773a2c51fb9777a1648346fa7394", ""), "emailAddress", "a@example.com", true},
		{"md5 of somebody else", hashed("md5$b418773a2c51fb9777a1648346fa7394", ""), "emailAddress", "b@example.com", false},
		{"unknown hash", hashed("crc$00", ""), "emailAddress", "a@example.com", false},
		{"no hash", hashed("", ""), "emailAddress", "a@example.com", false},
		{"plain", credentials.NameIdentity("Amara"), "name", "Amara", true},
		{"plain name, other case", credentials.NameIdentity("Amara"), "name", "amara", false},
		{"plain e-mail, other case", credentials.Identity{Hash: "A@Example.com", Kind: "emailAddress"}, "emailAddress", "a@example.com", true},
		{"hash shown as plain", credentials.Identity{Hash: vector, Kind: "emailAddress", Salt: "Kosher"}, "emailAddress", "a@example.com", false},
		{"nothing", credentials.NameIdentity(""), "name", "", false},
	}
	for _, tt := range tests {
		if got := tt.identity.Matches(tt.kind, tt.text); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

func TestIdentitiesOf(t *testing.T) {
	t.Parallel()
	c := full(t)
	got := credentials.IdentitiesOf(tree(t, c))
	if len(got) != 2 || got[0] != c.Subject.Identifiers[0] || got[1] != c.Subject.Identifiers[1] {
		t.Errorf("got %+v, want %+v", got, c.Subject.Identifiers)
	}
	c.Subject.Identifiers[1].Salt = ""
	refused(t, c, "/credentialSubject/identifier/1/salt", credentials.RuleEmpty)
}

func TestNewSalt(t *testing.T) {
	t.Parallel()
	a, err := credentials.NewSalt(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := credentials.NewSalt(rand.Reader); a == b || len(a) != 22 {
		t.Errorf("got %q and %q", a, b)
	}
	if fixed, _ := credentials.NewSalt(bytes.NewReader(make([]byte, 16))); fixed != strings.Repeat("A", 22) {
		t.Errorf("got %q", fixed)
	}
	if _, err := credentials.NewSalt(iotest.ErrReader(iotest.ErrTimeout)); err == nil {
		t.Error("a salt came out of nothing")
	}
}
