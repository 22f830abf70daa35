package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
)

// classRecord is a class as the JSON API tells it.
type classRecord struct {
	ID        string          `json:"id"`
	School    string          `json:"school"`
	Year      int             `json:"year"`
	Conferral string          `json:"conferral" doc:"civil date printed on the diplomas"`
	Counts    map[string]int  `json:"counts" doc:"learners by stage: not-yet, ready, certified, issued"`
	Learners  []learnerRecord `json:"learners"`
	Batches   []string        `json:"batches"`
}

// learnerRecord is where one learner stands.
type learnerRecord struct {
	ID    string       `json:"id"`
	Name  string       `json:"name" doc:"in use"`
	Stage string       `json:"stage"`
	Audit *auditRecord `json:"audit,omitempty"`
}

// auditRecord is a learner's newest audit in short.
type auditRecord struct {
	ID     string       `json:"id"`
	State  string       `json:"state" enum:"met,waived,not_met,pending"`
	Have   int          `json:"have"`
	Need   int          `json:"need"`
	Open   []openRecord `json:"open"`
	Waived []string     `json:"waived"`
}

// openRecord is one requirement that is not done.
type openRecord struct {
	Title   string   `json:"title"`
	Missing []string `json:"missing"`
	For     string   `json:"waiting_for,omitempty"`
}

// batchRecord is a list of diplomas.
type batchRecord struct {
	ID       string             `json:"id"`
	Class    string             `json:"class"`
	State    string             `json:"state" enum:"certified,approved,issuing,issued,withdrawn"`
	Hash     string             `json:"hash" doc:"SHA-256 over the sorted lines learner:audit; an approval sends it back"`
	Count    int                `json:"count"`
	Progress registrar.Progress `json:"progress"`
	Entries  []entryRecord      `json:"entries"`
}

// entryRecord is one learner on a list.
type entryRecord struct {
	Learner    string `json:"learner"`
	Name       string `json:"name"`
	Audit      string `json:"audit"`
	Exception  bool   `json:"exception" doc:"a requirement was waived; an approval names the learner"`
	State      string `json:"state" enum:"ready,awarded,held,withdrawn"`
	Reason     string `json:"reason,omitempty" doc:"of an entry that is held"`
	Credential string `json:"credential,omitempty"`
}

// refusedRecord is a learner who was left out of a list.
type refusedRecord struct {
	Learner string `json:"learner"`
	Name    string `json:"name"`
	Reason  string `json:"reason"`
}

// certifiedRecord is the answer to a certification.
type certifiedRecord struct {
	ID      string          `json:"id"`
	Hash    string          `json:"hash"`
	Count   int             `json:"count"`
	Refused []refusedRecord `json:"refused"`
}

type createdClass struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

type createdBatch struct {
	Location string `header:"Location"`
	Body     certifiedRecord
}

// graduationOperations are the office's operations on classes and lists.
func (s *Server) graduationOperations(a apis) {
	tags := []string{"graduation"}
	huma.Register(a.office, huma.Operation{
		OperationID: "open-class", Method: http.MethodPost, Path: "/v1/classes", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Open the class of a school and a year, and audit its learners",
	}, s.v1OpenClass)
	huma.Register(a.office, huma.Operation{
		OperationID: "get-class", Method: http.MethodGet, Path: "/v1/classes/{id}", Tags: tags,
		Summary: "Where every learner of a class stands",
	}, s.v1Class)
	huma.Register(a.office, huma.Operation{
		OperationID: "audit-class", Method: http.MethodPost, Path: "/v1/classes/{id}/audits", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Audit every learner of a class again",
	}, s.v1AuditClass)
	huma.Register(a.office, huma.Operation{
		OperationID: "certify", Method: http.MethodPost, Path: "/v1/classes/{id}/batches", Tags: tags, DefaultStatus: http.StatusCreated,
		Summary: "Certify learners whose diplomas are earned",
	}, s.v1Certify)
	huma.Register(a.office, huma.Operation{
		OperationID: "issue-transcript", Method: http.MethodPost, Path: "/v1/learners/{id}/transcripts", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "State what a learner has shown so far, as a signed record",
	}, s.v1Transcript)
	huma.Register(a.office, huma.Operation{
		OperationID: "get-batch", Method: http.MethodGet, Path: "/v1/batches/{id}", Tags: tags,
		Summary: "A list of diplomas",
	}, s.v1Batch)
	huma.Register(a.office, huma.Operation{
		OperationID: "approve-batch", Method: http.MethodPost, Path: "/v1/batches/{id}/approval", Tags: tags, DefaultStatus: http.StatusAccepted,
		Summary: "Approve a list: award its diplomas and have them issued",
	}, s.v1Approve)
}

func (s *Server) v1OpenClass(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key"`
	Body registrar.NewClass
},
) (*createdClass, error) {
	id, err := s.reg.OpenClass(ctx, actorIn(ctx), onceIn(ctx, in.Body), in.Body)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &createdClass{Location: "/v1/classes/" + string(id)}
	out.Body.ID = string(id)
	return out, nil
}

