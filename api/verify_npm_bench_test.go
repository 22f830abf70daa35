package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/did"
	"laurel/credentials/proof"
	"laurel/internal/testkit"
)

// BenchmarkVerifyNPM is the check of a document with a proof of eddsa-rdfc-2022
// and its status over HTTP on loopback by 64 connections, beside npm
// @digitalbazaar/vc behind Node's http with contexts, keys and status lists in
// memory, turn by turn. One round is a second of each; give -benchtime 8x or more.
//
// Node works on one processor, and the product on those of -cpu: xnpm compares
// the rates, xcpu the processor's time for one request, which at the product's
// side holds the load generator too.
func BenchmarkVerifyNPM(b *testing.B) {
	c := newCrowd(b)
	npmAddr, process := testkit.NodeServer(b, "verify-server", c.npmQuestion(b))
	c.npmKnowsBad(b, npmAddr)
	addr := serve(b, c.server(b))
	list := questions(addr, typeVC, c.documents)
	var npmList [][]byte
	for _, q := range list { // the same requests
		_, body, _ := bytes.Cut(q, []byte("\r\n\r\n"))
		npmList = append(npmList, question(npmAddr, "/", typeVC, body))
	}
	drive(b, npmAddr, npmList, 2*time.Second, `"verdict":"valid"`) // until its code is compiled
	var rates, works []float64
	var product, npm load
	for b.Loop() {
		product = drive(b, addr, list, time.Second, `"verdict":"valid"`)
		spent := processorTime(b, process)
		npm = drive(b, npmAddr, npmList, time.Second, `"verdict":"valid"`)
		npm.cpu = processorTime(b, process) - spent
		if len(product.failed)+len(npm.failed) > 0 {
			b.Fatal(product.failed, npm.failed)
		}
		rates = append(rates, product.rate()/npm.rate())
		works = append(works, float64(npm.work())/float64(product.work()))
	}
	b.ReportMetric(product.rate(), "verify/s")
	b.ReportMetric(npm.rate(), "npm/s")
	b.ReportMetric(median(rates), "xnpm")
	b.ReportMetric(median(works), "xcpu")
	b.ReportMetric(float64(product.work().Microseconds()), "µscpu/verify")
	b.ReportMetric(float64(npm.work().Microseconds()), "µscpu/npm")
	b.ReportMetric(float64(product.wait(0.99))/float64(product.wait(0.5)), "p99/p50")
}

// npmQuestion is what the crowd publishes, as verify-server.mjs reads it.
func (c *crowd) npmQuestion(tb testing.TB) any {
	tb.Helper()
	documents, lists := testkit.Contexts(tb), map[string]string{}
	maps.Copy(documents, c.bundle.DIDs)
	for url, token := range c.bundle.Lists {
		t, _, err := proof.ParseJWT([]byte(token))
		must(tb, err)
		list, err := credentials.Parse(t.Payload)
		must(tb, err)
		lists[url] = list.Path("credentialSubject", "encodedList").Text()
	}
	return map[string]any{"documents": documents, "lists": lists}
}

// npmKnowsBad sees to it that npm's side does the whole work: it must find a
// changed document and a withdrawn one.
func (c *crowd) npmKnowsBad(tb testing.TB, addr string) {
	tb.Helper()
	good := c.documents[0]
	doc, err := credentials.Parse(good)
	must(tb, err)
	withdrawn := strings.NewReplacer(`/status/1#0"`, `/status/1#1"`, `"statusListIndex":"0"`, `"statusListIndex":"1"`).
		Replace(string(doc.Without("proof").AppendJSON(nil)))
	id := credentials.IssuerID(doc)
	private, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{1}, 64)), proof.EdDSA)
	must(tb, err)
	signer := private.Signer(did.KeyID(id, private.Public("")))
	bad, _, err := proof.Secure(tb.Context(), []byte(withdrawn), proof.Options{
		Signer: signer, Method: did.MethodID(id, signer.Public()), Created: time.Date(2026, 6, 12, 15, 0, 0, 0, time.UTC),
	})
	must(tb, err)
	for _, one := range []struct {
		document []byte
		want     string
	}{
		{good, "valid"},
		{bytes.Replace(good, []byte("Amara Okafor"), []byte("Amara Okafar"), 1), "invalid"},
		{bad, "revoked"},
	} {
		conn, err := (&net.Dialer{}).DialContext(tb.Context(), "tcp", addr)
		must(tb, err)
		var body bytes.Buffer
		_, err = ask(conn, bufio.NewReader(conn), question(addr, "/", typeVC, one.document), &body)
		must(tb, err)
		must(tb, conn.Close())
		var answer struct{ Verdict, Error string }
		must(tb, json.Unmarshal(body.Bytes(), &answer))
		if answer.Verdict != one.want {
			tb.Fatalf("npm @digitalbazaar/vc says %s, want %s: %s", answer.Verdict, one.want, answer.Error)
		}
	}
}

// processorTime is the processor's time that another process has taken, in the
// hundredths of a second in which the system counts it.
func processorTime(tb testing.TB, process *os.Process) time.Duration {
	tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process.Pid))
	must(tb, err)
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // the name may hold spaces; the third field follows
	ticks := 0
	for _, field := range fields[11:13] { // utime and stime, the 14th and 15th
		n, err := strconv.Atoi(field)
		must(tb, err)
		ticks += n
	}
	return time.Duration(ticks) * (10 * time.Millisecond)
}
