package credentials_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"laurel/credentials"
)

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", credentials.MaxDepth+1) + strings.Repeat("]", credentials.MaxDepth+1)
	tests := []struct{ name, in, code, pointer string }{
		{"empty", "", credentials.CodeMalformed, ""},
		{"duplicate", `{"a":{"b":1,"b":2}}`, credentials.CodeDuplicate, "/a/b"},
		{"duplicate by escape", `{"a":1,"\u0061":2}`, credentials.CodeDuplicate, "/a"},
		{"trailing data", `{} {}`, credentials.CodeMalformed, ""},
		{"trailing comma", `[1,]`, credentials.CodeMalformed, "/1"},
		{"invalid UTF-8", "{\"a\":\"\xff\"}", credentials.CodeMalformed, "/a"},
		{"overlong UTF-8", "\"\xc0\xaf\"", credentials.CodeMalformed, ""},
		{"surrogate in UTF-8", "\"\xed\xa0\x80\"", credentials.CodeMalformed, ""},
		{"lone high surrogate", `"\ud800"`, credentials.CodeMalformed, ""},
		{"lone low surrogate", `"\udc00x"`, credentials.CodeMalformed, ""},
		{"two high surrogates", `"\ud800\ud800"`, credentials.CodeMalformed, ""},
		{"byte order mark", "\ufeff{}", credentials.CodeMalformed, ""},
		{"control character", "\"a\nb\"", credentials.CodeMalformed, ""},
		{"leading zero", `[01]`, credentials.CodeMalformed, ""},
		{"plus sign", `[+1]`, credentials.CodeMalformed, "/0"},
		{"bare point", `[1.]`, credentials.CodeMalformed, "/0"},
		{"NaN", `[NaN]`, credentials.CodeMalformed, "/0"},
		{"unclosed", `{"a":[1`, credentials.CodeMalformed, "/a"},
		{"single quotes", `{'a':1}`, credentials.CodeMalformed, ""},
		{"slashes in names", `{"a/b":{"c~d":nul}}`, credentials.CodeMalformed, "/a~1b/c~0d"},
		{"too deep", deep, credentials.CodeTooDeep, strings.Repeat("/0", credentials.MaxDepth)},
		{"too many values", "[" + strings.Repeat("1,", 300_000) + "1]", credentials.CodeTooDeep, "/209714"},
		{"too large", `"` + strings.Repeat("x", credentials.MaxBytes) + `"`, credentials.CodeTooLarge, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := credentials.Parse([]byte(tt.in))
			bad, ok := errors.AsType[*credentials.ParseError](err)
			if !ok || !errors.Is(err, credentials.ErrMalformed) {
				t.Fatalf("got %v, want a ParseError", err)
			}
			if bad.Code != tt.code || bad.Pointer != tt.pointer {
				t.Errorf("got %s at %q, want %s at %q", bad.Code, bad.Pointer, tt.code, tt.pointer)
			}
			if errors.Is(err, credentials.ErrTooLarge) != (tt.code == credentials.CodeTooLarge) {
				t.Error("errors.Is ErrTooLarge does not follow the code")
			}
		})
	}
}

func TestNode(t *testing.T) {
	t.Parallel()
	doc, err := credentials.Parse([]byte(" {\"issuer\":\"a\",\"Issuer\":\"b\",\"i\u017f\u017fuer\":\"c\",\"n\":[-1.5e3,12,true,null,\"\\ud83c\\udf93 \\u00e9\\/\\n\"],\"o\":{}}\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := doc.Get("issuer").Text(); got != "a" {
		t.Errorf("issuer: got %q, want a: names must not fold", got)
	}
	n := doc.Get("n").Items()
	if got := n[0].Literal(); got != "-1.5e3" {
		t.Errorf("literal: got %q", got)
	}
	if i, ok := n[1].Int(); !ok || i != 12 {
		t.Errorf("int: got %d %v", i, ok)
	}
	if !n[2].True() || n[3].Kind() != credentials.Null {
		t.Error("true and null are not read")
	}
	if got, want := n[4].Text(), "🎓 é/\n"; got != want {
		t.Errorf("text: got %q, want %q", got, want)
	}
	if got := doc.Path("o", "x", "y").Kind(); got != credentials.Missing {
		t.Errorf("missing path: got %v", got)
	}
	if got := len(doc.Get("issuer").List()); got != 1 {
		t.Errorf("one value as a list: got %d items", got)
	}
	if !doc.Get("issuer").Has("a") || doc.Get("issuer").Has("A") {
		t.Error("Has must compare exactly")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,2,{"b":null}],"c":"\ud83c\udf93"}`, `[]`, `"x"`, `-0.1e+5`, `{"a":1,"a":2}`, "\"\xff\"", `"\ud800"`, `[[[`,
	} {
		f.Add([]byte(s))
	}
	for _, d := range []document{sample(), full(f), endorsement(school), transcript(f)} {
		f.Add(tree(f, d).AppendJSON(nil))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := credentials.Parse(data)
		if err != nil {
			if !errors.Is(err, credentials.ErrMalformed) {
				t.Fatalf("error of another kind: %v", err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted what encoding/json refuses: %q", data)
		}
		if n.Kind() == credentials.String {
			var want string
			if err := json.Unmarshal(data, &want); err != nil || want != n.Text() {
				t.Fatalf("got %q, want %q", n.Text(), want)
			}
		}
		if found := credentials.Inspect(n); len(found) > 0 && credentials.Issuable(n) == nil {
			t.Fatalf("may be signed with %v", found)
		}
		for _, e := range credentials.EmbeddedIn(n) {
			if (e.Document == nil) == (e.Token == "") && e.Document.Text() != "" {
				t.Fatalf("%s is neither document nor token", e.Pointer)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	payload, err := sample().Payload()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(payload)))
	for b.Loop() {
		if _, err := credentials.Parse(payload); err != nil {
			b.Fatal(err)
		}
	}
}
