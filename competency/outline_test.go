package competency

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// small is a framework with two standards, a skill and what stands below them.
func small() Outline {
	return InOrder([]FrameworkRow{
		{Line: 1, Code: "A", Kind: StandardItem, Text: "First"},
		{Line: 2, Code: "A.1", Parent: "A", Kind: IndicatorItem, Text: "Plan"},
		{Line: 3, Code: "A.2", Parent: "A", Kind: IndicatorItem, Text: "Do", Prerequisites: []string{"A.1"}},
		{Line: 4, Code: "A.2.x", Parent: "A.2", Kind: ObjectiveItem, Text: "A step"},
		{Line: 5, Code: "B", Kind: StandardItem, Text: "Second"},
		{Line: 6, Code: "B.1", Parent: "B", Kind: IndicatorItem, Text: "Tell"},
		{Line: 7, Code: "S", Kind: SkillItem, Text: "Skill"},
	})
}

// shape is an outline in one line: codes with their depth.
func shape(o Outline) string {
	var b strings.Builder
	for i, d := range o.Depth() {
		fmt.Fprintf(&b, "%s%s ", strings.Repeat(">", d), o[i].Code)
	}
	return strings.TrimSpace(b.String())
}

func TestMove(t *testing.T) {
	t.Parallel()
	const unmoved = "A >A.1 >A.2 >>A.2.x B >B.1 S"
	for _, c := range []struct {
		code string
		to   Direction
		want string // empty where it is refused
	}{
		{"A.2", MoveUp, "A >A.2 >>A.2.x >A.1 B >B.1 S"},
		{"A", MoveDown, "B >B.1 A >A.1 >A.2 >>A.2.x S"},
		{"B", MoveUp, "B >B.1 A >A.1 >A.2 >>A.2.x S"},
		{"B", MoveIn, "A >A.1 >A.2 >>A.2.x >B >>B.1 S"},
		{"A.1", MoveUp, ""},
		{"S", MoveDown, ""},
		{"A", MoveIn, ""},
		{"S", MoveIn, ""},
		{"A.2", MoveIn, ""},
		{"A.1", MoveOut, ""},
		{"A", MoveOut, ""},
		{"A.2.x", MoveOut, ""},
		{"Z", MoveUp, ""},
		{"A", "aside", ""},
	} {
		got, err := small().Move(c.code, c.to)
		switch {
		case c.want == "" && (!errors.Is(err, ErrConflict) || shape(got) != unmoved):
			t.Errorf("%s %s: got %s, %v", c.code, c.to, shape(got), err)
		case c.want != "" && (err != nil || shape(got) != c.want):
			t.Errorf("%s %s: got %s, %v", c.code, c.to, shape(got), err)
		}
		if small().MayMove(c.code, c.to) != (c.want != "") {
			t.Errorf("%s %s: what the page offers differs", c.code, c.to)
		}
	}
	in, _ := small().Move("B", MoveIn)
	if back, err := in.Move("B", MoveOut); err != nil || shape(back) != unmoved {
		t.Errorf("in and out: %s, %v", shape(back), err)
	}
}

