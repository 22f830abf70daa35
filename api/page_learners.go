package api

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
	"laurel/templates"
)

// requirementsPage is what is shown and what is left.
type requirementsPage struct {
	templates.Base
	progressView
	Learner string
}

// progressView is how a learner stands, as the learner and the staff see it.
type progressView struct {
	Lead  string // one sentence on the whole
	Rings []templates.Ring
	Tree  []templates.Node
	Seals []sealLine
	// Uncounted is credit that no requirement counts, each with the reason.
	Uncounted []policy.UncountedCredit
	Policy    string // address of the policy; empty where none covers the learner
	Adopted   string
	Choice    string // which version of it stands, and why; empty where only one could
}

// sealLine is something that a diploma may carry in addition.
type sealLine struct {
	Title, Sentence string
	Held            bool
}

// trend is the course of the judgments in one standard, dated for those who
// cannot see the line.
func (s *Server) trend(c *gin.Context, r registrar.StandardRing, scale competency.Scale) *templates.Trend {
	const shown = 12
	steps := r.Trend[max(0, len(r.Trend)-shown):]
	t := &templates.Trend{Most: scale.Levels[len(scale.Levels)-1].N, ProficientAt: scale.ProficientAt}
	dated := make([]string, len(steps))
	for i, st := range steps {
		t.Levels = append(t.Levels, st.Level)
		dated[i] = s.pages.Date("en", st.At) + ": " + scale.Label(st.Level)
	}
	t.Label = s.T(c, "growth.trend", strings.Join(dated, "; "))
	return t
}

func (s *Server) progressOf(c *gin.Context, p registrar.LearnerStanding) progressView {
	var v progressView
	for _, r := range p.Rings {
		ring := templates.Ring{Label: r.Text, Shown: r.Shown, Total: r.Total, Next: r.Next}
		if len(r.Trend) > 1 && len(p.Scale.Levels) > 0 {
			ring.Trend = s.trend(c, r, p.Scale)
		}
		v.Rings = append(v.Rings, ring)
	}
	v.Lead = s.T(c, "progress.shown")
	if p.Policy == nil {
		return v
	}
	v.Lead, v.Uncounted = s.T(c, "progress.lead."+string(p.Audit.State)), p.Audit.Uncounted
	if p.Audit.NotApplicable != "" {
		v.Lead = sentence(p.Audit.NotApplicable)
	}
	v.Policy = "/policies/" + string(p.Policy.ID)
	v.Adopted = s.T(c, "progress.policy", p.Policy.AdoptedBy, p.Policy.Version)
	if p.Audit.Choice != nil {
		v.Choice = sentence(p.Audit.Choice.Sentence)
	}
	t := s.treeWords(c, p)
	for _, n := range p.Audit.Tree.Children {
		v.Tree = append(v.Tree, t.node(n, ""))
	}
	foldLater(v.Tree)
	for _, n := range p.Audit.Endorsements {
		words := strings.TrimPrefix(n.Sentence, n.Title+": ")
		v.Seals = append(v.Seals, sealLine{n.Title, sentence(words), n.State.Done()})
	}
	return v
}

// foldLater folds all but the first open requirement where many are open: a
// list of what is left is to be read, not scrolled through.
func foldLater(tree []templates.Node) {
	const many = 4
	var open []int
	for i, n := range tree {
		if n.Open() {
			open = append(open, i)
		}
	}
	if len(open) < many {
		return
	}
	for _, i := range open[1:] {
		tree[i].Folded = true
	}
}

func lastOf(list []int, n int) []int { return list[max(0, len(list)-n):] }

// treeWords turns an audit's tree into the nodes of a page.
type treeWords struct {
	s     *Server
	c     *gin.Context
	p     registrar.LearnerStanding
	steps map[string]policy.Step // what is left, by requirement
	open  map[string]bool        // codes of the indicators that are open
}

func (s *Server) treeWords(c *gin.Context, p registrar.LearnerStanding) treeWords {
	t := treeWords{s: s, c: c, p: p, steps: map[string]policy.Step{}, open: map[string]bool{}}
	var walk func(policy.Result)
	walk = func(r policy.Result) {
		for _, m := range r.Missing {
			t.open[m.Indicator] = true
		}
		for _, child := range r.Children {
			walk(child)
		}
	}
	walk(p.Audit.Tree)
	for _, step := range p.Audit.Next(p.Rules) {
		t.steps[step.Requirement] = step
	}
	return t
}

