package registrar

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// What the law of the house says of acts, whatever comes before or between
// them; docs/invariants.md lists who shows the rest.

// However a learner stands and whatever happens between the signatures, a
// diploma is awarded only on an audit that is done and still holds, and the
// others are held back (domain invariant 1).
func TestNoDiplomaWithoutAnAuditThatHolds(t *testing.T) {
	t.Parallel()
	w := newClassWorld(t, stores.SQLite(t), 0)
	class := w.open(t)
	version, awarded, held := 1, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		levels := map[string]int{}
		for _, code := range []string{"ELA.1", "ELA.2", "ARTS.1", "ARTS.2"} {
			levels[code] = rapid.SampledFrom([]int{3, 4, 3, 4, 3, 4, 2}).Draw(rt, code)
		}
		on := store.OnRecord{}
		if rapid.Bool().Draw(rt, "waived") {
			on = w.waiver("arts")
		}
		learner := w.late(t, "Somebody", levels, on)
		if first := w.certify(t, class, learner); first.Count != 0 {
			rt.Fatal("certified without an audit that anybody has seen")
		}
		made := w.certify(t, class, learner)
		done := w.newestAudit(t, class, learner).State.Done()
		if (made.Count == 1) != done {
			rt.Fatalf("certified %d with an audit that is done: %v", made.Count, done)
		}
		if !done {
			return
		}
		between := rapid.SampledFrom([]string{"nothing", "a level", "a policy", "a family tie"}).Draw(rt, "between")
		switch between {
		case "a level":
			w.in(t, func(sc *store.Scope) error {
				return w.show(sc, learner, map[string]int{"ARTS.3": rapid.IntRange(1, 4).Draw(rt, "level")})
			})
		case "a policy":
			version++
			w.in(t, func(sc *store.Scope) error { return w.adopt(sc, version) })
		case "a family tie": // no approver decides about their own child
			tie, err := competency.Declare(w.principal.Person, learner, w.principal.Person, w.now())
			ok(t, err)
			w.in(t, func(sc *store.Scope) error {
				_, err := sc.AddKinship(tie)
				return err
			})
		}
		seen := Approval{Hash: made.ListHash, Exceptions: []string{string(learner)}}
		if err := w.Approve(t.Context(), w.principal, made.Batch, seen); err != nil {
			rt.Fatal(err)
		}
		got := w.diplomas(t, learner)
		if (len(got) == 1) != (between == "nothing") {
			rt.Fatalf("%d diplomas after %s happened", len(got), between)
		}
		if len(got) == 0 {
			held++
			return
		}
		awarded++
		newest := w.newestAudit(t, class, learner)
		if got[0].Basis != string(newest.ID) || !newest.State.Done() || newest.FactsHash != w.factsOf(t, class, learner) {
			rt.Fatalf("the diploma rests on %s, the rules say %+v", got[0].Basis, newest)
		}
	})
	if awarded == 0 || held == 0 {
		t.Errorf("%d awarded and %d held back: one of the two was never tried", awarded, held)
	}
}

// newestAudit is what the class's records say of a learner last.
func (w *classWorld) newestAudit(t testing.TB, class competency.ClassID, learner competency.PersonID) (a competency.AuditRecord) {
	t.Helper()
	w.in(t, func(sc *store.Scope) error {
		all, err := sc.NewestAudits(class)
		a = all[learner]
		return err
	})
	return a
}

// factsOf is the hash of a learner's facts as they are now.
func (w *classWorld) factsOf(t testing.TB, class competency.ClassID, learner competency.PersonID) (hash string) {
	t.Helper()
	w.in(t, func(sc *store.Scope) error {
		c, err := sc.Class(class)
		if err != nil {
			return err
		}
		members, err := sc.ClassEnrollments(c.School, c.Year)
		if err != nil {
			return err
		}
		members = slices.DeleteFunc(members, func(e competency.Enrollment) bool { return e.Person != learner })
		all, err := evaluate(sc, members, c.Conferral)
		hash = all[learner].facts.Hash()
		return err
	})
	return hash
}

