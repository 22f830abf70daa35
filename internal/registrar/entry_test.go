package registrar

import (
	"errors"
	"strings"
	"testing"

	"laurel/competency"
	"laurel/competency/policy"
	"laurel/internal/store"
)

// factsToday are the facts of a learner as the office gathers them.
func (w *classWorld) factsToday(t *testing.T, learner competency.PersonID) (f policy.Facts) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		all, err := gather(sc, []competency.Enrollment{{Person: learner}}, conferral).newest()
		f = all[learner]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// An entry counts from the moment it is entered, waits where somebody has yet to
// confirm it, and counts no more once it is withdrawn; the row is kept.
func TestEntries(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		ctx, learner := t.Context(), w.learners[0]
		if _, err := w.SaveCourse(ctx, w.clerk, NewCourse{School: string(w.school.ID), Code: "ENG-9", Title: "English 9", Credits: "1", Tags: "english, humanities", Indicators: "ELA.1, ELA.2"}); err != nil {
			t.Fatal(err)
		}
		for _, n := range []NewEntry{
			{What: CreditEntry, Name: "ENG-9", Source: "Willow Brook"},
			{What: CreditEntry, Name: "Statistics", Amount: "0.5", Tags: "stem", Route: "early-college", Source: "Green River College", On: "2026-06-01", Waits: "Green River College"},
			{What: ResultEntry, Name: "lang-other", Amount: "8", Source: "State test"},
			{What: HoursEntry, Name: "internship", Amount: "7.5", Source: "Harlow Marine"},
			{What: RecordEntry, Name: "success-plan", On: "2026-09-01", Signed: "learner, advisor", Source: "Advisor"},
			{What: CourseEntry, Name: "ENG-9"},
		} {
			if err := w.EnterEntry(ctx, w.clerk, Once{}, learner, n); err != nil {
				t.Fatalf("%+v: %v", n, err)
			}
		}
		f := w.factsToday(t, learner)
		if len(f.Credits) != 2 || f.Credits[0].Value != policy.Credit || f.Credits[0].Title != "English 9" || f.Credits[1].Waits != "Green River College" {
			t.Errorf("credits: got %+v", f.Credits)
		}
		if len(f.Results) != 1 || f.Results[0].Score != 8 || len(f.Hours) != 1 || f.Hours[0].Minutes != 450 || len(f.Records) != 2 || len(f.Courses) != 1 || len(f.Courses[0].Indicators) != 2 {
			t.Errorf("facts: got %+v", f)
		}
		page, err := w.Entries(ctx, w.principal, learner)
		if err != nil || len(page.Lines) != 7 || page.MayEnter {
			t.Fatalf("got %v, %d lines, may enter %v", err, len(page.Lines), page.MayEnter)
		}
		line := func(name string) EntryLine {
			for _, l := range page.Lines {
				if l.Name == name {
					return l
				}
			}
			t.Fatalf("no entry %s", name)
			return EntryLine{}
		}
		stats, internship := line("Statistics"), line("internship")
		if internship.Amount != "7.5" || internship.EnteredBy != "Ruth Clerk" {
			t.Errorf("hours: got %+v", internship)
		}
		if err := w.MarkEntry(ctx, w.counselor, learner, stats.ID, competency.MarkConfirmed, ""); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "confirmed twice", w.MarkEntry(ctx, w.counselor, learner, stats.ID, competency.MarkConfirmed, ""), competency.ErrConflict)
		wantRefusal(t, "no reason", w.MarkEntry(ctx, w.clerk, learner, internship.ID, competency.MarkWithdrawn, "oops"), competency.ErrInvalid)
		if err := w.MarkEntry(ctx, w.clerk, learner, internship.ID, competency.MarkWithdrawn, "The supervisor took it back."); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, "withdrawn twice", w.MarkEntry(ctx, w.clerk, learner, internship.ID, competency.MarkWithdrawn, "The supervisor took it back."), competency.ErrNotFound)
		f = w.factsToday(t, learner)
		if len(f.Hours) != 0 || f.Credits[1].Waits != "" {
			t.Errorf("after the marks: got %+v and %+v", f.Hours, f.Credits)
		}
		if page, err = w.Entries(ctx, w.clerk, learner); err != nil || len(page.Gone) != 1 || page.Gone[0].WithdrawnBy != "Ruth Clerk" || page.Gone[0].Why == "" {
			t.Errorf("withdrawn: got %v, %+v", err, page.Gone)
		}
		for name, who := range map[string]competency.Actor{"pupil": w.pupil, "administrator": w.admin, "principal": w.principal} {
			wantRefusal(t, name, w.EnterEntry(ctx, who, Once{}, learner, NewEntry{}), competency.ErrNotFound)
		}
		_, err = w.Entries(ctx, w.pupil, learner)
		wantRefusal(t, "another learner looks", err, competency.ErrNotFound)
	})
}

func TestEntryIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n       NewEntry
		pointer string
	}{
		"unknown kind":     {NewEntry{What: "grade", Name: "x", Source: "s"}, "/what"},
		"no source":        {NewEntry{What: ResultEntry, Name: "ela2", Amount: "684"}, "/source"},
		"name with spaces": {NewEntry{What: ResultEntry, Name: "ELA two", Amount: "684", Source: "s"}, "/name"},
		"half a point":     {NewEntry{What: ResultEntry, Name: "ela2", Amount: "684.5", Source: "s"}, "/amount"},
		"no hours":         {NewEntry{What: HoursEntry, Name: "internship", Amount: "0", Source: "s"}, "/amount"},
		"not a number":     {NewEntry{What: HoursEntry, Name: "internship", Amount: "NaN", Source: "s"}, "/amount"},
		"no such course":   {NewEntry{What: CourseEntry, Name: "ENG-9"}, "/name"},
		"negative credits": {NewEntry{What: CreditEntry, Name: "Statistics", Amount: "-1", Route: "class", Source: "s"}, "/amount"},
		"fine dust":        {NewEntry{What: CreditEntry, Name: "Statistics", Amount: "0.333", Route: "class", Source: "s"}, "/amount"},
		"no route":         {NewEntry{What: CreditEntry, Name: "Statistics", Amount: "1", Source: "s"}, "/route"},
		"shouting tags":    {NewEntry{What: CreditEntry, Name: "Statistics", Amount: "1", Route: "class", Tags: "a b", Source: "s"}, "/tags"},
		"no day":           {NewEntry{What: ResultEntry, Name: "ela2", Amount: "684", Source: "s", On: "May"}, "/on"},
	} {
		_, bad := c.n.read("e", nil)
		if len(bad) != 1 || bad[0].Pointer != c.pointer {
			t.Errorf("%s: got %v, want %s", name, bad, c.pointer)
		}
	}
}

