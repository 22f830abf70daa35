package registrar

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	_ "golang.org/x/image/webp" // decodes pictures of that kind

	"laurel/competency"
)

// How uploaded files are kept. The bytes of a file stand below Options.Files
// under the hash of their content ("ab/abcd…"), written once and never
// changed; who may see them, and under what name, is a row of the table
// attachment. A desk that takes files
//
//  1. calls saveFile before its transaction: a file that no row names harms
//     nobody and the same bytes are kept once;
//  2. in its act adds the row: d.AddAttachment(info.attachment(owner, kind,
//     subject, part));
//  3. to give the file out, reads the row (d.Attachment(id)), asks for
//     permission, and answers openFile(row.SHA256); api's sendFile writes it
//     as a download that no browser runs.

// FileInfo is what saveFile found out about a file.
type FileInfo struct {
	SHA256    string              // of the bytes as kept, lower-case hex
	Name      string              // made safe; its ending fits the type
	MediaType string              // as found in the bytes
	Size      int64               // bytes as kept
	upload    competency.UploadID // by which it came in pieces; empty for a form's
}

// maxPersonBytes is how much one person may keep here: years of photos and some
// hours of film.
const maxPersonBytes = 4 << 30

// fits answers nil if a person may keep some more files.
func (d *desk) fits(owner competency.PersonID, files []FileInfo) error {
	if len(files) == 0 {
		return nil
	}
	have, err := d.AttachedBytes(owner)
	if err != nil {
		return err
	}
	for _, f := range files {
		have += f.Size
	}
	if have > maxPersonBytes {
		return wrongFile("With this file you would have more than 4 GB here. Take off what you no longer need in your drafts, or give a link instead.")
	}
	return nil
}

// attachment is the row that gives the file a place.
func (f FileInfo) attachment(owner competency.PersonID, kind competency.AttachmentKind, subject, part string) competency.Attachment {
	return competency.Attachment{
		Owner: owner, Kind: kind, Subject: subject, Part: part,
		SHA256: f.SHA256, Name: f.Name, MediaType: f.MediaType, Size: f.Size,
	}
}

// Limits of one uploaded file (security rule 8). Recordings may be larger, but
// come in pieces (upload.go).
const (
	MaxFileBytes      = 20 << 20
	MaxRecordingBytes = 200 << 20
	maxFilePixels     = 16 << 20
)

// fileTypes are the media types that are kept, with the endings their names
// may have; the first is put on where the name has none of them.
var fileTypes = map[string][]string{
	"image/jpeg":      {".jpg", ".jpeg"},
	"image/png":       {".png"},
	"image/webp":      {".webp"}, // kept as one of the two above
	"application/pdf": {".pdf"},
	"text/plain":      {".txt", ".md"},
	"audio/mpeg":      {".mp3"},
	"audio/x-m4a":     {".m4a"},
	"audio/mp4":       {".m4a", ".mp4"},
	"video/mp4":       {".mp4"},
	"audio/ogg":       {".ogg"},
	"audio/wav":       {".wav"},
	"video/quicktime": {".mov"},
	"video/webm":      {".webm"},
	"application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
	"application/vnd.oasis.opendocument.text":                                 {".odt"},
}

// FileAccept is the accept attribute of a file field.
const FileAccept = "image/jpeg,image/png,image/webp,application/pdf,text/plain,.docx,.odt,audio/mpeg,audio/mp4,audio/ogg,audio/wav,.m4a,video/mp4,video/quicktime,video/webm"

// imageSlots bounds how many pictures are decoded at once: each may take 64 MB.
var imageSlots = make(chan struct{}, 2)

func wrongFile(detail string) error {
	return competency.Invalid(competency.Field{Pointer: "/files", Detail: detail})
}

