package verifier

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"testing"
	"time"
)

// fill sets every field below v, each to a value of its own.
func fill(v reflect.Value, n *int, depth int) {
	*n++
	switch v.Kind() { //nolint:exhaustive // a report holds no other kinds, and the test would say so
	case reflect.String:
		v.SetString(fmt.Sprintf("%d \"\\\x01\n<é\U0001f600>", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), n, depth-1)
		}
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			fill(v.Index(0), n, depth-1)
			fill(v.Index(1), n, depth-1)
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"b": strconv.Itoa(*n), "a": "x", "<\"": ""}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			zone := time.FixedZone("", (*n%23-11)*3600)
			v.Set(reflect.ValueOf(time.Unix(int64(1_700_000_000+*n), int64(*n%2)*123_000_000).In(zone)))
			return
		}
		for _, field := range v.Fields() {
			fill(field, n, depth)
		}
	}
}

// sameJSON holds AppendJSON against encoding/json.
func sameJSON(t *testing.T, r *Report) {
	t.Helper()
	written, err := r.AppendJSON([]byte("before"))
	if err != nil {
		t.Fatal(err)
	}
	reference, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal(written[len("before"):], &got); err != nil {
		t.Fatalf("%v\n%s", err, written)
	}
	if err := json.Unmarshal(reference, &want); err != nil {
		t.Fatal(err)
	}
	if at, same := differs("", got, want); !same {
		t.Errorf("AppendJSON lacks, adds or changes %s", at)
	}
}

// differs tells where two JSON values are not the same.
func differs(at string, got, want any) (place string, same bool) {
	a, isA := got.(map[string]any)
	b, isB := want.(map[string]any)
	if !isA || !isB {
		return at, reflect.DeepEqual(got, want)
	}
	for name := range b {
		if place, same := differs(at+"/"+name, a[name], b[name]); !same {
			return place, false
		}
	}
	for name := range a {
		if _, ok := b[name]; !ok {
			return at + "/" + name, false
		}
	}
	return at, true
}

// TestAppendJSON: a report with every field, one with each field alone, and an
// empty one are written as encoding/json writes them.
func TestAppendJSON(t *testing.T) {
	t.Parallel()
	for depth := range 6 {
		var r Report
		n := depth
		fill(reflect.ValueOf(&r).Elem(), &n, depth)
		if r.Checks == nil {
			r.Checks = []Check{{}} // a report always has some
		}
		sameJSON(t, &r)
	}
	for _, s := range []Summary{{}, {Subject: SubjectInfo{Name: "A"}}, {Achievement: AchievementInfo{Alignments: []AlignmentInfo{{}}}}} {
		sameJSON(t, &Report{AsOf: time.Unix(1, 0).UTC(), Checks: []Check{{}}, Credential: &s})
	}
}
