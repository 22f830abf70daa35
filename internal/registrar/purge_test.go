package registrar

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"laurel/competency"
	"laurel/internal/store"
	"laurel/verifier"
)

// TestCredentialsOutliveTheirFiles: a diploma and its record rest on work whose
// files are purged years later; both documents are byte for byte what they were,
// and verify (domain invariant 14).
func TestCredentialsOutliveTheirFiles(t *testing.T) {
	t.Parallel()
	eachClass(t, 1, func(t *testing.T, w *classWorld) {
		learner := w.learners[0]
		w.work(t, learner, "class", "english", "", 4, "ELA.1", "ELA.2")
		path := w.keep(t, learner, "a field book of forty pages")
		w.graduate(t, w.open(t), learner)
		_, record := w.recordOf(t, learner)
		issued := []competency.CredentialID{w.diplomaOf(t, learner), record.ID}
		var before [][]byte
		for _, id := range issued {
			token, embedded := w.forms(t, id)
			before = append(before, token, embedded)
		}

		w.later(3 * 365 * 24 * time.Hour)
		done, err := w.PurgeFilesEverywhere(t.Context(), w.now().AddDate(-2, 0, 0), false)
		if _, kept := os.Stat(path); err != nil || done.Files != 1 || !errors.Is(kept, os.ErrNotExist) {
			t.Fatalf("purged: %+v, %v; the bytes: %v", done, err, kept)
		}
		ok(t, w.RenewLists(t.Context()))
		ok(t, w.RenewEndorsements(t.Context()))
		ok(t, w.Publish(t.Context()))
		var after [][]byte
		for _, id := range issued {
			token, embedded := w.forms(t, id)
			after = append(after, token, embedded)
		}
		for i, document := range after {
			if document == nil {
				continue // a record has one form
			}
			if !bytes.Equal(document, before[i]) {
				t.Errorf("document %d is not what it was", i)
			}
			if r := w.verdict(t, document); r.Verdict != verifier.Valid {
				t.Errorf("document %d: %s, %+v", i, r.Verdict, r.Checks)
			}
		}
	})
}

// keep attaches a file to the work of a learner and answers where its bytes are.
func (w *classWorld) keep(t *testing.T, learner competency.PersonID, text string) (path string) {
	t.Helper()
	files, err := w.saveFiles([]Upload{{Name: "field book.txt", Open: content(text)}})
	ok(t, err)
	w.in(t, func(sc *store.Scope) error {
		work, _, err := sc.EvidenceOf(learner, store.EvidenceFilter{}, store.Page{Limit: 1})
		if err != nil {
			return err
		}
		_, err = sc.AddAttachment(competency.Attachment{
			Owner: learner, Kind: competency.EvidenceFile, Subject: string(work[0].ID), SHA256: files[0].SHA256,
			Name: files[0].Name, MediaType: files[0].MediaType, Size: files[0].Size,
		})
		return err
	})
	return filepath.Join(w.Files, files[0].SHA256[:2], files[0].SHA256)
}
