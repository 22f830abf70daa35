package api

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type reviewsPage struct {
	templates.Base
	Open, Done []templates.QueueRow
	None       templates.Empty
}

// pageReviews is an assessor's inbox.
func (s *Server) pageReviews(c *gin.Context) error {
	list, err := s.reg.Inbox(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := reviewsPage{Base: s.base(c, s.T(c, "reviews.title")), None: templates.Empty{Text: s.T(c, "reviews.none")}}
	for _, i := range list {
		row := templates.QueueRow{Who: i.Code, Title: i.Title, Href: "/reviews/" + string(i.ID)}
		if i.Attempt > 1 {
			row.What = s.T(c, "reviews.attempt", i.Attempt)
		}
		switch {
		case i.Gone:
			row.What = s.T(c, "reviews.gone")
			view.Done = append(view.Done, row)
		case i.State == competency.ReviewScored:
			row.Done = true
			view.Done = append(view.Done, row)
		default:
			row.Due, row.Late = s.T(c, "reviews.due", s.civil(i.Due)), i.Late
			view.Open = append(view.Open, row)
		}
	}
	return s.render(c, http.StatusOK, "reviews", view)
}

// reviewPage is one reading: the work on one side, the rubric on the other.
type reviewPage struct {
	templates.Base
	View   registrar.ReviewView
	Due    string
	Parts  []reviewPart
	Locked bool
	// Checklist was gone through before it was handed in.
	Checklist []promiseLine
}

type reviewPart struct {
	registrar.ReviewPart
	Home     string // the reading's id
	Words    int
	Criteria []reviewCriterion
}

type reviewCriterion struct {
	Level, Reason templates.Field
	// Name, Chosen and Said show a locked score.
	Name, Chosen, Said string
}

func (s *Server) pageReview(c *gin.Context) error {
	return s.showReview(c, http.StatusOK, registrar.ReviewScores{}, nil)
}

func (s *Server) showReview(c *gin.Context, status int, typed registrar.ReviewScores, bad templates.Problems) error {
	v, err := s.reg.Review(c.Request.Context(), actor(c), competency.ReviewID(c.Param("id")))
	if err != nil {
		return err
	}
	view := reviewPage{Base: s.base(c, v.Code+" · "+v.Micro.Title), View: v, Due: s.civil(v.Due), Locked: v.State == competency.ReviewScored}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "reviews.title"), Href: "/reviews"}}
	view.Problems = bad
	view.Checklist = s.promiseLines(c, v.Checklist, v.Zone)
	for _, p := range v.Parts {
		part := reviewPart{ReviewPart: p, Home: string(v.ID), Words: competency.Words(p.Text)}
		for _, cr := range p.Criteria {
			part.Criteria = append(part.Criteria, s.criterion(c, cr, v, typed, view.Problems))
		}
		view.Parts = append(view.Parts, part)
	}
	return s.render(c, status, "review", view)
}

func (s *Server) criterion(c *gin.Context, cr competency.MicroCriterion, v registrar.ReviewView, typed registrar.ReviewScores, bad templates.Problems) reviewCriterion {
	f := reviewCriterion{Name: cr.Name}
	if m, ok := v.Scores[cr.Key]; ok {
		f.Chosen, f.Said = cr.Levels[m.Level-1].Label, m.Reason
		return f
	}
	chosen := ""
	if l := typed.Levels[cr.Key]; l > 0 {
		chosen = strconv.Itoa(l)
	}
	f.Level = templates.NewField("levels", "levels["+cr.Key+"]", cr.Name, chosen, bad).AsRequired()
	var options []templates.Option
	for _, l := range cr.Levels {
		options = append(options, templates.Option{Value: strconv.Itoa(l.N), Label: l.Label, Text: l.Description})
	}
	f.Level = f.Level.WithOptions(options)
	f.Reason = templates.NewField("textarea", "reasons["+cr.Key+"]", s.T(c, "review.reason", cr.Name), typed.Reasons[cr.Key], bad).
		WithRows(3).WithHint(s.T(c, "review.reason_hint", cr.Levels[cr.Pass-1].Label))
	return f
}

func (s *Server) doScoreReview(c *gin.Context) error {
	var in registrar.ReviewScores
	err := decode(c, &in)
	if err == nil {
		err = s.reg.ScoreReview(c.Request.Context(), actor(c), competency.ReviewID(c.Param("id")), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showReview(c, http.StatusUnprocessableEntity, in, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "review.locked")})
	return s.see(c, "/reviews")
}

func (s *Server) reviewFile(c *gin.Context) error {
	f, err := s.reg.ReviewFile(c.Request.Context(), actor(c), competency.ReviewID(c.Param("id")), competency.FileID(c.Param("file")))
	if err != nil {
		return err
	}
	return handOut(c, f)
}
