package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// makeBundle writes a bundle of what is fetched and what lies in files.
func (p *program) makeBundle(args []string) int {
	flags := newFlags()
	var urls, bundles, dids, lists, trust paths
	flags.Var(&urls, "url", "")
	flags.Var(&bundles, "bundle", "")
	flags.Var(&dids, "did", "")
	flags.Var(&lists, "list", "")
	flags.Var(&trust, "trust", "")
	some := func() bool {
		return flags.NArg() == 1 && len(urls)+len(bundles)+len(dids)+len(lists)+len(trust) > 0
	}
	if code, ok := p.parse(flags, args, some); !ok {
		return code
	}
	b, err := joined(bundles, trust)
	if err == nil {
		err = p.fetchInto(b, urls)
	}
	if err == nil {
		err = addFiles(b, dids, lists)
	}
	if err == nil {
		if b.MadeAt.IsZero() { // of files that bear no date of their own
			b.MadeAt = p.now().UTC()
		}
		err = writeBundle(flags.Arg(0), b)
	}
	if err != nil {
		return p.wrong(err)
	}
	say(p.stdout, fmt.Sprintf("%s: %d issuers, %d status lists, %d entries in the registry, as of %s\n", visible(flags.Arg(0)),
		len(b.DIDs), len(b.Lists), len(b.Registry.Entries), b.MadeAt.UTC().Format("2 January 2006, 15:04 UTC")))
	return exitValid
}

// fetchInto adds what deployments publish.
func (p *program) fetchInto(b *verifier.Bundle, urls []string) error {
	if len(urls) == 0 {
		return nil
	}
	fetcher := verifier.NewFetcher(verifier.FetcherOptions{Now: p.now})
	defer fetcher.Close()
	for _, url := range urls {
		one, err := fetcher.Bundle(url)
		if err != nil {
			return fmt.Errorf("fetching the bundle of %s: %w. It must be a public https address; a file that you fetched in another way can be given with --bundle", url, err)
		}
		join(b, one)
	}
	return nil
}

// joined is one bundle of the bundles and registries in files.
func joined(bundles, trust []string) (*verifier.Bundle, error) {
	out := &verifier.Bundle{
		Version: verifier.BundleVersion, DIDs: map[string]json.RawMessage{}, Keys: map[string]verifier.KeyTimes{},
		Lists: map[string]string{}, States: map[string]string{}, Registry: verifier.Registry{Entries: []verifier.Entry{}},
	}
	for _, path := range bundles {
		data, err := readFile("bundle", path, verifier.MaxBundleBytes)
		if err != nil {
			return nil, err
		}
		one, err := verifier.ParseBundle(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		join(out, one)
	}
	for _, path := range trust {
		data, err := readFile("registry", path, verifier.MaxRegistryBytes)
		if err != nil {
			return nil, err
		}
		r, err := verifier.ParseRegistry(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out.Registry.Entries = append(out.Registry.Entries, r.Entries...)
	}
	return out, nil
}

// join adds one bundle to another. The whole is no newer than its oldest part.
func join(into, one *verifier.Bundle) {
	if into.MadeAt.IsZero() || one.MadeAt.Before(into.MadeAt) {
		into.MadeAt = one.MadeAt
	}
	if into.Registry.Name == "" {
		into.Registry.Name = one.Registry.Name
	}
	maps.Copy(into.DIDs, one.DIDs)
	maps.Copy(into.Keys, one.Keys)
	maps.Copy(into.Lists, one.Lists)
	maps.Copy(into.States, one.States)
	into.Registry.Entries = append(into.Registry.Entries, one.Registry.Entries...)
}

// addFiles adds DID documents and signed lists, each under the id that it bears.
func addFiles(b *verifier.Bundle, dids, lists []string) error {
	for _, path := range dids {
		data, err := readFile("DID document", path, credentials.MaxBytes)
		if err != nil {
			return err
		}
		id, err := idOf(data)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		b.DIDs[id] = data
	}
	for _, path := range lists {
		data, err := readFile("status list", path, credentials.MaxBytes)
		if err != nil {
			return err
		}
		data = bytes.TrimSpace(data)
		payload := data
		if token, _, err := proof.ParseJWT(data); err == nil {
			payload = token.Payload
		}
		id, err := idOf(payload)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		b.Lists[id] = string(data)
	}
	return nil
}

// idOf is the id of a document.
func idOf(data []byte) (string, error) {
	doc, err := credentials.Parse(data)
	if err != nil {
		return "", err
	}
	id := doc.Get("id").Text()
	if id == "" {
		return "", errors.New("it has no id")
	}
	return id, nil
}

// readFile reads a file of at most max bytes.
func readFile(what, path string, max int64) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the reader names the file
	if err != nil {
		return nil, fmt.Errorf("reading the %s: %w", what, err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	data, err := io.ReadAll(io.LimitReader(f, max+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading the %s: %w", what, err)
	case int64(len(data)) > max:
		return nil, fmt.Errorf("reading the %s: %s is larger than %d bytes", what, path, max)
	}
	return data, nil
}

// writeBundle writes a bundle that can be read again, or nothing.
func writeBundle(path string, b *verifier.Bundle) error {
	data, err := json.Marshal(b)
	if err == nil {
		_, err = verifier.ParseBundle(data)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		return fmt.Errorf("writing the bundle: %w", err)
	}
	return nil
}