// saveFile keeps the bytes and answers what they are. It answers ErrInvalid
// (pointer "/files") for an empty, unknown, broken or harmful file and
// ErrTooLarge beyond the limit of what a form takes.
func (r *Registrar) saveFile(from io.Reader, name string) (FileInfo, error) {
	if err := os.MkdirAll(r.Files, 0o700); err != nil {
		return FileInfo{}, fmt.Errorf("making the folder of files: %w", err)
	}
	raw, err := os.CreateTemp(r.Files, ".new-*")
	if err != nil {
		return FileInfo{}, fmt.Errorf("making a file: %w", err)
	}
	defer discard(raw)
	size, err := io.Copy(raw, io.LimitReader(from, MaxFileBytes+1))
	if err != nil {
		return FileInfo{}, fmt.Errorf("receiving a file: %w", err)
	}
	if size > MaxFileBytes {
		return FileInfo{}, errLargeFile
	}
	return r.keepFile(raw, size, name)
}

var errLargeFile error = &competency.Error{Kind: competency.ErrTooLarge, Detail: "A file may have at most 20 MB, and a recording 200 MB if it is sent in pieces. Nothing was stored."}

// keepFile finds out what a temporary file is and keeps it, under another name.
// Photos are drawn anew, upright and without what the camera noted about place
// and owner; everything else is looked through.
func (r *Registrar) keepFile(raw *os.File, size int64, name string) (FileInfo, error) {
	if size == 0 {
		return FileInfo{}, wrongFile("This file is empty.")
	}
	media, err := sniff(raw)
	if err != nil {
		return FileInfo{}, err
	}
	kept := raw
	if strings.HasPrefix(media, "image/") {
		if size > MaxFileBytes {
			return FileInfo{}, errLargeFile
		}
		if kept, media, err = r.reencode(raw, media); err != nil {
			return FileInfo{}, err
		}
		defer discard(kept)
	} else {
		recording := strings.HasPrefix(media, "video/") || strings.HasPrefix(media, "audio/")
		if !recording && size > MaxFileBytes {
			return FileInfo{}, errLargeFile
		}
		if err := checkContent(raw, media, size); err != nil {
			return FileInfo{}, err
		}
	}
	info := FileInfo{Name: safeName(name, media), MediaType: media}
	if info.SHA256, info.Size, err = r.settle(kept); err != nil {
		return FileInfo{}, err
	}
	return info, nil
}

// discard closes a temporary file and takes its name away; after settle the
// name is gone already.
func discard(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// sniff answers the type of a file by its bytes, or refuses it.
func sniff(f *os.File) (string, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("reading a file: %w", err)
	}
	found, err := mimetype.DetectReader(f)
	if err != nil {
		return "", fmt.Errorf("reading a file: %w", err)
	}
	for media := range fileTypes {
		if found.Is(media) {
			return media, nil
		}
	}
	if slices.ContainsFunc([]string{"image/heic", "image/heic-sequence", "image/heif", "image/heif-sequence"}, found.Is) {
		return "", wrongFile("This photo is in Apple's HEIC form, which many browsers cannot show. On the phone choose Settings, Camera, Formats, “Most compatible”, or share the photo as JPEG, and send it again.")
	}
	return "", wrongFile("Files of this kind are not taken. Use a photo, PDF, plain text, Word or OpenDocument file, or a recording as MP3, M4A, WAV, OGG, MP4, MOV or WebM.")
}

// reencode draws a picture anew into another temporary file, and answers as
// what: WebP, which we cannot write, becomes PNG where one sees through it and
// JPEG elsewhere.
func (r *Registrar) reencode(raw *os.File, media string) (anew *os.File, as string, err error) {
	imageSlots <- struct{}{}
	defer func() { <-imageSlots }()
	picture, err := decodePicture(raw)
	if err != nil {
		return nil, "", err
	}
	turn := 1
	switch media {
	case "image/jpeg":
		turn = orientation(raw)
	case "image/webp":
		if media = "image/png"; opaque(picture) {
			media = "image/jpeg"
		}
	}
	if anew, err = os.CreateTemp(r.Files, ".new-*"); err != nil {
		return nil, "", fmt.Errorf("making a file: %w", err)
	}
	w := bufio.NewWriter(anew)
	if media == "image/png" {
		err = png.Encode(w, picture)
	} else {
		err = jpeg.Encode(w, upright(picture, turn), &jpeg.Options{Quality: 88})
	}
	if err = errors.Join(err, w.Flush()); err != nil {
		discard(anew)
		return nil, "", fmt.Errorf("writing a picture: %w", err)
	}
	return anew, media, nil
}

