package registrar

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/verifier"
)

// content opens a file that holds a text.
func content(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

// person adds somebody to a learning world.
func (w *learningWorld) person(t *testing.T, name string, org competency.OrgID, role competency.Role) competency.Actor {
	t.Helper()
	who := competency.Actor{Account: "a", Tenant: w.tenant, Authenticated: time.Now()}
	err := w.Store.In(t.Context(), w.tenant, func(sc *store.Scope) error {
		made, err := sc.AddPerson(competency.Person{Legal: name})
		if err != nil {
			return err
		}
		who.Person = made.ID
		if role == competency.Learner {
			who.Schools = []competency.OrgID{org}
			return sc.Enroll(competency.Enrollment{Person: made.ID, School: org, EntryYear: 2023, GraduationYear: 2027, Grade: "12"})
		}
		who.Staffed = map[competency.OrgID][]competency.Role{org: {role}}
		return sc.AddStaffing(competency.Staffing{Person: made.ID, Org: org, Role: role})
	})
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// want fails unless the error is of the kind.
func want(t *testing.T, what string, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("%s: got %v, want %v", what, err, kind)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestGroupGetsThreeLevels: three make one bridge and get three levels, each for
// their own part (mission row 76).
func TestGroupGetsThreeLevels(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		bo, cleo := w.person(t, "Bo Lund", w.school, competency.Learner), w.person(t, "Cleo Marsh", w.school, competency.Learner)
		w.person(t, "Far Away", w.other, competency.Learner)
		first := w.work(t, "A bridge of paper", "MATH.3")
		want(t, "a learner of another school", w.InviteToGroup(ctx, w.learner, first, "Far Away"), competency.ErrInvalid)
		want(t, "oneself", w.InviteToGroup(ctx, w.learner, first, "Nia"), competency.ErrInvalid)
		want(t, "somebody else's work", w.InviteToGroup(ctx, bo, first, "Cleo Marsh"), competency.ErrNotFound)
		ok(t, w.InviteToGroup(ctx, w.learner, first, "bo lund"))
		ok(t, w.InviteToGroup(ctx, w.learner, first, "Cleo Marsh"))
		_, err := w.Evidence(ctx, bo, first)
		want(t, "a member reads the owner's judgments", err, competency.ErrNotFound)
		asked, err := w.Invitations(ctx, bo)
		if err != nil || len(asked) != 1 || asked[0].By != "Nia" || asked[0].Body != "What I did" {
			t.Fatalf("invitations: %+v, %v", asked, err)
		}
		pieces := map[string]competency.EvidenceID{"Nia": first}
		for name, who := range map[string]competency.Actor{"Bo": bo, "Cleo": cleo} {
			piece, err := w.AnswerInvitation(ctx, who, first, true)
			ok(t, err)
			_, err = w.AnswerInvitation(ctx, who, first, false)
			want(t, "answering twice", err, competency.ErrConflict)
			want(t, "handing in without a word of one's own", w.SubmitEvidence(ctx, who, piece), competency.ErrInvalid)
			ok(t, w.EditEvidence(ctx, who, piece, EvidenceInput{
				Title: "A bridge of paper", Body: name + " did this", Reflection: "I learned " + name, Indicators: []string{"MATH.3"}, Submit: true,
			}, nil))
			pieces[name] = piece
		}
		levels := map[string]int{"Nia": 4, "Bo": 3, "Cleo": 2}
		for name, piece := range pieces {
			v, err := w.Judge(ctx, w.teacher, piece)
			if err != nil || v.Group == nil || len(v.Group.Members) != 3 || v.Group.First != first {
				t.Fatalf("%s beside the rubric: %+v, %v", name, v.Group, err)
			}
			done, err := w.Score(ctx, w.teacher, piece, scores(levels[name], "Name the load"))
			if err != nil || done.State != competency.EvidenceAccepted {
				t.Fatalf("judging %s: %+v, %v", name, done, err)
			}
		}
		for name, piece := range pieces {
			v, err := w.Evidence(ctx, w.teacher, piece)
			if err != nil || len(v.Results) != 1 || v.Results[0].Level != levels[name] || v.Results[0].Learner != v.Owner {
				t.Errorf("%s: %+v, %v", name, v.Results, err)
			}
		}
	})
}

// TestVersionsAreKept: what was handed in stays readable with its hash, and
// reflections go on after a judgment (mission rows 73 and 74).
func TestVersionsAreKept(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		id := w.work(t, "Survey", "MATH.3", "ELA.1")
		ok(t, w.SendBack(ctx, w.teacher, id, "Add the table of numbers"))
		photo := Upload{Name: "table.txt", Open: content("1 2 3")}
		in := EvidenceInput{
			Title: "Survey", Body: "With the table", Reflection: "Now it has numbers", Indicators: []string{"MATH.3"}, Links: []string{"https://maps.example/a"}, Submit: true,
		}
		ok(t, w.EditEvidence(ctx, w.learner, id, in, []Upload{photo}))
		_, err := w.Score(ctx, w.teacher, id, scores(3, ""))
		ok(t, err)
		for _, s := range []string{"A week later I would ask more people", "In spring I did"} {
			ok(t, w.AddReflection(ctx, w.learner, id, s))
		}
		want(t, "an empty reflection", w.AddReflection(ctx, w.learner, id, " "), competency.ErrInvalid)
		want(t, "the teacher's reflection", w.AddReflection(ctx, w.teacher, id, "mine"), competency.ErrNotFound)
		v, err := w.Judge(ctx, w.teacher, id)
		if err != nil || len(v.Versions) != 2 || len(v.Reflections) != 2 {
			t.Fatalf("got %d versions and %d reflections, %v", len(v.Versions), len(v.Reflections), err)
		}
		one, two := v.Versions[0], v.Versions[1]
		if one.Body != "What I did" || two.Body != "With the table" || one.Hash == two.Hash || len(one.Hash) != 64 || len(two.Files) != 1 {
			t.Errorf("versions: %+v", v.Versions)
		}
		var parts []string
		for _, c := range two.Changes {
			parts = append(parts, c.Part)
		}
		if got := strings.Join(parts, " "); got != "body reflection context indicators links files" {
			t.Errorf("what changed: %s", got)
		}
		var story []string
		for _, m := range v.Timeline {
			story = append(story, m.What)
		}
		if got := strings.Join(story, " "); got != "begun handed-in handed-in judged reflection reflection" {
			t.Errorf("timeline: %s", got)
		}
	})
}

