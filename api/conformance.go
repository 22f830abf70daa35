package api

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/ld"
	"laurel/credentials/proof"
	"laurel/credentials/status"
)

// ConformanceOptions are what the conformance mount needs.
type ConformanceOptions struct {
	Now  func() time.Time
	Rand io.Reader
	Log  *slog.Logger
	// URL is where the mount is reached, without a trailing slash; its status list is published under it.
	URL string
}

// Conformance answers the HTTP calls of the public W3C suites (VC-API): it
// signs any well-formed credential with keys that it made for itself, and
// verifies what is posted. It has no office and no database, and its issuers
// are did:key identifiers that are gone with it. It is safe for concurrent use.
type Conformance struct {
	ConformanceOptions
	keys    []conformanceKey
	handler http.Handler
}

// conformanceKey is an issuer of the mount.
type conformanceKey struct {
	did    string
	signer proof.Signer
}

// NewConformance makes keys and the handler of the mount.
func NewConformance(o ConformanceOptions) (*Conformance, error) {
	m := &Conformance{ConformanceOptions: o}
	for _, alg := range []proof.Alg{proof.EdDSA, proof.ES256, proof.ES384} {
		private, err := proof.Generate(o.Rand, alg)
		if err != nil {
			return nil, fmt.Errorf("making a key for conformance: %w", err)
		}
		multikey := private.Public("").Multikey()
		id := "did:key:" + multikey
		m.keys = append(m.keys, conformanceKey{id, private.Signer(id + "#" + multikey)})
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, fault any) {
		o.Log.ErrorContext(c.Request.Context(), "a request panicked", slog.String("route", c.FullPath()), slog.Any("fault", fault))
		c.AbortWithStatus(http.StatusInternalServerError)
	}), bodyLimit(maxBody))
	engine.GET("/", m.describe)
	engine.POST("/credentials/issue", m.issue)
	engine.POST("/suites/:suite/credentials/issue", m.issue)
	engine.POST("/status/credentials/issue", m.issueWithStatus)
	engine.GET("/status-lists/revocation", m.statusList)
	engine.POST("/credentials/verify", m.verifyCredential)
	engine.POST("/presentations/verify", m.verifyPresentation)
	m.handler = engine
	return m, nil
}

// ServeHTTP answers one request.
func (m *Conformance) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Issuers are the did:key identifiers of the mount: Ed25519, P-256 and P-384.
func (m *Conformance) Issuers() []string {
	var out []string
	for _, k := range m.keys {
		out = append(out, k.did)
	}
	return out
}

// describe tells whoever sets up a suite what to name in it.
func (m *Conformance) describe(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"issuers": m.Issuers(), "cryptosuites": proof.Suites(), "statusList": m.listURL()})
}

// keyFor gives the issuer's own key if it fits the suite, else the first that fits.
func (m *Conformance) keyFor(suite proof.Suite, issuer string) (conformanceKey, error) {
	algs := []proof.Alg{proof.EdDSA}
	switch {
	case !slices.Contains(proof.Suites(), suite):
		return conformanceKey{}, malformedValue("/options/cryptosuite", "there is no such suite here")
	case suite == proof.ECDSARDFC2019:
		algs = []proof.Alg{proof.ES256, proof.ES384}
	}
	var found conformanceKey
	for _, k := range m.keys {
		if !slices.Contains(algs, k.signer.Public().Alg) {
			continue
		}
		if found.did == "" || k.did == issuer {
			found = k
		}
	}
	return found, nil
}

// conformanceBody reads the JSON of a request, whose members must be among names.
func conformanceBody(c *gin.Context, names ...string) (*credentials.Node, error) {
	data, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, &conformanceError{problemParsing, "", "the body cannot be read"}
	}
	n, err := credentials.Parse(data)
	if bad, ok := errors.AsType[*credentials.ParseError](err); ok {
		return nil, &conformanceError{problemParsing, bad.Pointer, bad.Detail}
	}
	for _, m := range n.Members() {
		if !slices.Contains(names, m.Name) {
			return nil, malformedValue(credentials.Pointer("", m.Name), "this member has no meaning here")
		}
	}
	options := n.Get("options")
	if n.Kind() != credentials.Object || options != nil && options.Kind() != credentials.Object {
		return nil, malformedValue("", "the body or its options are no object")
	}
	return n, nil
}

// issue signs a credential (VC-API, issue credential).
func (m *Conformance) issue(c *gin.Context) { m.sign(c, nil) }

// issueWithStatus signs a credential that gets an entry of the mount's list first.
func (m *Conformance) issueWithStatus(c *gin.Context) { m.sign(c, m.withEntry) }

