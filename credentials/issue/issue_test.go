package issue_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/credentials/status"
)

const school = "did:web:laurel.example:schools:willow-brook"

func now() time.Time { return time.Date(2026, 6, 12, 10, 0, 0, 123, time.UTC) }

func signer(t *testing.T, id string) proof.Signer {
	t.Helper()
	k, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{9}, 64)), proof.ES256)
	if err != nil {
		t.Fatal(err)
	}
	return k.Signer(id + "#k")
}

// keys are a key of each form.
func keys(t *testing.T, id string) issue.Keys {
	t.Helper()
	k, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{5}, 64)), proof.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	return issue.Keys{JWT: signer(t, id), Embedded: k.Signer(id + "#e")}
}

func diploma() credentials.Credential {
	return credentials.Credential{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11", Name: "Diploma",
		Issuer: credentials.Profile{ID: school, Name: "Willow Brook"},
		Subject: credentials.Subject{
			ID: "urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02",
			Achievement: credentials.Achievement{
				ID: "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d03", Kind: "SecondarySchoolDiploma", Name: "Diploma",
				Description: "All requirements met.", Criteria: credentials.Criteria{Narrative: "All requirements."},
			},
		},
	}
}

func TestIssue(t *testing.T) {
	t.Parallel()
	var checked []string
	i := issue.New(now, keys(t, school), func(_ context.Context, form []byte) error {
		checked = append(checked, string(form))
		return nil
	})
	d, err := i.Prepare(diploma())
	if err != nil {
		t.Fatal(err)
	}
	recorded, digest := bytes.Clone(d.Payload()), d.Digest()
	signed, err := i.Sign(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	document, err := issue.Document(recorded, signed.Proof)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(checked, []string{signed.JWT.String(), string(document)}) {
		t.Error("the self-check saw something else than the two forms")
	}
	if signed.Key != school+"#k" || signed.EmbeddedKey != school+"#e" || signed.ID != d.ID() {
		t.Errorf("got %s by %s and %s", signed.ID, signed.Key, signed.EmbeddedKey)
	}
	if !bytes.Contains(signed.Proof, []byte(`"created":"2026-06-12T10:00:00Z"`)) {
		t.Errorf("the proof was not made at validFrom: %s", signed.Proof)
	}
	if !bytes.Contains(d.Payload(), []byte(`"validFrom":"2026-06-12T10:00:00Z"`)) {
		t.Error("validFrom is not now, to the second")
	}
	if _, err := i.Sign(t.Context(), d); !errors.Is(err, issue.ErrUsed) {
		t.Errorf("second signature: got %v, want ErrUsed", err)
	}
	again, err := i.Resume(recorded)
	if err != nil || again.Digest() != digest || again.ID() != d.ID() {
		t.Fatalf("resuming: %v", err)
	}
	resigned, err := i.Sign(t.Context(), again)
	if err != nil || resigned.JWT.String() != signed.JWT.String() {
		t.Errorf("a resumed draft gives another token: %v", err)
	}
	if !bytes.Equal(resigned.Proof, signed.Proof) {
		t.Error("a resumed draft gives another proof")
	}
	token, err := issue.Token(recorded, signed.JWT.Protected, signed.JWT.Signature)
	if err != nil || token.String() != signed.JWT.String() {
		t.Errorf("the token is not rebuilt byte for byte: %v", err)
	}
}

func TestSignOnceUnderConcurrency(t *testing.T) {
	t.Parallel()
	i := issue.New(now, keys(t, school), nil)
	d, err := i.Prepare(diploma())
	if err != nil {
		t.Fatal(err)
	}
	var done atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := i.Sign(t.Context(), d); err == nil {
				done.Add(1)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Errorf("got %d signatures, want 1", done.Load())
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	i := issue.New(now, keys(t, school), nil)
	other := issue.New(now, keys(t, "did:web:other.example"), nil)
	d, _ := i.Prepare(diploma())
	if _, err := other.Sign(t.Context(), d); !errors.Is(err, issue.ErrForeign) {
		t.Errorf("foreign draft: got %v", err)
	}
	if _, err := other.Prepare(diploma()); !errors.Is(err, issue.ErrForeign) {
		t.Errorf("foreign issuer: got %v", err)
	}
	if _, err := other.Resume(d.Payload()); !errors.Is(err, issue.ErrForeign) {
		t.Errorf("foreign payload: got %v", err)
	}
	bad := diploma()
	bad.Name = ""
	if _, err := i.Prepare(bad); err == nil {
		t.Error("a credential without a name was prepared")
	}
	late := diploma()
	late.ValidFrom, late.ValidUntil = now().AddDate(-2, 0, 0), now().AddDate(-1, 0, 0)
	if _, err := i.Prepare(late); err == nil {
		t.Error("a credential that has ended was prepared")
	}
	if _, err := i.Resume([]byte(`{"id":"x"}`)); err == nil {
		t.Error("something else was resumed")
	}
	refusing := issue.New(now, keys(t, school), func(context.Context, []byte) error { return errors.New("no") })
	d, _ = refusing.Prepare(diploma())
	if _, err := refusing.Sign(t.Context(), d); !errors.Is(err, issue.ErrSelfCheck) {
		t.Errorf("self-check: got %v", err)
	}
}

// lying signs with another key than the one it shows.
type lying struct{ proof.Signer }

func (l lying) Sign(context.Context, []byte) ([]byte, error) { return make([]byte, 64), nil }

func TestSelfCheckFindsAWrongSignature(t *testing.T) {
	t.Parallel()
	for name, wrong := range map[string]issue.Keys{
		"token":    {JWT: lying{signer(t, school)}},
		"document": {JWT: signer(t, school), Embedded: lying{keys(t, school).Embedded}},
	} {
		i := issue.New(now, wrong, nil)
		d, _ := i.Prepare(diploma())
		if _, err := i.Sign(t.Context(), d); !errors.Is(err, issue.ErrSelfCheck) {
			t.Errorf("%s: got %v, want ErrSelfCheck", name, err)
		}
	}
	foreign := issue.New(now, issue.Keys{JWT: signer(t, school), Embedded: keys(t, "did:web:other.example").Embedded}, nil)
	d, _ := foreign.Prepare(diploma())
	if _, err := foreign.Sign(t.Context(), d); !errors.Is(err, issue.ErrForeign) {
		t.Errorf("another's key: got %v, want ErrForeign", err)
	}
}

func TestSignList(t *testing.T) {
	t.Parallel()
	i := issue.New(now, keys(t, school), nil)
	l := status.List{
		URL: "https://laurel.example/status/1", Issuer: school, Purpose: status.Revocation,
		ValidFrom: now(), ValidUntil: now().Add(time.Hour), Bits: status.New(),
	}
	signed, err := i.SignList(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if err := signed.JWT.Verify(signer(t, school).Public()); err != nil {
		t.Error(err)
	}
	l.Issuer = "did:web:other.example"
	if _, err := i.SignList(t.Context(), l); !errors.Is(err, issue.ErrForeign) {
		t.Errorf("another's list: got %v", err)
	}
}

// standard is a part of a record, not signed yet.
func standard(t *testing.T, issuer, id, achievement string) *credentials.Node {
	t.Helper()
	c := diploma()
	c.ID, c.Issuer.ID, c.ValidFrom = id, issuer, now().Truncate(time.Second)
	c.Subject.Achievement.ID, c.Subject.Achievement.Kind = achievement, "Competency"
	payload, err := c.Payload()
	if err != nil {
		t.Fatal(err)
	}
	n, err := credentials.Parse(payload)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// record is a record of two standards of the issuer, the first a part of the second.
func record(t *testing.T, parts string) credentials.CLR {
	t.Helper()
	const first, second = "urn:uuid:00000000-0000-4000-8000-00000000000a", "urn:uuid:00000000-0000-4000-8000-00000000000b"
	c, err := credentials.Compose(
		credentials.CLR{
			ID: "urn:uuid:00000000-0000-4000-8000-000000000001", Name: "Transcript", Partial: true,
			Issuer: credentials.Profile{ID: school, Name: "Willow Brook"}, Subject: credentials.Record{ID: diploma().Subject.ID},
		},
		credentials.Part{Credential: standard(t, parts, "urn:uuid:00000000-0000-4000-8000-000000000002", second)},
		credentials.Part{Credential: standard(t, parts, "urn:uuid:00000000-0000-4000-8000-000000000003", first), PartOf: []string{second}},
	)
	if err != nil {
		t.Fatal(err)
	}
	return *c
}

func TestIssueRecord(t *testing.T) {
	t.Parallel()
	var checked []string
	i := issue.New(now, keys(t, school), func(_ context.Context, form []byte) error {
		checked = append(checked, string(form))
		return nil
	})
	d, err := i.PrepareRecord(record(t, school))
	if err != nil {
		t.Fatal(err)
	}
	signed, err := i.Sign(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := issue.Whole(d.Payload(), signed.Parts)
	if err != nil {
		t.Fatal(err)
	}
	document, err := issue.Document(whole, signed.Proof)
	if err != nil {
		t.Fatal(err)
	}
	token, err := issue.Token(whole, signed.JWT.Protected, signed.JWT.Signature)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(checked, []string{token.String(), string(document)}) {
		t.Error("the forms are not rebuilt byte for byte")
	}
	doc, err := credentials.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := credentials.Issuable(doc.Without("proof")); err != nil {
		t.Errorf("the whole record: %v", err)
	}
	if left := credentials.UnsignedParts(doc); len(left) > 0 {
		t.Errorf("left without a proof: %v", left)
	}
	key := keys(t, school).Embedded.Public()
	for n, e := range credentials.EmbeddedIn(doc) {
		results, err := proof.CheckEmbedded(t.Context(), e.Document, now(), func(context.Context, string) (proof.Key, error) { return key, nil })
		if err != nil || len(results) != 1 || !results[0].OK() {
			t.Errorf("part %d: got %v, %+v", n, err, results)
		}
	}
	again, err := i.Resume(d.Payload())
	if err != nil {
		t.Fatal(err)
	}
	if resigned, err := i.Sign(t.Context(), again); err != nil || !bytes.Equal(resigned.Parts, signed.Parts) || resigned.JWT.String() != signed.JWT.String() {
		t.Errorf("a resumed record gives other proofs: %v", err)
	}
	if _, err := issue.Whole(d.Payload(), []byte(`[]`)); err == nil {
		t.Error("a record was rebuilt without its parts' proofs")
	}
}

func TestRecordRefusals(t *testing.T) {
	t.Parallel()
	i := issue.New(now, keys(t, school), nil)
	if _, err := i.PrepareRecord(record(t, "did:web:laurel.example:schools:other")); !errors.Is(err, issue.ErrForeign) {
		t.Errorf("parts of another school without their proofs: got %v, want ErrForeign", err)
	}
	broken := record(t, school)
	broken.Subject.Credentials[1] = broken.Subject.Credentials[1].Without("name")
	_, err := i.PrepareRecord(broken)
	if problems, ok := errors.AsType[credentials.ProblemsError](err); !ok || problems[0].Pointer != "/name" {
		t.Errorf("a part without a name: got %v, want its problem", err)
	}
	tokens := issue.New(now, issue.Keys{JWT: signer(t, school)}, nil)
	d, err := tokens.PrepareRecord(record(t, school))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Sign(t.Context(), d); err == nil {
		t.Error("parts were signed without a key for them")
	}
}
