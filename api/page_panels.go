package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// panelsPage lists the panels of one person.
type panelsPage struct {
	templates.Base
	Rows []templates.QueueRow
	None templates.Empty
}

func (s *Server) pagePanels(c *gin.Context) error {
	lines, err := s.reg.Panels(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := panelsPage{Base: s.base(c, s.T(c, "panels.title")), None: templates.Empty{Text: s.T(c, "panels.none")}}
	for _, l := range lines {
		row := templates.QueueRow{Title: l.Title, Who: l.Name, Href: "/panels/" + string(l.ID), Since: l.Opened, Age: s.age(c, l.Opened)}
		switch {
		case l.Mine:
			row.What = s.T(c, "panels.mine")
		case l.Ready:
			row.What = s.T(c, "panels.ready")
		default:
			row.What = s.T(c, "panels.waits", len(l.Waits()))
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(c, http.StatusOK, "panels", view)
}

// panelFormPage calls a panel together.
type panelFormPage struct {
	templates.Base
	Learner   string
	Key       string
	In        registrar.PanelInput
	Kinds     []templates.Option
	Pieces    []choice
	People    []choice
	Standards []standardChoices
	Guests    []guestFields
}

// guestFields are the fields of one guest.
type guestFields struct {
	Name, Role, Organisation templates.Field
	Shown                    bool // something was typed, or it is the first
}

func (s *Server) panelForm(c *gin.Context, in registrar.PanelInput, bad templates.Problems) (panelFormPage, error) {
	learner := competency.PersonID(c.Param("learner"))
	form, err := s.reg.PanelForm(c.Request.Context(), actor(c), learner)
	view := panelFormPage{Base: s.base(c, s.T(c, "panel_new.title", form.Name)), Learner: string(learner), Key: newKey(), In: in}
	view.Problems = bad
	if err != nil {
		return view, err
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}, {Label: form.Name, Href: "/learners/" + string(learner)}}
	for _, k := range competency.PanelKinds {
		view.Kinds = append(view.Kinds, templates.Option{Value: k, Label: s.T(c, "panel.kind."+k)})
	}
	for _, e := range form.Pieces {
		view.Pieces = append(view.Pieces, choice{string(e.ID), e.Title, slices.Contains(in.Pieces, string(e.ID))})
	}
	for _, p := range form.People {
		text := p.Name + ", " + p.Place
		if p.Outside {
			text = s.T(c, "panel_new.outside", p.Name, p.Place)
		}
		view.People = append(view.People, choice{string(p.Person), text, slices.Contains(in.Members, string(p.Person))})
	}
	for i := range competency.MaxGuests {
		var typed registrar.GuestInput
		if i < len(in.Guests) {
			typed = in.Guests[i]
		}
		at := "guests[" + strconv.Itoa(i) + "]."
		view.Guests = append(view.Guests, guestFields{
			Name:         templates.NewField("text", at+"name", s.T(c, "panel_new.guest_name"), typed.Name, bad),
			Role:         templates.NewField("text", at+"role", s.T(c, "panel_new.guest_role"), typed.Role, bad).WithHint(s.T(c, "panel_new.guest_role_hint")),
			Organisation: templates.NewField("text", at+"organisation", s.T(c, "panel_new.guest_place"), typed.Organisation, bad).AsOptional(),
			Shown:        typed != registrar.GuestInput{},
		})
	}
	for _, st := range form.Standards {
		list := standardChoices{Text: st.Text}
		for _, it := range st.Indicators {
			ch := choice{Code: it.Code, Text: it.Text, Chosen: slices.Contains(in.Indicators, it.Code)}
			list.Chosen = list.Chosen || ch.Chosen
			list.Indicators = append(list.Indicators, ch)
		}
		view.Standards = append(view.Standards, list)
	}
	return view, nil
}

func (s *Server) pageNewPanel(c *gin.Context) error {
	view, err := s.panelForm(c, registrar.PanelInput{}, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "panel_new", view)
}

func (s *Server) doOpenPanel(c *gin.Context) error {
	var in registrar.PanelInput
	learner := competency.PersonID(c.Param("learner"))
	err := decode(c, &in)
	var id competency.PanelID
	if err == nil {
		id, err = s.reg.OpenPanel(c.Request.Context(), actor(c), once(c, in), learner, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.panelForm(c, in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "panel_new", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "panel_new.opened")})
	return s.see(c, "/panels/"+string(id))
}

// panelPage is a panel as its members and its chair see it.
type panelPage struct {
	templates.Base
	V       registrar.PanelView
	Lead    string
	Members []panelMember
	Rows    []panelRow
	State   string
	Guests  []panelGuest
	Reason  templates.Field // why it ends without a decision
}

// panelGuest is a guest as the chair passes on their link.
type panelGuest struct {
	Seat, Who string
	Link      string // empty where it leads nowhere any more
	Until     time.Time
}

type panelMember struct {
	Name, Note string
	Spoke      bool
}

// panelRow is one indicator: what was said, and the fields for saying it.
type panelRow struct {
	Code, Text, Name string
	Said             []resultLine
	Agreed           string // the level that follows by rule
	Level            templates.Field
	Words            templates.Field
}

func (s *Server) panel(c *gin.Context, in []registrar.IndicatorScore, bad templates.Problems) (panelPage, error) {
	v, err := s.reg.Panel(c.Request.Context(), actor(c), competency.PanelID(c.Param("panel")))
	view := panelPage{Base: s.base(c, v.Body.Title), V: v}
	view.Problems = bad
	if err != nil {
		return view, err
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "panels.title"), Href: "/panels"}}
	view.Lead = s.T(c, "panel.lead", s.T(c, "panel.kind."+v.Kind), v.Name, v.Names[v.Chair])
	view.State = s.T(c, "panel.state."+string(v.State))
	for _, m := range v.Members {
		line := panelMember{Name: v.Names[m.Person], Spoke: len(v.ScoresOf(m.Person)) > 0}
		if m.Outside {
			line.Note = s.T(c, "panel.outside")
		}
		view.Members = append(view.Members, line)
	}
	for _, g := range v.Guests {
		if !g.Spoke.IsZero() || v.State != competency.PanelOpen || v.Chair != actor(c).Person {
			continue
		}
		guest := panelGuest{Seat: string(g.Seat), Who: g.By.Title(), Until: g.Expires}
		if g.Secret != "" {
			guest.Link = s.PublicURL + "/seats/" + g.Secret
		}
		view.Guests = append(view.Guests, guest)
	}
	view.Reason = templates.NewField("textarea", "reason", s.T(c, "panel.end_why"), c.PostForm("reason"), bad).WithRows(2).AsRequired()
	for i, it := range v.Items {
		view.Rows = append(view.Rows, s.panelRow(c, i, it, v, in, bad))
	}
	return view, nil
}

