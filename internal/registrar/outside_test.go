package registrar

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
	"laurel/verifier"
)

// certificatePolicy asks for one record and nothing else.
const certificatePolicy = `
policy: certificate
version: 1
title: Certificate
status: adopted
adopted: {by: Board, on: 2026-06-01}
appliesTo: {diplomaType: standard}
legalBasis: ["16 V.S.A. 941"]
scale:
  id: four
  proficientAt: 3
  levels: [{n: 1, label: Emerging}, {n: 2, label: Developing}, {n: 3, label: Proficient}, {n: 4, label: Distinguished}]
determination: {method: n-of, n: 2, atLeast: 3, distinctTasks: true, requires: {professionalJudgment: true, lock: true}}
routes: [class, internship, online]
exceptions: {allowed: false}
requirements:
  id: diploma
  all:
    - {id: certificate, record: {kind: industry-certificate, current: true}}
`

// TestCredentialOfElsewhereCounts: a district issues a credential; its holder
// hands it in at a school of another district, whose policy asks for it. It is
// verified, said to be hers, counts, and stops counting when it is withdrawn
// (mission row 63).
func TestCredentialOfElsewhereCounts(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		issuer, w := newIssuingWorld(t, s), newLearningWorld(t, s)
		c, err := issuer.IssueAward(ctx, issuer.clerk, issuer.award(t, "basis").ID)
		ok(t, err)
		page, err := issuer.Page(ctx, c.Page)
		ok(t, err)
		ok(t, w.Publish(ctx))
		amara := w.person(t, "Amara Okafor", w.school, competency.Learner)
		hand := func(document []byte) (competency.EvidenceID, error) {
			return w.AddOutside(ctx, amara, Once{}, NewOutside{Document: document})
		}
		_, err = hand([]byte(strings.Replace(string(page.Token), ".", ".x", 1)))
		want(t, "an altered one", err, competency.ErrInvalid)
		if err == nil || !strings.Contains(err.Error(), "Do not rely on it") {
			t.Errorf("the verifier's sentence: %v", err)
		}
		_, err = hand(nil)
		want(t, "nothing", err, competency.ErrInvalid)
		draft, err := hand(page.Token)
		ok(t, err)
		_, err = hand(page.Token)
		want(t, "twice", err, competency.ErrInvalid)
		v, err := w.Evidence(ctx, amara, draft)
		ok(t, err)
		if len(v.Indicators) != 1 || v.Indicators[0].Code != "ELA.1" || v.Route != "external-credential" || v.Outside == nil ||
			v.Outside.State != competency.OutsideVerified || v.Outside.Holder != competency.HolderNamed {
			t.Fatalf("the draft: %+v, %+v", v.Evidence, v.Outside)
		}
		ok(t, w.StateUse(ctx, w.office, NewCredentialUse{
			School: string(w.school), Matches: "type", Value: "SecondarySchoolDiploma", Gives: "record", Name: "industry-certificate",
		}))
		want(t, "a teacher says what counts", w.StateUse(ctx, w.teacher, NewCredentialUse{School: string(w.school)}), competency.ErrNotFound)
		state := func() policy.State {
			t.Helper()
			text, err := ReadPolicy([]byte(certificatePolicy))
			ok(t, err)
			p, err := policy.Parse(text.JSON)
			ok(t, err)
			var all map[competency.PersonID]policy.Facts
			ok(t, w.Store.Read(ctx, w.tenant, func(sc *store.Scope) (err error) {
				all, err = gather(sc, []competency.Enrollment{{Person: amara.Person}}, "2026-11-27").newest()
				return err
			}))
			return policy.Evaluate(p, all[amara.Person]).State
		}
		if got := state(); got != policy.Pending {
			t.Errorf("before the school's word: %s", got)
		}
		id := v.Outside.ID
		want(t, "the learner says so", w.DecideOutside(ctx, amara, id, OutsideDecision{Accept: true}), competency.ErrNotFound)
		want(t, "another school says so", w.DecideOutside(ctx, w.away, id, OutsideDecision{Accept: true}), competency.ErrNotFound)
		ok(t, w.DecideOutside(ctx, w.office, id, OutsideDecision{Accept: true}))
		if got := state(); got != policy.Met {
			t.Errorf("after it: %s", got)
		}
		withdraw, err := issuer.OpenStatusChange(ctx, issuer.principal, Once{}, c.ID, NewStatusChange{Public: competency.IssuedInError, Private: "The wrong learner was on the list."})
		ok(t, err)
		ok(t, issuer.ConfirmStatusChange(ctx, issuer.lead, withdraw))
		ok(t, issuer.RenewLists(ctx))
		ok(t, w.Publish(ctx))
		ok(t, w.recheck(ctx, w.tenant, id))
		o, err := w.Outside(ctx, w.teacher, id)
		if err != nil || o.State != competency.OutsideWithdrawn || o.Verdict != string(verifier.Revoked) || o.AchievementName == "" {
			t.Errorf("after its withdrawal: %+v, %v", o.State, err)
		}
		if got := state(); got != policy.NotMet {
			t.Errorf("after its withdrawal: %s", got)
		}
		tasks, _, err := w.ReviewTasks(ctx, w.teacher)
		if err != nil || len(tasks) != 1 || tasks[0].Outside != id || tasks[0].Kind != competency.OutsideWasWithdrawn {
			t.Errorf("review tasks: %+v, %v", tasks, err)
		}
	})
}

