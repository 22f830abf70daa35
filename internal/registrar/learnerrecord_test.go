package registrar

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/credentials"
	"laurel/internal/store"
	"laurel/verifier"
)

// graduate has the diplomas of learners certified, approved and issued, and
// answers nothing about their records.
func (w *classWorld) graduate(t *testing.T, class competency.ClassID, learners ...competency.PersonID) {
	t.Helper()
	made := w.certify(t, class, learners...)
	var excused []string
	for _, p := range learners {
		if a := w.board(t, class); slices.ContainsFunc(a.Members, func(m Member) bool {
			return m.ID == p && m.Audit.State == competency.AuditWaived
		}) {
			excused = append(excused, string(p))
		}
	}
	if err := w.Approve(t.Context(), w.principal, made.Batch, Approval{Hash: made.ListHash, Exceptions: excused}); err != nil {
		t.Fatal(err)
	}
	w.issueAll(t, learners)
}

// work adds accepted work of a learner, judged at a level.
func (w *classWorld) work(t *testing.T, learner competency.PersonID, route, context, provider string, level int, codes ...string) {
	t.Helper()
	w.in(t, func(sc *store.Scope) error {
		e := competency.Evidence{
			ID: competency.EvidenceID(sc.ID()), School: w.school.ID, Owner: learner, Title: "A title of my own", Route: route,
			Context: context, Provider: provider, State: competency.EvidenceAccepted, Version: 1, Created: w.now(), Submitted: w.now(),
		}
		if route == "class" { // its subject is its task's, whatever the learner writes
			e.Task = competency.TaskID(sc.ID())
			if err := sc.AddTasks([]competency.Task{{ID: e.Task, School: w.school.ID, Title: "Essay", Context: context, By: w.principal.Person, Created: w.now()}}); err != nil {
				return err
			}
			e.Context = "what a learner wrote"
		}
		var judged []competency.Assessment
		for _, code := range codes {
			e.Items = append(e.Items, w.items[code])
			judged = append(judged, competency.Assessment{
				ID: competency.AssessmentID(sc.ID()), Evidence: e.ID, Learner: learner, Item: w.items[code], Rubric: w.rubric(code),
				Assessor: w.principal.Person, Level: level, Feedback: "a word of a teacher", At: w.now(),
			})
		}
		if err := sc.AddEvidence(e); err != nil {
			return err
		}
		return sc.AddAssessments(judged)
	})
}

// rubric is the id of an indicator's rubric.
func (w *classWorld) rubric(code string) competency.RubricID {
	return competency.RubricID("rubric-" + code)
}

