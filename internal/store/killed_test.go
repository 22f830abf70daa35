package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// childURL is set in the process that TestKilled starts and kills.
const childURL = "LAUREL_TEST_KILLED_URL"

// TestKilledChild is the other process: it commits a person and a job, begins
// the job, says so, and never ends by itself.
func TestKilledChild(t *testing.T) {
	t.Parallel()
	url := os.Getenv(childURL)
	if url == "" {
		t.Skip("runs as the child of TestKilled")
	}
	s := stores.Open(t, url)
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	home, _ := tenant(t, s, "home")
	work(t, s, store.WorkOptions{Poll: 20 * time.Millisecond}, store.Handle(func(ctx context.Context, _ greet) error {
		fmt.Printf("\nbegun in %s\n", home)
		<-ctx.Done()
		return ctx.Err()
	}))
	in(t, s, home, func(sc *store.Scope) error {
		_, err := sc.AddPerson(competency.Person{Legal: "Ana"})
		return errors.Join(err, sc.Journal(store.Entry{Act: "person.add"}), sc.Enqueue(greet{"Ana"}))
	})
	time.Sleep(time.Minute)
}

// What a killed process had committed is there, its folder is free again, and
// the job that it had begun is run by the next one.
func TestKilled(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, url string) {
		home := killWhenBegun(t, url)
		s := stores.Open(t, url)
		read(t, s, home, func(sc *store.Scope) error {
			_, total, err := sc.People(store.PeopleFilter{Name: "ana"}, store.Page{})
			if total != 1 {
				t.Errorf("got %d people, want 1", total)
			}
			return err
		})
		if report, err := s.VerifyJournal(t.Context()); err != nil || report.Rows != 1 || len(report.Broken) != 0 {
			t.Errorf("journal: got %+v, %v", report, err)
		}
		ran := make(chan struct{}, 1)
		work(t, s, store.WorkOptions{Poll: 20 * time.Millisecond}, store.Handle(func(context.Context, greet) error {
			ran <- struct{}{}
			return nil
		}))
		select {
		case <-ran:
		case <-time.After(20 * time.Second):
			t.Error("the job that was begun did not run again")
		}
	})
}

// killWhenBegun runs the child until its job has begun, and kills it.
func killWhenBegun(t *testing.T, url string) (home competency.OrgID) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledChild$", "-test.v")
	child.Env = append(os.Environ(), childURL+"="+url)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for lines := bufio.NewScanner(out); home == "" && lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if id, ok := strings.CutPrefix(lines.Text(), "begun in "); ok {
			home = competency.OrgID(id)
		}
	}
	if home != "" && strings.HasPrefix(url, "sqlite:") {
		_, err := store.Open(t.Context(), stores.Options(t, url))
		if !errors.Is(err, competency.ErrConflict) {
			t.Errorf("opening beside another process: got %v, want ErrConflict", err)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	if home == "" {
		t.Fatalf("the child did not begin:\n%s", said.String())
	}
	return home
}
