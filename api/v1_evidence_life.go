package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// evidenceLifeDocument is what happened to evidence, as programs read it.
type evidenceLifeDocument struct {
	Reflections []reflectionDocument `json:"reflections"`
	PartOf      string               `json:"part_of,omitempty" doc:"the first piece of a group's work, where this is one part of it"`
	Members     []memberDocument     `json:"members,omitempty" doc:"of the group, who began it first"`
	Disputes    []disputeDocument    `json:"disputes,omitempty"`
	Publication string               `json:"publication,omitempty" doc:"address of its public page, told to its owner alone"`
	Outside     string               `json:"outside_credential,omitempty" doc:"the credential of elsewhere on which it rests"`
}

// reflectionDocument is a dated thought of the owner about their work.
type reflectionDocument struct {
	Text string `json:"text"`
	At   string `json:"at" format:"date-time"`
}

// memberDocument is one member of a group.
type memberDocument struct {
	Person string `json:"person"`
	Name   string `json:"name"`
	State  string `json:"state" enum:"invited,joined,declined"`
	Piece  string `json:"evidence,omitempty" doc:"the member's own part"`
}

// disputeDocument is a doubt about evidence; the words are told to staff alone.
type disputeDocument struct {
	Raised  string `json:"raised" format:"date-time"`
	Reason  string `json:"reason,omitempty"`
	Outcome string `json:"outcome,omitempty" enum:"accepted,set_aside" doc:"absent while it is open"`
	Words   string `json:"words,omitempty"`
}

// instant is a time as the JSON API writes it.
func instant(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (s *Server) evidenceLife(v registrar.EvidenceView) evidenceLifeDocument {
	d := evidenceLifeDocument{Reflections: []reflectionDocument{}, PartOf: string(v.PartOf)}
	for _, r := range v.Reflections {
		d.Reflections = append(d.Reflections, reflectionDocument{r.Text, instant(r.At)})
	}
	if v.Group != nil {
		for _, m := range v.Group.Members {
			d.Members = append(d.Members, memberDocument{string(m.Person), m.Name, string(m.State), string(m.Piece)})
		}
	}
	for _, x := range v.Disputes {
		d.Disputes = append(d.Disputes, disputeDocument{instant(x.Raised), x.Reason, string(x.Outcome), x.Words})
	}
	if v.Publication != "" {
		d.Publication = s.PublicURL + "/shown/" + v.Publication
	}
	if v.Outside != nil {
		d.Outside = string(v.Outside.ID)
	}
	return d
}

// evidenceLifeOperations are the office's operations on what happens to
// evidence: thoughts, groups, doubts, publishing.
func (s *Server) evidenceLifeOperations(a apis) {
	op := func(id, method, path, summary string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: summary, Tags: []string{"evidence"}}
	}
	huma.Register(a.office, op("addReflection", http.MethodPost, "/v1/evidence/{id}/reflections",
		"Add a thought about one's own work, whatever its state"), func(ctx context.Context, in *reflectRequest) (*evidenceAnswer, error) {
		return s.v1Life(ctx, in.ID, s.reg.AddReflection(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body.Text))
	})
	huma.Register(a.office, op("inviteToGroup", http.MethodPost, "/v1/evidence/{id}/members",
		"Ask a learner of the same school, by name, to join a group's work"), func(ctx context.Context, in *inviteRequest) (*evidenceAnswer, error) {
		return s.v1Life(ctx, in.ID, s.reg.InviteToGroup(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body.Person))
	})
	huma.Register(a.office, op("listInvitations", http.MethodGet, "/v1/invitations",
		"The groups that wait for one's own answer"), s.v1Invitations)
	huma.Register(a.office, op("answerInvitation", http.MethodPost, "/v1/evidence/{id}/invitation",
		"Join a group with a part of one's own, a draft, or decline"), s.v1AnswerInvitation)
	huma.Register(a.office, op("disputeEvidence", http.MethodPost, "/v1/evidence/{id}/disputes",
		"Say that accepted evidence is in doubt; a second person decides"), func(ctx context.Context, in *disputeRequest) (*evidenceAnswer, error) {
		return s.v1Life(ctx, in.ID, s.reg.Dispute(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body.Reason))
	})
	huma.Register(a.office, op("decideDispute", http.MethodPost, "/v1/evidence/{id}/dispute/decision",
		"Decide the open dispute about evidence"), func(ctx context.Context, in *decideDisputeRequest) (*evidenceAnswer, error) {
		return s.v1Life(ctx, in.ID, s.reg.DecideDispute(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body))
	})
	huma.Register(a.office, op("publishEvidence", http.MethodPost, "/v1/evidence/{id}/publication",
		"Show one's own work to whoever has its address, after every question is answered"), func(ctx context.Context, in *publishEvidenceRequest) (*evidenceAnswer, error) {
		return s.v1Life(ctx, in.ID, s.reg.PublishEvidence(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body))
	})
	huma.Register(a.office, op("unpublishEvidence", http.MethodDelete, "/v1/evidence/{id}/publication",
		"End the public page of one's own work"), func(ctx context.Context, in *evidenceID) (*evidenceAnswer, error) {
		return s.v1Life(ctx, in.ID, s.reg.UnpublishEvidence(ctx, actorIn(ctx), competency.EvidenceID(in.ID)))
	})
}

type reflectRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Text string `json:"text"`
	}
}

type inviteRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Person string `json:"person" doc:"their name, as the school knows it"`
	}
}

type disputeRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Reason string `json:"reason"`
	}
}

type decideDisputeRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body registrar.DisputeDecision
}

type publishEvidenceRequest struct {
	ID   string `path:"id" maxLength:"64"`
	Body registrar.PublicationInput
}

// v1Life answers evidence as it stands after an act, or why the act was refused.
func (s *Server) v1Life(ctx context.Context, id string, err error) (*evidenceAnswer, error) {
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return s.v1Evidence(ctx, id)
}

// invitationDocument is a group that waits for somebody's answer.
type invitationDocument struct {
	Evidence string `json:"evidence" doc:"the first piece; answer at /v1/evidence/{id}/invitation"`
	Title    string `json:"title"`
	By       string `json:"by" doc:"who asks"`
}

type invitationsAnswer struct {
	Body struct {
		Invitations []invitationDocument `json:"invitations"`
	}
}

func (s *Server) v1Invitations(ctx context.Context, _ *struct{}) (*invitationsAnswer, error) {
	all, err := s.reg.Invitations(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &invitationsAnswer{}
	out.Body.Invitations = []invitationDocument{}
	for _, i := range all {
		out.Body.Invitations = append(out.Body.Invitations, invitationDocument{string(i.First), i.Title, i.By})
	}
	return out, nil
}

// answeredInvitation names the member's own part; it is empty after a no.
type answeredInvitation struct {
	Body struct {
		Piece string `json:"evidence,omitempty" doc:"one's own part, a draft"`
	}
}

func (s *Server) v1AnswerInvitation(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Join bool `json:"join"`
	}
},
) (*answeredInvitation, error) {
	piece, err := s.reg.AnswerInvitation(ctx, actorIn(ctx), competency.EvidenceID(in.ID), in.Body.Join)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &answeredInvitation{}
	out.Body.Piece = string(piece)
	return out, nil
}
