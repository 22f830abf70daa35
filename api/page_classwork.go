package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// sheetPage is the page on which a class is scored for one task.
type sheetPage struct {
	templates.Base
	ID         string
	Lead       string
	Words      string // what the task asks for
	Again      string // address for giving the task again
	Indicators []sheetIndicator
	Levels     []competency.Level // of the scale
	Proficient int
	Rows       []sheetRow
	Phrases    []competency.Phrase
	Closed     bool
	None       templates.Empty
}

// sheetIndicator is a column with its rubric.
type sheetIndicator struct {
	Code, Text string
	Levels     []competency.Level // with the rubric's descriptions
}

// sheetRow is a learner; Name is of the form's fields: "rows[3]".
type sheetRow struct {
	Learner, Person, Field string
	Href, State            string // of what was handed in
	Cells                  []sheetCell
	Feedback, Error        string
	WordsID                string // of the feedback's field
}

// sheetCell is a learner in an indicator.
type sheetCell struct {
	Code, Text, Field, ID string
	Anchor                string // to which a problem leads
	Level                 int
	Error                 string
}

func (s *Server) sheet(c *gin.Context, in *registrar.ClassScores, bad templates.Problems) (sheetPage, error) {
	v, err := s.reg.ClassSheet(c.Request.Context(), actor(c), competency.HandoutID(c.Param("handout")))
	view := sheetPage{
		Base: s.base(c, v.Task.Title), ID: string(v.ID), Words: v.Task.Words, Again: "/tasks/new?task=" + string(v.Task.ID),
		Levels: v.Scale.Levels, Proficient: v.Scale.ProficientAt, Phrases: v.Phrases, Closed: !v.Closed.IsZero(), None: templates.Empty{Text: s.T(c, "sheet.none")},
	}
	view.Wide, view.Problems = true, bad
	if err != nil {
		return view, err
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "tasks.title"), Href: "/tasks"}}
	view.Lead = s.T(c, "sheet.lead", v.To, len(v.Rows))
	for _, it := range v.Indicators {
		col := sheetIndicator{Code: it.Code, Text: it.Text, Levels: v.Scale.Levels}
		if lines := v.Rubrics[it.ID].Criteria; len(lines) > 0 {
			col.Levels = rubricLevels(v.Scale, lines[0])
		}
		view.Indicators = append(view.Indicators, col)
	}
	for i, r := range v.Rows {
		var typed *registrar.ClassRow
		if in != nil && i < len(in.Rows) && in.Rows[i].Learner == string(r.Person) {
			typed = &in.Rows[i]
		}
		view.Rows = append(view.Rows, s.sheetRow(c, i, r, v, typed, bad))
	}
	return view, nil
}

// rubricLevels are the scale's levels with what the rubric says of each.
func rubricLevels(scale competency.Scale, line competency.RubricLine) []competency.Level {
	levels := make([]competency.Level, len(scale.Levels))
	copy(levels, scale.Levels)
	for i := range levels {
		if i < len(line.Levels) {
			levels[i].Description = line.Levels[i].Description
		}
	}
	return levels
}

func (s *Server) sheetRow(c *gin.Context, i int, r registrar.SheetRow, v registrar.ClassSheet, typed *registrar.ClassRow, bad templates.Problems) sheetRow {
	row := sheetRow{Learner: r.Name, Person: string(r.Person), Field: "rows[" + strconv.Itoa(i) + "]", Feedback: r.Feedback}
	if e := r.Evidence; e != nil && e.ObservedBy == "" {
		row.Href, row.State = "/evidence/"+string(e.ID), s.T(c, "evidence.state."+string(e.State))
	}
	if typed != nil {
		row.Feedback = typed.Feedback
	}
	words := templates.Field{Name: row.Field + ".feedback"}
	row.Error, row.WordsID = bad.For(words.Name), words.ID()
	for j, it := range v.Indicators {
		cell := sheetCell{Code: it.Code, Text: it.Text, Field: row.Field + ".scores[" + strconv.Itoa(j) + "]", ID: "c-" + strconv.Itoa(i) + "-" + strconv.Itoa(j), Level: r.Levels[j]}
		if typed != nil && j < len(typed.Scores) {
			cell.Level = typed.Scores[j].Level
		}
		level := templates.Field{Name: cell.Field + ".level"}
		cell.Error, cell.Anchor = bad.For(level.Name), level.ID()
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func (s *Server) pageSheet(c *gin.Context) error {
	view, err := s.sheet(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "sheet", view)
}

// doScoreClass keeps the judgments of a class: the whole form, or a row at a
// time as the script sends it.
func (s *Server) doScoreClass(c *gin.Context) error {
	var in registrar.ClassScores
	err := decode(c, &in)
	var done registrar.ClassScored
	if err == nil {
		done, err = s.reg.ScoreClass(c.Request.Context(), actor(c), competency.HandoutID(c.Param("handout")), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.sheet(c, &in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "sheet", view)
	}
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		c.JSON(http.StatusOK, done)
		return nil
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "sheet.kept", done.Judged)})
	if done.Proposals > 0 {
		return s.see(c, "/proposals")
	}
	return s.see(c, "/handouts/"+c.Param("handout"))
}

// phrasesPage is a teacher's own words of feedback.
type phrasesPage struct {
	templates.Base
	List  []competency.Phrase
	Words string
	None  templates.Empty
}

func (s *Server) phrases(c *gin.Context, words string, bad templates.Problems) (phrasesPage, error) {
	list, err := s.reg.Phrases(c.Request.Context(), actor(c))
	view := phrasesPage{Base: s.base(c, s.T(c, "phrases.title")), List: list, Words: words, None: templates.Empty{Text: s.T(c, "phrases.none")}}
	view.Problems = bad
	return view, err
}

func (s *Server) pagePhrases(c *gin.Context) error {
	view, err := s.phrases(c, "", nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "phrases", view)
}

func (s *Server) doAddPhrase(c *gin.Context) error {
	var in struct {
		Words string `json:"words"`
	}
	err := decode(c, &in)
	if err == nil {
		err = s.reg.AddPhrase(c.Request.Context(), actor(c), in.Words)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.phrases(c, in.Words, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "phrases", view)
	}
	if err != nil {
		return err
	}
	if wantsJSON(c) {
		c.JSON(http.StatusOK, map[string]string{"words": strings.TrimSpace(in.Words)})
		return nil
	}
	return s.see(c, "/phrases")
}

func (s *Server) doRemovePhrase(c *gin.Context) error {
	if err := s.reg.RemovePhrase(c.Request.Context(), actor(c), c.Param("phrase")); err != nil {
		return err
	}
	return s.see(c, "/phrases")
}
