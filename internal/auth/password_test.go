package auth

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestPassword(t *testing.T) {
	t.Parallel()
	hash, err := Standard.Hash(rand.Reader, "a calm morning")
	if err != nil {
		t.Fatal(err)
	}
	if err := Check(hash, "a calm morning"); err != nil {
		t.Errorf("right password: %v", err)
	}
	for _, wrong := range []string{"", "a calm mornin", "A calm morning", strings.Repeat("x", 5000)} {
		if err := Check(hash, wrong); !errors.Is(err, ErrMismatch) {
			t.Errorf("password %.20q: got %v, want ErrMismatch", wrong, err)
		}
	}
	for _, bad := range []string{"", "plain", "$argon2id$v=19$m=4294967295,t=2,p=1$AAAA$AAAA", strings.Replace(hash, "argon2id", "argon2i", 1)} {
		if err := Check(bad, "x"); err == nil || errors.Is(err, ErrMismatch) {
			t.Errorf("hash %q: got %v, want an error of its own", bad, err)
		}
	}
	if !strings.Contains(hash, "$m=19456,t=2,p=1$") {
		t.Errorf("got %s, want the standard costs", hash)
	}
	decoy := Costs{}.Decoy()
	if err := Check(decoy, ""); !errors.Is(err, ErrMismatch) || decoy[:30] != hash[:30] {
		t.Errorf("the decoy %s: got %v, want a mismatch at the same costs", decoy, err)
	}
	again, err := Standard.Hash(rand.Reader, "a calm morning")
	if err != nil || again == hash {
		t.Errorf("two hashes of one password must differ (%v)", err)
	}
}

func TestWeak(t *testing.T) {
	t.Parallel()
	for password, weak := range map[string]bool{
		"short": true, "twelve chars": false, "willow@example.org now": true, "\xff\xfe aaaaaaaaaaaaaa": true,
	} {
		if got := Weak(password, "willow@example.org") != ""; got != weak {
			t.Errorf("Weak(%q): got %v, want %v", password, got, weak)
		}
	}
}

// TestHashesTakeTurns: however many sign in at once, few hashes are made at once.
func TestHashesTakeTurns(t *testing.T) { //nolint:paralleltest // it fills the places that the other tests need
	for range cap(slots) {
		slots <- struct{}{}
	}
	done := make(chan error, 1)
	go func() {
		_, err := Standard.Hash(rand.Reader, "a calm morning")
		done <- err
	}()
	select {
	case <-done:
		t.Error("one more than there are places was made")
	case <-time.After(100 * time.Millisecond):
	}
	for range cap(slots) {
		<-slots
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
