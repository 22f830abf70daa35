package registrar

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"laurel/competency"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// How a process follows what others publish.
const (
	// refreshEvery is how often a process looks for what others have published.
	refreshEvery = 10 * time.Second
	// refreshOverlap covers transactions that began before others were seen.
	refreshOverlap = time.Minute
)

// issuing is what the office needs to sign, to publish and to check.
type issuing struct {
	// write runs a write transaction: the store's, but for tests of faults.
	write    func(ctx context.Context, tenant competency.OrgID, do func(*store.Scope) error) error
	vault    *vault
	host     string // of the public address, for did:web
	verifier *verifier.Verifier
	pages    *remembered[Page]
	marks    *placeMarks
	// published is what the verifier reads; it is replaced whole.
	published *verifier.Published
	// public is the same in the form in which it is served.
	public *atomic.Pointer[Public]
	// publishing lets one reload run at a time.
	publishing *sync.Mutex
}

func newIssuing(o Options) (issuing, error) {
	address, err := url.Parse(o.PublicURL)
	if err != nil || address.Host == "" {
		return issuing{}, fmt.Errorf("the public address %q is not one", o.PublicURL)
	}
	v, err := newVault(o.KeyEncryptionKey, o.Rand, o.Module)
	if err != nil {
		return issuing{}, err
	}
	i := issuing{
		write: o.Store.In, vault: v, host: address.Host, pages: newRemembered[Page](o.Now), marks: newPlaceMarks(o.Marks),
		published: verifier.NewPublished(nil), public: &atomic.Pointer[Public]{}, publishing: &sync.Mutex{},
	}
	registries := verifier.Registries{i.published}
	for _, l := range o.Carried {
		registries = append(registries, l.Registry.Source())
	}
	i.verifier = verifier.New(verifier.Options{Now: o.Now, Keys: i.published, Status: i.published, Registry: registries, Fetch: o.Fetch})
	i.public.Store(&Public{})
	return i, nil
}

// Public is everything that is published without asking who reads: documents
// of identifiers, keys, status lists, the registry. It is never changed; the
// next state is another Public. Reading it needs no database.
type Public struct {
	// DIDs and KeySets are by the organisation's slug, Keys by thumbprint.
	DIDs, KeySets, Keys map[string]File
	// Lists are status lists by their id.
	Lists map[string]SignedFile
	// AllKeys is the key set of every organisation.
	AllKeys File
	// Registry says who vouches for whom.
	Registry File
	// Endorsements are the signed words that it rests on, by the slug of the
	// organisation vouched for.
	Endorsements map[string]SignedFile
	// withdrawn are the thumbprints of compromised keys.
	withdrawn map[string]bool
	bundle    *verifier.Bundle
}

// SignedFile is a signed document in both forms.
type SignedFile struct{ Token, Document File }

// File is published bytes with their entity tag, in quotes.
type File struct {
	Body []byte
	ETag string
}

func newFile(body []byte) File {
	sum := sha256.Sum256(body)
	return File{Body: body, ETag: `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`}
}

// Bundle is everything that laurel-verify needs to judge without a network.
func (p *Public) Bundle() (File, error) {
	body, err := json.Marshal(p.bundle)
	if err != nil {
		return File{}, fmt.Errorf("writing the bundle: %w", err)
	}
	return newFile(body), nil
}

// Public is what is published now.
func (r *Registrar) Public() *Public { return r.public.Load() }

// Verifier judges documents by what is published now. It uses no database.
func (r *Registrar) Verifier() *verifier.Verifier { return r.verifier }

// Publish takes what is stored into memory, from where it is served and
// verified. It is called at the start, after every change of keys,
// organisations and registry, and by [Registrar.KeepPublished].
func (r *Registrar) Publish(ctx context.Context) error {
	r.publishing.Lock()
	defer r.publishing.Unlock()
	before := r.published.Snapshot()
	var since time.Time
	if !before.MadeAt.IsZero() {
		since = before.MadeAt.Add(-refreshOverlap)
	}
	at := r.Now().UTC()
	var s publishable
	if err := r.Store.ReadAll(ctx, func(tx *store.Tx) error { return s.read(tx, since) }); err != nil {
		return fmt.Errorf("publishing: %w", err)
	}
	return r.replace(&s, before, at)
}

// publishable is what the database holds of what is published.
type publishable struct {
	orgs    []competency.Org
	keys    []store.OrgKey
	lists   []store.StatusList
	vouched []store.RegistryEntry
}

func (s *publishable) read(tx *store.Tx, since time.Time) (err error) {
	if s.orgs, err = tx.EveryOrg(); err != nil {
		return err
	}
	if s.keys, err = tx.EveryKey(); err != nil {
		return err
	}
	if s.lists, err = tx.EveryList(since); err != nil {
		return err
	}
	s.vouched, err = tx.EveryVouching()
	return err
}