// shownWays is how many ways of showing something are offered at once.
const shownWays = 4

func (t treeWords) node(r policy.Result, standard string) templates.Node {
	n := templates.Node{ID: r.ID, Title: r.Title, State: templates.NodeState(r.State), Have: min(r.Have, r.Need), Need: r.Need}
	if r.State == policy.Waived {
		n.Have, n.Need = 0, 0 // the word says it
	}
	n.Sentence = asSentence(r.Title, r.Sentence)
	t.s.credit(t.c, &n, r)
	standard = cmp.Or(r.Params["standard"], standard)
	ways := false
	for _, m := range r.Missing {
		line := templates.Missing{Code: m.Indicator, Title: upperFirst(m.Title), Level: t.level(m)}
		if m.Part == policy.IndicatorPart {
			if m.Pending == "" {
				line.Ways, ways = t.ways(m.Indicator, standard), true
				for _, it := range competency.OpenBefore(t.p.Items, m.Indicator, t.open) {
					line.Before = append(line.Before, it.Text)
				}
				if t.p.Mine {
					line.Ask, line.Asked = m.Indicator, t.p.Asked[m.Indicator]
				}
			}
		}
		if m.Course != "" {
			line.Title += " (" + m.Course + ")"
		}
		n.Missing = append(n.Missing, line)
	}
	if step, open := t.steps[r.ID]; open && !ways && r.State == policy.NotMet {
		n.Person = strings.Join(t.p.Helpers.Step(step, standard), t.s.T(t.c, "tree.and"))
	}
	for _, child := range r.Children {
		n.Children = append(n.Children, t.node(child, standard))
	}
	return n
}

// level says how far an open indicator has come.
func (t treeWords) level(m policy.Missing) string {
	switch {
	case m.Pending != "":
		return t.s.T(t.c, "progress.waits", m.Provider)
	case m.Proposed > 0:
		return t.s.T(t.c, "progress.proposed", t.p.Rules.Scale.Label(m.Proposed))
	case m.Level > 0:
		return t.s.T(t.c, "progress.now", t.p.Rules.Scale.Label(m.Level))
	}
	return ""
}

// ways are ways to show an indicator, each with whom to ask; the learner can
// begin each at once.
func (t treeWords) ways(code, standard string) []templates.Way {
	var ways []templates.Way
	for _, route := range t.p.Rules.Routes[:min(shownWays, len(t.p.Rules.Routes))] {
		w := templates.Way{
			Label:  t.s.T(t.c, "route."+route),
			Person: cmp.Or(t.p.Helpers.Way(route, standard), t.s.T(t.c, "tree.a_teacher")),
		}
		if t.p.Mine {
			w.Href = "/evidence/new?" + url.Values{"indicator": {code}, "route": {route}}.Encode()
		}
		ways = append(ways, w)
	}
	return ways
}

func (s *Server) pageRequirements(c *gin.Context) error {
	who := actor(c)
	p, err := s.reg.Requirements(c.Request.Context(), who, who.Person)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "requirements", requirementsPage{s.base(c, s.T(c, "requirements.title")), s.progressOf(c, p), string(who.Person)})
}

// learnersPage is a school's learners.
type learnersPage struct {
	templates.Base
	Words   string
	School  string
	Schools []templates.Option
	List    []templates.Person
	Pager   *templates.Pager
	None    templates.Empty
}

func (s *Server) pageLearners(c *gin.Context) error {
	school, words := c.Query("school"), c.Query("q")
	page, err := s.reg.Learners(c.Request.Context(), actor(c), competency.OrgID(school), words, offset(c))
	if err != nil {
		return err
	}
	view := learnersPage{
		Base: s.base(c, s.T(c, "learners.title")), Words: words, School: string(page.School.ID),
		None: templates.Empty{Text: s.T(c, "learners.none")},
	}
	for _, o := range page.Schools {
		view.Schools = append(view.Schools, templates.Option{Value: string(o.ID), Label: o.Name})
	}
	for _, l := range page.Rows {
		view.List = append(view.List, s.learnerRow(c, l))
	}
	q := url.Values{"school": {view.School}, "q": {words}}
	view.Pager = pager("/learners?"+q.Encode()+"&from=", page.Offset, len(page.Rows), int(page.Total))
	return s.render(c, http.StatusOK, "learners", view)
}

