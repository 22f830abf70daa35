package hostile_test

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"laurel/api"
	"laurel/competency"
	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// forger is a running server and everything that a forger could have: genuine
// documents of its schools, keys of his own, and, to show what a school itself
// must not be believed, the keys of the schools.
type forger struct {
	t                     testing.TB // of the case at hand
	store                 *store.Store
	reg                   *registrar.Registrar
	server                *httptest.Server
	public                string        // the public address
	clock                 *atomic.Int64 // how far the server's clock runs ahead, in nanoseconds
	orgs                  map[string]competency.OrgID
	school, partner, mill string // DIDs; nobody vouches for the mill
	// Keys of the school, by what they are for; late are those whose life has ended or not begun.
	ec, ed, p384             proof.Signer
	rsa                      *rsaSigner
	retired, stolen, pending proof.Signer
	partnerKey, millKey      proof.Signer
	// lists are the addresses of the school's status lists by name, and of others'.
	lists map[string]string
	// began is when the schools were set up; documents bear a later date, and now is later still.
	began time.Time
}

// Indices of the status lists that are set.
const (
	standing = 7
	revoked  = 8
)

// newForger sets up the schools, publishes keys and lists, and lets two days pass.
func newForger(t *testing.T, change ...func(*registrar.Options)) *forger {
	t.Helper()
	f := &forger{
		t: t, store: stores.SQLite(t), clock: &atomic.Int64{}, orgs: map[string]competency.OrgID{}, lists: map[string]string{},
		began: time.Now().UTC().Truncate(time.Second),
	}
	f.serve(change...)
	f.found()
	f.ec, f.ed, f.p384 = f.addKey("school", 1, proof.ES256), f.addKey("school", 2, proof.EdDSA), f.addKey("school", 3, proof.ES384)
	f.partnerKey, f.millKey = f.addKey("partner", 4, proof.ES256), f.addKey("mill", 5, proof.ES256)
	f.addRSA()
	f.retired = f.addKey("school", 6, proof.ES256, func(k *store.OrgKey) { k.State, k.Retired = competency.KeyRetired, f.began.Add(2*time.Hour) })
	f.stolen = f.addKey("school", 7, proof.ES256, func(k *store.OrgKey) { k.State, k.Compromised = competency.KeyCompromised, f.began.Add(2*time.Hour) })
	f.pending = f.addKey("school", 8, proof.ES256, func(k *store.OrgKey) { k.State, k.Activated = competency.KeyPending, time.Time{} })
	f.addLists()
	f.ok(f.reg.Publish(t.Context()))
	f.clock.Store(int64(48 * time.Hour))
	return f
}