// Whoever asks however often in whichever order for the document of a decision,
// also after a lost answer, there is one (domain invariant 15).
func TestOneDecisionGivesOneCredential(t *testing.T) {
	t.Parallel()
	w := newIssuingWorld(t, stores.SQLite(t))
	write := w.write
	decisions := 0
	rapid.Check(t, func(rt *rapid.T) {
		var ids []competency.AwardID
		for range rapid.IntRange(1, 3).Draw(rt, "decisions") {
			decisions++
			ids = append(ids, w.award(t, fmt.Sprint("audit-", decisions)).ID)
		}
		before := w.count(t)
		got := map[competency.AwardID]competency.CredentialID{}
		keep := func(c competency.Credential, err error) {
			if err != nil {
				return // an injected fault; the next try answers
			}
			if first, ok := got[c.Award]; ok && first != c.ID {
				rt.Fatalf("%s has %s and %s", c.Award, first, c.ID)
			}
			got[c.Award] = c.ID
		}
		for range rapid.IntRange(1, 5).Draw(rt, "tries") {
			f := &faults{at: rapid.IntRange(0, 3).Draw(rt, "fault"), kept: rapid.Bool().Draw(rt, "kept"), next: write}
			w.write = f.write
			if rapid.Bool().Draw(rt, "one") {
				keep(w.IssueAward(t.Context(), w.clerk, rapid.SampledFrom(ids).Draw(rt, "award")))
				continue
			}
			all, err := w.IssueAwards(t.Context(), System(w.district.ID), rapid.Permutation(ids).Draw(rt, "order"))
			for _, c := range all {
				keep(c, err)
			}
		}
		w.write = write
		all, err := w.IssueAwards(t.Context(), System(w.district.ID), ids)
		if err != nil || len(all) != len(ids) {
			rt.Fatalf("in the end: %d of %d, %v", len(all), len(ids), err)
		}
		for _, c := range all {
			if keep(c, nil); c.State != competency.Issued {
				rt.Fatalf("%s is %s", c.ID, c.State)
			}
		}
		if n := w.count(t) - before; int(n) != len(ids) {
			rt.Fatalf("%d credentials for %d decisions", n, len(ids))
		}
	})
}

// Whatever is published after it, in any order, a rubric, a framework or a
// method, a judgment and the level that was confirmed by it stay as they were,
// with the rubric and the method that they name (domain invariant 6).
func TestNothingNewChangesAnEarlierJudgment(t *testing.T) {
	t.Parallel()
	w := newLearningWorld(t, stores.SQLite(t))
	w.confirmed(t, "Survey", "Bridge")
	pieces := []competency.EvidenceID{w.evidenceTitled(t, "Survey"), w.evidenceTitled(t, "Bridge")}
	before := w.judged(t, pieces)
	if !strings.Contains(before, string(competency.LevelConfirmed)) {
		t.Fatalf("nothing is confirmed: %s", before)
	}
	frameworks, policies := 1, 1
	rapid.Check(t, func(rt *rapid.T) {
		switch rapid.IntRange(0, 2).Draw(rt, "what") {
		case 0:
			w.nextRubric(t, rapid.StringMatching(`[a-z]{12,20}`).Draw(rt, "words"))
		case 1:
			frameworks++
			w.nextFramework(t, fmt.Sprint("Reason from data and chance in wording ", frameworks))
		case 2:
			policies++
			w.nextMethod(t, policies, rapid.SampledFrom([]string{"highest", "latest", "mode", "n-of"}).Draw(rt, "method"))
		}
		if after := w.judged(t, pieces); after != before {
			rt.Fatalf("it was\n%s\nand is\n%s", before, after)
		}
	})
}

