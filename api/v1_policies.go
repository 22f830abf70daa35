package api

import (
	"context"
	"maps"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
)

// operation is one operation of the JSON API by its parts.
func operation(tag, id, method, path string, status int, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, DefaultStatus: status, Summary: summary, Tags: []string{tag}}
}

// createdID answers the id of what was made.
type createdID struct {
	Body struct {
		ID string `json:"id"`
	}
}

func created(id string) *createdID {
	out := &createdID{}
	out.Body.ID = id
	return out
}

// draftDocument is a draft of a policy as programs read it.
type draftDocument struct {
	ID       string        `json:"id"`
	Title    string        `json:"title"`
	State    string        `json:"state" enum:"draft,proposed,adopted,dropped"`
	Revision int           `json:"revision" doc:"send it with the next text"`
	Text     string        `json:"text" doc:"YAML or JSON, as it was typed"`
	Hash     string        `json:"hash,omitempty" doc:"of the document that was proposed"`
	Saved    string        `json:"saved" format:"date-time"`
	Clean    bool          `json:"clean" doc:"nothing forbids adoption"`
	Problems []lintProblem `json:"problems" doc:"mistakes and warnings in the order of the lines"`
}

// lintProblem is one thing that is wrong with a policy, or to be weighed.
type lintProblem struct {
	Path     string          `json:"path" doc:"RFC 6901 pointer into the document"`
	Detail   string          `json:"detail"`
	Severity policy.Severity `json:"severity" enum:"error,warning"`
	Line     int             `json:"line,omitempty" doc:"in the text, from 1"`
	Column   int             `json:"column,omitempty"`
}

type draftAnswer struct{ Body draftDocument }

type draftsAnswer struct {
	Body struct {
		Drafts []draftLine `json:"drafts"`
	}
}

// draftLine is a draft in a list.
type draftLine struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	State string `json:"state" enum:"draft,proposed,adopted,dropped"`
	Saved string `json:"saved" format:"date-time"`
}

// lintAnswer is what the linter says of a text.
type lintAnswer struct {
	Body struct {
		Clean    bool          `json:"clean" doc:"nothing forbids adoption"`
		Hash     string        `json:"hash,omitempty" doc:"of the document; set where it can be read"`
		Problems []lintProblem `json:"problems"`
	}
}

// trialDocument is a pass over learners by a draft.
type trialDocument struct {
	ID      string              `json:"id"`
	State   string              `json:"state" enum:"running,done"`
	Done    int                 `json:"done"`
	Total   int                 `json:"total"`
	AsOf    string              `json:"as_of" format:"date"`
	Changed int                 `json:"changed" doc:"learners whose answer would be another one"`
	Counts  map[string]int      `json:"counts" doc:"how many go from what to what: not_met>met"`
	Changes []trialLineDocument `json:"changes" doc:"the first of them"`
}

type trialLineDocument struct {
	Learner string                  `json:"learner"`
	Was     string                  `json:"was"`
	Becomes string                  `json:"becomes"`
	Because []competency.TrialCause `json:"because"`
}

type trialAnswer struct{ Body trialDocument }

// policyOperations are the operations on policies that are being written.
func (s *Server) policyOperations(a apis) {
	op := func(id, method, path string, status int, summary string) huma.Operation {
		return operation("policies", id, method, path, status, summary)
	}
	huma.Register(a.office, op("lintPolicy", http.MethodPost, "/v1/policies/lint", http.StatusOK, "What is wrong with the text of a policy, by line and path; nothing is kept"), s.v1Lint)
	huma.Register(a.office, op("listPolicyDrafts", http.MethodGet, "/v1/policy-drafts", http.StatusOK, "Drafts that are open or proposed"), s.v1Drafts)
	huma.Register(a.office, op("beginPolicyDraft", http.MethodPost, "/v1/policy-drafts", http.StatusCreated, "Begin a draft from a pack, or as the next version of a policy"), s.v1BeginDraft)
	huma.Register(a.office, op("readPolicyDraft", http.MethodGet, "/v1/policy-drafts/{id}", http.StatusOK, "A draft with what the linter says of it"),
		func(ctx context.Context, in *evidenceID) (*draftAnswer, error) { return s.v1Draft(ctx, in.ID) })
	huma.Register(a.office, op("savePolicyDraft", http.MethodPut, "/v1/policy-drafts/{id}", http.StatusOK, "Keep a text, right or wrong; of the revision that was read"), s.v1SaveDraftText)
	huma.Register(a.office, op("dropPolicyDraft", http.MethodDelete, "/v1/policy-drafts/{id}", http.StatusNoContent, "Close a draft that nobody wants"),
		func(ctx context.Context, in *evidenceID) (*struct{}, error) {
			return nil, s.answer(ctx, s.reg.DropPolicyDraft(ctx, actorIn(ctx), competency.PolicyDraftID(in.ID)))
		})
	huma.Register(a.office, op("tryPolicyDraft", http.MethodPost, "/v1/policy-drafts/{id}/trials", http.StatusCreated, "Begin to try a draft on learners: who would change?"), s.v1TryDraft)
	huma.Register(a.office, op("readPolicyTrial", http.MethodGet, "/v1/policy-trials/{id}", http.StatusOK, "How far a trial has come, and who would change"), s.v1Trial)
}

