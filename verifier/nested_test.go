package verifier_test

import (
	"fmt"
	"testing"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
	"laurel/verifier/words"
)

// endorsement is a signed EndorsementCredential by an issuer about a document.
func (w *world) endorsement(s proof.Signer, issuer, about string) string {
	w.tb.Helper()
	e := credentials.Endorsement{
		ID: "urn:uuid:6f2c2d2e-5b0f-4b7c-8f43-0d4c3f1f9a01", Name: "Endorsement",
		Issuer: credentials.Profile{ID: issuer, Name: "Somebody"}, ValidFrom: now().Add(-1),
		Subject: credentials.Endorsed{ID: about, Comment: "We know this work."},
	}
	payload, err := e.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	claims, err := credentials.WithClaims(payload)
	if err != nil {
		w.tb.Fatal(err)
	}
	return string(w.sign(s, proof.TypeVC, claims))
}

// TestEndorsementsInside: an endorsement that does not count takes nothing from the
// credential, and one that is not genuine never lets the answer be green.
func TestEndorsementsInside(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inside func(w *world, about string) string
		want   verifier.Verdict
		code   string
		within verifier.Verdict
	}{
		"good": {
			func(w *world, about string) string { return w.endorsement(w.ec, school, about) },
			verifier.Valid, verifier.CodeWellFormed, verifier.Valid,
		},
		"by somebody whom nobody vouches for": {
			func(w *world, about string) string { return w.endorsement(w.mill, stranger, about) },
			verifier.Valid, verifier.CodeEndorsementOpen, verifier.UnrecognisedIssuer,
		},
		"with another's key": {
			func(w *world, about string) string { return w.endorsement(w.mill, school, about) },
			verifier.Undetermined, verifier.CodeEndorsementForged, verifier.Invalid,
		},
		"altered": {
			func(w *world, about string) string {
				token := []byte(w.endorsement(w.ec, school, about))
				token[len(token)-9] ^= 1
				return string(token)
			},
			verifier.Undetermined, verifier.CodeEndorsementForged, verifier.Invalid,
		},
		"of something else": {
			func(w *world, _ string) string {
				return w.endorsement(w.ec, school, "urn:uuid:00000000-0000-4000-8000-000000000000")
			},
			verifier.Valid, verifier.CodeEndorsementStray, verifier.Valid,
		},
		"of the achievement": {
			func(w *world, _ string) string {
				return w.endorsement(w.ec, school, w.credential().Subject.Achievement.ID)
			},
			verifier.Valid, verifier.CodeWellFormed, verifier.Valid,
		},
		"no token at all": {
			func(*world, string) string { return "x" }, verifier.Invalid, verifier.CodeEndorsementForged, verifier.Invalid,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			doc := w.issue(w.ec, func(cred *credentials.Credential) {
				cred.EndorsementTokens = []string{c.inside(w, cred.ID)}
			})
			r, err := w.verifier().Verify(t.Context(), doc)
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != c.want || !r.Has(verifier.Format, c.code) {
				t.Errorf("got %s, want %s with %s: %+v", r.Verdict, c.want, c.code, r.Checks)
			}
			if len(r.Nested) != 1 || r.Nested[0].Path != "/endorsementJwt/0" || r.Nested[0].Report.Verdict != c.within {
				t.Errorf("inside: %+v", r.Nested)
			}
			if said := words.For("en").Annotate(r, nil); said.Nested[0].Report.Headline == "" {
				t.Error("the report inside has no words")
			}
		})
	}
}

// TestLargeRecord: a whole school career fits, each credential with its own report.
func TestLargeRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const most = credentials.MaxEmbedded - 1
	n := 120
	if slowed {
		n = 20
	}
	r := w.verify(w.largeRecord(n))
	if r.Verdict != verifier.Valid || len(r.Nested) != n || len(r.Credential.Record.Achievements) != n+1 {
		t.Errorf("%d credentials: got %s with %d: %+v", n, r.Verdict, len(r.Nested), r.Checks)
	}
	if slowed {
		return
	}
	// How many of the largest are canonicalised in time is a matter of the machine.
	if r := w.verify(w.largeRecord(most)); len(r.Nested) != most || r.Has(verifier.Format, verifier.CodeNestedTooMany) || r.Verdict == verifier.Invalid {
		t.Errorf("%d credentials: got %s with %d: %+v", most, r.Verdict, len(r.Nested), r.Checks)
	}
	if r := w.verify(w.largeRecord(most + 1)); r.Verdict != verifier.Undetermined || !r.Has(verifier.Format, verifier.CodeNestedTooMany) {
		t.Errorf("one more: got %s %+v", r.Verdict, r.Checks)
	}
}

// largeRecord is a signed record of n credentials.
func (w *world) largeRecord(n int) []byte {
	w.tb.Helper()
	var parts []credentials.Part
	for i := range n {
		c := w.credential()
		c.ID = fmt.Sprintf("urn:uuid:5d0f9a44-7b1e-4c6a-9a35-%012x", i)
		if i > 0 {
			c.Subject.Achievement.ID = fmt.Sprintf("urn:example:achievement:%d", i)
		}
		parts = append(parts, credentials.Part{Credential: w.embed(w.ed, c)})
	}
	return w.record(parts...)
}

// BenchmarkLargeRecord is the cost of a record of 120 credentials with proofs inside.
func BenchmarkLargeRecord(b *testing.B) {
	w := newWorld(b)
	doc, v := w.largeRecord(120), w.verifier()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if r, err := v.Verify(b.Context(), doc); err != nil || r.Verdict != verifier.Valid {
			b.Fatal(r.Verdict, err)
		}
	}
}
