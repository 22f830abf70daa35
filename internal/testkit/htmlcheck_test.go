package testkit_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"laurel/internal/testkit"
)

const soundPage = `<!doctype html><html lang="en"><head><title>A</title><meta name="viewport" content="w"></head><body><main>
<h1>Your queue</h1><h2>Waiting</h2><p class="lead big">Two  of
<b>three</b></p><a class="button" rel="next" href="#x">Later</a><p id="x">There</p>
<label for="f">Name</label><input id="f" name="n"></main></body></html>`

func TestSound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ old, new, want string }{
		"sound":          {"", "", ""},
		"two h1":         {"<h2>", "<h1>", "2 × h1"},
		"no language":    {` lang="en"`, "", "no lang"},
		"no title":       {"<title>A</title>", "", "0 × title"},
		"skipped level":  {"<h2>Waiting</h2>", "<h3>Waiting</h3>", "skips a level"},
		"no label":       {`for="f"`, "", `"n" has no label`},
		"dangling label": {`id="f"`, "", `"f", which is not there`},
		"same id":        {`id="x"`, `id="f"`, "twice"},
		"inline script":  {"Waiting", "<script>1</script>", "inline script"},
		"inline style":   {"<h2>", `<h2 style="color:red">`, "attribute style"},
		"handler":        {"<h2>", `<h2 onclick="x()">`, "attribute onclick"},
		"script address": {"#x", " JavaScript:x()", "runs script"},
		"picture":        {"Waiting", "<img src=a>", "img without alt"},
		"empty link":     {"Later", "", "a without words"},
		"lost link":      {"#x", "#y", "#y, which is not there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, err := html.Parse(strings.NewReader(strings.Replace(soundPage, c.old, c.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join(testkit.Sound(root), "\n")
			if c.want == "" && got != "" || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSelectors(t *testing.T) {
	t.Parallel()
	testkit.Page(
		t, soundPage,
		testkit.In("h1", testkit.HasText("Your queue"), testkit.LacksText("Two")),
		testkit.In("main p.lead.big", testkit.HasText("Two of three")),
		testkit.In("a.button[rel=next]", testkit.HasAttr("href", "#x")),
		testkit.In("#x"), testkit.Count("p", 2), testkit.NotIn("p.lead p"), testkit.NotIn("table"),
	)
	root, err := html.Parse(strings.NewReader(soundPage))
	if err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]testkit.HTMLCheck{
		"missing":    testkit.In("table"),
		"other text": testkit.In("h1", testkit.HasText("Their queue")),
		"count":      testkit.Count("p", 3),
		"attribute":  testkit.In("a", testkit.HasAttr("rel", "prev")),
	} {
		if check(root) == nil {
			t.Errorf("%s: the check passed", name)
		}
	}
}
