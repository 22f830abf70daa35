package registrar

import (
	"context"
	"slices"

	"laurel/competency"
	"laurel/internal/store"
)

// DisputeView is a dispute with names, for staff.
type DisputeView struct {
	competency.Dispute
	RaisedByName, DecidedByName string
}

// disputes answers the disputes about evidence. Who is not staff learns that
// there is one, and not why.
func (d *desk) disputes(e competency.Evidence) ([]DisputeView, error) {
	list, err := d.Disputes(e.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var people []competency.PersonID
	for _, x := range list {
		people = append(people, x.RaisedBy, x.DecidedBy)
	}
	names, err := d.UsedNames(people)
	staff := d.who.Person != e.Owner
	var all []DisputeView
	for _, x := range list {
		v := DisputeView{Dispute: x}
		if staff {
			v.RaisedByName, v.DecidedByName = names[x.RaisedBy], names[x.DecidedBy]
		} else {
			v.Reason, v.Words = "", ""
		}
		all = append(all, v)
	}
	return all, err
}

// Dispute says that accepted evidence is in doubt, and why. Until a second
// person decides it counts as before.
func (r *Registrar) Dispute(ctx context.Context, who competency.Actor, id competency.EvidenceID, reason string) error {
	return r.act(ctx, who, competency.DisputeEvidence, func(d *desk) error {
		e, err := d.staffSubject(id, nil)
		if err != nil {
			return err
		}
		x, err := competency.RaiseDispute(&e, competency.DisputeID(d.ID()), who.Person, reason, d.Now())
		if err != nil {
			return err
		}
		d.note("dispute", string(x.ID))
		if err := d.AddDispute(x); err != nil {
			return err
		}
		return d.MoveEvidence(e)
	})
}

// DisputeDecision is how a dispute ends.
type DisputeDecision struct {
	Outcome string `json:"outcome" enum:"accepted,set_aside"`
	Words   string `json:"words"`
}

// DecideDispute ends the open dispute about evidence. Evidence that is set
// aside no longer counts: what is proposed is computed anew, and what is locked
// or issued stays as it is and is given to people to look at again (domain §4.2).
func (r *Registrar) DecideDispute(ctx context.Context, who competency.Actor, id competency.EvidenceID, in DisputeDecision) error {
	return r.act(ctx, who, competency.DecideDispute, func(d *desk) error {
		e, err := d.Evidence(id)
		if err != nil {
			return err
		}
		open, err := d.openDispute(e)
		if err != nil {
			return err
		}
		if err := open.Decide(&e, competency.DisputeOutcome(in.Outcome), who.Person, in.Words, d.Now()); err != nil {
			return err
		}
		d.note("outcome", in.Outcome)
		if err := d.SetDispute(open); err != nil {
			return err
		}
		if err := d.MoveEvidence(e); err != nil {
			return err
		}
		if open.Outcome != competency.DisputeUpheld {
			return nil
		}
		return d.followSetAside(e)
	})
}

// openDispute answers the open dispute about evidence that the actor may decide.
func (d *desk) openDispute(e competency.Evidence) (competency.Dispute, error) {
	all, err := d.Disputes(e.ID)
	if err != nil {
		return competency.Dispute{}, err
	}
	on := competency.Subject{ID: string(e.ID), Org: e.School, Owner: e.Owner}
	for _, x := range all {
		if x.Outcome == "" {
			on.Before = []competency.PersonID{x.RaisedBy}
			return x, d.may(on)
		}
	}
	if err := d.may(on); err != nil {
		return competency.Dispute{}, err
	}
	return competency.Dispute{}, competency.Refuse("There is no open dispute about this piece of evidence.")
}

// staffSubject reads evidence for an act of the staff.
func (d *desk) staffSubject(id competency.EvidenceID, before []competency.PersonID) (competency.Evidence, error) {
	e, err := d.Evidence(id)
	if err != nil {
		return e, err
	}
	if err := d.may(competency.Subject{ID: string(id), Org: e.School, Owner: e.Owner, Before: before}); err != nil {
		return e, err
	}
	return e, d.mayRead(e)
}

// followSetAside proposes anew without the evidence and opens review tasks for
// every locked level that rests on it, and for the issued credentials that rest
// on such a level.
func (d *desk) followSetAside(e competency.Evidence) error {
	made, err := d.AssessmentsOf(e.ID)
	if err != nil {
		return err
	}
	items := slices.Clone(e.Items)
	for _, a := range made {
		if !slices.Contains(items, a.Item) {
			items = append(items, a.Item)
		}
	}
	if _, err := propose(d.Scope, e.Owner, items); err != nil {
		return err
	}
	live, err := d.LiveDeterminations([]competency.PersonID{e.Owner})
	if err != nil {
		return err
	}
	task := competency.ReviewTask{School: e.School, Learner: e.Owner, Kind: competency.EvidenceWasSetAside, Evidence: e.ID, Opened: d.Now()}
	var tasks []competency.ReviewTask
	for _, l := range live {
		if l.State == competency.LevelConfirmed && l.RestsOn(made) {
			t := task
			t.Determination = l.ID
			tasks = append(tasks, t)
		}
	}
	if len(tasks) == 0 {
		return nil
	}
	return d.openTasks(tasks, task)
}

// openTasks opens the tasks, and one like the last for each credential of the
// learner that stands.
func (d *desk) openTasks(tasks []competency.ReviewTask, like competency.ReviewTask) error {
	issued, _, err := d.Credentials(store.CredentialFilter{Person: like.Learner, State: competency.Issued}, store.Page{Limit: 500})
	if err != nil {
		return err
	}
	for _, c := range issued {
		if c.Kind != competency.MicroCredentialAward {
			t := like
			t.Credential = c.ID
			tasks = append(tasks, t)
		}
	}
	return d.AddReviewTasks(tasks)
}

// ReviewTaskView is a review task as a list shows it.
type ReviewTaskView struct {
	competency.ReviewTask
	Name       string // the learner's
	Title      string // of the evidence or the credential of elsewhere
	Level      string // "Proficient in MATH.3: …"; empty for a credential
	Credential string // what was issued; empty for a level
	ClosedBy   string
	MayClose   bool
}

// reviewTasksShown bounds the list.
const reviewTasksShown = 200

// reviewers are the roles that look at something again.
var reviewers = []competency.Role{competency.Teacher, competency.Counselor, competency.RegistrarRole, competency.Principal}

// ReviewTasks answers what has to be looked at again at the actor's schools,
// open tasks first, and the disputes that wait for a second person.
func (r *Registrar) ReviewTasks(ctx context.Context, who competency.Actor) (tasks []ReviewTaskView, disputed []EvidenceLine, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if err := d.see(competency.ViewReviewTasks, competency.Subject{}); err != nil {
			return err
		}
		schools := schoolsAs(who, reviewers...)
		list, err := d.ReviewTasks(schools, reviewTasksShown)
		if err != nil {
			return err
		}
		if tasks, err = d.taskViews(list); err != nil {
			return err
		}
		inDispute, _, err := d.DisputedAt(schools, store.Page{Limit: reviewTasksShown})
		if err != nil {
			return err
		}
		disputed, err = d.lines(inDispute)
		return err
	})
	return tasks, disputed, err
}

