package api

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/internal/registrar"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// Sizes of the crowd: many different documents by several schools, so that
// nothing can be answered from having seen it before.
const (
	crowdSchools     = 8
	crowdCredentials = 4096
)

// crowd is what several schools issue and publish.
type crowd struct {
	bundle *verifier.Bundle
	// tokens are signed by EdDSA; documents bear a proof of eddsa-rdfc-2022.
	tokens, documents [][]byte
	// keys are the schools' public keys, by the header of their tokens.
	keys map[string]ed25519.PublicKey
}

// newCrowd signs credentials of 4.4 KB, the size that docs/performance.md speaks of.
func newCrowd(tb testing.TB) *crowd {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "credentials", "ld", "testdata", "badge.json"))
	must(tb, err)
	tree, err := credentials.Parse(raw)
	must(tb, err)
	payload := string(tree.Without("proof", "credentialStatus").AppendJSON(nil))
	now := time.Now().UTC().Truncate(time.Second)
	c := &crowd{
		bundle: &verifier.Bundle{
			Version: verifier.BundleVersion, MadeAt: now, DIDs: map[string]json.RawMessage{}, Lists: map[string]string{},
		},
		keys: map[string]ed25519.PublicKey{},
	}
	for i := range crowdSchools {
		c.school(tb, i, payload, now)
	}
	return c
}

// school adds one school, its list and its credentials.
func (c *crowd) school(tb testing.TB, i int, payload string, now time.Time) {
	tb.Helper()
	id := fmt.Sprintf("did:web:school-%d.example", i)
	url := fmt.Sprintf("https://school-%d.example/status/1", i)
	private, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{byte(i + 1)}, 64)), proof.EdDSA)
	must(tb, err)
	signer := private.Signer(did.KeyID(id, private.Public("")))
	c.bundle.DIDs[id], err = did.Build(id, []proof.Key{signer.Public()})
	must(tb, err)
	bits := status.New()
	for n := uint32(1); n < status.Entries; n += 20 { // one in twenty is withdrawn, and none of those below
		must(tb, bits.Set(n, true))
	}
	list, err := issue.New(time.Now, issue.Keys{JWT: signer}, nil).SignList(tb.Context(), status.List{
		URL: url, Issuer: id, Purpose: status.Revocation, ValidFrom: now.Add(-time.Hour), ValidUntil: now.Add(24 * time.Hour), Bits: bits,
	})
	must(tb, err)
	c.bundle.Lists[url] = list.JWT.String()
	c.bundle.Registry.Entries = append(c.bundle.Registry.Entries, verifier.Entry{
		DID: id, Name: fmt.Sprint("School ", i), Kind: "school", By: verifier.Authority{DID: "did:web:state.example", Name: "The State"},
	})
	for n := range crowdCredentials / crowdSchools {
		entry := fmt.Sprintf(`{"id":"%s#%d","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"%d","statusListCredential":"%s"}`, url, n*20, n*20, url)
		one := strings.NewReplacer(
			"did:web:credentials.willowbrook.example", id,
			"0197b3a4-5c11-7d3e-9a52-6f0a4e21c7b8", fmt.Sprintf("0197b3a4-5c11-4d3e-9a52-%04x%08x", i, n),
			"Amara Okafor", fmt.Sprintf("Amara Okafor %d-%d", i, n),
		).Replace(payload)
		c.sign(tb, signer, []byte(strings.TrimSuffix(one, "}")+`,"credentialStatus":`+entry+"}"))
	}
}

