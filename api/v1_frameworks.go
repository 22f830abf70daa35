package api

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/competency/frameworkfile"
	"laurel/internal/registrar"
)

// frameworkRecord is a version of a framework as programs read it.
type frameworkRecord struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Version   int    `json:"version"`
	Reference bool   `json:"reference" doc:"no work is judged by it"`
	Published string `json:"published" format:"date-time"`
	Source    string `json:"source,omitempty" doc:"the address by which it goes elsewhere"`
}

// readingRecord is what importing a file would change.
type readingRecord struct {
	Name     string                `json:"name"`
	Follows  string                `json:"follows,omitempty" doc:"the version before"`
	Added    []string              `json:"added" doc:"codes"`
	Changed  []string              `json:"changed" doc:"codes"`
	Retired  []string              `json:"retired" doc:"codes"`
	Restored []string              `json:"restored" doc:"codes"`
	Same     int                   `json:"same"`
	Types    []competency.FileType `json:"types" doc:"the file's words for items; those not sure need a kind"`
	Notes    []string              `json:"notes"`
}

// frameworkFileIn is a file with what it is to become.
type frameworkFileIn struct {
	Key       string `header:"Idempotency-Key" maxLength:"200"`
	Name      string `query:"name" maxLength:"200" doc:"may be left out where the file has one"`
	Reference bool   `query:"reference" doc:"no work is judged by it"`
	Kinds     string `query:"kinds" maxLength:"4000" doc:"JSON object: the file's words for items to our kinds"`
	RawBody   []byte `contentType:"application/octet-stream"`
}

// read answers what the file is to become.
func (in *frameworkFileIn) read() (registrar.FrameworkIn, error) {
	out := registrar.FrameworkIn{Name: in.Name, Reference: in.Reference}
	if in.Kinds == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(in.Kinds), &out.Kinds); err != nil {
		return out, competency.Invalid(competency.Field{Pointer: "/kinds", Detail: "Give a JSON object of words and kinds."})
	}
	return out, nil
}

// frameworkOperations are the frameworks' part of the JSON API.
func (s *Server) frameworkOperations(a apis) {
	tags := []string{"frameworks"}
	huma.Register(a.office, huma.Operation{
		OperationID: "list-frameworks", Method: http.MethodGet, Path: "/v1/frameworks", Tags: tags,
		Summary: "Every version of the frameworks, the newest first",
	}, s.v1Frameworks)
	huma.Register(a.office, huma.Operation{
		OperationID: "read-framework-file", Method: http.MethodPost, Path: "/v1/frameworks/readings", Tags: tags, MaxBodyBytes: frameworkfile.MaxCaseBytes,
		Summary: "Read a table or a CASE package and say what importing it would change; nothing is kept",
	}, s.v1ReadFramework)
	huma.Register(a.office, huma.Operation{
		OperationID: "import-framework", Method: http.MethodPost, Path: "/v1/frameworks", Tags: tags, DefaultStatus: http.StatusCreated,
		MaxBodyBytes: frameworkfile.MaxCaseBytes,
		Summary:      "Publish a framework from a table or a CASE package, all or nothing",
	}, s.v1ImportFramework)
	huma.Register(a.office, huma.Operation{
		OperationID: "export-framework", Method: http.MethodGet, Path: "/v1/frameworks/{id}/case", Tags: tags,
		Summary: "A framework as a CASE 1.1 package",
	}, s.v1ExportFramework)
}

func (s *Server) v1Frameworks(ctx context.Context, _ *struct{}) (*struct{ Body []frameworkRecord }, error) {
	all, err := s.reg.Frameworks(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &struct{ Body []frameworkRecord }{Body: make([]frameworkRecord, len(all))}
	for i, f := range all {
		out.Body[i] = frameworkRecord{string(f.ID), f.Name, f.Version, f.Reference, f.Created.UTC().Format(time.RFC3339), f.Source}
	}
	return out, nil
}

func (s *Server) v1ReadFramework(ctx context.Context, in *frameworkFileIn) (*struct{ Body readingRecord }, error) {
	to, err := in.read()
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	r, err := s.reg.ReadFramework(ctx, actorIn(ctx), to, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	codes := func(rows []competency.FrameworkRow) []string {
		all := make([]string, len(rows))
		for i, row := range rows {
			all[i] = row.Code
		}
		return all
	}
	out := readingRecord{
		Name: r.Name, Follows: string(r.Follows.ID), Added: codes(r.Changes.Added), Retired: codes(r.Changes.Retired),
		Restored: codes(r.Changes.Restored), Same: r.Changes.Same, Types: r.Types, Notes: r.Notes, Changed: []string{},
	}
	for _, ch := range r.Changes.Changed {
		out.Changed = append(out.Changed, ch.After.Code)
	}
	if out.Types == nil {
		out.Types = []competency.FileType{}
	}
	if out.Notes == nil {
		out.Notes = []string{}
	}
	return &struct{ Body readingRecord }{out}, nil
}

// createdFramework answers where a new version stands.
type createdFramework struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

func (s *Server) v1ImportFramework(ctx context.Context, in *frameworkFileIn) (*createdFramework, error) {
	to, err := in.read()
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	once := onceOf(in.Key, "POST /v1/frameworks", struct {
		To   registrar.FrameworkIn
		File []byte
	}{to, in.RawBody})
	id, err := s.reg.ImportFrameworkFile(ctx, actorIn(ctx), once, to, bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &createdFramework{Location: s.PublicURL + "/frameworks/" + string(id)}
	out.Body.ID = string(id)
	return out, nil
}

// caseAnswer is a package, byte for byte.
type caseAnswer struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (s *Server) v1ExportFramework(ctx context.Context, in *struct {
	ID string `path:"id" maxLength:"64"`
},
) (*caseAnswer, error) {
	p, err := s.reg.Package(ctx, competency.FrameworkID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	data, err := frameworkfile.WriteCase(p)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &caseAnswer{"application/json", data}, nil
}
