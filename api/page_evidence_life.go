package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// evidenceLife is what happened to a piece of evidence, and what can be done
// about it now; owner and teacher read it below the work.
type evidenceLife struct {
	Moments  []momentLine
	Versions []versionLine
	Copies   []linkLine
	Group    *groupLines
	Lack     string // what it lacks of an agreement before its start, as a sentence
	// Outside is the credential of elsewhere on which it rests.
	OutsideHref, OutsideLine string
	// What the reader may do.
	CanReflect, CanInvite, CanDispute, CanDecide bool
	Dispute                                      *competency.Dispute
	// Publication is the public address, for its owner; MayPublish offers one.
	Publication string
	MayPublish  bool
	Promises    []templates.Field
	Checklist   []promiseLine // of what is public
	// Typed is what comes back when a form on the page was refused.
	Typed struct{ Text, Person, Reason, Words string }
}

// promiseLine is an item of the checklist that was gone through.
type promiseLine struct {
	Words string
	At    time.Time
}

// promiseLines put what was confirmed into words, with the day in a zone.
func (s *Server) promiseLines(c *gin.Context, list []competency.Promise, zone *time.Location) []promiseLine {
	var lines []promiseLine
	for _, p := range list {
		lines = append(lines, promiseLine{s.T(c, "promise."+string(p.On)+"."+p.Question), p.At.In(zone)})
	}
	return lines
}

type momentLine struct {
	At                    time.Time
	What, Words, Feedback string
	Quote                 bool // Words are the owner's
}

type versionLine struct {
	Version                 int
	Kept                    time.Time
	Hash                    string
	Title, Body, Reflection string
	Changes                 []string
	Files                   []competency.VersionFile
	Copies                  []linkLine
}

type linkLine struct {
	Address, Title, Text, Failed string
	At                           time.Time
	Waits                        bool
}

type groupLines struct {
	registrar.GroupView
	Shared  bool // the reader's piece is not the first: show what the group shares
	Members []templates.Person
}

// life gathers it for a reader.
func (s *Server) life(c *gin.Context, v registrar.EvidenceView, bad templates.Problems) evidenceLife {
	l := evidenceLife{Dispute: v.Dispute, Copies: s.linkLines(c, v.Copies, v.Zone)}
	for _, m := range v.Timeline {
		l.Moments = append(l.Moments, s.moment(c, m, v.Zone))
	}
	for _, k := range v.Versions {
		l.Versions = append(l.Versions, s.versionLine(c, k, v.Zone))
	}
	slices.Reverse(l.Versions)
	if v.Group != nil {
		l.Group = &groupLines{GroupView: *v.Group, Shared: v.PartOf != ""}
		for _, m := range v.Group.Members {
			state := "evidence_life.member." + string(m.State)
			if m.Owner {
				state = "evidence_life.member.owner"
			}
			l.Group.Members = append(l.Group.Members, templates.Person{Name: m.Name, State: s.T(c, state)})
		}
	}
	if v.Lack != competency.NothingLacks {
		l.Lack = s.T(c, "evidence_life.lack."+string(v.Lack))
	}
	if v.Outside != nil {
		l.OutsideHref = "/outside-credentials/" + string(v.Outside.ID)
		l.OutsideLine = v.Outside.AchievementName + ", " + v.Outside.IssuerName + ". " + s.T(c, "outside.state."+string(v.Outside.State))
	}
	s.lifeActs(c, v, bad, &l)
	return l
}

