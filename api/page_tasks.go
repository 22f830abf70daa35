package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// tasksPage is what a teacher has given.
type tasksPage struct {
	templates.Base
	Open, Closed []templates.QueueRow
	Sections     []templates.Person
	None         templates.Empty
}

// myTasksPage is what a learner was given.
type myTasksPage struct {
	templates.Base
	Rows []myTask
	None templates.Empty
}

type myTask struct {
	Title, Words, By, Due, State, Href, Action string
	Codes                                      string
	Answered                                   bool
}

// pageTasks answers a teacher what they gave, and a learner what they got.
func (s *Server) pageTasks(c *gin.Context) error {
	who := actor(c)
	if !who.Is(competency.Teacher) && len(who.Schools) > 0 {
		return s.pageMyTasks(c)
	}
	v, err := s.reg.TaskDesk(c.Request.Context(), who)
	if err != nil {
		return err
	}
	add := &templates.Button{Label: s.T(c, "tasks.add"), Href: "/tasks/new", Icon: "add"}
	view := tasksPage{Base: s.base(c, s.T(c, "tasks.title")), None: templates.Empty{Text: s.T(c, "tasks.none"), Action: add}}
	for _, h := range v.Given {
		row := templates.QueueRow{
			Title: h.Title + " · " + strings.Join(h.Codes, ", "), Who: h.To, Href: "/handouts/" + string(h.ID), Since: h.Given, Age: s.age(c, h.Given),
		}
		if h.Due != "" {
			row.Due = s.T(c, "tasks.due", s.pages.Date("en", h.Due))
		}
		if h.Closed.IsZero() {
			view.Open = append(view.Open, row)
		} else {
			row.Done = true
			view.Closed = append(view.Closed, row)
		}
	}
	return s.render(c, http.StatusOK, "tasks", view)
}

func (s *Server) pageMyTasks(c *gin.Context) error {
	mine, err := s.reg.MyTasks(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := myTasksPage{Base: s.base(c, s.T(c, "my_tasks.title")), None: templates.Empty{Text: s.T(c, "my_tasks.none")}}
	for _, t := range mine {
		row := myTask{Title: t.Task.Title, Words: t.Task.Words, By: t.By, Codes: strings.Join(t.Codes, ", "), Href: "/evidence/new?task=" + string(t.Task.ID), Action: s.T(c, "my_tasks.answer")}
		if t.Due != "" {
			row.Due = s.T(c, "tasks.due", s.pages.Date("en", t.Due))
		}
		if t.State != "" {
			row.State, row.Href, row.Action, row.Answered = s.T(c, "evidence.state."+string(t.State)), "/evidence", s.T(c, "my_tasks.look"), true
		}
		if t.Begun() {
			row.Action, row.Answered = s.T(c, "my_tasks.go_on"), false
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(c, http.StatusOK, "my_tasks", view)
}

// taskFormPage is the form for a task.
type taskFormPage struct {
	templates.Base
	In        registrar.TaskInput
	Key       string
	Again     *competency.Task
	AgainFor  []competency.Item
	Learner   string // the name of who asked
	Standards []standardChoices
	Sections  []templates.Option
	Earlier   []templates.Option
}

func (s *Server) taskForm(c *gin.Context, in *registrar.TaskInput, bad templates.Problems) (taskFormPage, error) {
	given := registrar.TaskInput{Task: c.Query("task"), Request: c.Query("request"), Section: c.Query("section")}
	if in != nil {
		given = *in
	}
	form, err := s.reg.TaskForm(c.Request.Context(), actor(c), competency.TaskID(given.Task), competency.RequestID(given.Request))
	view := taskFormPage{Base: s.base(c, s.T(c, "task_new.title")), Key: newKey(), In: given, Again: form.Again, AgainFor: form.AgainFor, Learner: form.LearnerName}
	view.Problems = bad
	if err != nil {
		return view, err
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "tasks.title"), Href: "/tasks"}}
	if in == nil && form.Asked.Code != "" {
		view.In.Indicators = []string{form.Asked.Code}
	}
	for _, st := range form.Standards {
		list := standardChoices{Text: st.Text}
		for _, it := range st.Indicators {
			ch := choice{Code: it.Code, Text: it.Text, Chosen: slices.Contains(view.In.Indicators, it.Code)}
			list.Chosen = list.Chosen || ch.Chosen
			list.Indicators = append(list.Indicators, ch)
		}
		view.Standards = append(view.Standards, list)
	}
	for _, l := range form.Sections {
		view.Sections = append(view.Sections, templates.Option{Value: string(l.ID), Label: l.Name})
	}
	view.Earlier = []templates.Option{{Label: s.T(c, "task_new.fresh")}}
	for _, t := range form.Earlier {
		view.Earlier = append(view.Earlier, templates.Option{Value: string(t.ID), Label: t.Title})
	}
	return view, nil
}

func (s *Server) pageNewTask(c *gin.Context) error {
	view, err := s.taskForm(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "task_new", view)
}

func (s *Server) doGiveTask(c *gin.Context) error {
	var in registrar.TaskInput
	err := decode(c, &in)
	var id competency.HandoutID
	if err == nil {
		id, err = s.reg.GiveTask(c.Request.Context(), actor(c), once(c, in), in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.taskForm(c, &in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "task_new", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "task_new.given")})
	return s.see(c, "/handouts/"+string(id))
}

func (s *Server) doCloseHandout(c *gin.Context) error {
	var in closeRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	id := c.Param("handout")
	if err := s.reg.CloseHandout(c.Request.Context(), actor(c), competency.HandoutID(id), !in.Open); err != nil {
		return err
	}
	return s.see(c, "/handouts/"+id)
}
