package verifier

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
)

// BundleVersion is the only version of the bundle's form.
const BundleVersion = 1

// MaxBundleBytes is the size of the largest bundle that ParseBundle reads.
const MaxBundleBytes = 64 << 20

// ErrBundle is the kind of error of a bundle that cannot be read.
var ErrBundle = errors.New("bundle not usable")

// Bundle is everything that a verification may rely on, taken along: what
// issuers publish, and a registry. Whoever relies on a bundle trusts the place
// it came from. It is not changed after it was made; it serves as key, status
// and registry source at once.
type Bundle struct {
	Version int `json:"version"`
	// MadeAt is when everything in the bundle was known to be current.
	MadeAt time.Time `json:"madeAt"`
	// DIDs are DID documents by their id.
	DIDs map[string]json.RawMessage `json:"dids"`
	// Keys is what is known of keys, by key ID.
	Keys map[string]KeyTimes `json:"keys,omitempty"`
	// Lists are status lists by their address: compact VC-JWTs, or documents as JSON in a text.
	Lists map[string]string `json:"lists"`
	// States are the addresses of lists of states, which are among Lists, by that
	// of the revocation list that each goes with; see [StateListSource].
	States   map[string]string `json:"states,omitempty"`
	Registry Registry          `json:"registry"`
}

// ParseBundle reads a bundle. Unknown and repeated members, documents about
// another DID and lists that are not tokens are refused. The error is ErrBundle.
func ParseBundle(data []byte) (*Bundle, error) {
	b := &Bundle{}
	if err := decodeStrict(data, MaxBundleBytes, b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if err := b.Validate(); err != nil {
		return nil, err
	}
	return b, nil
}

// Validate tells whether the parts of a bundle are what they are listed as. The error is ErrBundle.
func (b *Bundle) Validate() error {
	if b.Version != BundleVersion {
		return fmt.Errorf("%w: its version is %d", ErrBundle, b.Version)
	}
	if b.MadeAt.IsZero() {
		return fmt.Errorf("%w: it does not say when it was made", ErrBundle)
	}
	for id, doc := range b.DIDs {
		if _, err := did.ParseDocument(id, doc); err != nil {
			return fmt.Errorf("%w: %w", ErrBundle, err)
		}
	}
	for url, text := range b.Lists {
		if err := checkListText(text); err != nil {
			return fmt.Errorf("%w: the list %s: %w", ErrBundle, url, err)
		}
	}
	for url, states := range b.States {
		if b.Lists[url] == "" || b.Lists[states] == "" {
			return fmt.Errorf("%w: the list of states of %s is not there", ErrBundle, url)
		}
	}
	if err := b.Registry.validate(); err != nil {
		return fmt.Errorf("%w: %w", ErrBundle, err)
	}
	return nil
}

// checkListText tells whether a text is a token or a document at all.
func checkListText(text string) error {
	if strings.HasPrefix(text, "{") {
		return credentials.CheckJSON([]byte(text), credentials.MaxBytes)
	}
	_, _, err := proof.ParseJWT([]byte(text))
	return err
}

// Document gives a DID document of the bundle, or ErrNotHeld.
func (b *Bundle) Document(_ context.Context, id string) ([]byte, error) {
	if doc, ok := b.DIDs[id]; ok {
		return doc, nil
	}
	return nil, ErrNotHeld
}

// KeyTimes gives what the bundle knows of a key.
func (b *Bundle) KeyTimes(_ context.Context, keyID string) (KeyTimes, error) {
	return b.Keys[keyID], nil
}

// List gives a status list of the bundle, current as of MadeAt, or ErrNotHeld.
func (b *Bundle) List(_ context.Context, url string) (ListCopy, error) {
	if token, ok := b.Lists[url]; ok {
		return ListCopy{Token: token, At: b.MadeAt}, nil
	}
	return ListCopy{}, ErrNotHeld
}

// StateList gives the address of the list of states of a revocation list, or ErrNotHeld.
func (b *Bundle) StateList(_ context.Context, url string) (string, error) {
	if states, ok := b.States[url]; ok {
		return states, nil
	}
	return "", ErrNotHeld
}

// Entries gives the registry's entries for a DID.
func (b *Bundle) Entries(_ context.Context, id string) ([]Entry, error) {
	var out []Entry
	for _, e := range b.Registry.Entries {
		if e.DID == id {
			out = append(out, e)
		}
	}
	return out, nil
}

// Clone gives a bundle whose maps and entries may be changed, to be published after.
func (b *Bundle) Clone() *Bundle {
	out := *b
	out.DIDs, out.Keys, out.Lists, out.States = maps.Clone(b.DIDs), maps.Clone(b.Keys), maps.Clone(b.Lists), maps.Clone(b.States)
	out.Registry.Entries = slices.Clone(b.Registry.Entries)
	return &out
}

// Published is a bundle that is replaced while it is read: what a server
// publishes, held in memory. It is safe for concurrent use and reading takes no lock.
type Published struct{ current atomic.Pointer[edition] }

// edition is one bundle and its registry by DID.
type edition struct {
	bundle  *Bundle
	entries map[string][]Entry
}

// NewPublished starts with a bundle, or with an empty one when it is nil.
func NewPublished(b *Bundle) *Published {
	p := &Published{}
	if b == nil {
		b = &Bundle{Version: BundleVersion}
	}
	p.Update(b)
	return p
}

// Snapshot is the present bundle. It must not be changed.
func (p *Published) Snapshot() *Bundle { return p.current.Load().bundle }

// Update replaces the bundle at once; it must not be changed afterwards (see
// Bundle.Clone). Its MadeAt is what readers are told as
// the time of the status, so refresh it whenever the lists were compared with
// what is stored, also when nothing had changed.
func (p *Published) Update(b *Bundle) {
	e := &edition{bundle: b, entries: make(map[string][]Entry, len(b.Registry.Entries))}
	for _, one := range b.Registry.Entries {
		e.entries[one.DID] = append(e.entries[one.DID], one)
	}
	p.current.Store(e)
}

// Document gives a DID document of the present bundle, or ErrNotHeld.
func (p *Published) Document(ctx context.Context, id string) ([]byte, error) {
	return p.Snapshot().Document(ctx, id)
}

// KeyTimes gives what the present bundle knows of a key.
func (p *Published) KeyTimes(ctx context.Context, keyID string) (KeyTimes, error) {
	return p.Snapshot().KeyTimes(ctx, keyID)
}

// List gives a status list of the present bundle, or ErrNotHeld.
func (p *Published) List(ctx context.Context, url string) (ListCopy, error) {
	return p.Snapshot().List(ctx, url)
}

// StateList gives the address of a list of states of the present bundle, or ErrNotHeld.
func (p *Published) StateList(ctx context.Context, url string) (string, error) {
	return p.Snapshot().StateList(ctx, url)
}

// Entries gives the present registry's entries for a DID.
func (p *Published) Entries(_ context.Context, id string) ([]Entry, error) {
	return p.current.Load().entries[id], nil
}
