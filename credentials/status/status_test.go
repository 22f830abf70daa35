package status_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/status"
	"laurel/internal/testkit"
)

func TestBits(t *testing.T) {
	t.Parallel()
	b := status.New()
	for _, i := range []uint32{0, 7, 8, 131_071} {
		if err := b.Set(i, true); err != nil {
			t.Fatal(err)
		}
	}
	if raw := b.Bytes(); raw[0] != 0x81 || raw[1] != 0x80 || raw[16_383] != 1 {
		t.Errorf("index 0 is not the left-most bit: % x", raw[:2])
	}
	text, err := b.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := status.Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint32(status.Entries) {
		on, _ := got.Get(i)
		if want := i == 0 || i == 7 || i == 8 || i == 131_071; on != want {
			t.Fatalf("bit %d: got %v", i, on)
		}
	}
	copied := got.Clone()
	if err := copied.Set(7, false); err != nil {
		t.Fatal(err)
	}
	if on, _ := got.Get(7); !on {
		t.Error("a clone shares its bits")
	}
	if _, err := got.Get(status.Entries); !errors.Is(err, status.ErrRange) {
		t.Errorf("got %v, want ErrRange", err)
	}
	if err := got.Set(1<<31, true); !errors.Is(err, status.ErrRange) {
		t.Errorf("got %v, want ErrRange", err)
	}
	if _, err := status.FromBytes(make([]byte, 5)); !errors.Is(err, status.ErrLength) {
		t.Errorf("got %v, want ErrLength", err)
	}
}

