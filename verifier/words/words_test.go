package words_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
	"time"

	"laurel/verifier"
	"laurel/verifier/words"
)

// TestEveryCodeHasWords reads the verifier's list of reason codes, so that a new one cannot be forgotten.
func TestEveryCodeHasWords(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "../codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	c, n := words.For("en-US"), 0
	ast.Inspect(file, func(node ast.Node) bool {
		if _, ok := node.(*ast.ImportSpec); ok {
			return false
		}
		lit, ok := node.(*ast.BasicLit)
		if !ok {
			return true
		}
		code, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		known := false
		for _, name := range verifier.Names() {
			known = known || c.Known(name, code)
		}
		if !known {
			t.Errorf("%s has no words", code)
		}
		n++
		return true
	})
	if n < 30 {
		t.Errorf("found %d codes only", n)
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 20, 14, 3, 0, 0, time.UTC)
	said := &verifier.Summary{
		Subject:     verifier.SubjectInfo{Name: "Amara Okafor"},
		AwardedDate: time.Date(2026, 6, 13, 1, 0, 0, 0, time.UTC),
	}
	known := verifier.IssuerInfo{ID: "did:web:x.example", Name: "Willow Brook", ClaimedName: "The Forger"}
	status := func(outcome verifier.Outcome, code, asOf string) verifier.Check {
		return verifier.Check{Name: verifier.Status, Outcome: outcome, Code: code, Params: map[string]string{"as_of": asOf}}
	}
	east := time.FixedZone("EDT", -4*3600)
	tests := []struct {
		name string
		in   verifier.Report
		zone *time.Location
		want string
	}{
		{"valid", verifier.Report{Verdict: verifier.Valid, Issuer: known, Credential: said, Checks: []verifier.Check{
			status(verifier.Pass, verifier.CodeNotWithdrawn, "2026-06-20T14:02:59Z"),
		}}, east, "Genuine. Issued by Willow Brook to Amara Okafor on 12 June 2026. Not withdrawn as of 14:02 UTC today."},
		{"valid, older list", verifier.Report{Verdict: verifier.Valid, Issuer: known, Credential: said, Checks: []verifier.Check{
			status(verifier.Pass, verifier.CodeNotWithdrawn, "2026-06-19T23:59:00Z"),
		}}, nil, "Genuine. Issued by Willow Brook to Amara Okafor on 13 June 2026. Not withdrawn as of 23:59 UTC 19 June 2026."},
		{"no status is never called not withdrawn", verifier.Report{Verdict: verifier.Valid, Issuer: known, Credential: said, Checks: []verifier.Check{
			status(verifier.NotUsed, verifier.CodeNoStatus, ""),
		}}, nil, "Genuine. Issued by Willow Brook to Amara Okafor on 13 June 2026. It has no published status: nobody can tell from it whether it was withdrawn."},
		{"a stranger is named by identifier", verifier.Report{
			Verdict: verifier.UnrecognisedIssuer, Credential: said,
			Issuer: verifier.IssuerInfo{ID: "did:web:x.example", ClaimedName: "State University"},
		}, nil, "Intact, but the issuer is not recognised. It was signed by did:web:x.example, and no registry used here vouches for that issuer."},
		{"expired", verifier.Report{Verdict: verifier.Expired, Issuer: known, Credential: said, Checks: []verifier.Check{
			{Name: verifier.Time, Outcome: verifier.Fail, Code: verifier.CodeExpired, Params: map[string]string{"until": "2026-06-01T02:00:00Z"}},
		}}, east, "No longer in force since 31 May 2026. Issued by Willow Brook to Amara Okafor on 12 June 2026."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.in.AsOf = at
			if got := words.For("en").Headline(tt.in, tt.zone); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestUnknownIsNeverGreen: only one verdict may sound good.
func TestUnknownIsNeverGreen(t *testing.T) {
	t.Parallel()
	for _, v := range []verifier.Verdict{
		verifier.Invalid, verifier.Revoked, verifier.Suspended, verifier.Superseded, verifier.NotYetValid,
		verifier.Expired, verifier.Undetermined, verifier.UnrecognisedIssuer,
	} {
		got := words.For("en").Headline(verifier.Report{Verdict: v}, nil)
		if got == "" || strings.HasPrefix(got, "Genuine") || strings.Contains(strings.ToLower(got), "valid") || strings.Contains(got, "{") {
			t.Errorf("%s: %q", v, got)
		}
		got = words.For("en").Headline(verifier.Report{Verdict: v, Presentation: &verifier.PresentationInfo{}}, nil)
		if got == "" || strings.HasPrefix(got, "Genuine") || strings.Contains(got, "{") {
			t.Errorf("a presentation, %s: %q", v, got)
		}
	}
}

// TestStrangersWordsAreNotFilledIn: braces in a stranger's text stay text.
func TestStrangersWordsAreNotFilledIn(t *testing.T) {
	t.Parallel()
	c := verifier.Check{Name: verifier.Issuer, Outcome: verifier.Pass, Code: verifier.CodeRecognised, Params: map[string]string{"by": "{issuer}", "issuer": "{by}"}}
	if got, want := words.For("en").Phrase(c).Sentence, "{issuer} vouches for {by}."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c = verifier.Check{Name: verifier.Format, Outcome: verifier.Unknown, Code: "new_code"}
	if got := words.For("en").Phrase(c).Sentence; got != "This could not be checked (new_code)." {
		t.Errorf("got %q", got)
	}
}

func TestQuestionsAndOutcomes(t *testing.T) {
	t.Parallel()
	c := words.For("es") // not there yet: English
	for _, name := range verifier.Names() {
		if c.Question(name) == "" {
			t.Errorf("%s has no question", name)
		}
	}
	for _, o := range []verifier.Outcome{verifier.Pass, verifier.Fail, verifier.Unknown, verifier.NotUsed} {
		if c.Outcome(o) == "" {
			t.Errorf("%s has no word", o)
		}
	}
}

func TestAnnotateLeavesTheReport(t *testing.T) {
	t.Parallel()
	in := verifier.Report{Verdict: verifier.Invalid, Checks: []verifier.Check{{Name: verifier.Proof, Outcome: verifier.Fail, Code: verifier.CodeProofMissing}}}
	out := words.For("en").Annotate(in, nil)
	if in.Checks[0].Sentence != "" || in.Headline != "" {
		t.Error("the report was changed")
	}
	if out.Headline == "" || out.Checks[0].Sentence == "" || out.Checks[0].Next == "" {
		t.Errorf("got %+v", out)
	}
}
