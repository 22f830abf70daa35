package registrar

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// signingAlgs are the keys that every organisation has: ES256 signs VC-JWTs,
// Ed25519 signs documents with an embedded proof.
var signingAlgs = []proof.Alg{proof.ES256, proof.EdDSA}

// makeKey makes a key for an organisation at a keeper, pending or active at once,
// and answers its thumbprint.
func (r *Registrar) makeKey(d *desk, org competency.OrgID, alg proof.Alg, keeper competency.KeyKeeper, state competency.KeyState) (string, error) {
	public, sealed, err := r.vault.create(org, alg, keeper)
	if err != nil {
		return "", fmt.Errorf("making a key of organisation %s: %w", org, err)
	}
	jwk, err := json.Marshal(public.JWK())
	if err != nil {
		return "", fmt.Errorf("writing a public key: %w", err)
	}
	k := store.OrgKey{
		SigningKey: competency.SigningKey{
			Thumbprint: public.Thumbprint(), Org: org, Alg: string(alg), Keeper: keeper, State: state, Created: d.at,
		},
		JWK: string(jwk), Sealed: sealed,
	}
	if state == competency.KeyActive {
		k.Activated = d.at
	}
	return k.Thumbprint, d.AddKey(k)
}

// ensureKeys makes the keys that an organisation lacks: one P-256 and one
// Ed25519. It belongs into the act that makes the organisation, whose first keys
// need no second person: nothing rests on them yet. What is published follows
// with the next [Registrar.Publish].
func (r *Registrar) ensureKeys(d *desk, org competency.OrgID) error {
	keys, err := d.Keys(org)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, k := range keys {
		has[k.Alg] = has[k.Alg] || k.State == competency.KeyActive
	}
	for _, alg := range signingAlgs {
		if has[string(alg)] {
			continue
		}
		if _, err := r.makeKey(d, org, alg, competency.EnvelopeKeeper, competency.KeyActive); err != nil {
			return fmt.Errorf("making the keys of organisation %s: %w", org, err)
		}
	}
	return nil
}

// errNoKey is an organisation without an active key: a fault of ours, since
// every organisation gets its keys when it is made, and none is taken out of use
// without another in its place.
var errNoKey = errors.New("the organisation has no active signing key")

// signer answers the organisation's active key of the algorithm, under the name
// by which documents refer to it: a token names the key as JWK, a proof inside a
// document names it as Multikey.
func (r *Registrar) signer(keys []store.OrgKey, o competency.Org, alg proof.Alg) (proof.Signer, store.OrgKey, error) {
	for _, k := range keys {
		if k.State != competency.KeyActive || k.Alg != string(alg) {
			continue
		}
		public, err := r.publicKey(o, k)
		if err != nil {
			return nil, k, err
		}
		if alg == proof.EdDSA {
			public.ID = did.MethodID(r.did(o), public)
		}
		signer, err := r.vault.signer(k, public)
		if err != nil {
			return nil, k, fmt.Errorf("opening key %s: %w", k.Thumbprint, err)
		}
		return signer, k, nil
	}
	return nil, store.OrgKey{}, fmt.Errorf("organisation %s: %w", o.ID, errNoKey)
}

// did is the identifier of an organisation (house rule: did:web:HOST:schools:SLUG
// for every kind of organisation).
func (r *Registrar) did(o competency.Org) string { return did.Web(r.host, "schools", o.Slug) }

// publicKey reads a stored public key under its verification method.
func (r *Registrar) publicKey(o competency.Org, k store.OrgKey) (proof.Key, error) {
	node, err := credentials.Parse([]byte(k.JWK))
	if err != nil {
		return proof.Key{}, fmt.Errorf("reading key %s: %w", k.Thumbprint, err)
	}
	key, err := proof.ParseJWK(node)
	if err != nil {
		return proof.Key{}, fmt.Errorf("reading key %s: %w", k.Thumbprint, err)
	}
	key.ID = did.KeyID(r.did(o), key)
	return key, nil
}

// keyring is an organisation's keys as readers learn of them.
type keyring struct {
	// pending are published before they sign, so that a reader who keeps what is
	// published for a while knows them when they do.
	pending []proof.Key
	// good sign, or have signed in their time.
	good []proof.Key
	// withdrawn are reported as stolen or lost.
	withdrawn []did.Withdrawn
	times     map[string]verifier.KeyTimes
}

// keyring reads the keys of an organisation. A key that was retired before it
// was ever in use is not among them.
func (r *Registrar) keyring(o competency.Org, keys []store.OrgKey) (*keyring, error) {
	ring := &keyring{times: map[string]verifier.KeyTimes{}}
	for _, k := range keys {
		if k.State == competency.KeyRetired && k.Activated.IsZero() {
			continue
		}
		key, err := r.publicKey(o, k)
		if err != nil {
			return nil, err
		}
		ring.times[key.ID] = keyTimes(k.SigningKey)
		switch k.State {
		case competency.KeyPending:
			ring.pending = append(ring.pending, key)
		case competency.KeyActive, competency.KeyRetired:
			ring.good = append(ring.good, key)
		case competency.KeyCompromised:
			ring.withdrawn = append(ring.withdrawn, did.Withdrawn{Key: key, At: k.Compromised.Truncate(time.Second)})
		}
	}
	return ring, nil
}

// document is the DID document that holds the keys.
func (k *keyring) document(id string) ([]byte, error) {
	return did.Build(id, append(slices.Clip(k.good), k.pending...), k.withdrawn...)
}

// keyTimes is the life of a key as a verifier judges it, to the second as dates
// in documents are.
func keyTimes(k competency.SigningKey) verifier.KeyTimes {
	return verifier.KeyTimes{
		Pending: k.State == competency.KeyPending, Activated: k.Activated.Truncate(time.Second), Retired: k.Retired, Compromised: k.Compromised,
	}
}

// publicKeys answers the keys of the tenant's organisations, the oldest first.
func publicKeys(sc *store.Scope) (map[competency.OrgID][]competency.SigningKey, error) {
	keys, err := sc.TenantKeys()
	if err != nil {
		return nil, err
	}
	all := map[competency.OrgID][]competency.SigningKey{}
	for _, k := range keys {
		all[k.Org] = append(all[k.Org], k.SigningKey)
	}
	return all, nil
}