// sign answers a request to issue. change, if any, is what is done to the credential first.
func (m *Conformance) sign(c *gin.Context, change func(*credentials.Node) (*credentials.Node, error)) {
	signed, err := func() ([]byte, error) {
		n, err := conformanceBody(c, "credential", "options")
		if err != nil {
			return nil, err
		}
		suite, err := suiteAsked(c.Param("suite"), n.Get("options"))
		if err != nil {
			return nil, err
		}
		doc := n.Get("credential")
		if err := checkCredential(doc); err != nil {
			return nil, err
		}
		if change != nil {
			if doc, err = change(doc); err != nil {
				return nil, err
			}
		}
		return m.secure(c.Request.Context(), doc, suite)
	}()
	if err != nil {
		refuseConformance(c, err)
		return
	}
	c.JSON(http.StatusCreated, map[string]json.RawMessage{"verifiableCredential": signed})
}

// suiteAsked is the suite that a request names, in its path or its options; eddsa-rdfc-2022 by default.
func suiteAsked(path string, options *credentials.Node) (proof.Suite, error) {
	for name, want := range map[string]string{"type": "DataIntegrityProof", "proofPurpose": proof.PurposeAssertion} {
		if n := options.Get(name); n != nil && n.Text() != want {
			return "", malformedValue("/options/"+name, "only "+want+" is made here")
		}
	}
	suite := options.Get("cryptosuite")
	switch {
	case suite != nil && suite.Text() == "":
		return "", malformedValue("/options/cryptosuite", "it is not a text")
	case suite != nil && path != "" && path != suite.Text():
		return "", malformedValue("/options/cryptosuite", "the path names another")
	case suite != nil:
		return proof.Suite(suite.Text()), nil
	case path != "":
		return proof.Suite(path), nil
	}
	return proof.EdDSARDFC2022, nil
}

// secure puts the mount's own issuer into a credential and signs it.
func (m *Conformance) secure(ctx context.Context, doc *credentials.Node, suite proof.Suite) ([]byte, error) {
	key, err := m.keyFor(suite, credentials.IssuerID(doc))
	if err != nil {
		return nil, err
	}
	if doc.Get("proof") != nil {
		return nil, malformedValue("/credential/proof", "it is signed already")
	}
	issuer := credentials.TextOf(key.did)
	if old := doc.Get("issuer"); old.Kind() == credentials.Object {
		issuer = old.With("id", issuer)
	}
	doc = doc.With("issuer", issuer)
	if contexts := doc.Get("@context"); credentials.IsVC11(doc) && !contexts.Has(contextDI) {
		doc = doc.With("@context", credentials.ListOf(append(slices.Clone(contexts.Items()), credentials.TextOf(contextDI))...))
	}
	if err := lossless(ctx, doc); err != nil { // also for the suite over JSON, which would carry anything
		return nil, err
	}
	signed, _, err := proof.Secure(ctx, doc.AppendJSON(nil), proof.Options{Suite: suite, Signer: key.signer, Created: m.Now()})
	if err != nil {
		return nil, asProblem(err)
	}
	return signed, nil
}

// lossless refuses what has no meaning under the contexts of a document.
func lossless(ctx context.Context, doc *credentials.Node) error {
	if err := ld.Check(ctx, doc); err != nil {
		return asProblem(err)
	}
	return nil
}

// asProblem turns an error of a document into one of the mount; others stay as they are.
func asProblem(err error) error {
	if lossy, ok := errors.AsType[*ld.Error](err); ok {
		return malformedValue(lossy.Pointer, lossy.Code+": "+lossy.Detail)
	}
	if errors.Is(err, credentials.ErrNumber) {
		return malformedValue("", err.Error())
	}
	return err
}

// withEntry gives a credential a place in the mount's list.
func (m *Conformance) withEntry(doc *credentials.Node) (*credentials.Node, error) {
	if doc.Get("credentialStatus") != nil {
		return nil, malformedValue("/credential/credentialStatus", "it has a status already")
	}
	var b [4]byte
	if _, err := io.ReadFull(m.Rand, b[:]); err != nil {
		return nil, fmt.Errorf("reading randomness for an index: %w", err)
	}
	entry, err := json.Marshal(credentials.RevocationEntry(m.listURL(), binary.BigEndian.Uint32(b[:])%status.Entries))
	if err != nil {
		return nil, fmt.Errorf("writing a status entry: %w", err)
	}
	n, err := credentials.Parse(entry)
	if err != nil {
		return nil, fmt.Errorf("writing a status entry: %w", err)
	}
	return doc.With("credentialStatus", n), nil
}

func (m *Conformance) listURL() string { return m.URL + "/status-lists/revocation" }

// listHolds is how long a copy of the mount's list may be relied on.
const listHolds = time.Hour

