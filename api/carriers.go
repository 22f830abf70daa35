package api

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/credentials/qr"
	"laurel/internal/artwork"
	"laurel/internal/registrar"
	"laurel/templates"
	"laurel/verifier"
	"laurel/verifier/words"
)

// carrierTypes are the pictures and papers that carry a credential, by their endings.
var carrierTypes = map[string]string{endPNG: typePNG, endSVG: typeSVG, endPDF: typePDF}

// carried remembers what was drawn: drawing costs a hundred times what sending does.
type carried struct {
	mu    sync.Mutex // guards both
	kept  map[string]carrier
	bytes int
}

// carrier is a picture or a paper as it is sent, and when the credential in it
// was last checked with which verdict.
type carrier struct {
	body    []byte
	tag     string
	verdict verifier.Verdict
	at      time.Time
}

// How long a carrier is sent before its credential is checked again, and how
// many bytes of them are kept.
const (
	carriedFor  = time.Minute
	carriedKept = 64 << 20
)

func (k *carried) get(key string) (carrier, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	one, ok := k.kept[key]
	return one, ok
}

// put remembers a carrier; when memory is full, all others are forgotten.
func (k *carried) put(key string, one carrier) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bytes += len(one.body) - len(k.kept[key].body)
	if k.kept == nil || k.bytes > carriedKept {
		k.kept, k.bytes = map[string]carrier{}, len(one.body)
	}
	k.kept[key] = one
}

// pngWidth is for a wall of a hand's width at 300 dots an inch, and for every screen.
const pngWidth = 1000

// sendCarrier sends a credential in a picture or on paper. It is drawn from the
// same report as the page: what no longer stands says so on its face, and
// whatever it shows, what is in it is judged by itself. open tells that the
// public page can be read, so that its code stands on the paper.
func (s *Server) sendCarrier(c *gin.Context, page registrar.Page, ending string, open bool) error {
	size, letter := artwork.A4, c.Query("size") == "letter"
	if letter {
		size = artwork.Letter
	}
	key := fmt.Sprintf("%s%s %t %t %d %x", page.Page, ending, letter, open, page.Revoked.Unix(), sha256.Sum256(page.Token))
	one, known := s.carried.get(key)
	fresh := known && s.Now().Sub(one.at) < carriedFor
	if !fresh {
		report, err := s.check(c.Request.Context(), page.Token)
		if err != nil {
			return err
		}
		if report.Credential == nil {
			return competency.NotFound()
		}
		if !known || one.verdict != report.Verdict {
			if one.body, err = s.drawCarrier(c, words.For("en").Annotate(report, zoneNamed(page.Zone)), page, ending, size, open); err != nil {
				return err
			}
			sum := sha256.Sum256(one.body)
			one.tag = `"` + hex.EncodeToString(sum[:16]) + `"`
		}
		one.verdict, one.at = report.Verdict, s.Now()
		s.carried.put(key, one)
	}
	return writeCarrier(c, one, ending, page.Kind)
}

// writeCarrier answers with a carrier, or that the reader has it already. It
// may be kept, and is asked for again by its tag: it changes with the credential's state.
func writeCarrier(c *gin.Context, one carrier, ending string, kind competency.AwardKind) error {
	h := c.Writer.Header()
	h.Set("ETag", one.tag)
	h.Set("Cache-Control", "private, no-cache")
	if hasTag(c.GetHeader("If-None-Match"), one.tag) {
		c.Status(http.StatusNotModified)
		c.Writer.WriteHeaderNow()
		return nil
	}
	disposition := "inline"
	if _, save := c.GetQuery("download"); save {
		disposition = "attachment"
	}
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": strings.ReplaceAll(string(kind), "_", "-") + ending}))
	c.Data(http.StatusOK, carrierTypes[ending], one.body)
	return nil
}

