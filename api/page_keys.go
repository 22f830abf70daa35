package api

import (
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// keyLine is a signing key in words.
type keyLine struct {
	Thumbprint, Short, Kind, Keeper, State, Since, Signed, Href string
	Tone                                                        templates.Tone
	// Acts are what may be asked for with one press; a report needs words first.
	Acts      []keyAct
	MayReport bool
	// Again tells how far the signing anew has come; nil where there is none.
	Again *templates.Progress
}

// keyAct is a button that asks for something.
type keyAct struct{ Kind, Label string }

// keyMake is a button that asks for a new key.
type keyMake struct{ Alg, Keeper, Label string }

// keyActionLine is a key action in words.
type keyActionLine struct {
	ID, Title, Key, Href, Reason, Opener, Opened, Closer, Closed, State string
	Tone                                                                templates.Tone
	Own, MayConfirm, MayCancel, Grave                                   bool
}

// keyPlace is an organisation with its keys.
type keyPlace struct {
	Name, ID string
	Keys     []keyLine
	Waiting  []keyActionLine
	Make     []keyMake
}

type keysPage struct {
	templates.Base
	Places []keyPlace
	Key    string // of idempotency
	None   templates.Empty
}

// pageKeys lists the signing keys of the organisations that the actor answers for.
func (s *Server) pageKeys(c *gin.Context) error {
	list, err := s.reg.KeyDesk(c.Request.Context(), actor(c))
	if err != nil {
		return err
	}
	view := keysPage{Base: s.base(c, s.T(c, "signing.title")), Key: newKey(), None: templates.Empty{Text: s.T(c, "signing.none")}}
	for _, o := range list {
		zone := zoneNamed(o.Zone)
		place := keyPlace{Name: o.Name, ID: string(o.ID)}
		for _, k := range o.Keys {
			place.Keys = append(place.Keys, s.keyLine(c, k, zone))
		}
		for _, a := range o.Waiting {
			place.Waiting = append(place.Waiting, s.keyActionLine(c, a, zone))
		}
		for _, k := range o.MayMake {
			place.Make = append(place.Make, keyMake{k.Alg, string(k.Keeper), s.T(c, "signing.make."+string(k.Keeper)+"."+k.Alg)})
		}
		view.Places = append(view.Places, place)
	}
	return s.render(c, http.StatusOK, "keys", view)
}

// shortPrint is the beginning of a thumbprint, enough to tell keys apart.
func shortPrint(thumbprint string) string {
	return thumbprint[:min(len(thumbprint), 8)]
}

func (s *Server) keyLine(c *gin.Context, k registrar.KeyRow, zone *time.Location) keyLine {
	line := keyLine{
		Thumbprint: k.Thumbprint, Short: shortPrint(k.Thumbprint), Kind: s.T(c, "signing.kind."+k.Alg),
		Keeper: s.T(c, "signing.keeper."+string(k.Keeper)), State: s.T(c, "signing.state."+string(k.State)),
		Signed: s.T(c, "signing.signed", k.Signed), Href: "/signing-keys/" + k.Thumbprint,
		MayReport: slices.Contains(k.Acts, competency.CompromiseKey),
	}
	for _, kind := range k.Acts {
		if kind != competency.CompromiseKey {
			line.Acts = append(line.Acts, keyAct{string(kind), s.T(c, "signing.act."+string(kind))})
		}
	}
	since := k.Created
	switch k.State {
	case competency.KeyPending:
		line.Tone = templates.Unknown
	case competency.KeyActive:
		line.Tone, since = templates.Genuine, k.Activated
	case competency.KeyRetired:
		since = k.Retired
	case competency.KeyCompromised:
		line.Tone, since = templates.Stop, k.Compromised
		state := "running"
		if k.Left() == 0 {
			state = "done"
		}
		line.Again = &templates.Progress{
			Label: s.T(c, "signing.again"), Done: int(k.Again), Total: int(k.Again + k.Left()), State: state, Poll: line.Href + "/progress",
		}
	}
	line.Since = s.day(since, zone)
	return line
}

func (s *Server) keyActionLine(c *gin.Context, a registrar.KeyActionRow, zone *time.Location) keyActionLine {
	line := keyActionLine{
		ID: string(a.ID), Title: s.T(c, "signing.action."+string(a.Kind)) + ": " + s.T(c, "signing.kind."+a.Alg), Reason: a.Reason,
		Opener: a.Opener, Opened: s.day(a.Opened, zone), Closer: a.Closer, Closed: s.day(a.Closed, zone),
		State: s.T(c, "signing.decided."+string(a.State)), Own: a.Own, MayConfirm: a.MayConfirm, MayCancel: a.MayCancel,
		Grave: a.Kind == competency.CompromiseKey,
	}
	if a.Kind == competency.CreateKey && a.Keeper != competency.EnvelopeKeeper {
		line.Title += ", " + s.T(c, "signing.keeper."+string(a.Keeper))
	}
	if a.Key != "" {
		line.Key, line.Href = shortPrint(a.Key), "/signing-keys/"+a.Key
	}
	if line.Opener == "" {
		line.Opener = s.T(c, "signing.operator")
	}
	if line.Closer == "" && !a.Closed.IsZero() {
		line.Closer = s.T(c, "signing.operator")
	}
	switch a.State {
	case competency.KeyActionOpen:
		line.Tone = templates.Attention
	case competency.KeyActionConfirmed:
		line.Tone = templates.Genuine
	case competency.KeyActionCancelled:
	}
	return line
}

type keyPage struct {
	templates.Base
	Line    keyLine
	Facts   []templates.Fact
	Waiting []keyActionLine
	Past    []keyActionLine
	In      registrar.NewKeyAction
	Key     string
}

func (s *Server) keyView(c *gin.Context, in registrar.NewKeyAction) (keyPage, error) {
	k, o, err := s.reg.KeyOf(c.Request.Context(), actor(c), c.Param("thumbprint"))
	if err != nil {
		return keyPage{}, err
	}
	zone := zoneNamed(o.Zone)
	line := s.keyLine(c, k, zone)
	view := keyPage{Base: s.base(c, s.T(c, "key.title", line.Short)), Line: line, In: in, Key: newKey()}
	view.Crumbs = []templates.Crumb{{Label: s.T(c, "signing.title"), Href: "/signing-keys"}}
	view.Facts = []templates.Fact{
		{Label: s.T(c, "key.org"), Value: o.Name},
		{Label: s.T(c, "key.kind"), Value: line.Kind},
		{Label: s.T(c, "key.keeper"), Value: line.Keeper},
		{Label: s.T(c, "key.thumbprint"), Value: k.Thumbprint},
	}
	for _, at := range []struct {
		label string
		when  time.Time
	}{{"key.created", k.Created}, {"key.activated", k.Activated}, {"key.retired", k.Retired}, {"key.compromised", k.Compromised}} {
		if !at.when.IsZero() {
			view.Facts = append(view.Facts, templates.Fact{Label: s.T(c, at.label), Value: s.day(at.when, zone)})
		}
	}
	view.Facts = append(view.Facts, templates.Fact{Label: s.T(c, "key.did"), Value: line.Signed})
	for _, a := range o.Waiting {
		view.Waiting = append(view.Waiting, s.keyActionLine(c, a, zone))
	}
	for _, a := range o.Past {
		view.Past = append(view.Past, s.keyActionLine(c, a, zone))
	}
	return view, nil
}

// pageKey shows one key: its life, who decided, and what may happen to it.
func (s *Server) pageKey(c *gin.Context) error {
	view, err := s.keyView(c, registrar.NewKeyAction{})
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "key", view)
}

