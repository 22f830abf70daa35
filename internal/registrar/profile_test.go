package registrar

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// profileWorld is a school with a policy, and a district far away.
type profileWorld struct {
	*classWorld
	teacher, coordinator, stranger competency.Actor
	provider                       competency.Org
}

func newProfileWorld(t *testing.T, s *store.Store) *profileWorld {
	t.Helper()
	w := &profileWorld{classWorld: newClassWorld(t, s, 0)}
	err := s.InAll(t.Context(), func(tx *store.Tx) error {
		sc, err := tx.Scope(w.district.ID)
		if err != nil {
			return err
		}
		if w.provider, err = sc.AddOrg(competency.Org{Parent: w.district.ID, Kind: competency.Provider, Name: "Workshop", Slug: "workshop", Zone: "America/New_York"}); err != nil {
			return err
		}
		if _, err := sc.AddMicroCredential(competency.MicroCredential{
			Org: w.provider.ID, Slug: "tasks", Version: 1, State: competency.MicroPublished, Published: sc.Now(),
			Anatomy: competency.Anatomy{Title: "Tasks", Levels: []competency.Level{{Label: "Not yet"}, {Label: "Passed"}}, Pass: 2},
		}); err != nil {
			return err
		}
		if w.lead, err = sc.ActorOf(w.lead.Account); err != nil { // whose role now reaches the provider
			return err
		}
		w.lead.Authenticated = w.now()
		if _, w.teacher, err = w.person(tx, sc, "Tess Teacher", competency.Teacher, w.school.ID); err != nil {
			return err
		}
		if _, w.coordinator, err = w.person(tx, sc, "Cole Coordinator", competency.Coordinator, w.district.ID); err != nil {
			return err
		}
		far, err := tx.Scope("far-1")
		if err != nil {
			return err
		}
		if _, err := far.AddOrg(competency.Org{ID: "far-1", Kind: competency.District, Name: "Far", Slug: "far", Zone: "America/Chicago"}); err != nil {
			return err
		}
		_, w.stranger, err = w.person(tx, far, "Sam Stranger", competency.DistrictLead, "far-1")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// words is a profile that says a little of everything.
func words(version int, rigor string) ProfileInput {
	return ProfileInput{
		Version: version, Sections: map[string]string{"rigor": rigor},
		Legend:      []LegendInput{{Scale: "four", Level: 3, Text: "Done alone."}, {Scale: "four", Level: 4}},
		Signatories: []SignatoryInput{{Name: "Paul Principal", Title: "Principal"}, {}},
		Crosswalk:   []CrosswalkInput{{Scale: "four", Level: 3, Letter: "B", From: 80, To: 92, Points: "3.0"}},
		DeclaredBy:  "the board", DeclaredSince: "2026-07-01",
	}
}

func TestProfileWhoMay(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newProfileWorld(t, s)
		school, district, workshop := w.school.Slug, w.district.Slug, w.provider.Slug
		for name, c := range map[string]struct {
			who       competency.Actor
			slug      string
			see, edit error
		}{
			"registrar":                     {w.clerk, school, nil, nil},
			"principal":                     {w.principal, school, nil, nil},
			"lead, for a school":            {w.lead, school, nil, nil},
			"lead, for the district":        {w.lead, district, nil, nil},
			"principal, for the district":   {w.principal, district, competency.ErrNotFound, competency.ErrNotFound},
			"teacher":                       {w.teacher, school, nil, competency.ErrNotFound},
			"coordinator, for a school":     {w.coordinator, school, nil, competency.ErrNotFound},
			"coordinator, for the provider": {w.coordinator, workshop, nil, nil},
			"lead, for the provider":        {w.lead, workshop, nil, nil},
			"principal, for the provider":   {w.principal, workshop, competency.ErrNotFound, competency.ErrNotFound},
			"learner":                       {w.pupil, school, competency.ErrNotFound, competency.ErrNotFound},
			"another district":              {w.stranger, school, competency.ErrNotFound, competency.ErrNotFound},
			"nobody":                        {competency.Actor{}, school, competency.ErrUnauthenticated, competency.ErrUnauthenticated},
			"no such place":                 {w.lead, "nowhere", competency.ErrNotFound, competency.ErrNotFound},
		} {
			p, err := w.Profile(t.Context(), c.who, c.slug, 0)
			if !errors.Is(err, c.see) || err == nil && p.MayEdit != (c.edit == nil) {
				t.Errorf("%s sees: got %v, may edit %t, want %v", name, err, p.MayEdit, c.see)
			}
			if _, err := w.ProfileHistory(t.Context(), c.who, c.slug, 0); !errors.Is(err, c.see) {
				t.Errorf("%s sees the history: got %v, want %v", name, err, c.see)
			}
			in := ProfileInput{Version: p.Newest, Sections: map[string]string{"rigor": "By " + name + "."}}
			if _, err := w.CheckProfile(t.Context(), c.who, c.slug, in); !errors.Is(err, c.edit) {
				t.Errorf("%s looks ahead: got %v, want %v", name, err, c.edit)
			}
			version, err := w.SaveProfile(t.Context(), c.who, Once{}, c.slug, in)
			if !errors.Is(err, c.edit) || err == nil && version != p.Newest+1 {
				t.Errorf("%s saves: got version %d, %v, want %v", name, version, err, c.edit)
			}
			if _, err := w.RestoreProfile(t.Context(), c.who, Once{}, c.slug, 1, version); !errors.Is(err, c.edit) {
				t.Errorf("%s restores: got %v, want %v", name, err, c.edit)
			}
			if _, err := w.KeepLogo(t.Context(), c.who, c.slug, bytes.NewReader(drawing(t, 60, 60, 1))); !errors.Is(err, c.edit) {
				t.Errorf("%s sends a logo: got %v, want %v", name, err, c.edit)
			}
		}
		list, err := w.Profiles(t.Context(), w.lead)
		if err != nil || len(list) != 3 {
			t.Errorf("the lead's list: got %d, %v, want 3", len(list), err)
		}
		if list, err = w.Profiles(t.Context(), w.teacher); err != nil || len(list) != 1 || list[0].Org.ID != w.school.ID {
			t.Errorf("the teacher's list: got %+v, %v", list, err)
		}
		if _, err = w.Profiles(t.Context(), w.pupil); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a learner's list: got %v", err)
		}
	})
}

