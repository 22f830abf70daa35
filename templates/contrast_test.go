package templates_test

import (
	"maps"
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

var (
	tokenBlock = regexp.MustCompile(`(?s):root(?:, \.paper)? \{(.*?)\n\s*\}`)
	token      = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6});`)
)

// tokens reads the colours of the stylesheet: light, dark and print, in the
// order of the file. Each begins with the light ones, as the cascade does.
func tokens(t *testing.T) (sets [3]map[string]string) {
	t.Helper()
	css, err := os.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, block := range tokenBlock.FindAllStringSubmatch(string(css), -1) {
		found := token.FindAllStringSubmatch(block[1], -1)
		if len(found) == 0 {
			continue
		}
		if n == len(sets) {
			t.Fatal("a fourth set of colours")
		}
		sets[n] = map[string]string{}
		maps.Copy(sets[n], sets[0])
		for _, m := range found {
			sets[n][m[1]] = m[2]
		}
		n++
	}
	if n != len(sets) {
		t.Fatalf("%d sets of colours, want %d", n, len(sets))
	}
	return sets
}

// WCAG 2.2, 1.4.3 (text, 4.5:1) and 1.4.11 (lines and icons, 3:1).
func TestContrast(t *testing.T) {
	t.Parallel()
	type pair struct {
		front, back string
		least       float64
	}
	pairs := []pair{
		{"on-laurel", "laurel", 4.5},
		{"on-laurel", "laurel-deep", 4.5},
		{"laurel-deep", "laurel-wash", 4.5},
		{"muted", "laurel-wash", 4.5},
		{"laurel", "laurel-wash", 3},
		{"gold", "raised", 3},
		{"laurel", "sunk", 3},
		{"stop", "raised", 4.5},
	}
	for _, back := range []string{"paper", "raised", "sunk"} {
		for _, front := range []string{"ink", "muted", "laurel", "laurel-deep"} {
			pairs = append(pairs, pair{front, back, 4.5})
		}
		pairs = append(pairs, pair{"edge", back, 3})
	}
	for _, signal := range []string{"genuine", "attention", "stop", "unknown"} {
		for front, back := range map[string]string{signal: signal + "-wash", "ink": signal + "-wash"} {
			pairs = append(pairs, pair{front, back, 4.5})
		}
		pairs = append(pairs, pair{signal, "paper", 4.5})
	}
	for i, set := range tokens(t) {
		scheme := []string{"light", "dark", "print"}[i]
		for _, p := range pairs {
			if p.back == "laurel" && scheme == "print" {
				continue // buttons are not printed
			}
			if got := contrast(t, set[p.front], set[p.back]); got < p.least {
				t.Errorf("%s: %s on %s is %.2f:1, want %.1f:1", scheme, p.front, p.back, got, p.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 4 {
		hex = "#" + string([]byte{hex[1], hex[1], hex[2], hex[2], hex[3], hex[3]})
	}
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		t.Fatalf("%q: %v", hex, err)
	}
	linear := func(c uint64) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8&255) + 0.0722*linear(n&255)
}
