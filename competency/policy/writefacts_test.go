package policy

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// TestFactsAreWrittenAsJSON: the fast writer and encoding/json agree, over facts
// drawn at random and over facts of which every member is set.
func TestFactsAreWrittenAsJSON(t *testing.T) {
	t.Parallel()
	same := func(t interface {
		Fatal(args ...any)
		Fatalf(format string, args ...any)
	}, f Facts,
	) {
		want, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if got := appendFacts(nil, &f); string(got) != string(want) {
			t.Fatalf("got  %s\nwant %s", got, want)
		}
	}
	var full Facts
	fill(reflect.ValueOf(&full).Elem())
	same(t, full)
	same(t, Facts{})
	same(t, Facts{Learner: "a\"b\\<&>\x00é\xff ", Courses: []CourseFact{{}}, Framework: Catalogue{Standards: []Standard{{}, {Indicators: []Indicator{}}}}})
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts(t)
		f.Learner = rapid.String().Draw(t, "learner")
		same(t, f)
		same(t, f.normal())
		same(t, drawCredits(t))
	})
}

// fill sets every member of a value to something.
func fill(v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // facts are made of these
	case reflect.Struct:
		for _, member := range v.Fields() {
			fill(member)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, key := range []string{"b", "a"} {
			member := reflect.New(v.Type().Elem()).Elem()
			fill(member)
			v.SetMapIndex(reflect.ValueOf(key), member)
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(125)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("facts hold a " + v.Kind().String())
	}
}
