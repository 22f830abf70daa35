// Command laurel-verify judges credentials on the reader's own machine, by the
// same code and with the same words as Laurel's pages; without a network unless
// it is asked to use it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"laurel/verifier"
)

// Exit codes, which scripts rely on.
const (
	exitValid     = 0
	exitNot       = 1  // invalid, revoked, suspended, superseded, expired, not yet valid
	exitUncertain = 2  // undetermined, unrecognised issuer
	exitUsage     = 64 // wrong arguments, unreadable file or bundle
)

const usage = `Usage: laurel-verify [--bundle FILE]... [--trust FILE]... [--online] [--json] FILE|FOLDER|-...
       laurel-verify bundle [--url https://HOST]... [--bundle FILE]... [--did FILE]...
                            [--list FILE]... [--trust FILE]... OUT
       laurel-verify extract FILE|-

Judges credentials: signed tokens (.jwt), credentials as JSON, or the pictures and
papers that carry them (.png, .svg, .pdf), from files, from every file in a folder,
or from standard input (-). One credential gets a full report; several get a line
each (verdict, file, headline) and their number.

  --bundle FILE  what to rely on: the issuers' documents, status lists, registry
  --trust FILE   one more registry: who vouches for which issuers
  --online       ask issuers for what the bundle does not hold
  --json         whole reports as JSON; for several credentials, one on each line

"laurel-verify bundle" writes a bundle to take along: what the deployments at
--url publish, joined with bundles, DID documents, signed status lists and
registries from files. Whoever relies on a bundle trusts where it came from.

"laurel-verify extract" writes the document that a picture or a paper carries, as
it was put in and without judging it.

Exit code, the worst of all: 0 valid; 1 not valid; 2 could not be determined, or
the issuer is not recognised; 64 wrong use.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	restore := prepareConsole()
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, time.Now)
	restore()
	stop()
	os.Exit(code)
}

// paths are the values of a flag that may be given several times.
type paths []string

// String lists them.
func (p *paths) String() string { return strings.Join(*p, ", ") }

// Set adds one.
func (p *paths) Set(value string) error {
	*p = append(*p, value)
	return nil
}

// program is one run.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
}

// run is the whole program; now is the clock.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, now func() time.Time) int {
	p := &program{stdin, stdout, stderr, now}
	if len(args) > 0 && args[0] == "bundle" {
		return p.makeBundle(args[1:])
	}
	if len(args) > 0 && args[0] == "extract" {
		return p.extract(args[1:])
	}
	flags := newFlags()
	var bundles, trust paths
	flags.Var(&bundles, "bundle", "")
	flags.Var(&trust, "trust", "")
	asJSON := flags.Bool("json", false, "")
	online := flags.Bool("online", false, "")
	if code, ok := p.parse(flags, args, func() bool { return flags.NArg() > 0 }); !ok {
		return code
	}
	options := verifier.Options{Now: now}
	b, err := joined(bundles, trust)
	if err != nil {
		return p.wrong(err)
	}
	if len(bundles)+len(trust) > 0 {
		options.Keys, options.Status, options.Registry = b, b, b
	}
	if *online {
		options.Fetch = verifier.NewFetcher(verifier.FetcherOptions{Now: now})
		defer options.Fetch.Close()
	}
	files, folder, err := named(flags.Args())
	if err != nil {
		return p.wrong(err)
	}
	if len(bundles) > 0 {
		p.tellAge(b.MadeAt)
	}
	j := &judging{program: p, v: verifier.New(options), json: *asJSON}
	if len(files) == 1 && !folder {
		return j.one(ctx, files[0])
	}
	return j.all(ctx, files)
}

func newFlags() *flag.FlagSet {
	flags := flag.NewFlagSet("laurel-verify", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	return flags
}

// parse reads the arguments; when it is not ok the program ends with code.
func (p *program) parse(flags *flag.FlagSet, args []string, fits func() bool) (code int, ok bool) {
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		say(p.stdout, usage)
		return exitValid, false
	case err != nil:
		say(p.stderr, "laurel-verify: "+err.Error()+"\n\n"+usage)
		return exitUsage, false
	case !fits():
		say(p.stderr, usage)
		return exitUsage, false
	}
	return 0, true
}

// wrong tells why nothing was done.
func (p *program) wrong(err error) int {
	say(p.stderr, "laurel-verify: "+visible(err.Error())+"\n")
	return exitUsage
}

// oldBundle is the age from which a bundle is said to be old: withdrawals since are not in it.
const oldBundle = 72 * time.Hour

// tellAge warns of an old bundle, beside the reports, which give the dates of their lists.
func (p *program) tellAge(made time.Time) {
	if age := p.now().Sub(made); age > oldBundle {
		say(p.stderr, fmt.Sprintf("The bundle is %d days old: what was withdrawn since %s is not in it. Make a new one with \"laurel-verify bundle\".\n\n",
			int(age.Hours()/24), made.UTC().Format("2 January 2006")))
	}
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