// replace builds the next state and puts it in place of the present one.
func (r *Registrar) replace(s *publishable, before *verifier.Bundle, at time.Time) error {
	b := &verifier.Bundle{
		Version: verifier.BundleVersion, MadeAt: at,
		DIDs: map[string]json.RawMessage{}, Keys: map[string]verifier.KeyTimes{}, Lists: before.Lists, States: before.States,
		Registry: verifier.Registry{Name: r.PublicURL, Entries: []verifier.Entry{}},
	}
	p := &Public{
		DIDs: map[string]File{}, KeySets: map[string]File{}, Keys: map[string]File{}, Lists: r.Public().Lists,
		withdrawn: map[string]bool{}, bundle: b,
	}
	if err := r.publishKeys(p, s); err != nil {
		return err
	}
	r.addLists(p, s.lists)
	b.Registry.Entries = r.entries(s)
	body, err := json.Marshal(b.Registry)
	if err != nil {
		return fmt.Errorf("writing the registry: %w", err)
	}
	p.Registry, p.Endorsements = newFile(body), endorsements(s)
	r.published.Update(b)
	r.public.Store(p)
	return nil
}

// publishKeys writes the documents and key sets of every organisation. A key
// set holds what makes signatures good: no key that is not in use yet, and none
// that is reported as stolen.
func (r *Registrar) publishKeys(p *Public, s *publishable) error {
	byOrg := map[competency.OrgID][]store.OrgKey{}
	for _, k := range s.keys {
		byOrg[k.Org] = append(byOrg[k.Org], k)
	}
	var all []proof.Key
	for _, o := range s.orgs {
		ring, err := r.keyring(o, byOrg[o.ID])
		if err != nil {
			return err
		}
		doc, err := ring.document(r.did(o))
		if err != nil {
			return err
		}
		set, err := did.KeySet(ring.good)
		if err != nil {
			return fmt.Errorf("writing the keys of %s: %w", o.ID, err)
		}
		p.bundle.DIDs[r.did(o)] = doc
		p.DIDs[o.Slug], p.KeySets[o.Slug] = newFile(doc), newFile(set)
		maps.Copy(p.bundle.Keys, ring.times)
		for _, key := range ring.good {
			single, err := did.SingleKey(key)
			if err != nil {
				return fmt.Errorf("writing key %s: %w", key.ID, err)
			}
			p.Keys[key.Thumbprint()] = newFile(single)
		}
		for _, w := range ring.withdrawn {
			p.withdrawn[w.Key.Thumbprint()] = true
		}
		all = append(all, ring.good...)
	}
	set, err := did.KeySet(all)
	if err != nil {
		return fmt.Errorf("writing the key set: %w", err)
	}
	p.AllKeys = newFile(set)
	return nil
}

// endorsements are the signed words in force, the oldest where several
// organisations vouch for one.
func endorsements(s *publishable) map[string]SignedFile {
	slugs := map[competency.OrgID]string{}
	for _, o := range s.orgs {
		slugs[o.ID] = o.Slug
	}
	all := map[string]SignedFile{}
	for _, e := range s.vouched {
		slug := slugs[e.Org]
		if _, has := all[slug]; !has && e.Endorsement != nil && e.Until.IsZero() {
			all[slug] = SignedFile{Token: newFile([]byte(e.Endorsement.Token)), Document: newFile(e.Endorsement.Embedded)}
		}
	}
	return all
}

// entries is the registry in the verifier's words.
func (r *Registrar) entries(s *publishable) []verifier.Entry {
	orgs := map[competency.OrgID]competency.Org{}
	for _, o := range s.orgs {
		orgs[o.ID] = o
	}
	list := []verifier.Entry{}
	for _, e := range s.vouched {
		o, by := orgs[e.Org], orgs[e.By]
		entry := verifier.Entry{
			DID: r.did(o), Name: o.Name, Kind: string(o.Kind), By: verifier.Authority{DID: r.did(by), Name: by.Name},
			Types: e.Types, From: e.From.Truncate(time.Second), Until: e.Until,
		}
		if e.Endorsement != nil {
			entry.Endorsement = e.Endorsement.Token
		}
		list = append(list, entry)
	}
	return list
}

// KeepPublished follows what other processes publish on the same database,
// until ctx ends.
func (r *Registrar) KeepPublished(ctx context.Context) {
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		// What is in memory stays good, and says how old it is.
		if err := r.Publish(ctx); err != nil && ctx.Err() == nil {
			r.Log.WarnContext(ctx, "what is published could not be refreshed", slog.Any("error", err))
		}
	}
}
