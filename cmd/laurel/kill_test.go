package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/registrar"
)

// onePolicy asks for a plan and nothing else, so that a class is quickly ready.
const onePolicy = `policy: ridge.plan
version: 1
title: A plan is enough
status: adopted
adopted: {by: Ridge Board, on: 2025-06-12}
appliesTo: {diplomaType: standard}
legalBasis: ["A rule of this test"]
scale:
  id: four-levels
  proficientAt: 3
  levels: [{n: 1, label: Emerging}, {n: 2, label: Developing}, {n: 3, label: Proficient}, {n: 4, label: Distinguished}]
determination: {method: n-of, n: 2, atLeast: 3, distinctTasks: true, requires: {professionalJudgment: true, lock: true}}
routes: [class, internship, online]
exceptions: {allowed: false}
requirements:
  id: diploma
  title: Diploma
  all:
    - {id: plp, title: Personal learning plan, record: {kind: plp, current: true, signedBy: [learner], reviewedWithinDays: 400}}
`

// classSize is how many learners are killed half-way.
const classSize = 240

// TestKilled kills the program in the midst of issuing a class, again and again
// while the first half is made: after the last start everyone has exactly one
// diploma, all are genuine, and no index of a status list stands in two.
func TestKilled(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database ...string) {
		endInTheMidst(t, func(s *server, process *os.Process) {
			must(t, process.Kill())
			<-s.ended
			s.ended <- -1
		}, database...)
	})
}

// TestStopped asks the program to end in the midst of issuing a class: it ends
// well, and the next start goes on where it was.
func TestStopped(t *testing.T) {
	t.Parallel()
	endInTheMidst(t, func(s *server, _ *os.Process) {
		if code := s.stop(); code != 0 {
			t.Errorf("ending in the midst: %d\n%s", code, s.stderr)
		}
	})
}

func endInTheMidst(t *testing.T, end func(*server, *os.Process), database ...string) {
	flags := append([]string{"--data", t.TempDir(), "--public-url", "http://localhost:4343"}, database...)
	foundClass(t, flags)
	s, process := serveApart(t, flags...)
	paul, list := certifyClass(s)
	approval := list.form("/approve").request()
	answered := make(chan struct{})
	go func() { // the answer may never come
		defer close(answered)
		if res, err := paul.client.Do(approval); err == nil {
			_ = res.Body.Close()
		}
	}()
	for least := 1; least <= classSize/2; {
		done := awaitIssued(s, paul, list.path(), least)
		end(s, process)
		<-answered
		t.Logf("ended after %d or more of %d diplomas", done, classSize)
		least = done + 1
		s, process = serveApart(t, flags...)
		paul.home = s
	}
	awaitIssued(s, paul, list.path(), classSize)
	until(t, "the records that hold the diplomas", func() bool { return len(everyIssued(paul)) == 2*classSize })
	checkIssued(s)
	if code := s.stop(); code != 0 {
		t.Errorf("ending: %d\n%s", code, s.stderr)
	}
	if code, stdout, stderr := command(t, "", append([]string{"journal", "verify"}, flags...)...); code != 0 {
		t.Errorf("journal verify: %d: %s%s", code, stdout, stderr)
	}
}

// foundClass fills an empty folder with a school whose learners are all ready.
func foundClass(t *testing.T, flags []string) {
	t.Helper()
	policy := filepath.Join(t.TempDir(), "policy.yaml")
	must(t, os.WriteFile(policy, []byte(onePolicy), 0o600))
	code, _, stderr := command(t, password+"\n", append([]string{
		"init", "--kind", "district", "--name", "Ridge District", "--slug", "ridge", "--zone", "America/New_York", "--admin", "Alma Reed", "--login", "alma",
		"--policy", policy, "--board", "Ridge Board", "--adopted-on", "2025-06-12",
	}, flags...)...)
	if code != 0 {
		t.Fatalf("init: %d: %s", code, stderr)
	}
	inOffice(t, flags, func(reg *registrar.Registrar, as func(string) competency.Actor) {
		alma := as("alma")
		school, err := reg.AddOrg(t.Context(), alma, registrar.Once{}, registrar.NewOrg{
			Parent: string(alma.Tenant), Kind: competency.School, Name: "Ridge School", Slug: "ridge-school", Zone: "America/New_York",
		})
		must(t, err)
		var all []registrar.NewPerson
		for login, role := range map[string]competency.Role{"rosa": competency.RegistrarRole, "gil": competency.Counselor, "paul": competency.Principal} {
			all = append(all, registrar.NewPerson{Legal: "Staff " + login, Login: login, Password: password, Org: string(school), Role: role})
		}
		year := time.Now().Year()
		for i := range classSize {
			all = append(all, registrar.NewPerson{
				Legal: fmt.Sprintf("Learner %03d", i), Org: string(school), Role: competency.Learner,
				EntryYear: year - 4, GraduationYear: year, Grade: "12", Born: strconv.Itoa(year-18) + "-02-03",
			})
		}
		ids, err := reg.TakeInAll(t.Context(), as("alma"), all)
		must(t, err)
		var past []registrar.History
		for _, id := range ids[len(ids)-classSize:] {
			past = append(past, pastOf(id, ids[0], nil, ""))
		}
		must(t, reg.ImportHistory(t.Context(), as("rosa"), past))
	})
}

