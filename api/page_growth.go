package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// growthPage is how a learner came to each level.
type growthPage struct {
	templates.Base
	Lead  string
	Lines []growthLine
	None  templates.Empty
}

// growthLine is one indicator over time.
type growthLine struct {
	Code, Text, Standard string
	New                  bool // the first of its standard
	Trend                templates.Trend
	Course               string // "Emerging, Developing, Proficient"
	Steps                []growthStep
	Levels               []growthLevel
}

type growthStep struct {
	Label, Title, By, Feedback, Href string
	At                               time.Time
	Proficient                       bool
}

// growthLevel is a level with the sentence that explains it.
type growthLevel struct {
	Label, Why, By, State string
	Reopened              string
	At                    time.Time
	Proficient            bool
}

func (s *Server) pageGrowth(c *gin.Context) error {
	learner := competency.PersonID(c.Param("learner"))
	if learner == "" {
		learner = actor(c).Person
	}
	g, err := s.reg.Growth(c.Request.Context(), actor(c), learner)
	if err != nil {
		return err
	}
	view := growthPage{Base: s.base(c, s.T(c, "growth.title")), Lead: s.T(c, "growth.lead"), None: templates.Empty{Text: s.T(c, "growth.none")}}
	if !g.Mine {
		view.Title = s.T(c, "growth.of", g.Name)
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}, {Label: g.Name, Href: "/learners/" + string(learner)}}
	}
	before := ""
	for _, l := range g.Lines {
		line := s.growthLine(c, l, g)
		line.New = l.Standard != before
		before = l.Standard
		view.Lines = append(view.Lines, line)
	}
	return s.render(c, http.StatusOK, "growth", view)
}

func (s *Server) growthLine(c *gin.Context, l registrar.GrowthLine, g registrar.Growth) growthLine {
	line := growthLine{Code: l.Item.Code, Text: l.Item.Text, Standard: l.Standard}
	line.Trend = templates.Trend{Most: g.Scale.Levels[len(g.Scale.Levels)-1].N, ProficientAt: g.Scale.ProficientAt}
	var course, dated []string
	for _, st := range l.Steps {
		at := st.At.In(g.Zone)
		line.Trend.Levels = append(line.Trend.Levels, st.Level)
		course, dated = append(course, st.Label), append(dated, s.pages.Date("en", at)+": "+st.Label)
		line.Steps = append(line.Steps, growthStep{
			Label: st.Label, Title: st.Title, By: st.By, Feedback: st.Feedback, Href: "/evidence/" + string(st.Evidence), At: at,
			Proficient: st.Level >= g.Scale.ProficientAt,
		})
	}
	line.Trend.Levels = lastOf(line.Trend.Levels, 12)
	line.Trend.Label = s.T(c, "growth.trend", strings.Join(dated, "; "))
	line.Course = strings.Join(course, " → ")
	for _, d := range l.Levels {
		level := growthLevel{
			Label: d.Label, Why: s.levelWhy(c, d), By: d.ByName, State: string(d.State), At: d.Confirmed.In(g.Zone),
			Proficient: d.Level >= g.Scale.ProficientAt && d.State == competency.LevelConfirmed,
		}
		if d.State == competency.LevelReopened {
			level.Reopened = s.pages.Date("en", d.Reopened.In(g.Zone))
		}
		line.Levels = append(line.Levels, level)
	}
	return line
}

// levelWhy is the sentence behind a level: what it rests on, and how the school
// comes to levels, as it was when the level was proposed.
func (s *Server) levelWhy(c *gin.Context, d registrar.LevelLine) string {
	m, err := competency.ReadMethod(d.Method)
	if err != nil || m.Name == "" {
		return sentence(d.Why)
	}
	return sentence(d.Why) + " " + s.T(c, "growth.method", m.InGeneral())
}

// habitsPage is what was said about habits of work.
type habitsPage struct {
	templates.Base
	Action string // empty where the actor may not speak
	Fields []habitField
	Latest []habitLine
	All    []habitLine
	None   templates.Empty
}

type habitField struct {
	Key, Name string
	Level     templates.Field
	Words     templates.Field
}

type habitLine struct {
	Habit, Often, Words, By string
	At                      time.Time
}

func (s *Server) habits(c *gin.Context, in *registrar.HabitInput, bad templates.Problems) (habitsPage, error) {
	learner := competency.PersonID(c.Param("learner"))
	if learner == "" {
		learner = actor(c).Person
	}
	v, err := s.reg.Habits(c.Request.Context(), actor(c), learner)
	view := habitsPage{Base: s.base(c, s.T(c, "habits.title")), None: templates.Empty{Text: s.T(c, "habits.none")}}
	view.Problems = bad
	if err != nil {
		return view, err
	}
	if !v.Mine {
		view.Title = s.T(c, "habits.of", v.Name)
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "learners.title"), Href: "/learners"}, {Label: v.Name, Href: "/learners/" + string(learner)}}
	}
	for _, h := range v.Latest {
		view.Latest = append(view.Latest, s.habitLine(c, h))
	}
	for _, h := range v.All {
		view.All = append(view.All, s.habitLine(c, h))
	}
	if v.MayNote {
		view.Action = "/learners/" + string(learner) + "/habits"
		s.habitFields(c, &view, in, bad)
	}
	return view, nil
}

func (s *Server) habitLine(c *gin.Context, h registrar.HabitLine) habitLine {
	return habitLine{s.T(c, "habit."+h.Habit.Habit), s.T(c, "habit.often."+competency.HabitScale[h.Level-1]), h.Words, h.By, h.Made}
}

func (s *Server) habitFields(c *gin.Context, view *habitsPage, in *registrar.HabitInput, bad templates.Problems) {
	often := []templates.Option{{Label: s.T(c, "habits.leave")}}
	for i, word := range competency.HabitScale {
		often = append(often, templates.Option{Value: number(i + 1), Label: s.T(c, "habit.often."+word)})
	}
	for i, key := range competency.Habits {
		var typed registrar.HabitWord
		if in != nil && i < len(in.Habits) {
			typed = in.Habits[i]
		}
		at := "habits[" + string(rune('0'+i)) + "]."
		view.Fields = append(view.Fields, habitField{
			Key: key, Name: at + "habit",
			Level: templates.NewField("select", at+"level", s.T(c, "habit."+key), number(typed.Level), bad).WithOptions(often),
			Words: templates.NewField("text", at+"words", s.T(c, "habits.words"), typed.Words, bad).AsOptional(),
		})
	}
}

func (s *Server) pageHabits(c *gin.Context) error {
	view, err := s.habits(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "habits", view)
}

func (s *Server) doNoteHabits(c *gin.Context) error {
	var in registrar.HabitInput
	err := decode(c, &in)
	if err == nil {
		err = s.reg.NoteHabits(c.Request.Context(), actor(c), competency.PersonID(c.Param("learner")), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.habits(c, &in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "habits", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "habits.kept")})
	return s.see(c, "/learners/"+c.Param("learner")+"/habits")
}