// drawCarrier draws a picture or a paper and puts the document into it. It
// takes a place of those who check large documents: it costs about as much.
func (s *Server) drawCarrier(c *gin.Context, r verifier.Report, page registrar.Page, ending string, size artwork.Size, open bool) ([]byte, error) {
	ctx := c.Request.Context()
	if err := s.gates.large.enter(ctx); err != nil {
		return nil, err
	}
	defer s.gates.large.leave()
	studio, err := s.studio()
	if err != nil {
		return nil, err
	}
	document := page.Embedded
	if document == nil {
		document = page.Token
	}
	paper := s.paper(c, r, page, zoneNamed(page.Zone))
	if paper == nil {
		return nil, competency.NotFound()
	}
	if ending == endPDF {
		doc, err := s.printed(c, r, page, paper, open)
		if err != nil {
			return nil, err
		}
		doc.Document = document
		data, err := studio.PDF(doc, size)
		return data, lettersMissing(err)
	}
	drawing, err := studio.Badge(badgeOf(r, page.Kind, paper))
	if err != nil {
		return nil, lettersMissing(err)
	}
	kind := bake.Badge
	if page.Kind == competency.RecordAward {
		kind = bake.Record
	}
	if ending == endSVG {
		return bake.IntoSVG(drawing.SVG(), document, kind)
	}
	picture, err := drawing.PNG(pngWidth)
	if err != nil {
		return nil, err
	}
	return bake.IntoPNG(picture, document, kind)
}

// lettersMissing says what to do where no font has the letters of a name.
func lettersMissing(err error) error {
	if !errors.Is(err, artwork.ErrLetters) {
		return err
	}
	return &competency.Error{
		Kind:   competency.ErrNotFound,
		Detail: "This server has no font for some letters in this document. Open its page and print it from your browser instead: that has every letter.",
	}
}

// badgeOf is what a badge shows: the achievement and who gives it, never whose it is.
func badgeOf(r verifier.Report, kind competency.AwardKind, paper *templates.Paper) artwork.Badge {
	b := artwork.Badge{Key: cmp.Or(r.Credential.Achievement.ID, r.Credential.Name), Title: paper.Title, Issuer: paper.School, Withdrawn: noLonger(r, paper)}
	switch kind {
	case competency.DiplomaAward:
		b.Kind = artwork.Sun
	case competency.RecordAward:
		b.Kind = artwork.Octagon
	case competency.MicroCredentialAward:
	}
	return b
}

// noLonger is the word for a document that does not stand, empty for one that does.
func noLonger(r verifier.Report, paper *templates.Paper) string {
	if slices.Contains([]verifier.Verdict{verifier.Valid, verifier.UnrecognisedIssuer, verifier.Undetermined}, r.Verdict) {
		return paper.Withdrawn
	}
	return cmp.Or(paper.Withdrawn, verdictOf(r).Headline)
}

// printed is the document for paper, in the words of its page.
func (s *Server) printed(c *gin.Context, r verifier.Report, page registrar.Page, paper *templates.Paper, open bool) (artwork.Paper, error) {
	doc := artwork.Paper{
		School: paper.School, Place: paper.Place, Title: paper.Title, Certifies: paper.Certifies, Holder: paper.Holder, Text: paper.Text,
		On: s.day(r.Credential.AwardedDate, zoneNamed(page.Zone)), Withdrawn: noLonger(r, paper), Made: r.Credential.ValidFrom,
		Seal: badgeOf(r, page.Kind, paper), File: "credential" + endEmbedded, Check: s.T(c, "qr.check"),
	}
	if page.Embedded == nil {
		doc.File = "credential" + endToken
	}
	for _, one := range paper.Signatories {
		doc.Signatories = append(doc.Signatories, artwork.Signatory(one))
	}
	if len(paper.Legend) > 0 {
		doc.Legend = s.T(c, "paper.levels") + " " + strings.Join(paper.Legend, " · ")
	}
	switch page.Kind {
	case competency.DiplomaAward:
		doc.Kind = artwork.Diploma
	case competency.RecordAward:
		doc.Kind = artwork.Record
		s.tell(c, &doc, s.reading(c, r, false))
	case competency.MicroCredentialAward:
	}
	var err error
	if doc.Logo, err = s.logoOn(c.Request.Context(), page); err != nil || !open {
		return doc, err
	}
	doc.Address = s.PublicURL + "/c/" + page.Page
	doc.Code, err = qr.Modules(doc.Address)
	return doc, err
}