func (s *Server) learnerRow(c *gin.Context, l registrar.LearnerLine) templates.Person {
	row := templates.Person{Name: l.Name, Href: "/learners/" + string(l.Person), Line: s.T(c, "learners.line", l.Shown, l.Total)}
	if l.Grade != "" {
		row.Line = s.T(c, "learners.grade", l.Grade, strconv.Itoa(l.GraduationYear)) + " · " + row.Line
	}
	switch l.State {
	case policy.Met, policy.Waived:
		row.State, row.Tone = s.T(c, "learners.state.met"), templates.Genuine
	case policy.Pending:
		row.State, row.Tone = s.T(c, "learners.state.pending"), templates.Attention
	case policy.NotMet:
		row.Note = s.T(c, "ring.next", l.Next)
	}
	if l.Proposals > 0 {
		row.Note = s.T(c, "learners.proposals", l.Proposals)
	}
	return row
}

// learnerPage is a learner as the school's staff sees them.
type learnerPage struct {
	templates.Base
	progressView
	Line     string
	Learner  string
	Evidence []templates.QueueRow // the newest
	Earlier  []templates.QueueRow // and what came before
	Levels   []levelRow
	CanJudge bool
	// MayExcept tells that the actor may propose or approve exceptions.
	MayExcept bool
	// Key is for asking once for a transcript; empty where the actor may not.
	Key  string
	None templates.Empty
}

// newestEvidence is how many pieces a learner's page shows unfolded.
const newestEvidence = 6

// levelRow is a level that a learner has or had.
type levelRow struct {
	registrar.LevelLine
	Reopen templates.Field
	Why    string
}

func (s *Server) pageLearner(c *gin.Context) error {
	return s.showLearner(c, competency.PersonID(c.Param("learner")), http.StatusOK, nil)
}

func (s *Server) showLearner(c *gin.Context, id competency.PersonID, status int, bad templates.Problems) error {
	v, err := s.reg.Learner(c.Request.Context(), actor(c), id)
	if err != nil {
		return err
	}
	view := learnerPage{
		Base: s.base(c, v.Name), progressView: s.progressOf(c, v.LearnerStanding), Learner: string(id), CanJudge: v.CanJudge,
		Line: s.T(c, "learner.line", v.Enrolled.Grade, strconv.Itoa(v.Enrolled.GraduationYear), v.School),
		None: templates.Empty{Text: s.T(c, "learner.no_evidence")},
	}
	view.MayExcept = v.MayExcept
	if v.MayTranscript {
		view.Key = newKey()
	}
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}}
	for _, e := range v.Evidence {
		view.Evidence = append(view.Evidence, templates.QueueRow{
			Title: e.Title, What: s.T(c, "evidence.state."+string(e.State)), Href: "/evidence/" + string(e.ID),
			Since: e.Created, Age: s.age(c, e.Created), Done: e.State == competency.EvidenceAccepted,
		})
	}
	if len(view.Evidence) > newestEvidence {
		view.Evidence, view.Earlier = view.Evidence[:newestEvidence], view.Evidence[newestEvidence:]
	}
	for _, l := range v.Levels {
		l.Confirmed, l.Reopened = l.Confirmed.In(v.Zone), l.Reopened.In(v.Zone)
		view.Levels = append(view.Levels, levelRow{
			LevelLine: l, Why: sentence(l.Why),
			Reopen: templates.NewField("text", "reason", s.T(c, "learner.reason"), "", nil).WithHint(s.T(c, "learner.reason_hint")),
		})
	}
	return s.render(c, status, "learner", view)
}

// transcriptRequest asks for a transcript of a learner.
type transcriptRequest struct {
	Key  string `json:"idempotency_key"`
	From string `json:"_from"`
}

// Validate answers what is wrong with the shape: nothing can be.
func (r *transcriptRequest) Validate() []competency.Field { return nil }

// doTranscript states what a learner has shown so far. What stands in the way is
// said on the learner's page.
func (s *Server) doTranscript(c *gin.Context) error {
	var in transcriptRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	learner := competency.PersonID(c.Param("learner"))
	_, err := s.reg.IssueTranscript(c.Request.Context(), actor(c), once(c, learner), learner)
	if refused, ok := errors.AsType[*competency.Error](err); ok && errors.Is(err, competency.ErrConflict) && !wantsJSON(c) {
		s.flash(c, templates.Flash{Kind: templates.FlashProblem, Text: refused.Detail})
		return s.see(c, "/learners/"+string(learner))
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "learner.transcript_made")})
	return s.see(c, "/learners/"+string(learner))
}
