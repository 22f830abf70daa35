//go:build unix

package verifier_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// worst are inputs of about 1 MB, each made to cost as much as it can in one way.
func (w *world) worst() map[string][]byte {
	out := map[string][]byte{}
	for name, text := range w.worstTexts(credentials.MaxBytes - 16<<10) {
		out[name] = []byte(text)
		if strings.HasSuffix(text, "}") && !strings.Contains(text, `"proof":`) {
			out[name+", with proofs"] = []byte(strings.TrimSuffix(text, "}") + `,"proof":[` + w.proofs() + `]}`)
		}
	}
	for name, text := range w.worstTexts(credentials.MaxBytes/4*3 - 16<<10) { // a token is a third longer
		out[name+", signed"] = w.sign(w.ed, proof.TypeVC, []byte(text))
	}
	out["many disclosures"] = w.disclosures(func(i int) string { return fmt.Sprintf(`["%d","n%d",1]`, i, i) })
	out["many withheld"] = w.withheld()
	out["one disclosure many times"] = []byte(string(w.sdToken(nil)) + "~" + strings.Repeat("WyJhIiwiYiIsMV0~", 60_000))
	return out
}

// worstTexts are such documents of a size, as JSON.
func (w *world) worstTexts(size int) map[string]string {
	repeat := func(item string) string {
		return strings.TrimSuffix(strings.Repeat(item+",", min(size/(len(item)+1), 195_000)), ",")
	}
	repeatOf := func(item func(int) string) string { return numbered(size, item) }
	return map[string]string{
		"many proofs, all empty":     w.with(`"proof":[` + repeat(`{}`) + `]`),
		"many proofs, well-formed":   w.with(`"proof":[` + repeat(w.proofText("")) + `]`),
		"a chain of proofs":          w.chain(size),
		"many contexts":              w.with(`"@context":["https://www.w3.org/ns/credentials/v2",` + repeat(`"`+credentials.ContextOB+`"`) + `]`),
		"many types":                 w.with(`"type":["VerifiableCredential","AchievementCredential",` + repeat(`"Achievement"`) + `]`),
		"many status entries":        w.with(`"credentialStatus":[` + repeat(`{"id":"urn:x:1","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"`+listURL+`"}`) + `]`),
		"many status lists":          w.statusLists(size),
		"many endorsements, empty":   w.with(`"endorsement":[` + repeat(`{}`) + `]`),
		"many endorsements, tokens":  w.with(`"endorsementJwt":[` + repeat(`"e30.e30.AA"`) + `]`),
		"64 endorsements, large":     w.endorsements(size, 64),
		"endorsements in each other": w.nestedEndorsements(),
		"many equal objects":         w.with(`"evidence":[` + repeat(`{"type":["Evidence"]}`) + `]`),
		"equal trees":                w.trees(480),
		"some equal trees":           w.trees(60),
		"few equal trees":            w.trees(6),
		"many members":               `{` + repeatOf(func(i int) string { return fmt.Sprintf(`"%d":1`, i) }) + `}`,
		"many problems":              w.with(repeatOf(func(i int) string { return fmt.Sprintf(`"x%d":1`, i) })),
		"a deep tree":                strings.Repeat(`{"a":`, 64) + `1` + strings.Repeat(`}`, 64),
		"too deep":                   strings.Repeat(`[`, size),
		"many small values":          `[` + repeat(`0`) + `]`,
		"many escapes":               w.with(`"description":"` + strings.Repeat(`\u0001`, size/6) + `"`),
		"a long text":                w.with(`"description":"` + strings.Repeat(`é`, size/2) + `"`),
		"a long name":                w.with(`"` + strings.Repeat(`~`, size) + `":1`),
		"a long number":              w.with(`"creditsEarned":` + strings.Repeat(`9`, size)),
		"long numbers":               w.with(`"creditsEarned":[` + repeat(strings.Repeat("9", 300)) + `]`),
		"a long id":                  w.with(`"id":"urn:x:` + strings.Repeat(`a`, size) + `"`),
		"a long id, many statements": w.with(`"id":"urn:x:` + strings.Repeat(`a`, size/2) + `","evidence":[` + strings.Repeat(`{"type":["Evidence"]},`, size/50) + `{"type":["Evidence"]}]`),
		"a long method":              w.with(`"proof":` + w.proofText(strings.Repeat("a", size))),
		"many tags":                  w.with(`"credentialSubject":{"type":["AchievementSubject"],"achievement":{"tag":[` + repeat(`"a"`) + `]}}`),
		"many results":               w.results(size),
		"a presentation of many":     `{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiablePresentation"],"verifiableCredential":[` + repeat(`{}`) + `]}`,
		"many dots":                  strings.Repeat(".", size),
		"a large token":              "eyJhbGciOiJFZERTQSJ9." + strings.Repeat("A", size) + ".AA",
	}
}

