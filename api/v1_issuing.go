package api

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// credentialJSON is a credential's record in the API.
type credentialJSON struct {
	ID       string    `json:"id" doc:"Of this record"`
	Document string    `json:"document" doc:"The credential's own id"`
	Name     string    `json:"name"`
	State    string    `json:"state" enum:"reserved,issued,suspended,revoked,superseded"`
	Issued   time.Time `json:"issued,omitzero"`
	Page     string    `json:"page" doc:"Address of the public page"`
	Token    string    `json:"token" doc:"Address of the signed document"`
}

func (s *Server) credentialJSON(c competency.Credential) credentialJSON {
	page := s.PublicURL + "/c/" + c.Page
	return credentialJSON{
		ID: string(c.ID), Document: c.Document, Name: c.Name, State: string(c.State), Issued: c.Issued, Page: page, Token: page + ".jwt",
	}
}

type issueInput struct {
	Award string `path:"award" doc:"The award's id"`
	Key   string `header:"Idempotency-Key" maxLength:"200" doc:"An award has one credential, with or without a key"`
}

type issueOutput struct {
	Location string `header:"Location"`
	Body     credentialJSON
}

type statusChangeInput struct {
	ID   string `path:"id" doc:"The credential's record"`
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body registrar.NewStatusChange
}

type statusChangeOutput struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type statusChangeID struct {
	ID string `path:"id" doc:"The change's id"`
}

type credentialsOutput struct {
	Body struct {
		Credentials []credentialJSON `json:"credentials"`
	}
}

// onceOf names a request of the API that may come twice: key, route and what
// was sent.
func onceOf(key, route string, sent ...any) registrar.Once {
	data, _ := json.Marshal(sent) // request structs always encode
	sum := sha256.Sum256(data)
	return registrar.Once{Key: key, Route: route, Hash: sum[:]}
}

// issuingOperations are issuing and withdrawing for programs.
func (s *Server) issuingOperations(a apis) {
	huma.Register(a.office, huma.Operation{
		OperationID: "issue-credential", Method: http.MethodPost, Path: "/v1/awards/{award}/credential",
		Summary: "Issue the credential of an award, or answer the one that there is", DefaultStatus: http.StatusCreated, Tags: []string{"Issuing"},
	}, s.issueCredential)
	huma.Register(a.office, huma.Operation{
		OperationID: "list-own-credentials", Method: http.MethodGet, Path: "/v1/credentials",
		Summary: "List what the signed-in person holds", Tags: []string{"Holder"},
	}, s.ownCredentials)
	huma.Register(a.office, huma.Operation{
		OperationID: "open-revocation", Method: http.MethodPost, Path: "/v1/credentials/{id}/revocations",
		Summary: "Ask for a change of a credential: withdraw, suspend, lift or replace", DefaultStatus: http.StatusCreated, Tags: []string{"Issuing"},
	}, s.openStatusChange)
	huma.Register(a.office, huma.Operation{
		OperationID: "confirm-revocation", Method: http.MethodPost, Path: "/v1/revocations/{id}/confirm",
		Summary: "Confirm a change of a credential as a second person", DefaultStatus: http.StatusNoContent, Tags: []string{"Issuing"},
	}, func(ctx context.Context, in *statusChangeID) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.ConfirmStatusChange(ctx, actorIn(ctx), competency.StatusChangeID(in.ID)))
	})
	huma.Register(a.office, huma.Operation{
		OperationID: "cancel-revocation", Method: http.MethodPost, Path: "/v1/revocations/{id}/cancel",
		Summary: "Give up a change of a credential that is not confirmed", DefaultStatus: http.StatusNoContent, Tags: []string{"Issuing"},
	}, func(ctx context.Context, in *statusChangeID) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.CancelStatusChange(ctx, actorIn(ctx), competency.StatusChangeID(in.ID)))
	})
}

func (s *Server) issueCredential(ctx context.Context, in *issueInput) (*issueOutput, error) {
	c, err := s.reg.IssueAward(ctx, actorIn(ctx), competency.AwardID(in.Award))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &issueOutput{Location: "/issued/" + string(c.ID), Body: s.credentialJSON(c)}, nil
}

func (s *Server) ownCredentials(ctx context.Context, _ *struct{}) (*credentialsOutput, error) {
	list, err := s.reg.MyCredentials(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &credentialsOutput{}
	out.Body.Credentials = []credentialJSON{}
	for _, h := range list {
		out.Body.Credentials = append(out.Body.Credentials, s.credentialJSON(h.Credential))
	}
	return out, nil
}

func (s *Server) openStatusChange(ctx context.Context, in *statusChangeInput) (*statusChangeOutput, error) {
	o := onceOf(in.Key, "POST /v1/credentials/{id}/revocations", in.ID, in.Body)
	id, err := s.reg.OpenStatusChange(ctx, actorIn(ctx), o, competency.CredentialID(in.ID), in.Body)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &statusChangeOutput{Location: "/revocations"}
	out.Body.ID = string(id)
	return out, nil
}