// judged writes out what was judged of some pieces and which levels stand on
// it, as the database has it.
func (w *learningWorld) judged(t *testing.T, pieces []competency.EvidenceID) string {
	t.Helper()
	var text strings.Builder
	for _, id := range pieces {
		w.assessments(t, id, func(a competency.Assessment) { fmt.Fprintf(&text, "%+v\n", a) })
	}
	err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
		live, err := sc.LiveDeterminations([]competency.PersonID{w.learner.Person})
		for _, d := range live {
			fmt.Fprintf(&text, "%+v\n", d)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// nextRubric keeps a new version of the rubric of MATH.3.
func (w *learningWorld) nextRubric(t *testing.T, words string) {
	t.Helper()
	id := w.inForce(t)
	desk, err := w.RubricDesk(t.Context(), w.lead, id, "MATH.3", "")
	if err != nil {
		t.Fatal(err)
	}
	in := RubricIn{Version: desk.Versions[0].Version, Criteria: []CriterionIn{{Title: words, Levels: []string{words, "b", "c", "d"}}}}
	if err := w.SaveRubric(t.Context(), w.lead, id, "MATH.3", in); err != nil {
		t.Fatal(err)
	}
}

func (w *learningWorld) inForce(t *testing.T) (id competency.FrameworkID) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.tenant, func(sc *store.Scope) error {
		f, err := sc.CurrentFramework()
		id = f.ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// nextFramework publishes a version in which MATH.3 reads differently.
func (w *learningWorld) nextFramework(t *testing.T, text string) {
	t.Helper()
	table := strings.ReplaceAll(string(starterFramework), "Reason from data and chance", text)
	if _, err := w.ImportFrameworkFile(t.Context(), w.lead, Once{}, FrameworkIn{Name: starterName}, strings.NewReader(table)); err != nil {
		t.Fatal(err)
	}
}

// nextMethod adopts a version of the policy that proposes by another method.
func (w *learningWorld) nextMethod(t *testing.T, version int, method string) {
	t.Helper()
	next := fillPolicy(map[string]string{"code": "lake.proficiency", "title": "Next", "board": "b", "on": "2026-06-02"})
	next = strings.Replace(next, "version: 1", fmt.Sprint("version: ", version), 1)
	if method != "n-of" {
		next = strings.Replace(next, "  method: n-of\n  n: 2\n  atLeast: 3\n  distinctTasks: true\n", "  method: "+method+"\n", 1)
	}
	if err := w.adopt(t, PolicyToAdopt{Document: next, Board: "Board", AdoptedOn: "2026-06-02"}); err != nil {
		t.Fatal(err)
	}
}

// Whatever is purged, the hash of a file, the versions and the judgments stay,
// files of work that is not judged stay to be read, also where they are the
// same bytes, and a credential verifies without a single file (domain
// invariant 14).
func TestPurgingTakesNothingThatIsNeeded(t *testing.T) {
	t.Parallel()
	w := newLearningWorld(t, stores.SQLite(t))
	ctx, now := t.Context(), time.Now()
	w.Now = func() time.Time { return now }
	pieces := 0
	rapid.Check(t, func(rt *rapid.T) {
		pieces++
		texts := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,3}`), 1, 3)
		add := func(title string) (competency.EvidenceID, []competency.Attachment) {
			var files []Upload
			for i, text := range texts.Draw(rt, title) {
				files = append(files, Upload{Name: fmt.Sprint("notes-", i, ".txt"), Open: content(text)})
			}
			id, err := w.AddEvidence(ctx, w.learner, Once{}, EvidenceInput{
				Title: fmt.Sprint(title, pieces), Reflection: "It shows that I can", Indicators: []string{"MATH.3"}, Submit: true,
			}, files)
			ok(t, err)
			v, err := w.Evidence(ctx, w.learner, id)
			ok(t, err)
			return id, v.Files
		}
		judged, gone := add("Judged")
		_, err := w.Score(ctx, w.teacher, judged, scores(3, ""))
		ok(t, err)
		_, needed := add("Waiting")
		now = now.AddDate(8, 0, 0)
		_, err = w.PurgeFilesEverywhere(ctx, now.AddDate(-5, 0, 0), false)
		ok(t, err)
		v, err := w.Evidence(ctx, w.teacher, judged)
		ok(t, err)
		if len(v.Results) != 1 || len(v.Versions[0].Files) != len(gone) {
			rt.Fatalf("%d judgments and %d files of %d are left", len(v.Results), len(v.Versions[0].Files), len(gone))
		}
		for i, f := range v.Versions[0].Files {
			if f.SHA256 != gone[i].SHA256 || v.Files[i].Purged.IsZero() {
				rt.Fatalf("file %d was %s and is %+v", i, gone[i].SHA256, f)
			}
		}
		for _, f := range needed {
			_, open, err := w.EvidenceFile(ctx, w.learner, f.ID)
			if err != nil {
				rt.Fatalf("a file that waits to be judged: %v", err)
			}
			ok(t, open.Close())
		}
	})
	o := newIssuingWorld(t, stores.SQLite(t))
	c, err := o.IssueAward(ctx, o.clerk, o.award(t, "audit-1").ID)
	ok(t, err)
	ok(t, os.RemoveAll(o.Files))
	if got := o.verdict(t, o.token(t, c.ID)).Verdict; got != verifier.Valid {
		t.Errorf("without any file: %s", got)
	}
}