// numbered gives items that fill a size, with a comma between them.
func numbered(size int, item func(int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(item(i))
	}
	return b.String()
}

// with is the world's credential with a member in place of its own.
func (w *world) with(member string) string {
	w.tb.Helper()
	c := w.credential()
	payload, err := c.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		w.tb.Fatal(err)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(member, `"`), `"`)
	names := []string{name}
	if strings.Contains(member, `,"evidence":`) {
		names = append(names, "evidence")
	}
	text := string(doc.Without(names...).AppendJSON(nil))
	return strings.TrimSuffix(text, "}") + "," + member + "}"
}

func (w *world) proofText(suffix string) string {
	return `{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","created":"2026-06-12T10:00:00Z","verificationMethod":"` + w.ed.Public().ID + suffix +
		`","proofPurpose":"assertionMethod","proofValue":"z2wR8kYzDaKgWnN5GzvPsWwUkqFzJp4Vt7mXxQyHc3bTfLdEoBhAiSjMuCv9NrG1K6eZP5s3tYQdXm8wVaJfLbRh"}`
}

// proofs are as many as are checked, each of which needs the document's digest anew.
func (w *world) proofs() string {
	var out []string
	for i := range proof.MaxProofs {
		out = append(out, strings.Replace(w.proofText(""), `{`, fmt.Sprintf(`{"id":"urn:x:%d","previousProof":"urn:x:%d",`, i, (i+1)%proof.MaxProofs), 1))
	}
	return strings.Join(out, ",")
}

// chain is a proof set in which every proof builds on many others.
func (w *world) chain(size int) string {
	var proofs, ids []string
	for i := range 7 {
		ids = append(ids, fmt.Sprintf(`"urn:x:%d"`, i))
		proofs = append(proofs, strings.Replace(w.proofText(""), `{`, fmt.Sprintf(`{"id":"urn:x:%d","previousProof":"urn:x:%d",`, i, (i+1)%7), 1))
	}
	last := strings.Replace(w.proofText(""), `{`, `{"id":"urn:x:last","previousProof":[`+strings.Join(ids, ",")+`],"nonce":"`+strings.Repeat("a", size-16<<10)+`",`, 1)
	return w.with(`"proof":[` + strings.Join(append(proofs, last), ",") + `]`)
}

func (w *world) statusLists(size int) string {
	return w.with(`"credentialStatus":[` + numbered(size, func(i int) string {
		return fmt.Sprintf(`{"id":"urn:x:%d","type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://laurel.example/status/%d"}`, i, i)
	}) + `]`)
}

// endorsements are n signed documents that fill 1 MB, each bearing eight proofs.
func (w *world) endorsements(size, n int) string {
	proofs := w.proofs()
	one := `{"@context":["https://www.w3.org/ns/credentials/v2","` + credentials.ContextOB + `"],"id":"urn:x:1","type":["VerifiableCredential","EndorsementCredential"],"name":"x","issuer":"` + school +
		`","validFrom":"2026-06-12T10:00:00Z","credentialSubject":{"id":"urn:x:2","type":["EndorsementSubject"]},"evidence":[` +
		strings.TrimSuffix(strings.Repeat(`{"type":["Evidence"],"name":"a"},`, (size/n-5_000)/33), ",") + `],"proof":[` + proofs + `]}`
	return w.with(`"endorsement":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]`)
}

