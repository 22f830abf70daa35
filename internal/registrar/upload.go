package registrar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"laurel/competency"
	"laurel/internal/store"
)

// How a file comes in pieces. Its bytes stand in "uploads/ID" below the folder
// of files, and its row says how many of them are on the disk for certain: they
// are synced before the row moves, and what lies beyond is written over. So a
// lost network and a killed server cost at most the piece that was under way.
// When all is there, the file's hash is held against the sender's, and it goes
// the way of every file (keepFile). Beginning and dropping stand in the
// journal, and so does the evidence that takes the file; the pieces do not.

// NewUpload announces a file.
type NewUpload struct {
	Name   string
	Size   int64
	SHA256 string // lower-case hex, or empty
}

var recordingName = regexp.MustCompile(`(?i)\.(mp4|m4a|mov|webm|mp3|ogg|wav)$`)

func (n NewUpload) check() error {
	recording := recordingName.MatchString(n.Name)
	switch {
	case n.Size <= 0:
		return wrongFile("This file is empty.")
	case n.Size > MaxRecordingBytes, n.Size > MaxFileBytes && !recording:
		return errLargeFile
	case n.SHA256 != "" && !sumForm.MatchString(n.SHA256):
		return competency.Invalid(competency.Field{Pointer: "/sha256", Detail: "Give the SHA-256 of the file as 64 hexadecimal digits."})
	}
	return nil
}

// BeginUpload makes room for a file of the actor's. It answers ErrTooLarge or
// ErrInvalid for what would be refused later anyway, and ErrConflict when too
// much is on its way.
func (r *Registrar) BeginUpload(ctx context.Context, who competency.Actor, in NewUpload) (u competency.Upload, err error) {
	if err := in.check(); err != nil {
		return u, err
	}
	err = r.act(ctx, who, competency.BeginUpload, func(d *desk) error {
		u = competency.Upload{
			ID: competency.UploadID(d.ID()), Owner: who.Person, Name: safeLength(in.Name), Size: in.Size, Digest: in.SHA256,
			State: competency.UploadOpen, Created: d.at, Expires: d.at.AddDate(0, 0, competency.UploadDays),
		}
		if err := d.may(competency.Subject{ID: string(u.ID), Owner: u.Owner}); err != nil {
			return err
		}
		n, bytes, err := d.OpenUploads(who.Person)
		if err != nil {
			return err
		}
		if n >= competency.MaxOpenUploads || bytes+in.Size > competency.MaxUploadsBytes {
			return competency.Refuse("Too many of your files are on their way. Let them arrive, or give them up, first.")
		}
		if err := d.fits(who.Person, []FileInfo{{Size: in.Size}}); err != nil {
			return err
		}
		return d.AddUpload(u)
	})
	return u, err
}

// safeLength bounds a name; safeName makes it fit to be shown.
func safeLength(name string) string {
	if r := []rune(strings.ToValidUTF8(name, "")); len(r) > 200 {
		return string(r[len(r)-200:]) // the ending tells what it is
	}
	return strings.ToValidUTF8(strings.ReplaceAll(name, "\x00", ""), "")
}

// uploads is the folder of files on their way.
func (r *Registrar) uploadPath(id competency.UploadID) string {
	return filepath.Join(r.Files, "uploads", string(id))
}

// Upload answers how far a file of the actor's has come; ErrNotFound once it
// has run out.
func (r *Registrar) Upload(ctx context.Context, who competency.Actor, id competency.UploadID) (u competency.Upload, err error) {
	err = r.look(ctx, who, func(d *desk) error {
		if u, err = d.Upload(id); err != nil {
			return err
		}
		if err := d.see(competency.BeginUpload, competency.Subject{ID: string(id), Owner: u.Owner}); err != nil {
			return err
		}
		if !d.at.Before(u.Expires) {
			return competency.NotFound()
		}
		return nil
	})
	if err != nil || u.State != competency.UploadOpen {
		return u, err
	}
	// Bytes that a broken disk lost are not there, whatever the row says.
	info, err := os.Stat(r.uploadPath(id))
	switch {
	case errors.Is(err, os.ErrNotExist):
		u.Received = 0
	case err != nil:
		return u, fmt.Errorf("looking at an upload: %w", err)
	default:
		u.Received = min(u.Received, info.Size())
	}
	return u, nil
}

