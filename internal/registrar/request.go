package registrar

import (
	"context"
	"errors"
	"strings"

	"laurel/competency"
)

// RequestInput is a learner's wish to be assessed.
type RequestInput struct {
	Indicator string `json:"indicator"` // its code
	Words     string `json:"words" required:"false"`
}

// AskAssessment asks the teachers of the actor's school for an assessment in an
// indicator, on any day. Asking again while a request is open is no error: it
// answers the one that is.
func (r *Registrar) AskAssessment(ctx context.Context, who competency.Actor, in RequestInput) (id competency.RequestID, err error) {
	err = r.act(ctx, who, competency.AskAssessment, func(d *desk) error {
		e, err := d.enrolled(who.Person)
		if err != nil {
			return err
		}
		q := competency.AssessmentRequest{
			ID: competency.RequestID(d.ID()), School: e.School, Learner: who.Person, Words: strings.TrimSpace(in.Words),
			State: competency.RequestAsked, Asked: d.Now(),
		}
		if err := d.may(competency.Subject{ID: string(q.ID), Org: q.School, Owner: who.Person}); err != nil {
			return err
		}
		items, err := resolve(d.Scope, []string{in.Indicator})
		if err != nil {
			return err
		}
		q.Item = items[0]
		if bad := q.Check(); len(bad) > 0 {
			return competency.Invalid(bad...)
		}
		before, err := d.RequestsOf(who.Person)
		if err != nil {
			return err
		}
		for _, b := range before {
			if b.Item == q.Item && b.State == competency.RequestAsked {
				id = b.ID
				return nil
			}
		}
		id = q.ID
		return d.AddRequest(q)
	})
	return id, err
}

// WithdrawRequest takes the actor's open request back.
func (r *Registrar) WithdrawRequest(ctx context.Context, who competency.Actor, id competency.RequestID) error {
	return r.act(ctx, who, competency.AskAssessment, func(d *desk) error {
		return d.answerRequest(id, competency.RequestWithdrawn, "")
	})
}

// DeclineRequest answers a request with words about what comes first, or when.
func (r *Registrar) DeclineRequest(ctx context.Context, who competency.Actor, id competency.RequestID, reply string) error {
	return r.act(ctx, who, competency.AnswerRequest, func(d *desk) error {
		return d.answerRequest(id, competency.RequestDeclined, reply)
	})
}

func (d *desk) answerRequest(id competency.RequestID, as competency.RequestState, reply string) error {
	q, err := d.Request(id)
	if err != nil {
		return err
	}
	if err := d.may(competency.Subject{ID: string(id), Org: q.School, Owner: q.Learner}); err != nil {
		return err
	}
	if err := q.Answer(d.who.Person, as, reply, d.Now()); err != nil {
		return err
	}
	d.note("as", string(as))
	return noLongerOpen(d.AnswerRequest(q))
}

// noLongerOpen says what it means that an open request was not found.
func noLongerOpen(err error) error {
	if errors.Is(err, competency.ErrNotFound) {
		return competency.Refuse("This request has been answered already.")
	}
	return err
}

// Observation is what a teacher saw when a learner asked to be assessed.
type Observation struct {
	Title    string `json:"title"` // what was seen
	Context  string `json:"context" required:"false"`
	Level    int    `json:"level"`
	Feedback string `json:"feedback" required:"false"`
}

// Observe answers a request by looking at once: what the teacher saw becomes
// evidence, judged by the indicator's rubric like any other.
func (r *Registrar) Observe(ctx context.Context, who competency.Actor, id competency.RequestID, in Observation) (done Scored, err error) {
	err = r.act(ctx, who, competency.AnswerRequest, func(d *desk) error {
		q, err := d.Request(id)
		if err != nil {
			return err
		}
		on := competency.Subject{ID: string(id), Org: q.School, Owner: q.Learner}
		if err := d.may(on); err != nil {
			return err
		}
		if err := d.see(competency.JudgeEvidence, on); err != nil {
			return err
		}
		if err := q.Answer(who.Person, competency.RequestObserved, "", d.Now()); err != nil {
			return err
		}
		if err := noLongerOpen(d.AnswerRequest(q)); err != nil {
			return err
		}
		done, err = d.observe(q, in)
		return err
	})
	return done, err
}

