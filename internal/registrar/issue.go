package registrar

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/internal/store"
)

// MaxBatch is how many awards one job issues in two transactions.
const MaxBatch = 25

// IssueAward is the job that makes the credential of one award.
type IssueAward struct {
	Tenant string `json:"tenant"`
	Award  string `json:"award"`
}

// Kind names the job.
func (IssueAward) Kind() string { return "issue_award" }

// IssueBatch is the job that makes the credentials of up to MaxBatch awards.
type IssueBatch struct {
	Tenant string   `json:"tenant"`
	Awards []string `json:"awards"`
}

// Kind names the job.
func (IssueBatch) Kind() string { return "issue_batch" }

// System is who does what people have decided: jobs act as it.
func System(tenant competency.OrgID) competency.Actor {
	return competency.Actor{Tenant: tenant, System: true}
}

// errIssued rolls back a transaction that found nothing to do.
var errIssued = errors.New("there is nothing left to do")

// IssueAward makes the credential of an award, signed and stored, or answers
// the one that there is: however often and by however many it is called, an
// award has one credential and one status index (domain invariant 15).
func (r *Registrar) IssueAward(ctx context.Context, who competency.Actor, award competency.AwardID) (competency.Credential, error) {
	list, err := r.IssueAwards(ctx, who, []competency.AwardID{award})
	if err != nil {
		return competency.Credential{}, err
	}
	return list[0], nil
}

// IssueAwards is IssueAward for up to MaxBatch awards of one organisation, in
// two transactions. The answer is in the order of the awards. After an error
// it can be called again with the same awards: what was reserved is finished
// with the same document and the same index. A record whose diploma was withdrawn
// in the meantime is not made, and its place in the answer is the zero value.
//
//  1. Reserve: documents, pages and status indices are recorded.
//  2. Sign in both forms, and hold each against the verifier.
//  3. Store the signatures; only now is a credential issued.
func (r *Registrar) IssueAwards(ctx context.Context, who competency.Actor, awards []competency.AwardID) ([]competency.Credential, error) {
	if len(awards) == 0 || len(awards) > MaxBatch {
		return nil, fmt.Errorf("issuing %d awards at once: at most %d", len(awards), MaxBatch)
	}
	b := &issuance{r: r, who: who, awards: awards}
	if err := b.run(ctx); err != nil {
		return nil, err
	}
	return b.credentials(), nil
}

// issuance is the issuing of some awards of one organisation.
type issuance struct {
	r      *Registrar
	who    competency.Actor
	awards []competency.AwardID

	// Found or made by reserve.
	about  competency.Subject
	issuer *issue.Issuer
	org    competency.Org
	keys   map[store.Form]store.OrgKey
	newest map[competency.AwardID]store.Reservation
	open   []competency.AwardID // reserved and not issued
	drafts map[competency.CredentialID]*issue.Draft
	// given are how many places were given out of the lists of what is open.
	given map[string]int64
	// replacing is the credential that is to have a newer copy, and replaced the
	// page of one that has it now; empty where nothing is replaced.
	replacing competency.CredentialID
	replaced  string
	// since is the earliest time from which the keys may sign.
	since time.Time
	// diplomas are those that stand in records, by their awards.
	diplomas map[competency.AwardID]store.Reservation
	// inner are those of records that an earlier run reserved, as they are signed now, by the record's award.
	inner map[competency.AwardID]*credentials.Node
}

// run reserves, signs and stores; once more if a key was reported as stolen on
// the way, with the key that took its place.
func (b *issuance) run(ctx context.Context) error {
	err := b.steps(ctx)
	if errors.Is(err, errKeyGone) {
		err = b.steps(ctx)
	}
	return err
}

func (b *issuance) steps(ctx context.Context) error {
	if err := b.reserve(ctx); err != nil {
		return fmt.Errorf("reserving credentials: %w", err)
	}
	if len(b.open) == 0 {
		return nil
	}
	signed, err := b.sign(ctx)
	if err != nil {
		return err
	}
	if err := b.store(ctx, signed); err != nil {
		return fmt.Errorf("storing credentials: %w", err)
	}
	return nil
}

// credentials are the batch's credentials in the order of its awards; zero for a
// record whose diploma was withdrawn before it was made.
func (b *issuance) credentials() []competency.Credential {
	list := make([]competency.Credential, len(b.awards))
	for i, id := range b.awards {
		list[i] = b.newest[id].Credential
	}
	return list
}