// nestedEndorsements are documents in documents, as deep as JSON may be.
func (w *world) nestedEndorsements() string {
	text := `{}`
	for range 30 {
		text = `{"@context":["https://www.w3.org/ns/credentials/v2","` + credentials.ContextOB + `"],"type":["VerifiableCredential","EndorsementCredential"],"issuer":"` + school + `","proof":` + w.proofText("") + `,"endorsement":[` + text + `]}`
	}
	return w.with(`"endorsement":[` + text + `]`)
}

// trees are n equal objects without ids, each with equal ones inside: the names
// of blank nodes that look alike take the most that RDFC-1.0 can ask.
func (w *world) trees(n int) string {
	alignment := `{"type":["Alignment"],"targetName":"a","targetUrl":"https://a.example/"}`
	level := `{"type":["RubricCriterionLevel"],"name":"a","alignment":[` + alignment + `,` + alignment + `]}`
	return w.with(`"credentialSubject":{"type":["AchievementSubject"],"achievement":{"type":["Achievement"],"resultDescription":[` +
		strings.TrimSuffix(strings.Repeat(`{"type":["ResultDescription"],"rubricCriterionLevel":[`+level+`,`+level+`,`+level+`]},`, n), ",") + `]}}`)
}

func (w *world) results(size int) string {
	return w.with(`"credentialSubject":{"type":["AchievementSubject"],"result":[` + strings.TrimSuffix(strings.Repeat(`{"type":["Result"],"resultDescription":"urn:x:1"},`, size/2/51), ",") +
		`],"achievement":{"id":"urn:x:3","type":["Achievement"],"name":"a","description":"a","criteria":{"narrative":"a"},"resultDescription":[` +
		strings.TrimSuffix(strings.Repeat(`{"id":"urn:x:2","type":["ResultDescription"],"name":"a","resultType":"Result"},`, size/2/80), ",") + `]}}`)
}

func (w *world) sdToken(digests []string) []byte {
	return w.sign(w.ed, proof.TypeSDJWT, []byte(`{"_sd":[`+strings.Join(digests, ",")+`],"iss":"`+school+`"}`))
}

func (w *world) disclosures(item func(int) string) []byte {
	var digests, texts []string
	for i := range 12_000 {
		text := base64.RawURLEncoding.EncodeToString([]byte(item(i)))
		sum := sha256.Sum256([]byte(text))
		digests = append(digests, `"`+base64.RawURLEncoding.EncodeToString(sum[:])+`"`)
		texts = append(texts, text)
	}
	return []byte(string(w.sdToken(digests)) + "~" + strings.Join(texts, "~") + "~")
}

func (w *world) withheld() []byte {
	return w.sign(w.ed, proof.TypeSDJWT, []byte(`{"evidence":[`+numbered(700_000, func(i int) string { return fmt.Sprintf(`{"_sd":["%d"]}`, i) })+`]}`))
}

// TestWorstInputs: no document of 1 MB costs more than a second of the
// processor, nor more than 64 MB (security rules 1, 6, 9). It runs alone, since
// it measures the whole process.
func TestWorstInputs(t *testing.T) {
	w := newWorld(t)
	for name, doc := range w.worst() {
		t.Run(name, func(t *testing.T) {
			v := w.verifier()
			spent, held := cost(t, func() {
				r, err := v.Verify(t.Context(), doc)
				if err != nil {
					t.Error(err)
				}
				if len(r.Checks) > 200 {
					t.Errorf("%d checks", len(r.Checks))
				}
			})
			t.Logf("%d bytes: %s, %d MB", len(doc), spent, held>>20)
			if spent > time.Second || held > 64<<20 {
				t.Errorf("%d bytes: %s of the processor and %d MB", len(doc), spent, held>>20)
			}
		})
	}
}

// cost is the processor's time that do takes, and the largest growth of the heap.
func cost(tb testing.TB, do func()) (spent time.Duration, held uint64) {
	tb.Helper()
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	began := processTime(tb)
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	for {
		select {
		case <-done:
			return processTime(tb) - began, held
		case <-time.After(2 * time.Millisecond):
			runtime.ReadMemStats(&now)
			held = max(held, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
		}
	}
}

func processTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
