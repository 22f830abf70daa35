package hostile_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/verifier"
)

// kinds are the kinds of documents that we issue, before they are signed, with
// the verdict on each as it was signed.
var kinds = map[string]struct {
	payload func(f *forger) []byte
	verdict verifier.Verdict
}{
	"diploma":          {func(f *forger) []byte { return f.payload() }, verifier.Valid},
	"micro-credential": {(*forger).microCredential, verifier.Valid},
	"endorsement":      {func(f *forger) []byte { return f.endorsement(f.school, f.credential().ID) }, verifier.Valid},
	"record":           {(*forger).record, verifier.Valid},
	"status list":      {(*forger).listUnsigned, verifier.Undetermined},
}

// microCredential is one for an educator, with everything that a catalogue says of it.
func (f *forger) microCredential() []byte {
	return f.payload(func(c *credentials.Credential) {
		c.Name, c.Description = "Formative Feedback", "Awarded after two reviews."
		c.Issuer.URL, c.Issuer.Description = "https://willowbrook.example/", "A public school."
		a := &c.Subject.Achievement
		a.Kind, a.Name, a.Version, a.Code = "MicroCredential", "Formative Feedback", "2", "FF-2"
		a.Criteria.ID = "https://laurel.example/catalogue/ff/2"
		a.Alignments = []credentials.Alignment{{Name: "Assess for learning", Code: "4.B", Framework: "Standards", URL: "https://standards.example/4b"}}
		a.Scales = append(a.Scales, credentials.ResultScale{ID: "urn:example:hours", Name: "Hours", Kind: "RawScore", ValueMin: "0", ValueMax: "40", RequiredValue: "20"})
		c.Subject.Results = append(c.Subject.Results, credentials.Result{Scale: "urn:example:hours", Value: "32"})
		c.Subject.Narrative, c.Subject.Term = "Shown in *three* cycles.", "Spring 2026"
		c.Subject.Started, c.Subject.Ended = f.began.AddDate(0, -3, 0), f.began
		c.ValidUntil = f.began.AddDate(5, 0, 0)
		c.Evidence = append(c.Evidence, credentials.Work{ID: "https://laurel.example/evidence/1", Name: "Unit plan", Genre: "Plan", Narrative: "How it went.", Audience: "Colleges"})
		c.TermsOfUse = []credentials.Terms{{ID: "https://laurel.example/terms", Type: "https://laurel.example/terms#Policy"}}
		c.Image = &credentials.Image{ID: "https://laurel.example/badge.png", Caption: "A badge"}
	})
}

// record is the school's record of its diploma.
func (f *forger) record() []byte {
	c := f.credential()
	inner, err := credentials.Parse(f.rdfc())
	f.ok(err)
	other := c.Subject.Achievement
	other.ID, other.Kind, other.Name, other.Scales = "urn:example:portrait", "Competency", "Portrait of a graduate", nil
	record := credentials.CLR{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1cc1", Name: "Record", Issuer: c.Issuer, ValidFrom: c.ValidFrom,
		Status: credentials.RevocationEntry(f.lists["good"], standing+2),
		Subject: credentials.Record{
			ID: c.Subject.ID, Identifiers: c.Subject.Identifiers, Credentials: []*credentials.Node{inner},
			Achievements: []credentials.Achievement{other},
			Associations: []credentials.Association{{Kind: credentials.IsPartOf, Source: c.Subject.Achievement.ID, Target: other.ID}},
		},
	}
	payload, err := record.Payload()
	f.ok(err)
	return payload
}

// listUnsigned is a status list before it is signed.
func (f *forger) listUnsigned() []byte {
	l := status.List{
		URL: f.lists["good"], Issuer: f.school, Purpose: status.Revocation, Bits: status.New(), TTL: time.Minute,
		ValidFrom: f.began.Add(time.Hour), ValidUntil: f.began.Add(96 * time.Hour),
	}
	payload, err := l.Payload()
	f.ok(err)
	return payload
}

// form is one way to sign a document, and how to put another tree in its place
// without signing again.
type form struct {
	sign func(f *forger, payload []byte) []byte
	// tree is what was signed; altered is the document with another tree in its place.
	tree    func(f *forger, doc []byte) *credentials.Node
	altered func(doc []byte, tree *credentials.Node) []byte
}

