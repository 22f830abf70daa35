package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
)

// applicationRecord is an application as the JSON API tells it to its owner.
type applicationRecord struct {
	ID              string       `json:"id"`
	MicroCredential string       `json:"micro_credential" doc:"slug"`
	Version         int          `json:"version" doc:"of the micro-credential, fixed at the start"`
	Title           string       `json:"title"`
	State           string       `json:"state" enum:"draft,submitted,assigned,scoring,third_read,awarded,not_yet,coach_needed,withdrawn"`
	Attempt         int          `json:"attempt"`
	Due             string       `json:"due,omitempty" doc:"civil date by which the attempt is answered"`
	Consent         bool         `json:"consent"`
	Deidentified    bool         `json:"deidentified"`
	Revision        int          `json:"revision" doc:"the highest that is stored; send it as base, and one more as revision"`
	Parts           []partRecord `json:"parts"`
}

// partRecord is one part with what was written and, after a decision, found.
type partRecord struct {
	Key      string            `json:"key"`
	Kind     string            `json:"kind" enum:"overview,artifact,reflection"`
	Title    string            `json:"title"`
	WordsMin int               `json:"words_min,omitempty"`
	WordsMax int               `json:"words_max,omitempty"`
	Open     bool              `json:"open" doc:"it can be written in this attempt"`
	Text     string            `json:"text"`
	Link     string            `json:"link"`
	Files    []fileRecord      `json:"files"`
	Criteria []criterionRecord `json:"criteria"`
}

type fileRecord struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Size int64  `json:"size" doc:"bytes"`
}

type criterionRecord struct {
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	Levels   []string `json:"levels" doc:"lowest first; the first is level 1"`
	Pass     int      `json:"pass" doc:"the lowest level that passes"`
	Level    int      `json:"level,omitempty" doc:"that counts, once decided"`
	Feedback []string `json:"feedback,omitempty"`
}

// reviewRecord is a reading as the JSON API tells it to its assessor.
type reviewRecord struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	Title   string `json:"title"`
	Attempt int    `json:"attempt"`
	Due     string `json:"due"`
	State   string `json:"state" enum:"assigned,scored,withdrawn"`
}

// startRequest names what is applied for.
type startRequest struct {
	MicroCredential string `json:"micro_credential" doc:"slug" minLength:"1" maxLength:"63"`
}

type createdApplication struct {
	Location string `header:"Location"`
	Body     applicationRecord
}

type applicationAnswer struct{ Body applicationRecord }

type applicationPath struct {
	ID string `path:"id"`
}

// workbenchOperations are the office's operations on applications and reviews.
func (s *Server) workbenchOperations(a apis) {
	tags := []string{"micro-credentials"}
	huma.Register(a.office, huma.Operation{
		OperationID: "publish-micro-credential", Method: http.MethodPost, Path: "/v1/micro-credentials", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Publish the document of a micro-credential, as the next version of its slug", SkipValidateBody: true,
	}, s.v1Publish)
	huma.Register(a.office, huma.Operation{
		OperationID: "start-application", Method: http.MethodPost, Path: "/v1/applications", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Start an application, or go on with the open one; the session moves to the provider",
	}, s.v1StartApplication)
	huma.Register(a.office, huma.Operation{
		OperationID: "get-application", Method: http.MethodGet, Path: "/v1/applications/{id}", Tags: tags, Summary: "An application",
	}, s.v1Application)
	huma.Register(a.office, huma.Operation{
		OperationID: "save-application", Method: http.MethodPatch, Path: "/v1/applications/{id}", Tags: tags,
		Summary: "Save answers of a draft; an older saving never overwrites a newer one",
	}, s.v1SaveDraft)
	huma.Register(a.office, huma.Operation{
		OperationID: "submit-application", Method: http.MethodPost, Path: "/v1/applications/{id}/submit", Tags: tags, Summary: "Hand an application in",
	}, s.v1SubmitApplication)
	huma.Register(a.office, huma.Operation{
		OperationID: "withdraw-application", Method: http.MethodPost, Path: "/v1/applications/{id}/withdraw", Tags: tags, Summary: "Take an application back",
	}, s.v1WithdrawApplication)
	huma.Register(a.office, huma.Operation{
		OperationID: "list-reviews", Method: http.MethodGet, Path: "/v1/reviews", Tags: tags, Summary: "The readings of the assessor who asks",
	}, s.v1Reviews)
	huma.Register(a.office, huma.Operation{
		OperationID: "score-review", Method: http.MethodPost, Path: "/v1/reviews/{id}/scores", Tags: tags, DefaultStatus: http.StatusNoContent,
		Summary: "Score a reading, once; the score that completes an attempt decides it",
	}, s.v1ScoreReview)
}

