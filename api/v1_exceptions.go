package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// exceptionDocument is a request that a requirement be waived. The reason is for
// the office alone, on its pages.
type exceptionDocument struct {
	ID          string `json:"id"`
	Learner     string `json:"learner"`
	Requirement string `json:"requirement"`
	Title       string `json:"title"`
	Kind        string `json:"kind"`
	Cite        string `json:"cite"`
	Expires     string `json:"expires,omitempty" format:"date"`
	State       string `json:"state"`
	Proposed    string `json:"proposed" format:"date-time"`
	Mine        bool   `json:"mine" doc:"it waits for whoever asks"`
}

type exceptionsAnswer struct {
	Body struct {
		Exceptions []exceptionDocument `json:"exceptions"`
	}
}

type exceptionAnswer struct{ Body exceptionDocument }

// whyBody says why something is refused or ended.
type whyBody struct {
	Why string `json:"why"`
}

// exceptionOperations are the operations on exceptions.
func (s *Server) exceptionOperations(a apis) {
	op := func(id, method, path string, status int, summary string) huma.Operation {
		return operation("exceptions", id, method, path, status, summary)
	}
	huma.Register(a.office, op("listExceptions", http.MethodGet, "/v1/exceptions", http.StatusOK, "What waits and what was answered at the schools of whoever asks"), s.v1Exceptions)
	huma.Register(a.office, op("readException", http.MethodGet, "/v1/exceptions/{id}", http.StatusOK, "One request"),
		func(ctx context.Context, in *evidenceID) (*exceptionAnswer, error) {
			return s.v1Exception(ctx, in.ID, nil)
		})
	huma.Register(a.office, op("proposeException", http.MethodPost, "/v1/learners/{id}/exceptions", http.StatusCreated, "Ask that a requirement be waived for a learner"), s.v1ProposeException)
	huma.Register(a.office, op("approveException", http.MethodPost, "/v1/exceptions/{id}/approval", http.StatusOK, "Approve it; two people do, as the policy names them"),
		func(ctx context.Context, in *evidenceID) (*exceptionAnswer, error) {
			return s.v1Exception(ctx, in.ID, s.reg.ApproveException(ctx, actorIn(ctx), competency.ExceptionRequestID(in.ID)))
		})
	for _, word := range []struct {
		id, path, summary string
		say               func(context.Context, competency.Actor, competency.ExceptionRequestID, string) error
	}{
		{"refuseException", "/v1/exceptions/{id}/refusal", "Refuse it, with the reason", s.reg.RefuseException},
		{"withdrawException", "/v1/exceptions/{id}/withdrawal", "Take back what one proposed, with the reason", s.reg.TakeBackException},
	} {
		huma.Register(a.office, op(word.id, http.MethodPost, word.path, http.StatusOK, word.summary), func(ctx context.Context, in *struct {
			ID   string `path:"id" maxLength:"64"`
			Body whyBody
		},
		) (*exceptionAnswer, error) {
			return s.v1Exception(ctx, in.ID, word.say(ctx, actorIn(ctx), competency.ExceptionRequestID(in.ID), in.Body.Why))
		})
	}
	huma.Register(a.office, op("endException", http.MethodPost, "/v1/learners/{id}/exceptions/{exception}/end", http.StatusNoContent, "End an exception that holds, with the reason"),
		func(ctx context.Context, in *struct {
			ID        string `path:"id" maxLength:"64"`
			Exception string `path:"exception" maxLength:"64"`
			Body      whyBody
		},
		) (*struct{}, error) {
			return nil, s.answer(ctx, s.reg.EndException(ctx, actorIn(ctx), competency.PersonID(in.ID), in.Exception, in.Body.Why))
		})
}

func exceptionOf(v registrar.ExceptionView) exceptionDocument {
	return exceptionDocument{
		ID: string(v.ID), Learner: string(v.Learner), Requirement: v.Requirement, Title: v.Title, Kind: v.Kind, Cite: v.Cite, Expires: v.Expires,
		State: string(v.State), Proposed: instant(v.Proposed), Mine: v.MayApprove,
	}
}

func (s *Server) v1Exceptions(ctx context.Context, _ *struct{}) (*exceptionsAnswer, error) {
	p, err := s.reg.Exceptions(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &exceptionsAnswer{}
	out.Body.Exceptions = []exceptionDocument{}
	for _, list := range [][]registrar.ExceptionView{p.Mine, p.Waiting, p.Closed} {
		for _, v := range list {
			out.Body.Exceptions = append(out.Body.Exceptions, exceptionOf(v))
		}
	}
	return out, nil
}

// v1Exception answers a request after what was done to it.
func (s *Server) v1Exception(ctx context.Context, id string, err error) (*exceptionAnswer, error) {
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	v, err := s.reg.Exception(ctx, actorIn(ctx), competency.ExceptionRequestID(id))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &exceptionAnswer{exceptionOf(v)}, nil
}

func (s *Server) v1ProposeException(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body registrar.NewException
},
) (*createdID, error) {
	once := onceOf(in.Key, "POST /v1/learners/"+in.ID+"/exceptions", in.Body)
	id, err := s.reg.ProposeException(ctx, actorIn(ctx), once, competency.PersonID(in.ID), in.Body)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return created(string(id)), nil
}