// serve starts the server over a store in which nobody is yet.
func (f *forger) serve(change ...func(*registrar.Options)) {
	f.t.Helper()
	log := slog.New(slog.DiscardHandler)
	f.server = httptest.NewUnstartedServer(nil)
	f.public = "http://" + strings.Replace(f.server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	var err error
	o := registrar.Options{
		Store: f.store, Now: f.now, Rand: rand.Reader, Log: log, PublicURL: f.public, Files: f.t.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
	}
	for _, do := range change {
		do(&o)
	}
	f.reg, err = registrar.New(o)
	f.ok(err)
	f.ok(f.reg.Publish(f.t.Context()))
	f.server.Config.Handler, err = api.New(api.Options{Office: f.reg, Sessions: f.store.Sessions(), Now: f.now, Log: log, PublicURL: f.public})
	f.ok(err)
	f.server.Start()
	f.t.Cleanup(f.server.Close)
}

// now is the server's clock.
func (f *forger) now() time.Time { return time.Now().Add(time.Duration(f.clock.Load())) }

// actor signs in through the office.
func (f *forger) actor(login string) competency.Actor {
	f.t.Helper()
	session, err := f.reg.SignIn(f.t.Context(), login, password)
	f.ok(err)
	who, err := f.reg.Actor(f.t.Context(), session)
	f.ok(err)
	return who
}

// password is everybody's.
const password = "a calm morning in spring"

// at is the same forger for another test, which is told of what goes wrong.
func (f *forger) at(t testing.TB) *forger {
	g := *f
	g.t = t
	return &g
}

func (f *forger) ok(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// found sets up a district with two schools, and a mill beside it.
func (f *forger) found() {
	f.t.Helper()
	first := registrar.FirstRun{
		Kind: competency.District, Name: "Willow Brook District", Slug: "willow-brook", Zone: "America/New_York",
		AdminName: "Alma Admin", Login: "admin", Password: password,
	}
	f.ok(f.reg.Begin(f.t.Context(), first))
	admin := f.actor("admin")
	f.orgs["district"] = admin.Tenant
	for key, name := range map[string]string{"school": "Willow Brook High School", "partner": "Ridgeline High School"} {
		id, err := f.reg.AddOrg(f.t.Context(), admin, registrar.Once{}, registrar.NewOrg{
			Parent: string(admin.Tenant), Kind: competency.School, Name: name, Slug: key, Zone: "America/New_York",
		})
		f.ok(err)
		f.orgs[key] = id
	}
	f.ok(f.reg.Found(f.t.Context(), registrar.FirstRun{
		Kind: competency.District, Name: "Diploma Mill", Slug: "mill", Zone: "America/Chicago", AdminName: "Mallory", Login: "mallory", Password: password,
	}))
	f.orgs["mill"] = f.actor("mallory").Tenant
	host := strings.TrimPrefix(f.public, "http://")
	f.school, f.partner, f.mill = did.Web(host, "schools", "school"), did.Web(host, "schools", "partner"), did.Web(host, "schools", "mill")
}

// tenant is the root of custody of one of the organisations.
func (f *forger) tenant(org string) competency.OrgID {
	if org == "mill" {
		return f.orgs["mill"]
	}
	return f.orgs["district"]
}

func (f *forger) didOf(org string) string {
	return map[string]string{"school": f.school, "partner": f.partner, "mill": f.mill}[org]
}

// private makes the same key for the same number. Numbers from 100 on are the forger's own.
func (f *forger) private(n byte, alg proof.Alg) *proof.PrivateKey {
	k, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{n}, 96)), alg)
	f.ok(err)
	return k
}

// addKey publishes a key of an organisation whose private half is known here.
func (f *forger) addKey(org string, n byte, alg proof.Alg, change ...func(*store.OrgKey)) proof.Signer {
	f.t.Helper()
	private := f.private(n, alg)
	public := private.Public("")
	f.keep(org, public, n, change...)
	return private.Signer(did.KeyID(f.didOf(org), public))
}

func (f *forger) keep(org string, public proof.Key, n byte, change ...func(*store.OrgKey)) {
	f.t.Helper()
	jwk, err := json.Marshal(public.JWK())
	f.ok(err)
	k := store.OrgKey{
		SigningKey: competency.SigningKey{
			Thumbprint: public.Thumbprint(), Org: f.orgs[org], Alg: fmt.Sprintf("%s-%d", public.Alg, n),
			Keeper: competency.EnvelopeKeeper, State: competency.KeyActive, Created: f.began, Activated: f.began,
		},
		JWK: string(jwk), Sealed: []byte{0},
	}
	for _, c := range change {
		c(&k)
	}
	f.ok(f.store.In(f.t.Context(), f.tenant(org), func(sc *store.Scope) error { return sc.AddKey(k) }))
}

// rsaSigner signs with RS256, which Laurel only checks.
type rsaSigner struct {
	key *rsa.PrivateKey
	id  string
}

func (f *forger) addRSA() {
	f.t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	f.ok(err)
	public, err := proof.NewKey("", &key.PublicKey)
	f.ok(err)
	f.keep("school", public, 9)
	f.rsa = &rsaSigner{key, did.KeyID(f.school, public)}
}

