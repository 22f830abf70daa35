package api

import (
	"bytes"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

func init() { api.DisableConfigDir() }

// TestCarriers: a credential in a picture and on paper, for the public, its
// holder and the office: byte for byte the document that is stored.
func TestCarriers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	page := w.path(c.Page)
	_, document := w.nobody().get(page + ".json")
	bodies := map[string]string{}
	for ending, mediaType := range carrierTypes {
		held, office := "/credentials/"+c.ID+"/carriers/"+ending[1:], "/issued/"+c.ID+"/carriers/"+ending[1:]
		for at, who := range map[string]*visitor{page + ending: w.nobody(), held: w.as("learner"), office: w.as("registrar")} {
			res, body := who.get(at)
			got, _, err := bake.Extract([]byte(body))
			if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != mediaType || err != nil || string(got) != document {
				t.Fatalf("%s: %s %s, %d bytes in it, %v", at, res.Status, res.Header.Get("Content-Type"), len(got), err)
			}
			bodies[ending] = body
			if got := w.verdict(mediaType, body); got != "valid" {
				t.Errorf("%s: got %s", at, got)
			}
			tag := res.Header.Get("ETag")
			if res, body := who.do(http.MethodGet, at, "", "", "If-None-Match", tag); res.StatusCode != http.StatusNotModified || body != "" || tag == "" {
				t.Errorf("%s again: %s", at, res.Status)
			}
		}
		for _, at := range []string{held, office} {
			for _, who := range []string{"other-learner", "stranger", "teacher"} {
				if res, _ := w.as(who).get(at); res.StatusCode != http.StatusNotFound {
					t.Errorf("%s as %s: got %s", at, who, res.Status)
				}
			}
			if res, _ := w.nobody().get(at); res.StatusCode != http.StatusSeeOther {
				t.Errorf("%s as nobody: got %s", at, res.Status)
			}
		}
	}
	if res, _ := w.as("learner").get("/credentials/" + c.ID + "/carriers/exe"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown form: %s", res.Status)
	}
	if res, body := w.nobody().get(page + ".pdf?size=letter&download"); !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") || body == bodies[endPDF] {
		t.Errorf("letter: %v", res.Header)
	}
	if err := api.Validate(strings.NewReader(bodies[endPDF]), nil); err != nil {
		t.Errorf("the paper is not sound: %v", err)
	}
	if img, err := png.Decode(strings.NewReader(bodies[endPNG])); err != nil || img.Bounds().Dx() != pngWidth {
		t.Errorf("the picture cannot be drawn: %v", err)
	}
	if strings.Contains(bodies[endSVG], "<script") || strings.Contains(bodies[endSVG], "href") {
		t.Error("the drawing refers to something")
	}
	_, body := w.as("learner").get("/credentials/" + c.ID)
	testkit.Page(t, body, testkit.Count(`.downloads a`, 4))
	_, body = w.as("registrar").get("/issued/" + c.ID)
	testkit.Page(t, body, testkit.Count(`.downloads a`, 2))

	// A page that its holder took away hands nothing out; the holder still has it, without the code.
	if res, _ := w.as("learner").post("/credentials/"+c.ID+"/page", url.Values{"open": {"no"}}); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("closing the page: %s", res.Status)
	}
	for ending := range carrierTypes {
		if res, _ := w.nobody().get(page + ending); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s of a closed page: %s", ending, res.Status)
		}
		res, body := w.as("learner").get("/credentials/" + c.ID + "/carriers/" + ending[1:])
		if res.StatusCode != http.StatusOK || ending == endPDF && len(body) >= len(bodies[endPDF]) {
			t.Errorf("%s for its holder: %s", ending, res.Status)
		}
	}
}

// TestWithdrawnCarriers: a withdrawn credential is handed out as what it is: it
// says so on its face, and what was kept of it before is not sent again.
func TestWithdrawnCarriers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	page := w.path(c.Page)
	_, document := w.nobody().get(page + ".json")
	before := map[string]string{}
	for ending := range carrierTypes {
		_, before[ending] = w.nobody().get(page + ending)
	}
	w.revoke(c.ID)
	w.clock.Add(int64(2 * time.Minute))
	for ending, mediaType := range carrierTypes {
		res, body := w.nobody().get(page + ending)
		got, _, err := bake.Extract([]byte(body))
		if res.StatusCode != http.StatusOK || err != nil || string(got) != document || body == before[ending] {
			t.Errorf("%s: %s, %v, the same as before: %t", ending, res.Status, err, body == before[ending])
		}
		if got := w.verdict(mediaType, body); got != "revoked" {
			t.Errorf("%s: got %s", ending, got)
		}
		_, held := w.as("learner").get("/credentials/" + c.ID + "/carriers/" + ending[1:])
		if held == before[ending] {
			t.Errorf("%s for its holder is as good as before", ending)
		}
	}
}

