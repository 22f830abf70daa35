package api

import (
	"crypto/sha1" //nolint:gosec // one of the two checksums that tus knows; it guards against noise, not against people
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
)

// Files in pieces: the tus protocol 1.0.0 with its extensions creation,
// expiration, checksum and termination (tus.io/protocols/resumable-upload).
const (
	tusVersion    = "1.0.0"
	tusPiece      = "application/offset+octet-stream"
	tusBadSum     = 460 // tus, checksum: the piece's hash does not match
	tusExtensions = "creation,expiration,checksum,termination"
)

// receiving is how many pieces come in at once: they are slow, and hold a place
// among all requests.
const receiving = 64

// tus answers the protocol's version and refuses others.
func tus(c *gin.Context) bool {
	h := c.Writer.Header()
	h.Set("Tus-Resumable", tusVersion)
	if v := c.GetHeader("Tus-Resumable"); v != tusVersion {
		h.Set("Tus-Version", tusVersion)
		c.Status(http.StatusPreconditionFailed)
		return false
	}
	return true
}

// uploadOptions says what is possible (tus, core: OPTIONS).
func (s *Server) uploadOptions(c *gin.Context) error {
	h := c.Writer.Header()
	h.Set("Tus-Resumable", tusVersion)
	h.Set("Tus-Version", tusVersion)
	h.Set("Tus-Extension", tusExtensions)
	h.Set("Tus-Max-Size", strconv.Itoa(registrar.MaxRecordingBytes))
	h.Set("Tus-Checksum-Algorithm", "sha256,sha1")
	c.Status(http.StatusNoContent)
	return nil
}

// uploadProgress puts how far an upload has come into the answer.
func uploadProgress(c *gin.Context, u competency.Upload) {
	h := c.Writer.Header()
	h.Set("Upload-Offset", strconv.FormatInt(u.Received, 10))
	h.Set("Upload-Expires", u.Expires.UTC().Format(http.TimeFormat))
}

// doBeginUpload makes an upload (tus, creation).
func (s *Server) doBeginUpload(c *gin.Context) error {
	if !tus(c) {
		return nil
	}
	size, err := strconv.ParseInt(c.GetHeader("Upload-Length"), 10, 64)
	if err != nil || size < 0 {
		return competency.Invalid(competency.Field{Pointer: "", Detail: "Give the size of the file in the header Upload-Length."})
	}
	meta, err := tusMetadata(c.GetHeader("Upload-Metadata"))
	if err != nil {
		return err
	}
	u, err := s.reg.BeginUpload(c.Request.Context(), actor(c), registrar.NewUpload{Name: meta["filename"], Size: size, SHA256: strings.ToLower(meta["sha256"])})
	if err != nil {
		return err
	}
	uploadProgress(c, u)
	c.Header("Location", "/v1/uploads/"+string(u.ID))
	c.Status(http.StatusCreated)
	return nil
}

// tusMetadata reads pairs of a key and a value in base64.
func tusMetadata(header string) (map[string]string, error) {
	meta := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(pair), " ")
		text, err := base64.StdEncoding.DecodeString(value)
		if _, twice := meta[key]; err != nil || twice {
			return nil, competency.Invalid(competency.Field{Pointer: "", Detail: "The header Upload-Metadata holds pairs of a name and a value in base64."})
		}
		meta[key] = string(text)
	}
	return meta, nil
}

// uploadOffset says how far an upload has come (tus, core: HEAD).
func (s *Server) uploadOffset(c *gin.Context) error {
	if !tus(c) {
		return nil
	}
	u, err := s.reg.Upload(c.Request.Context(), actor(c), competency.UploadID(c.Param("upload")))
	if err != nil {
		return err
	}
	uploadProgress(c, u)
	c.Header("Upload-Length", strconv.FormatInt(u.Size, 10))
	c.Status(http.StatusOK)
	return nil
}

// doReceiveUpload takes a piece (tus, core: PATCH).
func (s *Server) doReceiveUpload(c *gin.Context) error {
	if !tus(c) {
		return nil
	}
	if c.ContentType() != tusPiece {
		c.Status(http.StatusUnsupportedMediaType)
		return nil
	}
	select {
	case s.receiving <- struct{}{}:
		defer func() { <-s.receiving }()
	default:
		return errCrowded
	}
	p, err := s.piece(c)
	if err != nil {
		return err
	}
	u, err := s.reg.ReceiveUpload(c.Request.Context(), actor(c), competency.UploadID(c.Param("upload")), p)
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(stallTime)) //nolint:forbidigo // a socket's deadline is the machine's time
	if errors.Is(err, registrar.ErrPiece) {
		c.Status(tusBadSum)
		return nil
	}
	if err != nil {
		return err
	}
	uploadProgress(c, u)
	c.Status(http.StatusNoContent)
	return nil
}

// piece reads where a piece begins and what it hashes to.
func (s *Server) piece(c *gin.Context) (p registrar.Piece, err error) {
	ctl := http.NewResponseController(c.Writer)
	body := &steady{from: c.Request.Body, ctl: ctl}
	p.Body, p.Stop = body, body.stop
	if p.Offset, err = strconv.ParseInt(c.GetHeader("Upload-Offset"), 10, 64); err != nil || p.Offset < 0 {
		return p, competency.Invalid(competency.Field{Pointer: "", Detail: "Give where the piece begins in the header Upload-Offset."})
	}
	given := c.GetHeader("Upload-Checksum")
	if given == "" {
		return p, nil
	}
	algorithm, sum, _ := strings.Cut(given, " ")
	known, ok := map[string]func() hash.Hash{"sha256": sha256.New, "sha1": sha1.New}[algorithm]
	if p.Sum, err = base64.StdEncoding.DecodeString(sum); err != nil || !ok {
		return p, competency.Invalid(competency.Field{Pointer: "", Detail: "The header Upload-Checksum holds sha256 or sha1 and the hash in base64."})
	}
	p.Hash = known()
	return p, nil
}

// steady reads from a slow sender: as long as something comes, the server's
// deadline for requests moves along (security rule 22).
type steady struct {
	from    io.Reader
	ctl     *http.ResponseController
	stopped atomic.Bool
}

// errBrokeOff is the answer to a piece that did not come whole, if anybody is
// still there to read it.
var errBrokeOff = competency.Invalid(competency.Field{Pointer: "", Detail: "The piece broke off; ask how far the file has come, and go on from there."})

// Read reads, and moves the deadline when something came.
func (r *steady) Read(b []byte) (int, error) {
	n, err := r.from.Read(b)
	if too := (*http.MaxBytesError)(nil); err != nil && !errors.Is(err, io.EOF) && !errors.As(err, &too) || r.stopped.Load() {
		return n, errBrokeOff
	}
	if n > 0 && err == nil {
		_ = r.ctl.SetReadDeadline(time.Now().Add(stallTime)) //nolint:forbidigo // a socket's deadline is the machine's time
	}
	return n, err
}

// stop makes a Read that waits give up.
func (r *steady) stop() {
	r.stopped.Store(true)
	_ = r.ctl.SetReadDeadline(time.Unix(1, 0)) // long ago
}

// doDropUpload gives an upload up (tus, termination).
func (s *Server) doDropUpload(c *gin.Context) error {
	if !tus(c) {
		return nil
	}
	if err := s.reg.DropUpload(c.Request.Context(), actor(c), competency.UploadID(c.Param("upload"))); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}
