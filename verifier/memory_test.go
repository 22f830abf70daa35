package verifier_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/verifier"
)

// checksEnv asks TestMemoryStaysFlat for another number of checks, such as 1000000.
const checksEnv = "LAUREL_TEST_CHECKS"

// TestMemoryStaysFlat: nothing of the documents that were checked is kept. It
// checks thousands of different ones over and over, as tokens and with the proof
// inside, and compares the memory before and after. What the program holds (the
// heap after a collection) must not grow. The pages that the kernel gives it are
// printed always and bounded where the run is long enough for a leak to outweigh
// the collector's pace.
//
//nolint:paralleltest // what other tests hold at the time would be counted
func TestMemoryStaysFlat(t *testing.T) {
	checks, long := 4_000, false
	if text := os.Getenv(checksEnv); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 10 {
			t.Fatalf("%s=%q: want a number of checks", checksEnv, text)
		}
		checks, long = n, n >= 1_000_000
	}
	w := newWorld(t)
	documents := w.many(checks / 4)
	published := verifier.NewPublished(w.bundle)
	v := verifier.New(verifier.Options{Now: now, Keys: published, Status: published, Registry: published})

	check(t, v, documents, checks/10)
	heap, resident := held(), residentKB(t)
	began := time.Now()
	check(t, v, documents, checks)
	rate := float64(checks) / time.Since(began).Seconds()
	heapAfter, residentAfter := held(), residentKB(t)
	t.Logf("%d checks of %d documents, %.0f a second: heap %d KB, then %d KB; resident %d KB, then %d KB",
		checks, len(documents), rate, heap>>10, heapAfter>>10, resident, residentAfter)

	// The documents themselves are held throughout and cancel out.
	if grown := int64(heapAfter) - int64(heap); grown > 1<<20 {
		t.Errorf("the heap grew by %d KB", grown>>10)
	}
	if grown := residentAfter - resident; long && grown > resident/10 {
		t.Errorf("resident memory grew by %d KB, more than a tenth", grown)
	}
	runtime.KeepAlive(documents)
}

// many are different diplomas of two forms in turn, up to 8,192.
func (w *world) many(n int) [][]byte {
	w.tb.Helper()
	all := make([][]byte, 0, min(n, 8192))
	for i := range cap(all) {
		c := w.credential()
		c.ID = fmt.Sprintf("urn:uuid:5d0f9a44-7b1e-4c6a-9a35-%012x", i)
		c.Subject.Identifiers = []credentials.Identity{credentials.NameIdentity(fmt.Sprint("Amara Okafor ", i))}
		c.Status = credentials.RevocationEntry(listURL, uint32(20+i))
		payload, err := c.Payload()
		if err != nil {
			w.tb.Fatal(err)
		}
		if i%2 == 0 {
			all = append(all, w.secure(payload, w.proofBy(w.ed, school)))
		} else {
			all = append(all, w.issue(w.ed, func(into *credentials.Credential) { *into = c }))
		}
	}
	return all
}

// check judges the documents in turn, so many times in all, on every processor.
// A machine that stands still for half a second uses up the time that a canonical
// form may take: then the check says that it is undetermined, which is no fault of
// this test's concern, as long as it is rare.
func check(t *testing.T, v *verifier.Verifier, documents [][]byte, times int) {
	t.Helper()
	var next, slow atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(times); i = next.Add(1) {
				r, err := v.Verify(t.Context(), documents[int(i)%len(documents)])
				switch {
				case errors.Is(err, verifier.ErrTime), err == nil && r.Verdict == verifier.Undetermined:
					slow.Add(1)
					t.Logf("check %d: %v, %+v", i, err, r.Checks)
				case err != nil || r.Verdict != verifier.Valid:
					t.Errorf("check %d: %s, %v", i, r.Verdict, err)
				}
			}
		})
	}
	wg.Wait()
	if n := slow.Load(); n > 1+int64(times)/10_000 {
		t.Errorf("%d of %d checks were not done in time", n, times)
	}
}

// held is what the program still holds after two collections: the first lets go
// of what pools keep.
func held() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// residentKB is VmRSS of this process, 0 where the system does not say.
func residentKB(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("VmRSS:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(string(fields[0]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
