package verifier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// MaxRegistryBytes is the size of the largest registry that is read, plain or signed.
const MaxRegistryBytes = 8 << 20

// TypeRegistry is the header typ of a signed registry. No JSON-LD context gives
// its words a meaning, so it is a plain JWS and no credential.
const TypeRegistry = "laurel-registry+jwt"

// ErrRegistry is the kind of error of a registry that is not taken.
var ErrRegistry = errors.New("registry not usable")

// Registry is a list of issuers that somebody vouches for.
type Registry struct {
	Name    string  `json:"name,omitempty"`
	Entries []Entry `json:"entries"`
}

// ParseRegistry reads a registry: a name, and the entries that a bundle or
// /registry.json has. Unknown and repeated members and entries that are not
// complete are refused. Whoever uses it trusts the place it came from. The error
// is ErrRegistry.
func ParseRegistry(data []byte) (Registry, error) {
	var r Registry
	if err := decodeStrict(data, MaxRegistryBytes, &r); err != nil {
		return Registry{}, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	if err := r.validate(); err != nil {
		return Registry{}, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	return r, nil
}

// decodeStrict reads JSON of at most max bytes into a value and refuses members that it does not have.
func decodeStrict(data []byte, max int, into any) error {
	if err := credentials.CheckJSON(data, max); err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// validate tells whether every entry is complete.
func (r Registry) validate() error {
	for i, e := range r.Entries {
		if e.DID == "" || e.Name == "" || e.By.DID == "" || e.By.Name == "" {
			return fmt.Errorf("entry %d of the registry is not complete", i)
		}
		if !e.Until.IsZero() && e.Until.Before(e.From) {
			return fmt.Errorf("entry %d of the registry ends before it begins", i)
		}
		if e.Endorsement == "" {
			continue
		}
		if _, _, err := proof.ParseJWT([]byte(e.Endorsement)); err != nil {
			return fmt.Errorf("the endorsement in entry %d of the registry: %w", i, err)
		}
	}
	return nil
}

// registryClaims is what a signed registry says.
type registryClaims struct {
	Issuer   string   `json:"iss"`
	IssuedAt int64    `json:"iat"`
	Expires  int64    `json:"exp"`
	Registry Registry `json:"registry"`
}

// RegistryClaims writes what an authority signs, as a compact JWS with the
// header typ TypeRegistry, to give its registry to others until a time. The
// error is ErrRegistry.
func RegistryClaims(authority string, r Registry, from, until time.Time) ([]byte, error) {
	if err := r.validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	return json.Marshal(registryClaims{authority, from.Unix(), until.Unix(), r})
}

// OpenRegistry reads a signed registry and checks that the authority named by
// the reader signed it and that it is in force. Its entries vouch for nothing
// that is issued after the list ends. The error is ErrRegistry.
func (v *Verifier) OpenRegistry(ctx context.Context, token []byte, authority string) (Registry, error) {
	refused := func(why string) (Registry, error) { return Registry{}, fmt.Errorf("%w: %s", ErrRegistry, why) }
	token = bytes.TrimSpace(token)
	if len(token) > MaxRegistryBytes {
		return refused("it is too large")
	}
	jwt, header, err := proof.ParseJWT(token)
	if err != nil {
		return Registry{}, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	if header.Type != TypeRegistry {
		return refused(fmt.Sprintf("it is signed as %q and not as a registry", header.Type))
	}
	var claims registryClaims
	if err := decodeStrict(jwt.Payload, MaxRegistryBytes, &claims); err != nil {
		return Registry{}, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	from, until := time.Unix(claims.IssuedAt, 0).UTC(), time.Unix(claims.Expires, 0).UTC()
	switch now := v.now(); {
	case claims.Issuer != authority:
		return refused(fmt.Sprintf("it is by %q", claims.Issuer))
	case from.After(now.Add(Skew)):
		return refused("it begins later")
	case !until.After(now):
		return refused("it has ended")
	}
	found := v.findKey(ctx, authority, header, from)
	if found.check.Outcome != Pass {
		return refused("whose key signed it: " + found.check.Code)
	}
	if err := jwt.Verify(found.key); err != nil {
		return Registry{}, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	if err := claims.Registry.validate(); err != nil {
		return Registry{}, fmt.Errorf("%w: %w", ErrRegistry, err)
	}
	for i, e := range claims.Registry.Entries {
		if e.Until.IsZero() || e.Until.After(until) {
			claims.Registry.Entries[i].Until = until
		}
	}
	return claims.Registry, nil
}

// Registries are several sources of recognition that a reader uses together,
// the first before the others.
type Registries []RegistrySource

// Entries gives the entries of all of them for a DID. A source that fails
// vouches for nobody.
func (all Registries) Entries(ctx context.Context, id string) ([]Entry, error) {
	var out []Entry
	for _, source := range all {
		entries, err := source.Entries(ctx, id)
		if err == nil {
			out = append(out, entries...)
		}
	}
	return slices.Clip(out), nil
}

// registryIndex is a registry by issuer.
type registryIndex map[string][]Entry

// Source makes a registry a source. The registry must not be changed afterwards.
func (r Registry) Source() RegistrySource {
	index := make(registryIndex, len(r.Entries))
	for _, e := range r.Entries {
		index[e.DID] = append(index[e.DID], e)
	}
	return index
}

// Entries gives the entries for a DID.
func (i registryIndex) Entries(_ context.Context, id string) ([]Entry, error) { return i[id], nil }