// decodePicture reads a picture after a look at its size: what would fill the
// memory is refused before.
func decodePicture(raw *os.File) (image.Image, error) {
	broken := wrongFile("This picture is damaged or moves, and could not be read.")
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading a picture: %w", err)
	}
	size, _, err := image.DecodeConfig(bufio.NewReader(raw))
	if err != nil {
		return nil, broken
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxFilePixels/size.Height {
		return nil, wrongFile("This picture has more than 16 million points. Please send a smaller one.")
	}
	if _, err := raw.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("reading a picture: %w", err)
	}
	picture, _, err := image.Decode(bufio.NewReader(raw))
	if err != nil {
		return nil, broken
	}
	return picture, nil
}

// opaque reports whether nothing shines through a picture.
func opaque(m image.Image) bool {
	o, ok := m.(interface{ Opaque() bool })
	return !ok || o.Opaque()
}

// settle keeps a file of evidence.
func (r *Registrar) settle(f *os.File) (sum string, size int64, err error) {
	return settleIn(r.Files, f)
}

// settleIn hashes the file, makes it durable and gives it its lasting name
// below the root, which is there.
func settleIn(root string, f *os.File) (sum string, size int64, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", 0, fmt.Errorf("reading a file: %w", err)
	}
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, fmt.Errorf("hashing a file: %w", err)
	}
	sum = hex.EncodeToString(h.Sum(nil))
	folder := filepath.Join(root, sum[:2])
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", 0, fmt.Errorf("making a folder of files: %w", err)
	}
	// Step 1: the bytes are on the disk before the name is.
	if err := f.Sync(); err != nil {
		return "", 0, fmt.Errorf("keeping a file: %w", err)
	}
	// Step 2: the name, all at once; the same bytes may be there already.
	if err := os.Rename(f.Name(), filepath.Join(folder, sum)); err != nil {
		return "", 0, fmt.Errorf("keeping a file: %w", err)
	}
	// Step 3: the name is on the disk before anything refers to it.
	return sum, size, errors.Join(syncFolder(folder), syncFolder(root))
}

func syncFolder(path string) error {
	d, err := os.Open(path) //nolint:gosec // a folder of our own making
	if err != nil {
		return fmt.Errorf("opening a folder of files: %w", err)
	}
	defer func() { _ = d.Close() }() // it was only synced
	if err := d.Sync(); err != nil {
		return fmt.Errorf("keeping a folder of files: %w", err)
	}
	return nil
}

var sumForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// openFile opens the bytes with this hash; the caller has asked for permission
// and closes it. ErrNotFound when they are not here (any more).
func (r *Registrar) openFile(sum string) (io.ReadSeekCloser, error) {
	if !sumForm.MatchString(sum) {
		return nil, competency.NotFound()
	}
	f, err := os.Open(filepath.Join(r.Files, sum[:2], sum)) //nolint:gosec // the hash is hexadecimal
	if errors.Is(err, os.ErrNotExist) {
		return nil, competency.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("opening a file: %w", err)
	}
	return f, nil
}

// safeName is the owner's name for a file without folders, control signs and
// surprises, with an ending that fits its type.
func safeName(name, media string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(c rune) rune {
		if c == utf8.RuneError || unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || strings.ContainsRune(`<>:"|?*`, c) {
			return -1
		}
		return c
	}, name)
	name = strings.TrimRight(name, " .")
	endings := fileTypes[media]
	end := strings.ToLower(filepath.Ext(name))
	stem := strings.Trim(name[:len(name)-len(end)], " .")
	if !slices.Contains(endings, end) {
		end = endings[0]
	}
	if stem == "" {
		stem = "file"
	}
	if r := []rune(stem); len(r) > 100 {
		stem = string(r[:100])
	}
	return stem + end
}