// keyProgress is how far the signing anew has come, for the page's script.
func (s *Server) keyProgress(c *gin.Context) error {
	k, _, err := s.reg.KeyOf(c.Request.Context(), actor(c), c.Param("thumbprint"))
	if err != nil {
		return err
	}
	state := "running"
	if k.Left() == 0 {
		state = "done"
	}
	c.JSON(http.StatusOK, map[string]any{"done": k.Again, "total": k.Again + k.Left(), "failed": 0, "state": state})
	return nil
}

// keyActionForm is a NewKeyAction as a form sends it.
type keyActionForm struct {
	registrar.NewKeyAction
	Idempotency string `json:"idempotency_key"`
	From        string `json:"_from"`
}

func (s *Server) doOpenKeyAction(c *gin.Context) error {
	var in keyActionForm
	if err := decode(c, &in); err != nil {
		return err
	}
	if thumbprint := c.Param("thumbprint"); thumbprint != "" {
		in.Key = thumbprint
	}
	_, err := s.reg.OpenKeyAction(c.Request.Context(), actor(c), once(c, in.NewKeyAction), in.NewKeyAction)
	if bad, ok := problems(err); ok && !wantsJSON(c) && c.Param("thumbprint") != "" {
		view, err := s.keyView(c, in.NewKeyAction)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "key", view)
	}
	return s.keyActed(c, err, "signing.opened", templates.FlashNotice)
}

func (s *Server) doConfirmKeyAction(c *gin.Context) error {
	err := s.reg.ConfirmKeyAction(c.Request.Context(), actor(c), competency.KeyActionID(c.Param("id")))
	return s.keyActed(c, err, "signing.confirmed", templates.FlashDone)
}

func (s *Server) doCancelKeyAction(c *gin.Context) error {
	err := s.reg.CancelKeyAction(c.Request.Context(), actor(c), competency.KeyActionID(c.Param("id")))
	return s.keyActed(c, err, "signing.cancelled", templates.FlashDone)
}

func (s *Server) keyActed(c *gin.Context, err error, message string, kind templates.FlashKind) error {
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: kind, Text: s.T(c, message)})
	return s.see(c, "/signing-keys")
}
