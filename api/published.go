package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
)

// keysFor is how long a reader may keep documents about keys.
const keysFor = 5 * time.Minute

// forGood is how long a reader may keep what never changes at its address.
const forGood = 365 * 24 * time.Hour

// Media types of published documents.
const (
	typeJSON   = "application/json"
	typeDID    = "application/did+json"
	typeJWKSet = "application/jwk-set+json"
	typeJWK    = "application/jwk+json"
	typeVCJWT  = "application/vc+jwt"
	typeVC     = "application/vc"
	typeText   = "text/plain; charset=utf-8"
	typePNG    = "image/png"
	typeSVG    = "image/svg+xml"
	typePDF    = "application/pdf"
)

// publish sends a published file: any site may read it, and it may be kept for
// a while and asked for again by its entity tag (RFC 9110 §13.1.2).
func publish(c *gin.Context, f registrar.File, mediaType string, keep time.Duration) error {
	if f.Body == nil {
		return competency.NotFound()
	}
	h := c.Writer.Header()
	h.Set("ETag", f.ETag)
	cache := "public, max-age=" + strconv.Itoa(int(keep.Seconds()))
	if keep == forGood {
		cache += ", immutable"
	}
	h.Set("Cache-Control", cache)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Vary", "Accept")
	if hasTag(c.GetHeader("If-None-Match"), f.ETag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	c.Data(http.StatusOK, mediaType, f.Body)
	return nil
}

// hasTag reports whether If-None-Match lists the tag; weak tags count (RFC 9110 §13.1.2).
func hasTag(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == tag || one == "*" {
			return true
		}
	}
	return false
}

// didDocument is the did:web document of an organisation (did:web method, read).
func (s *Server) didDocument(c *gin.Context) error {
	return publish(c, s.reg.Public().DIDs[c.Param("slug")], typeDID, keysFor)
}

// schoolKeys is the key set of one organisation.
func (s *Server) schoolKeys(c *gin.Context) error {
	return publish(c, s.reg.Public().KeySets[c.Param("slug")], typeJWKSet, keysFor)
}

// everyKey is the key set of every organisation (OB 3.0 implementation guide).
func (s *Server) everyKey(c *gin.Context) error {
	return publish(c, s.reg.Public().AllKeys, typeJWKSet, keysFor)
}

// singleKey is one key, for readers that dereference a kid.
func (s *Server) singleKey(c *gin.Context) error {
	return publish(c, s.reg.Public().Keys[c.Param("thumbprint")], typeJWK, keysFor)
}

// statusList is a signed status list (Bitstring Status List 1.0): as a document
// with its proof inside for those who ask for one or for JSON, else as a token.
func (s *Server) statusList(c *gin.Context) error {
	list := s.reg.Public().Lists[c.Param("list")]
	accept := c.GetHeader("Accept")
	for _, mediaType := range []string{typeVC, typeJSON} {
		if names(accept, mediaType) && !names(accept, typeVCJWT) && list.Document.Body != nil {
			return publish(c, list.Document, mediaType, registrar.ListTTL)
		}
	}
	return publish(c, list.Token, tokenType(c, typeVCJWT), registrar.ListTTL)
}

// registry says who vouches for whom.
func (s *Server) registry(c *gin.Context) error {
	return publish(c, s.reg.Public().Registry, typeJSON, registrar.ListTTL)
}

// endorsement is the signed word by which somebody vouches for an organisation:
// as a token for those who ask for one, else as a document with its proof inside.
func (s *Server) endorsement(c *gin.Context) error {
	word := s.reg.Public().Endorsements[c.Param("slug")]
	if mediaType := tokenType(c, ""); mediaType != "" {
		return publish(c, word.Token, mediaType, keysFor)
	}
	return publish(c, word.Document, typeVC, keysFor)
}

// bundle is what laurel-verify takes along.
func (s *Server) bundle(c *gin.Context) error {
	f, err := s.reg.Public().Bundle()
	if err != nil {
		return err
	}
	return publish(c, f, typeJSON, registrar.ListTTL)
}

// tokenType is how a token is labelled: as the reader asks for, or by default.
func tokenType(c *gin.Context, usual string) string {
	accept := c.GetHeader("Accept")
	switch {
	case strings.Contains(accept, "vc+jwt"), strings.Contains(accept, "application/jwt"):
		return typeVCJWT
	case strings.Contains(accept, "text/plain"):
		return typeText
	}
	return usual
}