func TestProfileVersionsAndConflict(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newProfileWorld(t, s)
		slug := w.school.Slug
		save := func(who competency.Actor, in ProfileInput, once Once) (int, error) {
			return w.SaveProfile(t.Context(), who, once, slug, in)
		}
		want := func(what string, got int, err error, version int, kind error) {
			t.Helper()
			if got != version || !errors.Is(err, kind) {
				t.Errorf("%s: got %d, %v, want %d, %v", what, got, err, version, kind)
			}
		}
		got, err := save(w.clerk, ProfileInput{}, Once{})
		want("nothing at all", got, err, 0, nil)
		once := Once{Key: "k1", Route: "POST /x", Hash: []byte("h")}
		for range 2 {
			got, err = save(w.clerk, words(0, "First."), once)
			want("a double click", got, err, 1, nil)
		}
		got, err = save(w.principal, words(0, "Second."), Once{})
		want("saved in between", got, err, 0, ErrProfileMoved)
		got, err = save(w.principal, words(0, " First.\r\n"), Once{})
		want("the same words", got, err, 1, nil)
		got, err = save(w.principal, words(1, "Second."), Once{})
		want("after looking", got, err, 2, nil)
		got, err = w.RestoreProfile(t.Context(), w.clerk, Once{}, slug, 1, 1)
		want("restored unseen", got, err, 0, ErrProfileMoved)
		got, err = w.RestoreProfile(t.Context(), w.clerk, Once{}, slug, 7, 2)
		want("restored what is not there", got, err, 0, competency.ErrNotFound)
		got, err = w.RestoreProfile(t.Context(), w.clerk, Once{}, slug, 1, 2)
		want("restored", got, err, 3, nil)
		p, err := w.Profile(t.Context(), w.teacher, slug, 0)
		if err != nil || p.Profile.Sections[competency.RigorSection] != "First." || p.Profile.Restored != 1 || p.SavedBy != "Ruth Clerk" || p.Newest != 3 {
			t.Errorf("after restoring: got %+v, %v", p, err)
		}
		if old, err := w.Profile(t.Context(), w.teacher, slug, 2); err != nil || old.Profile.Sections[competency.RigorSection] != "Second." || old.Newest != 3 {
			t.Errorf("the version between: got %+v, %v", old, err)
		}
		history, err := w.ProfileHistory(t.Context(), w.teacher, slug, 0)
		if err != nil || len(history) != 3 || history[1].SavedBy != "Paul Principal" {
			t.Errorf("history: got %+v, %v", history, err)
		}
		if history, err = w.ProfileHistory(t.Context(), w.teacher, slug, 2); err != nil || len(history) != 1 {
			t.Errorf("older history: got %+v, %v", history, err)
		}
		w.wantJournal(t, competency.EditProfile, string(w.school.ID), []string{"1", "2", "3"})
	})
}

