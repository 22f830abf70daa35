package registrar

import (
	"context"
	"errors"
	"time"

	"laurel/competency"
	"laurel/internal/store"
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
	// Slug is the issuer's short name, and Profile what it said about itself when
	// the award was conferred.
	Slug    string
	Profile competency.SchoolProfile
	// Replaced tells that there is a newer copy, and Newer is its page where that
	// can be read; else it is empty.
	Replaced bool
	Newer    string
	// Revoked is when the credential was withdrawn, zero while it stands, and
	// Reason why, as far as the public may know.
	Revoked time.Time
	Reason  competency.RevocationReason
}

// Page answers the public page of a credential. One that was withdrawn by its
// holder, or may not be public, is ErrNotFound like one that never was. With
// the database away a page that was shown before is answered from memory, any
// other is ErrUnavailable.
func (r *Registrar) Page(ctx context.Context, secret string) (Page, error) {
	if len(secret) != pageText.EncodedLen(pageBytes) {
		return Page{}, competency.NotFound()
	}
	return r.pages.ask(ctx, secret, func() (*Page, error) { return r.readPage(ctx, secret) })
}

// readPage reads a page; nil for one that is not there.
func (r *Registrar) readPage(ctx context.Context, secret string) (page *Page, err error) {
	var doc store.Document
	err = r.Store.ReadAll(ctx, func(tx *store.Tx) error {
		var c competency.Credential
		var holder competency.Person
		var err error
		c, holder, doc, err = tx.CredentialByPage(secret)
		if errors.Is(err, competency.ErrNotFound) {
			return nil
		}
		if err != nil || !c.PageOpen(holder, r.Now()) {
			return err
		}
		page, err = r.pageOf(tx, c, holder, doc)
		return err
	})
	if err != nil || page == nil {
		return page, err
	}
	return page, r.follow(ctx, doc)
}

// follow takes what is stored into memory if a document was signed with a key that
// is not known here: another process has just put it in use.
func (r *Registrar) follow(ctx context.Context, doc store.Document) error {
	known := r.Public()
	for _, p := range doc.Proofs {
		if _, ok := known.Keys[p.KeyID]; !ok && !known.withdrawn[p.KeyID] {
			return r.Publish(ctx)
		}
	}
	return nil
}

// pageOf puts together what is shown of a credential.
func (r *Registrar) pageOf(tx *store.Tx, c competency.Credential, holder competency.Person, doc store.Document) (*Page, error) {
	token, embedded, err := forms(doc)
	if err != nil {
		return nil, err
	}
	org, err := tx.OrgAnywhere(c.Org)
	if err != nil {
		return nil, err
	}
	page := &Page{Page: c.Page, Token: token, Embedded: embedded, Zone: org.Zone, Locality: org.Locality, Kind: c.Kind, Slug: org.Slug}
	sc, err := tx.Scope(c.Tenant)
	if err != nil {
		return nil, err
	}
	if page.Profile, err = profileOf(sc, c, org); err != nil {
		return nil, err
	}
	return page, r.explainState(sc, page, c, holder)
}

// explainState adds what the issuer's own server knows of a credential that does
// not stand any more.
func (r *Registrar) explainState(sc *store.Scope, page *Page, c competency.Credential, holder competency.Person) error {
	switch c.State {
	case competency.Superseded:
		page.Replaced = true
		newer, err := sc.Credential(c.ReplacedBy)
		if err == nil && newer.PageOpen(holder, r.Now()) {
			page.Newer = newer.Page
		}
		return err
	case competency.Revoked:
		list, err := sc.StatusChangesOf(c.ID)
		for _, v := range list {
			if v.Kind == competency.Withdraw && v.State == competency.ChangeConfirmed {
				page.Revoked, page.Reason = v.Closed, v.Public
			}
		}
		return err
	case competency.Reserved, competency.Issued, competency.Suspended:
	}
	return nil
}
