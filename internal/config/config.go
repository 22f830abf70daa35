// Package config reads the settings of the server from the environment.
package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Config is every setting of the server. Each field has a default that works,
// or an error that names its variable. Flags of the command set the same fields.
type Config struct {
	// Addr is where the server listens, "HOST:PORT".
	Addr string `env:"LAUREL_ADDR" envDefault:"127.0.0.1:8080"`
	// Data is the folder for files and, by default, database and keys.
	Data string `env:"LAUREL_DATA" envDefault:"data"`
	// Database is "sqlite:PATH" or "postgres://…"; empty is sqlite in Data.
	Database Secret `env:"LAUREL_DATABASE"`
	// DatabaseFile names a file that holds Database.
	DatabaseFile Secret `env:"LAUREL_DATABASE_FILE,file"`
	// PublicURL is the address that readers use; links, QR codes and did:web
	// identifiers are made from it and never from a request. Empty is
	// http://localhost:PORT, which is good for trying only.
	PublicURL string `env:"LAUREL_PUBLIC_URL"`
	// KeyFile holds the key-encryption key, apart from the database; empty is key-encryption.key in Data.
	KeyFile string `env:"LAUREL_KEY_FILE"`
	// PKCS11Module is the PKCS #11 library of a security module for signing keys,
	// and PKCS11Token the label of its token; empty is none.
	PKCS11Module string `env:"LAUREL_PKCS11_MODULE"`
	PKCS11Token  string `env:"LAUREL_PKCS11_TOKEN"`
	// PKCS11PIN is the token's user PIN.
	PKCS11PIN Secret `env:"LAUREL_PKCS11_PIN"`
	// PKCS11PINFile names a file that holds PKCS11PIN.
	PKCS11PINFile Secret `env:"LAUREL_PKCS11_PIN_FILE,file"`
	// TrustedProxies are addresses whose X-Forwarded-For is believed, for rate limits only.
	TrustedProxies []string `env:"LAUREL_TRUSTED_PROXIES"`
	// Fetch says whether documents of other hosts are read for readers: on or off.
	Fetch string `env:"LAUREL_FETCH" envDefault:"on"`
	// Fonts are font files for the letters of names that the product's own fonts
	// lack, such as Chinese, Japanese and Korean ones; several are parted by commas.
	Fonts []string `env:"LAUREL_FONTS"`
	// LogLevel is debug, info, warn or error.
	LogLevel slog.Level `env:"LAUREL_LOG_LEVEL" envDefault:"info"`
	// Demo fills an empty data folder with a fictional school.
	Demo bool `env:"LAUREL_DEMO"`
	// Conformance answers the public test suites of the standards, at an address
	// of its own and with keys of its own; ConformanceTLS does so on https, with a
	// certificate made for this one run.
	Conformance    bool `env:"LAUREL_CONFORMANCE"`
	ConformanceTLS bool `env:"LAUREL_CONFORMANCE_TLS"`
	// ConformanceAddr is where it listens, "HOST:PORT"; port 0 is any free one.
	ConformanceAddr string `env:"LAUREL_CONFORMANCE_ADDR" envDefault:"127.0.0.1:0"`
}

// Secret is a setting that never prints.
type Secret string

// LogValue keeps the secret out of logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// String keeps the secret out of messages.
func (Secret) String() string { return "[redacted]" }

// Read gives the settings of an environment ("NAME=value"), unchecked: flags come on top.
func Read(environ []string) (Config, error) {
	c, err := env.ParseAsWithOptions[Config](env.Options{Environment: env.ToMap(environ)})
	if err != nil {
		return Config{}, fmt.Errorf("reading the environment: %w", err)
	}
	return c, nil
}

