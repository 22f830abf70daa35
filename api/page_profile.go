package api

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// maxLogoForm is the largest form of a profile: its words and a logo.
const maxLogoForm = registrar.MaxLogoBytes + 1<<20

// profilesPage lists the places whose profiles one may see.
type profilesPage struct {
	templates.Base
	Rows []templates.QueueRow
}

// pageProfiles leads to the profile of one's place, or lists them where there
// are several.
func (s *Server) pageProfiles(c *gin.Context) error {
	all, err := s.reg.Profiles(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	if len(all) == 1 {
		return s.see(c, "/organisation/profile/"+all[0].Org.Slug)
	}
	view := profilesPage{Base: s.base(c, s.T(c, "profiles.title"))}
	for _, p := range all {
		row := templates.QueueRow{Who: p.Org.Name, Title: s.T(c, "kind."+string(p.Org.Kind)), Href: "/organisation/profile/" + p.Org.Slug, What: s.T(c, "profiles.never")}
		if p.Newest > 0 {
			row.What = s.T(c, "profiles.version", p.Newest)
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(c, http.StatusOK, "profiles", view)
}

// profilePage is one version of a profile for staff, with all versions.
type profilePage struct {
	templates.Base
	Slug, Place     string
	Version, Newest int
	Old             string // of an older version: which, by whom, when
	MayEdit         bool
	Key             string
	School          templates.School
	Paper           *templates.Paper
	None            templates.Empty
	History         []versionRow
	Older           string
}

// versionRow is one version in the list.
type versionRow struct {
	Version              int
	Href, When, By, What string
	At                   time.Time
	Current              bool
}

// pageProfile shows the newest version, or the one in the address.
func (s *Server) pageProfile(c *gin.Context) error {
	version := 0
	if text := c.Param("version"); text != "" {
		var err error
		if version, err = strconv.Atoi(text); err != nil || version < 1 {
			return competency.NotFound()
		}
	}
	p, err := s.reg.Profile(c.Request.Context(), actor(c), c.Param("org"), version)
	if err != nil {
		return err
	}
	here := "/organisation/profile/" + p.Org.Slug
	view := profilePage{
		Base: s.base(c, s.T(c, "profile.title")), Slug: p.Org.Slug, Place: p.Org.Name, Version: p.Profile.Version, Newest: p.Newest,
		MayEdit: p.MayEdit, Key: newKey(), School: s.school(c, p.Profile, p.Scales), Paper: s.sampleDocument(c, p, p.Profile.ProfileContent),
		None: templates.Empty{Text: s.T(c, "profile.empty_view")},
	}
	if p.MayEdit {
		view.None = templates.Empty{Text: s.T(c, "profile.empty"), Action: &templates.Button{Label: s.T(c, "profile.begin"), Href: here + "/edit"}}
	}
	if view.Version != view.Newest {
		view.Title = s.T(c, "profile.number", view.Version)
		view.Old = s.T(c, "profile.old", view.Version, p.SavedBy, s.day(p.Profile.Saved, zoneNamed(p.Org.Zone)))
		view.Crumbs = []templates.Crumb{{Label: s.T(c, "profile.title"), Href: here}}
		return s.render(c, http.StatusOK, "profile", view)
	}
	if err := s.profileHistory(c, p, &view); err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "profile", view)
}

// profileHistory adds the versions of a profile.
func (s *Server) profileHistory(c *gin.Context, p registrar.ProfileDesk, view *profilePage) error {
	before, _ := strconv.Atoi(c.Query("before")) // anything else is the newest page
	all, err := s.reg.ProfileHistory(c.Request.Context(), actor(c), p.Org.Slug, before)
	if err != nil {
		return err
	}
	zone := zoneNamed(p.Org.Zone)
	here := "/organisation/profile/" + p.Org.Slug
	for _, v := range all {
		row := versionRow{
			Version: v.Version, Href: here + "/versions/" + strconv.Itoa(v.Version), By: v.SavedBy, At: v.Saved,
			When: s.day(v.Saved, zone) + ", " + v.Saved.In(zone).Format("15:04"), What: s.T(c, "profile.changed"), Current: v.Version == p.Newest,
		}
		if v.Restored > 0 {
			row.What = s.T(c, "profile.restored", v.Restored)
		}
		view.History = append(view.History, row)
	}
	if n := len(all); n == registrar.ProfilesPerPage && all[n-1].Version > 1 {
		view.Older = here + "?before=" + strconv.Itoa(all[n-1].Version)
	}
	return nil
}

// sampleDocument shows how a document of the organisation will look.
func (s *Server) sampleDocument(c *gin.Context, p registrar.ProfileDesk, content competency.ProfileContent) *templates.Paper {
	paper := &templates.Paper{
		Kind: "diploma", School: p.Org.Name, Place: p.Org.Locality, Title: s.T(c, "profile.paper_title"),
		Certifies: s.T(c, "verify.paper.certifies"), Holder: s.T(c, "profile.paper_holder"), Text: s.T(c, "verify.paper.graduated"),
	}
	if p.Org.Kind == competency.Provider {
		paper.Kind, paper.Title, paper.Text = "certificate", s.T(c, "profile.paper_award"), s.T(c, "verify.paper.earned")
	}
	profile := competency.SchoolProfile{ProfileContent: content}
	if len(p.Scales) > 0 {
		for _, l := range profile.Described(p.Scales[0]) {
			paper.Legend = append(paper.Legend, legendLine(l.Label, l.Description))
		}
	}
	paper.Signatories = signatories(profile)
	if content.Logo != "" {
		paper.Logo = "/organisation/profile/" + p.Org.Slug + "/logo/" + content.Logo
	}
	return paper
}

// legendLine is a level with what it means.
func legendLine(label, text string) string {
	if text == "" {
		return label
	}
	return label + ": " + strings.TrimSuffix(text, ".")
}

func (s *Server) doRestoreProfile(c *gin.Context) error {
	var in struct {
		Seen int    `json:"seen"`
		Key  string `json:"idempotency_key"`
		From string `json:"_from"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	version, err := strconv.Atoi(c.Param("version"))
	if err != nil || version < 1 {
		return competency.NotFound()
	}
	if in.Seen == 0 { // the undo button beside a message sends no form
		in.Seen, _ = strconv.Atoi(c.Query("seen"))
	}
	saved, err := s.reg.RestoreProfile(c.Request.Context(), actor(c), once(c, in), c.Param("org"), version, in.Seen)
	if errors.Is(err, registrar.ErrProfileMoved) && !wantsJSON(c) {
		s.flash(c, templates.Flash{Kind: templates.FlashProblem, Text: s.T(c, "profile.moved")})
		return s.see(c, "/organisation/profile/"+c.Param("org"))
	}
	if err != nil {
		return err
	}
	return s.profileSaved(c, in.Seen, saved)
}

// profileSaved says what was saved, with a way back where there is one.
func (s *Server) profileSaved(c *gin.Context, seen, saved int) error {
	here := "/organisation/profile/" + c.Param("org")
	f := templates.Flash{Kind: templates.FlashNotice, Text: s.T(c, "profile.same")}
	if saved > seen {
		f = templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "profile.saved", saved)}
		if seen > 0 {
			f.UndoAction = here + "/versions/" + strconv.Itoa(seen) + "/restore?seen=" + strconv.Itoa(saved)
		}
	}
	s.flash(c, f)
	return s.see(c, here)
}

// profileForm is what the form of a profile sends.
type profileForm struct {
	registrar.ProfileInput
	RemoveLogo string `json:"remove_logo"`
	Then       string `json:"then"` // save or preview
	Key        string `json:"idempotency_key"`
	From       string `json:"_from"`
}

// doSaveProfile saves what was written, or shows how readers would see it.
func (s *Server) doSaveProfile(c *gin.Context) error {
	var in profileForm
	err := decode(c, &in)
	if err == nil {
		err = s.sentLogo(c, &in)
	}
	if err == nil && in.Then == "preview" {
		return s.previewProfile(c, in)
	}
	saved := 0
	if err == nil {
		saved, err = s.reg.SaveProfile(c.Request.Context(), actor(c), once(c, in), c.Param("org"), in.ProfileInput)
	}
	switch bad, ok := problems(err); {
	case wantsJSON(c) && err != nil:
		return err
	case ok:
		return s.profileAgain(c, in, bad, http.StatusUnprocessableEntity)
	case errors.Is(err, registrar.ErrProfileMoved):
		return s.profileAgain(c, in, nil, http.StatusConflict)
	case err != nil:
		return err
	}
	return s.profileSaved(c, in.Version, saved)
}

// sentLogo keeps the picture in a form and puts its hash in place; without one
// the logo stays, or goes where that is asked.
func (s *Server) sentLogo(c *gin.Context, in *profileForm) error {
	if in.RemoveLogo != "" {
		in.Logo, in.RemoveLogo = "", ""
	}
	if c.Request.MultipartForm == nil {
		return nil
	}
	file, head, err := c.Request.FormFile("logo_file")
	if errors.Is(err, http.ErrMissingFile) || err == nil && head.Size == 0 { // nothing was chosen
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	sum, err := s.reg.KeepLogo(c.Request.Context(), actor(c), c.Param("org"), file)
	if err == nil {
		in.Logo = sum
	}
	return err
}

func (s *Server) previewProfile(c *gin.Context, in profileForm) error {
	content, err := s.reg.CheckProfile(c.Request.Context(), actor(c), c.Param("org"), in.ProfileInput)
	if bad, ok := problems(err); ok {
		return s.profileAgain(c, in, bad, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	view, desk, err := s.profileForm(c, in.ProfileInput, nil)
	if err != nil {
		return err
	}
	p := competency.SchoolProfile{ProfileContent: content}
	view.Preview = &profilePreview{School: s.school(c, p, desk.Scales), Paper: s.sampleDocument(c, desk, content)}
	return s.render(c, http.StatusOK, "profile_edit", view)
}

// profileAgain shows the form once more with what was written. After somebody
// else's save it shows what differs there, and saving again is from that version.
func (s *Server) profileAgain(c *gin.Context, in profileForm, bad templates.Problems, status int) error {
	view, desk, err := s.profileForm(c, in.ProfileInput, bad)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		view.Theirs = s.differences(c, in.Content(), desk)
		view.TheirName, view.TheirVersion, view.In.Version = desk.SavedBy, desk.Newest, desk.Newest
	}
	return s.render(c, status, "profile_edit", view)
}

func (s *Server) pageEditProfile(c *gin.Context) error {
	p, err := s.reg.Profile(c.Request.Context(), actor(c), c.Param("org"), 0)
	if err != nil {
		return err
	}
	if !p.MayEdit {
		return competency.NotFound()
	}
	view := s.profileFields(c, p, registrar.ProfileInputOf(p.Profile), nil)
	return s.render(c, http.StatusOK, "profile_edit", view)
}

// profileForm reads what the form stands on, for somebody who may change it.
func (s *Server) profileForm(c *gin.Context, in registrar.ProfileInput, bad templates.Problems) (profileEditPage, registrar.ProfileDesk, error) {
	p, err := s.reg.Profile(c.Request.Context(), actor(c), c.Param("org"), 0)
	if err == nil && !p.MayEdit {
		err = competency.NotFound()
	}
	if err != nil {
		return profileEditPage{}, p, err
	}
	return s.profileFields(c, p, in, bad), p, nil
}

// differences are the parts in which the newest version says something else.
func (s *Server) differences(c *gin.Context, mine competency.ProfileContent, desk registrar.ProfileDesk) []templates.Fact {
	mine = mine.Clean(desk.Scales)
	theirs := desk.Profile.ProfileContent
	var list []templates.Fact
	add := func(label, a, b string) {
		if a != b {
			list = append(list, templates.Fact{Label: label, Value: b})
		}
	}
	for _, section := range competency.ProfileSections {
		add(s.T(c, "school.section."+string(section)), mine.Sections[section], theirs.Sections[section])
	}
	legend := func(p competency.ProfileContent) string {
		var lines []string
		for _, l := range p.Legend {
			lines = append(lines, legendLine(l.Label, l.Text))
		}
		return strings.Join(lines, "\n")
	}
	add(s.T(c, "profile_edit.legend"), legend(mine), legend(theirs))
	signed := func(p competency.ProfileContent) string {
		var lines []string
		for _, one := range p.Signatories {
			lines = append(lines, one.Name+", "+one.Title)
		}
		return strings.Join(lines, "\n")
	}
	add(s.T(c, "profile_edit.signatories"), signed(mine), signed(theirs))
	add(s.T(c, "profile_edit.logo"), mine.Logo, theirs.Logo)
	grades := func(p competency.ProfileContent) string {
		return competency.SchoolProfile{ProfileContent: p}.CrosswalkText()
	}
	add(s.T(c, "profile_edit.crosswalk"), grades(mine), grades(theirs))
	return list
}
