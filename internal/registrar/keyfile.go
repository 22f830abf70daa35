package registrar

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ReadKeyFile answers the key-encryption key: 32 bytes, base64 on one line. A
// file that others may read, or that holds anything else, is refused; one that
// is not there is os.ErrNotExist. Errors never hold what the file does.
func ReadKeyFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading the key-encryption key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the key-encryption key %s may be read by others (%v): its mode must be 0600", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("reading the key-encryption key: %w", err)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != keyBytes {
		return nil, fmt.Errorf("the key-encryption key %s is not the base64 of %d bytes", path, keyBytes)
	}
	return key, nil
}

// MakeKeyFile makes a key-encryption key, writes it where ReadKeyFile finds it,
// readable for its owner alone, and answers it. A file that is there already
// is os.ErrExist and stays as it is: without it nothing signed can be signed again.
func MakeKeyFile(rand io.Reader, path string) (_ []byte, err error) {
	key := make([]byte, keyBytes)
	if _, err := io.ReadFull(rand, key); err != nil {
		return nil, fmt.Errorf("making a key-encryption key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("making a key-encryption key: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("making a key-encryption key: %w", err)
	}
	defer func() { err = errors.Join(err, os.Remove(temp.Name())) }()
	_, err = temp.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return nil, fmt.Errorf("writing a key-encryption key: %w", err)
	}
	// A link appears whole or not at all, and never in place of another file.
	if err := os.Link(temp.Name(), path); err != nil {
		return nil, fmt.Errorf("making a key-encryption key: %w", err)
	}
	return key, nil
}
