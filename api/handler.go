package api

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/form/v4"

	"laurel/competency"
	"laurel/credentials"
	"laurel/internal/registrar"
	"laurel/templates"
)

// access says who may come to a route at all; what they may do there, the
// office decides.
type access int

const (
	readers  access = iota // anyone, without a session: the verify path and public documents
	anyone                 // anyone; a session is looked at if there is one
	signedIn               // a person who has signed in
)

// route is one line of the table.
type route struct {
	method string
	path   string
	who    access
	do     func(*Server, *gin.Context) error
	body   int64 // the largest body in bytes, 0 for maxBody
}

// adapt runs a handler with the actor in place and renders its error.
func (s *Server) adapt(rt route) gin.HandlerFunc {
	return func(c *gin.Context) {
		if rt.who != readers {
			who, err := s.actorOf(c)
			if err == nil && rt.who == signedIn && who.Person == "" {
				err = &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "Please sign in first."}
			}
			if err != nil {
				s.fail(c, err)
				return
			}
			c.Set(actorKey, who)
		}
		if err := rt.do(s, c); err != nil {
			s.fail(c, err)
		}
	}
}

// validator is a request that can say what is wrong with its shape.
type validator interface{ Validate() []competency.Field }

// decode reads a form or a JSON body into the same struct, by its json tags:
// one strict JSON value, or a form. What is wrong is an ErrInvalid with fields.
func decode(c *gin.Context, into any) error {
	var err error
	if strings.HasPrefix(c.GetHeader("Content-Type"), "application/json") {
		err = decodeJSON(c.Request, into)
	} else {
		err = decodeForm(c, into)
	}
	if err != nil {
		return err
	}
	if v, ok := into.(validator); ok {
		if bad := v.Validate(); len(bad) > 0 {
			return competency.Invalid(bad...)
		}
	}
	return nil
}

// decodeJSON reads one JSON value strictly: no duplicate members, no unknown
// members, nothing behind it (security rule 1).
func decodeJSON(r *http.Request, into any) error {
	data, err := readBody(r)
	if err != nil {
		return err
	}
	tree, err := credentials.Parse(data)
	if err != nil {
		return competency.Invalid(competency.Field{Pointer: "", Detail: err.Error()})
	}
	if name, twice := twin(tree); twice {
		return competency.Invalid(competency.Field{Pointer: "/" + name, Detail: "This member stands here twice, in different letters."})
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		if t := (*json.UnmarshalTypeError)(nil); errors.As(err, &t) {
			return competency.Invalid(competency.Field{Pointer: "/" + strings.ReplaceAll(t.Field, ".", "/"), Detail: "This should be a " + t.Type.String() + "."})
		}
		return competency.Invalid(competency.Field{Pointer: "", Detail: strings.TrimPrefix(err.Error(), "json: ")})
	}
	return nil
}

// twin finds two members of one object that differ in case alone: the decoder
// would take them for one (security rule 1).
func twin(n *credentials.Node) (name string, found bool) {
	seen := map[string]bool{}
	for _, m := range n.Members() {
		folded := strings.ToLower(m.Name)
		if seen[folded] {
			return m.Name, true
		}
		seen[folded] = true
		if name, found = twin(m.Value); found {
			return name, true
		}
	}
	for _, item := range n.Items() {
		if name, found = twin(item); found {
			return name, true
		}
	}
	return "", false
}

// readBody reads the body of a request. One that breaks off is its sender's
// fault, not ours.
func readBody(r *http.Request) ([]byte, error) {
	// What the sender announces is believed up to a usual size; beyond it, room is made for what has come.
	data := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0), usualBody)+bytes.MinRead))
	_, err := data.ReadFrom(r.Body)
	if too := (*http.MaxBytesError)(nil); err != nil && !errors.As(err, &too) && !errors.Is(err, errCrowded) {
		return nil, competency.Invalid(competency.Field{Pointer: "", Detail: "The body broke off before it was whole."})
	}
	return data.Bytes(), err
}

// usualBody is more than most bodies hold, in bytes.
const usualBody = 64 << 10

var forms = func() *form.Decoder {
	d := form.NewDecoder()
	d.SetTagName("json")
	return d
}()

func decodeForm(c *gin.Context, into any) error {
	var err error
	if strings.HasPrefix(c.GetHeader("Content-Type"), "multipart/form-data") {
		err = c.Request.ParseMultipartForm(4 << 20)
	} else {
		err = c.Request.ParseForm()
	}
	if err != nil {
		if too := (*http.MaxBytesError)(nil); errors.As(err, &too) {
			return err
		}
		return competency.Invalid(competency.Field{Pointer: "", Detail: "This form could not be read."})
	}
	if err := forms.Decode(into, c.Request.PostForm); err != nil {
		if all := form.DecodeErrors(nil); errors.As(err, &all) {
			var bad []competency.Field
			for name := range all {
				bad = append(bad, competency.Field{Pointer: "/" + name, Detail: "This value could not be read."})
			}
			return competency.Invalid(bad...)
		}
		return err
	}
	return nil
}

// once reads the idempotency key of a request: a header, or a hidden field of a form.
func once(c *gin.Context, in any) registrar.Once {
	key := c.GetHeader("Idempotency-Key")
	if key == "" {
		key = c.PostForm("idempotency_key")
	}
	if len(key) > 200 {
		key = key[:200]
	}
	data, _ := json.Marshal(in) // request structs always encode
	sum := sha256.Sum256(data)
	return registrar.Once{Key: key, Route: c.Request.Method + " " + c.FullPath(), Hash: sum[:]}
}

// newKey makes the idempotency key of a form.
func newKey() string { return rand.Text() }

// problems answers what an ErrInvalid found wrong, for a page to show beside
// its fields (Base.Problems); ok is false for any other error.
func problems(err error) (_ templates.Problems, ok bool) {
	e := (*competency.Error)(nil)
	if !errors.As(err, &e) || !errors.Is(err, competency.ErrInvalid) {
		return nil, false
	}
	var list templates.Problems
	for _, f := range e.Fields {
		list = append(list, templates.Problem{Field: fieldName(f.Pointer), Text: f.Detail})
	}
	if len(list) == 0 {
		list = templates.Problems{{Text: e.Detail}}
	}
	return list, true
}

// render writes a page.
func (s *Server) render(c *gin.Context, status int, page string, view templates.View) error {
	var b bytes.Buffer
	if err := s.pages.Render(&b, page, view); err != nil {
		return err
	}
	c.Data(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// see sends the browser to a page after a form was done.
func (s *Server) see(c *gin.Context, path string) error {
	c.Redirect(http.StatusSeeOther, path)
	return nil
}

// base fills what every page of the office shows around its own content.
func (s *Server) base(c *gin.Context, title string) templates.Base {
	b := templates.Base{Title: title, Lang: "en", Path: c.Request.URL.Path}
	if f, ok := s.sessions.Pop(c.Request.Context(), flashKey).(templates.Flash); ok {
		b.Flash = &f
	}
	who := actor(c)
	if who.Person == "" {
		return b
	}
	b.User = s.user(c, who)
	if len(who.Schools) > 0 {
		b.Account = string(who.Person)
	}
	b.Nav = s.nav(who, c.Request.URL.Path)
	return b
}
