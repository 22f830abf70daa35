package api

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// sectionsPage lists a teacher's sections.
type sectionsPage struct {
	templates.Base
	List []templates.Person
	None templates.Empty
}

func (s *Server) pageSections(c *gin.Context) error {
	lines, err := s.reg.Sections(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	add := &templates.Button{Label: s.T(c, "sections.add"), Href: "/sections/new", Icon: "add"}
	view := sectionsPage{Base: s.base(c, s.T(c, "sections.title")), None: templates.Empty{Text: s.T(c, "sections.none"), Action: add}}
	for _, l := range lines {
		row := templates.Person{Name: l.Name, Href: "/sections/" + string(l.ID), Line: s.T(c, "sections.members", l.Members)}
		if !l.Closed.IsZero() {
			row.State = s.T(c, "sections.closed")
		}
		view.List = append(view.List, row)
	}
	return s.render(c, http.StatusOK, "sections", view)
}

// sectionFormPage is the form for a section.
type sectionFormPage struct {
	templates.Base
	In      registrar.SectionInput
	Action  string
	Key     string
	ID      string
	Closed  bool
	Schools []templates.Option
}

func (s *Server) sectionForm(c *gin.Context, in *registrar.SectionInput, bad templates.Problems) (sectionFormPage, error) {
	id := c.Param("section")
	v, err := s.reg.Section(c.Request.Context(), actor(c), competency.SectionID(id))
	view := sectionFormPage{Base: s.base(c, s.T(c, "section_edit.new")), Action: "/sections", Key: newKey(), ID: id, Closed: !v.Closed.IsZero()}
	view.Problems = bad
	if err != nil {
		return view, err
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "sections.title"), Href: "/sections"}}
	for _, o := range v.Schools {
		view.Schools = append(view.Schools, templates.Option{Value: string(o.ID), Label: o.Name})
	}
	if id != "" {
		view.Title, view.Action = v.Name, "/sections/"+id
		view.In.Name = v.Name
		var names []string
		for _, p := range v.Members {
			names = append(names, p.Used)
		}
		view.In.Names = strings.Join(names, "\n")
	}
	if in != nil {
		view.In = *in
	}
	return view, nil
}

func (s *Server) pageSectionForm(c *gin.Context) error {
	view, err := s.sectionForm(c, nil, nil)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "section_edit", view)
}

// maxRoster is how many bytes of a table are read as a class list.
const maxRoster = 256 << 10

// sectionInput reads the form; the lines of a table that came along stand below
// those that were typed.
func sectionInput(c *gin.Context) (in registrar.SectionInput, err error) {
	if err := decode(c, &in); err != nil {
		return in, err
	}
	for _, u := range formFiles(c) {
		f, err := u.Open()
		if err != nil {
			return in, competency.Invalid(competency.Field{Pointer: "/files", Detail: "The file " + u.Name + " could not be read."})
		}
		text, err := io.ReadAll(io.LimitReader(f, maxRoster+1))
		_ = f.Close() // it was only read
		if err != nil || len(text) > maxRoster || strings.ContainsRune(string(text), 0) {
			return in, competency.Invalid(competency.Field{Pointer: "/files", Detail: "This file is no class list. Save the table as CSV (UTF-8), one learner a line."})
		}
		in.Names = strings.TrimSpace(in.Names + "\n" + firstColumn(string(text)))
	}
	return in, nil
}

// firstColumn keeps what stands before the first comma of each line of a table.
func firstColumn(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, `"`) {
			l, _, _ = strings.Cut(l[1:], `"`)
		} else {
			l, _, _ = strings.Cut(l, ",")
		}
		lines[i] = l
	}
	return strings.Join(lines, "\n")
}

func (s *Server) doSaveSection(c *gin.Context) error {
	id := competency.SectionID(c.Param("section"))
	in, err := sectionInput(c)
	switch {
	case err != nil:
	case id == "":
		id, err = s.reg.AddSection(c.Request.Context(), actor(c), once(c, in), in)
	default:
		err = s.reg.SaveSection(c.Request.Context(), actor(c), id, in)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.sectionForm(c, &in, bad)
		if err != nil {
			return err
		}
		return s.render(c, http.StatusUnprocessableEntity, "section_edit", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "section_edit.kept")})
	return s.see(c, "/sections/"+string(id))
}

// closeRequest closes something, or opens it again.
type closeRequest struct {
	Open bool `json:"open"`
}

