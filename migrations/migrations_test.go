package migrations_test

import (
	"io/fs"
	"regexp"
	"slices"
	"testing"

	"laurel/migrations"
)

// The same numbers and names in both folders, counted up without a hole.
func TestPairs(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, dialect := range []string{"sqlite", "postgres"} {
		files, err := migrations.For(dialect)
		if err != nil {
			t.Fatal(err)
		}
		if names[dialect], err = fs.Glob(files, "*"); err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(names["sqlite"], names["postgres"]) {
		t.Errorf("sqlite has %q, postgres has %q", names["sqlite"], names["postgres"])
	}
	form := regexp.MustCompile(`^\d{4}_[a-z_]+\.sql$`)
	for _, name := range names["sqlite"] {
		if !form.MatchString(name) {
			t.Errorf("%q is not of the form 0001_what_it_brings.sql", name)
		}
	}
	numbers := slices.Clone(names["sqlite"])
	for i := range numbers {
		numbers[i] = numbers[i][:4]
	}
	if len(slices.Compact(numbers)) != len(names["sqlite"]) {
		t.Errorf("a number is used twice: %q", names["sqlite"])
	}
}
