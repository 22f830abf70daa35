package verifier_test

import (
	"errors"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// word is the district's endorsement of an issuer; change may alter it before it is signed.
func (w *world) word(s proof.Signer, change func(*credentials.Endorsement)) string {
	w.tb.Helper()
	e := credentials.Endorsement{
		ID: "urn:uuid:0e7bbd0f-0c1c-4d8a-9d58-1d6f4f3c9a77", Name: "Recognised school",
		Issuer:      credentials.Profile{ID: district, Name: "Valley School District"},
		AwardedDate: time.Date(2020, 7, 1, 0, 0, 0, 0, time.UTC), ValidFrom: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
		ValidUntil: time.Date(2027, 5, 1, 0, 0, 0, 0, time.UTC),
		Subject:    credentials.Endorsed{ID: school, Comment: "A school of this district."},
	}
	if change != nil {
		change(&e)
	}
	payload, err := e.Payload()
	if err == nil {
		payload, err = credentials.WithClaims(payload)
	}
	if err != nil {
		w.tb.Fatal(err)
	}
	return string(w.sign(s, proof.TypeVC, payload))
}

// TestRecognition: who is entered into a registry is recognised for what was
// issued in its time; where the registry shows the authority's signed word, that
// word must be good.
func TestRecognition(t *testing.T) {
	t.Parallel()
	of := signerOf(t, district, proof.ES256, 21)
	until := func(year int) time.Time { return time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		change  func(w *world, e *verifier.Entry)
		want    verifier.Verdict
		outcome verifier.Outcome
		code    string
		reason  string
	}{
		"by the registry's word": {nil, verifier.Valid, verifier.Pass, verifier.CodeRecognised, ""},
		"by the authority's signed word": {
			func(w *world, e *verifier.Entry) { e.Endorsement = w.word(of, nil) }, verifier.Valid, verifier.Pass, verifier.CodeRecognised, "",
		},
		"forged": {
			func(w *world, e *verifier.Entry) { e.Endorsement = w.word(w.mill, nil) },
			verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, verifier.CodeKeyNotControlled,
		},
		"signed under the authority's name": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(privateKey(t, proof.ES256, 66).Signer(of.Public().ID), nil)
			},
			verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "proof",
		},
		"altered": {
			func(w *world, e *verifier.Entry) {
				token := []byte(w.word(of, nil))
				token[len(token)-9] ^= 1
				e.Endorsement = string(token)
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "proof",
		},
		"by another authority": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(w.mill, func(e *credentials.Endorsement) { e.Issuer.ID = stranger })
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "issuer",
		},
		"of another school": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, func(e *credentials.Endorsement) { e.Subject.ID = stranger })
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "subject",
		},
		"ended before": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, func(e *credentials.Endorsement) {
					e.ValidFrom, e.ValidUntil = until(2025), until(2026)
				})
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "expired",
		},
		"ended since": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, func(e *credentials.Endorsement) {
					e.ValidUntil = now().Add(-time.Hour)
				})
				e.Until = now().Add(-2 * time.Hour)
			}, verifier.Valid, verifier.Pass, verifier.CodeRecognised, "",
		},
		"begun since": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, func(e *credentials.Endorsement) {
					e.AwardedDate, e.ValidFrom = time.Time{}, now().Add(-time.Hour)
				})
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "not_yet_valid",
		},
		"dated ahead": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, func(e *credentials.Endorsement) { e.ValidFrom = now().Add(time.Hour) })
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "not_yet_valid",
		},
		"another kind of document": {
			func(w *world, e *verifier.Entry) { e.Endorsement = string(w.issue(w.ec, nil)) },
			verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, "form",
		},
		"withdrawn": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, func(e *credentials.Endorsement) { e.Status = credentials.RevocationEntry(districtURL, 11) })
				w.bundle.Lists[districtURL] = w.list(of, district, districtURL, nil)
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, verifier.CodeRevoked,
		},
		"by an authority whose keys are not at hand": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, nil)
				delete(w.bundle.DIDs, district)
			}, verifier.UnrecognisedIssuer, verifier.Unknown, verifier.CodeEndorsementUnread, verifier.CodeIssuerUnreachable,
		},
		"with a key that was stolen": {
			func(w *world, e *verifier.Entry) {
				e.Endorsement = w.word(of, nil)
				w.bundle.Keys[of.Public().ID] = verifier.KeyTimes{Compromised: now()}
			}, verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeEndorsementBad, verifier.CodeKeyCompromised,
		},
		"for another kind of award": {
			func(_ *world, e *verifier.Entry) { e.Types = []string{"Course"} },
			verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeNotEntitled, "",
		},
		"for what was issued in its time": {
			func(_ *world, e *verifier.Entry) { e.Until = now().Add(-time.Hour) }, verifier.Valid, verifier.Pass, verifier.CodeRecognised, "",
		},
		"no longer then": {
			func(_ *world, e *verifier.Entry) { e.Until = until(2026) },
			verifier.UnrecognisedIssuer, verifier.Fail, verifier.CodeLapsed, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.bundle.DIDs[district] = w.document(district, of.Public())
			if c.change != nil {
				c.change(w, &w.bundle.Registry.Entries[0])
			}
			r := w.verify(w.issue(w.ec, nil))
			answers := r.Find(verifier.Issuer)
			if r.Verdict != c.want || len(answers) != 1 || answers[0].Outcome != c.outcome || answers[0].Code != c.code || answers[0].Params["reason"] != c.reason {
				t.Fatalf("got %s %+v", r.Verdict, answers)
			}
			if recognised := r.Issuer.RecognisedBy != nil; recognised != (c.want == verifier.Valid) {
				t.Errorf("recognised: %t", recognised)
			}
			if signed := w.bundle.Registry.Entries[0].Endorsement != ""; r.Issuer.Endorsed != (signed && c.want == verifier.Valid) {
				t.Errorf("endorsed: %t", r.Issuer.Endorsed)
			}
		})
	}
}

