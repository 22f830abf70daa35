package api

import (
	"mime"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
	"laurel/verifier"
	"laurel/verifier/words"
)

// credentialCard is one credential in a list.
type credentialCard struct {
	Name, Issuer, Holder, Date, Href string
	// State is a word, Tone its hue.
	State string
	Tone  templates.Tone
}

type credentialsPage struct {
	templates.Base
	List []credentialCard
	None templates.Empty
}

// pageCredentials lists what the person holds, wherever it was issued.
func (s *Server) pageCredentials(c *gin.Context) error {
	list, err := s.reg.MyCredentials(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := credentialsPage{Base: s.base(c, s.T(c, "credentials.title")), None: templates.Empty{Text: s.T(c, "credentials.none")}}
	for _, h := range list {
		view.List = append(view.List, s.card(h, "/credentials/"))
	}
	return s.render(c, http.StatusOK, "credentials", view)
}

// card is a held credential as a line of a list.
func (s *Server) card(h registrar.Held, below string) credentialCard {
	one := credentialCard{
		Name: h.Name, Issuer: h.Issuer.Name, Holder: h.Holder.Used, Href: below + string(h.ID),
		Date: s.day(h.Issued, zoneNamed(h.Issuer.Zone)), State: s.pages.T("en", "credential.state."+string(h.State)), Tone: templates.Genuine,
	}
	switch h.State {
	case competency.Issued:
	case competency.Suspended, competency.Superseded:
		one.Tone = templates.Attention
	case competency.Reserved:
		one.Tone = templates.Unknown
	case competency.Revoked:
		one.Tone = templates.Stop
	}
	return one
}

type credentialPage struct {
	templates.Base
	ID      string
	Verdict templates.Verdict
	Paper   *templates.Paper
	Facts   []templates.Fact
	Reading *templates.Reading
	// Open tells that URL can be read by anyone; Closed says why not, and
	// MayOpen that the holder can change it.
	Open    bool
	URL     string
	Closed  string
	MayOpen bool
	Waiting bool // it is not signed yet
	// Newer is the holder's page of the newer copy of one that was replaced.
	Newer string
	// Carriers are the paper and the pictures that carry it.
	Carriers []templates.Fact
	// Record tells that it is a whole record, whose page says more.
	Record bool
	// Embedded tells that there is the form with the proof inside too.
	Embedded bool
}

// holding puts together what a holder sees of one credential.
func (s *Server) holding(c *gin.Context) (credentialPage, error) {
	h, _, err := s.reg.MyCredential(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	if err != nil {
		return credentialPage{}, err
	}
	view := credentialPage{
		Base: s.base(c, h.Name), ID: string(h.ID), Open: h.Open, URL: h.URL,
		MayOpen: h.Open || h.Closed == "withdrawn", Waiting: h.State == competency.Reserved,
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "credentials.title"), Href: "/credentials"}}
	view.Record = h.Kind == competency.RecordAward
	switch {
	case h.Closed == "withdrawn" && view.Record:
		view.Closed = s.T(c, "credential.closed.record")
	case h.Closed != "":
		view.Closed = s.T(c, "credential.closed."+h.Closed)
	}
	if view.Waiting {
		return view, nil
	}
	if h.ReplacedBy != "" {
		view.Newer = "/credentials/" + string(h.ReplacedBy)
	}
	report, err := s.check(c.Request.Context(), h.Token)
	if err != nil {
		return view, err
	}
	zone := zoneNamed(h.Issuer.Zone)
	report = words.For("en").Annotate(report, zone)
	result := s.result(c, report, zone)
	view.Verdict, view.Facts, view.Reading = result.Verdict, result.Facts, s.reading(c, report, true)
	view.Verdict.Within, view.Embedded = true, h.Embedded != nil
	view.Paper = s.heldPaper(c, report, h)
	if view.Paper != nil {
		view.Carriers = s.heldCarriers(c, h)
	}
	return view, nil
}

// heldCarriers lead to what carries a credential, for its holder.
func (s *Server) heldCarriers(c *gin.Context, h registrar.Held) []templates.Fact {
	links := s.carrierLinks(c, "", h.Kind)
	for i, link := range links {
		links[i].Href = "/credentials/" + string(h.ID) + "/carriers/" + strings.TrimPrefix(link.Href, ".")
	}
	return links
}

// heldPaper is the document for its holder: with its code only while the
// public page can be read.
func (s *Server) heldPaper(c *gin.Context, report verifier.Report, h registrar.Held) *templates.Paper {
	paper := s.paper(c, report, h.Shown(), zoneNamed(h.Issuer.Zone))
	if paper != nil && !h.Open {
		paper.QR = nil
	}
	return paper
}

func (s *Server) pageCredential(c *gin.Context) error {
	view, err := s.holding(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "credential", view)
}

// pageCredentialPrint is the document alone, for paper.
func (s *Server) pageCredentialPrint(c *gin.Context) error {
	view, err := s.holding(c)
	if err != nil {
		return err
	}
	if view.Paper == nil {
		return competency.NotFound()
	}
	if !view.Record {
		view.Reading = nil
	}
	view.PaperOnly, view.Wide = true, true
	view.Crumbs = append(view.Crumbs, templates.Crumb{Label: view.Title, Href: "/credentials/" + view.ID})
	return s.render(c, http.StatusOK, "credential_print", view)
}

// downloadToken sends the holder the token, whether or not their page is open.
func (s *Server) downloadToken(c *gin.Context) error {
	h, _, err := s.reg.MyCredential(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	if err != nil {
		return err
	}
	return download(c, h.Token, h.Name, endToken, tokenType(c, typeVCJWT))
}

// downloadEmbedded is downloadToken for the document with its proof inside.
func (s *Server) downloadEmbedded(c *gin.Context) error {
	h, _, err := s.reg.MyCredential(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	if err != nil {
		return err
	}
	return download(c, h.Embedded, h.Name, endEmbedded, typeVC)
}

// download sends signed bytes as a file; there are none before a credential is
// signed, and none of a form that it was not issued in.
func download(c *gin.Context, signed []byte, title, ending, mediaType string) error {
	if signed == nil {
		return competency.NotFound()
	}
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fileName(title) + ending}))
	c.Data(http.StatusOK, mediaType, signed)
	return nil
}

// fileName turns a title into a name that every system takes.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, title)
	if name = strings.Trim(name, "-"); name == "" {
		return "credential"
	}
	return name[:min(len(name), 80)]
}

// pageRequest opens or withdraws the public page of a credential.
type pageRequest struct {
	Open string `json:"open"` // yes or no
	From string `json:"_from"`
}

// Validate answers what is wrong with the shape.
func (r *pageRequest) Validate() []competency.Field {
	if r.Open != "yes" && r.Open != "no" {
		return []competency.Field{{Pointer: "/open", Detail: "Say yes or no."}}
	}
	return nil
}

func (s *Server) doCredentialPage(c *gin.Context) error {
	var in pageRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	id := c.Param("id")
	if err := s.reg.SetPage(c.Request.Context(), actor(c), competency.CredentialID(id), in.Open == "yes"); err != nil {
		return err
	}
	if wantsJSON(c) {
		c.Status(http.StatusNoContent)
		return nil
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "credential.page."+in.Open)})
	return s.see(c, "/credentials/"+id)
}