// Complete fills what follows from other fields and answers every error at once.
func (c Config) Complete() (Config, error) {
	var errs []error
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		errs = append(errs, fmt.Errorf("LAUREL_ADDR (--addr) must be HOST:PORT: %w", err))
	}
	if _, _, err := net.SplitHostPort(c.ConformanceAddr); c.Conformance && err != nil {
		errs = append(errs, fmt.Errorf("LAUREL_CONFORMANCE_ADDR (--conformance-addr) must be HOST:PORT: %w", err))
	}
	if c.Data == "" {
		errs = append(errs, errors.New("LAUREL_DATA (--data) must name a folder"))
	}
	if c.DatabaseFile != "" {
		if c.Database != "" {
			errs = append(errs, errors.New("set LAUREL_DATABASE or LAUREL_DATABASE_FILE, not both"))
		}
		c.Database, c.DatabaseFile = Secret(strings.TrimSpace(string(c.DatabaseFile))), "" // a port taken late completes once more
	}
	if c.Database == "" {
		c.Database = Secret("sqlite:" + filepath.Join(c.Data, "laurel.db"))
	}
	if scheme, rest, _ := strings.Cut(string(c.Database), ":"); rest == "" || scheme != "sqlite" && scheme != "postgres" && scheme != "postgresql" {
		errs = append(errs, errors.New("LAUREL_DATABASE (--database) must be sqlite:PATH or postgres://…"))
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://localhost:" + port
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	if err := checkPublicURL(c.PublicURL); err != nil {
		errs = append(errs, err)
	}
	if c.KeyFile == "" {
		c.KeyFile = filepath.Join(c.Data, "key-encryption.key")
	}
	if c.PKCS11PINFile != "" {
		if c.PKCS11PIN != "" {
			errs = append(errs, errors.New("set LAUREL_PKCS11_PIN or LAUREL_PKCS11_PIN_FILE, not both"))
		}
		c.PKCS11PIN, c.PKCS11PINFile = Secret(strings.TrimSpace(string(c.PKCS11PINFile))), ""
	}
	if all, none := c.module(); !all && !none {
		errs = append(errs, errors.New("a security module needs all of LAUREL_PKCS11_MODULE, LAUREL_PKCS11_TOKEN and LAUREL_PKCS11_PIN (or LAUREL_PKCS11_PIN_FILE)"))
	}
	if c.Fetch != "on" && c.Fetch != "off" {
		errs = append(errs, fmt.Errorf("LAUREL_FETCH must be on or off (--no-fetch), got %q", c.Fetch))
	}
	for _, p := range c.TrustedProxies {
		if net.ParseIP(p) == nil {
			if _, _, err := net.ParseCIDR(p); err != nil {
				errs = append(errs, fmt.Errorf("LAUREL_TRUSTED_PROXIES: %q is neither an address nor a range", p))
			}
		}
	}
	return c, errors.Join(errs...)
}

// module tells whether all of the settings of a security module are there, or none.
func (c Config) module() (all, none bool) {
	all = c.PKCS11Module != "" && c.PKCS11Token != "" && c.PKCS11PIN != ""
	return all, c.PKCS11Module == "" && c.PKCS11Token == "" && c.PKCS11PIN == ""
}

// Files is the folder where uploaded files are kept by content hash.
func (c Config) Files() string { return filepath.Join(c.Data, "files") }

// Marks is the folder that remembers beside the database how many places of
// status lists were given out. It is never put back from a backup.
func (c Config) Marks() string { return filepath.Join(c.Data, "status-marks") }

// Registries is the folder of registries of elsewhere that are carried.
func (c Config) Registries() string { return filepath.Join(c.Data, "registries") }

// FetchHost is the public host, which holds its own documents and is never asked for them.
func (c Config) FetchHost() string {
	_, host, _ := strings.Cut(c.PublicURL, "://")
	return host
}

func checkPublicURL(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "":
		return fmt.Errorf("LAUREL_PUBLIC_URL (--public-url) must be https://HOST without a path, got %q", s)
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("LAUREL_PUBLIC_URL (--public-url) must be https; plain http is only for localhost, got %q", s)
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
