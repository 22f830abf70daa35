package verifier

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// issuer asks the registry who vouches for the issuer. Whether an entry
// covers the credential is judged by the date it was issued, so that one that
// has ended still vouches for what was issued in its time. An entry that states
// a signed endorsement vouches only if the authority did sign it.
func (r *run) issuer(ctx context.Context, doc *credentials.Node, id string) {
	entries, err := r.v.registry.Entries(ctx, id)
	if err != nil || len(entries) == 0 {
		r.add(Issuer, Unknown, CodeIssuerUnknown, "issuer", id)
		return
	}
	issued := validFrom(doc)
	kind := doc.Path("credentialSubject", "achievement", "achievementType").Text()
	if kind == "" {
		kind = className(doc)
	}
	var answers []Check
	for _, e := range entries {
		c := r.vouches(ctx, e, issued, kind)
		if c.Outcome == Pass {
			by := e.By
			r.report.Issuer.Name, r.report.Issuer.Kind = e.Name, e.Kind
			r.report.Issuer.RecognisedBy, r.report.Issuer.Endorsed = &by, e.Endorsement != ""
			r.report.Checks = append(r.report.Checks, c)
			return
		}
		answers = append(answers, c)
	}
	r.report.Checks = append(r.report.Checks, telling(answers))
}

// vouches answers whether one entry vouches for what was issued at a time.
func (r *run) vouches(ctx context.Context, e Entry, issued time.Time, kind string) Check {
	answer := func(o Outcome, code, reason string) Check {
		if o == Pass {
			return check(Issuer, o, code, "issuer", e.Name, "by", e.By.Name, "by_did", e.By.DID)
		}
		return check(Issuer, o, code, "issuer", e.Name, "by", e.By.Name, "by_did", e.By.DID, "type", kind, "reason", reason)
	}
	switch {
	case !e.covers(issued):
		return answer(Fail, CodeLapsed, "")
	case len(e.Types) > 0 && !slices.Contains(e.Types, kind):
		return answer(Fail, CodeNotEntitled, "")
	case e.Endorsement == "":
		return answer(Pass, CodeRecognised, "")
	}
	outcome, reason := r.endorsed(ctx, e, issued)
	switch outcome {
	case Pass:
		return answer(Pass, CodeRecognised, "")
	case Unknown:
		return answer(Unknown, CodeEndorsementUnread, reason)
	case Fail, NotUsed:
	}
	return answer(Fail, CodeEndorsementBad, reason)
}

// telling gives the answer that says most about why nobody vouches.
func telling(answers []Check) Check {
	for _, code := range []string{CodeEndorsementBad, CodeNotEntitled, CodeEndorsementUnread} {
		for _, c := range answers {
			if c.Code == code {
				return c
			}
		}
	}
	return answers[0]
}

// covers tells whether the entry vouches for what was issued at t.
func (e Entry) covers(t time.Time) bool {
	return !t.Before(e.From) && (e.Until.IsZero() || !t.After(e.Until))
}

// endorsement is a signed endorsement that was read. It is a value to be kept:
// whether it is good, for whom and when, is judged each time.
type endorsement struct {
	jwt    proof.JWT
	header proof.Header
	doc    *credentials.Node
}

// ErrEndorsement is the kind of error of a text that is not a signed endorsement.
var ErrEndorsement = errors.New("not a signed endorsement")

// readEndorsement reads the form of an endorsement. It checks no signature.
func readEndorsement(token string) (endorsement, error) {
	jwt, header, err := proof.ParseJWT([]byte(token))
	if err != nil {
		return endorsement{}, fmt.Errorf("%w: %w", ErrEndorsement, err)
	}
	doc, err := credentials.Parse(jwt.Payload)
	if err != nil {
		return endorsement{}, fmt.Errorf("%w: %w", ErrEndorsement, err)
	}
	if problems := credentials.Inspect(doc, credentials.ClaimNames()...); len(problems) > 0 {
		return endorsement{}, fmt.Errorf("%w: %w", ErrEndorsement, credentials.ProblemsError(problems))
	}
	if credentials.CredentialClass(doc) != "EndorsementCredential" || len(credentials.DifferingClaims(doc, doc)) > 0 || !isCredentialType(header.Type) {
		return endorsement{}, ErrEndorsement
	}
	return endorsement{jwt, header, doc}, nil
}

// span is the time for which an endorsement vouches: from the day it was first
// given (awardedDate), since a renewed one begins anew, until its end; zero for
// no end.
func (e endorsement) span() (from, until time.Time) {
	from = validFrom(e.doc)
	if awarded, err := credentials.ParseTime(e.doc.Get("awardedDate").Text()); err == nil && awarded.Before(from) {
		from = awarded
	}
	until, err := credentials.ParseTime(e.doc.Get("validUntil").Text())
	if err != nil {
		until = time.Time{}
	}
	return from, until
}

// endorsed judges the endorsement that an entry states: by the entry's
// authority, about its issuer, whole, in force when the credential was issued,
// and not withdrawn. The reason says what is wrong or could not be checked.
func (r *run) endorsed(ctx context.Context, e Entry, issued time.Time) (Outcome, string) {
	word, err := r.v.words.get(e.Endorsement, func() (endorsement, error) { return readEndorsement(e.Endorsement) })
	if err != nil {
		return Fail, "form"
	}
	from, until := word.span()
	switch {
	case credentials.IssuerID(word.doc) != e.By.DID:
		return Fail, "issuer"
	case word.doc.Path("credentialSubject", "id").Text() != e.DID:
		return Fail, "subject"
	case validFrom(word.doc).IsZero(), validFrom(word.doc).After(r.now.Add(Skew)), issued.Before(from):
		return Fail, "not_yet_valid"
	case !until.IsZero() && issued.After(until):
		return Fail, "expired"
	}
	found := r.v.findKey(ctx, e.By.DID, word.header, validFrom(word.doc))
	if found.check.Outcome != Pass {
		return found.check.Outcome, found.check.Code
	}
	_, err = r.v.signed.get(signedBy(e.Endorsement, found.key), func() (bool, error) { return true, word.jwt.Verify(found.key) })
	if err != nil {
		return Fail, "proof"
	}
	own := &run{v: r.v, now: r.now} // what a holder keeps back of a credential is none of the authority's words
	for _, c := range own.statuses(ctx, word.doc, e.By.DID) {
		if c.Outcome == Fail || c.Outcome == Unknown {
			return c.Outcome, c.Code
		}
	}
	return Pass, ""
}

// EndorsementOf tells whether a compact token is the signed word of an authority
// for an issuer, as an [Entry] states it, for what is issued at a time. The error
// is ErrEndorsement when it is not, or when that could not be checked.
func (v *Verifier) EndorsementOf(ctx context.Context, token, authority, issuer string, at time.Time) error {
	r := &run{v: v, now: v.now().UTC()}
	outcome, reason := r.endorsed(ctx, Entry{DID: issuer, By: Authority{DID: authority}, Endorsement: token}, at)
	if outcome != Pass {
		return fmt.Errorf("%w: %s", ErrEndorsement, reason)
	}
	return nil
}