func (s *rsaSigner) sign(input []byte) []byte {
	sum := sha256.Sum256(input)
	sig, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return sig
}

// own is a key of the forger under a name of his choice.
func (f *forger) own(kid string, alg proof.Alg) proof.Signer { return f.private(100, alg).Signer(kid) }

// local is a key of the forger that is its own issuer.
func (f *forger) local() (proof.Signer, string) {
	k := f.private(101, proof.EdDSA)
	id := "did:key:" + k.Public("").Multikey()
	return k.Signer(id + "#" + k.Public("").Multikey()), id
}

// credential is a genuine diploma of the school, as it would issue it.
func (f *forger) credential() credentials.Credential {
	return credentials.Credential{
		ID: "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11", Name: "High School Diploma",
		Issuer:      credentials.Profile{ID: f.school, Name: "Willow Brook High School"},
		ValidFrom:   f.began.Add(3 * time.Hour),
		AwardedDate: f.began.Add(3 * time.Hour),
		Subject: credentials.Subject{
			ID: "urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02", Identifiers: []credentials.Identity{credentials.NameIdentity("Amara Okafor")},
			Credits: 24.5,
			Achievement: credentials.Achievement{
				ID: "urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1d03", Kind: "SecondarySchoolDiploma", Name: "High School Diploma",
				Description: "Proficient in every graduation standard.", Criteria: credentials.Criteria{Narrative: "The graduation policy."},
				Tags: []string{"diploma", "proficiency"},
				Scales: []credentials.ResultScale{{
					ID: "urn:example:math", Name: "Mathematics", Kind: "RubricCriterionLevel", RequiredLevel: "urn:example:math:3",
					Levels: []credentials.Level{
						{ID: "urn:example:math:2", Name: "Developing", Level: "2"},
						{ID: "urn:example:math:3", Name: "Proficient", Level: "3"},
						{ID: "urn:example:math:4", Name: "Exemplary", Level: "4"},
					},
				}},
			},
			Results: []credentials.Result{{Scale: "urn:example:math", Level: "urn:example:math:3"}},
		},
		Evidence: []credentials.Work{{Name: "Bridge load study", Description: "A model and its error."}, {Name: "Field study"}},
		Status:   credentials.RevocationEntry(f.lists["good"], standing),
	}
}

// payload is the diploma before it is signed, changed as asked.
func (f *forger) payload(change ...func(*credentials.Credential)) []byte {
	f.t.Helper()
	c := f.credential()
	for _, do := range change {
		do(&c)
	}
	payload, err := c.Payload()
	f.ok(err)
	return payload
}

// claims is the payload of a token of a document.
func (f *forger) claims(payload []byte) []byte {
	f.t.Helper()
	out, err := credentials.WithClaims(payload)
	f.ok(err)
	return out
}

// edited replaces the first occurrence of a text, which must be there.
func (f *forger) edited(doc []byte, from, to string) []byte {
	f.t.Helper()
	if !bytes.Contains(doc, []byte(from)) {
		f.t.Errorf("the document does not hold %q: %s", from, doc)
	}
	return bytes.Replace(doc, []byte(from), []byte(to), 1)
}

