// Command laurel records competency evidence, decides by a school's own policy
// who has earned what, issues signed credentials and lets anyone verify them.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // organisations have IANA zones, also where the machine has none

	"github.com/spf13/cobra"

	"laurel/internal/config"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program: it answers the exit code. Tests call it in-process.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr, now: time.Now, rand: rand.Reader}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(stderr, "laurel:", err)
		if e, ok := errors.AsType[exitError](err); ok {
			return e.code
		}
		return 1
	}
	return 0
}

// usage is the exit code of a command that was called wrongly (sysexits.h).
const usage = 64

// exitError is an error with an exit code of its own.
type exitError struct {
	code int
	error
}

func (e exitError) Unwrap() error { return e.error }

// program is what every command has at hand.
type program struct {
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	rand           io.Reader
	flags          config.Config // what flags set; empty fields leave the environment's
	noFetch        bool
}

// root is the tree of commands. Flags that serve, init and the rest share
// stand here, with the names that stay.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "laurel",
		Short:         "Competency records, proficiency-based diplomas and credentials that anyone can verify",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	f := root.PersistentFlags()
	f.StringVar(&p.flags.Data, "data", "", "folder for files, keys and the embedded database (LAUREL_DATA, default data)")
	f.StringVar((*string)(&p.flags.Database), "database", "", "sqlite:PATH or postgres://… (LAUREL_DATABASE, default sqlite in the data folder)")
	f.StringVar(&p.flags.PublicURL, "public-url", "", "address that readers use (LAUREL_PUBLIC_URL, default http://localhost:PORT)")
	f.StringVar(&p.flags.KeyFile, "key-file", "", "file of the key-encryption key (LAUREL_KEY_FILE, default key-encryption.key in the data folder)")
	root.AddCommand(p.serveCommand(), p.initCommand(), p.migrateCommand(), p.journalCommand(), p.healthCommand(), p.registryCommand(), p.conformanceCommand(), p.policyCommand(), p.seedCommand(), p.purgeCommand(), p.afterRestoreCommand())
	return root
}

// config reads the environment, puts the flags on top and checks the whole.
func (p *program) config() (config.Config, error) {
	c, err := config.Read(p.environ)
	if err != nil {
		return c, err
	}
	for _, s := range []struct{ from, to *string }{
		{&p.flags.Addr, &c.Addr},
		{&p.flags.Data, &c.Data},
		{(*string)(&p.flags.Database), (*string)(&c.Database)},
		{&p.flags.PublicURL, &c.PublicURL},
		{&p.flags.KeyFile, &c.KeyFile},
		{&p.flags.ConformanceAddr, &c.ConformanceAddr},
	} {
		if *s.from != "" {
			*s.to = *s.from
		}
	}
	if p.noFetch {
		c.Fetch = "off"
	}
	c.Demo = c.Demo || p.flags.Demo
	c.ConformanceTLS = c.ConformanceTLS || p.flags.ConformanceTLS
	c.Conformance = c.Conformance || p.flags.Conformance
	return c.Complete()
}

func (p *program) log(c config.Config) *slog.Logger {
	return slog.New(slog.NewJSONHandler(p.stderr, &slog.HandlerOptions{Level: c.LogLevel}))
}
