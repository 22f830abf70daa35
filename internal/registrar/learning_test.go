package registrar

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// learningWorld is a district with two schools, the starter framework and
// policy, a learner and teachers.
type learningWorld struct {
	*Registrar
	tenant                         competency.OrgID
	school, other                  competency.OrgID
	learner, teacher, away, office competency.Actor
	lead                           competency.Actor
}

func newLearningWorld(t testing.TB, s *store.Store) *learningWorld {
	t.Helper()
	r, err := New(Options{
		Store: s, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
		PublicURL: "https://laurel.example", Files: t.TempDir(), KeyEncryptionKey: bytes.Repeat([]byte{7}, keyBytes), Passwords: testkit.LightPasswords,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &learningWorld{Registrar: r}
	err = s.InAll(t.Context(), func(tx *store.Tx) error {
		w.tenant = competency.OrgID(tx.ID())
		sc, err := tx.Scope(w.tenant)
		if err != nil {
			return err
		}
		root, err := sc.AddOrg(competency.Org{ID: w.tenant, Kind: competency.District, Name: "Lake District", Slug: "lake", Zone: "America/New_York"})
		if err != nil {
			return err
		}
		for slug, id := range map[string]*competency.OrgID{"north": &w.school, "south": &w.other} {
			o, err := sc.AddOrg(competency.Org{Parent: root.ID, Kind: competency.School, Name: slug, Slug: slug, Zone: "America/New_York"})
			if err != nil {
				return err
			}
			*id = o.ID
		}
		return w.people(sc)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.InstallStarter(t.Context(), w.lead, "", "Board of the Lake District", "2026-06-01"); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *learningWorld) people(sc *store.Scope) error {
	for _, p := range []struct {
		actor *competency.Actor
		name  string
		org   competency.OrgID
		role  competency.Role
	}{
		{&w.teacher, "Theo", w.school, competency.Teacher},
		{&w.away, "Ada", w.other, competency.Teacher},
		{&w.office, "Rita", w.school, competency.RegistrarRole},
		{&w.lead, "Lee", w.tenant, competency.DistrictLead},
		{&w.learner, "Nia", w.school, competency.Learner},
	} {
		made, err := sc.AddPerson(competency.Person{Legal: p.name})
		if err != nil {
			return err
		}
		*p.actor = competency.Actor{Account: "a", Person: made.ID, Tenant: w.tenant, Authenticated: time.Now()}
		if p.role == competency.Learner {
			p.actor.Schools = []competency.OrgID{p.org}
			err = sc.Enroll(competency.Enrollment{Person: made.ID, School: p.org, EntryYear: 2023, GraduationYear: 2027, Grade: "12"})
		} else {
			p.actor.Staffed = map[competency.OrgID][]competency.Role{p.org: {p.role}}
			err = sc.AddStaffing(competency.Staffing{Person: made.ID, Org: p.org, Role: p.role})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// eachLearning runs a test in a fresh world on both databases.
func eachLearning(t *testing.T, run func(t *testing.T, w *learningWorld)) {
	t.Helper()
	stores.Each(t, func(t *testing.T, s *store.Store) { run(t, newLearningWorld(t, s)) })
}

// work hands in a piece of evidence for some indicators.
func (w *learningWorld) work(t *testing.T, title string, codes ...string) competency.EvidenceID {
	t.Helper()
	id, err := w.AddEvidence(t.Context(), w.learner, Once{}, EvidenceInput{
		Title: title, Body: "What I did", Reflection: "It shows that I can", Context: "mathematics", Indicators: codes, Submit: true,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// scores is a judgment of MATH.3.
func scores(level int, feedback string) EvidenceScores {
	return EvidenceScores{Scores: []IndicatorScore{{Indicator: "MATH.3", Level: level, Feedback: feedback}}}
}

// node answers one node of the learner's tree.
func (w *learningWorld) node(t *testing.T, id string) policy.Result {
	t.Helper()
	p, err := w.Requirements(t.Context(), w.learner, w.learner.Person)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range p.Audit.Tree.Children {
		if n.ID == id {
			return n
		}
	}
	t.Fatalf("no node %s in %+v", id, p.Audit.Tree)
	return policy.Result{}
}

func TestFromEvidenceToTheTree(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		first, second := w.work(t, "Stock survey", "MATH.3"), w.work(t, "Bridge test", "MATH.3")
		queue, err := w.Queue(ctx, w.teacher, 0)
		if err != nil || queue.Total != 2 || queue.Rows[0].ID != first || queue.Rows[0].Codes[0] != "MATH.3" || queue.Rows[0].Name != "Nia" {
			t.Fatalf("queue: %+v, %v", queue, err)
		}
		if _, err := w.Score(ctx, w.teacher, first, scores(2, "")); !errors.Is(err, competency.ErrInvalid) || !strings.Contains(err.Error(), "/scores/0/feedback") {
			t.Errorf("below proficient without feedback: %v", err)
		}
		done, err := w.Score(ctx, w.teacher, first, scores(3, ""))
		if err != nil || done.State != competency.EvidenceAccepted || done.Proposals != 1 {
			t.Fatalf("first score: %+v, %v", done, err)
		}
		if n := w.node(t, "math"); n.Have != 0 {
			t.Errorf("a proposal counts: %+v", n)
		}
		if _, err = w.Score(ctx, w.teacher, second, scores(4, "Beautiful")); err != nil {
			t.Fatal(err)
		}
		lines, err := w.Proposals(ctx, w.teacher)
		if err != nil || len(lines) != 1 || lines[0].Level != 3 || !strings.Contains(lines[0].Why, "Stock survey") {
			t.Fatalf("proposals: %+v, %v", lines, err)
		}
		if err := w.Confirm(ctx, w.learner, []competency.DeterminationID{lines[0].ID}); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("the learner confirms: %v", err)
		}
		if err := w.Confirm(ctx, w.teacher, []competency.DeterminationID{lines[0].ID}); err != nil {
			t.Fatal(err)
		}
		if n := w.node(t, "math"); n.Have != 1 || n.State != policy.NotMet {
			t.Errorf("after confirming: %+v", n)
		}
		if _, err := w.Score(ctx, w.teacher, second, scores(3, "")); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a judgment under a confirmed level was changed: %v", err)
		}
		if err := w.Undo(ctx, w.teacher, second); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("a judgment under a confirmed level was taken back: %v", err)
		}
		if _, err := w.Reopen(ctx, w.teacher, lines[0].ID, "short"); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("reopening without a reason: %v", err)
		}
		if _, err := w.Reopen(ctx, w.teacher, lines[0].ID, "The survey was another group's work"); err != nil {
			t.Fatal(err)
		}
		if n := w.node(t, "math"); n.Have != 0 {
			t.Errorf("after reopening: %+v", n)
		}
	})
}

func TestJudgingAgainAndBack(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		id := w.work(t, "Survey", "MATH.3", "ELA.1")
		for _, level := range []int{2, 4} {
			if _, err := w.Score(ctx, w.teacher, id, scores(level, "Name the sample")); err != nil {
				t.Fatal(err)
			}
		}
		v, err := w.Judge(ctx, w.teacher, id)
		if err != nil || v.State != competency.EvidenceInReview || len(v.Results) != 1 || v.Rows[0].Mark.Level != 4 || len(v.Proposals) != 1 {
			t.Fatalf("after two looks: %+v, %v", v, err)
		}
		if err := w.Undo(ctx, w.teacher, id); err != nil {
			t.Fatal(err)
		}
		v, err = w.Judge(ctx, w.teacher, id)
		if err != nil || v.State != competency.EvidenceSubmitted || len(v.Results) != 0 || len(v.Proposals) != 0 {
			t.Errorf("after taking back: %+v, %v", v, err)
		}
		if err := w.SendBack(ctx, w.teacher, id, "Add the table of numbers"); err != nil {
			t.Fatal(err)
		}
		if err := w.SubmitEvidence(ctx, w.learner, id); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("handed in again unchanged: %v", err)
		}
		in := EvidenceInput{Title: "Survey", Body: "With the table", Reflection: "Better", Indicators: []string{"MATH.3"}, Submit: true}
		if err := w.EditEvidence(ctx, w.learner, id, in, nil); err != nil {
			t.Fatal(err)
		}
		e, err := w.Evidence(ctx, w.learner, id)
		if err != nil || e.Version != 2 || e.State != competency.EvidenceSubmitted || len(e.Items) != 1 {
			t.Errorf("after revising: %+v, %v", e, err)
		}
		if err := w.WithdrawEvidence(ctx, w.learner, id); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Judge(ctx, w.teacher, id); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a withdrawn piece: %v", err)
		}
	})
}

