package main

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/config"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
)

// eachDatabase runs a test over the embedded database and, where it is
// installed, over Postgres; database is the flag that says so.
func eachDatabase(t *testing.T, test func(t *testing.T, database ...string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t) })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, "--database", testkit.Postgres(t)) })
}

// inOffice opens the database as the program does, while no server runs, for
// what has no page yet.
func inOffice(t *testing.T, flags []string, do func(reg *registrar.Registrar, as func(string) competency.Actor)) {
	t.Helper()
	p := &program{stdout: &output{}, stderr: &output{}, now: time.Now, rand: rand.Reader}
	for i := 0; i+1 < len(flags); i += 2 {
		switch flags[i] {
		case "--data":
			p.flags.Data = flags[i+1]
		case "--database":
			p.flags.Database = config.Secret(flags[i+1])
		case "--public-url":
			p.flags.PublicURL = flags[i+1]
		}
	}
	c, err := p.config()
	must(t, err)
	o, err := p.open(t.Context(), c, p.log(c))
	must(t, err)
	defer func() { must(t, o.close()) }()
	do(o.reg, func(login string) competency.Actor {
		sess, err := o.reg.SignIn(t.Context(), login, password)
		must(t, err)
		who, err := o.reg.Actor(t.Context(), sess)
		must(t, err)
		return who
	})
}

// pastOf is a learner's earlier work: two tasks for each indicator but one,
// judged and confirmed, and what a policy asks for beside evidence.
func pastOf(learner, teacher competency.PersonID, codes []string, without string) registrar.History {
	ago := func(days int) time.Time { return time.Now().AddDate(0, 0, -days) }
	h := registrar.History{Learner: learner, OnTheRecord: registrar.OnTheRecord{
		Records: []competency.Record{{Kind: "plp", Current: true, SignedBy: []string{"learner", "advisor"}, Reviewed: ago(50).Format(time.DateOnly)}},
		Works: []competency.PanelWork{{
			Kind: "exhibition", Title: "Capstone exhibition", State: "accepted", External: 1, Panel: []string{string(teacher), "counselor", "guest"},
		}},
	}}
	for _, code := range codes {
		if code == without {
			continue
		}
		for i, context := range []string{"english", "science"} {
			title := code + " in " + context
			h.Work = append(h.Work, registrar.PastWork{
				Task: title, TaskBy: teacher, Title: title, Body: "My work, with the drafts behind it.", Reflection: "The second try was the better one.",
				Route: "class", Context: context, Indicators: []string{code}, On: ago(200 + i),
				Scores: []registrar.PastScore{{Indicator: code, By: teacher, Level: 3, On: ago(190)}},
			})
		}
		h.Levels = append(h.Levels, registrar.PastLevel{Indicator: code, By: teacher, On: ago(180)})
	}
	return h
}

// progressOf is how far a long piece of work is, as the page asks for it.
func progressOf(s *server, v *visitor, path string) (p registrar.Progress) {
	s.t.Helper()
	a := v.get(path+"/progress", "application/json")
	if a.status != http.StatusOK {
		s.t.Fatalf("%s/progress: %d %s", path, a.status, a.body)
	}
	readJSON(s.t, a.body, &p)
	return p
}

// headerOf reads a token's protected header.
func headerOf(t *testing.T, token []byte) (h joseHeader) {
	t.Helper()
	first, _, _ := strings.Cut(string(token), ".")
	data, err := base64.RawURLEncoding.DecodeString(first)
	must(t, err)
	readJSON(t, data, &h)
	return h
}
