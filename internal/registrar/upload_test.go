package registrar

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"laurel/competency"
)

// A server that is stopped in the middle of a piece, and one that lost bytes
// with its disk, go on where the file stands.
func TestUploadsSurviveARestart(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		ctx, content := t.Context(), strings.Repeat("What I saw at the pond. ", 4000)
		u, err := w.BeginUpload(ctx, w.learner, NewUpload{Name: "notes.txt", Size: int64(len(content))})
		if err != nil {
			t.Fatal(err)
		}
		send := func(from int64, body io.Reader) (competency.Upload, error) {
			return w.ReceiveUpload(ctx, w.learner, u.ID, Piece{Offset: from, Body: body, Stop: func() {}})
		}
		cut := io.MultiReader(strings.NewReader(content[:30_000]), iotest.ErrReader(io.ErrUnexpectedEOF))
		if _, err := send(0, cut); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("a broken piece: %v", err)
		}
		// What was written and not recorded when the server died is written over.
		f, err := os.OpenFile(w.uploadPath(u.ID), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = f.WriteString("never acknowledged")
		_ = f.Close()
		restarted, err := New(w.Options)
		if err != nil {
			t.Fatal(err)
		}
		w.Registrar = restarted
		if now, err := w.Upload(ctx, w.learner, u.ID); err != nil || now.Received != 30_000 {
			t.Fatalf("after a restart %d bytes are there, %v", now.Received, err)
		}
		// A disk that lost the end is believed.
		if err := os.Truncate(w.uploadPath(u.ID), 10_000); err != nil {
			t.Fatal(err)
		}
		whole, err := send(10_000, strings.NewReader(content[10_000:]))
		if err != nil || whole.State != competency.UploadWhole || whole.MediaType != "text/plain" {
			t.Fatalf("got %+v, %v", whole, err)
		}
		if kept := w.readWhole(t, whole.SHA256); kept != content {
			t.Errorf("%d bytes were kept of %d", len(kept), len(content))
		}
		if _, err := os.Stat(w.uploadPath(u.ID)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the pieces are still there: %v", err)
		}
	})
}

func TestUploadsRunOut(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		ctx := t.Context()
		u, err := w.BeginUpload(ctx, w.learner, NewUpload{Name: "notes.txt", Size: 100})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ReceiveUpload(ctx, w.learner, u.ID, Piece{Body: bytes.NewReader(make([]byte, 50)), Stop: func() {}}); err != nil {
			t.Fatal(err)
		}
		w.ahead.Store(int64((competency.UploadDays*24 + 1) * time.Hour))
		if _, err := w.Upload(ctx, w.learner, u.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("after its time: %v", err)
		}
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(w.uploadPath(u.ID)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("its bytes are still there: %v", err)
		}
	})
}

func TestTheHashOfAFileIsHeldAgainstItsSenders(t *testing.T) {
	t.Parallel()
	eachOutside(t, func(t *testing.T, w *outsideWorld) {
		ctx := t.Context()
		u, err := w.BeginUpload(ctx, w.learner, NewUpload{Name: "notes.txt", Size: 5, SHA256: hashOf("other")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.ReceiveUpload(ctx, w.learner, u.ID, Piece{Body: strings.NewReader("notes"), Stop: func() {}}); !errors.Is(err, competency.ErrInvalid) {
			t.Errorf("another file: %v", err)
		}
		if _, err := w.Upload(ctx, w.learner, u.ID); !errors.Is(err, competency.ErrNotFound) {
			t.Errorf("it is still there: %v", err)
		}
	})
}