func tokenForm(key func(f *forger) proof.Signer) form {
	return form{
		func(f *forger, payload []byte) []byte { return f.token(key(f), f.claims(payload)) },
		func(f *forger, doc []byte) *credentials.Node {
			return f.parsed(f.decoded(bytes.Split(doc, []byte("."))[1]))
		},
		func(doc []byte, tree *credentials.Node) []byte {
			parts := strings.Split(string(doc), ".")
			return []byte(parts[0] + "." + enc(tree.AppendJSON(nil)) + "." + strings.Join(parts[2:], "."))
		},
	}
}

func embeddedForm(suite proof.Suite, key func(f *forger) proof.Signer) form {
	return form{
		func(f *forger, payload []byte) []byte { return f.inside(payload, f.way(suite, key(f), f.school)) },
		func(f *forger, doc []byte) *credentials.Node { return f.parsed(doc) },
		func(_ []byte, tree *credentials.Node) []byte { return tree.AppendJSON(nil) },
	}
}

func (f *forger) parsed(doc []byte) *credentials.Node {
	f.t.Helper()
	n, err := credentials.Parse(doc)
	f.ok(err)
	return n
}

// statements are the forms whose proof covers statements: the order of a set is not among them.
var statements = map[string]bool{"eddsa-rdfc-2022": true, "ecdsa-rdfc-2019": true}

var forms = map[string]form{
	"VC-JWT ES256":    tokenForm(func(f *forger) proof.Signer { return f.ec }),
	"VC-JWT EdDSA":    tokenForm(func(f *forger) proof.Signer { return f.ed }),
	"eddsa-rdfc-2022": embeddedForm(proof.EdDSARDFC2022, func(f *forger) proof.Signer { return f.ed }),
	"eddsa-jcs-2022":  embeddedForm(proof.EdDSAJCS2022, func(f *forger) proof.Signer { return f.ed }),
	"ecdsa-rdfc-2019": embeddedForm(proof.ECDSARDFC2019, func(f *forger) proof.Signer { return f.ec }),
	"SD-JWT": {
		func(f *forger, payload []byte) []byte {
			token := compact(header(proof.ES256, f.ec.Public().ID, proof.TypeSDJWT), f.claims(payload), f.by(f.ec))
			return append(token, '~')
		},
		func(f *forger, doc []byte) *credentials.Node {
			return f.parsed(f.decoded(bytes.Split(doc, []byte("."))[1]))
		},
		tokenForm(nil).altered,
	},
}

// mutant is a tree that differs from another in one place.
type mutant struct {
	what, at string
	tree     *credentials.Node
}

// mutants changes every text, number and boolean of a tree, takes away every
// member, adds members to every object, and exchanges and repeats the items of every list.
func mutants(n *credentials.Node) []mutant {
	switch n.Kind() {
	case credentials.String:
		return []mutant{{"changed", "", credentials.TextOf(n.Text() + "x")}}
	case credentials.Number:
		other, _ := credentials.Parse([]byte(n.Literal() + "1")) // a digit more is a number
		return []mutant{{"changed", "", other}}
	case credentials.Bool:
		other, _ := credentials.Parse([]byte(map[bool]string{true: "false", false: "true"}[n.True()]))
		return []mutant{{"changed", "", other}}
	case credentials.Object:
		return ofMembers(n)
	case credentials.Array:
		return ofItems(n)
	case credentials.Missing, credentials.Null:
	}
	return nil
}

func ofMembers(n *credentials.Node) []mutant {
	var out []mutant
	for _, name := range []string{"laurel", "description", "narrative", "id"} {
		if n.Get(name) == nil {
			value := map[bool]string{true: "urn:example:forged", false: forged}[name == "id"]
			out = append(out, mutant{"added", "/" + name, n.With(name, credentials.TextOf(value))})
		}
	}
	for _, m := range n.Members() {
		out = append(out, mutant{"taken away", "/" + m.Name, n.Without(m.Name)})
		for _, inner := range mutants(m.Value) {
			out = append(out, mutant{inner.what, credentials.Pointer("", m.Name) + inner.at, n.With(m.Name, inner.tree)})
		}
	}
	return out
}

