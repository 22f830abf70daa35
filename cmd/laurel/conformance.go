package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"laurel/api"
	"laurel/internal/config"
)

// serveConformance answers the test suites of the standards at an address of
// their own, when the settings ask for it. It prints where, and the issuers
// that a suite must name. stop ends it.
func (p *program) serveConformance(ctx context.Context, c config.Config, log *slog.Logger) (stop func() error, err error) {
	if !c.Conformance {
		return func() error { return nil }, nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.ConformanceAddr)
	if err != nil {
		return nil, fmt.Errorf("listening for conformance: %w", err)
	}
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, fmt.Errorf("listening for conformance: %w", err)
	}
	if ip := net.ParseIP(host); ip.IsLoopback() || ip.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http"
	if c.ConformanceTLS {
		certificate, err := p.selfSigned(host)
		if err != nil {
			return nil, err
		}
		scheme = "https"
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	}
	mount, err := api.NewConformance(api.ConformanceOptions{
		Now: p.now, Rand: p.rand, Log: log, URL: scheme + "://" + net.JoinHostPort(host, port),
	})
	if err != nil {
		return nil, err
	}
	server := newServer(mount, log)
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(listener) // it ends when it is closed
	}()
	fmt.Fprintln(p.stdout, "Conformance calls are answered at", mount.URL, "for", strings.Join(mount.Issuers(), " "))
	return func() error {
		err := server.Close()
		<-served
		return err
	}, nil
}

// certificateHolds is how long the certificate of one run is good for.
const certificateHolds = 30 * 24 * time.Hour

// selfSigned makes a certificate in memory for the loopback names and host.
func (p *program) selfSigned(host string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), p.rand)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a key for https: %w", err)
	}
	now := p.now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "Laurel conformance"},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.Add(certificateHolds),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = append(template.IPAddresses, ip)
	}
	der, err := x509.CreateCertificate(p.rand, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// joseFiles are the files of one task of the VC-JOSE-COSE suite.
type joseFiles struct{ input, key, feature, sd, output string }

// conformanceCommand is what the VC-JOSE-COSE suite runs: a file in, a file with
// the result out. It touches no data folder.
func (p *program) conformanceCommand() *cobra.Command {
	root := &cobra.Command{Use: "conformance", Short: "Sign or verify one file for the public VC-JOSE-COSE suite"}
	for _, c := range []struct {
		use, short string
		do         func(context.Context, api.JOSERequest) api.JOSEResult
	}{
		{"issue", "Sign a credential or a presentation", func(ctx context.Context, r api.JOSERequest) api.JOSEResult {
			return api.JOSEIssue(ctx, p.rand, r)
		}},
		{"verify", "Verify a token", api.JOSEVerify},
	} {
		var files joseFiles
		cmd := &cobra.Command{Use: c.use, Short: c.short, Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return files.run(cmd.Context(), c.do)
		}}
		f := cmd.Flags()
		f.StringVar(&files.input, "input", "", "file with the document or the token")
		f.StringVar(&files.key, "key", "", "file with the verification method")
		f.StringVar(&files.feature, "feature", "", "credential_jose, credential_sdjwt, presentation_jose or presentation_sdjwt")
		f.StringVar(&files.output, "output", "", "file for the result")
		f.StringVar(&files.sd, "sd", "", `what may be kept back, such as ["credentialSubject.name"]`)
		for _, name := range []string{"input", "key", "feature", "output"} {
			_ = cmd.MarkFlagRequired(name) // the flag is there
		}
		root.AddCommand(cmd)
	}
	return root
}

// run reads the files, does the task and writes its result.
func (f joseFiles) run(ctx context.Context, do func(context.Context, api.JOSERequest) api.JOSEResult) error {
	input, err := os.ReadFile(f.input)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(f.key)
	if err != nil {
		return err
	}
	out, err := json.Marshal(do(ctx, api.JOSERequest{Input: input, Key: key, Feature: f.feature, Disclose: []byte(f.sd)}))
	if err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return os.WriteFile(f.output, out, 0o600)
}