// statusList publishes the mount's list (Bitstring Status List 1.0 §2.2). No bit
// of it is ever set: a revocation is what the product's own lists show.
func (m *Conformance) statusList(c *gin.Context) {
	now := m.Now()
	payload, err := status.List{
		URL: m.listURL(), Issuer: m.keys[0].did, Purpose: status.Revocation,
		ValidFrom: now, ValidUntil: now.Add(listHolds), Bits: status.New(),
	}.Payload()
	if err == nil {
		payload, _, err = proof.Secure(c.Request.Context(), payload, proof.Options{Signer: m.keys[0].signer, Created: now})
	}
	if err != nil {
		refuseConformance(c, err)
		return
	}
	c.Data(http.StatusOK, "application/vc", payload)
}

// verifyCredential answers 200 for a credential that stands every check, else 400.
func (m *Conformance) verifyCredential(c *gin.Context) {
	n, err := conformanceBody(c, "verifiableCredential", "options")
	if err == nil {
		err = m.credential(c.Request.Context(), n.Get("verifiableCredential"), true)
	}
	m.verified(c, err)
}

// credential checks one credential: its form, and its proofs or its envelope.
func (m *Conformance) credential(ctx context.Context, doc *credentials.Node, signed bool) error {
	if doc.Get("type").Has(credentials.TypeEnvelopedCredential) {
		media, token, err := openEnvelope(doc)
		if err != nil {
			return err
		}
		return m.enveloped(ctx, media, token)
	}
	if err := checkCredential(doc); err != nil {
		return err
	}
	if err := lossless(ctx, doc.Without("proof")); err != nil {
		return err
	}
	if !signed && doc.Get("proof") == nil {
		return nil
	}
	return m.proofs(ctx, doc)
}

// proofs asks that every proof is good, and one at least the issuer's (Data Integrity 1.0 §4.4).
func (m *Conformance) proofs(ctx context.Context, doc *credentials.Node) error {
	results, err := proof.CheckEmbedded(ctx, doc, m.Now(), func(_ context.Context, method string) (proof.Key, error) {
		return localKey(method)
	})
	if err != nil {
		return err
	}
	own := false
	for i, r := range results {
		if !r.OK() {
			return &conformanceError{problemCrypto, "/proof/" + strconv.Itoa(i), strings.TrimSpace(r.Code + " " + r.Member)}
		}
		own = own || ownerOf(r.Method) == credentials.IssuerID(doc)
	}
	if !own {
		return &conformanceError{problemCrypto, "/proof", "no proof is by a key of the issuer"}
	}
	return nil
}

// ownerOf is the controller that a verification method names.
func ownerOf(method string) string {
	owner, _, _ := strings.Cut(method, "#")
	return owner
}

// localKey finds the key of a verification method that carries it in itself:
// the mount fetches nothing.
func localKey(method string) (proof.Key, error) {
	doc, err := localDocument(method)
	if err != nil {
		return proof.Key{}, err
	}
	return doc.Find(method)
}

// presenterKey is localKey for a key by which its owner shows who is there.
func presenterKey(method string) (proof.Key, error) {
	doc, err := localDocument(method)
	if err != nil {
		return proof.Key{}, err
	}
	return doc.Presenting().Find(method)
}

func localDocument(method string) (*did.Document, error) {
	doc, local, err := did.Local(ownerOf(method))
	switch {
	case err != nil:
		return nil, err
	case !local:
		return nil, fmt.Errorf("finding %s: %w", method, did.ErrNoKey)
	}
	return doc, nil
}

// enveloped checks a credential in a token, whose key is named by a DID URL of the issuer.
func (m *Conformance) enveloped(ctx context.Context, media, token string) error {
	if media == mediaCOSE {
		return &conformanceError{problemCrypto, "/id", "COSE is not read here"}
	}
	kind := strings.TrimPrefix(media, "application/")
	opened, err := openToken(kind, []byte(token), func(h proof.Header) (proof.Key, error) { return localKey(h.KeyID) })
	if err != nil {
		return err
	}
	if opened.owner != credentials.IssuerID(opened.doc) {
		return &conformanceError{problemCrypto, "/issuer", "the key is not the issuer's"}
	}
	if err := checkCredential(opened.doc); err != nil {
		return err
	}
	return lossless(ctx, opened.doc.Without(credentials.ClaimNames()...))
}

// verified answers a request to verify.
func (m *Conformance) verified(c *gin.Context, err error) {
	if err != nil {
		refuseConformance(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"verified": true})
}

// refuseConformance answers 400 with the problem, or 500 for a fault of the mount's own.
func refuseConformance(c *gin.Context, err error) {
	bad, ok := errors.AsType[*conformanceError](err)
	if !ok {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	c.AbortWithStatusJSON(http.StatusBadRequest, gin.H{
		"verified":       false,
		"problemDetails": []gin.H{{"type": problemBase + bad.kind, "pointer": bad.pointer, "detail": err.Error()}},
	})
}