// TestDisputedEvidence walks accepted → disputed → set aside: what is proposed
// is computed anew, and what is locked is given to people to look at (§4.2).
func TestDisputedEvidence(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		second := w.person(t, "Tess", w.school, competency.Teacher)
		level := w.confirmed(t, "Stock survey", "Bridge test")
		first := w.evidenceTitled(t, "Stock survey")
		want(t, "the owner disputes", w.Dispute(ctx, w.learner, first, "It was not mine at all"), competency.ErrNotFound)
		want(t, "without a reason", w.Dispute(ctx, w.teacher, first, "no"), competency.ErrInvalid)
		ok(t, w.Dispute(ctx, w.teacher, first, "Another group handed in the same numbers"))
		if n := w.node(t, "math"); n.Have != 1 {
			t.Errorf("in dispute it no longer counts: %+v", n)
		}
		upheld := DisputeDecision{Outcome: "set_aside", Words: "Both groups agreed whose it was"}
		want(t, "the one who raised it decides", w.DecideDispute(ctx, w.teacher, first, upheld), competency.ErrForbidden)
		want(t, "another school decides", w.DecideDispute(ctx, w.away, first, upheld), competency.ErrNotFound)
		ok(t, w.DecideDispute(ctx, second, first, upheld))
		want(t, "deciding twice", w.DecideDispute(ctx, second, first, upheld), competency.ErrConflict)
		if n := w.node(t, "math"); n.Have != 1 {
			t.Errorf("a locked level changed by itself: %+v", n)
		}
		tasks, _, err := w.ReviewTasks(ctx, second)
		if err != nil || len(tasks) != 1 || tasks[0].Determination != level || tasks[0].Title != "Stock survey" || !tasks[0].MayClose {
			t.Fatalf("review tasks: %+v, %v", tasks, err)
		}
		shown, err := w.Evidence(ctx, w.learner, first)
		if err != nil || len(shown.Disputes) != 1 || shown.Disputes[0].Reason != "" || shown.Disputes[0].Words != "" {
			t.Errorf("the learner reads the staff's words: %+v, %v", shown.Disputes, err)
		}
		want(t, "closing without words", w.CloseReviewTask(ctx, second, tasks[0].ID, ReviewTaskDecision{Outcome: "changed"}), competency.ErrInvalid)
		want(t, "another school closes", w.CloseReviewTask(ctx, w.away, tasks[0].ID, ReviewTaskDecision{"stands", "It stands on other work"}), competency.ErrNotFound)
		ok(t, w.CloseReviewTask(ctx, second, tasks[0].ID, ReviewTaskDecision{"changed", "One piece alone does not show it"}))
		if n := w.node(t, "math"); n.Have != 0 {
			t.Errorf("after reopening: %+v", n)
		}
		lines, err := w.Proposals(ctx, w.teacher)
		if err != nil || slices.ContainsFunc(lines, func(l ProposalLine) bool { return l.Level >= 3 }) {
			t.Errorf("proposed from what was set aside: %+v, %v", lines, err)
		}
	})
}

