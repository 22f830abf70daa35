package main

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// password is everybody's in the story.
const password = "a calm morning in spring"

// story is what the chapters hand on to each other.
type story struct {
	*server // while it runs
	flags   []string
	// year is the year of the class; people are those taken in, by sign-in name.
	year   int
	people map[string]competency.PersonID
	// shown is the indicator that the learner still has to show.
	shown       string
	application string // paths of pages
	evidence    string
	class       string
	batch       string
}

func newStory(t *testing.T, database ...string) *story {
	t.Helper()
	s := &story{server: &server{t: t}, people: map[string]competency.PersonID{}, shown: "SCI.1", year: time.Now().Year()}
	// The address stands in every identity, so it is the same at each start.
	s.flags = append([]string{"--data", t.TempDir(), "--public-url", "http://localhost:4242"}, database...)
	return s
}

// serve starts the program on what the story has so far.
func (s *story) serve() { s.t.Helper(); s.server = serve(s.t, s.flags...) }

// theOperatorBegins with an empty folder: there is nothing to serve before
// there is a key, and the district is set up by one command.
func (s *story) theOperatorBegins() {
	if code, _, stderr := command(s.t, "", append([]string{"serve", "--addr", "127.0.0.1:0"}, s.flags...)...); code != 1 || !strings.Contains(stderr, "laurel init") {
		s.t.Fatalf("serving nothing: %d: %s", code, stderr)
	}
	code, stdout, stderr := command(s.t, password+"\n", append([]string{
		"init", "--kind", "district", "--name", "Otter Creek District", "--slug", "otter-creek", "--zone", "America/New_York",
		"--locality", "Otter Creek, Vermont", "--admin", "Alma Reed", "--login", "alma", "--starter", "--board", "Otter Creek Board", "--adopted-on", "2025-06-12",
	}, s.flags...)...)
	if code != 0 || !strings.Contains(stdout, "Otter Creek District is set up") {
		s.t.Fatalf("init: %d: %s%s", code, stdout, stderr)
	}
}

// theAdministratorTakesEveryoneIn through the pages.
func (s *story) theAdministratorTakesEveryoneIn() {
	s.serve()
	alma := s.as("alma", password)
	for _, school := range []struct{ name, slug string }{{"Otter Creek High School", "otter-creek-high"}, {"Ridge Academy", "ridge-academy"}} {
		f := alma.open("/organisation").form("/organisation")
		f.pick("kind", "school")
		f.fill("name", school.name)
		f.fill("slug", school.slug)
		f.send().says(school.name)
	}
	const high, ridge = "Otter Creek High School", "Ridge Academy"
	for _, p := range []struct{ login, name, org, role string }{
		{"tess", "Tess Moran", high, "teacher"},
		{"cole", "Cole Bell", high, "coordinator"},
		{"gil", "Gil Novak", high, "counselor"},
		{"rosa", "Rosa Diaz", high, "registrar"},
		{"paul", "Paul Lind", high, "principal"},
		{"dora", "Dora Finch", "Otter Creek District", "district-lead"},
		{"ada", "Ada West", ridge, "assessor"},
		{"ben", "Ben Yoon", ridge, "assessor"},
		{"maya", "Maya Brooks", high, "learner"},
		{"noah", "Noah Petit", high, "learner"},
		{"iris", "Iris Chen", high, "learner"},
	} {
		f := alma.open("/people/new").form("/people")
		f.fill("legal", p.name)
		f.fill("login", p.login)
		f.fill("password", password)
		f.pick("org", p.org)
		f.pick("role", p.role)
		if p.role == "learner" {
			f.fill("entry_year", strconv.Itoa(s.year-4))
			f.fill("graduation_year", strconv.Itoa(s.year))
			f.fill("grade", "12")
			f.fill("born", strconv.Itoa(s.year-18)+"-02-03")
		}
		taken := f.send()
		taken.says(p.name)
		s.people[p.login] = competency.PersonID(strings.TrimPrefix(taken.path(), "/people/"))
	}
}

