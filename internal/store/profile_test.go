package store_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

// fullProfile has something in every column.
func fullProfile(org competency.OrgID, by competency.PersonID) competency.SchoolProfile {
	return competency.SchoolProfile{
		Org: org, Version: 1, SavedBy: by, Saved: time.Now(), ProfileContent: competency.ProfileContent{
			Sections:    map[competency.ProfileSection]string{competency.RigorSection: "Two tasks.\n\n“Élan” 日本"},
			Legend:      []competency.LegendLine{{Scale: "four", Level: 3, Label: "Proficient", Text: "Meets it."}},
			Signatories: []competency.Signatory{{Name: "Joan Adams", Title: "Principal"}, {Name: "Erik Lund", Title: "Superintendent"}},
			Logo:        strings.Repeat("a", 64),
			Crosswalk:   []competency.CrosswalkLine{{Scale: "four", Level: 3, Label: "Proficient", Letter: "B", From: 80, To: 92, Points: "3.0"}},
			DeclaredBy:  "the board", DeclaredSince: "2026-07-01",
		},
	}
}

func TestSchoolProfile(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		district, school := tenant(t, s, "profile")
		other, otherSchool := tenant(t, s, "elsewhere")
		var by competency.PersonID
		in(t, s, district, func(sc *store.Scope) error {
			p, err := sc.AddPerson(competency.Person{Legal: "Joan Adams"})
			by = p.ID
			return err
		})
		add := func(at competency.OrgID, p competency.SchoolProfile) (kept competency.SchoolProfile, err error) {
			err = s.In(t.Context(), at, func(sc *store.Scope) error {
				kept, err = sc.AddSchoolProfile(p)
				return err
			})
			return kept, err
		}
		newest := func(at, org competency.OrgID) (p competency.SchoolProfile) {
			t.Helper()
			read(t, s, at, func(sc *store.Scope) (err error) { p, err = sc.SchoolProfile(org); return err })
			return p
		}
		if p := newest(district, school); p.Version != 0 || p.Org != school || !p.Empty() {
			t.Errorf("nothing saved: got %+v", p)
		}
		first, err := add(district, fullProfile(school, by))
		if err != nil {
			t.Fatal(err)
		}
		if got := newest(district, school); !reflect.DeepEqual(got, first) {
			t.Errorf("got %+v, want %+v", got, first)
		}
		t.Run("versions", func(t *testing.T) { profileVersions(t, s, district, first, add) })
		t.Run("one save wins", func(t *testing.T) {
			_, err := add(district, fullProfile(school, by))
			wantKind(t, err, competency.ErrConflict)
		})
		t.Run("tenants are apart", func(t *testing.T) {
			if p := newest(other, school); p.Version != 0 {
				t.Errorf("seen from elsewhere: got version %d", p.Version)
			}
			_, err := add(other, fullProfile(school, by))
			wantKind(t, err, competency.ErrNotFound)
			_, err = add(other, fullProfile(otherSchool, by))
			wantKind(t, err, competency.ErrNotFound)
			read(t, s, other, func(sc *store.Scope) error {
				had, err := sc.HadLogo(school, first.Logo)
				if had {
					t.Error("a logo was found from elsewhere")
				}
				return err
			})
		})
		for _, statement := range []string{"UPDATE school_profile SET declared_by = 'me'", "DELETE FROM school_profile"} {
			if err := s.In(t.Context(), district, func(sc *store.Scope) error { return sc.ExecRaw(statement) }); err == nil {
				t.Errorf("%s: was done", statement)
			}
		}
	})
}

// profileVersions adds a second, empty version and looks at both.
func profileVersions(t *testing.T, s *store.Store, district competency.OrgID, first competency.SchoolProfile,
	add func(competency.OrgID, competency.SchoolProfile) (competency.SchoolProfile, error),
) {
	second, err := add(district, competency.SchoolProfile{Org: first.Org, Version: 2, Restored: 1, SavedBy: first.SavedBy, Saved: first.Saved.Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	read(t, s, district, func(sc *store.Scope) error {
		for _, c := range []struct {
			at   time.Time
			want int
		}{
			{first.Saved.Add(-time.Microsecond), 0},
			{first.Saved, 1},
			{second.Saved.Add(-time.Microsecond), 1},
			{second.Saved.Add(time.Hour), 2},
		} {
			p, err := sc.SchoolProfileAt(first.Org, c.at)
			if p.Version != c.want || err != nil {
				t.Errorf("at %s: got version %d, %v, want %d", c.at, p.Version, err, c.want)
			}
		}
		old, err := sc.SchoolProfileVersion(first.Org, 1)
		if err != nil || !reflect.DeepEqual(old, first) {
			t.Errorf("version 1: got %+v, %v", old, err)
		}
		_, err = sc.SchoolProfileVersion(first.Org, 3)
		wantKind(t, err, competency.ErrNotFound)
		all, err := sc.SchoolProfiles(first.Org, 0, 10)
		if err != nil || len(all) != 2 || all[0].Version != 2 || all[0].Restored != 1 || !all[0].Empty() {
			t.Errorf("history: got %+v, %v", all, err)
		}
		if all, err = sc.SchoolProfiles(first.Org, 2, 10); err != nil || len(all) != 1 || all[0].Version != 1 {
			t.Errorf("before 2: got %+v, %v", all, err)
		}
		// A logo that is no longer used stays on what was issued with it.
		had, err := sc.HadLogo(first.Org, first.Logo)
		if !had || err != nil {
			t.Errorf("the old logo: got %t, %v", had, err)
		}
		had, err = sc.HadLogo(first.Org, strings.Repeat("b", 64))
		if had || err != nil {
			t.Errorf("another picture: got %t, %v", had, err)
		}
		return nil
	})
}