// confirmed is a level in MATH.3 that rests on two pieces of work.
func (w *learningWorld) confirmed(t *testing.T, titles ...string) competency.DeterminationID {
	t.Helper()
	for _, title := range titles {
		_, err := w.Score(t.Context(), w.teacher, w.work(t, title, "MATH.3"), scores(3, ""))
		ok(t, err)
	}
	lines, err := w.Proposals(t.Context(), w.teacher)
	if err != nil || len(lines) != 1 {
		t.Fatalf("proposals: %+v, %v", lines, err)
	}
	ok(t, w.Confirm(t.Context(), w.teacher, []competency.DeterminationID{lines[0].ID}))
	return lines[0].ID
}

func (w *learningWorld) evidenceTitled(t *testing.T, title string) competency.EvidenceID {
	t.Helper()
	page, err := w.MyEvidence(t.Context(), w.learner, 0)
	ok(t, err)
	for _, e := range page.Rows {
		if e.Title == title {
			return e.ID
		}
	}
	t.Fatalf("no evidence called %s", title)
	return ""
}

// TestFamilyDecidesNothing: declared kin neither judge, confirm, dispute nor
// agree, both ways, and the queue does not offer it (domain invariant 3).
func TestFamilyDecidesNothing(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		id := w.work(t, "Survey", "MATH.3")
		other := w.work(t, "Bridge", "MATH.3")
		second := w.person(t, "Tess", w.school, competency.Teacher)
		for _, e := range []competency.EvidenceID{id, other} {
			_, err := w.Score(ctx, second, e, scores(3, ""))
			ok(t, err)
		}
		lines, err := w.Proposals(ctx, second)
		if err != nil || len(lines) != 1 {
			t.Fatalf("proposals: %+v, %v", lines, err)
		}
		waiting := w.work(t, "Third", "MATH.3")
		want(t, "kin of nobody", w.DeclareKin(ctx, w.teacher, NewKin{Person: "Nobody At All"}), competency.ErrInvalid)
		want(t, "a teacher speaks for others", w.DeclareKin(ctx, second, NewKin{Of: "Theo", Person: "Nia"}), competency.ErrNotFound)
		ok(t, w.DeclareKin(ctx, w.teacher, NewKin{Person: "nia"}))
		want(t, "declaring twice", w.DeclareKin(ctx, w.learner, NewKin{Person: "Theo"}), competency.ErrConflict)
		_, err = w.Score(ctx, w.teacher, id, scores(3, ""))
		want(t, "kin judges", err, competency.ErrForbidden)
		_, err = w.Judge(ctx, w.teacher, waiting)
		want(t, "kin opens the rubric", err, competency.ErrForbidden)
		want(t, "kin confirms", w.Confirm(ctx, w.teacher, []competency.DeterminationID{lines[0].ID}), competency.ErrForbidden)
		want(t, "kin sends back", w.SendBack(ctx, w.teacher, waiting, "Add the numbers"), competency.ErrForbidden)
		want(t, "kin disputes", w.Dispute(ctx, w.teacher, id, "It was not their work"), competency.ErrForbidden)
		queue, err := w.Queue(ctx, w.teacher, 0)
		if err != nil || queue.Total != 0 {
			t.Errorf("the queue of the family: %+v, %v", queue, err)
		}
		ties, err := w.MyKin(ctx, w.learner)
		if err != nil || len(ties) != 1 || ties[0].MayEnd {
			t.Fatalf("ties: %+v, %v", ties, err)
		}
		want(t, "a teacher ends their own tie", w.EndKin(ctx, w.teacher, ties[0].ID), competency.ErrNotFound)
		ok(t, w.EndKin(ctx, w.office, ties[0].ID))
		_, err = w.Score(ctx, w.teacher, waiting, scores(3, ""))
		ok(t, err)
	})
}