// sign adds both forms of a credential.
func (c *crowd) sign(tb testing.TB, signer proof.Signer, payload []byte) {
	tb.Helper()
	claims, err := credentials.WithClaims(payload)
	must(tb, err)
	token, err := proof.SignJWT(tb.Context(), claims, proof.TypeVC, signer)
	must(tb, err)
	text := token.String()
	c.tokens = append(c.tokens, []byte(text))
	header, _, _ := strings.Cut(text, ".")
	c.keys[header], _ = signer.Public().Public.(ed25519.PublicKey)
	id, _, _ := strings.Cut(signer.Public().ID, "#")
	document, _, err := proof.Secure(tb.Context(), payload, proof.Options{
		Signer: signer, Method: did.MethodID(id, signer.Public()), Created: time.Date(2026, 6, 12, 15, 0, 0, 0, time.UTC),
	})
	must(tb, err)
	c.documents = append(c.documents, document)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// server is the whole product over what the crowd publishes, its log written to nowhere.
func (c *crowd) server(tb testing.TB) *Server {
	tb.Helper()
	log := slog.New(slog.NewJSONHandler(io.Discard, nil)) //nolint:sloglint // the lines are to be written, as in the product
	st := stores.SQLite(tb)
	reg, err := registrar.New(registrar.Options{
		Store: st, Now: time.Now, Rand: rand.Reader, Log: log, PublicURL: "http://localhost", Files: tb.TempDir(), KeyEncryptionKey: make([]byte, 32),
	})
	must(tb, err)
	s, err := New(Options{Office: reg, Sessions: st.Sessions(), Now: time.Now, Log: log, PublicURL: "http://localhost"})
	must(tb, err)
	published := verifier.NewPublished(c.bundle)
	s.verifier = verifier.New(verifier.Options{Now: time.Now, Keys: published, Status: published, Registry: published})
	return s
}

// serve has the product answer on loopback as the program does.
func serve(tb testing.TB, handler http.Handler) (addr string) {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	must(tb, err)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	done := make(chan error, 1)
	go func() { done <- Serve(server, l) }()
	tb.Cleanup(func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			tb.Error(err)
		}
	})
	return l.Addr().String()
}

// bare is the least that could be done in the product's place: a Gin handler
// that reads the same body and does one raw Ed25519 verification.
func (c *crowd) bare(tb testing.TB) *httptest.Server {
	tb.Helper()
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.POST("/v1/verify", func(c0 *gin.Context) {
		body, err := io.ReadAll(c0.Request.Body)
		dot := max(bytes.LastIndexByte(body, '.'), 0)
		signature, _ := base64.RawURLEncoding.AppendDecode(nil, body[min(dot+1, len(body)):])
		header, _, _ := bytes.Cut(body, []byte("."))
		key := c.keys[string(header)]
		c0.JSON(http.StatusOK, gin.H{"verified": err == nil && key != nil && ed25519.Verify(key, body[:dot], signature)})
	})
	server := httptest.NewServer(engine)
	tb.Cleanup(server.Close)
	return server
}

// questions are requests for each of the documents, in an order that goes from school to school.
func questions(addr, mediaType string, documents [][]byte) [][]byte {
	list := make([][]byte, 0, len(documents))
	for i := range documents {
		doc := documents[(i*(crowdCredentials/crowdSchools)+i/crowdSchools)%len(documents)]
		list = append(list, question(addr, "/v1/verify", mediaType, doc))
	}
	return list
}

// BenchmarkVerifyRate is the check of a VC-JWT with its status over HTTP on
// loopback by 64 connections, beside the bare handler, turn by turn. One round
// is a second of each; give -benchtime 8x or more.
func BenchmarkVerifyRate(b *testing.B) {
	c := newCrowd(b)
	addr, bareAddr := serve(b, c.server(b)), c.bare(b).Listener.Addr().String()
	list, bareList := questions(addr, typeVCJWT, c.tokens), questions(bareAddr, typeVCJWT, c.tokens)
	var ratios, works []float64
	var product, bare load
	for b.Loop() {
		product = drive(b, addr, list, time.Second, `"verdict":"valid"`)
		bare = drive(b, bareAddr, bareList, time.Second, `"verified":true`)
		if len(product.failed)+len(bare.failed) > 0 {
			b.Fatal(product.failed, bare.failed)
		}
		ratios = append(ratios, product.rate()/bare.rate())
		works = append(works, float64(product.work())/float64(bare.work()))
	}
	b.ReportMetric(product.rate(), "verify/s")
	b.ReportMetric(bare.rate(), "bare/s")
	b.ReportMetric(median(ratios)*100, "%ofbare")
	b.ReportMetric(median(works), "xcpu")
	b.ReportMetric(float64(product.work().Microseconds()), "µscpu/verify")
	b.ReportMetric(float64(product.wait(0.5).Microseconds()), "µs/p50")
	b.ReportMetric(float64(product.wait(0.99))/float64(product.wait(0.5)), "p99/p50")
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