// TestCarriersAfterATheft: when a key was stolen, the page's pictures and paper
// carry what was signed anew, not what was drawn before.
func TestCarriersAfterATheft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.issued("learner", "audit-1")
	page := w.path(c.Page)
	_, before := w.nobody().get(page + endEmbedded)
	for ending := range carrierTypes {
		if res, _ := w.nobody().get(page + ending); res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", ending, res.Status)
		}
	}
	w.stolen()
	_, document := w.nobody().get(page + endEmbedded)
	if document == before {
		t.Fatal("nothing was signed anew")
	}
	for ending, mediaType := range carrierTypes {
		_, body := w.nobody().get(page + ending)
		if got, _, err := bake.Extract([]byte(body)); err != nil || string(got) != document {
			t.Errorf("%s carries what the stolen key signed (%v)", ending, err)
		}
		if got := w.verdict(mediaType, body); got == "invalid" {
			t.Errorf("%s: got %s", ending, got)
		}
	}
}

// stolen reports every key of the school as stolen, has the second person agree,
// and does what the jobs do.
func (w *world) stolen() {
	w.t.Helper()
	ctx, admin, principal := w.t.Context(), w.actor("admin"), w.actor("principal")
	desk, err := w.reg.KeyDesk(ctx, admin)
	w.ok(err)
	for _, org := range desk {
		if org.ID != w.orgs["school"] {
			continue
		}
		for _, k := range org.Keys {
			id, err := w.reg.OpenKeyAction(ctx, admin, registrar.Once{}, registrar.NewKeyAction{
				Kind: competency.CompromiseKey, Key: k.Thumbprint, Reason: "The backup lay open.",
			})
			w.ok(err)
			w.ok(w.reg.ConfirmKeyAction(ctx, principal, id))
			w.ok(w.reg.SignAgain(ctx, registrar.SignAgain{Tenant: string(admin.Tenant), Action: string(id)}))
		}
	}
}

// revoke withdraws a credential: one asks, another confirms.
func (w *world) revoke(id string) {
	w.t.Helper()
	form := url.Values{"public": {"issued-in-error"}, "private": {"The list held the wrong learner."}, "idempotency_key": {"k"}}
	if res, body := w.as("registrar").post("/issued/"+id+"/revocations", form); res.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("asking: %s %s", res.Status, body)
	}
	_, body := w.as("principal").get("/revocations")
	_, rest, _ := strings.Cut(body, `action="/revocations/`)
	revocation, _, _ := strings.Cut(rest, `/confirm"`)
	if res, _ := w.as("principal").post("/revocations/"+revocation+"/confirm", nil); res.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("confirming: %s", res.Status)
	}
	w.ok(w.reg.RenewLists(w.t.Context())) // what the job does
}

// TestVerifyTakesPapers: what was downloaded goes back into the form for checking.
func TestVerifyTakesPapers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.path(w.issued("learner", "audit-1").Page)
	for ending := range carrierTypes {
		_, body := w.nobody().get(page + ending)
		kind, form := fileForm(t, "diploma"+ending, []byte(body))
		res, answer := w.nobody().do(http.MethodPost, "/verify", kind, form)
		if res.StatusCode != http.StatusOK || !strings.Contains(answer, "Genuine") {
			t.Errorf("%s: %s", ending, res.Status)
		}
		kind, form = fileForm(t, "diploma"+ending, []byte(body[:len(body)*2/3]))
		if _, answer = w.nobody().do(http.MethodPost, "/verify", kind, form); strings.Contains(answer, "Genuine.") || !strings.Contains(answer, "damaged") {
			t.Errorf("%s that was cut off is not told to be damaged", ending)
		}
	}
}

// fileForm is the form of the check with a file in it.
func fileForm(t *testing.T, name string, data []byte) (mediaType, form string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return m.FormDataContentType(), b.String()
}