// packed gives the published form of n zero bytes, in as many gzip members as asked.
func packed(n, members int) string {
	var b bytes.Buffer
	for range members {
		zip := gzip.NewWriter(&b)
		_, _ = zip.Write(make([]byte, n))
		_ = zip.Close()
	}
	return "u" + base64.RawURLEncoding.EncodeToString(b.Bytes())
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     error
	}{
		{"empty", "", status.ErrEncoding},
		{"other multibase", "z" + packed(16_384, 1)[1:], status.ErrEncoding},
		{"not base64", "u***", status.ErrEncoding},
		{"not gzip", "uAAAA", status.ErrEncoding},
		{"cut", packed(16_384, 1)[:40], status.ErrEncoding},
		{"short", packed(16_383, 1), status.ErrLength},
		{"bomb", packed(1<<28, 1), status.ErrSize},
		{"two members", packed(16_384, 2), status.ErrEncoding},
		{"line break", packed(16_384, 1) + "\n", status.ErrEncoding},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := status.Decode(tt.in); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// vector reads one of the standards' examples, or skips.
func vector(t *testing.T, path string) *credentials.Node {
	t.Helper()
	raw, err := os.ReadFile(testkit.SharedData(t, path))
	if err != nil {
		t.Fatal(err)
	}
	n, err := credentials.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestVectors(t *testing.T) {
	t.Parallel()
	spec, err := status.Decode(vector(t, "vectors/bitstring/spec-example.json").Get("encodedList").Text())
	if err != nil {
		t.Fatal(err)
	}
	if spec.Len() != status.Entries || !bytes.Equal(spec.Bytes(), status.New().Bytes()) {
		t.Error("the specification's empty list is read otherwise")
	}
	dcc, err := status.Decode(vector(t, "fixtures/support/1edtech-statuslist-testlist.json").Path("credentialSubject", "encodedList").Text())
	if err != nil {
		t.Fatal(err)
	}
	for i := range uint32(status.Entries) {
		if on, _ := dcc.Get(i); on != (i == 23) {
			t.Errorf("bit %d of the example list: got %v", i, on)
		}
	}
}

func TestIndexIsAPermutation(t *testing.T) {
	t.Parallel()
	seed := []byte("0123456789abcdef")
	seen := make([]bool, status.Entries)
	near := 0
	last := uint32(0)
	for c := range uint32(status.Entries) {
		i := status.Index(seed, c)
		if i >= status.Entries || seen[i] {
			t.Fatalf("counter %d: index %d is out of range or was given before", c, i)
		}
		seen[i] = true
		if max(i, last)-min(i, last) < status.Entries/100 {
			near++
		}
		last = i
	}
	if share := float64(near) / status.Entries; share > 0.03 {
		t.Errorf("%.3f of neighbours lie within 1 %%, want about 0.02", share)
	}
	if status.Index(seed, 0) == status.Index([]byte("another seed 123"), 0) && status.Index(seed, 1) == status.Index([]byte("another seed 123"), 1) {
		t.Error("the seed does not matter")
	}
}

func TestListPayload(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 12, 10, 0, 0, 5, time.UTC)
	l := status.List{
		URL: "https://laurel.example/status/1", Issuer: "did:web:laurel.example", Purpose: status.Revocation,
		ValidFrom: at, ValidUntil: at.Add(24 * time.Hour), TTL: time.Minute, Bits: status.New(),
	}
	payload, err := l.Payload()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Path("credentialSubject", "ttl").Literal(); got != "60000" {
		t.Errorf("ttl: got %s ms", got)
	}
	if got := doc.Get("validFrom").Text(); got != "2026-06-12T10:00:00Z" {
		t.Errorf("validFrom: got %s", got)
	}
	l.ValidUntil = at
	if _, err := l.Payload(); err == nil {
		t.Error("a list that ends when it starts was written")
	}
	l.ValidUntil, l.URL = at.Add(time.Hour), "status/1"
	if _, err := l.Payload(); err == nil {
		t.Error("a list without an address was written")
	}
	if !json.Valid(payload) {
		t.Error("not JSON")
	}
}

func FuzzDecode(f *testing.F) {
	empty, _ := status.New().Encode()
	f.Add(empty)
	f.Add(packed(100, 1))
	f.Fuzz(func(t *testing.T, s string) {
		b, err := status.Decode(s)
		if err != nil {
			return
		}
		again, err := b.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if c, err := status.Decode(again); err != nil || !bytes.Equal(c.Bytes(), b.Bytes()) {
			t.Fatal("encode and decode do not agree")
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	bits := status.New()
	for c := range uint32(500) {
		_ = bits.Set(status.Index([]byte("seed"), c), true)
	}
	for b.Loop() {
		if _, err := bits.Encode(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestValues: entries of several bits stand side by side, the first bit highest.
func TestValues(t *testing.T) {
	t.Parallel()
	for size := 1; size <= status.MaxEntrySize; size++ {
		b := status.NewOf(size)
		top := uint8(1<<size - 1)
		for i, v := range map[uint32]uint8{0: top, 1: 0, 2: 1, 77_777: top, status.Entries - 1: 1} {
			if err := b.SetValue(i, size, v); err != nil {
				t.Fatal(err)
			}
			if got, err := b.Value(i, size); err != nil || got != v {
				t.Errorf("size %d, entry %d: got %d %v, want %d", size, i, got, err, v)
			}
		}
		if _, err := b.Value(status.Entries, size); !errors.Is(err, status.ErrRange) {
			t.Errorf("size %d: got %v, want ErrRange", size, err)
		}
		again, err := status.FromBytes(b.Bytes())
		if err != nil || !bytes.Equal(again.Bytes(), b.Bytes()) {
			t.Errorf("size %d: %v", size, err)
		}
	}
	b := status.NewOf(2)
	if err := b.SetValue(1, 2, 1); err != nil || b.Bytes()[0] != 0b0001_0000 {
		t.Errorf("got %08b %v", b.Bytes()[0], err)
	}
	if err := b.SetValue(0, 2, 4); !errors.Is(err, status.ErrRange) {
		t.Errorf("a value of three bits: got %v", err)
	}
	if _, err := status.New().Value(0, 2); !errors.Is(err, status.ErrLength) {
		t.Errorf("too few entries of two bits: got %v, want ErrLength", err)
	}
	for _, size := range []int{0, -1, status.MaxEntrySize + 1} {
		if _, err := b.Value(0, size); !errors.Is(err, status.ErrRange) {
			t.Errorf("size %d: got %v, want ErrRange", size, err)
		}
	}
}

// TestDecode2021 reads the older encoding, padded or not, and not the newer one.
func TestDecode2021(t *testing.T) {
	t.Parallel()
	text := packed(16_384, 1)[1:]
	for in, want := range map[string]error{text: nil, text + "==": nil, "u" + text: status.ErrEncoding, packed(100, 1)[1:]: status.ErrLength} {
		if b, err := status.Decode2021(in); !errors.Is(err, want) || want == nil && b.Len() != status.Entries {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}
