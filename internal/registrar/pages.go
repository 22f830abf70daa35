package registrar

import (
	"context"
	"errors"
	"sync"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// How the public pages are remembered.
const (
	// pagesFresh is how long a page is answered from memory without asking the database.
	pagesFresh = 10 * time.Second
	// pagesStale is how long, when the database does not answer.
	pagesStale = 24 * time.Hour
	// pagesKept is how many are remembered: about 20 KB each.
	pagesKept = 2048
)

// Page is what the page of a credential shows: signed bytes, and how a
// withdrawal is explained.
type Page struct {
	Page  string
	Token []byte // compact VC-JWT, byte for byte as signed
	// Embedded is the same credential with its proof inside, byte for byte as
	// signed; nil for one that was issued as a token alone.
	Embedded []byte
	Zone     string // the issuer's, for dates
	// Locality is the issuer's place, for the paper.
	Locality string
	Kind     competency.AwardKind
	// Revoked is when the credential was withdrawn, zero while it stands, and
	// Reason why, as far as the public may know.
	Revoked time.Time
	Reason  competency.RevocationReason
}

// pages remembers public pages, also those that are not there.
type pages struct {
	now func() time.Time
	mu  sync.Mutex // guards kept
	// kept are answers by the page's secret; page is nil for one that is not there.
	kept map[string]keptPage
}

type keptPage struct {
	page *Page
	at   time.Time
}

func newPages(now func() time.Time) *pages { return &pages{now: now, kept: map[string]keptPage{}} }

// get answers what is remembered and is younger than age.
func (p *pages) get(secret string, age time.Duration) (keptPage, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.kept[secret]
	return k, ok && p.now().Sub(k.at) < age
}

// put remembers an answer; when memory is full an arbitrary part of it is forgotten.
func (p *pages) put(secret string, page *Page) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.kept) >= pagesKept {
		n := 0
		for k := range p.kept {
			delete(p.kept, k)
			if n++; n > pagesKept/8 {
				break
			}
		}
	}
	p.kept[secret] = keptPage{page: page, at: p.now()}
}

// forget drops a page that has changed.
func (p *pages) forget(secret string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.kept, secret)
}

// Page answers the public page of a credential. One that was withdrawn by its
// holder, or may not be public, is ErrNotFound like one that never was. With
// the database away a page that was shown before is answered from memory, any
// other is ErrUnavailable.
func (r *Registrar) Page(ctx context.Context, secret string) (Page, error) {
	if len(secret) != pageText.EncodedLen(pageBytes) {
		return Page{}, competency.NotFound()
	}
	kept, ok := r.pages.get(secret, pagesFresh)
	if !ok {
		page, err := r.readPage(ctx, secret)
		if err == nil {
			r.pages.put(secret, page)
			kept.page = page
		} else if kept, ok = r.pages.get(secret, pagesStale); !ok || ctx.Err() != nil {
			return Page{}, err
		}
	}
	if kept.page == nil {
		return Page{}, competency.NotFound()
	}
	return *kept.page, nil
}

// readPage reads a page; nil for one that is not there.
func (r *Registrar) readPage(ctx context.Context, secret string) (page *Page, err error) {
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		c, holder, doc, err := tx.CredentialByPage(secret)
		if errors.Is(err, competency.ErrNotFound) {
			return nil
		}
		if err != nil || !c.PageOpen(holder, r.Now()) {
			return err
		}
		page, err = r.pageOf(tx, c, doc)
		return err
	})
	return page, err
}

// pageOf puts together what is shown of a credential.
func (r *Registrar) pageOf(tx *store.Tx, c competency.Credential, doc store.Document) (*Page, error) {
	token, embedded, err := forms(doc)
	if err != nil {
		return nil, err
	}
	org, err := tx.OrgAnywhere(c.Org)
	if err != nil {
		return nil, err
	}
	page := &Page{Page: c.Page, Token: token, Embedded: embedded, Zone: org.Zone, Locality: org.Locality, Kind: c.Kind}
	if c.State != competency.Revoked {
		return page, nil
	}
	sc, err := tx.Scope(c.Tenant)
	if err != nil {
		return nil, err
	}
	list, err := sc.RevocationsOf(c.ID)
	if err != nil {
		return nil, err
	}
	for _, v := range list {
		if v.State == competency.RevocationConfirmed {
			page.Revoked, page.Reason = v.Closed, v.Public
		}
	}
	return page, nil
}
