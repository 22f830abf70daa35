package credentials_test

import (
	"strings"
	"testing"

	"laurel/credentials"
)

// TestEmbeddedInIsBounded: names of a stranger's choice cost no more than their
// own length, whatever stands below them.
func TestEmbeddedInIsBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 100_000)
	for name, below := range map[string]string{
		"values":    "[" + strings.Repeat("1,", 100_000) + `{"endorsementJwt":"x"}]`,
		"documents": `{"endorsementJwt":[` + strings.Repeat(`"x",`, 100_000) + `"x"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := node(t, `{"`+long+`":`+below+`}`)
			found := credentials.EmbeddedIn(doc)
			if n := len(found); n != 1 && n != credentials.MaxEmbedded {
				t.Errorf("found %d", n)
			}
			for _, e := range found {
				if !strings.HasPrefix(e.Pointer, "/éé") || len(e.Pointer) > 300 {
					t.Fatalf("a pointer of %d bytes", len(e.Pointer))
				}
			}
		})
	}
}
