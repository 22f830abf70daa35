package api

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/demo"
	"laurel/internal/jobs"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// storyPassword is what everyone in the demo signs in with.
func storyPassword(s demo.Sheet) string { return s.Accounts[0].Password }

// newStory is a world in which the demo has been told, with jobs running until
// the test ends.
func newStory(t *testing.T, st *store.Store) (*world, demo.Sheet) {
	t.Helper()
	w := newServer(t, st)
	stop, err := st.Work(t.Context(), store.WorkOptions{}, jobs.Handlers(w.reg)...)
	w.ok(err)
	t.Cleanup(func() {
		if err := stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	sheet, err := demo.Tell(t.Context(), demo.Options{Office: w.reg, Now: time.Now, PublicURL: w.public})
	w.ok(err)
	return w, sheet
}

// find answers the id of something real of each kind in the story.
func (w *world) find(sheet demo.Sheet) map[string]string {
	w.t.Helper()
	ctx := w.t.Context()
	as := func(login string) competency.Actor {
		sess, err := w.reg.SignIn(ctx, login, storyPassword(sheet))
		w.ok(err)
		who, err := w.reg.Actor(ctx, sess)
		w.ok(err)
		return who
	}
	class := path.Base(sheet.Class)
	principal, farid, amara := as("adams@willowbrook.example"), as("farid@willowbrook.example"), as("amara@willowbrook.example")
	board, err := w.reg.Board(ctx, principal, competency.ClassID(class))
	w.ok(err)
	evidence, err := w.reg.MyEvidence(ctx, farid, 0)
	w.ok(err)
	request, err := w.reg.AskAttestation(ctx, farid, registrar.Once{}, evidence.Rows[0].ID, registrar.AttestationInput{Name: "Rosa Lind", Statement: "So it was."})
	w.ok(err)
	upload, err := w.reg.BeginUpload(ctx, farid, registrar.NewUpload{Name: "film.mp4", Size: 100})
	w.ok(err)
	held, err := w.reg.MyCredentials(ctx, amara)
	w.ok(err)
	calloway := as("calloway@willowbrook.example")
	tasks, err := w.reg.TaskDesk(ctx, calloway)
	w.ok(err)
	phrases, err := w.reg.Phrases(ctx, calloway)
	w.ok(err)
	asked, _, err := w.reg.Requests(ctx, calloway)
	w.ok(err)
	panels, err := w.reg.Panels(ctx, calloway)
	w.ok(err)
	seated, err := w.reg.Panel(ctx, calloway, panels[0].ID)
	w.ok(err)
	inbox, err := w.reg.Inbox(ctx, as("whitcomb@ridgeline.example"))
	w.ok(err)
	policies, err := w.reg.Policies(ctx, principal)
	w.ok(err)
	profile, err := w.reg.Profile(ctx, principal, "willow-brook-uhs", 0)
	w.ok(err)
	revocation, err := w.reg.OpenStatusChange(ctx, principal, registrar.Once{}, held[0].ID, registrar.NewStatusChange{
		Public: competency.IssuedInError, Private: "A mistake that is being looked into.",
	})
	w.ok(err)
	lead := as("lund@willowbrook.example")
	keys, err := w.reg.KeyDesk(ctx, lead)
	w.ok(err)
	i := slices.IndexFunc(keys, func(o registrar.OrgKeys) bool { return len(o.Waiting) > 0 })
	drafts, err := w.reg.Drafts(ctx, lead)
	w.ok(err)
	aligned, err := w.reg.AlignmentsDesk(ctx, lead, drafts[0].Base)
	w.ok(err)
	entries, err := w.reg.Entries(ctx, principal, farid.Person)
	w.ok(err)
	exceptions, err := w.reg.Exceptions(ctx, principal)
	w.ok(err)
	courses, err := w.reg.Courses(ctx, principal, "")
	w.ok(err)
	policyDrafts, err := w.reg.PolicyDrafts(ctx, principal)
	w.ok(err)
	policyDraft, err := w.reg.PolicyDraft(ctx, principal, policyDrafts[0].ID)
	w.ok(err)
	birch, dubois, davi := as("birch@willowbrook.example"), as("dubois@willowbrook.example"), as("davi@willowbrook.example")
	ties, err := w.reg.MyKin(ctx, birch)
	w.ok(err)
	again, _, err := w.reg.ReviewTasks(ctx, dubois)
	w.ok(err)
	agreements, _, err := w.reg.Approvals(ctx, davi)
	w.ok(err)
	uses, _, err := w.reg.CredentialUses(ctx, dubois)
	w.ok(err)
	document, err := w.reg.Page(ctx, held[0].Page)
	w.ok(err)
	_, err = w.reg.AddOutside(ctx, farid, registrar.Once{}, registrar.NewOutside{Document: document.Token})
	w.ok(err)
	outside, _, err := w.reg.Outsides(ctx, farid)
	w.ok(err)
	return map[string]string{
		"framework": string(drafts[0].Base), "code": "MATH.3", "draft": string(drafts[0].ID), "alignment": string(aligned.Lines[0].ID),
		"class": class, "batch": string(board.Batches[0].ID), "person": string(farid.Person), "learner": string(farid.Person),
		"evidence": string(evidence.Rows[0].ID), "attestation": string(request), "upload": string(upload.ID), "policy": string(policies[0].ID), "file": "01890000-0000-7000-8000-000000000001",
		"determination": "01890000-0000-7000-8000-000000000002", "award": string(held[0].Award),
		"/policy-drafts": string(policyDraft.ID), "/policy-trials": string(policyDraft.Trials[0].ID),
		"entry": entries.Lines[0].ID, "exception": string(exceptions.Waiting[0].ID), "course": string(courses.Courses[0].ID),
		"section": string(tasks.Sections[0].ID), "handout": string(tasks.Given[0].ID), "phrase": phrases[0].ID, "request": string(asked[0].ID), "panel": string(panels[0].ID), "seat": string(seated.Guests[0].Seat),
		"org": "willow-brook-uhs", "version": "1", "hash": profile.Profile.Logo,
		"form": "pdf", "tie": ties[0].ID, "task": string(again[0].ID), "approval": string(agreements[0].ID), "use": uses[0].ID,
		"/outside-credentials": string(outside[0].ID), "/applications": path.Base(sheet.Application), "/reviews": string(inbox[0].ID), "/credentials": string(held[0].ID),
		"/signing-keys": keys[i].Keys[0].Thumbprint, "/key-actions": string(keys[i].Waiting[0].ID),
		"/issued": string(held[0].ID), "/revocations": string(revocation), "/batches": string(board.Batches[0].ID),
	}
}

const missing = "01890000-dead-7000-8000-00000000beef"

var (
	param     = regexp.MustCompile(`:[a-z_]+`)
	requestNo = regexp.MustCompile(`urn:request:[0-9a-f]+|[0-9a-f]{16}`)
)

// fill puts ids into a route's path; ok is false where the route has none that
// the story knows.
func fill(rt route, ids map[string]string) (filled string, ok bool) {
	ok = true
	filled = param.ReplaceAllStringFunc(rt.path, func(name string) string {
		id, known := ids[strings.TrimPrefix(name, ":")]
		if !known {
			prefix, _, _ := strings.Cut(strings.TrimPrefix(rt.path, "/"), "/")
			id, known = ids["/"+prefix]
		}
		ok = ok && known
		return id
	})
	return filled, ok
}

// TestAnotherDistrictsObjectsAnswerAsMissing walks the whole route table: what
// belongs to another district answers, to someone with every role at home,
// exactly as what does not exist (domain invariant 22, security rule 14).
func TestAnotherDistrictsObjectsAnswerAsMissing(t *testing.T) {
	t.Parallel()
	w, sheet := newStory(t, stores.SQLite(t))
	ids := w.find(sheet)
	w.ok(w.reg.Found(t.Context(), registrar.FirstRun{
		Kind: competency.District, Name: "Far District", Slug: "far", Zone: "America/Chicago", AdminName: "Sam Stranger", Login: "stranger", Password: testPassword, Starter: true,
	}))
	stranger := w.actor("stranger")
	for _, role := range competency.StaffRoles {
		if role != competency.OrgAdmin {
			w.ok(w.reg.GiveRole(t.Context(), stranger, stranger.Person, stranger.Tenant, role))
		}
	}
	foreign, nobody := w.as("stranger"), w.nobody()
	nothing := map[string]string{}
	for k := range ids {
		nothing[k] = missing
	}
	walked := 0
	for _, rt := range routes {
		if rt.who != signedIn || !strings.Contains(rt.path, ":") {
			continue
		}
		real, ok := fill(rt, ids)
		if !ok {
			if !strings.HasPrefix(rt.path, "/catalogue/") && !strings.HasPrefix(rt.path, "/frameworks/") {
				t.Errorf("%s %s: the story has no such id; add one to find", rt.method, rt.path)
			}
			continue
		}
		absent, _ := fill(rt, nothing)
		walked++
		ask := func(v *visitor, at string) (*http.Response, string) {
			switch rt.method {
			case http.MethodGet:
				return v.get(at)
			case post:
				return v.post(at, url.Values{})
			}
			return v.do(rt.method, at, tusPiece, "", "Tus-Resumable", tusVersion, "Upload-Offset", "0")
		}
		got, gotBody := ask(foreign, real)
		want, wantBody := ask(foreign, absent)
		clean := func(body, id string) string { return requestNo.ReplaceAllString(strings.ReplaceAll(body, id, ""), "") }
		if got.StatusCode != want.StatusCode || got.StatusCode < 300 || clean(gotBody, real) != clean(wantBody, absent) {
			t.Errorf("%s %s: another district's answers %s, a missing one %s", rt.method, rt.path, got.Status, want.Status)
		}
		if res, _ := ask(nobody, real); strings.HasPrefix(rt.path, "/v1/") && res.StatusCode == http.StatusUnauthorized {
			continue
		} else if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s %s as nobody: %s to %q", rt.method, rt.path, res.Status, res.Header.Get("Location"))
		}
	}
	if walked < 20 {
		t.Errorf("only %d routes were walked", walked)
	}
}