func (s *Server) panelRow(c *gin.Context, i int, it competency.Item, v registrar.PanelView, in []registrar.IndicatorScore, bad templates.Problems) panelRow {
	list := "scores["
	if v.MayDecide {
		list = "settled["
	}
	at := list + strconv.Itoa(i) + "]."
	row := panelRow{Code: it.Code, Text: it.Text, Name: at + "indicator"}
	if v.Open {
		for _, sc := range v.Scores {
			if sc.Item == it.ID {
				row.Said = append(row.Said, resultLine{By: v.Names[sc.Person], Label: v.Scale.Label(sc.Level), Feedback: sc.Words, At: sc.Made, Proficient: sc.Level >= v.Scale.ProficientAt})
			}
		}
	}
	if level, ok := v.Agreed(it.ID, v.Scale); ok && v.Open {
		row.Agreed = v.Scale.Label(level)
	}
	var typed registrar.IndicatorScore
	if i < len(in) {
		typed = in[i]
	}
	row.Level = s.levelField(at+"level", it, v.Scale, v.Rubrics[it.ID], typed, bad)
	words := "judge.feedback"
	if v.MayDecide {
		words = "panel.why"
	}
	row.Words = templates.NewField("textarea", at+"feedback", s.T(c, words), typed.Feedback, bad).WithRows(2)
	return row
}

// levelField is the picker of a level with what the rubric says at each.
func (s *Server) levelField(name string, it competency.Item, scale competency.Scale, r competency.Rubric, typed registrar.IndicatorScore, bad templates.Problems) templates.Field {
	levels := scale.Levels
	if len(r.Criteria) > 0 {
		levels = rubricLevels(scale, r.Criteria[0])
	}
	var options []templates.Option
	for _, l := range levels {
		options = append(options, templates.Option{Value: number(l.N), Label: l.Label, Text: l.Description})
	}
	return templates.NewField("levels", name, it.Text, number(typed.Level), bad).WithOptions(options)
}

func (s *Server) pagePanel(c *gin.Context) error {
	view, err := s.panel(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "panel", view)
}

func (s *Server) doScorePanel(c *gin.Context) error {
	var in registrar.EvidenceScores
	err := decode(c, &in)
	if err == nil {
		err = s.reg.ScorePanel(c.Request.Context(), actor(c), competency.PanelID(c.Param("panel")), in)
	}
	return s.panelDone(c, in.Scores, err, "panel.said")
}

func (s *Server) doDecidePanel(c *gin.Context) error {
	var in registrar.PanelDecision
	err := decode(c, &in)
	if err == nil {
		err = s.reg.DecidePanel(c.Request.Context(), actor(c), competency.PanelID(c.Param("panel")), in)
	}
	return s.panelDone(c, in.Settled, err, "panel.decided")
}

func (s *Server) doCancelPanel(c *gin.Context) error {
	var in registrar.PanelEnd
	err := decode(c, &in)
	if err == nil {
		err = s.reg.CancelPanel(c.Request.Context(), actor(c), competency.PanelID(c.Param("panel")), in)
	}
	return s.panelDone(c, nil, err, "panel.cancelled")
}

func (s *Server) doInviteAgain(c *gin.Context) error {
	err := s.reg.InviteAgain(c.Request.Context(), actor(c), competency.PanelID(c.Param("panel")), competency.SeatID(c.Param("seat")))
	return s.panelDone(c, nil, err, "panel.invited")
}

// panelDone shows the panel again: with what is wrong, or with what was kept.
func (s *Server) panelDone(c *gin.Context, in []registrar.IndicatorScore, err error, words string) error {
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.panel(c, in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "panel", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, words)})
	return s.see(c, "/panels/"+c.Param("panel"))
}