// logoOn is the school's logo; a paper can do without one that has gone.
func (s *Server) logoOn(ctx context.Context, page registrar.Page) ([]byte, error) {
	if page.Profile.Logo == "" {
		return nil, nil
	}
	logo, err := s.reg.SchoolLogo(ctx, page.Slug, page.Profile.Logo)
	if errors.Is(err, competency.ErrNotFound) {
		return nil, nil
	}
	return logo, err
}

// tell puts what a record says on paper.
func (s *Server) tell(c *gin.Context, doc *artwork.Paper, reading *templates.Reading) {
	if reading == nil {
		return
	}
	doc.Why = reading.Why
	third := "reading.needed"
	if reading.ByReason {
		third = "reading.why"
	}
	doc.Tables = []artwork.Table{
		s.printedTable(c, reading.Results, "reading.results", "reading.what", "reading.level", third),
		s.printedTable(c, reading.Activities, "reading.activities", "reading.where", "reading.kind", "reading.came"),
	}
	var levels bytes.Buffer
	for i, level := range reading.Scale {
		if i > 0 {
			levels.WriteString(" · ")
		}
		levels.WriteString(level.Label)
		if level.Text != "" {
			levels.WriteString(": " + level.Text)
		}
		if level.Passing {
			levels.WriteString(" (" + s.T(c, "reading.passing") + ")")
		}
	}
	if levels.Len() > 0 {
		doc.Notes = append(doc.Notes, artwork.Note{Title: s.T(c, "reading.scale"), Text: levels.String()})
	} else if doc.Legend != "" {
		doc.Notes = append(doc.Notes, artwork.Note{Text: doc.Legend})
	}
	if len(reading.Open) > 0 {
		doc.Notes = append(doc.Notes, artwork.Note{Title: s.T(c, "reading.open"), Text: strings.Join(reading.Open, " · ")})
	}
	for i, part := range reading.School {
		note := artwork.Note{Title: part.Label, Text: part.Value}
		if i == 0 {
			note.Title = cmp.Or(note.Title, s.T(c, "reading.school"))
		}
		doc.Notes = append(doc.Notes, note)
	}
}

func (s *Server) printedTable(c *gin.Context, rows []templates.Result, title string, head ...string) artwork.Table {
	t := artwork.Table{Title: s.T(c, title), Head: [3]string{s.T(c, head[0]), s.T(c, head[1]), s.T(c, head[2])}}
	for _, row := range rows {
		t.Rows = append(t.Rows, [3]string{row.Title, row.Level, row.Why})
	}
	return t
}

// carrierLinks lead from a credential's page to what carries it.
func (s *Server) carrierLinks(c *gin.Context, here string, kind competency.AwardKind) []templates.Fact {
	what := "verify.download_pdf_sheet"
	if kind == competency.RecordAward {
		what = "verify.download_pdf_record"
	}
	return []templates.Fact{
		{Label: s.T(c, "verify.download_pdf"), Href: here + endPDF, Value: s.T(c, what)},
		{Label: s.T(c, "verify.download_letter"), Href: here + endPDF + "?size=letter", Value: s.T(c, "verify.download_letter_what")},
		{Label: s.T(c, "verify.download_png"), Href: here + endPNG + "?download", Value: s.T(c, "verify.download_png_what")},
		{Label: s.T(c, "verify.download_svg"), Href: here + endSVG + "?download", Value: s.T(c, "verify.download_svg_what")},
	}
}

// heldCarrier sends holders what carries their credential, whether or not its page is open.
func (s *Server) heldCarrier(c *gin.Context) error {
	h, _, err := s.reg.MyCredential(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	return s.carrierOf(c, h, err)
}

// issuedCarrier sends the office what carries a credential that it issued.
func (s *Server) issuedCarrier(c *gin.Context) error {
	h, err := s.reg.IssuedOne(c.Request.Context(), actor(c), competency.CredentialID(c.Param("id")))
	return s.carrierOf(c, h, err)
}

// carrierOf sends a held credential in the form that the address names; there
// is none before it is signed.
func (s *Server) carrierOf(c *gin.Context, h registrar.Held, err error) error {
	ending := "." + c.Param("form")
	switch {
	case err != nil:
		return err
	case carrierTypes[ending] == "" || h.Token == nil:
		return competency.NotFound()
	}
	return s.sendCarrier(c, h.Shown(), ending, h.Open)
}