func TestWhoMayNot(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		id := w.work(t, "Survey", "MATH.3")
		nobody := competency.Actor{Tenant: w.tenant}
		for name, c := range map[string]struct {
			do   func(competency.Actor) error
			who  competency.Actor
			want error
		}{
			"another school judges":   {func(a competency.Actor) error { _, err := w.Score(ctx, a, id, scores(3, "")); return err }, w.away, competency.ErrNotFound},
			"another school looks":    {func(a competency.Actor) error { _, err := w.Evidence(ctx, a, id); return err }, w.away, competency.ErrNotFound},
			"another school's tree":   {func(a competency.Actor) error { _, err := w.Learner(ctx, a, w.learner.Person); return err }, w.away, competency.ErrNotFound},
			"own work":                {func(a competency.Actor) error { _, err := w.Score(ctx, a, id, scores(3, "")); return err }, w.learner, competency.ErrNotFound},
			"the office judges":       {func(a competency.Actor) error { _, err := w.Score(ctx, a, id, scores(3, "")); return err }, w.office, competency.ErrNotFound},
			"nobody":                  {func(a competency.Actor) error { _, err := w.Evidence(ctx, a, id); return err }, nobody, competency.ErrUnauthenticated},
			"a teacher hands in":      {func(a competency.Actor) error { return w.SubmitEvidence(ctx, a, id) }, w.teacher, competency.ErrNotFound},
			"a learner imports":       {func(a competency.Actor) error { return w.ImportHistory(ctx, a, []History{{Learner: w.learner.Person}}) }, w.learner, competency.ErrNotFound},
			"a learner adopts policy": {func(a competency.Actor) error { _, err := w.AdoptProposal(ctx, a, "d", ""); return err }, w.learner, competency.ErrNotFound},
			"a teacher's queue":       {func(a competency.Actor) error { _, err := w.Queue(ctx, a, 0); return err }, w.learner, competency.ErrNotFound},
		} {
			if err := c.do(c.who); !errors.Is(err, c.want) {
				t.Errorf("%s: got %v, want %v", name, err, c.want)
			}
		}
		both := w.learner
		both.Staffed = w.teacher.Staffed
		if _, err := w.Score(ctx, both, id, scores(3, "")); !errors.Is(err, competency.ErrForbidden) {
			t.Errorf("a teacher judges their own work: %v", err)
		}
	})
}