// taskViews adds names and titles, in a handful of queries for any number.
func (d *desk) taskViews(list []competency.ReviewTask) ([]ReviewTaskView, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var people []competency.PersonID
	var levels []competency.DeterminationID
	var issued []competency.CredentialID
	var evidence []competency.EvidenceID
	var outside []competency.OutsideID
	for _, t := range list {
		people = append(people, t.Learner, t.ClosedBy)
		levels, issued = append(levels, t.Determination), append(issued, t.Credential)
		evidence, outside = append(evidence, t.Evidence), append(outside, t.Outside)
	}
	names, err := d.UsedNames(people)
	if err != nil {
		return nil, err
	}
	words, err := d.levelWords(levels)
	if err != nil {
		return nil, err
	}
	credentials, err := d.CredentialsByID(issued)
	if err != nil {
		return nil, err
	}
	titles, err := d.EvidenceTitles(evidence)
	if err != nil {
		return nil, err
	}
	achieved, err := d.OutsideNames(outside)
	if err != nil {
		return nil, err
	}
	views := make([]ReviewTaskView, len(list))
	for i, t := range list {
		views[i] = ReviewTaskView{
			ReviewTask: t, Name: names[t.Learner], Title: titles[t.Evidence] + achieved[t.Outside], Level: words[t.Determination], ClosedBy: names[t.ClosedBy],
			MayClose: t.Outcome == "" && d.see(competency.CloseReviewTask, competency.Subject{Org: t.School, Owner: t.Learner}) == nil,
		}
		if c, ok := credentials[t.Credential]; ok {
			views[i].Credential = string(c.Kind)
		}
	}
	return views, nil
}

