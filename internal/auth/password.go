// Package auth turns what a person types into proof of who they are. It is
// pure: accounts and sessions are kept by the store.
package auth

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Costs are what one hash of argon2id takes, and so what one guess takes. The
// zero value means Standard.
type Costs struct {
	MemoryKiB uint32 // at least 8
	Passes    uint32 // at least 1
}

// Standard is 19 MiB and two passes (about 50 ms), the OWASP minimum.
var Standard = Costs{MemoryKiB: 19 * 1024, Passes: 2}

const (
	lanes     = 1
	saltBytes = 16
	hashBytes = 32
)

// MinPassword is the least number of characters of a password.
const MinPassword = 12

// maxPasswordBytes bounds the work that one guess can ask for.
const maxPasswordBytes = 1024

// ErrMismatch says that a password is not the one that was hashed.
var ErrMismatch = errors.New("password does not match")

// slots bounds how many hashes are made at once: each takes 19 MiB, and anyone
// may ask for one by trying to sign in.
var slots = make(chan struct{}, 8)

// derive is argon2id, when its turn has come.
func derive(password string, salt []byte, t, m uint32, p uint8) []byte {
	slots <- struct{}{}
	defer func() { <-slots }()
	return argon2.IDKey([]byte(password), salt, t, m, p, hashBytes)
}

// Hash gives the argon2id PHC string of a password, with a salt from rand.
func (c Costs) Hash(rand io.Reader, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("reading a salt: %w", err)
	}
	c = c.orStandard()
	return c.written(salt, derive(password, salt, c.Passes, c.MemoryKiB, lanes)), nil
}

// Decoy is the hash of no password. To check it takes as long as to check any
// other, so that time does not tell whether a name is known.
func (c Costs) Decoy() string {
	return c.orStandard().written(make([]byte, saltBytes), make([]byte, hashBytes))
}

func (c Costs) orStandard() Costs {
	if c == (Costs{}) {
		return Standard
	}
	return c
}

func (c Costs) written(salt, sum []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, lanes, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// Check answers nil if the password has the hash, ErrMismatch if not, and
// another error if the hash is not one of ours.
func Check(hash, password string) error {
	if len(password) > maxPasswordBytes {
		return ErrMismatch
	}
	var version, m, t, p int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return errors.New("reading a password hash: not argon2id")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil {
		return fmt.Errorf("reading a password hash: %w", err)
	}
	if version != argon2.Version || m < 8 || m > 1<<20 || t < 1 || t > 16 || p < 1 || p > 16 {
		return errors.New("reading a password hash: costs out of range")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return fmt.Errorf("reading a password hash: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) != hashBytes {
		return errors.New("reading a password hash: wrong length")
	}
	got := derive(password, salt, uint32(t), uint32(m), uint8(p))
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return ErrMismatch
	}
	return nil
}

// Weak says in a sentence why a new password is refused, or nothing.
func Weak(password, login string) string {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return "This password holds characters that cannot be typed everywhere."
	case n < MinPassword:
		return fmt.Sprintf("Use at least %d characters; a few words in a row do well.", MinPassword)
	case len(password) > maxPasswordBytes:
		return "This password is too long."
	case login != "" && strings.Contains(strings.ToLower(password), strings.ToLower(login)):
		return "Choose a password that does not hold your sign-in name."
	}
	return ""
}
