package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/credentials"
	"laurel/verifier"
	"laurel/verifier/words"
)

// verifyJSON checks one credential or presentation for a program: raw, or in a
// JSON object beside what was asked of its holder. The verdict is in the report;
// a problem means that the check could not be made.
func (s *Server) verifyJSON(c *gin.Context) error {
	if s.gates.crowded(c.Request.ContentLength) {
		return errCrowded
	}
	data, err := readBody(c.Request)
	if err != nil {
		return err
	}
	var ask verifier.Ask
	mediaType := c.GetHeader("Content-Type")
	if !rawTypes[mediaType] {
		mediaType, _, err = mime.ParseMediaType(mediaType)
	}
	switch {
	case err != nil || mediaType == typeJSON:
		data, ask, err = unwrap(data)
	case !rawTypes[mediaType]:
		err = competency.Invalid(competency.Field{Pointer: "", Detail: "Send " + typeVCJWT + ", " + typeVC + ", " + typePNG + ", " + typeSVG + ", " + typePDF + " or " + typeJSON + "."})
	}
	if err != nil {
		return err
	}
	report, err := s.checkWith(c.Request.Context(), data, ask)
	if err != nil {
		return err
	}
	return writeReport(c, words.For("en").Annotate(report, nil))
}

// answers are buffers for reports.
var answers = sync.Pool{New: func() any { return new([]byte) }}

// largestKept is the largest buffer that is kept for another answer, in bytes.
const largestKept = 256 << 10

// writeReport answers 200 with a report, in one piece whose length is told.
func writeReport(c *gin.Context, r verifier.Report) error {
	room, _ := answers.Get().(*[]byte)
	data, err := r.AppendJSON((*room)[:0])
	if err != nil {
		return err
	}
	h := c.Writer.Header()
	h["Content-Type"] = contentJSON
	h["Content-Length"] = []string{strconv.Itoa(len(data))}
	gather(c.Request.Context())
	c.Writer.WriteHeader(http.StatusOK)
	_, _ = c.Writer.Write(data) // a reader who has gone away cannot be told so
	if cap(data) <= largestKept {
		*room = data
		answers.Put(room)
	}
	return nil
}

// contentJSON is shared by all answers; it is never changed.
var contentJSON = []string{"application/json; charset=utf-8"}

// rawTypes are the media types of a document that comes by itself.
var rawTypes = map[string]bool{
	typeVCJWT: true, "application/jwt": true, "application/jose": true, "text/plain": true, "application/octet-stream": true,
	typeVC: true, "application/ld+json": true, "application/vc+ld+json": true,
	typePNG: true, typeSVG: true, typePDF: true,
}

// unwrap takes the credential out of {"credential": …}, as a token in a text or
// as an object, and what the reader asked of its holder; an object that is
// itself a credential is taken as it is, and so is a bare token.
func unwrap(data []byte) ([]byte, verifier.Ask, error) {
	var ask verifier.Ask
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) > 0 && trimmed[0] != '{' && trimmed[0] != '[' && trimmed[0] != '"' {
		return trimmed, ask, nil
	}
	doc, err := credentials.Parse(data)
	if err != nil {
		field := competency.Field{Detail: err.Error()}
		if bad := (*credentials.ParseError)(nil); errors.As(err, &bad) {
			field = competency.Field{Pointer: bad.Pointer, Detail: bad.Detail}
		}
		return nil, ask, competency.Invalid(field)
	}
	wrong := func(pointer, detail string) ([]byte, verifier.Ask, error) {
		return nil, verifier.Ask{}, competency.Invalid(competency.Field{Pointer: pointer, Detail: detail})
	}
	one := doc.Get("credential")
	switch {
	case doc.Kind() != credentials.Object:
		return wrong("", "Send an object with the member credential, or the credential itself.")
	case doc.Get("@context") != nil:
		return data, ask, nil
	case one == nil:
		return wrong("/credential", "This member is needed: the token as a text, or the credential as an object.")
	}
	if pointer, detail := asked(doc, &ask); detail != "" {
		return wrong(pointer, detail)
	}
	if one.Kind() == credentials.String {
		return []byte(one.Text()), ask, nil
	}
	if one.Kind() != credentials.Object {
		return wrong("/credential", "This should be a text or an object.")
	}
	// It was read strictly above: each member is there once.
	var in struct {
		Credential json.RawMessage `json:"credential"`
	}
	err = json.Unmarshal(data, &in)
	return in.Credential, ask, err
}

// asked reads what stands beside the credential: challenge, which tokens call
// nonce, domain, and the name or e-mail address of whom it should be about. It says what is wrong, and where.
func asked(doc *credentials.Node, ask *verifier.Ask) (pointer, detail string) {
	for _, m := range doc.Members() {
		var into *string
		switch m.Name {
		case "credential":
			continue
		case "challenge", "nonce":
			into = &ask.Challenge
		case "domain":
			into = &ask.Domain
		case "name":
			into = &ask.Name
		default:
			return credentials.Pointer("", m.Name), "This member is not known here."
		}
		text := m.Value.Text()
		switch {
		case text == "" || len(text) > maxAsked:
			return "/" + m.Name, "This should be a text of at most 1,000 bytes."
		case *into != "" && *into != text:
			return "/" + m.Name, "Challenge and nonce are two names for one thing, and differ."
		}
		*into = text
	}
	return "", ""
}

// maxAsked is the length of the longest challenge or domain, in bytes.
const maxAsked = 1_000

// verifyOperations writes the check into the API's document. It is answered by
// the route above, which takes raw documents as well as JSON.
func (s *Server) verifyOperations(a apis) {
	report := a.reader.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[verifier.Report](), true, "Report")
	document := &huma.Schema{Type: huma.TypeString, Description: "The signed document as it was received."}
	carrier := &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "A picture or paper that carries the signed document, of at most 4 MB."}
	a.reader.OpenAPI().AddOperation(&huma.Operation{
		OperationID: "verify", Method: http.MethodPost, Path: "/v1/verify", Summary: "Check a credential or a presentation", Tags: []string{"Reader"},
		Description: "Answers 200 with a report for any document, also for a forged, withdrawn or expired one: the verdict is in the report. " +
			"A problem means that the check could not be made.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			typeJSON: {Schema: &huma.Schema{
				Type: huma.TypeObject, Required: []string{"credential"}, AdditionalProperties: false,
				Properties: map[string]*huma.Schema{
					"credential": {Description: "The token as a text, or the credential or presentation as an object."},
					"challenge": {
						Type:        huma.TypeString,
						Description: "What the reader asked its holder to sign, once. A presentation, or a token with key binding, must answer it: otherwise the verdict is not valid.",
					},
					"nonce":  {Type: huma.TypeString, Description: "Another name for challenge."},
					"domain": {Type: huma.TypeString, Description: "Whom the answer is for: the domain of a proof, the audience of a token."},
				},
			}},
			typeVCJWT:        {Schema: document},
			"application/vc": {Schema: document},
			typePNG:          {Schema: carrier},
			typeSVG:          {Schema: carrier},
			typePDF:          {Schema: carrier},
		}},
		Responses: map[string]*huma.Response{
			"200":     {Description: "The report", Content: map[string]*huma.MediaType{typeJSON: {Schema: report}}},
			"default": {Description: "The check could not be made", Content: map[string]*huma.MediaType{"application/problem+json": {}}},
		},
	})
}