// TestAgreementBeforeTheStart: an extended learning opportunity counts only if
// the school agreed before it began (mission row 50).
func TestAgreementBeforeTheStart(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		day := func(n int) string { return time.Now().AddDate(0, 0, n).Format(time.DateOnly) }
		in := EvidenceInput{
			Title: "Boat engine", Body: "Took it apart", Reflection: "I can read the manual", Route: "elo", Provider: "Harlow Marine",
			Began: day(2), Indicators: []string{"MATH.3"}, Submit: true,
		}
		add := func() error {
			_, err := w.AddEvidence(ctx, w.learner, Once{}, in, nil)
			return err
		}
		beside := func(what, field string, err error) {
			t.Helper()
			if !errors.Is(err, competency.ErrInvalid) || !strings.Contains(err.Error(), field) {
				t.Errorf("%s: got %v, want a sentence at %s", what, err, field)
			}
		}
		beside("without an agreement", "/approval", add())
		_, err := w.AskApproval(ctx, w.learner, Once{}, NewApproval{Route: "elo", Title: "x"})
		beside("an empty request", "/starts", err)
		asked, err := w.AskApproval(ctx, w.learner, Once{}, NewApproval{Route: "elo", Title: "Engines with Harlow Marine", Starts: day(2), Indicators: []string{"MATH.3"}})
		ok(t, err)
		in.Approval = string(asked)
		beside("with a request that nobody answered", "/approval", add())
		want(t, "the learner agrees", w.DecideApproval(ctx, w.learner, asked, ApprovalDecision{Give: true}), competency.ErrNotFound)
		_, waiting, err := w.Approvals(ctx, w.teacher)
		if err != nil || len(waiting) != 1 || !waiting[0].MayDecide || waiting[0].Indicators[0].Code != "MATH.3" {
			t.Fatalf("waiting: %+v, %v", waiting, err)
		}
		ok(t, w.DecideApproval(ctx, w.teacher, asked, ApprovalDecision{Give: true}))
		in.Began = day(-3)
		beside("begun before it", "/began", add())
		in.Began, in.Indicators = day(2), []string{"ELA.1"}
		beside("for something else", "/indicators", add())
		in.Indicators = []string{"MATH.3"}
		ok(t, add())
		late, err := w.AskApproval(ctx, w.learner, Once{}, NewApproval{Route: "credit-flex", Title: "Last month's trip", Starts: day(-30), Indicators: []string{"MATH.3"}})
		ok(t, err)
		want(t, "agreeing after the start", w.DecideApproval(ctx, w.teacher, late, ApprovalDecision{Give: true}), competency.ErrConflict)
		beside("declining without words", "/words", w.DecideApproval(ctx, w.teacher, late, ApprovalDecision{}))
		ok(t, w.DecideApproval(ctx, w.teacher, late, ApprovalDecision{Words: "Ask before the next trip"}))
	})
}

