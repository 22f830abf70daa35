// Command laurel-verify judges one credential on the reader's own machine, by
// the same code and with the same words as Laurel's pages; without a network
// unless it is asked to use it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/verifier"
	"laurel/verifier/words"
)

// Exit codes, which scripts rely on.
const (
	exitValid     = 0
	exitNot       = 1  // invalid, revoked, suspended, superseded, expired, not yet valid
	exitUncertain = 2  // undetermined, unrecognised issuer
	exitUsage     = 64 // wrong arguments, unreadable file or bundle
)

const usage = `Usage: laurel-verify [--bundle FILE] [--online] [--json] FILE|-

Judges a credential: a signed token (.jwt) or a credential as JSON, from FILE or
from standard input (-). --bundle names what to rely on: the issuers' documents,
status lists and registry. --online asks issuers for what it does not hold.
--json prints the whole report.

Exit code: 0 valid; 1 not valid; 2 could not be determined, or the issuer is not
recognised; 64 wrong use.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, time.Now)
	stop()
	os.Exit(code)
}

// run is the whole program; now is the clock.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, now func() time.Time) int {
	flags := flag.NewFlagSet("laurel-verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	bundlePath := flags.String("bundle", "", "")
	asJSON := flags.Bool("json", false, "")
	online := flags.Bool("online", false, "")
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		say(stdout, usage)
		return exitValid
	}
	if err != nil || flags.NArg() != 1 {
		say(stderr, usage)
		return exitUsage
	}
	options := verifier.Options{Now: now}
	if *online {
		options.Fetch = verifier.NewFetcher(verifier.FetcherOptions{Now: now})
		defer options.Fetch.Close()
	}
	if *bundlePath != "" {
		b, err := readBundle(*bundlePath)
		if err != nil {
			say(stderr, "laurel-verify: "+err.Error()+"\n")
			return exitUsage
		}
		options.Keys, options.Status, options.Registry = b, b, b
	}
	doc, err := readDocument(flags.Arg(0), stdin)
	if err != nil {
		say(stderr, "laurel-verify: "+err.Error()+"\n")
		return exitUsage
	}
	report, err := verifier.New(options).Verify(ctx, doc)
	if err != nil {
		say(stderr, "laurel-verify: "+err.Error()+"\n")
		return exitUncertain
	}
	report = words.For("en").Annotate(report, nil)
	if err := write(stdout, report, *asJSON); err != nil {
		say(stderr, "laurel-verify: "+err.Error()+"\n")
		return exitUncertain
	}
	return exitCode(report.Verdict)
}

// say writes a message. A reader who has gone away cannot be told so.
func say(w io.Writer, text string) { _, _ = io.WriteString(w, text) }

func exitCode(v verifier.Verdict) int {
	switch v {
	case verifier.Valid:
		return exitValid
	case verifier.Invalid, verifier.Revoked, verifier.Suspended, verifier.Superseded, verifier.Expired, verifier.NotYetValid:
		return exitNot
	case verifier.Undetermined, verifier.UnrecognisedIssuer:
	}
	return exitUncertain
}

func readBundle(path string) (*verifier.Bundle, error) {
	f, err := os.Open(path) //nolint:gosec // the reader names the file
	if err != nil {
		return nil, fmt.Errorf("reading the bundle: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, verifier.MaxBundleBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the bundle: %w", err)
	}
	return verifier.ParseBundle(data)
}

// readDocument reads one byte more than is accepted, so that a larger file is told from one that was cut.
func readDocument(path string, stdin io.Reader) ([]byte, error) {
	source := stdin
	if path != "-" {
		f, err := os.Open(path) //nolint:gosec // the reader names the file
		if err != nil {
			return nil, fmt.Errorf("reading the credential: %w", err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		source = f
	}
	data, err := io.ReadAll(io.LimitReader(source, credentials.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the credential: %w", err)
	}
	return data, nil
}

func write(w io.Writer, r verifier.Report, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	_, err := io.WriteString(w, plain(r))
	return err
}

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
