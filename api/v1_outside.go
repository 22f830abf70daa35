package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// outsideCredentialDocument is a credential of elsewhere as programs read it.
type outsideCredentialDocument struct {
	ID              string `json:"id"`
	Learner         string `json:"learner"`
	Evidence        string `json:"evidence" doc:"the piece that rests on it"`
	State           string `json:"state" enum:"pending,verified,accepted,declined,withdrawn"`
	Verdict         string `json:"verdict" doc:"of the verifier, when it was last checked"`
	Headline        string `json:"headline"`
	Checked         string `json:"checked" format:"date-time"`
	Received        string `json:"received" format:"date-time"`
	Hash            string `json:"hash" doc:"SHA-256 of the document as it was handed in"`
	Issuer          string `json:"issuer,omitempty"`
	IssuerName      string `json:"issuer_name,omitempty"`
	Achievement     string `json:"achievement,omitempty"`
	AchievementName string `json:"achievement_name,omitempty"`
	AchievementType string `json:"achievement_type,omitempty"`
	Holder          string `json:"holder" enum:"name,email,other-name,identifier,unnamed" doc:"how well it names the learner"`
	Words           string `json:"words,omitempty" doc:"of whoever decided"`
}

type outsideAnswer struct{ Body outsideCredentialDocument }

type outsidesAnswer struct {
	Body struct {
		Own     []outsideCredentialDocument `json:"own"`
		Waiting []outsideCredentialDocument `json:"waiting" doc:"at the schools of whoever says whose they are"`
	}
}

// outsideRequest is a credential to hand in: as text, or by its address.
type outsideRequest struct {
	Document string `json:"document,omitempty" doc:"the signed document as text: a token, or JSON with its proof"`
	Address  string `json:"address,omitempty" doc:"https, where it is or is linked" maxLength:"2048"`
}

// useDocument is what a school says that a credential counts as.
type useDocument struct {
	ID      string `json:"id"`
	School  string `json:"school"`
	Matches string `json:"matches" enum:"achievement,type"`
	Value   string `json:"value"`
	Issuer  string `json:"issuer,omitempty" doc:"absent for every recognised one"`
	Gives   string `json:"gives" enum:"record,seal"`
	Name    string `json:"name"`
}

type usesAnswer struct {
	Body struct {
		Uses []useDocument `json:"uses"`
	}
}

// outsideOperations are the operations on credentials of elsewhere.
func (s *Server) outsideOperations(a apis) {
	op := func(id, method, path string, status int, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, DefaultStatus: status, Summary: summary, Tags: []string{"credentials of elsewhere"}}
	}
	huma.Register(a.office, op("listOutsideCredentials", http.MethodGet, "/v1/outside-credentials", http.StatusOK,
		"One's own credentials of elsewhere and, to staff, those that wait"), s.v1Outsides)
	huma.Register(a.office, op("addOutsideCredential", http.MethodPost, "/v1/outside-credentials", http.StatusCreated,
		"Hand in a credential that somebody else issued; it is verified at once"), s.v1AddOutside)
	huma.Register(a.office, op("readOutsideCredential", http.MethodGet, "/v1/outside-credentials/{id}", http.StatusOK,
		"Read a credential of elsewhere"), func(ctx context.Context, in *evidenceID) (*outsideAnswer, error) { return s.v1Outside(ctx, in.ID) })
	huma.Register(a.office, op("decideOutsideCredential", http.MethodPost, "/v1/outside-credentials/{id}/decision", http.StatusOK,
		"Say whether it is this learner's"), func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64"`
		Body registrar.OutsideDecision
	},
	) (*outsideAnswer, error) {
		if err := s.reg.DecideOutside(ctx, actorIn(ctx), competency.OutsideID(in.ID), in.Body); err != nil {
			return nil, s.answer(ctx, err)
		}
		return s.v1Outside(ctx, in.ID)
	})
	huma.Register(a.office, op("listCredentialUses", http.MethodGet, "/v1/credential-uses", http.StatusOK,
		"What the schools say that such credentials count as"), s.v1Uses)
	huma.Register(a.office, op("stateCredentialUse", http.MethodPost, "/v1/credential-uses", http.StatusNoContent,
		"Say what such credentials count as"), func(ctx context.Context, in *struct{ Body registrar.NewCredentialUse }) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.StateUse(ctx, actorIn(ctx), in.Body))
	})
	huma.Register(a.office, op("endCredentialUse", http.MethodDelete, "/v1/credential-uses/{id}", http.StatusNoContent,
		"End what a school said"), func(ctx context.Context, in *evidenceID) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.EndUse(ctx, actorIn(ctx), in.ID))
	})
}

func (s *Server) v1Outsides(ctx context.Context, _ *struct{}) (*outsidesAnswer, error) {
	own, waiting, err := s.reg.Outsides(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	all := func(list []registrar.OutsideView) []outsideCredentialDocument {
		out := []outsideCredentialDocument{}
		for _, o := range list {
			out = append(out, outsideDocumentOf(o))
		}
		return out
	}
	out := &outsidesAnswer{}
	out.Body.Own, out.Body.Waiting = all(own), all(waiting)
	return out, nil
}

func (s *Server) v1AddOutside(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body outsideRequest
},
) (*createdEvidence, error) {
	given := registrar.NewOutside{Document: []byte(in.Body.Document), Address: in.Body.Address}
	id, err := s.reg.AddOutside(ctx, actorIn(ctx), onceOf(in.Key, "POST /v1/outside-credentials", in.Body), given)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &createdEvidence{Location: "/v1/evidence/" + string(id)}
	out.Body.ID = string(id)
	return out, nil
}

func (s *Server) v1Outside(ctx context.Context, id string) (*outsideAnswer, error) {
	o, err := s.reg.Outside(ctx, actorIn(ctx), competency.OutsideID(id))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &outsideAnswer{outsideDocumentOf(o)}, nil
}

func outsideDocumentOf(o registrar.OutsideView) outsideCredentialDocument {
	return outsideCredentialDocument{
		ID: string(o.ID), Learner: string(o.Learner), Evidence: string(o.Evidence), State: string(o.State), Verdict: o.Verdict, Headline: o.Headline,
		Checked: instant(o.Checked), Received: instant(o.Received), Hash: o.Hash, Issuer: o.Issuer, IssuerName: o.IssuerName,
		Achievement: o.Achievement, AchievementName: o.AchievementName, AchievementType: o.AchievementType, Holder: string(o.Holder), Words: o.Words,
	}
}

func (s *Server) v1Uses(ctx context.Context, _ *struct{}) (*usesAnswer, error) {
	uses, _, err := s.reg.CredentialUses(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &usesAnswer{}
	out.Body.Uses = []useDocument{}
	for _, u := range uses {
		out.Body.Uses = append(out.Body.Uses, useDocument{u.ID, string(u.School), u.Matches, u.Value, u.Issuer, u.Gives, u.Name})
	}
	return out, nil
}