// Piece is a part of a file as it comes over the network.
type Piece struct {
	Offset int64
	Body   io.Reader
	// Stop makes a Read that waits for the network give up, when the same
	// sender has come back over another connection.
	Stop func()
	// Hash and Sum are what the sender says the piece's bytes hash to; nil where
	// nothing is said.
	Hash hash.Hash
	Sum  []byte
}

// ErrPiece is the kind of refusal of a piece whose bytes do not hash to what its
// sender said; nothing of it is kept.
var ErrPiece error = &competency.Error{Kind: competency.ErrInvalid, Detail: "This piece was damaged on its way. Please send it again."}

// errOffset is answered to a sender who is wrong about how much has come.
var errOffset = competency.Refuse("The file has come to another point; ask how far, and go on from there.")

// ReceiveUpload takes a piece and answers how far the file has come. With the
// last piece the file is looked through and kept; ErrInvalid then says why it
// was not, and the upload is gone. ErrConflict means that the piece begins
// elsewhere than where the file stands. What came before a connection broke is
// kept, unless the piece has a hash.
func (r *Registrar) ReceiveUpload(ctx context.Context, who competency.Actor, id competency.UploadID, p Piece) (u competency.Upload, err error) {
	defer r.arriving.enter(id, p.Stop)()
	if u, err = r.Upload(ctx, who, id); err != nil {
		return u, err
	}
	if u.State != competency.UploadOpen || p.Offset != u.Received {
		return u, errOffset
	}
	n, broken := r.writePiece(u, p)
	if n > 0 {
		// The connection may be gone; what came is on the disk all the same.
		err := r.Store.In(context.WithoutCancel(ctx), who.Tenant, func(sc *store.Scope) error {
			kept, err := sc.Upload(id)
			if err != nil {
				return err
			}
			return sc.ReceivedUpload(id, kept.Received, u.Received+n)
		})
		if err != nil {
			return u, err
		}
		u.Received += n
	}
	if broken != nil || u.Received < u.Size {
		return u, broken
	}
	return r.finishUpload(ctx, who, u)
}

