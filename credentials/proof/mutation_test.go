package proof_test

import (
	"fmt"
	"strings"
	"testing"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// TestMutations changes a signed document in every place: no change may pass.
func TestMutations(t *testing.T) {
	t.Parallel()
	for _, way := range ways {
		t.Run(fmt.Sprintf("%s %s", way.suite, way.alg), func(t *testing.T) {
			t.Parallel()
			document, _ := secured(t, badge(t), way.suite, way.alg)
			doc := parse(t, document)
			count := 0
			mutate("", doc, func(n *credentials.Node) *credentials.Node { return n }, func(what string, changed *credentials.Node) {
				count++
				results, err := proof.CheckEmbedded(t.Context(), changed, checkedAt, keyInMethod)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range results {
					if r.OK() {
						t.Errorf("%s: passes\n%s", what, changed.AppendJSON(nil))
					}
				}
			})
			if count < 300 {
				t.Errorf("only %d changes were tried", count)
			}
		})
	}
}

// mutate gives every change of the value at a place to try: each scalar
// altered, each member and item left out, members added that have a meaning and
// that have none. put puts a new value into the whole document.
func mutate(at string, n *credentials.Node, put func(*credentials.Node) *credentials.Node, try func(string, *credentials.Node)) {
	text := func(s string) { try(at+" = "+s, put(credentials.TextOf(s))) }
	switch n.Kind() {
	case credentials.String:
		for _, s := range []string{n.Text() + "x", "x" + n.Text(), n.Text() + "\u0000", strings.ToUpper(n.Text()) + " ", ""} {
			text(s)
		}
	case credentials.Number, credentials.Bool:
		for _, v := range []string{"7.25", "true", "false", `"x"`, "null"} {
			if other := literal(v); !other.Equal(n) {
				try(at+" = "+v, put(other))
			}
		}
	case credentials.Array:
		items := n.Items()
		for i, item := range items {
			with := func(v ...*credentials.Node) *credentials.Node {
				return put(credentials.ListOf(append(append(append([]*credentials.Node{}, items[:i]...), v...), items[i+1:]...)...))
			}
			if at != "/proof" {
				try(fmt.Sprintf("%s without item %d", at, i), with())
			}
			mutate(fmt.Sprintf("%s/%d", at, i), item, func(v *credentials.Node) *credentials.Node { return with(v) }, try)
		}
	case credentials.Object:
		for _, m := range n.Members() {
			if at != "" || m.Name != "proof" {
				try(at+" without "+m.Name, put(n.Without(m.Name)))
			}
			mutate(at+"/"+m.Name, m.Value, func(v *credentials.Node) *credentials.Node { return put(n.With(m.Name, v)) }, try)
		}
		for name, v := range map[string]string{
			"laurel": `"x"`, "description": `"x"`, "image": `null`, "endorsement": `[]`, "@id": `"urn:x:1"`, "@type": `"Thing"`,
			"Issuer": `"did:web:evil.example"`, "@graph": `{}`, "@context": `{"@vocab":"urn:x:"}`, "https://evil.example/x": `"y"`,
		} {
			if n.Get(name) == nil {
				try(at+" with "+name, put(n.With(name, literal(v))))
			}
		}
	case credentials.Missing, credentials.Null:
	}
}

// literal reads a constant.
func literal(text string) *credentials.Node {
	n, err := credentials.Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return n
}
