package api

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// offlineBrowser is a phone whose network may be cut.
func offlineBrowser(t *testing.T, w *world) *testkit.Browser {
	t.Helper()
	b := testkit.OpenBrowser(t, w.server.URL)
	b.Width = 390
	b.Forgiven = []string{"Failed to load resource", "ERR_INTERNET_DISCONNECTED", "ERR_EMPTY_RESPONSE", "ERR_CONNECTION"}
	return b
}

// written fills the form for new evidence and hands it in.
func written(title, text string) []testkit.Step {
	return []testkit.Step{
		{Do: "upload", In: "#f-files", Files: []testkit.StepUpload{{Name: "notes.txt", Type: "text/plain", Text: text}}},
		{Do: "fill", In: "#f-title", Value: title},
		{Do: "check", In: "[name=indicators]"},
		{Do: "fill", In: "#f-reflection", Value: "It shows that I can."},
		{Do: "click", In: "main form .primary"},
	}
}

// inOneWindow puts lists of steps behind each other, all in one window.
func inOneWindow(lists ...[]testkit.Step) (all []testkit.Step) {
	for _, l := range lists {
		for _, s := range l {
			s.As = "phone"
			all = append(all, s)
		}
	}
	return all
}

// workerReady waits until the page is at hand without a network.
var workerReady = testkit.Step{Do: "eval", Value: `navigator.serviceWorker.ready.then(async () => { for (let n = 0; n < 100 && !(await caches.match("/capture")); n++) await new Promise((d) => setTimeout(d, 50)); })`}

// cuttable lets a browser cut the network between it and the server, also for
// its service worker, by asking for /cut and /mend.
func (w *world) cuttable() {
	serving, cut := w.server.Config.Handler, atomic.Bool{}
	w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/cut":
			cut.Store(true)
		case r.URL.Path == "/mend":
			cut.Store(false)
		case cut.Load():
			panic(http.ErrAbortHandler)
		default:
			serving.ServeHTTP(rw, r)
		}
	})
}

// Mission row 9: on a phone without a network evidence is written, kept and sent
// later, once; an ended session asks to sign in; nobody else sees it; signing
// out forgets it.
func TestEvidenceSurvivesALostNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cuttable()
	b := offlineBrowser(t, w)
	out := b.Walk(inOneWindow(signInSteps("phone", "learner", "/evidence/new"), []testkit.Step{
		workerReady,
		{Do: "eval", Value: `fetch("/cut").then(() => 0)`},
		{Do: "offline", On: true},
		{Do: "goto", URL: "/evidence/new"},
		{Do: "expect", In: "h1 + p", Text: "There is no network"},
		{Do: "axe"},
		{Do: "fill", In: "#f-title", Value: "Half a title"}, // there again after the browser was closed
		{Do: "wait", Value: "1500"},
		{Do: "goto", URL: "/evidence/new"},
		{Do: "expect", In: "[data-capture-state]", Text: "brought back"},
		{Do: "eval", Value: `if (document.querySelector("#f-title").value !== "Half a title") throw new Error("the title is lost")`},
	}, written("Pond at dawn", "What I saw."), []testkit.Step{
		{Do: "expect", In: "[data-capture-state]", Text: "kept on this device"},
		{Do: "expect", In: ".waiting", Text: "Pond at dawn"},
		{Do: "axe"},
		{Do: "goto", URL: "/evidence/new"},
		{Do: "expect", In: ".waiting", Text: "Pond at dawn"},
		{Do: "eval", Value: `caches.match("/capture").then((r) => r.text()).then((html) => { if (/Used learner|learner"/.test(html)) throw new Error("the page at hand knows somebody"); })`},
		{Do: "offline", On: false},
		{Do: "eval", Value: `fetch("/mend").then(() => dispatchEvent(new Event("online")))`},
		{Do: "gone", In: ".waiting li"},
		{Do: "goto", URL: "/evidence"},
		{Do: "count", In: ".queue-row", N: 1},
		{Do: "click", In: ".queue-row a"},
		{Do: "expect", In: ".medium", Text: "notes.txt"},
		// With a network, what saved itself as a draft is the piece that is handed in.
		{Do: "goto", URL: "/evidence/new"},
		{Do: "fill", In: "#f-title", Value: "Frost on the brook"},
		{Do: "expect", In: "[data-autosave-state]", Text: "Saved"},
	}, written("Frost on the brook", "What I measured."), []testkit.Step{
		{Do: "expect", In: ".flash", Text: "Handed in"},
		{Do: "goto", URL: "/evidence"},
		{Do: "count", In: ".queue-row", N: 2},
	})...)
	for _, r := range out {
		if r.Do == "axe" {
			b.NoSerious(r.URL, r)
		}
	}
}

func TestWaitingEvidenceIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	serving := w.server.Config.Handler
	w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/half-an-hour-passes" {
			w.clock.Add(int64(sessionIdle + time.Minute))
			return
		}
		serving.ServeHTTP(rw, r)
	})
	offlineBrowser(t, w).Walk(inOneWindow(signInSteps("phone", "learner", "/evidence/new"), []testkit.Step{
		{Do: "eval", Value: `fetch("/half-an-hour-passes").then(() => 0)`},
	}, written("Pond at dawn", "What I saw."), []testkit.Step{
		{Do: "expect", In: "[data-capture-state]", Text: "no longer signed in"},
		{Do: "expect", In: ".waiting", Text: "Waits until you sign in"},
	}, signInSteps("phone", "other-learner", "/evidence/new"), []testkit.Step{
		{Do: "wait", Value: "500"},
		{Do: "count", In: ".waiting li", N: 0},
		{Do: "eval", Value: `fetch("/half-an-hour-passes").then(() => 0)`},
	}, signInSteps("phone", "learner", "/evidence/new"), []testkit.Step{
		{Do: "wait", Value: "1500"},
		{Do: "goto", URL: "/evidence"},
		{Do: "count", In: ".queue-row", N: 1},
		{Do: "click", In: "details.account summary"},
		{Do: "click", In: "form[action='/sign-out'] button"},
		{Do: "expect", In: "h1"},
		{Do: "wait", Value: "500"},
		{Do: "eval", Value: `Promise.all([indexedDB.databases(), caches.keys(), navigator.serviceWorker.getRegistrations()]).then((all) => { if (all.some((l) => l.length)) throw new Error("kept " + JSON.stringify(all)); })`},
	})...)
}

// A server that dies in the middle of a file and comes back gets the rest, and
// the piece of evidence is there once.
func TestAServerThatDiesGetsTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	serving, pieces, served, dead := w.server.Config.Handler, atomic.Int32{}, atomic.Int32{}, atomic.Bool{}
	var next http.Handler
	w.server.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && pieces.Add(1) == 3 {
			dead.Store(true)
			time.AfterFunc(2*time.Second, func() {
				office, err := registrar.New(w.reg.Options)
				if err == nil {
					next, err = New(Options{Office: office, Sessions: w.store.Sessions(), Now: w.now, Log: w.reg.Log, PublicURL: w.public})
				}
				if err != nil {
					t.Error(err)
				}
				dead.Store(false)
			})
		}
		switch {
		case dead.Load():
			panic(http.ErrAbortHandler)
		case pieces.Load() >= 3:
			next.ServeHTTP(rw, r)
		default:
			serving.ServeHTTP(rw, r)
		}
		if r.Method == http.MethodPatch {
			served.Add(1)
		}
	})
	offlineBrowser(t, w).Walk(inOneWindow(signInSteps("phone", "learner", "/evidence/new"),
		written("Long notes", strings.Repeat("What I saw at the pond. ", 5<<20/24)), []testkit.Step{
			{Do: "expect", In: "[data-capture-state]", Text: "kept on this device"},
			{Do: "wait", Value: "2500"},
			{Do: "eval", Value: `dispatchEvent(new Event("online"))`},
			{Do: "gone", In: ".waiting li"},
			{Do: "goto", URL: "/evidence"},
			{Do: "count", In: ".queue-row", N: 1},
		})...)
	if n := served.Load(); n != 5 {
		t.Errorf("5 pieces arrived %d times", n)
	}
}