// TestPrivateUntilPublished: work is private, is shown after every question was
// answered, and is private again (mission row 72; domain invariant 17).
func TestPrivateUntilPublished(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		id := w.work(t, "Survey", "MATH.3")
		yes := map[string]string{"mine": "yes", "consent": "yes", "deidentified": "yes"}
		err := w.PublishEvidence(ctx, w.learner, id, PublicationInput{Answers: map[string]string{"mine": "yes"}})
		want(t, "with an open question", err, competency.ErrInvalid)
		want(t, "a teacher publishes", w.PublishEvidence(ctx, w.teacher, id, PublicationInput{Answers: yes}), competency.ErrNotFound)
		ok(t, w.PublishEvidence(ctx, w.learner, id, PublicationInput{Answers: yes}))
		v, err := w.Evidence(ctx, w.learner, id)
		if err != nil || v.Publication == "" {
			t.Fatalf("no address: %v", err)
		}
		shown, err := w.PublishedWork(ctx, v.Publication)
		if err != nil || shown.Title != "Survey" || shown.By != "Nia" {
			t.Errorf("shown: %+v, %v", shown, err)
		}
		if seen, err := w.Evidence(ctx, w.teacher, id); err != nil || seen.Publication != "" {
			t.Errorf("the address is its owner's: %q, %v", seen.Publication, err)
		}
		ok(t, w.Store.In(ctx, w.tenant, func(sc *store.Scope) error {
			kept, err := sc.Promises(competency.BeforePublishing, string(id))
			if len(kept) != 3 || kept[0].At.IsZero() {
				t.Errorf("kept answers: %+v", kept)
			}
			return errors.Join(err, sc.SetDirectoryOptOut(w.learner.Person, true))
		}))
		_, err = w.PublishedWork(ctx, v.Publication)
		want(t, "after the family opted out", err, competency.ErrNotFound)
		ok(t, w.Store.In(ctx, w.tenant, func(sc *store.Scope) error { return sc.SetDirectoryOptOut(w.learner.Person, false) }))
		ok(t, w.UnpublishEvidence(ctx, w.learner, id))
		_, err = w.PublishedWork(ctx, v.Publication)
		want(t, "after it was taken back", err, competency.ErrNotFound)
		_, err = w.PublishedWork(ctx, url.PathEscape("nothing"))
		want(t, "an address that never was", err, competency.ErrNotFound)
	})
}

// TestPurgedFilesKeepTheirHash: years later the bytes go; the version with its
// hash, the judgment and the confirmed level stay (domain invariant 14).
func TestPurgedFilesKeepTheirHash(t *testing.T) {
	t.Parallel()
	eachLearning(t, func(t *testing.T, w *learningWorld) {
		ctx := t.Context()
		add := func(title, text string) competency.EvidenceID {
			t.Helper()
			id, err := w.AddEvidence(ctx, w.learner, Once{}, EvidenceInput{
				Title: title, Reflection: "It shows that I can", Indicators: []string{"MATH.3"}, Submit: true,
			}, []Upload{{Name: "notes.txt", Open: content(text)}})
			ok(t, err)
			return id
		}
		judged, waiting := add("Survey", "one two three"), add("Bridge", "four five six")
		_, err := w.Score(ctx, w.teacher, judged, scores(3, ""))
		ok(t, err)
		v, err := w.Evidence(ctx, w.learner, judged)
		ok(t, err)
		file := v.Files[0]
		later := time.Now().AddDate(8, 0, 0)
		w.Now = func() time.Time { return later }
		path := filepath.Join(w.Files, file.SHA256[:2], file.SHA256)
		_, err = w.PurgeFiles(ctx, w.teacher, later.AddDate(-5, 0, 0), false)
		want(t, "a teacher purges", err, competency.ErrNotFound)
		_, err = w.PurgeFiles(ctx, System(w.tenant), later, false)
		want(t, "what is new", err, competency.ErrInvalid)
		would, err := w.PurgeFiles(ctx, System(w.tenant), later.AddDate(-5, 0, 0), true)
		if _, gone := os.Stat(path); err != nil || gone != nil || would.Files != 1 {
			t.Fatalf("a dry run: %+v, %v, %v", would, err, gone)
		}
		done, err := w.PurgeFilesEverywhere(ctx, later.AddDate(-5, 0, 0), false)
		if _, kept := os.Stat(path); err != nil || done != would || !errors.Is(kept, os.ErrNotExist) {
			t.Fatalf("purged: %+v, %v; the bytes: %v", done, err, kept)
		}
		_, _, err = w.EvidenceFile(ctx, w.learner, file.ID)
		want(t, "the file", err, competency.ErrNotFound)
		v, err = w.Evidence(ctx, w.teacher, judged)
		if err != nil || v.Versions[0].Files[0].SHA256 != file.SHA256 || len(v.Results) != 1 || v.Files[0].Purged.IsZero() {
			t.Errorf("what stays: %+v, %v", v.Versions, err)
		}
		still, err := w.Evidence(ctx, w.teacher, waiting)
		ok(t, err)
		_, open, err := w.EvidenceFile(ctx, w.teacher, still.Files[0].ID)
		ok(t, err)
		ok(t, open.Close())
	})
}