// theOfficeBringsAlongWhatWas between two runs of the program: the document of
// a micro-credential and the learners' earlier years, for which there are no
// pages yet. Maya lacks one indicator; Noah has only begun.
func (s *story) theOfficeBringsAlongWhatWas() {
	var codes []string
	f := s.as("maya", password).open("/evidence/new").form("/evidence")
	for code := range f.offered("indicators") {
		codes = append(codes, code)
	}
	if code := s.stop(); code != 0 {
		s.t.Fatalf("ending: %d\n%s", code, s.stderr)
	}
	s.inOffice(func(reg *registrar.Registrar, as func(string) competency.Actor) {
		document, err := os.ReadFile(filepath.Join(testkit.Root(s.t), "internal", "demo", "micro", "performance-tasks.json"))
		must(s.t, err)
		_, err = reg.PublishMicroCredential(s.t.Context(), as("cole"), document)
		must(s.t, err)
		must(s.t, reg.ImportHistory(s.t.Context(), as("rosa"), []registrar.History{
			s.earlierYears("maya", codes, s.shown), s.earlierYears("iris", codes, ""), s.earlierYears("noah", codes[:5], ""),
		}))
	})
	s.serve()
}

// inOffice opens the database as the program does, while no server runs.
func (s *story) inOffice(do func(reg *registrar.Registrar, as func(string) competency.Actor)) {
	s.t.Helper()
	inOffice(s.t, s.flags, do)
}

// earlierYears are two pieces of judged work for each indicator but one, the
// confirmed levels, and what the policy asks for beside evidence.
func (s *story) earlierYears(login string, codes []string, without string) registrar.History {
	return pastOf(s.people[login], s.people["tess"], codes, without)
}

// aTeacherApplies for a micro-credential that anyone may read about. What she
// writes is saved while she writes, and again when the line was broken.
func (s *story) aTeacherApplies() {
	reader := s.visitor()
	entry := reader.open(reader.open("/catalogue").link("/catalogue/"))
	entry.says("Task and rubric", "Otter Creek High School")

	tess := s.as("tess", password)
	application := tess.open(entry.path()).form("/start").send()
	s.application = application.path()
	f := application.form("/draft")
	texts := f.names("texts[")
	f.fill(texts[0], essay(20))
	f.fill("revision", "1")
	if a := f.autosave(); a.status != http.StatusOK {
		s.t.Fatalf("autosave: %d %s", a.status, a.body)
	}

	f = s.as("tess", password).open(s.application).form("/draft") // another day, another machine
	if got := f.values.Get(texts[0]); strings.TrimSpace(got) != essay(20) {
		s.t.Errorf("what was saved: %q", got)
	}
	early := f.send("/submit")
	if early.status != http.StatusUnprocessableEntity {
		s.t.Fatalf("handing in half of it: %d at %s", early.status, early.path())
	}
	f = early.form("/draft")
	for _, name := range texts {
		f.fill(name, essay(210))
	}
	files := f.names("files[")
	f.attach(files[0], "task-and-rubric.jpg", photo(s.t))
	for _, promise := range []string{"consent", "deidentified"} {
		f.pick(promise, "true")
	}
	handed := f.send("/submit")
	if handed.status != http.StatusOK || handed.path() != s.application || handed.offers("/draft") {
		s.t.Fatalf("handing in: %d at %s: %s", handed.status, handed.path(), handed.text(".problems, main"))
	}
}

// twoAssessorsScoreBlind: neither sees who applied nor what the other found,
// and one alone decides nothing.
func (s *story) twoAssessorsScoreBlind() {
	for i, login := range []string{"ada", "ben"} {
		v, other := s.as(login, password), []string{"Ben Yoon", "Ada West"}[i]
		review := v.open(v.open("/reviews").link("/reviews/"))
		review.silent("Tess", "Moran", other)
		if got := v.get(s.application, "text/html").status; got != http.StatusNotFound {
			s.t.Errorf("%s opens the application: %d, want 404", login, got)
		}
		f := review.form("/scores")
		if half := f.send(); half.status != http.StatusUnprocessableEntity {
			s.t.Errorf("scoring nothing: %d, want 422", half.status)
		}
		for _, name := range f.names("levels[") {
			best := ""
			for _, level := range f.offered(name) {
				best = max(best, level)
			}
			f.pick(name, best)
		}
		if scored := f.send(); scored.status != http.StatusOK {
			s.t.Fatalf("%s scores: %d: %s", login, scored.status, scored.text("main"))
		}
		if held := s.holds("tess"); i == 0 && held != "" {
			s.t.Errorf("after one review there is a credential: %s", held)
		}
	}
}

// holds is the page of the credential that someone holds, "" without one.
func (s *story) holds(login string) string {
	for _, href := range s.as(login, password).open("/credentials").links("/credentials/") {
		return href
	}
	return ""
}