func (s *Server) v1StartApplication(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key" doc:"not needed: an open application is answered again"`
	Body startRequest
},
) (*createdApplication, error) {
	who := actorIn(ctx)
	started, err := s.reg.StartApplication(ctx, who, in.Body.MicroCredential)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	if c, ok := ctx.Value(ginKey{}).(*gin.Context); ok && started.Tenant != who.Tenant {
		if err := s.moveTo(c, started.Tenant); err != nil {
			return nil, s.answer(ctx, err)
		}
		if who, err = s.actorOf(c); err != nil {
			return nil, s.answer(ctx, err)
		}
	}
	record, err := s.applicationRecord(ctx, who, started.Application)
	return &createdApplication{"/v1/applications/" + string(started.Application), record}, err
}

// applicationRecord reads an application and puts it into the API's form.
func (s *Server) applicationRecord(ctx context.Context, who competency.Actor, id competency.ApplicationID) (applicationRecord, error) {
	v, err := s.reg.Application(ctx, who, id)
	if err != nil {
		return applicationRecord{}, s.answer(ctx, err)
	}
	out := applicationRecord{
		ID: string(v.ID), MicroCredential: v.Micro.Slug, Version: v.Micro.Version, Title: v.Micro.Title, State: string(v.State),
		Attempt: v.Attempt, Due: v.Due, Consent: v.Consent, Deidentified: v.Deidentified, Revision: v.Revision,
	}
	for _, p := range v.Parts {
		out.Parts = append(out.Parts, toPartRecord(p))
	}
	return out, nil
}

func toPartRecord(p registrar.PartView) partRecord {
	out := partRecord{
		Key: p.Key, Kind: string(p.Kind), Title: p.Title, WordsMin: p.WordsMin, WordsMax: p.WordsMax,
		Open: p.Open, Text: p.Text, Link: p.Link, Files: []fileRecord{},
	}
	for _, f := range p.Files {
		out.Files = append(out.Files, fileRecord{string(f.ID), f.Name, f.Size})
	}
	found := map[string]competency.CriterionDecision{}
	for _, f := range p.Findings {
		found[f.Key] = f
	}
	for _, c := range p.Criteria {
		r := criterionRecord{Key: c.Key, Name: c.Name, Pass: c.Pass, Level: found[c.Key].Level, Feedback: found[c.Key].Reasons}
		for _, l := range c.Levels {
			r.Levels = append(r.Levels, l.Label)
		}
		out.Criteria = append(out.Criteria, r)
	}
	return out
}

func (s *Server) v1Application(ctx context.Context, in *applicationPath) (*applicationAnswer, error) {
	record, err := s.applicationRecord(ctx, actorIn(ctx), competency.ApplicationID(in.ID))
	return &applicationAnswer{record}, err
}

func (s *Server) v1SaveDraft(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body registrar.Draft
},
) (*struct{ Body registrar.Kept }, error) {
	kept, err := s.reg.SaveDraft(ctx, actorIn(ctx), competency.ApplicationID(in.ID), in.Body)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &struct{ Body registrar.Kept }{kept}, nil
}

func (s *Server) v1SubmitApplication(ctx context.Context, in *applicationPath) (*applicationAnswer, error) {
	return s.v1Step(ctx, in.ID, s.reg.SubmitApplication)
}

func (s *Server) v1WithdrawApplication(ctx context.Context, in *applicationPath) (*applicationAnswer, error) {
	return s.v1Step(ctx, in.ID, s.reg.WithdrawApplication)
}

// v1Step takes one step with an application and answers where it stands then.
func (s *Server) v1Step(ctx context.Context, id string, step func(context.Context, competency.Actor, competency.ApplicationID) error) (*applicationAnswer, error) {
	who := actorIn(ctx)
	if err := step(ctx, who, competency.ApplicationID(id)); err != nil {
		return nil, s.answer(ctx, err)
	}
	record, err := s.applicationRecord(ctx, who, competency.ApplicationID(id))
	return &applicationAnswer{record}, err
}

type reviewsAnswer struct {
	Body struct {
		Reviews []reviewRecord `json:"reviews"`
	}
}

func (s *Server) v1Reviews(ctx context.Context, _ *struct{}) (*reviewsAnswer, error) {
	list, err := s.reg.Inbox(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &reviewsAnswer{}
	out.Body.Reviews = []reviewRecord{}
	for _, i := range list {
		state := string(i.State)
		if i.Gone {
			state = "withdrawn"
		}
		out.Body.Reviews = append(out.Body.Reviews, reviewRecord{string(i.ID), i.Code, i.Title, i.Attempt, i.Due, state})
	}
	return out, nil
}

func (s *Server) v1ScoreReview(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body registrar.ReviewScores
},
) (*struct{}, error) {
	return nil, s.answer(ctx, s.reg.ScoreReview(ctx, actorIn(ctx), competency.ReviewID(in.ID), in.Body))
}
