package api

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/internal/store"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// The benchmarks come in pairs, the product and the least that could be done
// in its place, on one machine in one run: the ratio is what counts.

// benchWorld is a school that issues, its clerk's browser and its server.
type benchWorld struct {
	b               *testing.B
	store           *store.Store
	reg             *registrar.Registrar
	server          *httptest.Server
	clerk           *http.Client
	tenant, school  competency.OrgID
	learner, person competency.PersonID
}

func newBenchWorld(b *testing.B, st *store.Store) *benchWorld {
	b.Helper()
	w := &benchWorld{b: b, store: st, server: httptest.NewUnstartedServer(nil)}
	log := slog.New(slog.DiscardHandler)
	public := "http://" + strings.Replace(w.server.Listener.Addr().String(), "127.0.0.1", "localhost", 1)
	var err error
	w.reg, err = registrar.New(registrar.Options{
		Store: st, Now: time.Now, Rand: rand.Reader, Log: log, PublicURL: public, Files: b.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
	})
	w.ok(err)
	w.server.Config.Handler, err = New(Options{Office: w.reg, Sessions: st.Sessions(), Now: time.Now, Log: log, PublicURL: public})
	w.ok(err)
	w.server.Start()
	b.Cleanup(w.server.Close)
	w.populate()
	return w
}

func (w *benchWorld) ok(err error) {
	w.b.Helper()
	if err != nil {
		w.b.Fatal(err)
	}
}

func (w *benchWorld) populate() {
	ctx := w.b.Context()
	w.ok(w.reg.Begin(ctx, registrar.FirstRun{
		Kind: competency.District, Name: "District", Slug: "district", Zone: "UTC", AdminName: "Admin", Login: "admin", Password: testPassword,
	}))
	session, err := w.reg.SignIn(ctx, "admin", testPassword)
	w.ok(err)
	admin, err := w.reg.Actor(ctx, session)
	w.ok(err)
	w.tenant = admin.Tenant
	w.school, err = w.reg.AddOrg(ctx, admin, registrar.Once{}, registrar.NewOrg{
		Parent: string(w.tenant), Kind: competency.School, Name: "School", Slug: "school", Zone: "UTC",
	})
	w.ok(err)
	admin, err = w.reg.Actor(ctx, session)
	w.ok(err)
	w.person, err = w.reg.TakeIn(ctx, admin, registrar.Once{}, registrar.NewPerson{
		Legal: "Clerk", Login: "clerk", Password: testPassword, Org: string(w.school), Role: competency.RegistrarRole,
	})
	w.ok(err)
	w.learner, err = w.reg.TakeIn(ctx, admin, registrar.Once{}, registrar.NewPerson{
		Legal: "Amara Okafor", Org: string(w.school), Role: competency.Learner, EntryYear: 2022, GraduationYear: 2026, Grade: "12", Born: "2008-02-03",
	})
	w.ok(err)
	jar, err := cookiejar.New(nil)
	w.ok(err)
	w.clerk = &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := w.clerk.PostForm(w.server.URL+"/sign-in", url.Values{"login": {"clerk"}, "password": {testPassword}})
	w.ok(err)
	w.ok(res.Body.Close())
	if res.StatusCode != http.StatusSeeOther {
		w.b.Fatal(res.Status)
	}
}

// awards decides n times, all at once.
func (w *benchWorld) awards(n int) []competency.AwardID {
	levels := []competency.Level{{N: 1, Label: "Beginning"}, {N: 2, Label: "Developing"}, {N: 3, Label: "Proficient"}, {N: 4, Label: "Exemplary"}}
	achieved := competency.Achieved{Type: "SecondarySchoolDiploma", Key: "p", Name: "High School Diploma", Description: "All standards.", Criteria: "The policy."}
	for i := range 6 {
		achieved.Results = append(achieved.Results, competency.AchievedResult{
			Key: fmt.Sprint("S", i), Name: fmt.Sprint("Standard ", i), Levels: levels, Required: 3, Achieved: 4,
		})
	}
	ids := make([]competency.AwardID, n)
	list := make([]competency.Award, n)
	for i := range list {
		id, err := w.store.NewID()
		w.ok(err)
		ids[i] = competency.AwardID(id)
		list[i] = competency.Award{
			ID: ids[i], Org: w.school, Person: w.learner, Kind: competency.DiplomaAward, Basis: id, Achieved: achieved,
			DecidedBy: w.person, Decided: time.Now(), Conferred: "2026-06-12",
		}
	}
	w.ok(w.store.In(w.b.Context(), w.tenant, func(sc *store.Scope) error { return sc.AddAwards(list) }))
	return ids
}