func (d *desk) observe(q competency.AssessmentRequest, in Observation) (Scored, error) {
	f, err := d.CurrentFramework()
	if err != nil {
		return Scored{}, err
	}
	seen := competency.Task{School: q.School, Title: strings.TrimSpace(in.Title), Context: strings.TrimSpace(in.Context)}
	e := competency.Observed(seen, q.Learner, d.who.Person, d.Now())
	e.ID, e.Items, e.Body = competency.EvidenceID(d.ID()), []competency.ItemID{q.Item}, q.Words
	mark := competency.IndicatorMark{Item: q.Item, Level: in.Level, Feedback: strings.TrimSpace(in.Feedback)}
	bad := e.Check(0)
	for _, b := range competency.CheckIndicatorMarks(e, f.Scale, []competency.IndicatorMark{mark}) {
		b.Pointer = strings.TrimPrefix(b.Pointer, "/scores/0")
		bad = append(bad, b)
	}
	if len(bad) > 0 {
		return Scored{}, competency.Invalid(bad...)
	}
	made, err := d.judgments(e, []competency.IndicatorMark{mark}, nil)
	if err != nil {
		return Scored{}, err
	}
	if err := d.AddEvidence(e); err != nil {
		return Scored{}, err
	}
	if err := d.AddAssessments(made); err != nil {
		return Scored{}, err
	}
	return d.settleEvidence(e, made)
}

// RequestLine is a request in a list.
type RequestLine struct {
	competency.AssessmentRequest
	Name, TeacherName string // in use
	Item              competency.Item
}

// requestsPerPage is how many requests are shown at once.
const requestsPerPage = 50

// Requests answers what learners of the actor's schools have asked for, the
// oldest first.
func (r *Registrar) Requests(ctx context.Context, who competency.Actor) (lines []RequestLine, total int64, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewQueue, competency.Subject{}); err != nil {
			return err
		}
		open, n, err := d.OpenRequests(schoolsAs(who, competency.Teacher), who.Person, requestsPerPage)
		if err != nil {
			return err
		}
		total = n
		lines, err = d.requestLines(open)
		return err
	})
	return lines, total, err
}

// MyRequests answers the actor's own requests, the newest first.
func (r *Registrar) MyRequests(ctx context.Context, who competency.Actor) (lines []RequestLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.AskAssessment, competency.Subject{Owner: who.Person}); err != nil {
			return err
		}
		all, err := d.RequestsOf(who.Person)
		if err != nil {
			return err
		}
		lines, err = d.requestLines(all)
		return err
	})
	return lines, err
}

func (d *desk) requestLines(all []competency.AssessmentRequest) ([]RequestLine, error) {
	if len(all) == 0 {
		return nil, nil
	}
	_, items, err := d.current()
	if err != nil {
		return nil, err
	}
	var people []competency.PersonID
	for _, q := range all {
		people = append(people, q.Learner, q.Teacher)
	}
	names, err := d.UsedNames(people)
	lines := make([]RequestLine, len(all))
	for i, q := range all {
		lines[i] = RequestLine{AssessmentRequest: q, Name: names[q.Learner], TeacherName: names[q.Teacher]}
		if found := pick(items, []competency.ItemID{q.Item}); len(found) == 1 {
			lines[i].Item = found[0]
		}
	}
	return lines, err
}

// requested are the indicators, by code, for which a learner's request is open.
func (d *desk) requested(learner competency.PersonID, items []competency.Item) (map[string]bool, error) {
	all, err := d.RequestsOf(learner)
	open := map[string]bool{}
	for _, q := range all {
		if found := pick(items, []competency.ItemID{q.Item}); q.State == competency.RequestAsked && len(found) == 1 {
			open[found[0].Code] = true
		}
	}
	return open, err
}

// RequestView is a request with what is needed to answer it at once.
type RequestView struct {
	RequestLine
	Rubric  competency.Rubric
	Scale   competency.Scale
	Phrases []competency.Phrase
}

// Request answers one request to a teacher of the school.
func (r *Registrar) Request(ctx context.Context, who competency.Actor, id competency.RequestID) (v RequestView, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		q, err := d.Request(id)
		if err != nil {
			return err
		}
		if err := d.see(competency.AnswerRequest, competency.Subject{ID: string(id), Org: q.School, Owner: q.Learner}); err != nil {
			return err
		}
		lines, err := d.requestLines([]competency.AssessmentRequest{q})
		if err != nil {
			return err
		}
		f, err := d.CurrentFramework()
		if err != nil {
			return err
		}
		rubrics, err := d.Rubrics([]competency.ItemID{q.Item})
		if err != nil {
			return err
		}
		v = RequestView{RequestLine: lines[0], Rubric: rubrics[q.Item], Scale: f.Scale}
		v.Phrases, err = d.Phrases(who.Person)
		return err
	})
	return v, err
}

// waitsAsked is what learners ask for, on a teacher's home page.
func waitsAsked(d *desk) ([]Waiting, error) {
	if !d.who.Is(competency.Teacher) {
		return nil, nil
	}
	open, n, err := d.OpenRequests(schoolsAs(d.who, competency.Teacher), d.who.Person, 1)
	if err != nil || n == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "asked", Count: int(n), Oldest: open[0].Asked, Href: "/queue#asked"}}, nil
}