// held is a credential in its holder's hands.
type held struct {
	page  string // public address
	token []byte
}

// theTeacherHoldsACredential and downloads it.
func (s *story) theTeacherHoldsACredential() held {
	return s.download("tess", "Checking understanding with performance tasks")
}

// download waits for someone's credential, looks at its pages and takes it away.
func (s *story) download(login, title string) (h held) {
	v := s.as(login, password)
	own := s.own(v, title)
	h.token = v.fetch(own.path() + "/jwt")
	h.page = own.link(s.public + "/c/")
	v.open(own.path() + "/print")
	if other := s.visitor().get(own.path()+"/jwt", "*/*"); bytes.Contains(other.body, h.token) {
		s.t.Errorf("a stranger downloads %s", own.path())
	}
	if public := s.visitor().fetch(h.page + ".jwt"); !bytes.Equal(public, h.token) {
		s.t.Errorf("%s.jwt differs from what the holder has", h.page)
	}
	return h
}

// own waits for the holder's page of a signed credential with the title.
func (s *story) own(v *visitor, title string) (own page) {
	s.t.Helper()
	until(s.t, "the credential "+title, func() bool {
		for _, href := range v.open("/credentials").links("/credentials/") {
			if own = v.open(href); strings.Contains(own.text("h1"), title) && len(own.links(href+"/jwt")) > 0 {
				return true
			}
		}
		return false
	})
	return own
}

// strangersSay asks everyone who can judge: the public page, the page that
// takes a pasted text, the API, the offline verifier and somebody else's library.
func (s *story) strangersSay(h held, verdict string) {
	s.t.Helper()
	reader := s.visitor()
	until(s.t, "the public page to say "+verdict, func() bool {
		return verdictOf(s.t, reader.get(h.page, "application/json")) == verdict
	})
	f := reader.open("/verify").form("/verify")
	f.fill("credential", string(h.token))
	for _, shown := range []page{reader.open(h.page), f.send()} {
		checkSeal(shown, verdict)
	}
	if got := verdictOf(s.t, reader.do(http.MethodPost, "/v1/verify", "application/vc+jwt", h.token, "application/json")); got != verdict {
		s.t.Errorf("/v1/verify: got %s, want %s", got, verdict)
	}
	if code, report := judged(s.t, h.token, reader.fetch("/bundle.json")); code != exits[verdict] {
		s.t.Errorf("laurel-verify: exit code %d, want %d\n%s", code, exits[verdict], report)
	}
	if code, report := judged(s.t, altered(h.token), reader.fetch("/bundle.json")); code != 1 {
		s.t.Errorf("laurel-verify on an altered token: exit code %d, want 1\n%s", code, report)
	}
	for _, qr := range []string{"/qr.png", "/qr.svg"} {
		if len(reader.fetch(h.page+qr)) == 0 {
			s.t.Errorf("no %s", qr)
		}
	}
	if address, err := url.Parse(s.public); err != nil || len(reader.client.Jar.Cookies(address)) > 0 {
		s.t.Errorf("a reader was given a cookie: %v, %v", reader.client.Jar.Cookies(address), err)
	}
	s.joseSays(h)
}

// joseSays asks npm's jose, where it is installed, with the key as published.
func (s *story) joseSays(h held) {
	s.t.Helper()
	header := headerOf(s.t, h.token)
	_, thumbprint, _ := strings.Cut(header.Kid, "#")
	jwk := s.visitor().fetch("/keys/" + thumbprint)
	s.t.Run("jose", func(t *testing.T) {
		if v := testkit.JoseVerify(t, string(h.token), jwk, header.Alg, "vc+jwt"); !v.OK {
			t.Errorf("npm jose: %s", v.Error)
		}
	})
}

// joseHeader is what a token says about its signature.
type joseHeader struct{ Alg, Typ, Kid string }

// essay is a text of so many words.
func essay(words int) string {
	all := strings.Fields("I wanted to know who can plan an investigation without my list of steps , so I wrote the task backward from one indicator")
	var out []string
	for i := range words {
		out = append(out, all[i%len(all)])
	}
	return strings.Join(out, " ")
}

// photo is a picture as a phone takes it.
func photo(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for x := range 320 {
		for y := range 240 {
			img.Set(x, y, color.RGBA{uint8(x / 2), uint8(y / 2), 90, 255})
		}
	}
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

// readJSON reads a JSON answer.
func readJSON(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
}
