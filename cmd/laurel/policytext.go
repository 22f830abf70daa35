package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"laurel/competency/policy"
)

// problemLine is a problem as editors read it: FILE:LINE:COLUMN: kind: words.
func problemLine(file string, b policy.Problem) string {
	at := file
	if b.Line > 0 {
		at += ":" + strconv.Itoa(b.Line) + ":" + strconv.Itoa(b.Column)
	}
	line := at + ": " + string(b.Severity) + ": " + b.Detail
	if b.Path != "" {
		line += " (" + b.Path + ")"
	}
	return line
}

// stateWord says a state to people.
func stateWord(s policy.State) string {
	switch s {
	case policy.NotMet:
		return "not yet"
	case policy.Met, policy.Waived, policy.Pending:
		return string(s)
	default:
		return "not asked"
	}
}

// writeAudit writes the answer as an indented tree, and what is left to do.
func writeAudit(w io.Writer, a policy.Audit, p policy.Policy) {
	fmt.Fprintf(w, "%s, version %d, for %s on %s: %s\n", a.Policy, a.Version, a.Learner, a.AsOf, stateWord(a.State))
	if a.NotApplicable != "" {
		fmt.Fprintln(w, a.NotApplicable)
	}
	fmt.Fprintln(w)
	writeResult(w, a.Tree, 0)
	for _, r := range a.Endorsements {
		fmt.Fprintln(w, "\nBeside the diploma:")
		writeResult(w, r, 1)
	}
	for i, x := range a.Refused {
		if i == 0 {
			fmt.Fprintln(w, "\nExceptions that do not hold:")
		}
		fmt.Fprintf(w, "  %s (%s): %s\n", x.Requirement, x.Kind, x.Reason)
	}
	for i, u := range a.Uncounted {
		if i == 0 {
			fmt.Fprintln(w, "\nCredit that does not count:")
		}
		fmt.Fprintf(w, "  %s, %s: %s\n", u.Title, u.Value, u.Reason)
	}
	for i, s := range a.Next(p) {
		if i == 0 {
			fmt.Fprintln(w, "\nWhat is left:")
		}
		fmt.Fprintf(w, "  %s: %s; ask: %s", s.Title, openParts(s.Open), strings.Join(s.Ask, ", "))
		if len(s.Routes) > 0 {
			fmt.Fprintf(w, "; ways: %s", strings.Join(s.Routes, ", "))
		}
		fmt.Fprintln(w)
	}
}

func writeResult(w io.Writer, r policy.Result, depth int) {
	indent := strings.Repeat("  ", depth)
	fmt.Fprintf(w, "%s%-8s %s\n", indent, stateWord(r.State), r.Sentence)
	if len(r.Credits) > 0 {
		label := "by"
		if r.Kind == policy.CreditPlan {
			label = "not needed"
		}
		fmt.Fprintf(w, "%s         %s: %s\n", indent, label, shares(r.Credits))
	}
	for _, c := range r.Children {
		writeResult(w, c, depth+1)
	}
}

func shares(credits []policy.CreditShare) string {
	parts := make([]string, len(credits))
	for i, c := range credits {
		parts[i] = c.Title + " " + c.Amount.String()
	}
	return strings.Join(parts, ", ")
}

func openParts(open []policy.Missing) string {
	parts := make([]string, len(open))
	for i, m := range open {
		parts[i] = strings.TrimSpace(m.Indicator + " " + m.Title)
		if m.Course != "" {
			parts[i] += " (" + m.Course + ")"
		}
		if m.Pending != "" && m.Provider != "" {
			parts[i] += ", waiting for " + m.Provider
		}
	}
	return strings.Join(parts, "; ")
}

// count counts a noun that takes an s.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}