func (s *Server) v1Class(ctx context.Context, in *struct {
	ID string `path:"id"`
},
) (*struct{ Body classRecord }, error) {
	b, err := s.reg.Board(ctx, actorIn(ctx), competency.ClassID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &struct{ Body classRecord }{toClassRecord(b)}, nil
}

func toClassRecord(b registrar.Board) classRecord {
	out := classRecord{
		ID: string(b.Class.ID), School: string(b.Class.School), Year: b.Class.Year, Conferral: b.Class.Conferral,
		Counts: map[string]int{}, Learners: []learnerRecord{}, Batches: []string{},
	}
	for _, stage := range competency.Seasons {
		out.Counts[string(stage)] = b.Counts[stage]
	}
	for _, m := range b.Members {
		l := learnerRecord{ID: string(m.ID), Name: m.Used, Stage: string(m.Season)}
		if m.Audit != nil {
			l.Audit = toAuditRecord(*m.Audit)
		}
		out.Learners = append(out.Learners, l)
	}
	for _, batch := range b.Batches {
		out.Batches = append(out.Batches, string(batch.ID))
	}
	return out
}

func toAuditRecord(a competency.AuditRecord) *auditRecord {
	out := &auditRecord{
		ID: string(a.ID), State: string(a.State), Have: a.Summary.Have, Need: a.Summary.Need,
		Open: []openRecord{}, Waived: append([]string{}, a.Summary.Waived...),
	}
	for _, o := range a.Summary.Open {
		out.Open = append(out.Open, openRecord{Title: o.Title, Missing: append([]string{}, o.Missing...), For: o.For})
	}
	return out
}

func (s *Server) v1AuditClass(ctx context.Context, in *struct {
	ID string `path:"id"`
},
) (*struct{ Body registrar.Progress }, error) {
	class := competency.ClassID(in.ID)
	if err := s.reg.StartAudit(ctx, actorIn(ctx), class); err != nil {
		return nil, s.answer(ctx, err)
	}
	p, err := s.reg.AuditProgress(ctx, actorIn(ctx), class)
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &struct{ Body registrar.Progress }{p}, nil
}

func (s *Server) v1Certify(ctx context.Context, in *struct {
	Key  string `header:"Idempotency-Key"`
	ID   string `path:"id"`
	Body certifyRequest
},
) (*createdBatch, error) {
	made, err := s.reg.Certify(ctx, actorIn(ctx), onceIn(ctx, in.Body), competency.ClassID(in.ID), in.Body.people())
	if err == nil && made.Batch == "" {
		err = notCertified(made)
	}
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &createdBatch{Location: "/v1/batches/" + string(made.Batch), Body: certifiedRecord{
		ID: string(made.Batch), Hash: made.ListHash, Count: made.Count, Refused: []refusedRecord{},
	}}
	for _, r := range made.Refused {
		out.Body.Refused = append(out.Body.Refused, refusedRecord{string(r.Learner), r.Name, string(r.Reason)})
	}
	return out, nil
}

// notCertified tells for each learner why nobody was certified.
func notCertified(made registrar.Certified) error {
	e := competency.Refuse("Nobody was certified. Nothing was changed but the audits.")
	for _, r := range made.Refused {
		e.Fields = append(e.Fields, competency.Field{Pointer: "/learners", Detail: string(r.Learner) + ": " + string(r.Reason)})
	}
	return e
}

func (s *Server) v1Batch(ctx context.Context, in *struct {
	ID string `path:"id"`
},
) (*struct{ Body batchRecord }, error) {
	p, err := s.reg.Batch(ctx, actorIn(ctx), competency.BatchID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	return &struct{ Body batchRecord }{toBatchRecord(p)}, nil
}

func toBatchRecord(p registrar.BatchPage) batchRecord {
	out := batchRecord{
		ID: string(p.Batch.ID), Class: string(p.Class.ID), State: string(p.Batch.State), Hash: p.Batch.ListHash,
		Count: p.Batch.Count, Progress: p.Issuing(), Entries: []entryRecord{},
	}
	for _, lines := range [][]registrar.BatchLine{p.Exceptions, p.Others} {
		for _, l := range lines {
			e := entryRecord{
				Learner: string(l.Person.ID), Name: l.Person.Used, Audit: string(l.Item.Audit),
				Exception: l.Audit.State == competency.AuditWaived, State: string(l.Item.State), Reason: string(l.Item.Reason),
			}
			if l.Diploma != nil {
				e.Credential = string(l.Diploma.Credential)
			}
			out.Entries = append(out.Entries, e)
		}
	}
	return out
}

func (s *Server) v1Approve(ctx context.Context, in *struct {
	ID   string `path:"id"`
	Body registrar.Approval
},
) (*struct{ Body batchRecord }, error) {
	id := competency.BatchID(in.ID)
	if err := s.reg.Approve(ctx, actorIn(ctx), id, in.Body); err != nil {
		return nil, s.answer(ctx, err)
	}
	return s.v1Batch(ctx, &struct {
		ID string `path:"id"`
	}{in.ID})
}

// onceIn reads the idempotency key of an operation's request.
func onceIn(ctx context.Context, in any) registrar.Once {
	c, _ := ctx.Value(ginKey{}).(*gin.Context)
	if c == nil {
		return registrar.Once{}
	}
	return once(c, in)
}

// askedTranscript names the decision on which the record is made in a moment.
type askedTranscript struct {
	Body struct {
		Award string `json:"award"`
	}
}

// v1Transcript has a record made; the learner finds it among the credentials.
func (s *Server) v1Transcript(ctx context.Context, in *struct {
	Key string `header:"Idempotency-Key"`
	ID  string `path:"id"`
},
) (*askedTranscript, error) {
	award, err := s.reg.IssueTranscript(ctx, actorIn(ctx), onceIn(ctx, in.ID), competency.PersonID(in.ID))
	if err != nil {
		return nil, s.answer(ctx, err)
	}
	out := &askedTranscript{}
	out.Body.Award = string(award)
	return out, nil
}
