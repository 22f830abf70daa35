package policy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"laurel/competency/policy"
)

// processor reports the processor's time of this process for one operation: on
// a crowded machine it says more than time on the wall.
func processor(b *testing.B) func() {
	b.Helper()
	spent := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	began := spent()
	return func() { b.ReportMetric(float64(spent()-began)/float64(b.N), "cpu-ns/op") }
}

// shared is one of the shared policies, read.
func shared(b testing.TB, file string) policy.Policy {
	b.Helper()
	p, err := policy.Parse(document(b, file))
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkEvaluate answers each shape of policy for a learner of whom
// everything is known: 36 levels, and 33 or more courses where credits count.
func BenchmarkEvaluate(b *testing.B) {
	c, learners := school(b)
	f := learners[5].facts(c)
	f.Framework = f.Framework.Ordered() // as the office does once
	credits := f
	credits.Credits = transcript(connecticutLines()...)
	for i := range credits.Credits { // so that credit is short, and moved about
		if credits.Credits[i].Title == "Mathematics 12" {
			credits.Credits[i].Value = 50
		}
	}
	for _, k := range []struct {
		name, file string
		facts      policy.Facts
	}{{"proficiency", "vt.yaml", f}, {"credits", "ct.yaml", credits}, {"ohio", "oh.yaml", credits}} {
		b.Run(k.name, func(b *testing.B) {
			p := shared(b, k.file)
			b.ReportAllocs()
			defer processor(b)()
			for b.Loop() {
				policy.Evaluate(p, k.facts)
			}
		})
	}
}

// BenchmarkSimulate compares two policies for learner after learner, as a
// simulation does: reading the facts is a figure of its own.
func BenchmarkSimulate(b *testing.B) {
	c, learners := school(b)
	vt := document(b, "vt.yaml")
	before, err := policy.Parse(vt)
	if err != nil {
		b.Fatal(err)
	}
	after, err := policy.Parse(bytes.Replace(vt, []byte(`"indicators":{"atLeast":3}`), []byte(`"indicators":"all"`), 1))
	if err != nil {
		b.Fatal(err)
	}
	all := make([]policy.Facts, len(learners))
	for i, s := range learners {
		all[i] = s.facts(c)
	}
	b.Run("compare", func(b *testing.B) {
		var t policy.Tally
		b.ReportAllocs()
		defer processor(b)()
		for i := 0; b.Loop(); i++ {
			t.Add(policy.Compare(before, after, all[i%len(all)]))
		}
	})
	b.Run("read", func(b *testing.B) {
		f := all[0]
		f.Framework = policy.Catalogue{}
		text, err := json.Marshal(f)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		defer processor(b)()
		for b.Loop() {
			if _, err := policy.ParseFacts(text); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkAllocation fills a plan of 30 buckets from 60 credits, each of which
// fits many: the largest that a school is likely to write.
func BenchmarkAllocation(b *testing.B) {
	var document strings.Builder
	document.WriteString(`{"policy":"large","version":1,"status":"draft","credit":{"step":0.25},"requirements":{"id":"d","all":[{"id":"plan","creditPlan":[`)
	for i := range 30 {
		fmt.Fprintf(&document, `{"id":"b%d","min":2,"tags":["t%d","t%d","t%d"]},`, i, i, (i+7)%30, (i+13)%30)
	}
	p, err := policy.Parse([]byte(strings.TrimSuffix(document.String(), ",") + `]}]}}`))
	if err != nil {
		b.Fatal(err)
	}
	f := policy.Facts{Learner: "l", AsOf: "2027-06-01"}
	for i := range 60 {
		f.Credits = append(f.Credits, policy.CreditFact{
			ID: strconv.Itoa(i), Title: "Course", Value: 100, Tags: []string{fmt.Sprint("t", i*11%30), fmt.Sprint("t", i*17%30)},
		})
	}
	b.ReportAllocs()
	defer processor(b)()
	for b.Loop() {
		policy.Evaluate(p, f)
	}
}
