package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/internal/testkit/stores"
)

func TestPlaces(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		state, _ := tenant(t, s, "state")
		var district competency.OrgID
		if err := s.InAll(t.Context(), func(tx *store.Tx) error {
			district = competency.OrgID(tx.ID())
			sc, err := tx.Scope(district)
			if err != nil {
				return err
			}
			root, err := sc.AddOrg(competency.Org{
				ID: district, Parent: state, Kind: competency.District, Name: "Maple", Slug: "maple", Zone: "UTC",
				Locality: "Maple, Vermont", Website: "https://maple.example",
			})
			if root.Tenant != district || root.Created.IsZero() {
				t.Errorf("got %+v, want its own tenant", root)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		in(t, s, district, func(sc *store.Scope) error {
			for _, name := range []string{"West", "East"} {
				o, err := sc.AddOrg(competency.Org{Parent: district, Kind: competency.School, Name: name, Slug: "maple-" + name, Zone: "UTC"})
				if err != nil {
					return err
				}
				if got, err := sc.Org(o.ID); got != o || err != nil {
					t.Errorf("got %+v, %v, want %+v", got, err, o)
				}
			}
			return nil
		})
		for name, o := range map[string]competency.Org{
			"no parent":                {Kind: competency.School, Name: "X", Slug: "x", Zone: "UTC"},
			"parent of another tenant": {Parent: state, Kind: competency.School, Name: "X", Slug: "x", Zone: "UTC"},
		} {
			err := s.In(t.Context(), district, func(sc *store.Scope) error { _, err := sc.AddOrg(o); return err })
			if !errors.Is(err, competency.ErrNotFound) {
				t.Errorf("%s: got %v, want ErrNotFound", name, err)
			}
		}
		err := s.In(t.Context(), district, func(sc *store.Scope) error {
			_, err := sc.AddOrg(competency.Org{Parent: district, Kind: competency.School, Name: "X", Slug: "state", Zone: "UTC"})
			return err
		})
		wantKind(t, err, competency.ErrConflict)
		read(t, s, district, func(sc *store.Scope) error {
			orgs, err := sc.Orgs()
			var names []string
			for _, o := range orgs {
				names = append(names, o.Name)
			}
			if want := []string{"Maple", "East", "West"}; !slices.Equal(names, want) {
				t.Errorf("got %v, want %v", names, want)
			}
			above, errAbove := sc.OrgAnywhere(state)
			if above.Slug != "state" {
				t.Errorf("got %+v, want the state", above)
			}
			bySlug, errSlug := sc.OrgBySlug("maple")
			if bySlug.ID != district || bySlug.Locality != "Maple, Vermont" {
				t.Errorf("got %+v, want the district", bySlug)
			}
			all, errTenants := sc.Tenants()
			if len(all) != 2 {
				t.Errorf("got %d tenants, want 2", len(all))
			}
			return errors.Join(err, errAbove, errSlug, errTenants)
		})
	})
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, _ := tenant(t, s, "home")
		away, _ := tenant(t, s, "away")
		var account competency.Account
		if err := s.InAll(t.Context(), func(tx *store.Tx) (err error) {
			if any, err := tx.AnyAccount(); any || err != nil {
				t.Errorf("first run: got %v, %v", any, err)
			}
			account, err = tx.AddAccount(" Ana@School.example ", "hash")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		err := s.InAll(t.Context(), func(tx *store.Tx) error { _, err := tx.AddAccount("ana@school.EXAMPLE", "x"); return err })
		wantKind(t, err, competency.ErrConflict)
		for _, at := range []competency.OrgID{home, away} {
			in(t, s, at, func(sc *store.Scope) error {
				_, err := sc.AddPerson(competency.Person{Legal: "Ana at " + string(at), Account: account.ID})
				return err
			})
		}
		err = s.In(t.Context(), home, func(sc *store.Scope) error {
			_, err := sc.AddPerson(competency.Person{Legal: "Second", Account: account.ID})
			return err
		})
		wantKind(t, err, competency.ErrConflict)
		if err := s.InAll(t.Context(), func(tx *store.Tx) error {
			return errors.Join(tx.SetPassword(account.ID, "other"), tx.BumpEpoch(account.ID))
		}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, s.InAll(t.Context(), func(tx *store.Tx) error { return tx.BumpEpoch("nobody") }), competency.ErrNotFound)
		if err := s.ReadAll(t.Context(), func(tx *store.Tx) error {
			got, err := tx.AccountByLogin("ANA@school.example")
			if got.PasswordHash != "other" || got.Epoch != 2 || got.ID != account.ID {
				t.Errorf("got %+v, want the other hash in epoch 2", got)
			}
			_, errMissing := tx.AccountByLogin("ben@school.example")
			wantKind(t, errMissing, competency.ErrNotFound)
			member, errMember := tx.Memberships(account.ID)
			if len(member) != 2 || member[0].Name != "District away" || member[0].Tenant != away || member[0].Used != "Ana at "+string(away) {
				t.Errorf("got memberships %+v", member)
			}
			return errors.Join(err, errMember)
		}); err != nil {
			t.Error(err)
		}
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, school := tenant(t, s, "home")
		add := func(p competency.Person) (added competency.Person) {
			in(t, s, home, func(sc *store.Scope) (err error) { added, err = sc.AddPerson(p); return err })
			return added
		}
		zoe := add(competency.Person{Legal: "Zoë Ünal", Born: "2009-03-01", DirectoryOptOut: true})
		add(competency.Person{Legal: "Robert_ 100% Stone", Used: "Bob"})
		add(competency.Person{Legal: "Ann Stone"})
		if zoe.Used != zoe.Legal || zoe.Diploma != zoe.Legal {
			t.Errorf("got %+v, want names that default to the legal one", zoe)
		}
		in(t, s, home, func(sc *store.Scope) error {
			return errors.Join(
				sc.Enroll(competency.Enrollment{Person: zoe.ID, School: school, EntryYear: 2023, GraduationYear: 2027, Grade: "12"}),
				sc.SetNames(zoe.ID, "Zoë Ünal", "Zo", ""),
				sc.SetNames(zoe.ID, "Zoë Ünal", "Zo", "Zoë Ünal"), // no change
				sc.SetNames(zoe.ID, "Zoë Ünal", "Zee", ""),
			)
		})
		for name, c := range map[string]struct {
			filter store.PeopleFilter
			page   store.Page
			want   []string
			total  int64
		}{
			"all":            {want: []string{"Ann Stone", "Bob", "Zee"}, total: 3},
			"second page":    {page: store.Page{Offset: 1, Limit: 1}, want: []string{"Bob"}, total: 3},
			"small letters":  {filter: store.PeopleFilter{Name: "ÜNAL"}, want: []string{"Zee"}, total: 1},
			"legal name":     {filter: store.PeopleFilter{Name: "stone"}, want: []string{"Ann Stone", "Bob"}, total: 2},
			"former name":    {filter: store.PeopleFilter{Name: "zo\n"}},
			"signs of LIKE":  {filter: store.PeopleFilter{Name: "_ 100%"}, want: []string{"Bob"}, total: 1},
			"any by percent": {filter: store.PeopleFilter{Name: "a%e"}},
			"enrolled":       {filter: store.PeopleFilter{School: school, GraduationYear: 2027}, want: []string{"Zee"}, total: 1},
			"other year":     {filter: store.PeopleFilter{School: school, GraduationYear: 2026}},
			"staff":          {filter: store.PeopleFilter{Role: competency.Teacher}},
		} {
			read(t, s, home, func(sc *store.Scope) error {
				people, total, err := sc.People(c.filter, c.page)
				var got []string
				for _, p := range people {
					got = append(got, p.Used)
				}
				if !slices.Equal(got, c.want) || total != c.total {
					t.Errorf("%s: got %q of %d, want %q of %d", name, got, total, c.want, c.total)
				}
				return err
			})
		}
		read(t, s, home, func(sc *store.Scope) error {
			names, err := sc.NamesOf(zoe.ID)
			var used []string
			for _, n := range names {
				if n.Kind == competency.UsedName {
					used = append(used, n.Name)
					if (n.Name == "Zee") != n.Until.IsZero() {
						t.Errorf("%q is in force until %v", n.Name, n.Until)
					}
				}
			}
			if want := []string{"Zoë Ünal", "Zo", "Zee"}; len(names) != 5 || !slices.Equal(used, want) {
				t.Errorf("got names %+v, want the used ones to be %q", names, want)
			}
			got, errPerson := sc.Person(zoe.ID)
			if got.Born != "2009-03-01" || !got.DirectoryOptOut || got.Diploma != "Zoë Ünal" || !got.Created.Equal(zoe.Created) {
				t.Errorf("got %+v", got)
			}
			return errors.Join(err, errPerson)
		})
		in(t, s, home, func(sc *store.Scope) error { return sc.SetDirectoryOptOut(zoe.ID, false) })
		read(t, s, home, func(sc *store.Scope) error {
			got, err := sc.Person(zoe.ID)
			if got.DirectoryOptOut {
				t.Error("opted out still")
			}
			return err
		})
	})
}

func TestStanding(t *testing.T) {
	t.Parallel()
	stores.Each(t, func(t *testing.T, s *store.Store) {
		home, school := tenant(t, s, "home")
		var account competency.Account
		var person competency.Person
		if err := s.InAll(t.Context(), func(tx *store.Tx) (err error) {
			if account, err = tx.AddAccount("lee", "hash"); err != nil {
				return err
			}
			sc, err := tx.Scope(home)
			if err != nil {
				return err
			}
			person, err = sc.AddPerson(competency.Person{Legal: "Lee"})
			return errors.Join(err, sc.SetAccount(person.ID, account.ID))
		}); err != nil {
			t.Fatal(err)
		}
		actor := func() (a competency.Actor) {
			read(t, s, home, func(sc *store.Scope) (err error) { a, err = sc.ActorOf(account.ID); return err })
			return a
		}
		if a := actor(); a.Person != person.ID || a.Tenant != home || len(a.Roles()) != 0 {
			t.Errorf("without standing: got %+v", a)
		}
		past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		in(t, s, home, func(sc *store.Scope) error {
			return errors.Join(
				sc.AddStaffing(competency.Staffing{Person: person.ID, Org: home, Role: competency.DistrictLead}),
				sc.AddStaffing(competency.Staffing{Person: person.ID, Org: school, Role: competency.Teacher}),
				sc.AddStaffing(competency.Staffing{Person: person.ID, Org: school, Role: competency.Principal, From: past.Add(-time.Hour), Until: past}),
				sc.AddStaffing(competency.Staffing{Person: person.ID, Org: school, Role: competency.Counselor, From: future}),
				sc.Enroll(competency.Enrollment{Person: person.ID, School: school, GraduationYear: 2027}),
			)
		})
		wantKind(t, s.In(t.Context(), home, func(sc *store.Scope) error {
			return sc.AddStaffing(competency.Staffing{Person: person.ID, Org: school, Role: competency.Teacher})
		}), competency.ErrConflict)
		a := actor()
		if !a.At(home, competency.DistrictLead) || !a.At(school, competency.DistrictLead) || !a.At(school, competency.Teacher) ||
			a.At(home, competency.Teacher) || a.Is(competency.Principal, competency.Counselor) || !slices.Equal(a.Schools, []competency.OrgID{school}) {
			t.Errorf("got %+v", a)
		}
		in(t, s, home, func(sc *store.Scope) error {
			teachers, err := sc.StaffAt(school, competency.Teacher)
			if len(teachers) != 1 || teachers[0].Person != person.ID || !teachers[0].Until.IsZero() {
				t.Errorf("got teachers %+v", teachers)
			}
			held, errHeld := sc.StaffingOf(person.ID)
			if len(held) != 2 {
				t.Errorf("got staffing %+v, want 2", held)
			}
			class, errClass := sc.ClassMembers(school, 2027)
			if len(class) != 1 {
				t.Errorf("got class %+v", class)
			}
			place, errPlace := sc.EnrollmentOf(person.ID)
			places, errPlaces := sc.Enrollments(school)
			if place.School != school || !slices.Equal(places, []competency.Enrollment{place}) {
				t.Errorf("got enrollments %+v and %+v", place, places)
			}
			return errors.Join(err, errHeld, errClass, errPlace, errPlaces,
				sc.EndStaffing(person.ID, home, competency.DistrictLead), sc.EndEnrollment(person.ID, school))
		})
		if a := actor(); a.Is(competency.DistrictLead) || !a.At(school, competency.Teacher) || len(a.Schools) != 0 {
			t.Errorf("after leaving: got %+v", a)
		}
		wantKind(t, s.In(t.Context(), home, func(sc *store.Scope) error {
			return sc.EndStaffing(person.ID, home, competency.DistrictLead)
		}), competency.ErrNotFound)
		for _, nobody := range []competency.AccountID{"", "x"} {
			wantKind(t, s.Read(t.Context(), home, func(sc *store.Scope) error { _, err := sc.ActorOf(nobody); return err }), competency.ErrNotFound)
		}
	})
}