func enc(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// compact writes a token of any header over any payload.
func compact(header string, payload []byte, sign func(input []byte) []byte) []byte {
	input := enc([]byte(header)) + "." + enc(payload)
	return []byte(input + "." + enc(sign([]byte(input))))
}

// by signs as a key does.
func (f *forger) by(s proof.Signer) func([]byte) []byte {
	return func(input []byte) []byte {
		sig, err := s.Sign(f.t.Context(), input)
		f.ok(err)
		return sig
	}
}

// hs256 signs with a secret that everybody knows: a public key.
func hs256(secret []byte) func([]byte) []byte {
	return func(input []byte) []byte {
		mac := hmac.New(sha256.New, secret)
		mac.Write(input)
		return mac.Sum(nil)
	}
}

// bytesOf signs with bytes of one's choice.
func bytesOf(sig []byte) func([]byte) []byte { return func([]byte) []byte { return sig } }

// header writes a protected header; more are members as JSON text, each after a comma.
func header(alg proof.Alg, kid, typ string, more ...string) string {
	quoted, _ := json.Marshal(kid) // a string is always JSON
	return fmt.Sprintf(`{"alg":%q,"kid":%s,"typ":%q%s}`, alg, quoted, typ, strings.Join(more, ""))
}

// token signs a payload as the key's owner would.
func (f *forger) token(s proof.Signer, payload []byte) []byte {
	k := s.Public()
	return compact(header(k.Alg, k.ID, proof.TypeVC), payload, f.by(s))
}

// genuine is the school's diploma as a token.
func (f *forger) genuine() []byte { return f.token(f.ec, f.claims(f.payload())) }

// signedText is a token of the school's own key over the diploma with one text
// in place of another: what not even the school may say.
func (f *forger) signedText(from, to string) []byte {
	return f.token(f.ec, f.edited(f.claims(f.payload()), from, to))
}

// inside adds a proof to a payload.
func (f *forger) inside(payload []byte, o proof.Options) []byte {
	f.t.Helper()
	document, _, err := proof.Secure(f.t.Context(), payload, o)
	f.ok(err)
	return document
}

// way are the options of a proof by one of an organisation's keys.
func (f *forger) way(suite proof.Suite, s proof.Signer, org string) proof.Options {
	return proof.Options{Suite: suite, Signer: s, Method: did.MethodID(org, s.Public()), Created: f.began.Add(3 * time.Hour)}
}

// rdfc is the school's diploma with its proof inside.
func (f *forger) rdfc() []byte {
	return f.inside(f.payload(), f.way(proof.EdDSARDFC2022, f.ed, f.school))
}

// jcs is the same with a proof over JSON.
func (f *forger) jcs() []byte {
	return f.inside(f.payload(), f.way(proof.EdDSAJCS2022, f.ed, f.school))
}

// disclosable is the diploma as an SD-JWT with everything shown.
func (f *forger) disclosable(pointers ...string) proof.SDJWT {
	f.t.Helper()
	token, err := proof.SignSDJWT(f.t.Context(), f.claims(f.payload()), proof.SDOptions{Disclose: pointers, Rand: rand.Reader}, f.ec)
	f.ok(err)
	return token
}

// list signs a status list with the given indices set.
func (f *forger) list(s proof.Signer, issuer, url string, set []uint32, change ...func(*status.List)) string {
	f.t.Helper()
	l := status.List{
		URL: url, Issuer: issuer, Purpose: status.Revocation, Bits: status.New(), TTL: time.Minute,
		ValidFrom: f.began, ValidUntil: f.began.Add(96 * time.Hour),
	}
	for _, i := range set {
		f.ok(l.Bits.Set(i, true))
	}
	for _, do := range change {
		do(&l)
	}
	signed, err := issue.New(f.now, issue.Keys{JWT: s}, nil).SignList(f.t.Context(), l)
	f.ok(err)
	return signed.JWT.String()
}

// publishList publishes whatever token as a list of an organisation, under a name.
func (f *forger) publishList(org, name string, make func(url string) string) {
	f.t.Helper()
	f.ok(f.store.In(f.t.Context(), f.tenant(org), func(sc *store.Scope) error {
		places, err := sc.TakePlaces(store.ListsWanted{
			Org: f.orgs[org], Purpose: name, States: name + " states", Year: 1, Seed: []byte("0123456789abcdef"), Entries: status.Entries,
		}, 1, func(string) (int64, error) { return 0, nil })
		if err != nil {
			return err
		}
		l := places.List
		f.lists[name] = f.public + "/status/" + l.ID
		l.Token, l.Published, l.ValidUntil = make(f.lists[name]), f.began, f.began.Add(96*time.Hour)
		return sc.SaveList(l)
	}))
}
