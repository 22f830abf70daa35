package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
	"laurel/verifier"
)

// schoolFor is how long a reader may keep what a school says about itself.
const schoolFor = time.Minute

// schoolPage is the public page of an organisation.
type schoolPage struct {
	templates.Base
	School templates.School
	Logo   string // its address
	Said   bool   // there is a profile
	Facts  []templates.Fact
}

// pageSchool is what an organisation says about itself, for anyone: as a page,
// or as JSON for a program.
func (s *Server) pageSchool(c *gin.Context) error {
	page, err := s.reg.School(c.Request.Context(), c.Param("slug"))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	media := typeHTML
	if strings.Contains(c.GetHeader("Accept"), typeJSON) {
		media = typeJSON
		err = json.NewEncoder(&b).Encode(toSchoolRecord(page))
	} else {
		err = s.pages.Render(&b, "school", s.schoolView(c, page))
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b.Bytes())
	return publish(c, registrar.File{Body: b.Bytes(), ETag: `"` + hex.EncodeToString(sum[:16]) + `"`}, media, schoolFor)
}

func (s *Server) schoolView(c *gin.Context, page registrar.SchoolPage) schoolPage {
	view := schoolPage{
		Base: s.public(c, page.Org.Name), School: s.school(c, page.Profile, page.Scales), Said: !page.Profile.Empty(),
		Logo: logoOf(page.Org.Slug, page.Profile.Logo),
	}
	add := func(key, value string) {
		if value != "" {
			view.Facts = append(view.Facts, templates.Fact{Label: s.T(c, key), Value: value})
		}
	}
	add("school.kind", s.T(c, "kind."+string(page.Org.Kind)))
	add("school.place", page.Org.Locality)
	add("school.above", page.Above)
	if web := page.Org.Website; strings.HasPrefix(web, "https://") {
		view.Facts = append(view.Facts, templates.Fact{Label: s.T(c, "school.website"), Value: web, Href: web})
	}
	add("school.did", page.DID)
	add("school.as_of", s.day(page.Profile.Saved, zoneNamed(page.Org.Zone)))
	return view
}

// logoOf is the public address of a logo, empty where there is none.
func logoOf(slug, sum string) string {
	if sum == "" {
		return ""
	}
	return "/schools/" + slug + "/logo/" + sum
}

// schoolLogo is a logo that the organisation has or had. It never changes: its
// address holds the hash of its bytes.
func (s *Server) schoolLogo(c *gin.Context) error {
	sum := c.Param("hash")
	data, err := s.reg.SchoolLogo(c.Request.Context(), c.Param("slug"), sum)
	if err != nil {
		return err
	}
	return publish(c, registrar.File{Body: data, ETag: `"` + sum + `"`}, typePNG, forGood)
}

// school is a profile as a reader sees it. The scales have the words that are
// to be shown.
func (s *Server) school(c *gin.Context, p competency.SchoolProfile, scales []competency.Scale) templates.School {
	view := templates.School{DeclaredBy: strings.TrimRight(p.DeclaredBy, "."), Since: p.DeclaredSince}
	for _, scale := range scales {
		one := templates.SchoolScale{Title: s.scaleTitle(c, scale, len(scales))}
		for _, l := range p.Described(scale) {
			one.Levels = append(one.Levels, templates.ScaleLevel{Label: l.Label, Text: l.Description, Passing: l.N == scale.ProficientAt})
		}
		view.Scales = append(view.Scales, one)
	}
	for _, section := range competency.ProfileSections {
		if text := p.Sections[section]; text != "" {
			view.Sections = append(view.Sections, templates.SchoolSection{Title: s.T(c, "school.section."+string(section)), Text: text})
		}
	}
	for _, l := range p.Crosswalk {
		row := templates.CrosswalkRow{Level: l.Label, Letter: l.Letter, Points: l.Points}
		if l.From != 0 || l.To != 0 {
			row.Percent = s.T(c, "school.percent_range", l.From, l.To)
		}
		view.Crosswalk = append(view.Crosswalk, row)
	}
	view.Signatories = signatories(p)
	return view
}

// scaleTitle tells one scale from another where there are several.
func (s *Server) scaleTitle(c *gin.Context, scale competency.Scale, of int) string {
	if of < 2 {
		return s.T(c, "school.scale")
	}
	labels := make([]string, len(scale.Levels))
	for i, l := range scale.Levels {
		labels[i] = l.Label
	}
	return s.T(c, "school.scale_named", strings.Join(labels, ", "))
}

func signatories(p competency.SchoolProfile) []templates.Signatory {
	var list []templates.Signatory
	for _, one := range p.Signatories {
		list = append(list, templates.Signatory{Name: one.Name, Role: one.Title})
	}
	return list
}

// dress puts what the issuer said about itself on a document: its logo, who
// signs, and its words for levels of which the signed document has none.
func (s *Server) dress(p *templates.Paper, slug string, profile competency.SchoolProfile, levels []verifier.LevelInfo) {
	p.Logo, p.Signatories = logoOf(slug, profile.Logo), signatories(profile)
	for _, level := range levels {
		text := level.Description
		for _, l := range profile.ProfileContent.Legend {
			if text == "" && l.Label == level.Name {
				text = l.Text
			}
		}
		p.Legend = append(p.Legend, legendLine(level.Name, text))
	}
}

// profileLogo is a logo before it is saved, for staff.
func (s *Server) profileLogo(c *gin.Context) error {
	data, err := s.reg.Logo(c.Request.Context(), actor(c), c.Param("org"), c.Param("hash"))
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, max-age=3600")
	c.Data(http.StatusOK, typePNG, data)
	return nil
}