// reserve records what is to be signed, for those awards that have nothing yet.
func (b *issuance) reserve(ctx context.Context) error {
	for range 3 {
		err := b.r.act(ctx, b.who, competency.IssueCredential, b.reserveIn)
		switch {
		case errors.Is(err, errIssued):
			return nil
		case !errors.Is(err, competency.ErrConflict):
			return err
		}
		// Somebody else reserved one of them at the same moment: look again.
	}
	return b.r.act(ctx, b.who, competency.IssueCredential, b.reserveIn)
}

func (b *issuance) reserveIn(d *desk) error {
	awards, err := b.read(d)
	if err != nil {
		return err
	}
	b.open, b.drafts = nil, map[competency.CredentialID]*issue.Draft{}
	b.given = map[string]int64{}
	var missing []competency.Award
	for _, a := range awards {
		switch held, ok := b.newest[a.ID]; {
		case !ok, held.ID == b.replacing && held.State.Stands():
			missing = append(missing, a)
			b.open = append(b.open, a.ID)
		case held.State == competency.Reserved:
			b.open = append(b.open, a.ID)
			b.given[held.List] = 0
		}
	}
	if len(b.given) > 0 {
		if b.given, err = d.PlacesGiven(slices.Collect(maps.Keys(b.given))); err != nil {
			return err
		}
	}
	if len(missing) == 0 {
		return errIssued
	}
	made, err := b.prepare(d, missing)
	if err != nil {
		return err
	}
	d.note("step", "reserved")
	d.note("credentials", reservedIDs(made))
	return d.Reserve(made)
}

// read finds awards, organisation, key and credentials, and asks for permission.
func (b *issuance) read(d *desk) ([]competency.Award, error) {
	awards, err := d.Awards(b.awards)
	if err != nil {
		return nil, err
	}
	if len(awards) != len(b.awards) {
		return nil, competency.NotFound()
	}
	for _, a := range awards {
		if a.Org != awards[0].Org {
			return nil, errors.New("a batch belongs to one organisation")
		}
		b.about = competency.Subject{ID: string(a.ID), Org: a.Org, Owner: a.Person}
		if err := d.may(b.about); err != nil {
			return nil, err
		}
	}
	if b.org, err = d.Org(awards[0].Org); err != nil {
		return nil, err
	}
	keys, err := d.Keys(b.org.ID)
	if err != nil {
		return nil, err
	}
	token, tokenKey, err := b.r.signer(keys, b.org, proof.ES256)
	if err != nil {
		return nil, err
	}
	embedded, embeddedKey, err := b.r.signer(keys, b.org, proof.EdDSA)
	if err != nil {
		return nil, err
	}
	b.keys = map[store.Form]store.OrgKey{store.FormJWT: tokenKey, store.FormEmbedded: embeddedKey}
	b.since = since(b.keys)
	b.issuer = issue.New(b.r.Now, issue.Keys{JWT: token, Embedded: embedded}, b.r.selfCheck)
	if b.newest, err = d.NewestOf(b.awards); err != nil {
		return nil, err
	}
	return b.inside(d, awards)
}

// prepare makes the documents of awards that have none.
func (b *issuance) prepare(d *desk, awards []competency.Award) ([]store.Reservation, error) {
	people := make([]competency.PersonID, len(awards))
	for i, a := range awards {
		people[i] = a.Person
	}
	holders, err := d.PeopleByID(people)
	if err != nil {
		return nil, err
	}
	parent, err := b.parent(d)
	if err != nil {
		return nil, err
	}
	seed := make([]byte, 32)
	if _, err := io.ReadFull(b.r.Rand, seed); err != nil {
		return nil, fmt.Errorf("making a seed: %w", err)
	}
	places, err := d.TakePlaces(store.ListsWanted{
		Org: b.org.ID, Purpose: string(status.Revocation), States: string(status.Message), Year: d.at.Year(), Seed: seed, Entries: status.Entries,
	}, int64(len(awards)), b.r.marks.of)
	if err != nil {
		return nil, err
	}
	list, first := places.List, places.First
	b.given[list.ID] = first + int64(len(awards))
	if len(places.Closed) > 0 {
		d.note("closed", strings.Join(places.Closed, " "))
		b.r.Log.WarnContext(d.ctx, "an older state of the database was put back: status lists are closed", slog.Any("lists", places.Closed))
	}
	made := make([]store.Reservation, len(awards))
	for i, a := range awards {
		index := status.Index(list.Seed, uint32(first)+uint32(i)) //nolint:gosec // both are below 2^17
		entry := credentials.RevocationEntry(b.r.listURL(list.ID), index)
		of := draftOf{award: a, holder: holders[a.Person], issuer: b.org, parent: parent, status: entry, before: b.newest[a.ID].Credential}
		if of.diploma, err = b.diploma(d, a); err != nil {
			return nil, err
		}
		made[i], err = b.reservation(d, of)
		if err != nil {
			return nil, fmt.Errorf("preparing the document of award %s: %w", a.ID, err)
		}
		made[i].List, made[i].Index = list.ID, index
		b.newest[a.ID] = made[i]
	}
	return made, nil
}

