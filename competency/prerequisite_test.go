package competency

import "testing"

// What stands before an item is named while it is open (mission row 4).
func TestOpenBefore(t *testing.T) {
	t.Parallel()
	items := []Item{
		{Code: "M.1", Text: "Count"},
		{Code: "M.2", Text: "Reason"},
		{Code: "M.0", Text: "Gone", Retired: true},
		{Code: "M.3", Text: "Explain", Prerequisites: []string{"M.2", "M.1", "M.0", "X.9"}},
	}
	for name, c := range map[string]struct {
		code string
		open []string
		want []string
	}{
		"both open":     {"M.3", []string{"M.1", "M.2", "M.3", "M.0", "X.9"}, []string{"M.2", "M.1"}},
		"one is shown":  {"M.3", []string{"M.1", "M.3"}, []string{"M.1"}},
		"all are shown": {"M.3", []string{"M.3"}, nil},
		"nothing first": {"M.1", []string{"M.1", "M.2"}, nil},
		"no such item":  {"M.7", []string{"M.1"}, nil},
	} {
		open := map[string]bool{}
		for _, o := range c.open {
			open[o] = true
		}
		got := OpenBefore(items, c.code, open)
		if len(got) != len(c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
			continue
		}
		for i, it := range got {
			if it.Code != c.want[i] {
				t.Errorf("%s: got %v, want %v", name, got, c.want)
			}
		}
	}
}