// send posts a body and reads the answer, which must have the status.
func send(b *testing.B, client *http.Client, method, address, mediaType string, body []byte, want int) []byte {
	req, err := http.NewRequestWithContext(b.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", mediaType)
	res, err := client.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != want {
		b.Fatalf("%s: %s %v", res.Status, data, err)
	}
	return data
}

// BenchmarkIssue is one credential over HTTP, signed and stored, beside one
// row inserted in one transaction on the same database.
func BenchmarkIssue(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": stores.SQLite, "postgres": stores.Postgres} {
		b.Run(name, func(b *testing.B) {
			b.Run("issue", func(b *testing.B) {
				w := newBenchWorld(b, open(b))
				ids := w.awards(b.N)
				b.ResetTimer()
				for i := range b.N {
					send(b, w.clerk, http.MethodPost, w.server.URL+"/v1/awards/"+string(ids[i])+"/credential", "application/json", nil, http.StatusCreated)
				}
			})
			b.Run("insert", func(b *testing.B) {
				w := newBenchWorld(b, open(b))
				b.ResetTimer()
				for range b.N {
					w.awards(1)
				}
			})
		})
	}
}

// issued is a credential's page and token.
func (w *benchWorld) issued() (page string, token []byte) {
	c, err := w.reg.IssueAward(w.b.Context(), registrar.System(w.tenant), w.awards(1)[0])
	w.ok(err)
	p, err := w.reg.Page(w.b.Context(), c.Page)
	w.ok(err)
	return "/c/" + c.Page, p.Token
}

// parallel sends the same request from several connections at once.
func parallel(b *testing.B, method, address, mediaType string, body []byte) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	b.Cleanup(client.CloseIdleConnections)
	b.SetParallelism(8)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			send(b, client, method, address, mediaType, body, http.StatusOK)
		}
	})
}

// BenchmarkVerify is the check of a VC-JWT with its status over HTTP, beside a
// Gin handler that reads the same body and does one Ed25519 verification.
func BenchmarkVerify(b *testing.B) {
	w := newBenchWorld(b, stores.SQLite(b))
	_, token := w.issued()
	b.Run("verify", func(b *testing.B) { parallel(b, http.MethodPost, w.server.URL+"/v1/verify", typeVCJWT, token) })
	b.Run("bare", func(b *testing.B) {
		public, private, err := ed25519.GenerateKey(rand.Reader)
		w.ok(err)
		signature := ed25519.Sign(private, token)
		bare := gin.New()
		bare.POST("/", func(c *gin.Context) {
			body, err := io.ReadAll(c.Request.Body)
			c.JSON(http.StatusOK, err == nil && ed25519.Verify(public, body, signature))
		})
		server := httptest.NewServer(bare)
		b.Cleanup(server.Close)
		parallel(b, http.MethodPost, server.URL, typeVCJWT, token)
	})
}

// BenchmarkPage is the public page of a credential, beside a handler that
// writes the same bytes.
func BenchmarkPage(b *testing.B) {
	w := newBenchWorld(b, stores.SQLite(b))
	page, _ := w.issued()
	same := send(b, http.DefaultClient, http.MethodGet, w.server.URL+page, "", nil, http.StatusOK)
	b.Run("page", func(b *testing.B) { parallel(b, http.MethodGet, w.server.URL+page, "", nil) })
	b.Run("bare", func(b *testing.B) {
		bare := gin.New()
		bare.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "text/html; charset=utf-8", same) })
		server := httptest.NewServer(bare)
		b.Cleanup(server.Close)
		parallel(b, http.MethodGet, server.URL, "", nil)
	})
}

// BenchmarkCarriers is what carries a credential, and its code, from memory,
// beside a handler that writes the same bytes.
func BenchmarkCarriers(b *testing.B) {
	w := newBenchWorld(b, stores.SQLite(b))
	page, _ := w.issued()
	for _, ending := range []string{endPNG, endSVG, endPDF, "/qr.png"} {
		same := send(b, http.DefaultClient, http.MethodGet, w.server.URL+page+ending, "", nil, http.StatusOK)
		b.Run(ending[1:]+"/cached", func(b *testing.B) { parallel(b, http.MethodGet, w.server.URL+page+ending, "", nil) })
		b.Run(ending[1:]+"/bare", func(b *testing.B) {
			bare := gin.New()
			bare.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "application/octet-stream", same) })
			server := httptest.NewServer(bare)
			b.Cleanup(server.Close)
			parallel(b, http.MethodGet, server.URL, "", nil)
		})
	}
}
