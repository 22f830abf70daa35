package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// draftPage is a framework's next version while it is written.
type draftPage struct {
	templates.Base
	V     registrar.DraftView
	Rows  []draftRow
	Whole bool // all rows are shown; else the branch around the chosen one
	At    *draftItem
	Types []templates.Field
	Check draftCheck
	Code  string // of the item that is open
	Scale draftScale
}

// draftScale is the scale of the draft, as it is written.
type draftScale struct {
	Levels       []levelFields
	ProficientAt templates.Field
	Fixed        bool // learners were judged by it: levels neither come nor go
	Open         bool // something of it is wrong
	Line         string
}

type levelFields struct{ Label, Description templates.Field }

// draftStep are the hidden fields of one thing that can be done.
type draftStep struct {
	Step     int
	Do, Code string
}

// Do are the hidden fields of a form of the page.
func (p draftPage) Do(what, code string) draftStep { return draftStep{p.V.Step, what, code} }

// draftRow is one item in the outline.
type draftRow struct {
	competency.FrameworkRow
	KindName string
	Indent   int
	State    string // "", new, changed, retired
	Word     string
	Chosen   bool
}

// draftItem is the item that is being changed, or a new one.
type draftItem struct {
	Code, Above                              string
	New, Published, Retired                  bool
	Learners                                 int
	Up, Down, In, Out                        bool
	NewCode, Text, Kind, Tags, Prerequisites templates.Field
	AddBelow                                 bool
}

// draftCheck is what stands before publishing.
type draftCheck struct {
	Added, Retired, Restored []changeLine
	Changed                  []changeLine
	Problems                 []string
	More                     int
}

// changeLine is one item that differs.
type changeLine struct {
	Code, Text, Was string
	Learners        int
	Placed          bool // it stands elsewhere, or is of another kind
}

// rowsAtOnce is how many rows the outline shows in full.
const rowsAtOnce = 300

func (s *Server) pageDraft(c *gin.Context) error {
	v, err := s.reg.FrameworkDraft(c.Request.Context(), actor(c), competency.DraftID(c.Param("draft")))
	if err != nil {
		return err
	}
	in := registrar.DraftChange{Do: "edit", Code: c.Query("at")}
	if c.Query("add") != "" || c.Query("at") == "" && len(v.Outline) == 0 {
		in.Do = "add"
	}
	return s.showDraft(c, http.StatusOK, v, in, nil)
}

// showDraft draws the draft with one item open; bad is what was wrong with its
// words, which stand in the form as they were written.
func (s *Server) showDraft(c *gin.Context, status int, v registrar.DraftView, in registrar.DraftChange, bad templates.Problems) error {
	view := draftPage{Base: s.base(c, s.T(c, "draft.title", v.Name)), V: v}
	view.Path = "/framework-drafts/" + string(v.ID)
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "frameworks.title"), Href: "/frameworks"}}
	view.Problems, view.Wide, view.Code = bad, true, in.Code
	s.draftRows(c, &view, in.Code)
	s.draftItem(c, &view, in)
	for i, t := range v.Types {
		if t.Sure {
			continue
		}
		name := t.Name
		if name == "" {
			name = s.T(c, "draft.no_word")
		}
		f := templates.NewField("select", "kinds["+strconv.Itoa(i)+"]", s.T(c, "draft.word", name, t.Count), string(t.Kind), bad)
		view.Types = append(view.Types, f.WithHint(s.T(c, "draft.example", t.Example)).WithOptions(s.kindOptions(c, competency.ItemKinds)))
	}
	s.draftScale(c, &view, in)
	s.draftCheck(&view)
	return s.render(c, status, "framework_draft", view)
}

// draftScale fills the form of the scale; a new framework has room for more levels.
func (s *Server) draftScale(c *gin.Context, view *draftPage, in registrar.DraftChange) {
	v, bad := view.V, view.Problems
	out := draftScale{Fixed: v.Follows.ID != "", Open: in.Do == "scale" && len(bad) > 0}
	at, levels := 0, make([]registrar.LevelIn, len(v.InForce.Levels))
	names := make([]string, len(v.InForce.Levels))
	for i, l := range v.InForce.Levels {
		levels[i], names[i] = registrar.LevelIn{Label: l.Label, Description: l.Description}, l.Label
		if l.N == v.InForce.ProficientAt {
			at, names[i] = i+1, s.T(c, "draft.scale_counts", l.Label)
		}
	}
	out.Line = strings.Join(names, " · ")
	if out.Open {
		levels, at = in.Levels, in.ProficientAt
	}
	rows := len(levels)
	if !out.Fixed {
		rows = min(max(rows, 4)+2, competency.MaxLevels)
	}
	var places []templates.Option
	for i := range rows {
		var l registrar.LevelIn
		if i < len(levels) {
			l = levels[i]
		}
		name := "levels[" + strconv.Itoa(i) + "]."
		out.Levels = append(out.Levels, levelFields{
			Label:       templates.NewField("text", name+"label", s.T(c, "draft.level", i+1), l.Label, bad),
			Description: templates.NewField("textarea", name+"description", s.T(c, "draft.level_text", i+1), l.Description, bad).WithRows(2).AsOptional(),
		})
		if i > 0 {
			label := s.T(c, "draft.level", i+1)
			if l.Label != "" {
				label += ": " + l.Label
			}
			places = append(places, templates.Option{Value: strconv.Itoa(i + 1), Label: label})
		}
	}
	out.ProficientAt = templates.NewField("select", "proficient_at", s.T(c, "draft.proficient"), strconv.Itoa(at), bad).WithOptions(places)
	view.Scale = out
}

