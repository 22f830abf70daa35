package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/internal/registrar"
)

// reviewTaskDocument is a decision whose ground has changed.
type reviewTaskDocument struct {
	ID            string `json:"id"`
	Kind          string `json:"kind" enum:"evidence-set-aside,outside-withdrawn"`
	Learner       string `json:"learner"`
	Evidence      string `json:"evidence,omitempty"`
	Outside       string `json:"outside_credential,omitempty"`
	Determination string `json:"determination,omitempty" doc:"the level in question"`
	Level         string `json:"level,omitempty" doc:"in words"`
	Credential    string `json:"credential,omitempty" doc:"the credential in question"`
	Opened        string `json:"opened" format:"date-time"`
	Outcome       string `json:"outcome,omitempty" enum:"stands,changed" doc:"absent while it is open"`
	Words         string `json:"words,omitempty"`
}

type reviewTasksAnswer struct {
	Body struct {
		Tasks    []reviewTaskDocument `json:"tasks" doc:"open ones first"`
		Disputed []string             `json:"disputed" doc:"evidence whose dispute waits for a second person"`
	}
}

// reviewTaskOperations are the operations on what has to be looked at again.
func (s *Server) reviewTaskOperations(a apis) {
	huma.Register(a.office, huma.Operation{
		OperationID: "listReviewTasks", Method: http.MethodGet, Path: "/v1/review-tasks",
		Summary: "What has to be looked at again at one's schools", Tags: []string{"evidence"},
	}, s.v1ReviewTasks)
	huma.Register(a.office, huma.Operation{
		OperationID: "closeReviewTask", Method: http.MethodPost, Path: "/v1/review-tasks/{id}/decision", DefaultStatus: http.StatusNoContent,
		Summary: "Say what follows for a level or a credential", Tags: []string{"evidence"},
	}, func(ctx context.Context, in *struct {
		ID   string `path:"id" maxLength:"64"`
		Body registrar.ReviewTaskDecision
	},
	) (*struct{}, error) {
		return nil, s.answer(ctx, s.reg.CloseReviewTask(ctx, actorIn(ctx), competency.ReviewTaskID(in.ID), in.Body))
	})
}

func (s *Server) v1ReviewTasks(ctx context.Context, _ *struct{}) (*reviewTasksAnswer, error) {
	tasks, disputed, err := s.reg.ReviewTasks(ctx, actorIn(ctx))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &reviewTasksAnswer{}
	out.Body.Tasks, out.Body.Disputed = []reviewTaskDocument{}, []string{}
	for _, t := range tasks {
		out.Body.Tasks = append(out.Body.Tasks, reviewTaskDocument{
			ID: string(t.ID), Kind: string(t.Kind), Learner: string(t.Learner), Evidence: string(t.Evidence), Outside: string(t.Outside),
			Determination: string(t.Determination), Level: t.Level, Credential: string(t.ReviewTask.Credential), Opened: instant(t.Opened),
			Outcome: string(t.Outcome), Words: t.Words,
		})
	}
	for _, e := range disputed {
		out.Body.Disputed = append(out.Body.Disputed, string(e.ID))
	}
	return out, nil
}