// TestOneGoodEntryIsEnough: a bad word of one authority takes nothing from the good one of another.
func TestOneGoodEntryIsEnough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bad := w.bundle.Registry.Entries[0]
	bad.Endorsement = "x"
	w.bundle.Registry.Entries = append([]verifier.Entry{bad}, w.bundle.Registry.Entries...)
	if r := w.verify(w.issue(w.ec, nil)); r.Verdict != verifier.Valid || r.Issuer.Endorsed {
		t.Errorf("got %s %+v", r.Verdict, r.Find(verifier.Issuer))
	}
}

// TestRecognisedInPart: what a holder keeps back of a credential makes nobody
// doubt the authority's word for its issuer.
func TestRecognisedInPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := signerOf(t, district, proof.ES256, 21)
	w.bundle.DIDs[district] = w.document(district, of.Public())
	w.bundle.Registry.Entries[0].Endorsement = w.word(of, nil)
	if r := w.verify(w.disclosable(proof.TypeSDJWT, w.payload(), none, "/evidence")); r.Verdict != verifier.Valid || !r.Issuer.Endorsed {
		t.Errorf("got %s %+v", r.Verdict, r.Find(verifier.Issuer))
	}
}

func TestEndorsementOf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	of := signerOf(t, district, proof.ES256, 21)
	w.bundle.DIDs[district] = w.document(district, of.Public())
	token := w.word(of, nil)
	if err := w.verifier().EndorsementOf(t.Context(), token, district, school, now()); err != nil {
		t.Error(err)
	}
	for _, c := range []struct{ token, by, about string }{{token, stranger, school}, {token, district, stranger}, {"x", district, school}} {
		if err := w.verifier().EndorsementOf(t.Context(), c.token, c.by, c.about, now()); !errors.Is(err, verifier.ErrEndorsement) {
			t.Errorf("%s for %s: got %v", c.by, c.about, err)
		}
	}
}
