package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"laurel/internal/demo"
)

// seedCommand fills an empty database with a made-up district.
func (p *program) seedCommand() *cobra.Command {
	var learners int
	cmd := &cobra.Command{
		Use:   "seed",
		Short: "Fill an empty database with a made-up district and a year of its work",
		Long: "Makes a fictional district of so many learners, nearly half of whom have a year of evidence, judgments and\n" +
			"confirmed levels, and teachers with sections and tasks: for measuring, and for trying pages with as many\n" +
			"people as a real district has. Every teacher of a high school signs in, teacher-1-2 and so on.\n" +
			"The folder must be empty. Start `laurel serve` on it afterwards.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.seed(cmd.Context(), learners) },
	}
	cmd.Flags().IntVar(&learners, "learners", 3000, "how many learners the district has, in all grades")
	return cmd
}

func (p *program) seed(ctx context.Context, learners int) (err error) {
	c, err := p.config()
	if err != nil {
		return err
	}
	c.Demo = true // its keys sign nothing that counts, so one is made
	o, err := p.open(ctx, c, p.log(c))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	fresh, err := o.reg.IsNew(ctx)
	switch {
	case err != nil:
		return err
	case !fresh:
		return fmt.Errorf("%s holds data already; give an empty folder by --data", c.Data)
	}
	began := p.now()
	accounts, err := demo.Seed(ctx, demo.Options{Office: o.reg, Now: p.now, PublicURL: c.PublicURL}, demo.Size{
		Learners: learners, Told: func(what string, done, of int) { fmt.Fprintf(p.stdout, "%d of %d %s\n", done, of, what) },
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\nA district of %d learners, in %s. Sign in with the password of the demo, %q, as\n", learners, p.now().Sub(began).Round(1e9), accounts[0].Password)
	for _, a := range accounts {
		fmt.Fprintf(p.stdout, "  %-14s %-32s %s\n", a.Role, a.Login, a.Name)
	}
	return nil
}
