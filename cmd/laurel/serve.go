package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"laurel/api"
	"laurel/internal/config"
	"laurel/internal/hsm"
	"laurel/internal/jobs"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/verifier"
)

func (p *program) serveCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve pages and the JSON API, and work the jobs",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := p.config()
			if err != nil {
				return err
			}
			return p.serve(cmd.Context(), c)
		},
	}
	cmd.Flags().StringVar(&p.flags.Addr, "addr", "", "where to listen, HOST:PORT (LAUREL_ADDR, default 127.0.0.1:8080)")
	cmd.Flags().BoolVar(&p.flags.Demo, "demo", false, "fill an empty data folder with a fictional school (LAUREL_DEMO)")
	cmd.Flags().BoolVar(&p.noFetch, "no-fetch", false, "ask no other host about issuers and lists of elsewhere (LAUREL_FETCH=off)")
	cmd.Flags().BoolVar(&p.flags.Conformance, "conformance", false, "answer the standards' test suites at an address of their own (LAUREL_CONFORMANCE)")
	cmd.Flags().BoolVar(&p.flags.ConformanceTLS, "conformance-tls", false, "do so on https, with a certificate made for this run (LAUREL_CONFORMANCE_TLS)")
	cmd.Flags().StringVar(&p.flags.ConformanceAddr, "conformance-addr", "", "where to do so, HOST:PORT (LAUREL_CONFORMANCE_ADDR, default 127.0.0.1:0)")
	return cmd
}

// Time that a stopping server gives to requests under way, and then to jobs.
const (
	drainRequests = 20 * time.Second
	drainJobs     = 10 * time.Second
)

// jobsAtOnce is how many jobs this process works at the same time.
const jobsAtOnce = 4

// office is an open database with the registrar on top.
type office struct {
	store  *store.Store
	reg    *registrar.Registrar
	module *hsm.Module // nil where there is none
}

// close ends what the office reads from elsewhere, and closes its database and its security module.
func (o *office) close() error {
	if o.reg.Fetch != nil {
		o.reg.Fetch.Close()
	}
	return errors.Join(o.store.Close(), closeModule(o.module))
}

// open opens and migrates the database and opens the office.
func (p *program) open(ctx context.Context, c config.Config, log *slog.Logger) (_ *office, err error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	key, err := p.keyEncryptionKey(c)
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, store.Options{URL: string(c.Database), Now: p.now, Rand: p.rand, Log: log})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, st.Close())
		}
	}()
	if err := st.Migrate(ctx); err != nil {
		return nil, err
	}
	carried, err := registrar.ReadLists(c.Registries())
	if err != nil {
		return nil, err
	}
	var fetch *verifier.Fetcher
	if c.Fetch == "on" {
		fetch = verifier.NewFetcher(verifier.FetcherOptions{Now: p.now, OwnHost: c.FetchHost()})
	}
	module, err := openModule(c)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, closeModule(module))
		}
	}()
	options := registrar.Options{
		Store: st, Now: p.now, Rand: p.rand, Log: log, PublicURL: c.PublicURL, Files: c.Files(), KeyEncryptionKey: key, Marks: c.Marks(),
		Fetch: fetch, Carried: carried,
	}
	if module != nil {
		options.Module = module
	}
	reg, err := registrar.New(options)
	if err != nil {
		return nil, err
	}
	if err := reg.Fits(ctx); err != nil {
		return nil, err
	}
	return &office{st, reg, module}, nil
}

// openModule opens the security module that the settings name; nil where they name none.
func openModule(c config.Config) (*hsm.Module, error) {
	if c.PKCS11Module == "" {
		return nil, nil
	}
	return hsm.Open(hsm.Settings{Path: c.PKCS11Module, Token: c.PKCS11Token, PIN: string(c.PKCS11PIN)})
}

func closeModule(m *hsm.Module) error {
	if m == nil {
		return nil
	}
	return m.Close()
}

// keyEncryptionKey reads the key that wraps the signing keys. The demo makes
// one; elsewhere `laurel init` does, so that a lost file is never replaced in silence.
func (p *program) keyEncryptionKey(c config.Config) ([]byte, error) {
	key, err := registrar.ReadKeyFile(c.KeyFile)
	if errors.Is(err, os.ErrNotExist) {
		if c.Demo {
			return registrar.MakeKeyFile(p.rand, c.KeyFile)
		}
		return nil, fmt.Errorf("there is no key-encryption key at %s: `laurel init` makes one, and LAUREL_KEY_FILE (--key-file) names another place", c.KeyFile)
	}
	return key, err
}

// serve runs until ctx ends: requests first, then jobs, then the database.
func (p *program) serve(ctx context.Context, c config.Config) (err error) {
	ctx, cancelAll := context.WithCancel(ctx)
	defer cancelAll()
	log := p.log(c)
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the server closes it first
	if c, err = withPort(c, listener); err != nil {
		return err
	}
	o, err := p.open(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	if err := o.reg.Publish(ctx); err != nil {
		return fmt.Errorf("reading what is published: %w", err)
	}
	following := make(chan struct{})
	go func() { defer close(following); o.reg.KeepPublished(ctx) }()
	stopJobs, err := o.store.Work(context.WithoutCancel(ctx), store.WorkOptions{Workers: jobsAtOnce, Periodic: jobs.Schedule()}, jobs.Handlers(o.reg)...)
	if err != nil {
		return err
	}
	defer func() {
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainJobs)
		defer cancel()
		err = errors.Join(err, stopJobs(drain))
		cancelAll()
		<-following
	}()
	handler, err := api.New(api.Options{
		Office: o.reg, Sessions: o.store.Sessions(), Now: p.now, Log: log, PublicURL: c.PublicURL, TrustedProxies: c.TrustedProxies, Fonts: c.Fonts,
	})
	if err != nil {
		return err
	}
	stopConformance, err := p.serveConformance(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopConformance()) }()
	server := newServer(handler, log)
	failed := make(chan error, 1)
	go func() { failed <- api.Serve(server, listener) }()
	if c.Demo {
		if err := p.demo(ctx, c, o); err != nil {
			return errors.Join(err, server.Close())
		}
	} else {
		fmt.Fprintln(p.stdout, "Laurel is ready at", c.PublicURL)
	}
	log.InfoContext(ctx, "ready", slog.String("addr", listener.Addr().String()))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainRequests)
	defer cancel()
	return server.Shutdown(drain)
}

// newServer bounds every connection (security rule 22); uploads and streams set
// their own deadlines.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// withPort puts the port that was really taken into the public address of a
// server that was asked for any (":0").
func withPort(c config.Config, l net.Listener) (config.Config, error) {
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok || c.PublicURL != "http://localhost:0" {
		return c, nil
	}
	c.PublicURL = fmt.Sprintf("http://localhost:%d", addr.Port)
	return c.Complete()
}
