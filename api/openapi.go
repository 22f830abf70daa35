package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/credentials"
)

// apis are the JSON API's two doors onto one OpenAPI 3.1 document: the
// reader's, without sessions, and the office's.
type apis struct{ reader, office huma.API }

// huma keeps these two for the whole process. Members are told apart by case:
// encoding/json would take "Title" for "title", and let a body say two things
// (security rule 1). Errors are our problems.
func init() {
	huma.ValidateStrictCasing = true
	huma.NewError = operationProblem
}

// openAPI makes the JSON API's document, served at /openapi.json.
func (s *Server) openAPI(reader, office *gin.Engine) apis {
	cfg := huma.DefaultConfig("Laurel", "1")
	cfg.DocsPath = ""
	cfg.SchemasPath = ""
	cfg.OpenAPIPath = ""
	cfg.CreateHooks = nil
	cfg.Transformers = []huma.Transformer{s.absolute}
	cfg.Info.Description = "Record competency evidence, decide by policy, issue signed credentials, verify them. " +
		"Errors are RFC 9457 problems. Requests that create something take an Idempotency-Key."
	cfg.Servers = []*huma.Server{{URL: s.PublicURL}}
	strict := huma.Format{
		Marshal:   func(w io.Writer, v any) error { return json.NewEncoder(w).Encode(v) },
		Unmarshal: func(data []byte, v any) error { return strictUnmarshal(data, v) },
	}
	cfg.Formats = map[string]huma.Format{"application/json": strict, "json": strict}
	a := apis{reader: humagin.New(reader, cfg), office: humagin.New(office, cfg)}
	a.office.UseMiddleware(s.authenticate)
	reader.GET("/openapi.json", func(c *gin.Context) {
		c.Header("Cache-Control", "public, max-age=300")
		c.JSON(http.StatusOK, cfg.OpenAPI)
	})
	s.reader = append(s.reader, "/openapi.json")
	return a
}

type ginKey struct{}

// authenticate puts the actor where operations find them and refuses nobody.
func (s *Server) authenticate(ctx huma.Context, next func(huma.Context)) {
	c := humagin.Unwrap(ctx)
	who, err := s.actorOf(c)
	if err == nil && who.Person == "" {
		err = &competency.Error{Kind: competency.ErrUnauthenticated, Detail: "Please sign in first."}
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Set(actorKey, who)
	next(huma.WithValue(ctx, ginKey{}, c))
}

// actorIn answers who asks, for operations of the office's API.
func actorIn(ctx context.Context) competency.Actor {
	c, _ := ctx.Value(ginKey{}).(*gin.Context)
	if c == nil {
		return competency.Actor{}
	}
	return actor(c)
}

// strictUnmarshal refuses what the document rules refuse: duplicate members,
// broken UTF-8, a second value (security rule 1).
func strictUnmarshal(data []byte, v any) error {
	if err := credentials.CheckJSON(data, maxBody); err != nil {
		return err
	}
	err := json.Unmarshal(data, v)
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("the %s at %q does not fit", strings.Fields(wrong.Value)[0], wrong.Field)
	}
	return err
}

// absolute puts this server's address before the type of a problem that huma
// had made.
func (s *Server) absolute(_ huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*problem)
	if !ok || !strings.HasPrefix(p.Type, "/") {
		return v, nil
	}
	here := *p
	here.Type = s.PublicURL + p.Type
	return &here, nil
}

// operationProblem renders huma's own findings as our problems, with the fields
// named and without echoing the input. Its type is a path, see absolute.
func operationProblem(status int, msg string, errs ...error) huma.StatusError {
	p := &problem{Status: status, Type: "about:blank", Title: http.StatusText(status), Detail: msg}
	for _, k := range kinds {
		if k.status == status || status == http.StatusBadRequest && errors.Is(k.kind, competency.ErrInvalid) {
			p.Type, p.Title = "/problems/"+k.name, k.title
			break
		}
	}
	for _, err := range errs {
		d := (*huma.ErrorDetail)(nil)
		switch {
		case errors.As(err, &d) && status == http.StatusBadRequest:
			p.Errors = append(p.Errors, unreadable(d))
		case errors.As(err, &d):
			pointer := strings.NewReplacer("body", "", ".", "/", "[", "/", "]", "").Replace(d.Location)
			p.Errors = append(p.Errors, problemField{Pointer: pointer, Detail: d.Message})
		case err != nil:
			p.Errors = append(p.Errors, problemField{Detail: err.Error()})
		}
	}
	return p
}

// unreadable says where a body is not the JSON that is taken, from the body that
// huma keeps beside its message and without showing any of it.
func unreadable(d *huma.ErrorDetail) problemField {
	body, _ := d.Value.(string)
	bad := (*credentials.ParseError)(nil)
	if errors.As(credentials.CheckJSON([]byte(body), maxBody), &bad) {
		return problemField{Pointer: bad.Pointer, Detail: bad.Detail}
	}
	return problemField{Detail: d.Message}
}

// answer turns an error of the office into the problem that an operation returns.
func (s *Server) answer(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	return s.toProblem(ctx, err)
}

// operations registers every operation of the JSON API, desk by desk.
func (s *Server) operations(a apis) {
	s.verifyOperations(a)
	s.learningOperations(a)
	s.evidenceLifeOperations(a)
	s.reviewTaskOperations(a)
	s.approvalOperations(a)
	s.outsideOperations(a)
	s.frameworkOperations(a)
	s.workbenchOperations(a)
	s.graduationOperations(a)
	s.policyOperations(a)
	s.exceptionOperations(a)
	s.courseOperations(a)
	s.issuingOperations(a)
	s.profileOperations(a)
}