func ofItems(n *credentials.Node) []mutant {
	var out []mutant
	items := n.Items()
	with := func(i int, replacement ...*credentials.Node) *credentials.Node {
		list := append(append([]*credentials.Node{}, items[:i]...), replacement...)
		return credentials.ListOf(append(list, items[i+len(replacement)-1:]...)...)
	}
	for i, item := range items {
		at := "/" + string(rune('0'+i%10))
		out = append(out, mutant{"repeated", at, with(i, item, item)})
		if i+1 < len(items) && !item.Equal(items[i+1]) {
			list := append([]*credentials.Node{}, items...)
			list[i], list[i+1] = list[i+1], list[i]
			out = append(out, mutant{"exchanged", at, credentials.ListOf(list...)})
		}
		for _, inner := range mutants(item) {
			list := append([]*credentials.Node{}, items...)
			list[i] = inner.tree
			out = append(out, mutant{inner.what, at + inner.at, credentials.ListOf(list...)})
		}
	}
	return out
}

// sampleEvery is which mutants also go over HTTP.
const sampleEvery = 50

// TestMutations alters every kind of document that we issue, in every form that
// it is signed in, in every place: none is accepted.
func TestMutations(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	var tried, same, asked atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d altered documents refused, %d of them over HTTP too; %d say the same", tried.Load(), asked.Load(), same.Load())
	})
	for kind, k := range kinds {
		for name, way := range forms {
			t.Run(kind+" "+name, func(t *testing.T) {
				t.Parallel()
				f := f.at(t)
				doc := way.sign(f, k.payload(f))
				if r := f.verified(doc); r.Verdict != k.verdict {
					t.Fatalf("as it was signed: %s %s", r.Verdict, told(r))
				}
				tree := way.tree(f, doc)
				for i, m := range mutants(tree) {
					altered := way.altered(doc, m.tree)
					if statements[name] && mayBeSame(kind, m) && f.saysSame(tree, m.tree) {
						same.Add(1)
						continue
					}
					tried.Add(1)
					r := f.verified(altered)
					if i%sampleEvery == 0 {
						asked.Add(1)
						r = f.answered(altered)
					}
					if r.Verdict == verifier.Valid || r.Credential != nil || mayShow(r) {
						t.Errorf("%s %s: %s %s", m.at, m.what, r.Verdict, told(r))
					}
				}
			})
		}
	}
}

// mayBeSame tells whether a change may leave the statements of a document as they
// are: the order of a set, and in a record what the outer document says of an
// issuer that a credential inside says too.
func mayBeSame(kind string, m mutant) bool {
	return m.what == "exchanged" || kind == "record" && m.what == "taken away" && strings.HasPrefix(m.at, "/issuer/")
}

// verified is the report on a document, from the verifier of the server.
func (f *forger) verified(doc []byte) verifier.Report {
	f.t.Helper()
	r, err := f.reg.Verifier().Verify(f.t.Context(), doc)
	f.ok(err)
	return r
}

// answered is the same over HTTP.
func (f *forger) answered(doc []byte) verifier.Report {
	f.t.Helper()
	got := f.send(request{wayRaw, "/v1/verify", "application/octet-stream", mediaJSON, string(doc)})
	if got.status != http.StatusOK {
		f.t.Fatalf("status %d: %.300s", got.status, got.body)
	}
	var r verifier.Report
	f.ok(json.Unmarshal(got.body, &r))
	return r
}

// saysSame tells whether two documents make the same statements, proofs included.
func (f *forger) saysSame(a, b *credentials.Node) bool {
	one, err := ld.Canonical(f.t.Context(), a, ld.SHA256)
	f.ok(err)
	two, err := ld.Canonical(f.t.Context(), b, ld.SHA256)
	return err == nil && bytes.Equal(one, two)
}

// TestDisclosureMutations alters every disclosure of a diploma in every place.
func TestDisclosureMutations(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	token := f.disclosable("/name", "/evidence", "/credentialSubject/identifier/0", "/credentialSubject/result", "/credentialSubject/achievement/tag/0")
	whole := token.String()
	if r := f.verified([]byte(whole)); r.Verdict != verifier.Valid {
		t.Fatalf("as it was signed: %s %s", r.Verdict, told(r))
	}
	tried := 0
	for _, d := range token.Disclosures {
		for _, m := range mutants(f.parsed(f.decoded([]byte(d.Text)))) {
			tried++
			r := f.verified([]byte(strings.Replace(whole, d.Text, enc(m.tree.AppendJSON(nil)), 1)))
			if r.Verdict == verifier.Valid || r.Credential != nil {
				t.Errorf("%s %s of %s: %s", m.at, m.what, d.Name, told(r))
			}
		}
	}
	t.Logf("%d altered disclosures", tried)
}
