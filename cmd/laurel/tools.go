package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"laurel/internal/store"
)

// withStore opens the database for a command that needs nothing else.
func (p *program) withStore(ctx context.Context, do func(*store.Store) error) (err error) {
	c, err := p.config()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{URL: string(c.Database), Now: p.now, Rand: p.rand, Log: p.log(c)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	return do(st)
}

func (p *program) migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database to this version's schema (serve does it too)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withStore(cmd.Context(), func(st *store.Store) error { return st.Migrate(cmd.Context()) })
		},
	}
}

func (p *program) journalCommand() *cobra.Command {
	journal := &cobra.Command{Use: "journal", Short: "The append-only record of every act"}
	journal.AddCommand(&cobra.Command{
		Use:   "verify",
		Short: "Check that no row of the journal was changed, removed or moved",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.withStore(cmd.Context(), func(st *store.Store) error {
				report, err := st.VerifyJournal(cmd.Context())
				if err != nil {
					return err
				}
				fmt.Fprintf(p.stdout, "%d rows in %d chains read\n", report.Rows, report.Tenants)
				for _, b := range report.Broken {
					fmt.Fprintln(p.stdout, b)
				}
				if len(report.Broken) > 0 {
					return fmt.Errorf("the journal is broken in %d places", len(report.Broken))
				}
				fmt.Fprintln(p.stdout, "every chain is whole")
				return nil
			})
		},
	})
	return journal
}

// healthCommand asks the server on this machine whether it answers; for containers.
func (p *program) healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask the server on this machine whether it answers",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			host, port, err := net.SplitHostPort(c.Addr)
			if err != nil {
				return err
			}
			if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
				host = "localhost"
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), 3*time.Second)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
			if err != nil {
				return err
			}
			res, err := (&http.Client{}).Do(req)
			if err != nil {
				return err
			}
			if res.StatusCode != http.StatusOK {
				err = fmt.Errorf("the server answers %s", res.Status)
			}
			return errors.Join(err, res.Body.Close())
		},
	}
}
