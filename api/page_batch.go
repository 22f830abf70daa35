package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// batchPage is a list of diplomas: to be approved, under way, or done.
type batchPage struct {
	templates.Base
	ID    string
	Lead  string
	State competency.BatchState
	Hash  string
	Short []string // the hash in groups of four
	// Exceptions come first and are ticked one by one; Ticked are those that were.
	Exceptions []pick
	Ticked     map[string]bool
	Samples    []templates.Person
	People     []templates.Person // everyone else
	Held       []templates.Person
	Count      int
	MayApprove bool
	May        bool // withdraw
	Mine       bool
	Issuing    *templates.Progress
}

func (s *Server) pageBatch(c *gin.Context) error {
	view, err := s.batchView(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "batch", view)
}

func (s *Server) batchView(c *gin.Context) (batchPage, error) {
	p, err := s.reg.Batch(c.Request.Context(), actor(c), competency.BatchID(c.Param("batch")))
	if err != nil {
		return batchPage{}, err
	}
	class := s.T(c, "classes.name", strconv.Itoa(p.Class.Year))
	view := batchPage{
		Base: s.base(c, s.T(c, "batch.title", p.Batch.Count)), ID: string(p.Batch.ID), State: p.Batch.State,
		Lead: s.T(c, "batch.lead", class, p.School.Name, p.Certifier, s.day(p.Batch.Certified, zoneNamed(p.School.Zone))),
		Hash: p.Batch.ListHash, Count: p.Batch.Count, MayApprove: p.MayApprove, May: p.MayWithdraw, Mine: p.Mine,
	}
	for group := range slices.Chunk([]byte(p.Batch.ListHash), 4) {
		view.Short = append(view.Short, string(group))
	}
	view.Crumbs = []templates.Crumb{
		{Label: s.T(c, "classes.title"), Href: "/classes"}, {Label: class, Href: "/classes/" + string(p.Class.ID)},
	}
	if p.Batch.State == competency.BatchIssuing || p.Batch.State == competency.BatchIssued {
		part := progressPart(p.Issuing(), s.T(c, "batch.issuing", p.Progress.Awarded), "/batches/"+string(p.Batch.ID))
		view.Issuing = &part
		view.Lead += " " + s.T(c, "batch.approved_by", p.Closer, s.day(p.Batch.Closed, zoneNamed(p.School.Zone)))
	}
	s.batchLines(c, &view, p)
	return view, nil
}

// batchLines fills the people of a list.
func (s *Server) batchLines(c *gin.Context, view *batchPage, p registrar.BatchPage) {
	for _, l := range p.Exceptions {
		row := s.batchRow(c, p.Class.ID, l)
		switch {
		case l.Item.State == competency.ItemHeld:
			view.Held = append(view.Held, row)
		case view.MayApprove:
			view.Exceptions = append(view.Exceptions, pick{string(l.Person.ID), row})
		default:
			view.People = append(view.People, row)
		}
	}
	for _, l := range p.Others {
		row := s.batchRow(c, p.Class.ID, l)
		if l.Item.State == competency.ItemHeld {
			view.Held = append(view.Held, row)
		} else {
			view.People = append(view.People, row)
		}
	}
	if view.MayApprove {
		view.Samples = samples(view.People, view.Hash)
	}
}

// samples picks three of a list, the same whenever the list is the same.
func samples(people []templates.Person, hash string) []templates.Person {
	const most = 3
	if len(people) <= most {
		return nil
	}
	start, _ := strconv.ParseUint(hash[:min(len(hash), 12)], 16, 64) // a hash is hexadecimal
	var list []templates.Person
	for i := range most {
		at := (start + uint64(i*len(people)/most)) % uint64(len(people))
		list = append(list, people[at])
	}
	return list
}

func (s *Server) batchRow(c *gin.Context, class competency.ClassID, l registrar.BatchLine) templates.Person {
	row := s.memberRow(c, class, registrar.Member{
		Person: l.Person, Season: lineSeason(l.Item), Audit: &l.Audit, Item: &l.Item, Diploma: l.Diploma,
	})
	if l.Item.State == competency.ItemHeld {
		row.State, row.Tone = s.T(c, "batch.held"), templates.Attention
		row.Note = upperFirst(s.T(c, "hold."+string(l.Item.Reason))) + "."
	}
	return row
}

func upperFirst(text string) string {
	if text == "" {
		return ""
	}
	r := []rune(text)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// lineSeason is how a row of a list is told.
func lineSeason(it competency.BatchItem) competency.Season {
	if it.State == competency.ItemAwarded {
		return competency.SeasonIssued
	}
	return competency.SeasonCertified
}

func (s *Server) batchProgress(c *gin.Context) error {
	p, err := s.reg.BatchProgress(c.Request.Context(), actor(c), competency.BatchID(c.Param("batch")))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, p)
	return nil
}

func (s *Server) doApprove(c *gin.Context) error {
	var in registrar.Approval
	id := competency.BatchID(c.Param("batch"))
	err := decode(c, &in)
	if err == nil {
		err = s.reg.Approve(c.Request.Context(), actor(c), id, in)
	}
	if bad, ok := problems(err); ok {
		view, err := s.batchView(c)
		if err != nil {
			return err
		}
		view.Problems, view.Ticked = bad, map[string]bool{}
		for _, id := range in.Exceptions {
			view.Ticked[id] = true
		}
		return s.render(c, http.StatusUnprocessableEntity, "batch", view)
	}
	if err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "batch.approved")})
	return s.see(c, "/batches/"+string(id))
}

func (s *Server) doWithdrawBatch(c *gin.Context) error {
	id := c.Param("batch")
	if err := s.reg.WithdrawBatch(c.Request.Context(), actor(c), competency.BatchID(id)); err != nil {
		return err
	}
	s.flash(c, templates.Flash{Kind: templates.FlashDone, Text: s.T(c, "batch.withdrawn")})
	return s.see(c, "/batches/"+id)
}
