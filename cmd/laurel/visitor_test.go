package main

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"laurel/internal/testkit"
)

// visitor is one browser: it opens pages and sends the forms that they offer,
// and nothing else.
type visitor struct {
	t      *testing.T
	home   *server // which answers
	client *http.Client
}

// answer is what came back, as bytes.
type answer struct {
	status int
	header http.Header
	body   []byte
	url    *url.URL // after redirects
}

// request is a request as a browser makes it.
func (v *visitor) request(method, address, contentType string, body []byte, accept string) *http.Request {
	v.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = v.home.public + address
	}
	req, err := http.NewRequestWithContext(v.t.Context(), method, address, bytes.NewReader(body))
	must(v.t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if method == http.MethodPost {
		req.Header.Set("Origin", v.home.public)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	req.Header.Set("Accept", accept)
	return req
}

// do sends a request; a redirect is followed as a browser does.
func (v *visitor) do(method, address, contentType string, body []byte, accept string) answer {
	v.t.Helper()
	return v.send(v.request(method, address, contentType, body, accept))
}

func (v *visitor) send(req *http.Request) answer {
	v.t.Helper()
	res, err := v.client.Do(req)
	must(v.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	must(v.t, err)
	return answer{res.StatusCode, res.Header, data, res.Request.URL}
}

// get reads an address as it is asked for.
func (v *visitor) get(address, accept string) answer {
	v.t.Helper()
	return v.do(http.MethodGet, address, "", nil, accept)
}

// fetch reads a document that must be there.
func (v *visitor) fetch(address string) []byte {
	v.t.Helper()
	a := v.get(address, "*/*")
	if a.status != http.StatusOK {
		v.t.Fatalf("GET %s: %d\n%s", address, a.status, a.body)
	}
	return a.body
}

// open reads a page that must be there.
func (v *visitor) open(address string) page {
	v.t.Helper()
	p := v.page(v.get(address, "text/html"))
	if p.status != http.StatusOK {
		v.t.Fatalf("GET %s: %d: %s", address, p.status, p.text("main"))
	}
	return p
}

// page is an answer read as HTML.
type page struct {
	answer
	v    *visitor
	root *html.Node
}

func (v *visitor) page(a answer) page {
	v.t.Helper()
	root, err := html.Parse(bytes.NewReader(a.body))
	must(v.t, err)
	return page{a, v, root}
}

// path is where the page is, after redirects.
func (p page) path() string { return p.url.Path }

// text is what stands in the elements that the selector describes.
func (p page) text(selector string) string {
	var all []string
	for _, n := range testkit.Select(p.root, selector) {
		all = append(all, strings.Join(strings.Fields(testkit.TextOf(n)), " "))
	}
	return strings.Join(all, " ")
}

// says demands words on the page.
func (p page) says(words ...string) {
	p.v.t.Helper()
	for _, w := range words {
		if text := p.text("main"); !strings.Contains(text, w) {
			p.v.t.Errorf("%s does not say %q: %s", p.path(), w, text)
		}
	}
}

// silent demands that words are not on the page, nor behind it.
func (p page) silent(words ...string) {
	p.v.t.Helper()
	for _, w := range words {
		if bytes.Contains(p.body, []byte(w)) {
			p.v.t.Errorf("%s says %q", p.path(), w)
		}
	}
}

// link is the first link whose address begins so, or whose text is so.
func (p page) link(prefix string) string {
	p.v.t.Helper()
	for _, n := range testkit.Select(p.root, "a[href]") {
		if href := attr(n, "href"); strings.HasPrefix(href, prefix) && href != prefix || strings.TrimSpace(testkit.TextOf(n)) == prefix {
			return href
		}
	}
	p.v.t.Fatalf("%s has no link %q: %s", p.path(), prefix, p.text("main"))
	return ""
}

// links are the addresses of all links that begin so, each once.
func (p page) links(prefix string) []string {
	var all []string
	for _, n := range testkit.Select(p.root, "main a[href]") {
		if href := attr(n, "href"); strings.HasPrefix(href, prefix) && !slices.Contains(all, href) {
			all = append(all, href)
		}
	}
	return all
}

// offers tells whether the page has a form to this address.
func (p page) offers(action string) bool {
	return slices.ContainsFunc(testkit.Select(p.root, "form"), func(n *html.Node) bool {
		return strings.HasSuffix(attr(n, "action"), action)
	})
}

// form is the first form of the page whose address ends so, as the page
// filled it in.
func (p page) form(action string) *form {
	p.v.t.Helper()
	for _, n := range testkit.Select(p.root, "form") {
		if !strings.HasSuffix(attr(n, "action"), action) {
			continue
		}
		f := &form{page: p, node: n, values: url.Values{}}
		for _, c := range f.controls() {
			f.preset(c)
		}
		return f
	}
	p.v.t.Fatalf("%s offers no form to %q: %d %s", p.path(), action, p.status, p.text("main"))
	return nil
}

// form is a form that is being filled in.
type form struct {
	page   page
	node   *html.Node
	values url.Values
	files  []upload
}

type upload struct {
	field, name string
	data        []byte
}

// controls are the fields and buttons of the form.
func (f *form) controls() []*html.Node {
	var all []*html.Node
	for n := range f.node.Descendants() {
		if n.Type == html.ElementNode && slices.Contains([]string{"input", "select", "textarea", "button"}, n.Data) {
			all = append(all, n)
		}
	}
	return all
}

// preset takes over what the page already says in a field.
func (f *form) preset(n *html.Node) {
	name := attr(n, "name")
	switch kind := attr(n, "type"); {
	case name == "" || n.Data == "button" || kind == "file":
	case n.Data == "select":
		options := testkit.Select(n, "option")
		if len(options) == 0 {
			return
		}
		chosen := options[0]
		if i := slices.IndexFunc(options, func(o *html.Node) bool { return has(o, "selected") }); i >= 0 {
			chosen = options[i]
		}
		f.values.Add(name, attr(chosen, "value"))
	case n.Data == "textarea":
		f.values.Add(name, strings.TrimPrefix(testkit.TextOf(n), "\n"))
	case kind == "checkbox" || kind == "radio":
		if has(n, "checked") {
			f.values.Add(name, attr(n, "value"))
		}
	default:
		f.values.Add(name, attr(n, "value"))
	}
}

// offered are the values that the form lets one choose for a name, by the
// words that stand beside them.
func (f *form) offered(name string) map[string]string {
	values := map[string]string{}
	for _, n := range f.controls() {
		switch {
		case attr(n, "name") != name:
		case n.Data == "select":
			for _, o := range testkit.Select(n, "option") {
				values[strings.TrimSpace(testkit.TextOf(o))] = attr(o, "value")
			}
		default:
			values[attr(n, "value")] = attr(n, "value")
		}
	}
	return values
}

// names are the names of the fields that begin so, in the order of the page.
func (f *form) names(prefix string) []string {
	var all []string
	for _, n := range f.controls() {
		if name := attr(n, "name"); strings.HasPrefix(name, prefix) && !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// fill writes into a field that the page offers.
func (f *form) fill(name, value string) {
	f.page.v.t.Helper()
	if !slices.Contains(f.names(name), name) {
		f.page.v.t.Fatalf("%s offers no field %q", f.page.path(), name)
	}
	f.values.Set(name, value)
}

// pick chooses what is offered, by its words or its value; it adds to what is
// ticked already where the field is of boxes.
func (f *form) pick(name, choice string) {
	f.page.v.t.Helper()
	offered := f.offered(name)
	value, ok := offered[choice]
	for _, v := range offered {
		if v == choice {
			value, ok = v, true
		}
	}
	if !ok {
		f.page.v.t.Fatalf("%s offers no %q for %q but %v", f.page.path(), choice, name, offered)
	}
	for _, n := range f.controls() {
		if attr(n, "name") == name && attr(n, "type") == "checkbox" {
			if !slices.Contains(f.values[name], value) {
				f.values.Add(name, value)
			}
			return
		}
	}
	f.values.Set(name, value)
}

// attach puts a file into a field that the page offers.
func (f *form) attach(name, file string, data []byte) {
	f.page.v.t.Helper()
	if !slices.Contains(f.names(name), name) {
		f.page.v.t.Fatalf("%s offers no field %q", f.page.path(), name)
	}
	f.files = append(f.files, upload{name, file, data})
}

// send presses a button: the first, or the one that is called so ("name=value")
// or leads there (the end of its formaction).
func (f *form) send(which ...string) page {
	f.page.v.t.Helper()
	return f.page.v.page(f.page.v.send(f.request(which...)))
}

// request is what the browser sends when a button is pressed.
func (f *form) request(which ...string) *http.Request {
	f.page.v.t.Helper()
	values, action := url.Values{}, attr(f.node, "action")
	for name, all := range f.values {
		values[name] = slices.Clone(all)
	}
	button := f.button(which...)
	if name := attr(button, "name"); name != "" {
		values.Add(name, attr(button, "value"))
	}
	if to := attr(button, "formaction"); to != "" {
		action = to
	}
	kind, body := "application/x-www-form-urlencoded", []byte(values.Encode())
	if attr(f.node, "enctype") == "multipart/form-data" {
		kind, body = f.multipart(values)
	}
	return f.page.v.request(http.MethodPost, action, kind, body, "text/html")
}

// button is a button that sends the form.
func (f *form) button(which ...string) *html.Node {
	f.page.v.t.Helper()
	for _, n := range f.controls() {
		if n.Data != "button" || attr(n, "type") == "button" {
			continue
		}
		if len(which) == 0 || attr(n, "name")+"="+attr(n, "value") == which[0] || has(n, "formaction") && strings.HasSuffix(attr(n, "formaction"), which[0]) {
			return n
		}
	}
	f.page.v.t.Fatalf("%s has no button %v", f.page.path(), which)
	return nil
}

// multipart writes the form as a browser does where there are files.
func (f *form) multipart(values url.Values) (contentType string, body []byte) {
	f.page.v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, all := range values {
		for _, value := range all {
			must(f.page.v.t, w.WriteField(name, value))
		}
	}
	for _, u := range f.files {
		part, err := w.CreateFormFile(u.field, u.name)
		must(f.page.v.t, err)
		_, err = part.Write(u.data)
		must(f.page.v.t, err)
	}
	must(f.page.v.t, w.Close())
	return w.FormDataContentType(), b.Bytes()
}

// autosave sends the form as the page's script does while one writes.
func (f *form) autosave() answer {
	f.page.v.t.Helper()
	to := attr(f.node, "data-autosave")
	if to == "" {
		f.page.v.t.Fatalf("%s does not save itself", f.page.path())
	}
	return f.page.v.do(http.MethodPost, to, "application/x-www-form-urlencoded", []byte(f.values.Encode()), "application/json")
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
