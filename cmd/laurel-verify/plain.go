package main

import (
	"fmt"
	"slices"
	"strings"

	"laurel/verifier"
)

// plain is the report as text: the verdict first, then the checks, then what the credential says.
func plain(r verifier.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", strings.ToUpper(string(r.Verdict)), visible(r.Headline))
	for _, check := range r.Checks {
		fmt.Fprintf(&b, "%-8s %-9s %s\n", check.Name, check.Outcome, visible(check.Sentence))
		if check.Next != "" && check.Outcome != verifier.Pass {
			fmt.Fprintf(&b, "%18s %s\n", "", visible(check.Next))
		}
	}
	if s := r.Credential; s != nil {
		fmt.Fprintf(&b, "\n%s\n%s\n", visible(s.Achievement.Name), visible(s.Achievement.Description))
		for _, res := range s.Results {
			fmt.Fprintf(&b, "  %s: %s\n", visible(res.Name), visible(resultText(res)))
		}
		for _, e := range s.Evidence {
			fmt.Fprintf(&b, "  %s\n", visible(strings.TrimPrefix(e.Name+": "+e.Description, ": ")))
		}
		fmt.Fprintf(&b, "\n%s\n", visible(s.ID))
	}
	return b.String()
}

func resultText(r verifier.ResultInfo) string {
	out := slices.DeleteFunc([]string{r.Achieved, r.Value, r.Status}, func(s string) bool { return s == "" })
	text := strings.Join(out, ", ")
	if r.Required != "" {
		text += " (required: " + r.Required + ")"
	}
	return text
}

// visible takes control and direction-changing characters out of a stranger's
// words, so that they cannot redraw the reader's terminal.
func visible(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return ' '
		case c < ' ', c >= 0x7f && c < 0xa0, c >= 0x200b && c <= 0x200f, c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069:
			return -1
		}
		return c
	}, s)
}