func (s *Server) kindOptions(c *gin.Context, kinds []competency.ItemKind) []templates.Option {
	var all []templates.Option
	for _, k := range kinds {
		all = append(all, templates.Option{Value: string(k), Label: s.T(c, "framework.kind."+string(k))})
	}
	return all
}

// draftRows lists the outline; a long one around the chosen item.
func (s *Server) draftRows(c *gin.Context, view *draftPage, chosen string) {
	o := view.V.Outline
	changed := map[string]bool{}
	for _, ch := range view.V.Changes.Changed {
		changed[ch.After.Code] = true
	}
	near := map[string]bool{"": true} // the chosen item and what stands above it
	for at := o.At(chosen); at >= 0; at = o.At(o[at].Parent) {
		near[o[at].Code] = true
	}
	view.Whole = len(o) <= rowsAtOnce
	for i, depth := range o.Depth() {
		r := o[i]
		if !view.Whole && !near[r.Parent] {
			continue
		}
		row := draftRow{FrameworkRow: r, KindName: s.T(c, "framework.kind."+string(r.Kind)), Indent: min(depth, 6), Chosen: r.Code == chosen}
		switch {
		case r.Retired:
			row.State = "retired"
		case !view.V.Published[r.Code] && view.V.Base != "":
			row.State = "new"
		case changed[r.Code]:
			row.State = "changed"
		}
		if row.State != "" {
			row.Word = s.T(c, "draft.state."+row.State)
		}
		view.Rows = append(view.Rows, row)
	}
}

// draftItem fills the form of the item that is open.
func (s *Server) draftItem(c *gin.Context, view *draftPage, in registrar.DraftChange) {
	o, bad := view.V.Outline, view.Problems
	at := o.At(in.Code)
	it := draftItem{Code: in.Code, New: in.Do == "add"}
	field := func(kind, name, label, value string) templates.Field {
		return templates.NewField(kind, name, s.T(c, "draft."+label), value, bad)
	}
	words := competency.FrameworkRow{Code: o.NextCode(in.Code), Kind: s.kindBelow(o, in.Code)}
	above := competency.ItemKind("")
	switch {
	case it.New && at >= 0:
		it.Above, above = in.Code, o[at].Kind
	case it.New:
	case at < 0:
		return
	default:
		words = o[at]
		if up := o.At(words.Parent); words.Parent != "" && up >= 0 {
			above = o[up].Kind
		}
		it.Published, it.Retired, it.Learners = view.V.Published[in.Code], words.Retired, view.V.Learners[in.Code]
		it.Up, it.Down = o.MayMove(in.Code, competency.MoveUp), o.MayMove(in.Code, competency.MoveDown)
		it.In, it.Out = o.MayMove(in.Code, competency.MoveIn), o.MayMove(in.Code, competency.MoveOut)
		it.AddBelow = s.kindBelow(o, in.Code) != ""
	}
	if len(bad) > 0 { // what was written stands
		words.Text, words.Kind, words.Tags, words.Prerequisites = in.Text, in.Kind, []string{in.Tags}, []string{in.Prerequisites}
		if it.New || in.Do == "code" {
			words.Code = in.NewCode
		}
	}
	it.NewCode = field("text", "new_code", "code", words.Code).WithHint(s.T(c, "draft.code_hint"))
	it.Text = field("textarea", "text", "text", words.Text).WithRows(3).AsRequired()
	var kinds []competency.ItemKind
	for _, k := range competency.ItemKinds {
		if k.Below(above) || k == words.Kind {
			kinds = append(kinds, k)
		}
	}
	it.Kind = field("select", "kind", "kind", string(words.Kind)).WithOptions(s.kindOptions(c, kinds))
	it.Tags = field("text", "tags", "tags", strings.Join(words.Tags, ", ")).WithHint(s.T(c, "draft.tags_hint")).AsOptional()
	it.Prerequisites = field("text", "prerequisites", "before", strings.Join(words.Prerequisites, ", ")).WithHint(s.T(c, "draft.before_hint")).AsOptional()
	view.At = &it
}