func (s *Server) lifeActs(c *gin.Context, v registrar.EvidenceView, bad templates.Problems, l *evidenceLife) {
	l.Typed.Text, l.Typed.Person, l.Typed.Reason, l.Typed.Words = c.PostForm("text"), c.PostForm("person"), c.PostForm("reason"), c.PostForm("words")
	on := competency.Subject{ID: string(v.ID), Org: v.School, Owner: v.Owner}
	l.CanReflect = v.Mine && v.State != competency.EvidenceWithdrawn
	l.CanInvite = v.Mine && v.PartOf == "" && v.State != competency.EvidenceWithdrawn && v.State != competency.EvidenceSetAside
	l.CanDispute = v.State == competency.EvidenceAccepted && competency.Can(actor(c), competency.DisputeEvidence, on)
	if v.Dispute != nil {
		on.Before = []competency.PersonID{v.Dispute.RaisedBy}
		l.CanDecide = competency.Can(actor(c), competency.DecideDispute, on)
	}
	if !v.Mine {
		return
	}
	if v.Publication != "" {
		l.Publication = s.PublicURL + "/shown/" + v.Publication
		l.Checklist = s.promiseLines(c, v.Checklist, v.Zone)
		return
	}
	l.MayPublish = v.State != competency.EvidenceDraft && v.State != competency.EvidenceWithdrawn && v.State != competency.EvidenceSetAside
	for _, q := range competency.Checklist(competency.BeforePublishing) {
		name := "answers[" + q.Key + "]"
		f := templates.NewField("checkbox", name, s.T(c, "promise.publication."+q.Key), "yes", bad)
		f.Options = []templates.Option{{Selected: c.PostForm(name) != ""}}
		l.Promises = append(l.Promises, f)
	}
}

func (s *Server) moment(c *gin.Context, m registrar.Moment, zone *time.Location) momentLine {
	line := momentLine{At: m.At.In(zone), Words: m.Words, Feedback: m.Feedback, Quote: m.What == "reflection" || m.What == "handed-in"}
	switch m.What {
	case "handed-in":
		line.What = s.T(c, "evidence_life.handed_in", m.Version)
	case "judged":
		line.What = s.T(c, "evidence_life.judged", m.By)
	default:
		line.What = s.T(c, "evidence_life.moment."+m.What)
	}
	return line
}

func (s *Server) versionLine(c *gin.Context, k registrar.VersionView, zone *time.Location) versionLine {
	line := versionLine{
		Version: k.Version, Kept: k.Kept.In(zone), Hash: k.Hash, Title: k.Title, Body: k.Body, Reflection: k.Reflection,
		Files: k.Files, Copies: s.linkLines(c, k.Copies, zone),
	}
	for _, ch := range k.Changes {
		part := s.T(c, "evidence_life.part."+ch.Part)
		switch {
		case len(ch.Came)+len(ch.Went) > 0:
			for _, came := range ch.Came {
				line.Changes = append(line.Changes, s.T(c, "evidence_life.came", part, came))
			}
			for _, went := range ch.Went {
				line.Changes = append(line.Changes, s.T(c, "evidence_life.went", part, went))
			}
		default:
			line.Changes = append(line.Changes, s.T(c, "evidence_life.changed", part))
		}
	}
	return line
}