func TestAddEvidenceRefuses(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		good := EvidenceInput{Title: "Survey", Body: "b", Reflection: "r", Indicators: []string{"MATH.3"}, Submit: true}
		for pointer, change := range map[string]func(*EvidenceInput){
			"/title":      func(in *EvidenceInput) { in.Title, in.Reflection = " ", "" }, // else it takes the reflection's words
			"/reflection": func(in *EvidenceInput) { in.Reflection = "" },
			"/body":       func(in *EvidenceInput) { in.Body = "" },
			"/route":      func(in *EvidenceInput) { in.Route = "magic" },
			"/links/0":    func(in *EvidenceInput) { in.Links = []string{"http://example.org"} },
			"/indicators": func(in *EvidenceInput) { in.Indicators = []string{"NONE.1"} },
			"/task":       func(in *EvidenceInput) { in.Task = "none" },
		} {
			in := good
			change(&in)
			_, err := w.AddEvidence(t.Context(), w.learner, Once{}, in, nil)
			e, ok := errors.AsType[*competency.Error](err)
			if !ok || !errors.Is(err, competency.ErrInvalid) || e.Fields[0].Pointer != pointer {
				t.Errorf("%s: got %v", pointer, err)
			}
		}
		once := Once{Key: "k", Route: "POST /v1/evidence", Hash: []byte("h")}
		a, err1 := w.AddEvidence(t.Context(), w.learner, once, good, nil)
		b, err2 := w.AddEvidence(t.Context(), w.learner, once, good, nil)
		page, err := w.MyEvidence(t.Context(), w.learner, 0)
		if errors.Join(err, err1, err2) != nil || a != b || page.Total != 1 {
			t.Errorf("a double click: %s and %s, %d pieces, %v", a, b, page.Total, errors.Join(err, err1, err2))
		}
	})
}