// levelWords are levels in words: "Proficient in Reads charts (MATH.3)".
func (d *desk) levelWords(ids []competency.DeterminationID) (map[competency.DeterminationID]string, error) {
	levels, err := d.Determinations(ids)
	if err != nil || len(levels) == 0 {
		return nil, err
	}
	f, items, err := d.current()
	words := map[competency.DeterminationID]string{}
	for _, l := range levels {
		words[l.ID] = f.Scale.Label(l.Level)
		if found := pick(items, []competency.ItemID{l.Item}); len(found) == 1 {
			words[l.ID] += ": " + found[0].Text + " (" + found[0].Code + ")"
		}
	}
	return words, err
}

// ReviewTaskDecision is how a review task is closed.
type ReviewTaskDecision struct {
	Outcome string `json:"outcome" enum:"stands,changed"`
	Words   string `json:"words"`
}

// CloseReviewTask says what follows for a level or a credential. "Changed"
// reopens the level with these words, for a teacher; for a credential its
// withdrawal must have been asked for before.
func (r *Registrar) CloseReviewTask(ctx context.Context, who competency.Actor, id competency.ReviewTaskID, in ReviewTaskDecision) error {
	return r.act(ctx, who, competency.CloseReviewTask, func(d *desk) error {
		t, err := d.ReviewTask(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Org: t.School, Owner: t.Learner}); err != nil {
			return err
		}
		if err := t.Close(competency.ReviewOutcome(in.Outcome), who.Person, in.Words, d.Now()); err != nil {
			return err
		}
		if t.Outcome == competency.ReviewChanged {
			if err := d.changed(t); err != nil {
				return err
			}
		}
		d.note("outcome", in.Outcome)
		return d.SetReviewTask(t)
	})
}

// changed makes sure that something followed from the task.
func (d *desk) changed(t competency.ReviewTask) error {
	if t.Credential != "" {
		c, err := d.Credential(t.Credential)
		if err != nil {
			return err
		}
		asked, err := d.StatusChangesOf(t.Credential)
		if err != nil {
			return err
		}
		open := slices.ContainsFunc(asked, func(x competency.StatusChange) bool { return x.State == competency.ChangeOpen })
		if c.State.Stands() && !open {
			return competency.Refuse("Ask for the withdrawal of the credential first, or for a hold; then close this.")
		}
		return nil
	}
	if t.Determination == "" {
		return nil
	}
	l, err := d.Determination(t.Determination)
	if err != nil || l.State != competency.LevelConfirmed {
		return err // reopened or replaced meanwhile
	}
	if err := d.see(competency.ReopenLevel, competency.Subject{ID: string(l.ID), Org: t.School, Owner: t.Learner}); err != nil {
		return competency.Forbidden("A teacher of the school reopens a level; ask one to close this.")
	}
	if err := l.Reopen(d.who.Person, t.Words, d.Now()); err != nil {
		return err
	}
	if err := d.MoveDetermination(l); err != nil {
		return err
	}
	_, err = propose(d.Scope, l.Learner, []competency.ItemID{l.Item})
	return err
}

// waitsToReview are the review tasks on the home page of whoever closes them.
func waitsToReview(d *desk) ([]Waiting, error) {
	if !d.who.Is(reviewers...) {
		return nil, nil
	}
	n, oldest, err := d.OpenReviewTasks(schoolsAs(d.who, reviewers...))
	if err != nil || n == 0 {
		return nil, err
	}
	return []Waiting{{Kind: "review-tasks", Count: int(n), Oldest: oldest, Href: "/review-tasks"}}, nil
}
