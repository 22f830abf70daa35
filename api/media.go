package api

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
)

// mediaFile is an uploaded file as a page shows it: a picture, a player, or a
// line to download.
type mediaFile struct {
	Kind      string // picture, video, audio or file
	Name      string
	Href      string
	MediaType string
	Size      string // in words
}

// media is how a page shows a file that stands at an address.
func (s *Server) media(c *gin.Context, f competency.Attachment, href string) mediaFile {
	return mediaFile{Kind: mediaKind(f.MediaType), Name: f.Name, Href: href, MediaType: f.MediaType, Size: s.fileSize(c, f.Size)}
}

// mediaKind sorts media types by how a page shows them.
func mediaKind(mediaType string) string {
	switch kind, _, _ := strings.Cut(mediaType, "/"); {
	case mediaType == "image/jpeg", mediaType == "image/png":
		return "picture"
	case kind == "video", kind == "audio":
		return kind
	}
	return "file"
}

// fileSize writes a size as people read it.
func (s *Server) fileSize(c *gin.Context, bytes int64) string {
	if bytes < 1<<20 {
		return s.T(c, "media.kb", max(1, (bytes+1023)>>10))
	}
	return s.T(c, "media.mb", fmt.Sprintf("%.1f", float64(bytes)/(1<<20)))
}

// stallTime is how long a reader of a large file may stand still.
const stallTime = 30 * time.Second

// patient writes a file to a slow reader: as long as something is taken, the
// server's deadline for answers moves along (security rule 22).
type patient struct {
	http.ResponseWriter
	ctl *http.ResponseController
}

// Write moves the deadline and writes.
func (p patient) Write(b []byte) (int, error) {
	_ = p.ctl.SetWriteDeadline(time.Now().Add(stallTime)) //nolint:forbidigo // a socket's deadline is the machine's time, not the domain's
	return p.ResponseWriter.Write(b)
}
