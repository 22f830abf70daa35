package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
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
	if !slices.Contains(competency.CredentialStates, state) {
		state = ""
	}
	list, total, err := s.reg.Issued(c.Request.Context(), actor(c), state, offset)
	if err != nil {
		return err
	}
	view := issuedPage{Base: s.base(c, s.T(c, "issued.title")), None: templates.Empty{Text: s.T(c, "issued.none")}}
	for _, tab := range append([]competency.CredentialState{""}, competency.CredentialStates...) {
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
	URL     string
	Closed  string
	Changes []statusChangeLine
	// Asks are the changes that the reader may ask for, and Reasons the public
	// reasons of a withdrawal.
	Asks    []templates.Option
	In      registrar.NewStatusChange
	Reasons []templates.Option
	Key     string
	// Newer is the office's page of the copy after this one.
	Newer string
	// Carriers are the papers that carry it.
	Carriers []templates.Fact
}

// statusChangeLine is a withdrawal in a list.
type statusChangeLine struct {
	ID, Name, Holder, Kind, Private, Opener, Opened, Href string
	// Reason is what the public may know of a withdrawal; empty for other changes.
	Reason, State string
	// Confirm is what the second person agrees to.
	Confirm               string
	Tone                  templates.Tone
	MayConfirm, MayCancel bool
	// Final tells that the change cannot be undone.
	Final bool
	// Own tells that the reader asked for it, and so cannot confirm it.
	Own bool
}

func (s *Server) issuedView(c *gin.Context, in registrar.NewStatusChange) (issuedOnePage, error) {
	h, err := s.reg.IssuedOne(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	if err != nil {
		return issuedOnePage{}, err
	}
	view := issuedOnePage{
		Base: s.base(c, h.Name), credentialCard: s.card(h, "/issued/"), ID: string(h.ID), In: in, Key: newKey(),
	}
	if h.ReplacedBy != "" {
		view.Newer = "/issued/" + string(h.ReplacedBy)
	}
	for _, kind := range h.MayAsk {
		view.Asks = append(view.Asks, templates.Option{
			Value: string(kind), Label: s.T(c, "change."+string(kind)), Text: s.T(c, "change.hint."+string(kind)),
		})
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
	if h.Token != nil {
		view.Carriers = s.carrierLinks(c, "", h.Kind)[:2]
		for i, link := range view.Carriers {
			view.Carriers[i].Href = "/issued/" + view.ID + "/carriers/" + strings.TrimPrefix(link.Href, ".")
		}
	}
	view.Reasons = []templates.Option{{Label: s.T(c, "issued_show.no_reason")}}
	for _, reason := range competency.RevocationReasons {
		view.Reasons = append(view.Reasons, templates.Option{Value: string(reason), Label: s.T(c, "revocation.reason."+string(reason))})
	}
	for _, row := range h.Changes {
		view.Changes = append(view.Changes, s.statusChangeLine(row, actor(c), zoneNamed(h.Issuer.Zone)))
	}
	return view, nil
}

// statusChangeLine turns a withdrawal into words.
func (s *Server) statusChangeLine(row registrar.StatusChangeRow, who competency.Actor, zone *time.Location) statusChangeLine {
	line := statusChangeLine{
		ID: string(row.ID), Name: row.Name, Holder: row.Holder, Kind: s.pages.T("en", "change."+string(row.Kind)),
		Confirm: s.pages.T("en", "change.confirm."+string(row.Kind)),
		Private: row.Private, Opener: row.Opener, Opened: s.day(row.Opened, zone), Href: "/issued/" + string(row.Credential),
		State: s.pages.T("en", "change.state."+string(row.State)), Tone: templates.Attention,
		Final: row.Kind == competency.Withdraw, MayConfirm: row.MayConfirm, MayCancel: row.MayCancel, Own: row.OpenedBy == who.Person,
	}
	if row.Public != "" {
		line.Reason = s.pages.T("en", "revocation.reason."+string(row.Public))
	}
	switch row.State {
	case competency.ChangeOpen:
	case competency.ChangeConfirmed:
		line.Tone = templates.Genuine
		if row.Kind == competency.Withdraw {
			line.Tone = templates.Stop
		}
	case competency.ChangeCancelled:
		line.Tone = templates.Plain
	}
	if row.State != competency.ChangeOpen {
		line.MayConfirm, line.MayCancel, line.Own = false, false, false
	}
	return line
}

func (s *Server) pageIssuedOne(c *gin.Context) error {
	view, err := s.issuedView(c, registrar.NewStatusChange{})
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "issued_show", view)
}

// statusChangeForm is a NewStatusChange as a form sends it.
type statusChangeForm struct {
	registrar.NewStatusChange
	Key  string `json:"idempotency_key"`
	From string `json:"_from"`
}

func (s *Server) doOpenStatusChange(c *gin.Context) error {
	var in statusChangeForm
	if err := decode(c, &in); err != nil {
		return err
	}
	id := competency.CredentialID(c.Param("id"))
	_, err := s.reg.OpenStatusChange(c.Request.Context(), actor(c), once(c, []any{id, in.NewStatusChange}), id, in.NewStatusChange)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.issuedView(c, in.NewStatusChange)
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

type statusChangesPage struct {
	templates.Base
	List []statusChangeLine
	None templates.Empty
}

// pageStatusChanges lists the withdrawals that wait for a second person.
func (s *Server) pageStatusChanges(c *gin.Context) error {
	rows, err := s.reg.OpenStatusChanges(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := statusChangesPage{Base: s.base(c, s.T(c, "revocations.title")), None: templates.Empty{Text: s.T(c, "revocations.none")}}
	for _, row := range rows {
		view.List = append(view.List, s.statusChangeLine(row, actor(c), zoneNamed(row.Zone)))
	}
	return s.render(c, http.StatusOK, "revocations", view)
}

func (s *Server) doConfirmStatusChange(c *gin.Context) error {
	err := s.reg.ConfirmStatusChange(c.Request.Context(), actor(c), competency.StatusChangeID(c.Param("id")))
	return s.closedStatusChange(c, err, "revocation.confirmed")
}

func (s *Server) doCancelStatusChange(c *gin.Context) error {
	err := s.reg.CancelStatusChange(c.Request.Context(), actor(c), competency.StatusChangeID(c.Param("id")))
	return s.closedStatusChange(c, err, "revocation.cancelled")
}

func (s *Server) closedStatusChange(c *gin.Context, err error, message string) error {
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, message)})
	return s.see(c, "/revocations")
}
