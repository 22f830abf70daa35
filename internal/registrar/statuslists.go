package registrar

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"laurel/competency"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/internal/store"
)

// Lifetimes of status lists.
const (
	// ListTTL is how long a reader may keep a status list before asking again
	// (domain invariant 12: a change shows within 60 s).
	ListTTL = 30 * time.Second
	// listLife is how long a signed list is good: a long weekend without the server.
	listLife = 72 * time.Hour
	// listRenewal is how long before its end a list is signed again.
	listRenewal = 60 * time.Hour
	// publishPause is how long a list rests after it was signed for a change.
	publishPause = time.Second
)

// listURL is where a status list is published.
func (r *Registrar) listURL(id string) string { return r.PublicURL + "/status/" + id }

// PublishStatus is the job that signs a status list after a change.
type PublishStatus struct {
	Tenant string `json:"tenant"`
	List   string `json:"list"`
}

// Kind names the job.
func (PublishStatus) Kind() string { return "publish_status" }

// RenewLists is the job that signs lists again before they end, and any whose
// change has not been published.
type RenewLists struct{}

// Kind names the job.
func (RenewLists) Kind() string { return "renew_status_lists" }

// PublishChanges is PublishStatus for the job: changes that follow each other
// closely are signed together. It answers how long to wait, and has then done
// nothing.
func (r *Registrar) PublishChanges(ctx context.Context, tenant competency.OrgID, list string) (wait time.Duration, err error) {
	var last time.Time
	err = r.Store.Read(ctx, tenant, func(sc *store.Scope) error {
		pair, err := sc.ListPair(list)
		for _, l := range pair {
			if l.Published.After(last) {
				last = l.Published
			}
		}
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("reading status list %s: %w", list, err)
	}
	if since := r.Now().Sub(last); since >= 0 && since < publishPause {
		return publishPause - since, nil
	}
	return 0, r.PublishStatus(ctx, tenant, list)
}

// PublishStatus signs a list of revocations and its list of states as they
// stand, as far as they have changed or end soon, and publishes both at once.
// When another process signs them at the same moment, theirs or ours are
// published, and both hold every change that was committed before.
func (r *Registrar) PublishStatus(ctx context.Context, tenant competency.OrgID, list string) error {
	for range 3 {
		err := r.signLists(ctx, tenant, list)
		if !errors.Is(err, competency.ErrConflict) {
			return err
		}
	}
	return r.Publish(ctx)
}

// RenewLists signs every list that lacks a change or ends soon, and every
// endorsement that does.
func (r *Registrar) RenewLists(ctx context.Context) error {
	var lists []store.StatusList
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		lists, err = tx.ListsToSign(r.Now().Add(listRenewal))
		return err
	})
	if err != nil {
		return fmt.Errorf("looking for status lists to sign: %w", err)
	}
	var all error
	done := map[string]bool{}
	for _, l := range lists {
		if !done[l.Places()] {
			done[l.Places()] = true
			all = errors.Join(all, r.PublishStatus(ctx, l.Tenant, l.Places()))
		}
	}
	return errors.Join(all, r.RenewEndorsements(ctx))
}

// listsToSign is one pair of lists, read in one look.
type listsToSign struct {
	org     competency.Org
	keys    []store.OrgKey
	lists   []store.StatusList // those that have changed or end soon
	entries [][]store.StatusEntry
}

func (t *listsToSign) read(sc *store.Scope, places string, endBefore time.Time) error {
	pair, err := sc.ListPair(places)
	if err != nil {
		return err
	}
	if t.org, err = sc.Org(pair[0].Org); err != nil {
		return err
	}
	if t.keys, err = sc.Keys(t.org.ID); err != nil {
		return err
	}
	for _, l := range pair {
		if !l.Dirty() && !l.ValidUntil.Before(endBefore) {
			continue
		}
		set, err := sc.Entries(l.ID)
		if err != nil {
			return err
		}
		t.lists, t.entries = append(t.lists, l), append(t.entries, set)
	}
	return nil
}

