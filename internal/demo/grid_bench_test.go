package demo_test

import (
	"cmp"
	"crypto/rand"
	"log/slog"
	"os"
	"strconv"
	"testing"
	"time"

	"laurel/internal/demo"
	"laurel/internal/registrar"
	"laurel/internal/testkit"
	"laurel/internal/testkit/stores"
)

// BenchmarkGridOfADistrict reads the grid of a teacher's largest section in a
// district with a year of data, and says how many statements it took. The
// district has 3,000 learners, or as many as LAUREL_BENCH_LEARNERS says.
func BenchmarkGridOfADistrict(b *testing.B) {
	learners, err := strconv.Atoi(cmp.Or(os.Getenv("LAUREL_BENCH_LEARNERS"), "3000"))
	if err != nil {
		b.Fatal(err)
	}
	st, sent := stores.Counted(b)
	office, err := registrar.New(registrar.Options{
		Store: st, Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), PublicURL: "http://localhost:8080",
		Files: b.TempDir(), KeyEncryptionKey: make([]byte, 32), Passwords: testkit.LightPasswords,
	})
	if err != nil {
		b.Fatal(err)
	}
	accounts, err := demo.Seed(b.Context(), demo.Options{Office: office, Now: time.Now, PublicURL: "http://localhost:8080"}, demo.Size{Learners: learners})
	if err != nil {
		b.Fatal(err)
	}
	password := ""
	for _, a := range accounts {
		if a.Login == "teacher-1@district.example" {
			password = a.Password
		}
	}
	session, err := office.SignIn(b.Context(), "teacher-1@district.example", password)
	if err != nil {
		b.Fatal(err)
	}
	teacher, err := office.Actor(b.Context(), session)
	if err != nil {
		b.Fatal(err)
	}
	sections, err := office.Sections(b.Context(), teacher)
	if err != nil || len(sections) == 0 {
		b.Fatalf("%d sections, %v", len(sections), err)
	}
	largest := sections[0]
	for _, s := range sections {
		if s.Members > largest.Members {
			largest = s
		}
	}
	sent.Store(0)
	var grid registrar.Grid
	for b.Loop() {
		if grid, err = office.Grid(b.Context(), teacher, largest.ID, registrar.GridFilter{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(sent.Load())/float64(b.N), "statements/op")
	b.ReportMetric(float64(len(grid.Rows)*len(grid.Columns)), "cells")
	if asked := sent.Load() / int64(b.N); asked > 5 {
		b.Errorf("%d statements for one grid", asked)
	}
}