// wantJournal demands rows of an act about a subject, with these versions.
func (w *profileWorld) wantJournal(t *testing.T, act competency.Act, subject string, versions []string) {
	t.Helper()
	err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
		rows, err := sc.JournalOf(subject)
		var got []string
		for _, r := range rows {
			if r.Act == string(act) {
				got = append(got, r.Detail["version"])
			}
		}
		if !slices.Equal(got, versions) {
			t.Errorf("journal: got %q, want %q", got, versions)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestProfileInputIsChecked(t *testing.T) {
	t.Parallel()
	w := newProfileWorld(t, stores.SQLite(t))
	slug := w.school.Slug
	for name, c := range map[string]struct {
		change func(*ProfileInput)
		want   string // pointer
	}{
		"too long":            {func(in *ProfileInput) { in.Sections["habits"] = strings.Repeat("x", competency.MaxSection+1) }, "/sections/habits"},
		"turned writing":      {func(in *ProfileInput) { in.Sections["habits"] = "\u202e" }, "/sections/habits"},
		"a level renamed":     {func(in *ProfileInput) { in.Legend[0].Label = "Superb" }, "/legend/0/label"},
		"another's scale":     {func(in *ProfileInput) { in.Legend[0].Scale = "not yet/passed" }, "/legend/0/scale"},
		"five sign":           {func(in *ProfileInput) { in.Signatories = slices.Repeat(in.Signatories[:1], 5) }, "/signatories"},
		"a logo never sent":   {func(in *ProfileInput) { in.Logo = strings.Repeat("a", 64) }, "/logo"},
		"a logo that is path": {func(in *ProfileInput) { in.Logo = "../../keys" }, "/logo"},
		"grades by nobody":    {func(in *ProfileInput) { in.DeclaredBy = "" }, "/declared_by"},
	} {
		in := words(0, "Words.")
		c.change(&in)
		_, err := w.SaveProfile(t.Context(), w.clerk, Once{}, slug, in)
		bad := (*competency.Error)(nil)
		if !errors.As(err, &bad) || !errors.Is(err, competency.ErrInvalid) || bad.Fields[0].Pointer != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	// A provider judges by what it publishes itself.
	in := ProfileInput{Legend: []LegendInput{{Scale: "not yet/passed", Level: 2, Label: "Passed", Text: "Two people read it."}}}
	if _, err := w.SaveProfile(t.Context(), w.coordinator, Once{}, w.provider.Slug, in); err != nil {
		t.Error(err)
	}
	w.wantJournal(t, competency.EditProvider, string(w.provider.ID), []string{"1"})
}

func TestSchoolPage(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		w := newProfileWorld(t, s)
		slug := w.school.Slug
		before, err := w.School(t.Context(), slug)
		if err != nil || before.Profile.Version != 0 || before.Above != w.district.Name || len(before.Scales) != 1 {
			t.Fatalf("nothing said yet: got %+v, %v", before, err)
		}
		for _, none := range []string{"nowhere", "", strings.Repeat("a", 64)} {
			if _, err := w.School(t.Context(), none); !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("%q: got %v", none, err)
			}
		}
		sum, err := w.KeepLogo(t.Context(), w.clerk, slug, bytes.NewReader(drawing(t, 600, 300, 2)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.SchoolLogo(t.Context(), slug, sum); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("a logo that no profile names: got %v", err)
		}
		in := words(0, "Words.")
		in.Logo = sum
		if _, err := w.SaveProfile(t.Context(), w.clerk, Once{}, slug, in); err != nil {
			t.Fatal(err)
		}
		// What was just saved is there at once, whatever was remembered.
		page, err := w.School(t.Context(), slug)
		if err != nil || page.Profile.Version != 1 || page.Scales[0].Levels[2].Description != "Done alone." || page.Scales[0].Levels[2].Label != "Proficient" {
			t.Errorf("got %+v, %v", page, err)
		}
		logo, err := w.SchoolLogo(t.Context(), slug, sum)
		if err != nil || !bytes.HasPrefix(logo, []byte("\x89PNG")) {
			t.Errorf("the logo: got %d bytes, %v", len(logo), err)
		}
		in.Version, in.Logo = 1, ""
		if _, err := w.SaveProfile(t.Context(), w.clerk, Once{}, slug, in); err != nil {
			t.Fatal(err)
		}
		if _, err := w.SchoolLogo(t.Context(), slug, sum); err != nil {
			t.Errorf("a logo on what was issued before: got %v", err)
		}
		for _, elsewhere := range []string{w.district.Slug, "far", "nowhere"} {
			if _, err := w.SchoolLogo(t.Context(), elsewhere, sum); !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("at %s: got %v", elsewhere, err)
			}
		}
	})
}