func (s *Server) v1Lint(ctx context.Context, in *struct {
	Body struct {
		Text string `json:"text"`
	}
},
) (*lintAnswer, error) {
	check, err := s.reg.CheckPolicy(ctx, actorIn(ctx), in.Body.Text)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &lintAnswer{}
	out.Body.Clean, out.Body.Hash, out.Body.Problems = check.Clean(), check.Policy.Hash(), linted(check)
	return out, nil
}

// linted are the problems of a check; none is an empty list.
func linted(check registrar.PolicyCheck) []lintProblem {
	all := make([]lintProblem, len(check.Problems))
	for i, p := range check.Problems {
		all[i] = lintProblem(p)
	}
	return all
}

func (s *Server) v1Drafts(ctx context.Context, _ *struct{}) (*draftsAnswer, error) {
	all, err := s.reg.PolicyDrafts(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &draftsAnswer{}
	out.Body.Drafts = []draftLine{}
	for _, d := range all {
		out.Body.Drafts = append(out.Body.Drafts, draftLine{string(d.ID), d.Title, string(d.State), instant(d.Saved)})
	}
	return out, nil
}

func (s *Server) v1BeginDraft(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body registrar.NewPolicyDraft
},
) (*createdID, error) {
	id, err := s.reg.BeginPolicyDraft(ctx, actorIn(ctx), onceOf(in.Key, "POST /v1/policy-drafts", in.Body), in.Body)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return created(string(id)), nil
}

func (s *Server) v1Draft(ctx context.Context, id string) (*draftAnswer, error) {
	v, err := s.reg.PolicyDraft(ctx, actorIn(ctx), competency.PolicyDraftID(id))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &draftAnswer{draftDocument{
		ID: id, Title: v.Title, State: string(v.State), Revision: v.Revision, Text: v.Text, Hash: v.Hash, Saved: instant(v.Saved),
		Clean: v.Check.Clean(), Problems: linted(v.Check),
	}}, nil
}

func (s *Server) v1SaveDraftText(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Body registrar.PolicyDraftText
},
) (*draftAnswer, error) {
	if _, err := s.reg.SavePolicyDraft(ctx, actorIn(ctx), competency.PolicyDraftID(in.ID), in.Body); err != nil {
		return nil, s.answer(ctx, err)
	}
	return s.v1Draft(ctx, in.ID)
}

func (s *Server) v1TryDraft(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body struct {
		Year int `json:"year" required:"false" doc:"the class to try it on; 0 is everyone enrolled"`
	}
},
) (*createdID, error) {
	once := onceOf(in.Key, "POST /v1/policy-drafts/"+in.ID+"/trials", in.Body)
	id, err := s.reg.StartTrial(ctx, actorIn(ctx), once, competency.PolicyDraftID(in.ID), in.Body.Year)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return created(string(id)), nil
}

func (s *Server) v1Trial(ctx context.Context, in *evidenceID) (*trialAnswer, error) {
	v, err := s.reg.Trial(ctx, actorIn(ctx), competency.PolicyTrialID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	p := registrar.TrialOf(v.PolicyTrial)
	out := &trialAnswer{trialDocument{
		ID: in.ID, State: p.State, Done: p.Done, Total: p.Total, AsOf: v.AsOf, Changed: v.Changed, Counts: map[string]int{}, Changes: []trialLineDocument{},
	}}
	maps.Copy(out.Body.Counts, v.Counts)
	for _, c := range v.Changes {
		out.Body.Changes = append(out.Body.Changes, trialLineDocument{string(c.Learner), c.Was, c.Becomes, append([]competency.TrialCause{}, c.Because...)})
	}
	return out, nil
}
