package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
)

// evidenceDocument is evidence as programs read it.
type evidenceDocument struct {
	ID         string           `json:"id"`
	Owner      string           `json:"owner"`
	Title      string           `json:"title"`
	Body       string           `json:"body"`
	Reflection string           `json:"reflection"`
	Route      string           `json:"route"`
	Context    string           `json:"context"`
	Provider   string           `json:"provider"`
	Links      []string         `json:"links"`
	Indicators []string         `json:"indicators"`
	State      string           `json:"state"`
	Version    int              `json:"version"`
	Scores     []resultDocument `json:"scores"`
	Files      []fileDocument   `json:"files"`
	evidenceLifeDocument
}

// resultDocument is a standing judgment of one indicator.
type resultDocument struct {
	Indicator string `json:"indicator"`
	Level     int    `json:"level"`
	Label     string `json:"label"`
	Feedback  string `json:"feedback"`
	At        string `json:"at" format:"date-time"`
}

// fileDocument is an uploaded file.
type fileDocument struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
}

type evidenceAnswer struct{ Body evidenceDocument }

type evidenceID struct {
	ID string `path:"id" maxLength:"64"`
}

// createdEvidence answers where new evidence stands.
type createdEvidence struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

// learningOperations are the learning desk's part of the JSON API.
func (s *Server) learningOperations(a apis) {
	huma.Register(a.office, huma.Operation{
		OperationID: "addEvidence", Method: http.MethodPost, Path: "/v1/evidence", DefaultStatus: http.StatusCreated,
		Summary: "Add a piece of one's own evidence, as a draft or handed in at once", Tags: []string{"evidence"},
	}, s.v1AddEvidence)
	huma.Register(a.office, huma.Operation{
		OperationID: "readEvidence", Method: http.MethodGet, Path: "/v1/evidence/{id}",
		Summary: "Read a piece of evidence with its judgments", Tags: []string{"evidence"},
	}, func(ctx context.Context, in *evidenceID) (*evidenceAnswer, error) { return s.v1Evidence(ctx, in.ID) })
	huma.Register(a.office, huma.Operation{
		OperationID: "submitEvidence", Method: http.MethodPost, Path: "/v1/evidence/{id}/submit",
		Summary: "Hand a draft in", Tags: []string{"evidence"},
	}, func(ctx context.Context, in *evidenceID) (*evidenceAnswer, error) {
		if err := s.reg.SubmitEvidence(ctx, actorIn(ctx), competency.EvidenceID(in.ID)); err != nil {
			return nil, s.answer(ctx, err)
		}
		return s.v1Evidence(ctx, in.ID)
	})
	huma.Register(a.office, huma.Operation{
		OperationID: "scoreEvidence", Method: http.MethodPost, Path: "/v1/evidence/{id}/scores",
		Summary: "Judge a piece of evidence; levels are proposed anew", Tags: []string{"evidence"},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64"`
		Body registrar.EvidenceScores
	},
	) (*evidenceAnswer, error) {
		if _, err := s.reg.Score(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body); err != nil {
			return nil, s.answer(ctx, err)
		}
		return s.v1Evidence(ctx, in.ID)
	})
	huma.Register(a.office, huma.Operation{
		OperationID: "confirmLevel", Method: http.MethodPost, Path: "/v1/determinations/{id}/confirm", DefaultStatus: http.StatusNoContent,
		Summary: "Confirm a proposed level: it counts from now on", Tags: []string{"evidence"},
	}, func(ctx context.Context, in *evidenceID) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.Confirm(ctx, actorIn(ctx), []competency.DeterminationID{competency.DeterminationID(in.ID)}))
	})
	huma.Register(a.office, huma.Operation{
		OperationID: "readRequirements", Method: http.MethodGet, Path: "/v1/learners/{id}/requirements",
		Summary: "How a learner stands by the policy of their cohort, computed now", Tags: []string{"learners"},
	}, s.v1Requirements)
}

func (s *Server) v1AddEvidence(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body registrar.EvidenceInput
},
) (*createdEvidence, error) {
	id, err := s.reg.AddEvidence(ctx, actorIn(ctx), onceOf(in.Key, "POST /v1/evidence", in.Body), in.Body, nil)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &createdEvidence{Location: "/v1/evidence/" + string(id)}
	out.Body.ID = string(id)
	return out, nil
}

func (s *Server) v1Evidence(ctx context.Context, id string) (*evidenceAnswer, error) {
	v, err := s.reg.Evidence(ctx, actorIn(ctx), competency.EvidenceID(id))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	d := evidenceDocument{
		evidenceLifeDocument: s.evidenceLife(v),

		ID: string(v.ID), Owner: string(v.Owner), Title: v.Title, Body: v.Body, Reflection: v.Reflection, Route: v.Route,
		Context: v.Context, Provider: v.Provider, Links: v.Links, State: string(v.State), Version: v.Version,
		Indicators: []string{}, Scores: []resultDocument{}, Files: []fileDocument{},
	}
	for _, it := range v.Indicators {
		d.Indicators = append(d.Indicators, it.Code)
	}
	for _, r := range v.Results {
		d.Scores = append(d.Scores, resultDocument{r.Code, r.Level, r.Label, r.Feedback, r.At.UTC().Format(time.RFC3339)})
	}
	for _, f := range v.Files {
		d.Files = append(d.Files, fileDocument{string(f.ID), f.Name, f.MediaType, f.Size})
	}
	return &evidenceAnswer{d}, nil
}

// requirementsAnswer is the audit of a learner, with what can be done next.
type requirementsAnswer struct {
	Body struct {
		Learner string        `json:"learner"`
		Policy  string        `json:"policy,omitempty"`
		Audit   *policy.Audit `json:"audit,omitempty"`
		Routes  []string      `json:"routes"`
	}
}

func (s *Server) v1Requirements(ctx context.Context, in *evidenceID) (*requirementsAnswer, error) {
	p, err := s.reg.Requirements(ctx, actorIn(ctx), competency.PersonID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &requirementsAnswer{}
	out.Body.Learner, out.Body.Routes = string(p.Learner), p.Rules.Routes
	if p.Policy != nil {
		out.Body.Policy, out.Body.Audit = string(p.Policy.ID), &p.Audit
	}
	return out, nil
}
