package verifier

import (
	"bytes"
	"context"
	"errors"
	"time"
)

// ErrNotHeld is the answer of a source that does not have what was asked for.
// The check is then unknown, never passed.
var ErrNotHeld = errors.New("not at hand")

// KeySource gives what issuers publish about their keys.
type KeySource interface {
	// Document gives the bytes of the DID document or controlled identifier
	// document of id, or ErrNotHeld. The bytes must not be changed.
	Document(ctx context.Context, id string) ([]byte, error)
	// KeyTimes gives what is known of a key beside its document; the zero value when nothing is.
	KeyTimes(ctx context.Context, keyID string) (KeyTimes, error)
}

// KeyTimes is the life of a key. A zero time has not come to pass, or is not known.
type KeyTimes struct {
	// Pending means that the key is published and has not signed anything yet.
	Pending bool `json:"pending,omitzero"`
	// Activated is the earliest validFrom that the key may sign.
	Activated time.Time `json:"activated,omitzero"`
	// Retired is the latest; what was signed before stays good.
	Retired time.Time `json:"retired,omitzero"`
	// Compromised means that nothing it signed can be relied on, whatever date it bears.
	Compromised time.Time `json:"compromised,omitzero"`
}

// StatusSource gives published status lists.
type StatusSource interface {
	// List gives the list published at url, or ErrNotHeld.
	List(ctx context.Context, url string) (ListCopy, error)
}

// fetchedLists are the lists that are held, and then those of elsewhere.
type fetchedLists struct {
	held  StatusSource
	fetch *Fetcher
}

// List gives the list published at url, held or fetched, or ErrNotHeld. Whose
// it is and whether it is whole, its signature says.
func (l fetchedLists) List(ctx context.Context, url string) (ListCopy, error) {
	if held, err := l.held.List(ctx, url); err == nil {
		return held, nil
	}
	got, err := l.fetch.get(ctx, listDocument, url)
	if err != nil {
		return ListCopy{}, err
	}
	return ListCopy{Token: string(bytes.TrimSpace(got.body)), At: got.at}, nil
}

// StateListSource is a [StatusSource] that also knows of lists that no
// credential names: Open Badges allows one status entry, and Laurel's is for
// revocation. A list of states tells, for the same indices, which credential is
// on hold and which was replaced (status.State).
type StateListSource interface {
	StatusSource
	// StateList gives the address of the list of states that goes with the
	// revocation list at url and is of the same issuer, or ErrNotHeld when there is none.
	StateList(ctx context.Context, url string) (string, error)
}

// ListCopy is a status list and when it was known to be the current one.
type ListCopy struct {
	Token string // a compact VC-JWT, or a document as JSON
	At    time.Time
}

// RegistrySource tells who vouches for an issuer.
type RegistrySource interface {
	// Entries gives the entries for a DID; none when nobody vouches for it.
	Entries(ctx context.Context, did string) ([]Entry, error)
}

// Entry says that one organisation vouches for another.
type Entry struct {
	DID  string    `json:"did"`
	Name string    `json:"name"`
	Kind string    `json:"kind,omitempty"` // school, district, provider, …
	By   Authority `json:"by"`
	// Types are the achievementType words that the issuer may award; empty for all.
	Types []string `json:"types,omitempty"`
	// From and Until bound the issue dates that the entry vouches for; zero for no bound.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Endorsement is the signed word of By for DID, a compact VC-JWT of an
	// EndorsementCredential (OB 3.0 data model). An entry that states one vouches
	// only if it is good; see [EndorsementOf].
	Endorsement string `json:"endorsement,omitempty"`
}

// nothing is the source that holds nothing.
type nothing struct{}

// Document answers ErrNotHeld.
func (nothing) Document(context.Context, string) ([]byte, error) { return nil, ErrNotHeld }

// KeyTimes knows of no key.
func (nothing) KeyTimes(context.Context, string) (KeyTimes, error) { return KeyTimes{}, nil }

// List answers ErrNotHeld.
func (nothing) List(context.Context, string) (ListCopy, error) { return ListCopy{}, ErrNotHeld }

// Entries vouches for nobody.
func (nothing) Entries(context.Context, string) ([]Entry, error) { return nil, nil }
