package registrar

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/internal/store"
	"laurel/verifier"
)

// SignAgain is the job that signs anew what rests on a compromised key: the same
// ids, places in status lists and pages, the same words and awardedDate, another
// validFrom. Which documents are left is a question to the database, so that a job
// that was cut off goes on where it was.
type SignAgain struct {
	Tenant string `json:"tenant"`
	// Action is the report of the key.
	Action string `json:"action"`
	// Records tells that the documents that stand by themselves are done, and
	// After is the last one looked at.
	Records bool   `json:"records,omitempty"`
	After   string `json:"after,omitempty"`
}

// Kind names the job.
func (SignAgain) Kind() string { return "sign_again" }

const (
	// signAgainChunk is how many documents are signed anew in one transaction.
	signAgainChunk = 50
	// signAgainFor is how long one run of the job goes on before it asks for
	// another, so that the jobs of a school's day have their turn.
	signAgainFor = 30 * time.Second
)

// SignAgain does the job until all is done or its time is over; then it asks for
// its next run. A document that cannot be signed anew does not hold up the others:
// the error names it, and the job is tried again.
func (r *Registrar) SignAgain(ctx context.Context, j SignAgain) error {
	again := &signingAgain{r: r, who: System(competency.OrgID(j.Tenant)), job: j}
	if err := again.begin(ctx); err != nil {
		return fmt.Errorf("signing again: %w", err)
	}
	until := r.Now().Add(signAgainFor)
	for more := true; more; {
		var err error
		if more, err = again.chunk(ctx); err != nil {
			return fmt.Errorf("signing again: %w", err)
		}
		if more && r.Now().After(until) {
			next := again.job
			err := r.write(ctx, again.who.Tenant, func(sc *store.Scope) error { return sc.Enqueue(next) })
			return errors.Join(append(again.failed, err)...)
		}
	}
	return errors.Join(again.failed...)
}

// signingAgain is one run of the job.
type signingAgain struct {
	r      *Registrar
	who    competency.Actor
	job    SignAgain
	action competency.KeyAction
	org    competency.Org
	failed []error

	// Of the present chunk.
	keys   map[store.Form]store.OrgKey
	issuer *issue.Issuer
	at     time.Time // the validFrom of what is signed
}

// begin reads the report and sees to it that keys and status lists are there to verify with.
func (s *signingAgain) begin(ctx context.Context) error {
	err := s.r.Store.Read(ctx, s.who.Tenant, func(sc *store.Scope) (err error) {
		if s.action, err = sc.KeyAction(competency.KeyActionID(s.job.Action)); err != nil {
			return err
		}
		s.org, err = sc.Org(s.action.Org)
		return err
	})
	if err != nil {
		return err
	}
	if s.action.Kind != competency.CompromiseKey || s.action.State != competency.KeyActionConfirmed {
		return fmt.Errorf("key action %s is no confirmed report", s.action.ID)
	}
	var lists []store.StatusList
	err = s.r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		lists, err = tx.ListsToSign(time.Time{})
		return err
	})
	for _, l := range lists {
		if l.Org == s.org.ID && l.StatesOf == "" { // its list of states is signed with it
			err = errors.Join(err, s.r.PublishStatus(ctx, l.Tenant, l.ID))
		}
	}
	return errors.Join(err, s.r.Publish(ctx))
}

// chunk signs some documents anew; more tells whether any may be left.
func (s *signingAgain) chunk(ctx context.Context) (more bool, err error) {
	var held []store.Held
	copies := map[string]*credentials.Node{}
	last := ""
	err = s.r.Store.Read(ctx, s.who.Tenant, func(sc *store.Scope) error {
		ids, err := sc.UnderKey(s.action.Key, s.job.Records, competency.CredentialID(s.job.After), signAgainChunk)
		if err != nil || len(ids) == 0 {
			return err
		}
		last = string(ids[len(ids)-1])
		if held, err = s.withRecords(sc, ids); err != nil {
			return err
		}
		if err := s.inside(sc, held, copies); err != nil {
			return err
		}
		return s.prepare(sc)
	})
	if err != nil {
		return false, err
	}
	if last == "" {
		if s.job.Records {
			return false, nil
		}
		s.job.Records, s.job.After = true, ""
		return true, nil
	}
	if err := s.store(ctx, held, s.sign(ctx, held, copies)); err != nil {
		return false, err
	}
	s.job.After = last
	return true, nil
}

// withRecords are the documents with the ids, diplomas with the records that hold
// them: behind them, since they hold them as they are signed now.
func (s *signingAgain) withRecords(sc *store.Scope, ids []competency.CredentialID) ([]store.Held, error) {
	held, err := sc.Held(ids)
	if err != nil || s.job.Records {
		return held, err
	}
	var diplomas []competency.AwardID
	for _, h := range held {
		if h.Kind == competency.DiplomaAward {
			diplomas = append(diplomas, h.Award)
		}
	}
	records, err := sc.RecordsHolding(diplomas)
	if err != nil {
		return nil, err
	}
	holding, err := sc.Held(records)
	return append(held, holding...), err
}

