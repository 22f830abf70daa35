package templates

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// english is the language every message has.
const english = "en"

// catalogue holds every word on every page: language, then key. It is merged
// from messages/<lang>.json and the <lang>.json of each page.
type catalogue struct {
	byLang map[string]map[string]message
}

// message is a sentence with places {0}, {1}, …; one is used when the first
// whole number among the arguments is 1.
type message struct{ one, other string }

var place = regexp.MustCompile(`\{(\d)\}`)

// UnmarshalJSON takes "text" or {"one": "text", "other": "text"}.
func (m *message) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		return json.Unmarshal(b, &m.other)
	}
	var forms struct{ One, Other string }
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&forms); err != nil {
		return fmt.Errorf("a message is text or {one, other}: %w", err)
	}
	if forms.One == "" || forms.Other == "" {
		return fmt.Errorf("a plural message needs both forms: %s", b)
	}
	m.one, m.other = forms.One, forms.Other
	return nil
}

// arity is the number of arguments the message takes.
func (m message) arity() int {
	n := 0
	for _, p := range place.FindAllStringSubmatch(m.one+m.other, -1) {
		i, _ := strconv.Atoi(p[1]) // the pattern allows one digit only
		n = max(n, i+1)
	}
	return n
}

func readCatalogue(fsys fs.FS) (*catalogue, error) {
	names, err := fs.Glob(fsys, "*/*.json")
	if err != nil {
		return nil, fmt.Errorf("listing messages: %w", err)
	}
	c := &catalogue{byLang: map[string]map[string]message{english: {}}}
	for _, name := range names {
		lang := strings.TrimSuffix(path.Base(name), ".json")
		if c.byLang[lang] == nil {
			c.byLang[lang] = map[string]message{}
		}
		if err := readMessages(fsys, name, c.byLang[lang]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return c, c.complete()
}

// readMessages adds one file's messages; a key that is already there, in this
// file or another, is an error.
func readMessages(fsys fs.FS, name string, into map[string]message) error {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("reading the opening brace: %w", err)
	}
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return fmt.Errorf("reading a key: %w", err)
		}
		key := fmt.Sprint(tok)
		var m message
		if err := d.Decode(&m); err != nil {
			return fmt.Errorf("message %q: %w", key, err)
		}
		if _, taken := into[key]; taken {
			return fmt.Errorf("message %q is given twice", key)
		}
		into[key] = m
	}
	return nil
}

// complete demands that every language has every key.
func (c *catalogue) complete() error {
	for lang, words := range c.byLang {
		for key := range c.byLang[english] {
			if _, ok := words[key]; !ok {
				return fmt.Errorf("language %q lacks message %q", lang, key)
			}
		}
	}
	return nil
}

func (c *catalogue) languages() []string { return slices.Sorted(maps.Keys(c.byLang)) }

// check demands that each message used exists and takes the arguments given.
func (c *catalogue) check(u uses) error {
	words := c.byLang[english]
	for _, use := range u.messages {
		if strings.HasSuffix(use.key, ".") {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(words)), func(k string) bool { return strings.HasPrefix(k, use.key) }) {
				return fmt.Errorf("no message starts with %q", use.key)
			}
			continue
		}
		m, ok := words[use.key]
		if !ok {
			return fmt.Errorf("no message %q", use.key)
		}
		if use.args >= 0 && use.args != m.arity() {
			return fmt.Errorf("message %q takes %d arguments, is given %d", use.key, m.arity(), use.args)
		}
	}
	return nil
}

// T gives the message in the language, or in English if the language is not
// known. Whole numbers among the arguments choose the plural form and are
// grouped from 10,000 on, so that years stay as they are. An unknown key comes
// back between ⟦ and ⟧, which a test finds and a reader can still report.
func (s *Set) T(lang, key string, args ...any) string { return s.words.text(lang, key, args...) }

func (c *catalogue) text(lang, key string, args ...any) string {
	words, ok := c.byLang[lang]
	if !ok {
		words = c.byLang[english]
	}
	m, ok := words[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	form := m.other
	if n, counted := firstCount(args); counted && n == 1 && m.one != "" {
		form = m.one
	}
	return place.ReplaceAllStringFunc(form, func(p string) string {
		i := int(p[1] - '0')
		if i >= len(args) {
			return p
		}
		if n, ok := count(args[i]); ok {
			return grouped(n)
		}
		return fmt.Sprint(args[i])
	})
}

func firstCount(args []any) (int64, bool) {
	for _, a := range args {
		if n, ok := count(a); ok {
			return n, true
		}
	}
	return 0, false
}

func count(a any) (int64, bool) {
	switch n := a.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

// grouped writes 12345 as 12,345 and 2026 as 2026.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n > -10_000 && n < 10_000 {
		return s
	}
	sign := ""
	if n < 0 {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
