package api

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// recording is the smallest MP4 that is whole.
var recording = []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + "\x00\x00\x00\x10moov" + strings.Repeat("\x00", 8) + "\x00\x00\x02\x08mdat" + strings.Repeat("\x00", 512))

// sound are eight frames of silence, MPEG-1 layer III at 128 kbit/s.
var sound = []byte(strings.Repeat("\xff\xfb\x90\x00"+strings.Repeat("\x00", 413), 8))

// Mission row 72: text, video, audio and pictures are all seen beside the
// rubric, and are the owner's and the teacher's alone.
func TestFourMediaBesideTheRubric(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	learner := w.as("learner")
	form := url.Values{"title": {"Rebuild log"}, "body": {"What I wrote"}, "reflection": {"I measured"}, "indicators": {"SCI.3"}}
	kind, sent := multipartForm(t, form, "IMG_1.jpg", smallPhoto(t))
	res, _ := learner.do(http.MethodPost, "/evidence", kind, sent)
	page := res.Header.Get("Location")
	for name, content := range map[string][]byte{"film.mp4": recording, "song.mp3": sound} {
		kind, sent := multipartForm(t, form, name, content)
		if res, body := learner.do(http.MethodPost, page, kind, sent); res.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %s %s", name, res.Status, body)
		}
	}
	if res, _ := learner.post(page+"/submit", url.Values{}); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.Status)
	}
	teacher := w.as("teacher")
	_, body := teacher.get("/judge/" + path.Base(page))
	testkit.Page(t, body, testkit.Count(".judge img", 1), testkit.Count(".judge video[controls]", 1), testkit.Count(".judge audio[controls]", 1), testkit.In(".judge", testkit.HasText("What I wrote")))
	film := body[strings.Index(body, `<video src="`)+len(`<video src="`):]
	film = film[:strings.IndexByte(film, '"')]
	res, body = teacher.get(film, "Range", "bytes=4-7")
	if res.StatusCode != http.StatusPartialContent || body != "ftyp" || res.Header.Get("Content-Type") != "video/mp4" {
		t.Errorf("a part of the film: %s %q", res.Status, body)
	}
	if h := res.Header; !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers: %v", h)
	}
	for _, who := range []string{"other-learner", "partner-teacher", "stranger"} {
		if res, _ := w.as(who).get(film); res.StatusCode != http.StatusNotFound {
			t.Errorf("the film as %s: %s", who, res.Status)
		}
	}
}