// inside finds the credentials that stand in records, as they are signed now.
func (s *signingAgain) inside(sc *store.Scope, held []store.Held, copies map[string]*credentials.Node) error {
	var wanted []string
	for _, h := range held {
		if h.Kind != competency.RecordAward {
			continue
		}
		doc, err := credentials.Parse(h.Document.Payload)
		if err != nil {
			return fmt.Errorf("credential %s: %w", h.ID, err)
		}
		for _, part := range credentials.SignedParts(doc) {
			wanted = append(wanted, part.Get("id").Text())
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	known, err := sc.CredentialsByDocument(wanted)
	if err != nil {
		return err
	}
	ids := make([]competency.CredentialID, 0, len(known))
	for _, id := range known {
		ids = append(ids, id)
	}
	inner, err := sc.Held(ids)
	if err != nil {
		return err
	}
	for _, h := range inner {
		if err := keepCopy(copies, h.Document.Payload, h.Document); err != nil {
			return fmt.Errorf("credential %s: %w", h.ID, err)
		}
	}
	return nil
}

// keepCopy keeps the form of a document that can stand inside a record.
func keepCopy(copies map[string]*credentials.Node, payload []byte, doc store.Document) error {
	embedded, ok := doc.Proof(store.FormEmbedded)
	if !ok {
		return nil
	}
	whole, err := issue.Document(payload, embedded.Signature)
	if err != nil {
		return err
	}
	node, err := credentials.Parse(whole)
	if err == nil {
		copies[node.Get("id").Text()] = node
	}
	return err
}

// prepare finds the keys that sign now.
func (s *signingAgain) prepare(sc *store.Scope) error {
	keys, err := sc.Keys(s.org.ID)
	if err != nil {
		return err
	}
	token, tokenKey, err := s.r.signer(keys, s.org, proof.ES256)
	if err != nil {
		return err
	}
	embedded, embeddedKey, err := s.r.signer(keys, s.org, proof.EdDSA)
	if err != nil {
		return err
	}
	s.keys = map[store.Form]store.OrgKey{store.FormJWT: tokenKey, store.FormEmbedded: embeddedKey}
	// The same time in every run, so that a run that is repeated gives the same bytes.
	s.at = latest(s.action.Closed, since(s.keys)).Truncate(time.Second)
	s.issuer = issue.New(s.r.Now, issue.Keys{JWT: token, Embedded: embedded}, s.stands)
	return nil
}

// stands holds a document against the verifier. One that was withdrawn, or whose
// time is over, is signed again too: its reader shall learn that, and not that it
// is a forgery.
func (s *signingAgain) stands(ctx context.Context, document []byte) error {
	report, err := s.r.verifier.Verify(ctx, document)
	if err != nil {
		return err
	}
	switch report.Verdict {
	case verifier.Valid, verifier.UnrecognisedIssuer, verifier.Revoked, verifier.Suspended, verifier.Superseded, verifier.Expired:
	case verifier.Invalid, verifier.NotYetValid, verifier.Undetermined:
		return judged(report)
	}
	for _, c := range report.Checks {
		if (c.Name == verifier.Key || c.Name == verifier.Proof || c.Name == verifier.Format) && c.Outcome != verifier.Pass {
			return judged(report)
		}
	}
	return nil
}

// sign signs documents anew. One that cannot be is left as it is.
func (s *signingAgain) sign(ctx context.Context, held []store.Held, copies map[string]*credentials.Node) []store.Edition {
	var editions []store.Edition
	for _, h := range held {
		e, err := s.one(ctx, h, copies)
		switch {
		case errors.Is(err, issue.ErrEnded): // nothing could be relied on anyway
		case err != nil:
			s.failed = append(s.failed, fmt.Errorf("credential %s: %w", h.ID, err))
		default:
			editions = append(editions, e)
		}
	}
	return editions
}

func (s *signingAgain) one(ctx context.Context, h store.Held, copies map[string]*credentials.Node) (e store.Edition, err error) {
	draft, err := s.issuer.Redate(h.Document.Payload, s.at, copies)
	if err != nil {
		return e, err
	}
	signed, err := s.issuer.Sign(ctx, draft)
	if err != nil {
		return e, err
	}
	digest := draft.Digest()
	e = store.Edition{
		Credential: h.ID, Number: h.Edition + 1, Cause: s.action.ID,
		Payload: signed.Payload, Digest: digest[:], Proofs: proofsOf(signed, s.keys),
	}
	return e, keepCopy(copies, signed.Payload, store.Document{Proofs: e.Proofs})
}

// store puts the new editions in place of the old ones, and forgets their pages.
func (s *signingAgain) store(ctx context.Context, held []store.Held, editions []store.Edition) error {
	if len(editions) == 0 {
		return nil
	}
	err := s.r.act(ctx, s.who, competency.SignAgain, func(d *desk) error {
		if err := d.may(competency.Subject{ID: s.action.Key, Org: s.org.ID}); err != nil {
			return err
		}
		if err := d.unspoilt(s.org.ID, s.keys); err != nil {
			return err
		}
		saved, err := d.AddEditions(editions)
		if err != nil {
			return err
		}
		texts := make([]string, len(saved))
		for i, id := range saved {
			texts[i] = string(id)
		}
		d.note("key_action", string(s.action.ID))
		d.note("credentials", strings.Join(texts, " "))
		return nil
	})
	for _, h := range held {
		s.r.pages.forget(h.Page)
	}
	return err
}