// kindBelow is what most often stands below an item: the kind of what stands
// there, or else the narrowest that may; empty where nothing may.
func (s *Server) kindBelow(o competency.Outline, code string) competency.ItemKind {
	above := competency.ItemKind("")
	if at := o.At(code); at >= 0 {
		above = o[at].Kind
	}
	for _, r := range o {
		if r.Parent == code && r.Kind.Below(above) {
			return r.Kind
		}
	}
	if above == "" {
		return competency.StandardItem
	}
	for _, k := range []competency.ItemKind{competency.IndicatorItem, competency.AttributeItem, competency.StandardItem, competency.ObjectiveItem} {
		if k.Below(above) {
			return k
		}
	}
	return ""
}

// draftCheck lists what publishing would do.
func (s *Server) draftCheck(view *draftPage) {
	v := view.V
	lines := func(rows []competency.FrameworkRow) (list []changeLine) {
		for _, r := range rows {
			list = append(list, changeLine{Code: r.Code, Text: r.Text, Learners: v.Learners[r.Code]})
		}
		return list
	}
	check := draftCheck{Added: lines(v.Changes.Added), Retired: lines(v.Changes.Retired), Restored: lines(v.Changes.Restored)}
	for _, ch := range v.Changes.Changed {
		line := changeLine{Code: ch.After.Code, Text: ch.After.Text, Learners: v.Learners[ch.After.Code]}
		if slices.Contains(ch.What, "text") {
			line.Was = ch.Before.Text
		}
		line.Placed = slices.Contains(ch.What, "parent") || slices.Contains(ch.What, "kind")
		check.Changed = append(check.Changed, line)
	}
	for i, p := range v.Problems {
		if i == rowsShown {
			check.More = len(v.Problems) - i
			break
		}
		check.Problems = append(check.Problems, p.Detail)
	}
	view.Check = check
}

// doChangeDraft does one thing to a draft. What is wrong comes back beside its field;
// a script that saves what is typed is answered with nothing.
func (s *Server) doChangeDraft(c *gin.Context) error {
	var in registrar.DraftChange
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, id := c.Request.Context(), competency.DraftID(c.Param("draft"))
	code, err := s.reg.ChangeDraft(ctx, actor(c), id, in)
	if wantsJSON(c) {
		if err == nil {
			c.JSON(http.StatusOK, gin.H{})
		}
		return err
	}
	if bad, ok := problems(err); ok {
		v, err := s.reg.FrameworkDraft(ctx, actor(c), id)
		if err != nil {
			return err
		}
		return s.showDraft(c, http.StatusUnprocessableEntity, v, in, bad)
	}
	if errors.Is(err, competency.ErrConflict) {
		said := (*competency.Error)(nil)
		errors.As(err, &said)
		s.flash(c, templates.Flash{Kind: templates.FlashNotice, Text: said.Detail})
		return s.see(c, draftAt(id, in.Code))
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "draft.did."+in.Do, code)})
	if in.Do == "undo" || in.Do == "redo" {
		code = in.Code
	}
	return s.see(c, draftAt(id, code))
}

// draftAt is the address of a draft with an item open.
func draftAt(id competency.DraftID, code string) string {
	at := "/framework-drafts/" + string(id)
	if code == "" {
		return at
	}
	return at + "?at=" + url.QueryEscape(code) + "#item"
}

// doStartDraft begins a framework's next version.
func (s *Server) doStartDraft(c *gin.Context) error {
	in := registrar.NewDraft{Follows: c.Param("framework")}
	id, err := s.reg.StartDraft(c.Request.Context(), actor(c), once(c, in), in)
	if err != nil {
		return err
	}
	return s.see(c, "/framework-drafts/"+string(id))
}

// doPublishDraft publishes a draft.
func (s *Server) doPublishDraft(c *gin.Context) error {
	var in struct {
		Step int `json:"step"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx, id := c.Request.Context(), competency.DraftID(c.Param("draft"))
	f, err := s.reg.PublishDraft(ctx, actor(c), id, in.Step)
	_, wrong := problems(err)
	if (wrong || errors.Is(err, competency.ErrConflict)) && !wantsJSON(c) {
		said := (*competency.Error)(nil)
		errors.As(err, &said)
		text := said.Detail
		if len(said.Fields) > 0 {
			text = said.Fields[0].Detail
		}
		s.flash(c, templates.Flash{Kind: templates.FlashProblem, Text: text})
		return s.see(c, draftAt(id, ""))
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "draft.published", f.Name, f.Version)})
	return s.see(c, "/frameworks/"+string(f.ID))
}

// doDiscardDraft throws a draft away.
func (s *Server) doDiscardDraft(c *gin.Context) error {
	if err := s.reg.DiscardDraft(c.Request.Context(), actor(c), competency.DraftID(c.Param("draft"))); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "draft.discarded")})
	return s.see(c, "/frameworks")
}
