package policy

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestAmounts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Amount{"0": 0, "0.25": 25, "1": 100, "2.5": 250, "22.50": 2250, "0.05": 5, "10000": 1_000_000, "7.500000": 750} {
		if got, err := ParseAmount(text); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".5", "1.", "-1", "+1", "1e2", "0.333", "10000.01", "123456", "1,5", " 1", "0x1", "1.2.3"} {
		if got, err := ParseAmount(text); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
	if got := Amount(-150).String(); got != "-1.5" {
		t.Errorf("got %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.IntRange(0, int(maxAmount)).Draw(t, "amount"))
		b, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var again Amount
		if err := json.Unmarshal(b, &again); err != nil || again != a {
			t.Fatalf("%s was read as %d, %v", b, again, err)
		}
	})
}