// A table is looked at without a trace, kept as a whole, and refused as a whole
// with every bad line named.
func TestTables(t *testing.T) {
	t.Parallel()
	eachClass(t, 2, func(t *testing.T, w *classWorld) {
		ctx, school := t.Context(), string(w.school.ID)
		courses := Table{School: school, CSV: "\ufeffcode;title;credits;tags;route\nENG-9;English 9;1;english,humanities;class\nALG-1;Algebra;1;math;\n"}
		for i, want := range []TableResult{{Rows: 2, Changed: 2}, {Rows: 2, Changed: 2, Kept: true}, {Rows: 2, Kept: true}} {
			courses.Keep = i > 0
			got, err := w.ImportCourses(ctx, w.clerk, Once{}, courses)
			if err != nil || got != want {
				t.Fatalf("courses, pass %d: got %+v, %v, want %+v", i, got, err, want)
			}
		}
		if p, err := w.Courses(ctx, w.counselor, ""); err != nil || len(p.Courses) != 2 || p.Courses[1].Title != "English 9" || p.MayManage {
			t.Errorf("got %v, %+v", err, p)
		}
		// A new wording retires the old one and leaves one course per code.
		if _, err := w.SaveCourse(ctx, w.clerk, NewCourse{School: school, Code: "ALG-1", Title: "Algebra I", Credits: "1.5"}); err != nil {
			t.Fatal(err)
		}
		if p, err := w.Courses(ctx, w.clerk, w.school.ID); err != nil || len(p.Courses) != 2 || p.Courses[0].Value != 150 {
			t.Errorf("after the new wording: got %v, %+v", err, p.Courses)
		}

		bad := Table{School: school, Keep: true, CSV: "learner,what,name,amount,source\n" +
			"Learner 000,credit,ENG-9,,School\nnobody,credit,ENG-9,,School\nlearner 001,result,ela2,many,Test\nlearner 001,hours,internship,3,\"Marine\"\"s\"\n"}
		_, err := w.ImportEntries(ctx, w.clerk, Once{}, bad)
		wrong := (*competency.Error)(nil)
		if !errors.As(err, &wrong) || len(wrong.Fields) != 2 || !strings.HasPrefix(wrong.Fields[0].Detail, "Line 3: learner:") || !strings.HasPrefix(wrong.Fields[1].Detail, "Line 4: amount:") {
			t.Fatalf("got %v", err)
		}
		if got := w.factsToday(t, w.learners[0]).Credits; len(got) != 0 {
			t.Errorf("after a refused table: got %+v", got)
		}
		good := Table{School: school, CSV: "what,learner,name,amount,source,waits\ncredit,Learner 000,ENG-9,,School,\nresult,learner 001,ela2,684,Test,Board\n"}
		if done, err := w.ImportEntries(ctx, w.clerk, Once{}, good); err != nil || done.Kept || done.Changed != 2 || len(w.factsToday(t, w.learners[0]).Credits) != 0 {
			t.Errorf("looked at: got %+v, %v", done, err)
		}
		good.Keep = true
		once := Once{Key: "k", Route: "r", Hash: []byte{1}}
		for range 2 {
			if done, err := w.ImportEntries(ctx, w.clerk, once, good); err != nil || !done.Kept {
				t.Errorf("kept: got %+v, %v", done, err)
			}
		}
		if a, b := w.factsToday(t, w.learners[0]), w.factsToday(t, w.learners[1]); len(a.Credits) != 1 || len(b.Results) != 1 || b.Results[0].Waits != "Board" {
			t.Errorf("got %+v and %+v", a.Credits, b.Results)
		}
		_, err = w.ImportEntries(ctx, w.principal, Once{}, good)
		wantRefusal(t, "a principal enters", err, competency.ErrNotFound)
	})
}

func TestReadTable(t *testing.T) {
	t.Parallel()
	columns := []string{"a", "b", "c"}
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "first line"},
		"column missing": {"a\n1\n", "“b” is missing"},
		"column unknown": {"a,b,x\n1,2,3\n", "no column “x”"},
		"only a head":    {"a,b\n", "no lines"},
		"too many cells": {"a,b\n1,2,3\n", "more cells"},
		"quotes":         {"a,b\n\"1,2\n", "quotation"},
		"not UTF-8":      {"a,b\n\xff,2\n", "UTF-8"},
		"too large":      {"a,b\n" + strings.Repeat("1,2\n", 300_000), "1 MB"},
		"too many":       {"a,b\n" + strings.Repeat("1,2\n", maxTableRows+1), "5000 lines"},
	} {
		_, bad := readTable(c.text, columns, 2)
		if len(bad) == 0 || !strings.Contains(bad[0].Detail, c.want) {
			t.Errorf("%s: got %v", name, bad)
		}
	}
	rows, bad := readTable("B\ta\n2\t1\n\n\t\n", columns, 2)
	if len(bad) > 0 || len(rows) != 1 || rows[0].cells["a"] != "1" || rows[0].line != 2 {
		t.Errorf("tabs: got %v, %v", rows, bad)
	}
}
