package issue_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/issue"
	"laurel/credentials/proof"
)

// full is a credential whose token has a payload of about 4.4 KB, the size that
// docs/performance.md speaks of.
func full(tb testing.TB) credentials.Credential {
	tb.Helper()
	c := diploma()
	c.ValidFrom = now().Truncate(time.Second)
	c.Subject.Identifiers = []credentials.Identity{credentials.NameIdentity("Amara Okafor")}
	c.Subject.Narrative = "Amara planned and carried out an investigation and argued from its evidence."
	c.Status = credentials.RevocationEntry("https://laurel.example/status/1", 7)
	for i := range 4 {
		scale := credentials.ResultScale{
			ID: fmt.Sprintf("urn:uuid:7d5f0d3a-3b7c-4f0e-9b44-9a8e3a0f1e%02x", i), Name: fmt.Sprint("Graduation standard ", i+1),
			Kind: "RubricCriterionLevel",
		}
		for n, name := range []string{"Beginning", "Developing", "Proficient", "Distinguished"} {
			scale.Levels = append(scale.Levels, credentials.Level{
				ID: fmt.Sprintf("%s:%d", scale.ID, n+1), Name: name, Level: strconv.Itoa(n + 1),
			})
		}
		scale.RequiredLevel = scale.Levels[2].ID
		c.Subject.Achievement.Scales = append(c.Subject.Achievement.Scales, scale)
		c.Subject.Results = append(c.Subject.Results, credentials.Result{Scale: scale.ID, Level: scale.Levels[3].ID})
	}
	c.Evidence = []credentials.Work{{Name: "Bridge load study", Description: "A model and its error.", Narrative: "The load was 12 % below what the model says."}}
	return c
}

// BenchmarkIssueJWT is the way from a credential to its signed VC-JWT: payload,
// claims, header, signature. Beside it stands the least that could be done: one
// encoding/json.Marshal of the same credential and one raw Ed25519 signature
// over the signing input. The issuer's own steps are apart: the rules before
// (Prepare), and the check of its own signature behind (Sign). Both sides run
// turn by turn, 64 of each to a round; %ofleast is the median of their
// ratios, of the processor's time.
func BenchmarkIssueJWT(b *testing.B) {
	c := full(b)
	private, err := proof.Generate(bytes.NewReader(bytes.Repeat([]byte{5}, 64)), proof.EdDSA)
	if err != nil {
		b.Fatal(err)
	}
	signer := private.Signer(school + "#e")
	raw := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, 32))
	var token []byte
	payload, err := c.Payload()
	if err != nil {
		b.Fatal(err)
	}
	doc, err := credentials.Parse(payload) // Prepare reads it to ask whether it may be signed, and keeps it
	if err != nil {
		b.Fatal(err)
	}
	product := func() {
		payload, err := c.Payload()
		if err != nil {
			b.Fatal(err)
		}
		claims, err := credentials.AddClaims(doc, payload)
		if err != nil {
			b.Fatal(err)
		}
		signed, err := proof.SignJWT(b.Context(), claims, proof.TypeVC, signer)
		if err != nil {
			b.Fatal(err)
		}
		token = signed.Bytes()
	}
	product()
	input := token[:bytes.LastIndexByte(token, '.')]
	least := func() {
		if _, err := json.Marshal(&c); err != nil {
			b.Fatal(err)
		}
		ed25519.Sign(raw, input)
	}
	b.Run("token", func(b *testing.B) {
		b.ReportAllocs()
		const block = 64 // of each, so that both bear their garbage
		var ours, theirs, ratios []float64
		for b.Loop() {
			o, l := spent(b, product, block), spent(b, least, block)
			ours, theirs, ratios = append(ours, o), append(theirs, l), append(ratios, 100*l/o)
		}
		b.ReportMetric(median(ours), "ns/token")
		b.ReportMetric(median(theirs), "ns/least")
		b.ReportMetric(median(ratios), "%ofleast")
		b.ReportMetric(float64(len(token)), "B/token")
	})
	i := issue.New(now, issue.Keys{JWT: private.Signer(school + "#e")}, nil)
	b.Run("prepare and sign", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			d, err := i.Prepare(c)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := i.Sign(b.Context(), d); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// spent is the processor's time of one act out of so many, in nanoseconds: a
// crowded machine takes turns, and would show in the time on the wall.
func spent(b *testing.B, act func(), times int) float64 {
	b.Helper()
	began := processorTime(b)
	for range times {
		act()
	}
	return float64(processorTime(b)-began) / float64(times)
}

// processorTime is the processor's time of this process so far, in nanoseconds.
func processorTime(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}