// TestAPolicySaysWhatNeedsAgreement: where the board's own rule lets such work
// in, it carries a mark that everybody sees.
func TestAPolicySaysWhatNeedsAgreement(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		document := fillPolicy(map[string]string{"code": "lake.proficiency", "title": "Diploma by proficiency", "board": "Board of the Lake District", "on": "2026-07-01"})
		document = strings.Replace(document, "version: 1", "version: 2", 1) + "\npriorApproval: {routes: [internship], late: flag}\n"
		ok(t, w.adopt(t, PolicyToAdopt{Document: document, Board: "Board of the Lake District", AdoptedOn: "2026-07-01"}))
		for _, c := range []struct {
			route string
			lack  competency.Lack
		}{{"internship", competency.NoApproval}, {"class", competency.NothingLacks}} {
			id, err := w.AddEvidence(ctx, w.learner, Once{}, EvidenceInput{
				Title: "Boat engine", Body: "Took it apart", Reflection: "I can read the manual", Route: c.route, Provider: "Harlow Marine",
				Began: time.Now().Format(time.DateOnly), Indicators: []string{"MATH.3"}, Submit: true,
			}, nil)
			ok(t, err)
			v, err := w.Evidence(ctx, w.teacher, id)
			if err != nil || v.Lack != c.lack {
				t.Errorf("%s: lacks %q, %v; want %q", c.route, v.Lack, err, c.lack)
			}
		}
	})
}

// pagesOf answers pages from memory.
type pagesOf map[string]verifier.Page

func (p pagesOf) Page(_ context.Context, address string) (verifier.Page, error) {
	page, ok := p[address]
	if !ok {
		return page, errors.New("no such page")
	}
	return page, nil
}

func (p pagesOf) Credential(ctx context.Context, address string) (verifier.Page, error) {
	return p.Page(ctx, address)
}

// TestLinksKeepTheirWords: what a link showed when the work was handed in can
// be read later, and what could not be read is said to be so.
func TestLinksKeepTheirWords(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		in := EvidenceInput{
			Title: "Blog", Reflection: "I explain", Links: []string{"https://blog.example/a", "https://blog.example/gone", "https://blog.example/a"},
			Indicators: []string{"MATH.3"}, Submit: true,
		}
		id, err := w.AddEvidence(ctx, w.learner, Once{}, in, nil)
		ok(t, err)
		ok(t, w.CopyLinks(ctx, w.tenant, id)) // nobody may ask the network
		w.Pages = pagesOf{"https://blog.example/a": {ContentType: "text/html; charset=iso-8859-1", Body: []byte(
			"<html><head><title>My\n blog</title><style>p{}</style></head><body><script>alert(1)</script><p>Caf\xe9 <b>num</b>bers</p><p>Two</p></body></html>",
		)}}
		v, err := w.Judge(ctx, w.teacher, id)
		if err != nil || len(v.Copies) != 3 || v.Copies[0].Copy.Reason != "no-fetch" {
			t.Fatalf("without a network: %+v, %v", v.Copies, err)
		}
		ok(t, w.SendBack(ctx, w.teacher, id, "Write one more line"))
		ok(t, w.EditEvidence(ctx, w.learner, id, in, nil))
		ok(t, w.CopyLinks(ctx, w.tenant, id))
		v, err = w.Judge(ctx, w.teacher, id)
		ok(t, err)
		kept, gone := v.Copies[0].Copy, v.Copies[1].Copy
		if kept.State != competency.LinkKept || kept.Title != "My blog" || kept.Text != "Café numbers\nTwo" || len(kept.Hash) != 64 {
			t.Errorf("kept: %+v", kept)
		}
		if gone.State != competency.LinkFailed || gone.Reason != "network" {
			t.Errorf("gone: %+v", gone)
		}
		if len(v.Versions) != 2 || v.Versions[0].Copies[0].Copy.State != competency.LinkFailed {
			t.Errorf("the first version's links: %+v", v.Versions[0].Copies)
		}
	})
}
