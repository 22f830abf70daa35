package credentials_test

import (
	"slices"
	"strings"
	"testing"

	"laurel/credentials"
)

func TestOlderDataModel(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"1edtech-simple_v1.json", "1edtech-clr-simple_v1.json", "1edtech-simple-eddsa-2022.json"} {
		doc := node(t, string(shared(t, "fixtures/valid/"+file)))
		if got := credentials.Inspect(doc); len(got) > 0 {
			t.Errorf("%s: got %v, want nothing wrong", file, got)
		}
		if credentials.Issuable(doc) == nil {
			t.Errorf("%s may be signed here", file)
		}
	}
	const start = `"issuanceDate":"2010-01-01T00:00:00Z"`
	text := string(node(t, string(shared(t, "fixtures/valid/1edtech-simple_v1.json"))).AppendJSON(nil))
	tests := []struct{ name, from, to, code, pointer string }{
		{"no start", start + ",", "", credentials.CodeSchemaViolation, "/issuanceDate"},
		{"new name of the start", start, `"validFrom":"2010-01-01T00:00:00Z"`, credentials.CodeUndefinedTerm, "/validFrom"},
		{"new name of the end", start, start + `,"validUntil":"2012-01-01T00:00:00Z"`, credentials.CodeUndefinedTerm, "/validUntil"},
		{"ends before it starts", start, start + `,"expirationDate":"2009-01-01T00:00:00Z"`, credentials.CodeSchemaViolation, "/expirationDate"},
		{"date without zone", start, `"issuanceDate":"2010-01-01T00:00:00"`, credentials.CodeSchemaViolation, "/issuanceDate"},
		{"newer terms", start, start + `,"digestSRI":"x"`, credentials.CodeUndefinedTerm, "/digestSRI"},
		{"newer types", `"OpenBadgeCredential"]`, `"OpenBadgeCredential","BitstringStatusList"]`, credentials.CodeUndefinedTerm, "/type"},
		{"list of the newer model", `"OpenBadgeCredential"]`, `"BitstringStatusListCredential"]`, credentials.CodeContextUnknown, "/@context/0"},
	}
	for _, tt := range tests {
		changed := strings.Replace(text, tt.from, tt.to, 1)
		got := credentials.Inspect(node(t, changed))
		if changed == text || !slices.ContainsFunc(got, func(p credentials.Problem) bool { return p.Code == tt.code && p.Pointer == tt.pointer }) {
			t.Errorf("%s: got %v, want %s at %s", tt.name, got, tt.code, tt.pointer)
		}
	}
	if got := credentials.Inspect(tree(t, sample()).With("expirationDate", credentials.TextOf("2030-01-01T00:00:00Z"))); len(got) != 1 || got[0].Code != credentials.CodeUndefinedTerm {
		t.Errorf("an old name under the newer model: got %v", got)
	}
}

func TestParseTimeIsStrict(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"2026-06-12T14:00:00Z": true, "2026-06-12T14:00:00.5-04:00": true, "2026-06-12T14:00:00": false,
		"2026-06-12T4:00:00Z": false, "2026-06-12T14:00:00,5Z": false, "2026-06-12T14:00:00+25:00": false,
		"2026-06-31T14:00:00Z": false, "2026-06-12": false, "": false,
	} {
		if _, err := credentials.ParseTime(text); (err == nil) != ok {
			t.Errorf("%s: got %v", text, err)
		}
	}
}

func TestValidity(t *testing.T) {
	t.Parallel()
	const dates = `"validFrom":"a","validUntil":"b","issuanceDate":"c","expirationDate":"d"}`
	for text, want := range map[string][2]string{
		`{"@context":["https://www.w3.org/ns/credentials/v2"],` + dates:                                          {"a", "b"},
		`{"@context":["https://www.w3.org/2018/credentials/v1"],` + dates:                                        {"c", "d"},
		`{"@context":"https://www.w3.org/2018/credentials/v1",` + dates:                                          {"c", "d"},
		`{"@context":["https://www.w3.org/ns/credentials/v2","https://www.w3.org/2018/credentials/v1"],` + dates: {"a", "b"},
		`{` + dates: {"a", "b"},
		`{"@context":["https://www.w3.org/2018/credentials/v1"],"issuanceDate":1}`: {"", ""},
	} {
		if from, until := credentials.Validity(node(t, text)); from != want[0] || until != want[1] {
			t.Errorf("%s: got %q %q, want %q", text, from, until, want)
		}
	}
	vc := node(t, `{"@context":["https://www.w3.org/2018/credentials/v1"],"issuanceDate":"2010-01-01T00:00:00Z","expirationDate":"2011-01-01T00:00:00Z"}`)
	if got := credentials.DifferingClaims(node(t, `{"nbf":1262304000,"exp":1293840000}`), vc); len(got) > 0 {
		t.Errorf("claims of the older model: got %v", got)
	}
	if got := credentials.DifferingClaims(node(t, `{"nbf":1262304001,"exp":1293840001}`), vc); len(got) != 2 {
		t.Errorf("claims of the older model: got %v, want two", got)
	}
}