func TestImportFramework(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		bad := "\xef\xbb\xbfcode;kind;parent;text;position\nA;standard;;Make;x\nA.1;indicator;B;;\nA.1;colour;A;Twice;\n"
		_, err := w.ImportFrameworkFile(t.Context(), w.lead, Once{}, FrameworkIn{Name: "Ours"}, strings.NewReader(bad))
		e, ok := errors.AsType[*competency.Error](err)
		if !ok {
			t.Fatalf("got %v", err)
		}
		var pointers []string
		for _, f := range e.Fields {
			pointers = append(pointers, f.Pointer)
		}
		for _, want := range []string{"/rows/2/position", "/rows/3/parent", "/rows/3/text", "/rows/4/code", "/rows/4/kind"} {
			if !slices.Contains(pointers, want) {
				t.Errorf("no word about %s in %v", want, pointers)
			}
		}
		id, err := w.ImportFrameworkFile(t.Context(), w.lead, Once{}, FrameworkIn{Name: "Ours"}, strings.NewReader("code,kind,parent,text,position\nB,standard,,Second,2\nA,standard,,First,1\nA.1,indicator,A,Plan,\n"))
		if err != nil {
			t.Fatal(err)
		}
		v, err := w.Framework(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if v.Items[0].Code != "A" || v.Items[1].Code != "A.1" || v.Items[2].Code != "B" || v.Rubrics[v.Items[1].ID].ID == "" || v.Organisation != "Lake District" {
			t.Errorf("got %v", v.Items[:3])
		}
		for _, it := range v.Items[3:] { // what the starter had is kept for what was judged by it
			if !it.Retired {
				t.Errorf("%s is not retired", it.Code)
			}
		}
	})
}

// adopt adopts a policy as the first run does, without the way through two people.
func (w *learningWorld) adopt(t *testing.T, in PolicyToAdopt) error {
	t.Helper()
	return w.act(t.Context(), w.lead, competency.AdoptPolicy, func(d *desk) error {
		if err := d.may(competency.Subject{Org: w.tenant}); err != nil {
			return err
		}
		f, err := d.CurrentFramework()
		if err != nil {
			return err
		}
		_, err = adoptPolicy(d, f.ID, in)
		return err
	})
}