// parent is the organisation above the issuer, if it is in the same tenant.
func (b *issuance) parent(d *desk) (*competency.Org, error) {
	if b.org.Parent == "" || b.org.ID == b.org.Tenant {
		return nil, nil //nolint:nilnil // none is a good answer
	}
	o, err := d.Org(b.org.Parent)
	return &o, err
}

// reservation makes one document with its identifiers.
func (b *issuance) reservation(d *desk, of draftOf) (store.Reservation, error) {
	// Never before the keys were in use, whatever the clocks of two servers say (security rule 13).
	of.at = latest(d.at, b.since).Truncate(time.Second)
	var page string
	var err error
	if of.document, err = b.r.newURN(); err != nil {
		return store.Reservation{}, err
	}
	if of.subject = of.diploma.Path("credentialSubject", "id").Text(); of.subject == "" {
		if of.subject, err = b.r.newURN(); err != nil {
			return store.Reservation{}, err
		}
	}
	if page, err = b.r.newPage(); err != nil {
		return store.Reservation{}, err
	}
	draft, err := b.draft(of)
	if err != nil {
		return store.Reservation{}, err
	}
	digest := draft.Digest()
	made := store.Reservation{
		Credential: competency.Credential{
			ID: competency.CredentialID(d.ID()), Tenant: d.Tenant(), Org: of.award.Org, Person: of.award.Person,
			Award: of.award.ID, Generation: of.before.Generation + 1, Document: of.document, Page: page, Kind: of.award.Kind,
			Name: of.award.Achieved.Name, State: competency.Reserved, Reserved: d.at,
		},
		Payload: draft.Payload(), Digest: digest[:],
	}
	// A whole record is private until its holder opens its page, and a newer copy
	// as open as the one before it.
	if of.before.ID == "" && of.award.Kind == competency.RecordAward || !of.before.PageWithdrawn.IsZero() {
		made.PageWithdrawn = d.at
	}
	b.drafts[made.ID] = draft
	return made, nil
}

// draft makes the document that the kind of award asks for.
func (b *issuance) draft(of draftOf) (*issue.Draft, error) {
	if of.award.Achieved.Record != nil {
		c, err := b.r.record(of)
		if err != nil {
			return nil, err
		}
		return b.issuer.PrepareRecord(c)
	}
	c, err := b.r.document(of)
	if err != nil {
		return nil, err
	}
	return b.issuer.Prepare(c)
}

// sign signs what is reserved in both forms, each of them checked by the verifier before it
// counts. Documents of an earlier run are taken up from their recorded bytes.
func (b *issuance) sign(ctx context.Context) ([]store.Signed, error) {
	for list, n := range b.given {
		if err := b.r.marks.raise(list, n); err != nil {
			return nil, err
		}
	}
	if err := b.publish(ctx); err != nil {
		return nil, err
	}
	signed := make([]store.Signed, len(b.open))
	for i, id := range b.open {
		held := b.newest[id]
		draft, redated := b.drafts[held.ID], (*store.Edition)(nil)
		if draft == nil {
			var err error
			if draft, redated, err = b.resume(held); err != nil {
				return nil, fmt.Errorf("credential %s: %w", held.ID, err)
			}
		}
		s, err := b.issuer.Sign(ctx, draft)
		if err != nil {
			return nil, fmt.Errorf("credential %s: %w", held.ID, err)
		}
		signed[i] = store.Signed{Credential: held.ID, Proofs: proofsOf(s, b.keys), Redated: redated}
	}
	return signed, nil
}

// resume takes up a document of an earlier run from its recorded bytes. One that
// was reserved before today's keys were in use is dated anew: what is dated before
// its key nobody would accept.
func (b *issuance) resume(held store.Reservation) (*issue.Draft, *store.Edition, error) {
	sum := sha256.Sum256(held.Payload)
	if !bytes.Equal(sum[:], held.Digest) {
		return nil, nil, errors.New("the recorded document does not fit its digest")
	}
	copies, err := b.copiesFor(held)
	if err != nil {
		return nil, nil, err
	}
	draft, err := b.issuer.Resume(held.Payload)
	if err != nil || len(copies) == 0 && !draft.From().Before(b.since.Truncate(time.Second)) {
		return draft, nil, err
	}
	at := latest(draft.From(), b.since)
	if draft, err = b.issuer.Redate(held.Payload, at, copies); err != nil {
		return nil, nil, err
	}
	digest := draft.Digest()
	return draft, &store.Edition{Credential: held.ID, Number: 2, Payload: draft.Payload(), Digest: digest[:]}, nil
}