// writePiece writes what comes and answers how much of it counts.
func (r *Registrar) writePiece(u competency.Upload, p Piece) (int64, error) {
	path := r.uploadPath(u.ID)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, fmt.Errorf("making the folder of uploads: %w", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the id is one of our rows
	if err != nil {
		return 0, fmt.Errorf("opening an upload: %w", err)
	}
	defer func() { _ = f.Close() }() // synced where it counts
	if _, err := f.Seek(u.Received, io.SeekStart); err != nil {
		return 0, fmt.Errorf("writing an upload: %w", err)
	}
	var to io.Writer = f
	if p.Hash != nil {
		to = io.MultiWriter(f, p.Hash)
	}
	n, broken := io.Copy(to, io.LimitReader(p.Body, u.Size-u.Received))
	if p.Hash != nil && broken == nil && string(p.Hash.Sum(nil)) != string(p.Sum) {
		broken = ErrPiece
	}
	if p.Hash != nil && broken != nil {
		n = 0
	}
	// Step 1: nothing stands behind what counts. Step 2: it is on the disk
	// before the row says so.
	if err := errors.Join(f.Truncate(u.Received+n), f.Sync()); err != nil {
		return 0, fmt.Errorf("keeping an upload: %w", err)
	}
	return n, broken
}

// finishUpload keeps the file of an upload whose bytes are all there.
func (r *Registrar) finishUpload(ctx context.Context, who competency.Actor, u competency.Upload) (competency.Upload, error) {
	ctx = context.WithoutCancel(ctx) // a long file is not looked through twice
	info, err := r.keepUpload(u)
	if errors.Is(err, competency.ErrInvalid) || errors.Is(err, competency.ErrTooLarge) {
		return u, errors.Join(err, r.DropUpload(ctx, who, u.ID))
	}
	if err != nil {
		return u, err
	}
	if err := r.removeUpload(u.ID); err != nil { // a picture was drawn anew; other files have moved
		return u, err
	}
	u.State, u.SHA256, u.MediaType, u.KeptName, u.KeptSize = competency.UploadWhole, info.SHA256, info.MediaType, info.Name, info.Size
	return u, r.Store.In(ctx, who.Tenant, func(sc *store.Scope) error { return sc.WholeUpload(u) })
}

func (r *Registrar) keepUpload(u competency.Upload) (FileInfo, error) {
	f, err := os.Open(r.uploadPath(u.ID))
	if err != nil {
		return FileInfo{}, fmt.Errorf("opening an upload: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	if u.Digest != "" {
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			return FileInfo{}, fmt.Errorf("hashing an upload: %w", err)
		}
		if hex.EncodeToString(h.Sum(nil)) != u.Digest {
			return FileInfo{}, wrongFile("The file that came is not the one that was sent. Please add it again.")
		}
	}
	return r.keepFile(f, u.Size, u.Name)
}

// DropUpload gives up a file on its way.
func (r *Registrar) DropUpload(ctx context.Context, who competency.Actor, id competency.UploadID) error {
	err := r.act(ctx, who, competency.DropUpload, func(d *desk) error {
		u, err := d.Upload(id)
		if err != nil {
			return err
		}
		if err := d.may(competency.Subject{ID: string(id), Owner: u.Owner}); err != nil {
			return err
		}
		return d.DropUpload(id)
	})
	if err != nil {
		return err
	}
	return r.removeUpload(id)
}

func (r *Registrar) removeUpload(id competency.UploadID) error {
	if err := os.Remove(r.uploadPath(id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("removing an upload: %w", err)
	}
	return nil
}

// sentFiles are files of the actor's that came in pieces, for the act that
// gives them a place.
func (r *Registrar) sentFiles(ctx context.Context, who competency.Actor, ids []string) ([]FileInfo, error) {
	var files []FileInfo
	for _, id := range ids {
		u, err := r.Upload(ctx, who, competency.UploadID(id))
		if err == nil && u.State == competency.UploadOpen && u.Received == u.Size {
			u, err = r.finishUpload(ctx, who, u) // the server was stopped before it could
		}
		if errors.Is(err, competency.ErrNotFound) || err == nil && u.State == competency.UploadOpen {
			return nil, wrongFile("A file has not come whole. Please add it again.")
		}
		if err != nil {
			return nil, err
		}
		files = append(files, FileInfo{SHA256: u.SHA256, Name: u.KeptName, MediaType: u.MediaType, Size: u.KeptSize, upload: u.ID})
	}
	return files, nil
}

// use takes a file that came in pieces, once, for a piece of evidence; fresh is
// false where that piece has it already.
func (d *desk) use(f FileInfo, on competency.EvidenceID) (fresh bool, err error) {
	if f.upload == "" {
		return true, nil
	}
	err = d.UseUpload(f.upload)
	if !errors.Is(err, competency.ErrNotFound) {
		return err == nil, err
	}
	have, err := d.Attachments(competency.EvidenceFile, string(on))
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(have, func(a competency.Attachment) bool { return a.SHA256 == f.SHA256 }) {
		return false, nil
	}
	return false, wrongFile("The file " + f.Name + " is part of a piece already.")
}

// arriving lets one connection at a time write to an upload: who comes later
// takes the place of who came before, whose network is probably gone.
type arriving struct {
	mu    sync.Mutex // guards under
	under map[competency.UploadID]*arrival
}

type arrival struct {
	stop func()
	done chan struct{}
}

// enter waits until nobody else writes; the answer ends the stay.
func (a *arriving) enter(id competency.UploadID, stop func()) (leave func()) {
	me := &arrival{stop: stop, done: make(chan struct{})}
	for {
		a.mu.Lock()
		before, busy := a.under[id]
		if !busy {
			if a.under == nil {
				a.under = map[competency.UploadID]*arrival{}
			}
			a.under[id] = me
			a.mu.Unlock()
			return func() {
				a.mu.Lock()
				delete(a.under, id)
				a.mu.Unlock()
				close(me.done)
			}
		}
		a.mu.Unlock()
		before.stop()
		<-before.done
	}
}
