package registrar

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"laurel/competency"
	"laurel/internal/store"
)

// Purged is what a purge of files has done, or would do.
type Purged struct {
	Files int   // attachments whose time is over
	Bytes int64 // that these had
}

// settledFor is how long bytes must have been at rest before they are deleted:
// the same bytes may have been uploaded anew a moment ago.
const settledFor = 24 * time.Hour

// PurgeFiles deletes the bytes of evidence files that were added before a time,
// in one tenant, where the evidence is at its end: accepted, set aside or
// withdrawn. Rows, hashes, versions and judgments stay, and no credential
// depends on the bytes (domain §2.6 and invariant 14). With dry nothing changes.
func (r *Registrar) PurgeFiles(ctx context.Context, who competency.Actor, before time.Time, dry bool) (done Purged, err error) {
	if before.After(r.Now().AddDate(-1, 0, 0)) {
		return done, competency.Invalid(competency.Field{Pointer: "/before", Detail: "Files are kept for a year at least; give an earlier day."})
	}
	var hashes []string
	purge := func(d *desk) error {
		old, err := d.FilesBefore(before)
		if err != nil {
			return err
		}
		done, hashes = Purged{Files: len(old)}, nil
		for _, a := range old {
			done.Bytes += a.Size
			hashes = append(hashes, a.SHA256)
		}
		if dry {
			return nil
		}
		d.note("files", strconv.Itoa(done.Files))
		d.note("before", before.UTC().Format(time.DateOnly))
		return d.MarkPurged(old)
	}
	if dry {
		return done, r.look(ctx, who, func(d *desk) error {
			if err := d.see(competency.PurgeFiles, competency.Subject{Org: who.Tenant}); err != nil {
				return err
			}
			return purge(d)
		})
	}
	err = r.act(ctx, who, competency.PurgeFiles, func(d *desk) error {
		if err := d.may(competency.Subject{ID: string(who.Tenant), Org: who.Tenant}); err != nil {
			return err
		}
		return purge(d)
	})
	if err != nil {
		return done, err
	}
	return done, r.deleteUnused(ctx, hashes)
}

// PurgeFilesEverywhere is PurgeFiles in every tenant, for the operator.
func (r *Registrar) PurgeFilesEverywhere(ctx context.Context, before time.Time, dry bool) (done Purged, err error) {
	tenants, err := r.tenants(ctx)
	if err != nil {
		return done, err
	}
	for _, t := range tenants {
		some, err := r.PurgeFiles(ctx, System(t), before, dry)
		if err != nil {
			return done, fmt.Errorf("purging the files of %s: %w", t, err)
		}
		done.Files, done.Bytes = done.Files+some.Files, done.Bytes+some.Bytes
	}
	return done, nil
}

// deleteUnused deletes the bytes that nothing uses any more, in any tenant.
func (r *Registrar) deleteUnused(ctx context.Context, hashes []string) error {
	used := map[string]bool{}
	err := r.Store.ReadAll(ctx, func(tx *store.Tx) (err error) {
		used, err = tx.HashesInUse(hashes)
		return err
	})
	if err != nil {
		return err
	}
	for _, sum := range hashes {
		if used[sum] || !sumForm.MatchString(sum) {
			continue
		}
		path := filepath.Join(r.Files, sum[:2], sum)
		info, err := os.Stat(path)
		if errors.Is(err, os.ErrNotExist) || err == nil && info.ModTime().After(r.Now().Add(-settledFor)) {
			continue
		}
		if err != nil {
			return fmt.Errorf("deleting a file: %w", err)
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("deleting a file: %w", err)
		}
	}
	return nil
}
