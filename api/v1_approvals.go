package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// approvalDocument is an agreement from before the start, or a request for one.
type approvalDocument struct {
	ID         string   `json:"id"`
	Learner    string   `json:"learner"`
	Route      string   `json:"route"`
	Title      string   `json:"title"`
	Indicators []string `json:"indicators"`
	Starts     string   `json:"starts" format:"date"`
	State      string   `json:"state" enum:"asked,given,declined"`
	Words      string   `json:"words,omitempty"`
	Asked      string   `json:"asked" format:"date-time"`
	Decided    string   `json:"decided,omitempty" format:"date-time"`
}

type approvalsAnswer struct {
	Body struct {
		Own     []approvalDocument `json:"own"`
		Waiting []approvalDocument `json:"waiting" doc:"at the schools of whoever decides"`
	}
}

type createdApproval struct {
	Body struct {
		ID string `json:"id"`
	}
}

// approvalOperations are the operations on agreements from before the start.
func (s *Server) approvalOperations(a apis) {
	op := func(id, method, path string, status int, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, DefaultStatus: status, Summary: summary, Tags: []string{"evidence"}}
	}
	huma.Register(a.office, op("listApprovals", http.MethodGet, "/v1/approvals", http.StatusOK,
		"One's own agreements and, to those who decide, what waits"), s.v1Approvals)
	huma.Register(a.office, op("askApproval", http.MethodPost, "/v1/approvals", http.StatusCreated,
		"Ask the school to agree, before it starts, to learning outside class"), func(ctx context.Context, in *struct {
		Key  string `header:"Idempotency-Key" maxLength:"200"`
		Body registrar.NewApproval
	},
	) (*createdApproval, error) {
		id, err := s.reg.AskApproval(ctx, actorIn(ctx), onceOf(in.Key, "POST /v1/approvals", in.Body), in.Body)
		if err != nil {
			return nil, s.answer(ctx, err)
		}
		out := &createdApproval{}
		out.Body.ID = string(id)
		return out, nil
	})
	huma.Register(a.office, op("decideApproval", http.MethodPost, "/v1/approvals/{id}/decision", http.StatusNoContent,
		"Answer a learner who asks; it cannot be given after the start"), func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64"`
		Body registrar.ApprovalDecision
	},
	) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.DecideApproval(ctx, actorIn(ctx), competency.ApprovalID(in.ID), in.Body))
	})
}

func (s *Server) v1Approvals(ctx context.Context, _ *struct{}) (*approvalsAnswer, error) {
	own, waiting, err := s.reg.Approvals(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &approvalsAnswer{}
	out.Body.Own, out.Body.Waiting = approvalDocuments(own), approvalDocuments(waiting)
	return out, nil
}

func approvalDocuments(list []registrar.ApprovalLine) []approvalDocument {
	all := []approvalDocument{}
	for _, p := range list {
		d := approvalDocument{
			ID: string(p.ID), Learner: string(p.Learner), Route: p.Route, Title: p.Title, Indicators: []string{},
			Starts: p.Starts, State: string(p.State), Words: p.Words, Asked: instant(p.Asked),
		}
		for _, it := range p.Indicators {
			d.Indicators = append(d.Indicators, it.Code)
		}
		if !p.Decided.IsZero() {
			d.Decided = instant(p.Decided)
		}
		all = append(all, d)
	}
	return all
}