// recordOf issues the record of a learner's diploma as its job would, twice,
// and answers the award with the document.
func (w *classWorld) recordOf(t *testing.T, learner competency.PersonID) (competency.Award, Held) {
	t.Helper()
	awards := w.awards(t, learner, competency.RecordAward)
	if len(awards) != 1 {
		t.Fatalf("got %d awards of a record, want 1", len(awards))
	}
	var c competency.Credential
	for range 2 {
		again, err := w.IssueAward(t.Context(), System(w.district.ID), awards[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.ID != "" && again.ID != c.ID {
			t.Error("a second run made a second record")
		}
		c = again
	}
	held, err := w.IssuedOne(t.Context(), w.clerk, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return awards[0], held
}

func (w *classWorld) verdict(t *testing.T, document []byte) verifier.Report {
	t.Helper()
	report, err := w.Verifier().Verify(t.Context(), document)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestRecordWithTheDiploma(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		learner := w.learners[0]
		w.work(t, learner, "class", "english", "", 4, "ELA.1", "ELA.2")
		w.work(t, learner, "internship", "why I am here", "Brook Boatyard", 3, "ARTS.1")
		w.work(t, learner, "online", "arts", "Far College", 2, "ARTS.2") // below what counts
		w.in(t, func(sc *store.Scope) error {
			if _, err := sc.AddSchoolProfile(competency.SchoolProfile{Org: w.school.ID, Version: 1, SavedBy: w.clerk.Person, ProfileContent: competency.ProfileContent{
				Sections: map[competency.ProfileSection]string{competency.RigorSection: "Every learner defends a year of work."},
				Legend:   []competency.LegendLine{{Scale: "four", Level: 3, Label: "Proficient", Text: "Does it alone."}},
			}}); err != nil {
				return err
			}
			return sc.AddOnRecord(learner, store.OnRecord{
				Hours: []competency.Hours{{Kind: "internship", Minutes: 7200, Provider: "Brook Boatyard"}, {Kind: "travel", Minutes: 60, Waits: "somebody"}},
				Works: []competency.PanelWork{{Kind: "exhibition", Title: "A title of my own", State: "accepted", Panel: []string{"a", "b", "c"}, External: 1}},
			})
		})
		w.graduate(t, w.open(t), learner)
		award, held := w.recordOf(t, learner)
		if held.Kind != competency.RecordAward || held.State != competency.Issued || held.Name != "Learner record" {
			t.Errorf("got %+v", held.Credential)
		}
		for form, document := range map[string][]byte{"token": held.Token, "embedded": held.Embedded} {
			report := w.verdict(t, document)
			if report.Verdict != verifier.Valid || len(report.Nested) != 6 {
				t.Errorf("%s: got %s with %d credentials inside, want valid with 6: %+v", form, report.Verdict, len(report.Nested), report.Checks)
			}
		}
		doc, err := credentials.Parse(held.Embedded)
		if err != nil {
			t.Fatal(err)
		}
		w.wantParts(t, doc, map[string]string{
			"High School Diploma": "Every requirement of Willow policy, version 1, was met, each graduation standard as its result says.", "Text of ELA": "All 2 indicators were confirmed by a teacher at Proficient or above, each on two different tasks.",
			"Text of ARTS":                "2 of 3 indicators were confirmed by a teacher at Proficient or above, each on two different tasks.",
			"English":                     "Work done here helped to show Text of ELA.",
			"Internship (Brook Boatyard)": "Work done here helped to show Text of ARTS. 120 hours were confirmed.",
			"Exhibition":                  "Accepted by a panel of 3, 1 of them from outside the school.",
		})
		if doc.Get("partial").True() || doc.Path("issuer", "description").Text() != "Rigor and pedagogy\nEvery learner defends a year of work." {
			t.Errorf("partial %v, the school's words %q", doc.Get("partial").True(), doc.Path("issuer", "description").Text())
		}
		for _, hidden := range []string{"A title of my own", "a word of a teacher", "Far College", "hat a learner wrote", "hy I am here", string(learner), string(award.ID)} {
			if bytes.Contains(held.Embedded, []byte(hidden)) {
				t.Errorf("the record holds %q", hidden)
			}
		}
		if !bytes.Contains(held.Embedded, []byte("Does it alone.")) {
			t.Error("the record lacks the school's words for a level")
		}

		// Withdrawing the diploma withdraws the record that holds it.
		w.withdraw(t, w.diplomaOf(t, learner))
		if err := w.RenewLists(t.Context()); err != nil {
			t.Fatal(err)
		}
		if report := w.verdict(t, held.Token); report.Verdict != verifier.Revoked {
			t.Errorf("after the diploma was withdrawn the record is %s", report.Verdict)
		}
	})
}

// diplomaOf answers the credential of a learner's diploma.
func (w *classWorld) diplomaOf(t *testing.T, learner competency.PersonID) competency.CredentialID {
	t.Helper()
	c, err := w.IssueAward(t.Context(), System(w.district.ID), w.diplomas(t, learner)[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return c.ID
}

// withdraw revokes a credential by two people.
func (w *classWorld) withdraw(t *testing.T, id competency.CredentialID) {
	t.Helper()
	open, err := w.OpenStatusChange(t.Context(), w.clerk, Once{}, id, NewStatusChange{Public: competency.IssuedInError, Private: "It was issued by mistake."})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.ConfirmStatusChange(t.Context(), w.principal, open); err != nil {
		t.Fatal(err)
	}
}

// wantParts demands the credentials of a record, by name, with their narrative.
func (w *classWorld) wantParts(t *testing.T, doc *credentials.Node, want map[string]string) {
	t.Helper()
	got := map[string]string{}
	for _, part := range doc.Path("credentialSubject", "verifiableCredential").List() {
		got[part.Get("name").Text()] = part.Path("credentialSubject", "narrative").Text()
	}
	for name, why := range want {
		if text, ok := got[name]; !ok || text != why {
			t.Errorf("%s: got %q (there: %v), want %q", name, text, ok, why)
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d credentials, want %d: %v", len(got), len(want), got)
	}
}

func TestRecordOfAWithdrawnDiploma(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		learner := w.learners[0]
		w.graduate(t, w.open(t), learner)
		w.withdraw(t, w.diplomaOf(t, learner))
		record := w.awards(t, learner, competency.RecordAward)[0]
		c, err := w.IssueAward(t.Context(), System(w.district.ID), record.ID)
		if err != nil || c.ID != "" {
			t.Errorf("a record of a withdrawn diploma: got %+v, %v, want none", c, err)
		}
	})
}

func TestTranscript(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		learner := w.late(t, "On The Way", map[string]int{"ELA.1": 3, "ELA.2": 3, "ARTS.1": 4}, store.OnRecord{})
		w.work(t, learner, "class", "english", "", 3, "ELA.1")
		for name, who := range map[string]competency.Actor{"principal": w.principal, "pupil": w.pupil, "administrator": w.admin} {
			_, err := w.IssueTranscript(t.Context(), who, Once{}, learner)
			wantRefusal(t, name, err, competency.ErrNotFound)
		}
		if _, err := w.IssueTranscript(t.Context(), w.counselor, Once{}, learner); err != nil {
			t.Fatal(err)
		}
		_, err := w.IssueTranscript(t.Context(), w.counselor, Once{}, learner)
		wantRefusal(t, "the same again", err, competency.ErrConflict)

		_, held := w.recordOf(t, learner)
		report := w.verdict(t, held.Embedded)
		if report.Verdict != verifier.Valid || len(report.Nested) != 2 || held.Name != "Transcript" {
			t.Errorf("got %s with %d credentials inside, %q", report.Verdict, len(report.Nested), held.Name)
		}
		doc, err := credentials.Parse(held.Embedded)
		if err != nil {
			t.Fatal(err)
		}
		if !doc.Get("partial").True() {
			t.Error("a transcript on the way is not said to be partial")
		}
		var open []string
		for _, a := range doc.Path("credentialSubject", "achievement").List() {
			open = append(open, a.Get("name").Text())
		}
		if !slices.Equal(open, []string{"High School Diploma", "Text of ARTS"}) {
			t.Errorf("open: got %v", open)
		}

		nothing := w.late(t, "Nothing Yet", nil, store.OnRecord{})
		_, err = w.IssueTranscript(t.Context(), w.counselor, Once{}, nothing)
		wantRefusal(t, "nothing shown", err, competency.ErrConflict)
		w.graduate(t, w.open(t), w.learners[0])
		_, err = w.IssueTranscript(t.Context(), w.clerk, Once{}, w.learners[0])
		wantRefusal(t, "after the diploma", err, competency.ErrConflict)
	})
}

// TestRecordShape holds the records of two learners with equal results against
// each other: nothing but identifiers, names, dates and signatures may differ
// (domain invariant 9).
func TestRecordShape(t *testing.T) {
	t.Parallel()
	eachClass(t, 2, func(t *testing.T, w *classWorld) {
		w.in(t, func(sc *store.Scope) error { // services elsewhere and a fifth year leave no mark
			return sc.AddOnRecord(w.learners[1], store.OnRecord{Records: []competency.Record{{Kind: "services-elsewhere", Current: true}}})
		})
		w.graduate(t, w.open(t), w.learners...)
		shapes := make([]string, 2)
		for i, p := range w.learners {
			_, held := w.recordOf(t, p)
			doc, err := credentials.Parse(held.Embedded)
			if err != nil {
				t.Fatal(err)
			}
			shapes[i] = shapeOf(doc, "")
		}
		if shapes[0] != shapes[1] {
			t.Errorf("equal results, different shapes:\n%s\n%s", shapes[0], shapes[1])
		}
	})
}

// shapeOf lists the paths of a document with their texts, but for what names a person, a document or a moment.
func shapeOf(n *credentials.Node, at string) string {
	var b strings.Builder
	for _, m := range n.Members() {
		b.WriteString(shapeOf(m.Value, at+"/"+m.Name))
	}
	for _, item := range n.Items() {
		b.WriteString(shapeOf(item, at+"/-"))
	}
	if n.Kind() == credentials.Object || n.Kind() == credentials.Array {
		return b.String()
	}
	text := string(n.AppendJSON(nil))
	for _, own := range []string{"/id", "/identityHash", "/proofValue", "/statusListIndex", "/created", "/validFrom"} {
		if strings.HasSuffix(at, own) {
			text = "…"
		}
	}
	return at + " " + text + "\n"
}

// TestRecordGolden pins what a record says, unsigned.
func TestRecordGolden(t *testing.T) {
	t.Parallel()
	r := office()
	var random []byte
	for i := range byte(16) {
		random = append(random, bytes.Repeat([]byte{i}, 16)...)
	}
	r.Rand = bytes.NewReader(random)
	d := sampleDraft(sampleTranscript())
	d.award.Kind = competency.RecordAward
	c, err := r.record(d)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := c.Payload()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := credentials.Preparable(doc); err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := json.Indent(&got, payload, "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	golden(t, "transcript.json", got.Bytes())
}

// sampleTranscript has a standard that is shown, one that was met another way,
// a course, and what is open.
func sampleTranscript() competency.Achieved {
	diploma := sampleDiploma()
	standard := func(i int, why string) competency.RecordPart {
		line := diploma.Results[i]
		line.Key = "level"
		return competency.RecordPart{
			Achieved: competency.Achieved{
				Type: "Competency", Key: "standard/f1/" + diploma.Results[i].Key, Name: line.Name, Description: "A graduation standard.",
				Criteria: "Its indicators shown.", Results: []competency.AchievedResult{line}, Why: why,
			},
			PartOf: []string{diploma.Key},
		}
	}
	course := competency.RecordPart{
		Achieved: competency.Activity{Route: "online", Context: "Literature", Provider: "Far College"}.Achieved("s"),
		PartOf:   []string{"standard/f1/ELA"},
	}
	course.Why = "Work done here helped to show English Language Arts."
	return competency.Achieved{
		Key: "record/policy-1", Name: "Transcript", Description: "What was shown so far.", Profile: "Rigor and pedagogy\nEvery learner defends a year of work.",
		Record: &competency.LearnerRecord{
			Partial: true,
			Parts:   []competency.RecordPart{standard(0, "All 4 indicators were confirmed."), standard(1, "Met by the school's equivalent"), course},
			Open:    []competency.RecordPart{{Achieved: outline(diploma)}},
		},
	}
}
