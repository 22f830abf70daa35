package api

import (
	"fmt"
	"strconv"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// profileEditPage is the form of a profile.
type profileEditPage struct {
	templates.Base
	Slug string
	In   registrar.ProfileInput
	Key  string
	// Theirs is what differs in a version that somebody saved meanwhile.
	Theirs       []templates.Fact
	TheirName    string
	TheirVersion int
	Preview      *profilePreview
	Sections     []templates.Field
	Legend       []legendRow
	Signatories  []signatoryRow
	LogoSrc      string
	LogoFile     templates.Field
	Crosswalk    []gradeRow
}

// profilePreview is what was written as readers would see it.
type profilePreview struct {
	School templates.School
	Paper  *templates.Paper
}

// legendRow describes one level. Title names its scale where a new one begins.
type legendRow struct {
	Title, Name, Scale string
	Level              int
	Text               templates.Field
}

type signatoryRow struct {
	Title        string
	Name, Office templates.Field
}

// gradeRow is the declared grade of one level.
type gradeRow struct {
	Title, Name, Scale, Label string
	Level                     int
	Letter, From, To, Points  templates.Field
}

// profileFields puts what is said into the fields of the form.
func (s *Server) profileFields(c *gin.Context, p registrar.ProfileDesk, in registrar.ProfileInput, bad templates.Problems) profileEditPage {
	view := profileEditPage{Base: s.base(c, s.T(c, "profile_edit.title")), Slug: p.Org.Slug, In: in, Key: newKey()}
	view.Path = "/organisation/profile/" + p.Org.Slug + "/edit"
	view.Problems = bad
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "profile.title"), Href: "/organisation/profile/" + p.Org.Slug}}
	for _, section := range competency.ProfileSections {
		name := string(section)
		field := templates.NewField("textarea", "sections["+name+"]", s.T(c, "school.section."+name), in.Sections[name], bad)
		view.Sections = append(view.Sections, field.WithHint(s.T(c, "profile_edit.hint."+name)).WithRows(5))
	}
	s.levelFields(c, p, &view)
	view.Signatories = s.signatoryFields(c, in, bad)
	view.LogoFile = templates.NewField("file", "logo_file", s.T(c, "profile_edit.logo_file"), "", bad).
		WithHint(s.T(c, "profile_edit.logo_hint")).WithAccept(registrar.LogoAccept)
	view.LogoFile.Error = bad.For("logo")
	for i := range view.Problems {
		if view.Problems[i].Field == "logo" {
			view.Problems[i].Field = view.LogoFile.Name
		}
	}
	if in.Logo != "" && view.LogoFile.Error == "" {
		view.LogoSrc = "/organisation/profile/" + p.Org.Slug + "/logo/" + in.Logo
	}
	return view
}

// levelFields are the rows of the legend and of the declared grades, one for
// each level of each scale.
func (s *Server) levelFields(c *gin.Context, p registrar.ProfileDesk, view *profileEditPage) {
	for _, scale := range p.Scales {
		title := ""
		if len(p.Scales) > 1 {
			title = s.scaleTitle(c, scale, len(p.Scales))
		}
		for _, l := range scale.Levels {
			i := len(view.Legend)
			label := s.T(c, "profile_edit.level", strconv.Itoa(l.N), l.Label)
			row := legendRow{Title: title, Name: fmt.Sprintf("legend[%d]", i), Scale: scale.ID, Level: l.N}
			row.Text = templates.NewField("textarea", row.Name+".text", label, legendText(view.In, scale.ID, l.N), wrongLine(view, "legend", scale.ID, l.N, i)).WithRows(2)
			row.Text = row.Text.WithHint(s.T(c, "profile_edit.policy_silent"))
			if l.Description != "" {
				row.Text.Hint = s.T(c, "profile_edit.policy_says", l.Description)
			}
			view.Legend = append(view.Legend, row)
			view.Crosswalk = append(view.Crosswalk, s.gradeFields(c, view, title, label, scale.ID, l.N))
			title = ""
		}
	}
}

func legendText(in registrar.ProfileInput, scale string, level int) string {
	for _, l := range in.Legend {
		if l.Scale == scale && l.Level == level {
			return l.Text
		}
	}
	return ""
}

// wrongLine are the problems of a list's line under the name that its row has
// in the form: a sender may have counted its lines in another way.
func wrongLine(view *profileEditPage, list, scale string, level, row int) templates.Problems {
	at := -1
	switch list {
	case "legend":
		for i, l := range view.In.Legend {
			if l.Scale == scale && l.Level == level {
				at = i
			}
		}
	default:
		for i, l := range view.In.Crosswalk {
			if l.Scale == scale && l.Level == level {
				at = i
			}
		}
	}
	if at == row || at < 0 {
		return view.Problems
	}
	var moved templates.Problems
	for _, name := range []string{".text", ".letter", ".from", ".points"} {
		if text := view.Problems.For(fmt.Sprintf("%s[%d]%s", list, at, name)); text != "" {
			moved = append(moved, templates.Problem{Field: fmt.Sprintf("%s[%d]%s", list, row, name), Text: text})
		}
	}
	return moved
}

func (s *Server) gradeFields(c *gin.Context, view *profileEditPage, title, label, scale string, level int) gradeRow {
	i := len(view.Crosswalk)
	row := gradeRow{Title: title, Name: fmt.Sprintf("crosswalk[%d]", i), Scale: scale, Label: label, Level: level}
	var l registrar.CrosswalkInput
	for _, given := range view.In.Crosswalk {
		if given.Scale == scale && given.Level == level {
			l = given
		}
	}
	from, to := "", ""
	if l.From != 0 || l.To != 0 {
		from, to = strconv.Itoa(l.From), strconv.Itoa(l.To)
	}
	bad := wrongLine(view, "crosswalk", scale, level, i)
	field := func(kind, name, label, value string) templates.Field {
		return templates.NewField(kind, row.Name+"."+name, s.T(c, "profile_edit."+label), value, bad)
	}
	row.Letter, row.Points = field("text", "letter", "letter", l.Letter), field("text", "points", "points", l.Points)
	row.From, row.To = field("number", "from", "from", from), field("number", "to", "to", to)
	return row
}

func (s *Server) signatoryFields(c *gin.Context, in registrar.ProfileInput, bad templates.Problems) []signatoryRow {
	rows := make([]signatoryRow, max(competency.MaxSignatories, len(in.Signatories)))
	for i := range rows {
		var one registrar.SignatoryInput
		if i < len(in.Signatories) {
			one = in.Signatories[i]
		}
		name := fmt.Sprintf("signatories[%d]", i)
		rows[i] = signatoryRow{
			Title:  s.T(c, "profile_edit.signatory", i+1),
			Name:   templates.NewField("text", name+".name", s.T(c, "profile_edit.name"), one.Name, bad),
			Office: templates.NewField("text", name+".title", s.T(c, "profile_edit.office"), one.Title, bad),
		}
	}
	return rows
}
