package credentials_test

import (
	"testing"

	"laurel/credentials"
)

func BenchmarkValidate(b *testing.B) {
	for name, d := range map[string]document{"credential": sample(), "record": transcript(b)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := d.Validate(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkInspect(b *testing.B) {
	for name, d := range map[string]document{"credential": sample(), "record": transcript(b)} {
		b.Run(name, func(b *testing.B) {
			doc := tree(b, d)
			b.ReportAllocs()
			for b.Loop() {
				if got := credentials.Inspect(doc); len(got) > 0 {
					b.Fatal(got)
				}
			}
		})
	}
}
