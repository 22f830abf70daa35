package status

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"laurel/credentials"
)

// Purpose is what a set bit means (Bitstring Status List 1.0, statusPurpose).
type Purpose string

// The purposes that are understood.
const (
	// Revocation cannot be undone.
	Revocation Purpose = "revocation"
	// Suspension can be undone.
	Suspension Purpose = "suspension"
	// Refresh tells that a newer copy can be had.
	Refresh Purpose = "refresh"
	// Message tells something in words that stand in the entry.
	Message Purpose = "message"
)

// State is an entry of the list of states that goes with a list of revocations:
// a second list of purpose message with the same indices, which no credential
// names, since Open Badges allows one entry. It tells what a revocation list cannot.
type State uint8

// The states.
const (
	Standing   State = 0
	Suspended  State = 1 // on hold; the bit of the revocation list is not set
	Superseded State = 2 // replaced; the bit of the revocation list is set
)

// StateSize is the size of a State in its list, in bits.
const StateSize = 2

// List is a status list about to be published.
type List struct {
	// URL is where the list is published, and its id.
	URL string
	// Issuer is the DID of the organisation whose credentials the list is about.
	Issuer  string
	Purpose Purpose
	// ValidFrom and ValidUntil bound how long a copy may be relied on, to the second.
	ValidFrom, ValidUntil time.Time
	// TTL is how long a reader should keep a copy before asking again; zero leaves it out.
	TTL  time.Duration
	Bits *Bits
}

// subject is the credentialSubject of a status list.
type subject struct {
	ID      string  `json:"id"`
	Type    string  `json:"type"`
	Purpose Purpose `json:"statusPurpose"`
	Encoded string  `json:"encodedList"`
	TTL     int64   `json:"ttl,omitempty"` // milliseconds
}

// Payload gives the list as an unsigned BitstringStatusListCredential (Bitstring
// Status List 1.0): UTF-8 JSON, the same bytes for the same list.
func (l List) Payload() ([]byte, error) {
	if !l.ValidUntil.After(l.ValidFrom) {
		return nil, errors.New("writing a status list: it ends before it starts")
	}
	encoded, err := l.Bits.Encode()
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(struct {
		Context    []string  `json:"@context"`
		ID         string    `json:"id"`
		Type       []string  `json:"type"`
		Issuer     string    `json:"issuer"`
		ValidFrom  time.Time `json:"validFrom"`
		ValidUntil time.Time `json:"validUntil"`
		Subject    subject   `json:"credentialSubject"`
	}{
		Context: []string{credentials.ContextVC},
		ID:      l.URL,
		Type:    []string{"VerifiableCredential", "BitstringStatusListCredential"},
		Issuer:  l.Issuer, ValidFrom: l.ValidFrom.UTC().Truncate(time.Second),
		ValidUntil: l.ValidUntil.UTC().Truncate(time.Second),
		Subject: subject{
			ID: l.URL + "#list", Type: "BitstringStatusList", Purpose: l.Purpose,
			Encoded: encoded, TTL: l.TTL.Milliseconds(),
		},
	})
	if err != nil {
		return nil, fmt.Errorf("writing a status list: %w", err)
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		return nil, fmt.Errorf("writing a status list: %w", err)
	}
	if problems := credentials.Inspect(doc); len(problems) > 0 {
		return nil, fmt.Errorf("writing a status list: %w", credentials.ProblemsError(problems))
	}
	return payload, nil
}
