package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"laurel/competency"
	"laurel/internal/config"
	"laurel/internal/registrar"
)

// initCommand makes the key-encryption key, the schema and, from flags or
// questions, the first organisation with its administrator.
func (p *program) initCommand() *cobra.Command {
	var f registrar.FirstRun
	var policyFile, passwordFile string
	var keyOnly, another bool
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make the key-encryption key, the database and the first organisation",
		Long: "Makes the key-encryption key if there is none, brings the database to this version's schema, and sets up\n" +
			"the first organisation with its administrator, its signing keys and, with --starter or --policy, the rules\n" +
			"it judges by. What no flag says is asked. With --key-only the rest is left to the page at /setup.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			if err := os.MkdirAll(c.Data, 0o700); err != nil {
				return err
			}
			if err := p.makeKey(c); err != nil || keyOnly {
				return err
			}
			if policyFile != "" {
				text, err := os.ReadFile(policyFile) //nolint:gosec // the operator names the file
				if err != nil {
					return err
				}
				f.Policy = string(text)
			}
			if passwordFile != "" {
				text, err := os.ReadFile(passwordFile) //nolint:gosec // the operator names the file
				if err != nil {
					return err
				}
				f.Password = strings.TrimRight(string(text), "\r\n")
			}
			return p.setUp(cmd.Context(), c, f, another)
		},
	}
	fl := cmd.Flags()
	fl.StringVar((*string)(&f.Kind), "kind", "", "district, school, provider or state")
	fl.StringVar(&f.Name, "name", "", "full name of the organisation")
	fl.StringVar(&f.Slug, "slug", "", "short name inside addresses and identities; never changes")
	fl.StringVar(&f.Zone, "zone", "", "IANA time zone, such as America/New_York")
	fl.StringVar(&f.Parent, "parent", "", "short name of the organisation above, such as a district's state")
	fl.StringVar(&f.Locality, "locality", "", "place printed on documents")
	fl.StringVar(&f.AdminName, "admin", "", "name of the administrator")
	fl.StringVar(&f.Login, "login", "", "sign-in name of the administrator")
	fl.StringVar(&passwordFile, "password-file", "", "file with the administrator's password; asked for otherwise")
	fl.BoolVar(&f.Starter, "starter", false, "load the starter framework, rubrics and policy")
	fl.StringVar(&policyFile, "policy", "", "graduation policy to adopt (YAML or JSON)")
	fl.StringVar(&f.Board, "board", "", "board that adopted the policy")
	fl.StringVar(&f.AdoptedOn, "adopted-on", "", "day of adoption, 2006-01-02")
	fl.BoolVar(&another, "another", false, "add another root of custody beside those there are: a state, a district, a provider")
	fl.BoolVar(&keyOnly, "key-only", false, "make the key-encryption key and stop")
	return cmd
}

// makeKey makes the key file unless there is one.
func (p *program) makeKey(c config.Config) error {
	_, err := registrar.ReadKeyFile(c.KeyFile)
	if !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if _, err := registrar.MakeKeyFile(p.rand, c.KeyFile); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Made the key-encryption key %s.\nKeep a copy apart from the database: without it no signing key can be opened again.\n", c.KeyFile)
	return nil
}

// setUp asks what the flags left open and begins, or adds another root.
func (p *program) setUp(ctx context.Context, c config.Config, f registrar.FirstRun, another bool) (err error) {
	o, err := p.open(ctx, c, p.log(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	fresh, err := o.reg.IsNew(ctx)
	if err != nil {
		return err
	}
	if !fresh && !another {
		return errors.New("an organisation has been set up here already; --another adds another root of custody beside it")
	}
	p.ask(&f)
	if err := o.reg.Found(ctx, f); err != nil {
		return explain(err)
	}
	fmt.Fprintf(p.stdout, "%s is set up. Start with `laurel serve` and sign in at %s as %s.\n", f.Name, c.PublicURL, f.Login)
	return nil
}

// ask reads from standard input what no flag has said.
func (p *program) ask(f *registrar.FirstRun) {
	in := bufio.NewScanner(p.stdin)
	for _, q := range []struct {
		question string
		answer   *string
	}{
		{"Kind of organisation (district, school, provider, state)", (*string)(&f.Kind)},
		{"Full name", &f.Name},
		{"Short name in addresses (small letters, digits, hyphens; never changes)", &f.Slug},
		{"Time zone (such as America/New_York)", &f.Zone},
		{"Administrator's name", &f.AdminName},
		{"Administrator's sign-in name", &f.Login},
		{"Password (at least 12 characters)", &f.Password},
	} {
		if *q.answer != "" {
			continue
		}
		fmt.Fprintf(p.stdout, "%s: ", q.question)
		if q.answer == &f.Password && p.hidden(q.answer) {
			continue
		}
		if !in.Scan() {
			return
		}
		*q.answer = strings.TrimSpace(in.Text())
	}
}

// hidden reads an answer without showing it, where standard input is a terminal.
func (p *program) hidden(answer *string) bool {
	tty, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(tty.Fd())) {
		return false
	}
	typed, err := term.ReadPassword(int(tty.Fd()))
	fmt.Fprintln(p.stdout)
	*answer = string(typed)
	return err == nil
}

// explain turns fields that are wrong into lines for a terminal.
func explain(err error) error {
	e := (*competency.Error)(nil)
	if !errors.As(err, &e) || len(e.Fields) == 0 {
		return err
	}
	lines := []string{e.Detail}
	for _, f := range e.Fields {
		lines = append(lines, "  "+strings.TrimPrefix(f.Pointer, "/")+": "+f.Detail)
	}
	return errors.New(strings.Join(lines, "\n"))
}
