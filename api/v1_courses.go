package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/registrar"
)

// courseDocument is a course that a school offers.
type courseDocument struct {
	ID         string   `json:"id"`
	Code       string   `json:"code"`
	Title      string   `json:"title"`
	Credits    string   `json:"credits" doc:"a decimal"`
	Tags       []string `json:"tags"`
	Route      string   `json:"route"`
	Indicators []string `json:"indicators"`
}

type coursesAnswer struct {
	Body struct {
		School  string           `json:"school"`
		Courses []courseDocument `json:"courses"`
	}
}

// tableAnswer is what came of a table.
type tableAnswer struct {
	Body struct {
		Rows    int  `json:"rows" doc:"that were read"`
		Changed int  `json:"changed" doc:"that add or change something"`
		Kept    bool `json:"kept" doc:"false where it was looked at only"`
	}
}

// entryDocument is something that others confirmed about a learner.
type entryDocument struct {
	ID     string `json:"id"`
	What   string `json:"what" doc:"course, credit, result, hours or record"`
	Name   string `json:"name"`
	Amount string `json:"amount,omitempty"`
	Detail string `json:"detail,omitempty"`
	Route  string `json:"route,omitempty"`
	Source string `json:"source,omitempty"`
	On     string `json:"on,omitempty" format:"date"`
	Waits  string `json:"waits,omitempty" doc:"who has yet to confirm it"`
}

type entriesAnswer struct {
	Body struct {
		Entries []entryDocument `json:"entries"`
	}
}

// courseOperations are the operations on courses, credits and what else others
// confirm.
func (s *Server) courseOperations(a apis) {
	op := func(id, method, path string, status int, summary string) huma.Operation {
		return operation("courses", id, method, path, status, summary)
	}
	huma.Register(a.office, op("listCourses", http.MethodGet, "/v1/courses", http.StatusOK, "The courses of a school"), s.v1Courses)
	huma.Register(a.office, op("saveCourse", http.MethodPost, "/v1/courses", http.StatusCreated, "Enter a course, or another wording of it under its code"),
		func(ctx context.Context, in *struct{ Body registrar.NewCourse }) (*createdID, error) {
			id, err := s.reg.SaveCourse(ctx, actorIn(ctx), in.Body)
			if err != nil {
				return nil, s.answer(ctx, err)
			}
			return created(string(id)), nil
		})
	huma.Register(a.office, op("retireCourse", http.MethodDelete, "/v1/courses/{id}", http.StatusNoContent, "Take a course out of what the school offers"),
		func(ctx context.Context, in *evidenceID) (*struct{}, error) {
			return nil, s.answer(ctx, s.reg.RetireCourse(ctx, actorIn(ctx), competency.CourseID(in.ID)))
		})
	for _, table := range []struct {
		id, path, summary string
		read              func(context.Context, competency.Actor, registrar.Once, registrar.Table) (registrar.TableResult, error)
	}{
		{"importCourses", "/v1/courses/table", "Read courses from a table, all or nothing; without keep it is a dry run", s.reg.ImportCourses},
		{"importEntries", "/v1/entries/table", "Read from a table what others confirmed, all or nothing; without keep it is a dry run", s.reg.ImportEntries},
	} {
		huma.Register(a.office, op(table.id, http.MethodPost, table.path, http.StatusOK, table.summary), func(ctx context.Context, in *struct {
			Key  string `header:"Idempotency-Key" maxLength:"200"`
			Body registrar.Table
		},
		) (*tableAnswer, error) {
			done, err := table.read(ctx, actorIn(ctx), onceOf(in.Key, "POST "+table.path, in.Body), in.Body)
			if err != nil {
				return nil, s.answer(ctx, err)
			}
			out := &tableAnswer{}
			out.Body.Rows, out.Body.Changed, out.Body.Kept = done.Rows, done.Changed, done.Kept
			return out, nil
		})
	}
	huma.Register(a.office, op("listEntries", http.MethodGet, "/v1/learners/{id}/entries", http.StatusOK, "What others confirmed about a learner: credits, results, hours, records"), s.v1Entries)
	huma.Register(a.office, op("enterEntry", http.MethodPost, "/v1/learners/{id}/entries", http.StatusNoContent, "Enter what others confirmed about a learner"), s.v1EnterEntry)
	huma.Register(a.office, op("withdrawEntry", http.MethodPost, "/v1/learners/{id}/entries/{entry}/withdrawal", http.StatusNoContent, "Withdraw an entry, with the reason; it stays readable"),
		func(ctx context.Context, in *struct {
			ID    string `path:"id" maxLength:"64"`
			Entry string `path:"entry" maxLength:"64"`
			Body  whyBody
		},
		) (*struct{}, error) {
			return nil, s.answer(ctx, s.reg.MarkEntry(ctx, actorIn(ctx), competency.PersonID(in.ID), in.Entry, competency.MarkWithdrawn, in.Body.Why))
		})
}

func (s *Server) v1Courses(ctx context.Context, in *struct {
	School string `query:"school" maxLength:"64" doc:"its id; without it the first of whoever asks"`
},
) (*coursesAnswer, error) {
	p, err := s.reg.Courses(ctx, actorIn(ctx), competency.OrgID(in.School))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &coursesAnswer{}
	out.Body.School, out.Body.Courses = string(p.School.ID), []courseDocument{}
	for _, c := range p.Courses {
		out.Body.Courses = append(out.Body.Courses, courseDocument{
			ID: string(c.ID), Code: c.Code, Title: c.Title, Credits: policy.Amount(c.Value).String(),
			Tags: append([]string{}, c.Tags...), Route: c.Route, Indicators: append([]string{}, c.Indicators...),
		})
	}
	return out, nil
}

func (s *Server) v1Entries(ctx context.Context, in *evidenceID) (*entriesAnswer, error) {
	p, err := s.reg.Entries(ctx, actorIn(ctx), competency.PersonID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &entriesAnswer{}
	out.Body.Entries = []entryDocument{}
	for _, l := range p.Lines {
		out.Body.Entries = append(out.Body.Entries, entryDocument{
			ID: l.ID, What: l.What, Name: l.Name, Amount: l.Amount, Detail: l.Detail, Route: l.Route, Source: l.Source, On: l.On, Waits: l.Waits,
		})
	}
	return out, nil
}

func (s *Server) v1EnterEntry(ctx context.Context, in *struct {
	ID   string `path:"id" maxLength:"64"`
	Key  string `header:"Idempotency-Key" maxLength:"200"`
	Body registrar.NewEntry
},
) (*struct{}, error) {
	once := onceOf(in.Key, "POST /v1/learners/"+in.ID+"/entries", in.Body)
	return nil, s.answer(ctx, s.reg.EnterEntry(ctx, actorIn(ctx), once, competency.PersonID(in.ID), in.Body))
}
