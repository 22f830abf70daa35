package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// age is how long something has waited, in words.
func (s *Server) age(c *gin.Context, since time.Time) string {
	if days := int(s.Now().Sub(since).Hours() / 24); days > 0 {
		return s.T(c, "age.days", days)
	}
	return s.T(c, "age.today")
}

// queuePage is what waits for a teacher.
type queuePage struct {
	templates.Base
	Rows      []templates.QueueRow
	Pager     *templates.Pager
	None      templates.Empty
	First     string // address of the piece that waits longest
	Total     int
	Proposals int
	// Asked are requests to be assessed, AskedTotal how many there are.
	Asked      []templates.QueueRow
	AskedTotal int
}

func (s *Server) pageQueue(c *gin.Context) error {
	page, err := s.reg.Queue(c.Request.Context(), actor(c), offset(c))
	if err != nil {
		return err
	}
	lines, err := s.reg.Proposals(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := queuePage{
		Base: s.base(c, s.T(c, "queue.title")), None: templates.Empty{Text: s.T(c, "queue.none")},
		Total: int(page.Total), Proposals: len(lines), Pager: pager("/queue?from=", page.Offset, len(page.Rows), int(page.Total)),
	}
	asked, total, err := s.reg.Requests(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view.AskedTotal = int(total)
	for _, q := range asked {
		view.Asked = append(view.Asked, templates.QueueRow{
			Title: q.Item.Text, Who: q.Name, What: q.Item.Code, Href: "/requests/" + string(q.ID), Since: q.Asked, Age: s.age(c, q.Asked),
		})
	}
	for _, e := range page.Rows {
		row := templates.QueueRow{
			Title: e.Title, Who: e.Name, What: strings.Join(e.Codes, ", "), Href: "/judge/" + string(e.ID),
			Since: e.Submitted, Age: s.age(c, e.Submitted),
		}
		if view.First == "" {
			view.First = row.Href
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(c, http.StatusOK, "queue", view)
}

// judgePage is evidence on the left and its rubrics on the right.
type judgePage struct {
	templates.Base
	evidenceBody
	Facts     []templates.Fact
	Rows      []judgeRow
	Proposals []proposalRow
	Next      string
	Left      int64
	Key       string
	Words     string // what is still needed, when the piece is sent back
	Judged    bool   // everything has a level of this teacher
	Phrases   []competency.Phrase
}

// judgeRow is one indicator to judge.
type judgeRow struct {
	Code      string
	Name      string // of the hidden field that carries the code
	Level     templates.Field
	Feedback  templates.Field
	Trend     templates.Trend
	Earlier   []resultLine
	Confirmed string // the level's word, where one is confirmed
	On        time.Time
}

// proposalRow is a level that waits for a teacher's word.
type proposalRow struct {
	ID, Name, Code, Indicator, Label, Why string
	Href                                  string
}

func (s *Server) judgeView(c *gin.Context, in *registrar.EvidenceScores, bad templates.Problems) (judgePage, error) {
	v, err := s.reg.Judge(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence")))
	view := judgePage{Base: s.base(c, v.Title), evidenceBody: s.bodyOf(c, v.EvidenceView), Left: v.Left, Key: newKey()}
	if err != nil {
		return view, err
	}
	view.Wide, view.Problems = true, bad
	view.Facts = s.evidenceFacts(c, v.EvidenceView)
	view.Life = s.life(c, v.EvidenceView, nil)
	view.Outside = s.confirmations(c, v.EvidenceView)
	if v.Next != "" {
		view.Next = "/judge/" + string(v.Next)
	}
	view.Judged, view.Phrases = true, v.Phrases
	for i, row := range v.Rows {
		var typed *registrar.IndicatorScore
		if in != nil && i < len(in.Scores) {
			typed = &in.Scores[i]
		}
		view.Judged = view.Judged && row.Mark != nil
		view.Rows = append(view.Rows, s.judgeRow(c, i, row, v, typed, bad))
	}
	view.Proposals = proposalRows(v.Proposals)
	return view, nil
}

func (s *Server) judgeRow(c *gin.Context, i int, row registrar.JudgeRow, v registrar.JudgeView, typed *registrar.IndicatorScore, bad templates.Problems) judgeRow {
	scale := v.Scale
	at := "scores[" + strconv.Itoa(i) + "]."
	level, feedback := "", ""
	switch {
	case typed != nil:
		feedback = typed.Feedback
		if typed.Level != 0 {
			level = strconv.Itoa(typed.Level)
		}
	case row.Mark != nil:
		level, feedback = strconv.Itoa(row.Mark.Level), row.Mark.Feedback
	}
	out := judgeRow{Code: row.Item.Code, Name: at + "indicator"}
	var options []templates.Option
	for j, l := range scale.Levels {
		text := ""
		if len(row.Rubric.Criteria) > 0 {
			text = row.Rubric.Criteria[0].Levels[j].Description
		}
		options = append(options, templates.Option{Value: strconv.Itoa(l.N), Label: l.Label, Text: text})
	}
	out.Level = templates.NewField("levels", at+"level", row.Item.Text, level, bad).WithOptions(options)
	out.Feedback = templates.NewField("textarea", at+"feedback", s.T(c, "judge.feedback"), feedback, bad).
		WithRows(2).WithHint(s.T(c, "judge.feedback_hint", scale.Label(scale.ProficientAt)))
	out.Trend = templates.Trend{Label: s.T(c, "judge.earlier"), Most: scale.Levels[len(scale.Levels)-1].N, ProficientAt: scale.ProficientAt}
	for _, e := range row.Earlier {
		out.Trend.Levels = append(out.Trend.Levels, e.Level)
		out.Earlier = append(out.Earlier, resultLine{Indicator: e.Title, Label: scale.Label(e.Level), At: e.At.In(v.Zone)})
	}
	if row.Confirmed != nil {
		out.Confirmed, out.On = scale.Label(row.Confirmed.Level), row.Confirmed.Confirmed.In(v.Zone)
	}
	return out
}

func proposalRows(lines []registrar.ProposalLine) []proposalRow {
	var rows []proposalRow
	for _, l := range lines {
		rows = append(rows, proposalRow{
			ID: string(l.ID), Name: l.Name, Code: l.Code, Indicator: l.Indicator, Label: l.Label,
			Why: sentence(l.Why), Href: "/learners/" + string(l.Learner),
		})
	}
	return rows
}

// sentence makes words of the engine a sentence.
func sentence(words string) string {
	if words == "" || strings.HasSuffix(words, ".") {
		return words
	}
	return strings.ToUpper(words[:1]) + words[1:] + "."
}

func (s *Server) pageJudge(c *gin.Context) error {
	view, err := s.judgeView(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "judge", view)
}

// doJudge keeps a judgment and opens the piece that waits next.
func (s *Server) doJudge(c *gin.Context) error {
	var in registrar.EvidenceScores
	id := competency.EvidenceID(c.Param("evidence"))
	err := decode(c, &in)
	var done registrar.Scored
	if err == nil {
		done, err = s.reg.Score(c.Request.Context(), actor(c), id, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.judgeView(c, &in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "judge", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "judge.kept"), UndoAction: "/judge/" + string(id) + "/undo"})
	if done.Proposals > 0 {
		return s.see(c, "/judge/"+string(id)+"#proposals")
	}
	return s.nextPiece(c)
}

// nextPiece opens what waits longest, or the queue when nothing does.
func (s *Server) nextPiece(c *gin.Context) error {
	page, err := s.reg.Queue(c.Request.Context(), actor(c), 0)
	if err != nil {
		return err
	}
	for _, e := range page.Rows {
		if string(e.ID) != c.Param("evidence") {
			return s.see(c, "/judge/"+string(e.ID))
		}
	}
	return s.see(c, "/queue")
}

func (s *Server) doUndo(c *gin.Context) error {
	id := c.Param("evidence")
	if err := s.reg.Undo(c.Request.Context(), actor(c), competency.EvidenceID(id)); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashNotice, Text: s.T(c, "judge.undone")})
	return s.see(c, "/judge/"+id)
}

func (s *Server) doSendBack(c *gin.Context) error {
	var in struct {
		Words string `json:"words"`
	}
	err := decode(c, &in)
	if err == nil {
		err = s.reg.SendBack(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence")), in.Words)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.judgeView(c, nil, bad)
		if err != nil {
			return err
		}
		view.Words = in.Words
		return s.render(c, http.StatusUnprocessableEntity, "judge", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "judge.sent_back")})
	return s.nextPiece(c)
}

// proposalsPage lists the levels that wait for a teacher's word.
type proposalsPage struct {
	templates.Base
	Rows []proposalRow
	None templates.Empty
}

func (s *Server) pageProposals(c *gin.Context) error {
	view, err := s.proposalsView(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "proposals", view)
}

func (s *Server) proposalsView(c *gin.Context) (proposalsPage, error) {
	lines, err := s.reg.Proposals(c.Request.Context(), actor(c))
	return proposalsPage{
		Base: s.base(c, s.T(c, "proposals.title")), Rows: proposalRows(lines), None: templates.Empty{Text: s.T(c, "proposals.none")},
	}, err
}

// confirmRequest confirms levels.
type confirmRequest struct {
	IDs []competency.DeterminationID `json:"ids"`
	// Back is the page to go on with: the judged piece, or the list.
	Back string `json:"back"`
}

func (s *Server) doConfirm(c *gin.Context) error {
	var in confirmRequest
	err := decode(c, &in)
	if err == nil {
		err = s.reg.Confirm(c.Request.Context(), actor(c), in.IDs)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.proposalsView(c)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "proposals", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "proposals.done", len(in.IDs))})
	if in.Back != "" {
		return s.see(c, localPath(in.Back))
	}
	return s.see(c, "/proposals")
}

func (s *Server) doReopen(c *gin.Context) error {
	var in struct {
		Reason  string `json:"reason"`
		Learner string `json:"learner"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	learner, err := s.reg.Reopen(c.Request.Context(), actor(c), competency.DeterminationID(c.Param("determination")), in.Reason)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showLearner(c, competency.PersonID(in.Learner), http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "learner.reopened")})
	return s.see(c, "/learners/"+string(learner)+"#levels")
}
