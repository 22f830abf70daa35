package registrar

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/verifier"
)

// PageReader reads public pages; [verifier.Fetcher] does.
type PageReader interface {
	// Page reads a page of words.
	Page(ctx context.Context, address string) (verifier.Page, error)
	// Credential reads a credential, or a page about one.
	Credential(ctx context.Context, address string) (verifier.Page, error)
}

// LinkView is a link of evidence with what it showed when it was handed in.
type LinkView struct {
	Address string
	// Copy is nil where nobody was asked to read the link: on a draft.
	Copy *competency.LinkCopy
}

// CopyLinks is the job that reads the links of evidence which was handed in.
type CopyLinks struct {
	Tenant   string `json:"tenant"`
	Evidence string `json:"evidence"`
}

// Kind names the job.
func (CopyLinks) Kind() string { return "copy_links" }

// linkAttempts is how often a link is tried before its failure stands.
const linkAttempts = 3

// askForCopies asks for copies of what the links of evidence show now.
func (d *desk) askForCopies(e competency.Evidence) error {
	if len(e.Links) == 0 {
		return nil
	}
	var asked []competency.LinkCopy
	seen := map[string]bool{}
	for _, l := range e.Links {
		if !seen[l] {
			asked = append(asked, competency.LinkCopy{Evidence: e.ID, Version: e.Version, Address: l, State: competency.LinkAsked})
		}
		seen[l] = true
	}
	if err := d.AddLinkCopies(asked); err != nil {
		return err
	}
	return d.Enqueue(CopyLinks{Tenant: string(d.who.Tenant), Evidence: string(e.ID)}, store.Attempts(linkAttempts))
}

// CopyLinks reads the links of evidence that nobody has read yet. A page that
// cannot be read is said to be so; nothing waits for it.
func (r *Registrar) CopyLinks(ctx context.Context, tenant competency.OrgID, id competency.EvidenceID) error {
	var asked []competency.LinkCopy
	err := r.Store.Read(ctx, tenant, func(sc *store.Scope) (err error) {
		asked, err = sc.LinksAsked(id)
		return err
	})
	if err != nil {
		return err
	}
	for _, l := range asked { // outside any transaction: hosts take their time
		r.read(ctx, &l)
		err := r.Store.In(ctx, tenant, func(sc *store.Scope) error { return sc.SetLinkCopy(l) })
		if err != nil && !errors.Is(err, competency.ErrNotFound) {
			return err
		}
	}
	return nil
}

// read reads one link into its copy.
func (r *Registrar) read(ctx context.Context, l *competency.LinkCopy) {
	pages := r.pageReader()
	if pages == nil {
		l.Fail("no-fetch", r.Now())
		return
	}
	page, err := pages.Page(ctx, l.Address)
	if err != nil {
		l.Fail(verifier.Reason(err), r.Now())
		return
	}
	title, text, err := wordsOf(page)
	if err != nil {
		l.Fail("type", r.Now())
		return
	}
	l.Read(title, text, r.Now())
}

// wordsOf is the title and the plain words of a page.
func wordsOf(p verifier.Page) (title, text string, err error) {
	words, err := charset.NewReader(bytes.NewReader(p.Body), p.ContentType)
	if err != nil {
		return "", "", err
	}
	if strings.HasPrefix(p.ContentType, "text/plain") {
		all, err := io.ReadAll(words)
		return "", tidy(string(all)), err
	}
	var t, body strings.Builder
	skip, inTitle := 0, false
	for z := html.NewTokenizer(words); ; {
		switch z.Next() {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return "", "", err
			}
			return strings.Join(strings.Fields(t.String()), " "), tidy(body.String()), nil
		case html.TextToken:
			switch {
			case inTitle:
				t.Write(z.Text())
			case skip == 0:
				body.Write(z.Text())
			}
		case html.StartTagToken:
			tag := z.Token().DataAtom
			inTitle = tag == atom.Title
			if unread(tag) {
				skip++
			}
			body.WriteString(gap(tag))
		case html.EndTagToken:
			tag := z.Token().DataAtom
			if tag == atom.Title {
				inTitle = false
			}
			if unread(tag) && skip > 0 {
				skip--
			}
			body.WriteString(gap(tag))
		case html.SelfClosingTagToken:
			body.WriteString(gap(z.Token().DataAtom))
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

// silent are the elements whose content is no text of the page, and inline
// those that stand in a line of words.
var (
	silent = []atom.Atom{atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Iframe, atom.Object}
	inline = []atom.Atom{
		atom.A, atom.B, atom.I, atom.Em, atom.Strong, atom.Span, atom.Code, atom.Small, atom.Sub, atom.Sup, atom.Mark, atom.Abbr,
		atom.U, atom.Q, atom.Cite,
	}
)

// unread reports whether what stands in an element is no text of the page.
func unread(tag atom.Atom) bool { return slices.Contains(silent, tag) }

// gap is what an element puts between words: a line, or nothing where it
// stands within one.
func gap(tag atom.Atom) string {
	if slices.Contains(inline, tag) {
		return ""
	}
	return "\n"
}

// tidy puts one space between words and one line break between lines.
func tidy(s string) string {
	var lines []string
	for line := range strings.SplitSeq(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), ""), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// linkViews are the copies of links by version.
func (d *desk) linkViews(id competency.EvidenceID) (map[int][]LinkView, error) {
	copies, err := d.LinkCopies(id)
	views := map[int][]LinkView{}
	for _, l := range copies {
		views[l.Version] = append(views[l.Version], LinkView{l.Address, &l})
	}
	return views, err
}

// presentLinks are the links of the work as it stands, with what they showed
// when it was handed in.
func presentLinks(e competency.Evidence, versions []VersionView) []LinkView {
	var copies []LinkView
	for _, v := range versions {
		if v.Version == e.Version {
			copies = v.Copies
		}
	}
	var all []LinkView
	for _, address := range e.Links {
		view := LinkView{Address: address}
		for _, c := range copies {
			if c.Address == address {
				view.Copy = c.Copy
			}
		}
		all = append(all, view)
	}
	return all
}