// proofsOf are the proofs of a signed document, by the keys of its forms.
func proofsOf(s issue.Signed, keys map[store.Form]store.OrgKey) []store.Proof {
	proofs := []store.Proof{
		{Form: store.FormJWT, KeyID: keys[store.FormJWT].Thumbprint, Protected: s.JWT.Protected, Signature: s.JWT.Signature},
		{Form: store.FormEmbedded, KeyID: keys[store.FormEmbedded].Thumbprint, Signature: s.Proof},
	}
	if s.Parts != nil {
		proofs = append(proofs, store.Proof{Form: store.FormParts, KeyID: keys[store.FormEmbedded].Thumbprint, Signature: s.Parts})
	}
	return proofs
}

// since is the earliest time from which all of the keys may sign.
func since(keys map[store.Form]store.OrgKey) (at time.Time) {
	for _, k := range keys {
		at = latest(at, k.Activated)
	}
	return at
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// publish makes sure that the verifier finds what the documents refer to: the
// issuer's keys and the status lists.
func (b *issuance) publish(ctx context.Context) error {
	for _, key := range b.keys {
		if _, ok := b.r.Public().Keys[key.Thumbprint]; ok {
			continue
		}
		if err := b.r.Publish(ctx); err != nil {
			return err
		}
	}
	for _, id := range b.open {
		list := b.newest[id].List
		if _, ok := b.r.Public().Lists[list]; ok {
			continue
		}
		if err := b.r.PublishStatus(ctx, b.who.Tenant, list); err != nil {
			return err
		}
	}
	return nil
}

// store keeps the proofs. Whatever another run has finished in the
// meantime stays as it is: the same document signed by the same keys.
func (b *issuance) store(ctx context.Context, signed []store.Signed) error {
	err := b.r.act(ctx, b.who, competency.IssueCredential, func(d *desk) error {
		if err := d.may(b.about); err != nil {
			return err
		}
		if err := d.unspoilt(b.org.ID, b.keys); err != nil {
			return err
		}
		saved, err := d.SaveSigned(signed, d.at)
		if err != nil {
			return err
		}
		if err := b.supersede(d, saved); err != nil {
			return err
		}
		if err := b.take(d, signed); err != nil {
			return err
		}
		if len(saved) == 0 {
			return errIssued
		}
		texts := make([]string, len(saved))
		for i, id := range saved {
			texts[i] = string(id)
		}
		if err := b.followers(d, saved); err != nil {
			return err
		}
		d.note("step", "issued")
		d.note("credentials", strings.Join(texts, " "))
		return nil
	})
	if err != nil && !errors.Is(err, errIssued) {
		return err
	}
	b.r.pages.forget(b.replaced)
	return nil
}

// errKeyGone is a key that was reported as stolen between signing and storing.
var errKeyGone = errors.New("a signing key was taken out of use in the meantime")

// unspoilt answers errKeyGone unless all of the keys may still be relied on, and
// keeps them so until the transaction ends: what is stored by a key before its
// report is found and signed again, and nothing is stored after.
func (d *desk) unspoilt(org competency.OrgID, keys map[store.Form]store.OrgKey) error {
	spoilt, err := d.CompromisedOf(org)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if slices.Contains(spoilt, k.Thumbprint) {
			return errKeyGone
		}
	}
	return nil
}

// take reads the credentials as they are now.
func (b *issuance) take(d *desk, signed []store.Signed) error {
	list := make([]competency.CredentialID, len(signed))
	for i, f := range signed {
		list[i] = f.Credential
	}
	now, err := d.CredentialsByID(list)
	if err != nil {
		return err
	}
	for award, held := range b.newest {
		if c, ok := now[held.ID]; ok {
			held.Credential = c
			b.newest[award] = held
		}
	}
	return nil
}

// reservedIDs lists the ids of reservations for the journal.
func reservedIDs(made []store.Reservation) string {
	texts := make([]string, len(made))
	for i, m := range made {
		texts[i] = string(m.ID)
	}
	return strings.Join(texts, " ")
}
