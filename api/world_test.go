package api

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// world is a running server over a fresh database: a district with two schools
// and one person per role, and a stranger district beside it.
type world struct {
	t      *testing.T
	store  *store.Store
	reg    *registrar.Registrar
	server *httptest.Server
	public string // the public address
	// clock is how far the world's clock runs ahead of the machine's, in nanoseconds.
	clock atomic.Int64
	// orgs and people by key: "district", "school", "partner"; "admin",
	// "teacher", "learner" … "stranger" administers another district.
	orgs   map[string]competency.OrgID
	people map[string]competency.PersonID
	actors map[string]competency.Actor // who has been asked for
}

// testPassword is everybody's in a world.
const testPassword = "a calm morning in spring"

// newWorld makes a world over SQLite.
func newWorld(t *testing.T) *world { t.Helper(); return newWorldOver(t, stores.SQLite(t)) }

// newWorldOver makes a world over the store.
func newWorldOver(t *testing.T, st *store.Store) *world {
	t.Helper()
	w := newServer(t, st)
	w.populate()
	return w
}

// newServer is a running server over a store in which nobody is yet.
func newServer(t *testing.T, st *store.Store) *world {
	t.Helper()
	w := &world{t: t, store: st, orgs: map[string]competency.OrgID{}, people: map[string]competency.PersonID{}, actors: map[string]competency.Actor{}}
	log := slog.New(slog.DiscardHandler)
	w.server = httptest.NewUnstartedServer(nil)
	w.public = "http://" + strings.Replace(w.server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	var err error
	w.reg, err = registrar.New(registrar.Options{
		Store: st, Now: w.now, Rand: rand.Reader, Log: log, PublicURL: w.public, Files: t.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
	})
	w.ok(err)
	w.ok(w.reg.Publish(t.Context()))
	handler, err := New(Options{Office: w.reg, Sessions: st.Sessions(), Now: w.now, Log: log, PublicURL: w.public})
	w.ok(err)
	w.server.Config.Handler = handler
	w.server.Start()
	t.Cleanup(w.server.Close)
	return w
}

// now is the world's clock.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.clock.Load())) }

// populate takes everybody in through the office.
func (w *world) populate() {
	w.t.Helper()
	first := registrar.FirstRun{
		Kind: competency.District, Name: "Willow Brook District", Slug: "willow-brook", Zone: "America/New_York", Locality: "Willow Brook, Vermont",
		AdminName: "Alma Admin", Login: "admin", Password: testPassword, Starter: true, Board: "Willow Brook Board", AdoptedOn: "2025-06-12",
	}
	w.ok(w.reg.Begin(w.t.Context(), first))
	admin := w.actor("admin")
	w.orgs["district"], w.people["admin"] = admin.Tenant, admin.Person
	for key, name := range map[string]string{"school": "Willow Brook High School", "partner": "Ridgeline High School"} {
		id, err := w.reg.AddOrg(w.t.Context(), admin, registrar.Once{}, registrar.NewOrg{
			Parent: string(admin.Tenant), Kind: competency.School, Name: name, Slug: key + "-of-willow-brook", Zone: "America/New_York",
		})
		w.ok(err)
		w.orgs[key] = id
	}
	delete(w.actors, "admin") // whose roles now reach the schools
	for _, p := range []struct {
		key, org string
		role     competency.Role
	}{
		{"teacher", "school", competency.Teacher},
		{"other-teacher", "school", competency.Teacher},
		{"partner-teacher", "partner", competency.Teacher},
		{"counselor", "school", competency.Counselor},
		{"registrar", "school", competency.RegistrarRole},
		{"principal", "school", competency.Principal},
		{"lead", "district", competency.DistrictLead},
		{"coordinator", "district", competency.Coordinator},
		{"assessor-1", "partner", competency.Assessor},
		{"assessor-2", "partner", competency.Assessor},
		{"assessor-3", "partner", competency.Assessor},
		{"learner", "school", competency.Learner},
		{"other-learner", "school", competency.Learner},
	} {
		w.takeIn(p.key, p.org, p.role)
	}
	w.ok(w.reg.Found(w.t.Context(), registrar.FirstRun{
		Kind: competency.District, Name: "Far District", Slug: "far", Zone: "America/Chicago", AdminName: "Sam Stranger", Login: "stranger", Password: testPassword,
	}))
	w.people["stranger"] = w.actor("stranger").Person
}

// takeIn adds a person whose sign-in name is the key.
func (w *world) takeIn(key, org string, role competency.Role) competency.PersonID {
	w.t.Helper()
	n := registrar.NewPerson{Legal: "Legal " + key, Used: "Used " + key, Login: key, Password: testPassword, Org: string(w.orgs[org]), Role: role}
	if role == competency.Learner {
		n.EntryYear, n.GraduationYear, n.Grade, n.Born = 2023, 2027, "12", "2008-05-31"
	}
	id, err := w.reg.TakeIn(w.t.Context(), w.actor("admin"), registrar.Once{}, n)
	w.ok(err)
	w.people[key] = id
	return id
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// actor signs in through the office, once: hashing a password takes its time.
func (w *world) actor(login string) competency.Actor {
	w.t.Helper()
	if who, ok := w.actors[login]; ok {
		return who
	}
	sess, err := w.reg.SignIn(w.t.Context(), login, testPassword)
	w.ok(err)
	who, err := w.reg.Actor(w.t.Context(), sess)
	w.ok(err)
	w.actors[login] = who
	return who
}

// visitor is one browser.
type visitor struct {
	w      *world
	client *http.Client
}

// nobody is a browser without a session; redirects are not followed.
func (w *world) nobody() *visitor {
	jar, err := cookiejar.New(nil)
	w.ok(err)
	return &visitor{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser signed in through the sign-in page.
func (w *world) as(login string) *visitor {
	w.t.Helper()
	v := w.nobody()
	res, body := v.post("/sign-in", url.Values{"login": {login}, "password": {testPassword}, "next": {"/"}})
	if res.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("signing in as %s: %s: %s", login, res.Status, body)
	}
	return v
}

// do sends a request and answers the response with its body read.
func (v *visitor) do(method, path, contentType, body string, headers ...string) (*http.Response, string) {
	v.w.t.Helper()
	req, err := http.NewRequestWithContext(v.w.t.Context(), method, v.w.server.URL+path, strings.NewReader(body))
	v.w.ok(err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := v.client.Do(req)
	v.w.ok(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	v.w.ok(err)
	return res, string(data)
}

func (v *visitor) get(path string, headers ...string) (*http.Response, string) {
	v.w.t.Helper()
	return v.do(http.MethodGet, path, "", "", headers...)
}

// post sends a form.
func (v *visitor) post(path string, form url.Values) (*http.Response, string) {
	v.w.t.Helper()
	return v.do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}

// json sends a JSON body, or a value as one.
func (v *visitor) json(method, path string, body any, headers ...string) (*http.Response, string) {
	v.w.t.Helper()
	text, ok := body.(string)
	if !ok {
		data, err := json.Marshal(body)
		v.w.ok(err)
		text = string(data)
	}
	return v.do(method, path, "application/json", text, headers...)
}
