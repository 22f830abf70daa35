package templates

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// staticPrefix is where Static must be mounted.
const staticPrefix = "/static/"

// asset is a static file as it is sent.
type asset struct {
	body, gzipped []byte // gzipped is nil where it would not be smaller
	contentType   string
}

// readAssets loads everything in static/ and names it by its content.
func readAssets(fsys fs.FS) (assets map[string]*asset, hashed map[string]string, err error) {
	names, err := fs.Glob(fsys, "static/*")
	if err != nil {
		return nil, nil, fmt.Errorf("listing static files: %w", err)
	}
	assets, hashed = map[string]*asset{}, map[string]string{}
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, nil, fmt.Errorf("reading %s: %w", name, err)
		}
		small, err := gzipped(body)
		if err != nil {
			return nil, nil, fmt.Errorf("compressing %s: %w", name, err)
		}
		sum := sha256.Sum256(body)
		base, ext := path.Base(name), path.Ext(name)
		unique := strings.TrimSuffix(base, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		hashed[base] = unique
		assets[unique] = &asset{body: body, gzipped: small, contentType: contentType(ext)}
	}
	return assets, hashed, nil
}

// contentType does not ask the machine's own table for the types that we use.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(ext)
}

func gzipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if b.Len() >= len(body) {
		return nil, nil
	}
	return b.Bytes(), nil
}

// Asset gives the address of a static file, such as /static/style.5f3c….css
// for style.css; empty if there is none.
func (s *Set) Asset(name string) string {
	if unique, ok := s.hashed[name]; ok {
		return staticPrefix + unique
	}
	return ""
}

// Script gives the text of a script by its plain name, for the one that must
// stand at an address of its own: a service worker.
func (s *Set) Script(name string) []byte {
	if a, ok := s.assets[s.hashed[name]]; ok {
		return a.body
	}
	return nil
}

// Static serves the files that Asset names, below /static/. Since a name
// changes with the content, an answer may be kept for ever.
func (s *Set) Static() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := s.assets[strings.TrimPrefix(r.URL.Path, staticPrefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.contentType)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		body := a.body
		if a.gzipped != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.gzipped
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // an error means that the reader has gone
		}
	})
}