func TestRetireAndEdit(t *testing.T) {
	t.Parallel()
	published := func(code string) bool { return code != "A.1" && code != "B.1" }
	o, err := small().Retire("A", true, published)
	if err != nil || shape(o) != "A >A.2 >>A.2.x B >B.1 S" || !o[0].Retired || !o[1].Retired || !o[2].Retired || o[3].Retired {
		t.Fatalf("got %s, %v, %v", shape(o), o, err)
	}
	if len(o[1].Prerequisites) != 0 {
		t.Errorf("what is gone still stands before: %v", o[1].Prerequisites)
	}
	if o, err = o.Retire("A.2.x", false, published); err != nil || o[0].Retired || o[1].Retired || o[2].Retired {
		t.Errorf("used again: %v, %v", o, err)
	}
	words := ItemWords{Code: "A.9", Text: " Plan well ", Kind: IndicatorItem}
	o, err = small().Edit("A.1", words, false)
	if err != nil || o[1].Code != "A.9" || o[1].Text != "Plan well" || !slices.Equal(o[2].Prerequisites, []string{"A.9"}) {
		t.Errorf("renamed: %v, %v", o, err)
	}
	if _, err = small().Edit("A.1", words, true); !errors.Is(err, ErrConflict) {
		t.Errorf("a published code changed: %v", err)
	}
	for pointer, w := range map[string]ItemWords{
		"/code": {Code: "B", Text: "x", Kind: IndicatorItem}, "/text": {Code: "A.2", Kind: IndicatorItem},
		"/parent": {Code: "A.2", Text: "x", Kind: PortraitItem}, "/kind": {Code: "A.2", Text: "x", Kind: StandardItem},
		"/prerequisites": {Code: "A.2", Text: "x", Kind: IndicatorItem, Prerequisites: []string{"Z"}},
	} {
		var wrong *Error
		if _, err := small().Edit("A.2", w, false); !errors.As(err, &wrong) || len(wrong.Fields) == 0 || wrong.Fields[0].Pointer != pointer {
			t.Errorf("%s: got %v", pointer, err)
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	next, err := small().Edit("B.1", ItemWords{Code: "B.1", Text: "Tell it well", Kind: IndicatorItem}, true)
	if err != nil {
		t.Fatal(err)
	}
	next, _ = next.Move("S", MoveUp)
	next, _ = next.Add(FrameworkRow{Code: "S.1", Parent: "S", Kind: IndicatorItem, Text: "New"})
	next = slices.DeleteFunc(next, func(r FrameworkRow) bool { return r.Code == "A.1" })
	next[0].Retired = true
	c := small().Changes(next.After(small()))
	if len(c.Added) != 1 || len(c.Retired) != 2 || len(c.Changed) != 1 || c.Changed[0].What[0] != "text" || c.Same != 4 || !c.Any() {
		t.Errorf("got %+v", c)
	}
	if c := small().Changes(small()); c.Any() || c.Same != 7 {
		t.Errorf("nothing differs: %+v", c)
	}
	renamed, names := Outline{{Code: "NEW", CaseID: "u"}, {Code: "N.1", Parent: "NEW", Prerequisites: []string{"NEW"}}}.KnownBy(Outline{{Code: "OLD", CaseID: "u"}})
	if renamed[0].Code != "OLD" || renamed[1].Parent != "OLD" || renamed[1].Prerequisites[0] != "OLD" || names["NEW"] != "OLD" {
		t.Errorf("got %+v, %v", renamed, names)
	}
}

func TestByStandard(t *testing.T) {
	t.Parallel()
	items := []Item{
		{ID: "p", Kind: PortraitItem},
		{ID: "m", Parent: "p", Kind: StandardItem, Code: "M"},
		{ID: "n", Parent: "m", Kind: StandardItem, Code: "M.N"},
		{ID: "i", Parent: "n", Kind: IndicatorItem, Code: "M.N.1"},
		{ID: "j", Parent: "m", Kind: IndicatorItem, Code: "M.1", Retired: true},
		{ID: "s", Parent: "p", Kind: SkillItem, Code: "S"},
		{ID: "k", Parent: "s", Kind: IndicatorItem, Code: "S.1"},
		{ID: "o", Parent: "k", Kind: ObjectiveItem},
	}
	var got []string
	for _, s := range ByStandard(items) {
		codes := []string{s.Code + "<" + string(s.Within)}
		for _, it := range s.Indicators {
			codes = append(codes, it.Code)
		}
		got = append(got, strings.Join(codes, " "))
	}
	if want := []string{"M< M.N.1", "M.N<m M.N.1", "S< S.1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if outer := Outer(ByStandard(items)); len(outer) != 2 {
		t.Errorf("outer: %v", outer)
	}
}

// Whatever is done to an outline, it stays a tree that can be published and no
// item is lost but those that were never published (ADR 0018).
func TestOutlineStaysATree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := small()
		published := map[string]bool{}
		for _, r := range o {
			published[r.Code] = true
		}
		isPublished := func(code string) bool { return published[code] }
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			r := o[rapid.IntRange(0, len(o)-1).Draw(t, "at")]
			var next Outline
			var err error
			switch rapid.IntRange(0, 4).Draw(t, "do") {
			case 0:
				next, err = o.Move(r.Code, rapid.SampledFrom([]Direction{MoveUp, MoveDown, MoveIn, MoveOut}).Draw(t, "to"))
			case 1:
				next, err = o.Add(FrameworkRow{Code: o.NextCode(r.Code), Parent: r.Code, Kind: rapid.SampledFrom(ItemKinds).Draw(t, "kind"), Text: "New"})
			case 2:
				next, err = o.Retire(r.Code, rapid.Bool().Draw(t, "retired"), isPublished)
			default:
				next, err = o.Edit(r.Code, ItemWords{Code: r.Code, Text: "Other", Kind: rapid.SampledFrom(ItemKinds).Draw(t, "kind")}, isPublished(r.Code))
			}
			if err == nil {
				o = next
			}
		}
		rows := slices.Clone(o)
		for i := range rows {
			rows[i].Line, rows[i].Position = i+1, 0
		}
		if bad := CheckRows(rows); len(bad) > 0 {
			t.Fatalf("%s: %v", shape(o), bad)
		}
		if again := InOrder(rows); shape(again) != shape(o) {
			t.Fatalf("the order is not that of a tree: %s, %s", shape(o), shape(again))
		}
		for code := range published {
			if o.At(code) < 0 {
				t.Fatalf("%s is lost: %s", code, shape(o))
			}
		}
	})
}