func TestProfileAtConferral(t *testing.T) {
	t.Parallel()
	w := newProfileWorld(t, stores.SQLite(t))
	save := func(version int, text string) time.Time {
		t.Helper()
		if _, err := w.SaveProfile(t.Context(), w.clerk, Once{}, w.school.Slug, words(version, text)); err != nil {
			t.Fatal(err)
		}
		return w.now()
	}
	zone, err := zoneOf(w.school)
	if err != nil {
		t.Fatal(err)
	}
	first := save(0, "First.").In(zone)
	w.later(48 * time.Hour)
	save(1, "Second.")
	for day, version := range map[string]int{
		first.AddDate(0, 0, -1).Format(time.DateOnly): 0,
		first.Format(time.DateOnly):                   1,
		first.AddDate(0, 0, 1).Format(time.DateOnly):  1,
		first.AddDate(0, 0, 9).Format(time.DateOnly):  2,
	} {
		err := w.Store.Read(t.Context(), w.district.ID, func(sc *store.Scope) error {
			p, err := profileOn(sc, w.school, day)
			if p.Version != version {
				t.Errorf("on %s: got version %d, want %d", day, p.Version, version)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// drawing is a PNG of many colours, the same for the same seed.
func drawing(t *testing.T, w, h int, seed uint64) []byte {
	t.Helper()
	return encoded(t, noise(w, h, seed))
}

func noise(w, h int, seed uint64) *image.NRGBA {
	from := rand.New(rand.NewPCG(seed, seed))
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = uint8(from.Uint32())
	}
	return m
}

func encoded(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLogoIsDrawnAnew(t *testing.T) {
	t.Parallel()
	half := image.NewNRGBA(image.Rect(0, 0, 1200, 600)) // clear on the left, red on the right
	for y := range 600 {
		for x := 600; x < 1200; x++ {
			half.SetNRGBA(x, y, color.NRGBA{R: 255, A: 255})
		}
	}
	var asJPEG bytes.Buffer
	if err := jpeg.Encode(&asJPEG, half, nil); err != nil {
		t.Fatal(err)
	}
	noted := slices.Insert(asJPEG.Bytes(), 2, []byte("\xff\xfe\x00\x0fGPS 44.26N ")...)
	for name, c := range map[string]struct {
		raw  []byte
		size image.Point // 0 where it only has to fit
	}{
		"large": {encoded(t, half), image.Pt(480, 240)},
		"small": {encoded(t, half.SubImage(image.Rect(500, 0, 700, 100))), image.Pt(200, 100)},
		"noisy": {drawing(t, 900, 900, 3), image.Point{}},
		"photo": {noted, image.Pt(480, 240)},
	} {
		kept, err := drawLogo(c.raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(kept) > logoKept || bytes.Contains(kept, []byte("GPS")) {
			t.Errorf("%s: %d bytes are kept, or what the camera noted", name, len(kept))
		}
		got, err := png.Decode(bytes.NewReader(kept))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if size := got.Bounds().Size(); c.size != (image.Point{}) && size != c.size || max(size.X, size.Y) > logoSide {
			t.Errorf("%s: got %v, want %v", name, size, c.size)
		}
		if name == "large" {
			if _, _, _, a := got.At(10, 10).RGBA(); a != 0 {
				t.Error("what was clear is not")
			}
			if r, g, _, a := got.At(470, 10).RGBA(); r != 0xffff || g != 0 || a != 0xffff {
				t.Error("what was red is not")
			}
		}
	}
}

func TestLogoIsRefused(t *testing.T) {
	t.Parallel()
	w := newProfileWorld(t, stores.SQLite(t))
	bomb := encoded(t, image.NewGray(image.Rect(0, 0, 4100, 4100)))
	whole := drawing(t, 100, 100, 4)
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"empty":        {nil, competency.ErrInvalid},
		"a drawing":    {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), competency.ErrInvalid},
		"text":         {[]byte("no picture"), competency.ErrInvalid},
		"a page":       {[]byte("<html><body onload=alert(1)>"), competency.ErrInvalid},
		"cut off":      {whole[:len(whole)/2], competency.ErrInvalid},
		"a bomb":       {bomb, competency.ErrInvalid},
		"too small":    {drawing(t, 40, 60, 5), competency.ErrInvalid},
		"too narrow":   {encoded(t, image.NewGray(image.Rect(0, 0, 700, 100))), competency.ErrInvalid},
		"too large":    {make([]byte, MaxLogoBytes+1), competency.ErrTooLarge},
		"as it should": {whole, nil},
	} {
		if _, err := w.KeepLogo(t.Context(), w.clerk, w.school.Slug, bytes.NewReader(c.raw)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
	sum, err := w.KeepLogo(t.Context(), w.clerk, w.school.Slug, bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Logo(t.Context(), w.teacher, w.school.Slug, sum); err != nil {
		t.Errorf("staff look at it: got %v", err)
	}
	for _, other := range []string{strings.Repeat("0", 64), "../" + sum, ""} {
		if _, err := w.Logo(t.Context(), w.teacher, w.school.Slug, other); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("%q: got %v", other, err)
		}
	}
	if _, err := w.Logo(t.Context(), w.stranger, w.school.Slug, sum); !errors.Is(err, competency.ErrNotFound) {
		t.Errorf("from elsewhere: got %v", err)
	}
	// A file of evidence is no logo, whoever knows its hash.
	info, err := w.saveFile(bytes.NewReader(whole), "work.png")
	if err != nil {
		t.Fatal(err)
	}
	in := words(0, "Words.")
	in.Logo = info.SHA256
	if info.SHA256 == sum {
		t.Fatal("the two files are kept under one hash; the test says nothing")
	}
	if _, err := w.SaveProfile(t.Context(), w.clerk, Once{}, w.school.Slug, in); !errors.Is(err, competency.ErrInvalid) {
		t.Errorf("a file of evidence as logo: got %v", err)
	}
}