func (s *Server) linkLines(c *gin.Context, copies []registrar.LinkView, zone *time.Location) []linkLine {
	var lines []linkLine
	for _, l := range copies {
		line := linkLine{Address: l.Address}
		if k := l.Copy; k != nil {
			line.Title, line.Text, line.At = k.Title, k.Text, k.Tried.In(zone)
			line.Waits = k.State == competency.LinkAsked
			if k.State == competency.LinkFailed {
				line.Failed = s.linkFailure(c, k.Reason)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// linkFailure says why there is no copy of a link.
func (s *Server) linkFailure(c *gin.Context, reason string) string {
	switch {
	case strings.HasPrefix(reason, "http_"):
		return s.T(c, "evidence_life.link.http", strings.TrimPrefix(reason, "http_"))
	case slices.Contains([]string{"address", "time", "type", "redirect", "no-fetch", "name", "certificate"}, reason):
		return s.T(c, "evidence_life.link."+reason)
	}
	return s.T(c, "evidence_life.link.network")
}

func (s *Server) doReflect(c *gin.Context) error {
	var in struct {
		Text string `json:"text"`
	}
	return s.evidenceAct(c, "evidence.reflected", &in, func(id competency.EvidenceID) error {
		return s.reg.AddReflection(c.Request.Context(), actor(c), id, in.Text)
	})
}

func (s *Server) doInvite(c *gin.Context) error {
	var in struct {
		Person string `json:"person"`
	}
	return s.evidenceAct(c, "evidence.invited", &in, func(id competency.EvidenceID) error {
		return s.reg.InviteToGroup(c.Request.Context(), actor(c), id, in.Person)
	})
}

func (s *Server) doAnswerInvitation(c *gin.Context) error {
	var in struct {
		Join bool `json:"join"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	piece, err := s.reg.AnswerInvitation(c.Request.Context(), actor(c), competency.EvidenceID(c.Param("evidence")), in.Join)
	if err != nil {
		return err
	}
	if piece == "" {
		s.flash(c, templates.Flash{Kind: templates.FlashNotice, Text: s.T(c, "evidence.declined")})
		return s.see(c, "/evidence")
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "evidence.joined")})
	return s.see(c, "/evidence/"+string(piece)+"/edit")
}

func (s *Server) doDispute(c *gin.Context) error {
	var in struct {
		Reason string `json:"reason"`
	}
	return s.evidenceAct(c, "evidence.disputed", &in, func(id competency.EvidenceID) error {
		return s.reg.Dispute(c.Request.Context(), actor(c), id, in.Reason)
	})
}

func (s *Server) doDecideDispute(c *gin.Context) error {
	var in registrar.DisputeDecision
	return s.evidenceAct(c, "evidence.decided", &in, func(id competency.EvidenceID) error {
		return s.reg.DecideDispute(c.Request.Context(), actor(c), id, in)
	})
}

func (s *Server) doPublishEvidence(c *gin.Context) error {
	var in registrar.PublicationInput
	return s.evidenceAct(c, "evidence.published", &in, func(id competency.EvidenceID) error {
		return s.reg.PublishEvidence(c.Request.Context(), actor(c), id, in)
	})
}

func (s *Server) doUnpublishEvidence(c *gin.Context) error {
	var in struct{}
	return s.evidenceAct(c, "evidence.unpublished", &in, func(id competency.EvidenceID) error {
		return s.reg.UnpublishEvidence(c.Request.Context(), actor(c), id)
	})
}

// evidenceAct reads a form, does something to a piece of evidence and shows it
// again, with what is wrong beside the field.
func (s *Server) evidenceAct(c *gin.Context, done string, in any, act func(competency.EvidenceID) error) error {
	id := competency.EvidenceID(c.Param("evidence"))
	err := decode(c, in)
	if err == nil {
		err = act(id)
	}
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		return s.showEvidence(c, http.StatusUnprocessableEntity, bad)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, done)})
	return s.see(c, "/evidence/"+string(id))
}

// shownWorkPage is work as its owner shows it to whoever has the address.
type shownWorkPage struct {
	templates.Base
	Work     registrar.PublishedWork
	Pictures []competency.Attachment
	Files    []competency.Attachment
	At       string
}

func (s *Server) pageShownWork(c *gin.Context) error {
	w, err := s.reg.PublishedWork(c.Request.Context(), c.Param("page"))
	if err != nil {
		return err
	}
	c.Header("X-Robots-Tag", "noindex")
	view := shownWorkPage{Base: templates.Base{Title: w.Title, Lang: "en", Path: c.Request.URL.Path, Public: true}, Work: w, At: c.Request.URL.Path}
	for _, f := range w.Files {
		if f.MediaType == "image/jpeg" || f.MediaType == "image/png" {
			view.Pictures = append(view.Pictures, f)
		} else {
			view.Files = append(view.Files, f)
		}
	}
	return s.render(c, http.StatusOK, "shown_work", view)
}

func (s *Server) shownFile(c *gin.Context) error {
	a, content, err := s.reg.PublishedFile(c.Request.Context(), c.Param("page"), competency.FileID(c.Param("file")))
	if err != nil {
		return err
	}
	c.Header("X-Robots-Tag", "noindex")
	return sendFile(c, a, content)
}