// signLists reads a pair of lists, signs what is due in both forms and keeps it;
// ErrConflict if it was signed by someone else in between.
func (r *Registrar) signLists(ctx context.Context, tenant competency.OrgID, places string) error {
	now := r.Now().UTC()
	var due listsToSign
	err := r.Store.Read(ctx, tenant, func(sc *store.Scope) error {
		due = listsToSign{}
		return due.read(sc, places, now.Add(listRenewal))
	})
	if err != nil {
		return fmt.Errorf("reading status list %s: %w", places, err)
	}
	if len(due.lists) == 0 {
		return r.Publish(ctx) // another process was faster
	}
	token, _, err := r.signer(due.keys, due.org, proof.ES256)
	if err != nil {
		return err
	}
	embedded, _, err := r.signer(due.keys, due.org, proof.EdDSA)
	if err != nil {
		return err
	}
	issuer := issue.New(r.Now, issue.Keys{JWT: token, Embedded: embedded}, nil)
	for i, l := range due.lists {
		if due.lists[i], err = r.signList(ctx, issuer, l, due.entries[i], now); err != nil {
			return err
		}
	}
	err = r.write(ctx, tenant, func(sc *store.Scope) error {
		for _, l := range due.lists {
			if err := sc.SaveList(l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping status list %s: %w", places, err)
	}
	r.putLists(due.lists)
	return nil
}

// signList makes the signed forms of one list.
func (r *Registrar) signList(ctx context.Context, by *issue.Issuer, l store.StatusList, set []store.StatusEntry, now time.Time) (store.StatusList, error) {
	size := 1
	if l.StatesOf != "" {
		size = status.StateSize
	}
	bits := status.NewOf(size)
	for _, e := range set {
		if err := bits.SetValue(e.Index, size, e.Value); err != nil {
			return l, fmt.Errorf("setting entry %d of status list %s: %w", e.Index, l.ID, err)
		}
	}
	signed, err := by.SignList(ctx, status.List{
		URL: r.listURL(l.ID), Issuer: by.DID(), Purpose: status.Purpose(l.Purpose), Bits: bits, TTL: ListTTL,
		ValidFrom: now, ValidUntil: now.Add(listLife),
	})
	if err != nil {
		return l, err
	}
	document, err := issue.Document(signed.Payload, signed.Proof)
	if err != nil {
		return l, err
	}
	l.Token, l.Document, l.Published, l.ValidUntil = signed.JWT.String(), string(document), now, now.Add(listLife)
	return l, nil
}

// putLists publishes lists in this process at once.
func (r *Registrar) putLists(lists []store.StatusList) {
	r.publishing.Lock()
	defer r.publishing.Unlock()
	before := r.Public()
	news := false
	for _, l := range lists {
		news = news || !bytes.Equal(before.Lists[l.ID].Token.Body, []byte(l.Token))
	}
	if !news {
		return
	}
	b, p := *r.published.Snapshot(), *before
	p.bundle = &b
	r.addLists(&p, lists)
	r.published.Update(&b)
	r.public.Store(&p)
}

// addLists adds signed lists to what is published and to its bundle, whose maps
// may be those of the state before: they are copied.
func (r *Registrar) addLists(p *Public, lists []store.StatusList) {
	b := p.bundle
	b.Lists, b.States, p.Lists = cloned(b.Lists), cloned(b.States), cloned(p.Lists)
	for _, l := range lists {
		if l.Token == "" {
			continue
		}
		b.Lists[r.listURL(l.ID)] = l.Token
		files := SignedFile{Token: newFile([]byte(l.Token))}
		if l.Document != "" {
			files.Document = newFile([]byte(l.Document))
		}
		p.Lists[l.ID] = files
	}
	for _, l := range lists {
		if l.StatesOf != "" && b.Lists[r.listURL(l.ID)] != "" && b.Lists[r.listURL(l.StatesOf)] != "" {
			b.States[r.listURL(l.StatesOf)] = r.listURL(l.ID)
		}
	}
}

// cloned copies a map; the copy of none is empty.
func cloned[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}
