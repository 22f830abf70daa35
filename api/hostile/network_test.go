package hostile_test

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/internal/registrar"
	"laurel/verifier"
)

// trap is a server at home that nobody may be led to. It counts who connects.
type trap struct {
	*httptest.Server
	hits atomic.Int64
}

func newTrap(t *testing.T) *trap {
	t.Helper()
	tr := &trap{}
	tr.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) }))
	tr.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			tr.hits.Add(1)
		}
	}
	tr.StartTLS()
	t.Cleanup(tr.Close)
	return tr
}

// forbidden are hosts that are never asked, PORT being that of the trap: at
// home in all its spellings, and in networks that are not public (rule 9).
var forbidden = []string{
	"127.0.0.1:PORT", "localhost:PORT", "LOCALHOST:PORT", "localhost.:PORT", "[::1]:PORT", "[::ffff:127.0.0.1]:PORT", "[::ffff:7f00:1]:PORT", "[0:0:0:0:0:ffff:7f00:1]:PORT",
	"2130706433:PORT", "0x7f000001:PORT", "0x7f.0.0.1:PORT", "0177.0.0.1:PORT", "017700000001:PORT", "127.1:PORT", "127.0.1:PORT", "0:PORT", "0.0.0.0:PORT", "[::]:PORT", "127.255.255.254:PORT",
	"user@127.0.0.1:PORT", "user:secret@localhost:PORT", "mallory.example@127.0.0.1:PORT", "127.0.0.1:PORT#mallory.example", "127.0.0.1:PORT?mallory.example", "127.0.0.1%00.example:PORT", "①②⑦.⓪.⓪.①:PORT",
	"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
	"224.0.0.1", "[ff02::1]", "255.255.255.255", "0.1.2.3", "192.0.0.1", "198.18.0.1", "240.0.0.1",
}

// schemes are ways to ask that are not https.
var schemes = []string{"http://127.0.0.1:PORT/x", "ftp://127.0.0.1:PORT/x", "file:///etc/passwd", "gopher://127.0.0.1:PORT/x", "data:application/json,{}", "//127.0.0.1:PORT/x", "unix:///var/run/docker.sock", "HTTPS:127.0.0.1:PORT"}

// places are where a document names an address that a reader might ask.
var places = map[string]func(f *forger, address string) []byte{
	"issuer": func(f *forger, address string) []byte { return asIssuer(address)(f) },
	"key of the issuer's host": func(f *forger, address string) []byte {
		payload := f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = address, nil })
		return f.token(f.own(address+"/keys/1", proof.ES256), f.claims(payload))
	},
	"kid": func(f *forger, address string) []byte { return f.token(f.own(address, proof.ES256), f.titled()) },
	"status list": func(f *forger, address string) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(address, standing) })))
	},
	"revocation list": func(f *forger, address string) []byte {
		payload := f.payload(func(c *credentials.Credential) {
			c.Status, c.Schemas = nil, []credentials.Schema{{ID: "https://schema.example/", Type: credentials.SchemaType}}
		})
		quoted, _ := json.Marshal(address) // a text is always JSON
		return f.token(f.ec, f.edited(f.claims(payload), `"evidence":[`, `"credentialStatus":{"id":`+string(quoted)+`,"type":"1EdTechRevocationList"},"evidence":[`))
	},
	"newer copy": func(f *forger, address string) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) { c.Refresh = &credentials.RefreshService{ID: address} })))
	},
	"method of a proof": func(f *forger, address string) []byte {
		s := f.own("", proof.EdDSA)
		quoted, _ := json.Marshal(address + "#" + s.Public().Multikey())
		p := strings.Replace(emptyProof("eddsa-rdfc-2022", "METHOD"), `"METHOD"`, string(quoted), 1)
		return proven(f, proofText(f.rdfc()), p)
	},
	"evidence, image, terms and schema": func(f *forger, address string) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) {
			c.Evidence = append(c.Evidence, credentials.Work{ID: address, Name: "x"})
			c.Image = &credentials.Image{ID: address}
			c.Issuer.URL, c.Issuer.Image = address, &credentials.Image{ID: address}
			c.Schemas = []credentials.Schema{{ID: address, Type: "JsonSchema"}}
			c.TermsOfUse = []credentials.Terms{{ID: address, Type: "https://laurel.example/terms#Policy"}}
			c.Subject.Achievement.Criteria.ID = address
		})))
	},
}

// TestForbiddenRequests leads a server that asks the network to places where it
// must not go: not one connection is made, and no answer is a fault or slow.
func TestForbiddenRequests(t *testing.T) {
	t.Parallel()
	tr := newTrap(t)
	_, port, err := net.SplitHostPort(tr.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fetch := verifier.NewFetcher(verifier.FetcherOptions{Now: time.Now})
	t.Cleanup(fetch.Close)
	f := newForger(t, func(o *registrar.Options) { o.Fetch = fetch })
	if r := f.verified(f.genuine()); r.Verdict != verifier.Valid {
		t.Fatalf("the school's own: %s %s", r.Verdict, told(r))
	}
	addresses := []string{}
	for _, host := range forbidden {
		addresses = append(addresses, "https://"+host+"/x")
	}
	addresses = append(addresses, schemes...)
	asked := 0
	for _, address := range addresses {
		address = strings.ReplaceAll(address, "PORT", port)
		for place, document := range places {
			asked++
			f.led(tr, place+" "+address, document(f, address))
		}
	}
	for _, id := range []string{
		"localhost%3APORT", "127.0.0.1%3APORT", "%31%32%37.0.0.1%3APORT", "2130706433%3APORT", "localhost.%3APORT", "localhost%3APORT:..:x", "localhost%3APORT:a%2Fb",
		"user%40localhost%3APORT", "169.254.169.254", "%5B%3A%3A1%5D%3APORT", "localhost%3APORT%2Fx", "localhost%3APORT%23", "localhost%3APORT%3Fx",
	} {
		asked++
		f.led(tr, "did:web:"+id, asIssuer("did:web:"+strings.ReplaceAll(id, "PORT", port))(f))
	}
	if n := tr.hits.Load(); n != 0 {
		t.Errorf("%d connections to where nobody may go", n)
	}
	t.Logf("%d documents, %d connections", asked, tr.hits.Load())
	conn, err := tls.Dial("tcp", tr.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if tr.hits.Load() != 1 {
		t.Error("the trap does not count")
	}
}

// led sends a document that leads somewhere.
func (f *forger) led(tr *trap, name string, doc []byte) {
	f.t.Helper()
	before := tr.hits.Load()
	got := f.timed(request{wayRaw, "/v1/verify", "application/octet-stream", mediaJSON, string(doc)})
	var r verifier.Report
	if got.status != http.StatusOK || json.Unmarshal(got.body, &r) != nil || got.took > maxAnswer {
		f.t.Errorf("%s: status %d in %s: %.200s", name, got.status, got.took, got.body)
	}
	for _, innocent := range []string{"newer copy", "evidence"} {
		if strings.HasPrefix(name, innocent) {
			r.Verdict = ""
		}
	}
	if r.Verdict == verifier.Valid || tr.hits.Load() != before {
		f.t.Errorf("%s: %s with %d connections: %s", name, r.Verdict, tr.hits.Load()-before, told(r))
	}
}