func (s *Server) doCloseSection(c *gin.Context) error {
	var in closeRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	if err := s.reg.CloseSection(c.Request.Context(), actor(c), competency.SectionID(c.Param("section")), !in.Open); err != nil {
		return err
	}
	return s.see(c, "/sections")
}

// gridPage is a section × indicator.
type gridPage struct {
	templates.Base
	ID        string
	Lead      string
	Filters   []templates.Tab
	Standard  string
	Only      string
	Standards []templates.Option
	Columns   []competency.Item
	Rows      []gridRow
	Legend    []gridCell
	None      templates.Empty
}

type gridRow struct {
	Name, Href string
	Cells      []gridCell
}

// gridCell is a sign, a number and a word: never a colour alone.
type gridCell struct {
	State, Code, Word, Href string
	Sign                    string
	Level                   int
}

// cellSigns tell the states apart by their shape.
var cellSigns = map[registrar.CellState]string{
	registrar.CellWaiting: "●", registrar.CellProposed: "◇", registrar.CellShown: "✓",
	registrar.CellConfirmed: "=", registrar.CellHanded: "○", registrar.CellNone: "–",
}

// cellStates are the states as the legend lists them.
var cellStates = []registrar.CellState{
	registrar.CellShown, registrar.CellConfirmed, registrar.CellProposed, registrar.CellWaiting, registrar.CellHanded, registrar.CellNone,
}

func (s *Server) pageGrid(c *gin.Context) error {
	id := c.Param("section")
	filter := registrar.GridFilter{Standard: c.Query("standard")}
	if only := registrar.CellState(c.Query("only")); only == registrar.CellNone || only == registrar.CellWaiting {
		filter.Only = only
	}
	g, err := s.reg.Grid(c.Request.Context(), actor(c), competency.SectionID(id), filter)
	if err != nil {
		return err
	}
	view := gridPage{
		Base: s.base(c, g.Section.Name), ID: id, Lead: s.T(c, "grid.lead", g.Learners, g.Counts[registrar.CellWaiting]),
		Standard: filter.Standard, Only: string(filter.Only), Columns: g.Columns, None: templates.Empty{Text: s.T(c, "grid.none")},
	}
	view.Wide = true
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "sections.title"), Href: "/sections"}}
	view.Standards = []templates.Option{{Label: s.T(c, "grid.all")}}
	for _, it := range g.Standards {
		view.Standards = append(view.Standards, templates.Option{Value: it.Code, Label: it.Text})
	}
	for _, only := range []registrar.CellState{"", registrar.CellNone, registrar.CellWaiting} {
		q := url.Values{}
		if filter.Standard != "" {
			q.Set("standard", filter.Standard)
		}
		if only != "" {
			q.Set("only", string(only))
		}
		key := "grid.only.all"
		if only != "" {
			key = "grid.only." + string(only)
		}
		view.Filters = append(view.Filters, templates.Tab{
			Label: s.T(c, key), Href: "/sections/" + id + "?" + q.Encode(), Current: filter.Only == only, Count: g.Counts[only],
		})
	}
	for _, state := range cellStates {
		view.Legend = append(view.Legend, gridCell{State: string(state), Sign: cellSigns[state], Word: s.T(c, "grid.legend."+string(state))})
	}
	s.gridRows(c, &view, g)
	return s.render(c, http.StatusOK, "grid", view)
}

// gridRows puts the cells into words. There may be thousands, so that each word
// is looked up once.
func (s *Server) gridRows(c *gin.Context, view *gridPage, g registrar.Grid) {
	words := map[registrar.Cell]string{}
	for _, r := range g.Rows {
		row := gridRow{Name: r.Name, Href: "/learners/" + string(r.Person), Cells: make([]gridCell, len(r.Cells))}
		for i, cell := range r.Cells {
			key := registrar.Cell{State: cell.State, Level: cell.Level, Label: cell.Label}
			word, known := words[key]
			if !known {
				word = s.T(c, "grid.cell."+string(cell.State), cell.Label)
				words[key] = word
			}
			out := gridCell{State: string(cell.State), Code: g.Columns[i].Code, Word: word, Sign: cellSigns[cell.State], Level: cell.Level}
			switch {
			case cell.Judge:
				out.Href = "/judge/" + string(cell.Evidence)
			case cell.State == registrar.CellProposed:
				out.Href = row.Href + "#levels"
			case cell.Evidence != "":
				out.Href = "/evidence/" + string(cell.Evidence)
			}
			row.Cells[i] = out
		}
		view.Rows = append(view.Rows, row)
	}
}

// number is a number as a form sends it; empty for 0.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
