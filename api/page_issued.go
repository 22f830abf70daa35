package api

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

type issuedPage struct {
	templates.Base
	Tabs  []templates.Tab
	List  []credentialCard
	Pager *templates.Pager
	None  templates.Empty
}

// pageIssued lists what the office has issued, the newest first.
func (s *Server) pageIssued(c *gin.Context) error {
	offset, _ := strconv.Atoi(c.Query("from")) // anything else is the first page
	offset = max(0, offset)
	state := competency.CredentialState(c.Query("state"))
	if state != competency.Issued && state != competency.Revoked && state != competency.Reserved {
		state = ""
	}
	list, total, err := s.reg.Issued(c.Request.Context(), actor(c), state, offset)
	if err != nil {
		return err
	}
	view := issuedPage{Base: s.base(c, s.T(c, "issued.title")), None: templates.Empty{Text: s.T(c, "issued.none")}}
	for _, tab := range []competency.CredentialState{"", competency.Issued, competency.Revoked, competency.Reserved} {
		one := templates.Tab{Label: s.T(c, "issued.tab.all"), Href: "/issued", Current: tab == state}
		if tab != "" {
			one.Label, one.Href = s.T(c, "issued.tab."+string(tab)), "/issued?state="+string(tab)
		}
		view.Tabs = append(view.Tabs, one)
	}
	for _, h := range list {
		view.List = append(view.List, s.card(h, "/issued/"))
	}
	view.Pager = pager("/issued?state="+url.QueryEscape(string(state))+"&from=", offset, len(list), int(total))
	return s.render(c, http.StatusOK, "issued", view)
}

type issuedOnePage struct {
	templates.Base
	credentialCard
	ID    string
	Facts []templates.Fact
	// URL is the public page, empty while it is closed.
	URL         string
	Closed      string
	Revocations []revocationLine
	MayRevoke   bool
	In          registrar.NewRevocation
	Reasons     []templates.Option
	Key         string
}

// revocationLine is a withdrawal in a list.
type revocationLine struct {
	ID, Name, Holder, Reason, Private, Opener, Opened, Href string
	State                                                   string
	Tone                                                    templates.Tone
	MayConfirm, MayCancel                                   bool
	// Own tells that the reader asked for it, and so cannot confirm it.
	Own bool
}

func (s *Server) issuedView(c *gin.Context, in registrar.NewRevocation) (issuedOnePage, error) {
	h, err := s.reg.IssuedOne(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	if err != nil {
		return issuedOnePage{}, err
	}
	view := issuedOnePage{
		Base: s.base(c, h.Name), credentialCard: s.card(h, "/issued/"), ID: string(h.ID), In: in, Key: newKey(),
		MayRevoke: h.MayRevoke,
	}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "issued.title"), Href: "/issued"}}
	if h.Open {
		view.URL = h.URL
	}
	if h.Closed != "" {
		view.Closed = s.T(c, "issued_show.closed."+h.Closed)
	}
	view.Facts = []templates.Fact{
		{Label: s.T(c, "issued_show.holder"), Value: h.Holder.Diploma},
		{Label: s.T(c, "verify.fact.issuer"), Value: h.Issuer.Name},
		{Label: s.T(c, "verify.fact.issued"), Value: view.Date},
		{Label: s.T(c, "issued_show.document"), Value: h.Document},
	}
	for _, reason := range competency.RevocationReasons {
		view.Reasons = append(view.Reasons, templates.Option{Value: string(reason), Label: s.T(c, "revocation.reason."+string(reason))})
	}
	for _, row := range h.Revocations {
		view.Revocations = append(view.Revocations, s.revocationLine(row, actor(c), zoneNamed(h.Issuer.Zone)))
	}
	return view, nil
}

// revocationLine turns a withdrawal into words.
func (s *Server) revocationLine(row registrar.RevocationRow, who competency.Actor, zone *time.Location) revocationLine {
	line := revocationLine{
		ID: string(row.ID), Name: row.Name, Holder: row.Holder, Reason: s.pages.T("en", "revocation.reason."+string(row.Public)),
		Private: row.Private, Opener: row.Opener, Opened: s.day(row.Opened, zone), Href: "/issued/" + string(row.Credential),
		State: s.pages.T("en", "revocation.state."+string(row.State)), Tone: templates.Attention,
		MayConfirm: row.MayConfirm, MayCancel: row.MayCancel, Own: row.OpenedBy == who.Person,
	}
	switch row.State {
	case competency.RevocationOpen:
	case competency.RevocationConfirmed:
		line.Tone = templates.Stop
	case competency.RevocationCancelled:
		line.Tone = templates.Plain
	}
	if row.State != competency.RevocationOpen {
		line.MayConfirm, line.MayCancel, line.Own = false, false, false
	}
	return line
}

func (s *Server) pageIssuedOne(c *gin.Context) error {
	view, err := s.issuedView(c, registrar.NewRevocation{})
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "issued_show", view)
}

// revocationForm is a NewRevocation as a form sends it.
type revocationForm struct {
	registrar.NewRevocation
	Key  string `json:"idempotency_key"`
	From string `json:"_from"`
}

func (s *Server) doOpenRevocation(c *gin.Context) error {
	var in revocationForm
	if err := decode(c, &in); err != nil {
		return err
	}
	id := competency.CredentialID(c.Param("id"))
	_, err := s.reg.OpenRevocation(c.Request.Context(), actor(c), once(c, []any{id, in.NewRevocation}), id, in.NewRevocation)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.issuedView(c, in.NewRevocation)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "issued_show", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashNotice, Text: s.T(c, "revocation.opened")})
	return s.see(c, "/issued/"+string(id))
}

type revocationsPage struct {
	templates.Base
	List []revocationLine
	None templates.Empty
}

// pageRevocations lists the withdrawals that wait for a second person.
func (s *Server) pageRevocations(c *gin.Context) error {
	rows, err := s.reg.OpenRevocations(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := revocationsPage{Base: s.base(c, s.T(c, "revocations.title")), None: templates.Empty{Text: s.T(c, "revocations.none")}}
	for _, row := range rows {
		view.List = append(view.List, s.revocationLine(row, actor(c), zoneNamed(row.Zone)))
	}
	return s.render(c, http.StatusOK, "revocations", view)
}

func (s *Server) doConfirmRevocation(c *gin.Context) error {
	err := s.reg.ConfirmRevocation(c.Request.Context(), actor(c), competency.RevocationID(c.Param("id")))
	return s.closedRevocation(c, err, "revocation.confirmed")
}

func (s *Server) doCancelRevocation(c *gin.Context) error {
	err := s.reg.CancelRevocation(c.Request.Context(), actor(c), competency.RevocationID(c.Param("id")))
	return s.closedRevocation(c, err, "revocation.cancelled")
}

func (s *Server) closedRevocation(c *gin.Context, err error, message string) error {
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, message)})
	return s.see(c, "/revocations")
}
