package verifier_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

const state = "did:web:state.example"

func TestParseRegistry(t *testing.T) {
	t.Parallel()
	const entry = `{"did":"did:web:a.example","name":"A","by":{"did":"did:web:b.example","name":"B"}%s}`
	for name, c := range map[string]struct {
		text string
		good bool
	}{
		"good":                 {`{"name":"N","entries":[` + fmt.Sprintf(entry, "") + `]}`, true},
		"empty":                {`{"entries":[]}`, true},
		"with an end":          {`{"entries":[` + fmt.Sprintf(entry, `,"from":"2020-01-01T00:00:00Z","until":"2021-01-01T00:00:00Z"`) + `]}`, true},
		"ends before it began": {`{"entries":[` + fmt.Sprintf(entry, `,"from":"2021-01-01T00:00:00Z","until":"2020-01-01T00:00:00Z"`) + `]}`, false},
		"unknown member":       {`{"entries":[],"more":1}`, false},
		"member twice":         {`{"entries":[],"entries":[]}`, false},
		"nobody vouches":       {`{"entries":[{"did":"did:web:a.example","name":"A","by":{"did":"","name":"B"}}]}`, false},
		"not an endorsement":   {`{"entries":[` + fmt.Sprintf(entry, `,"endorsement":"x"`) + `]}`, false},
		"not JSON":             {`<html>`, false},
		"something after":      {`{"entries":[]}{}`, false},
	} {
		if _, err := verifier.ParseRegistry([]byte(c.text)); (err == nil) != c.good || err != nil && !errors.Is(err, verifier.ErrRegistry) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// signedRegistry is the world's registry, signed by a state.
func (w *world) signedRegistry(s proof.Signer, typ string, change func(map[string]any)) []byte {
	w.tb.Helper()
	claims, err := verifier.RegistryClaims(state, w.bundle.Registry, now().Add(-time.Hour), now().Add(24*time.Hour))
	if err != nil {
		w.tb.Fatal(err)
	}
	if change != nil {
		var members map[string]any
		if err := json.Unmarshal(claims, &members); err != nil {
			w.tb.Fatal(err)
		}
		change(members)
		if claims, err = json.Marshal(members); err != nil {
			w.tb.Fatal(err)
		}
	}
	return w.sign(s, typ, claims)
}

// TestOpenRegistry: a list is taken only from the authority that the reader
// names, whole, in force, and signed as a registry.
func TestOpenRegistry(t *testing.T) {
	t.Parallel()
	of := signerOf(t, state, proof.ES256, 31)
	for name, c := range map[string]struct {
		token func(w *world) []byte
		by    string
		good  bool
	}{
		"good":                       {func(w *world) []byte { return w.signedRegistry(of, verifier.TypeRegistry, nil) }, state, true},
		"with a line break after it": {func(w *world) []byte { return append(w.signedRegistry(of, verifier.TypeRegistry, nil), '\n') }, state, true},
		"of another authority":       {func(w *world) []byte { return w.signedRegistry(of, verifier.TypeRegistry, nil) }, district, false},
		"signed by another":          {func(w *world) []byte { return w.signedRegistry(w.mill, verifier.TypeRegistry, nil) }, state, false},
		"signed under its name": {
			func(w *world) []byte {
				return w.signedRegistry(privateKey(w.tb, proof.ES256, 66).Signer(of.Public().ID), verifier.TypeRegistry, nil)
			}, state, false,
		},
		"signed as a credential": {func(w *world) []byte { return w.signedRegistry(of, proof.TypeVC, nil) }, state, false},
		"ended": {func(w *world) []byte {
			return w.signedRegistry(of, verifier.TypeRegistry, func(m map[string]any) { m["exp"] = now().Unix() })
		}, state, false},
		"without an end": {func(w *world) []byte {
			return w.signedRegistry(of, verifier.TypeRegistry, func(m map[string]any) { delete(m, "exp") })
		}, state, false},
		"of tomorrow": {func(w *world) []byte {
			return w.signedRegistry(of, verifier.TypeRegistry, func(m map[string]any) { m["iat"] = now().Add(time.Hour).Unix() })
		}, state, false},
		"with something more": {func(w *world) []byte {
			return w.signedRegistry(of, verifier.TypeRegistry, func(m map[string]any) { m["more"] = 1 })
		}, state, false},
		"not complete": {func(w *world) []byte {
			return w.signedRegistry(of, verifier.TypeRegistry, func(m map[string]any) {
				m["registry"] = map[string]any{"entries": []any{map[string]any{"did": school}}}
			})
		}, state, false},
		"altered": {func(w *world) []byte {
			token := w.signedRegistry(of, verifier.TypeRegistry, nil)
			token[len(token)-9] ^= 1
			return token
		}, state, false},
		"no token": {func(*world) []byte { return []byte("{}") }, state, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.bundle.DIDs[state] = w.document(state, of.Public())
			r, err := w.verifier().OpenRegistry(t.Context(), c.token(w), c.by)
			if (err == nil) != c.good || err != nil && !errors.Is(err, verifier.ErrRegistry) {
				t.Fatalf("got %v", err)
			}
			if c.good && (len(r.Entries) != 1 || !r.Entries[0].Until.Equal(now().Add(24*time.Hour))) {
				t.Errorf("got %+v", r)
			}
		})
	}
}

// TestCarriedRegistries: several registries are used together, and a list of
// elsewhere vouches for what was issued while it is in force.
func TestCarriedRegistries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	entry := verifier.Entry{DID: stranger, Name: "Mill School", By: verifier.Authority{DID: state, Name: "Green State"}}
	carried := verifier.Registry{Entries: []verifier.Entry{entry}}
	doc := w.issue(w.mill, func(c *credentials.Credential) {
		c.Issuer.ID, c.Status = stranger, credentials.RevocationEntry(millURL, 7)
	})
	for name, registry := range map[string]verifier.RegistrySource{
		"own alone": w.bundle, "with a list": verifier.Registries{w.bundle, carried.Source()},
	} {
		v := verifier.New(verifier.Options{Now: now, Keys: w.bundle, Status: w.bundle, Registry: registry})
		r, err := v.Verify(t.Context(), doc)
		want := map[string]verifier.Verdict{"own alone": verifier.UnrecognisedIssuer, "with a list": verifier.Valid}[name]
		if err != nil || r.Verdict != want {
			t.Errorf("%s: got %s %+v %v", name, r.Verdict, r.Checks, err)
		}
		if r, err := v.Verify(t.Context(), w.issue(w.ec, nil)); err != nil || r.Verdict != verifier.Valid {
			t.Errorf("%s, our own: got %s %v", name, r.Verdict, err)
		}
	}
}

func FuzzParseRegistry(f *testing.F) {
	f.Add([]byte(`{"name":"N","entries":[{"did":"did:web:a.example","name":"A","by":{"did":"did:web:b.example","name":"B"}}]}`))
	f.Add([]byte(`{"entries":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := verifier.ParseRegistry(data)
		if err != nil {
			if !errors.Is(err, verifier.ErrRegistry) {
				t.Fatal(err)
			}
			return
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := verifier.ParseRegistry(again); err != nil {
			t.Fatalf("not read back: %v\n%s", err, strings.TrimSpace(string(again)))
		}
	})
}