// certifyClass opens and certifies the class through the pages, and answers
// the principal with the list that waits for approval.
func certifyClass(s *server) (paul *visitor, list page) {
	rosa := s.as("rosa", password)
	f := rosa.open("/classes").form("/classes")
	f.fill("year", strconv.Itoa(time.Now().Year()))
	f.fill("conferral", time.Now().AddDate(0, 0, -1).Format(time.DateOnly))
	class := f.send().path()
	until(s.t, "the audits", func() bool { return progressOf(s, rosa, class).State == "done" })
	certified := s.as("gil", password).open(class + "?stage=ready").form("/batches").send()
	if !strings.HasPrefix(certified.path(), "/batches/") {
		s.t.Fatalf("certifying: %d at %s: %s", certified.status, certified.path(), certified.text("main"))
	}
	paul = s.as("paul", password)
	return paul, paul.open(certified.path())
}

// awaitIssued waits, without rest, until so many diplomas of a list are issued.
func awaitIssued(s *server, paul *visitor, batch string, least int) int {
	s.t.Helper()
	for begun := time.Now(); ; {
		p := progressOf(s, paul, batch)
		if p.Total > classSize || p.Failed > 0 {
			s.t.Fatalf("progress: %+v", p)
		}
		if p.Done >= least {
			return p.Done
		}
		if time.Since(begun) > patience {
			s.t.Fatalf("waiting for %d diplomas: %+v after %s\n%s", least, p, patience, s.stderr)
		}
	}
}

// checkIssued reads every diploma as a stranger would, and counts the records
// that hold them, whose pages their holders have not opened.
func checkIssued(s *server) {
	s.t.Helper()
	paul, reader := s.as("paul", password), s.visitor()
	bundle := reader.fetch("/bundle.json")
	names, ids, indexes, records := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, one := range everyIssued(paul) {
		shown := paul.open(one)
		if strings.Contains(shown.text("main"), "Learner record") {
			records[shown.text(".facts dd")]++
			continue
		}
		link := shown.link(s.public + "/c/")
		token := reader.fetch(link + ".jwt")
		if got := verdictOf(s.t, reader.get(link, "application/json")); got != "valid" {
			s.t.Errorf("%s: %s", link, got)
		}
		c := claimsOf(s.t, token)
		names[c.Subject.Identifier[0].Hash]++
		ids[c.ID]++
		indexes[c.Status.List+"#"+c.Status.Index]++
		if len(ids) == 1 {
			for _, signed := range [][]byte{token, reader.fetch(link + ".json")} {
				if code, report := judged(s.t, signed, bundle); code != 0 {
					s.t.Errorf("laurel-verify: %d\n%s", code, report)
				}
			}
		}
	}
	for what, found := range map[string]map[string]int{"holders": names, "credentials": ids, "status indexes": indexes, "records": records} {
		if len(found) != classSize {
			s.t.Errorf("different %s: %d, want %d", what, len(found), classSize)
		}
		for value, n := range found {
			if n != 1 {
				s.t.Errorf("%s: %q stands in %d", what, value, n)
			}
		}
	}
}

// everyIssued are the office's pages of all credentials.
func everyIssued(v *visitor) (all []string) {
	v.t.Helper()
	for {
		more := v.open("/issued?from=" + strconv.Itoa(len(all))).links("/issued/")
		if len(more) == 0 {
			return all
		}
		all = append(all, more...)
	}
}

// claims are the parts of a credential that must not stand in two.
type claims struct {
	ID      string `json:"id"`
	Subject struct {
		Identifier []struct {
			Hash string `json:"identityHash"`
		} `json:"identifier"`
	} `json:"credentialSubject"`
	Status struct {
		List  string `json:"statusListCredential"`
		Index string `json:"statusListIndex"`
	} `json:"credentialStatus"`
}

// claimsOf reads a token's payload.
func claimsOf(t *testing.T, token []byte) (c claims) {
	t.Helper()
	parts := strings.Split(string(token), ".")
	data, err := base64.RawURLEncoding.DecodeString(parts[1])
	must(t, err)
	readJSON(t, data, &c)
	return c
}
