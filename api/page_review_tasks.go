package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// reviewTasksPage is what has to be looked at again.
type reviewTasksPage struct {
	templates.Base
	Open, Closed []reviewTaskLine
	Disputed     []templates.QueueRow
	None         templates.Empty
	// Task is the one whose form came back with problems.
	Task competency.ReviewTaskID
	In   registrar.ReviewTaskDecision
}

type reviewTaskLine struct {
	registrar.ReviewTaskView
	Age    string
	Why    string
	Href   string // of what the decision is about
	Change string // label of what "changed" means here
}

func (s *Server) pageReviewTasks(c *gin.Context) error {
	return s.reviewTasks(c, http.StatusOK, "", registrar.ReviewTaskDecision{}, nil)
}

func (s *Server) reviewTasks(c *gin.Context, status int, id competency.ReviewTaskID, in registrar.ReviewTaskDecision, bad templates.Problems) error {
	tasks, disputed, err := s.reg.ReviewTasks(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := reviewTasksPage{
		Base: s.base(c, s.T(c, "review_tasks.title")), None: templates.Empty{Text: s.T(c, "review_tasks.none")}, Task: id, In: in,
	}
	view.Problems = bad
	for _, t := range tasks {
		line := reviewTaskLine{ReviewTaskView: t, Age: s.age(c, t.Opened), Why: s.T(c, "review_tasks.why."+string(t.Kind))}
		line.Href, line.Change = "/learners/"+string(t.Learner), s.T(c, "review_tasks.change.level")
		if t.ReviewTask.Credential != "" {
			line.Href, line.Change = "/issued/"+string(t.ReviewTask.Credential), s.T(c, "review_tasks.change.credential")
		}
		if t.Determination == "" && t.ReviewTask.Credential == "" {
			line.Href, line.Change = "/outside-credentials/"+string(t.Outside), s.T(c, "review_tasks.change.outside")
		}
		if t.Outcome == "" {
			view.Open = append(view.Open, line)
		} else {
			view.Closed = append(view.Closed, line)
		}
	}
	for _, e := range disputed {
		view.Disputed = append(view.Disputed, templates.QueueRow{
			Title: e.Title, Who: e.Name, Href: "/evidence/" + string(e.ID), Since: e.Submitted, Age: s.age(c, e.Submitted),
		})
	}
	return s.render(c, status, "review_tasks", view)
}

func (s *Server) doCloseReviewTask(c *gin.Context) error {
	var in registrar.ReviewTaskDecision
	id := competency.ReviewTaskID(c.Param("task"))
	err := decode(c, &in)
	if err == nil {
		err = s.reg.CloseReviewTask(c.Request.Context(), actor(c), id, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.reviewTasks(c, http.StatusUnprocessableEntity, id, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "review_tasks.closed")})
	return s.see(c, "/review-tasks")
}