func TestAdoptPolicyRefuses(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		for _, c := range []struct{ document, pointer string }{
			{"a: &x 1", "/document"},
			{"policy: p", "/document/requirements"},
			{strings.Replace(fillPolicy(map[string]string{"code": "p", "title": "t", "board": "b", "on": "2026-01-01"}), "standard: ELA", "standard: NONE", 1), "/document/requirements/all/0/proficient/standard"},
		} {
			err := w.adopt(t, PolicyToAdopt{Document: c.document, Board: "Board", AdoptedOn: "2026-06-01"})
			if e, ok := errors.AsType[*competency.Error](err); !ok || !slices.ContainsFunc(e.Fields, func(f competency.Field) bool { return f.Pointer == c.pointer }) {
				t.Errorf("%.20q: got %v", c.document, err)
			}
		}
		all, err := w.Policies(t.Context(), w.teacher)
		if err != nil || len(all) != 1 || all[0].AdoptedBy != "Board of the Lake District" {
			t.Fatalf("got %+v, %v", all, err)
		}
		if err := w.InstallStarter(t.Context(), w.lead, "", "Board of the Lake District", "2026-06-01"); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("the same version twice: %v", err)
		}
		v, err := w.Policy(t.Context(), w.teacher, all[0].ID)
		if err != nil || v.Hash != v.Policy.Hash() || len(v.Tree.Children) == 0 {
			t.Errorf("got %+v, %v", v, err)
		}
	})
}

// pastYears is the work behind 36 levels: two tasks for each indicator.
func (w *learningWorld) pastYears(learner competency.PersonID, codes []string) History {
	h := History{Learner: learner}
	h.Records = []competency.Record{{Kind: "plp", Current: true, SignedBy: []string{"learner", "advisor"}, Reviewed: time.Now().AddDate(0, -1, 0).Format(time.DateOnly)}}
	h.Works = []competency.PanelWork{{Kind: "exhibition", Title: "Boat", State: "accepted", Panel: []string{"a", "b"}, External: 1}}
	on := time.Now().AddDate(0, -3, 0)
	for _, code := range codes {
		for n := range 2 {
			h.Work = append(h.Work, PastWork{
				Task: fmt.Sprintf("Task %d for %s", n+1, code), TaskBy: w.teacher.Person, Title: "My answer", Body: "Work", Reflection: "It shows it",
				Route: "class", Context: []string{"english", "science"}[n], Indicators: []string{code}, On: on,
				Scores: []PastScore{{Indicator: code, By: w.teacher.Person, Level: 3, On: on.AddDate(0, 0, 3)}},
			})
		}
		h.Levels = append(h.Levels, PastLevel{Indicator: code, By: w.teacher.Person, On: on.AddDate(0, 0, 9)})
	}
	return h
}

func (w *learningWorld) codes(t testing.TB) (codes []string) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
		f, err := sc.CurrentFramework()
		if err != nil {
			return err
		}
		items, err := sc.Items(f.ID)
		for _, it := range items {
			if it.Kind == competency.IndicatorItem {
				codes = append(codes, it.Code)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestImportHistory(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		codes := w.codes(t)
		if len(codes) != 36 {
			t.Fatalf("got %d indicators", len(codes))
		}
		all := []History{w.pastYears(w.learner.Person, codes)}
		for n := range 11 {
			id, err := w.takeIn(t.Context(), competency.Actor{Person: w.office.Person, Tenant: w.tenant, System: true}, Once{}, NewPerson{
				Legal: fmt.Sprint("Learner ", n), Org: string(w.school), Role: competency.Learner, EntryYear: 2023, GraduationYear: 2027,
			}, "")
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, w.pastYears(id, codes))
		}
		begin := time.Now()
		if err := w.ImportHistory(t.Context(), w.office, all); err != nil {
			t.Fatal(err)
		}
		t.Logf("12 learners, 36 indicators, 2 tasks: %v", time.Since(begin))
		p, err := w.Requirements(t.Context(), w.learner, w.learner.Person)
		if err != nil || p.Audit.State != policy.Met {
			t.Errorf("got %s, %v: %+v", p.Audit.State, err, p.Audit.Next(policy.Policy{}))
		}
		page, err := w.Learners(t.Context(), w.teacher, "", "", 0)
		if err != nil || page.Total != 12 || page.Rows[0].Shown != 36 || page.Rows[0].Total != 36 || page.Rows[0].State != policy.Met {
			t.Errorf("got %+v, %v", page, err)
		}
		if err := w.ImportHistory(t.Context(), w.office, all[:1]); !errors.Is(err, competency.ErrConflict) {
			t.Errorf("twice: %v", err)
		}
	})
}
