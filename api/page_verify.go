package api

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/credentials/bake"
	"laurel/credentials/qr"
	"laurel/internal/registrar"
	"laurel/templates"
	"laurel/verifier"
	"laurel/verifier/words"
)

// Largest bodies of the check, in bytes: a document or what carries one, in a
// form around it, or as it is.
const (
	maxVerifyForm = bake.MaxBytes + 64<<10
	maxVerifyJSON = bake.MaxBytes + 64
)

// verifyPage takes a credential to be checked.
type verifyPage struct {
	templates.Base
	Text string
}

// public is the base of a page for readers: no session, no menu.
func (s *Server) public(c *gin.Context, title string) templates.Base {
	return templates.Base{Title: title, Lang: "en", Path: c.Request.URL.Path, Public: true}
}

func (s *Server) pageVerify(c *gin.Context) error {
	return s.render(c, http.StatusOK, "verify", verifyPage{Base: s.public(c, s.T(c, "verify.title"))})
}

// doVerify checks what was pasted or chosen. The answer is a page whatever the
// verdict; only a request without a document is wrong.
func (s *Server) doVerify(c *gin.Context) error {
	data, err := submitted(c)
	if err != nil {
		return err
	}
	if page, ok := s.ownPage(string(data)); ok {
		return s.see(c, page)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		view := verifyPage{Base: s.public(c, s.T(c, "verify.title"))}
		view.Problems = templates.Problems{{Field: "credential", Text: s.T(c, "verify.nothing")}}
		return s.render(c, http.StatusUnprocessableEntity, "verify", view)
	}
	report, err := s.check(c.Request.Context(), data)
	if err != nil {
		return err
	}
	report = words.For("en").Annotate(report, nil)
	if wantsJSON(c) {
		c.JSON(http.StatusOK, report)
		return nil
	}
	view := s.result(c, report, nil)
	if view.Confirmed {
		view.Reading = s.reading(c, report, true)
	}
	return s.render(c, http.StatusOK, "verify_result", view)
}

// submitted is the document in a form: a file if there is one, else the text.
func submitted(c *gin.Context) ([]byte, error) {
	err := c.Request.ParseForm() // ParseMultipartForm would swallow its error
	if err == nil {
		err = c.Request.ParseMultipartForm(maxVerifyForm)
	}
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		if too := (*http.MaxBytesError)(nil); errors.As(err, &too) || errors.Is(err, errCrowded) {
			return nil, err
		}
		return nil, competency.Invalid(competency.Field{Pointer: "", Detail: "This form could not be read."})
	}
	file, head, err := c.Request.FormFile("file")
	if err == nil && head.Size > 0 {
		defer func() { _ = file.Close() }()
		data, err := io.ReadAll(io.LimitReader(file, maxVerifyForm))
		if err != nil {
			return nil, competency.Invalid(competency.Field{Pointer: "/file", Detail: "This file could not be read."})
		}
		return data, nil
	}
	return []byte(c.Request.PostFormValue("credential")), nil
}

// ownPage answers the path of a credential's page on this server, if the text
// is its address.
func (s *Server) ownPage(text string) (path string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(text), s.PublicURL+"/c/")
	if !ok || strings.ContainsAny(rest, "/?#\\ \r\n") {
		return "", false
	}
	secret, _ := formOf(rest)
	return "/c/" + url.PathEscape(secret), true
}

// formOf tells the secret in a page's address from the ending that asks for a
// signed form, or for what carries one: ".jwt", ".json", ".png", ".svg", ".pdf", or none.
func formOf(name string) (secret, ending string) {
	for _, ending := range []string{endToken, endEmbedded, endPNG, endSVG, endPDF} {
		if secret, ok := strings.CutSuffix(name, ending); ok {
			return secret, ending
		}
	}
	return name, ""
}

// Endings of the signed forms, the token and the document with its proof inside,
// and of the pictures and the paper that carry it.
const (
	endToken    = ".jwt"
	endEmbedded = ".json"
	endPNG      = ".png"
	endSVG      = ".svg"
	endPDF      = ".pdf"
)

// readCredential is the page of a credential, its report or one of its signed
// forms, by what the reader asks for.
func (s *Server) readCredential(c *gin.Context) error {
	secret, ending := formOf(c.Param("token"))
	page, err := s.reg.Page(c.Request.Context(), secret)
	if err != nil {
		return err
	}
	accept := c.GetHeader("Accept")
	c.Header("Vary", "Accept")
	save := c.Request.URL.Query().Has("download")
	if page.Replaced && (ending != "" || names(accept, typeVC) || strings.Contains(accept, "vc+jwt")) {
		return s.newerCopy(c, page, ending)
	}
	switch {
	case carrierTypes[ending] != "":
		return s.sendCarrier(c, page, ending, true)
	case ending == endEmbedded:
		return sendEmbedded(c, page.Embedded, save)
	case ending == endToken || strings.Contains(accept, "vc+jwt"):
		return sendToken(c, page.Token, save)
	case page.Embedded != nil && names(accept, typeVC):
		return sendEmbedded(c, page.Embedded, save)
	}
	asReport := strings.Contains(accept, typeJSON) || c.Request.URL.Query().Has("report")
	if body, ok := s.shown.get(page, s.Now()); ok && !asReport {
		c.Data(http.StatusOK, typeHTML, body)
		return nil
	}
	report, err := s.check(c.Request.Context(), page.Token)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(page.Zone)
	if err != nil {
		return err
	}
	report = words.For("en").Annotate(report, zone)
	if report.Verdict == verifier.Superseded {
		report.Credential = nil
	}
	if asReport {
		c.JSON(http.StatusOK, report)
		return nil
	}
	body, err := s.credentialPage(c, report, page, zone)
	if err != nil {
		return err
	}
	s.shown.put(page, body, s.Now())
	c.Data(http.StatusOK, typeHTML, body)
	return nil
}

// newerCopy answers who asks for the signed bytes of a credential that was
// replaced: by the way to the newer ones, where its holder lets others read them.
// The old ones bear what was corrected, a former name perhaps (domain invariant 13).
func (s *Server) newerCopy(c *gin.Context, page registrar.Page, ending string) error {
	if page.Newer == "" {
		return competency.NotFound()
	}
	return s.see(c, "/c/"+page.Newer+ending)
}

// names tells whether an Accept header lists the media type by its full name (RFC 9110 §12.5.1).
func names(accept, mediaType string) bool {
	for one := range strings.SplitSeq(accept, ",") {
		one, _, _ = strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(one), mediaType) {
			return true
		}
	}
	return false
}

// credentialPage writes the public page of a credential.
func (s *Server) credentialPage(c *gin.Context, report verifier.Report, page registrar.Page, zone *time.Location) ([]byte, error) {
	view := s.result(c, report, zone)
	s.explain(c, &view, page, zone)
	if view.Confirmed {
		view.Reading = s.reading(c, report, false)
		view.Paper = s.paper(c, report, page, zone)
	}
	if page.Newer != "" && report.Verdict == verifier.Superseded {
		view.ReplacedBy = "/c/" + page.Newer
	}
	view.Downloads = s.downloads(c, page)
	var b bytes.Buffer
	err := s.pages.Render(&b, "verify_result", view)
	return b.Bytes(), err
}

// downloads are the signed forms of a page's credential, and the report on it;
// the report alone for one that was replaced.
func (s *Server) downloads(c *gin.Context, page registrar.Page) (list []templates.Fact) {
	here := "/c/" + page.Page
	if !page.Replaced {
		list = append(list, templates.Fact{
			Label: s.T(c, "verify.download_token"), Href: here + endToken + "?download", Value: s.T(c, "verify.download_token_what"),
		})
	}
	if !page.Replaced && page.Embedded != nil {
		list = append(list, templates.Fact{
			Label: s.T(c, "verify.download_json"), Href: here + endEmbedded + "?download", Value: s.T(c, "verify.download_json_what"),
		})
	}
	if !page.Replaced {
		list = append(list, s.carrierLinks(c, here, page.Kind)...)
	}
	return append(list, templates.Fact{
		Label: s.T(c, "verify.download_report"), Href: here + "?report", Value: s.T(c, "verify.download_report_what"),
	})
}

// sendToken sends the signed bytes. Readers that name no type get text, which
// every tool accepts (OB 3.0, document formats).
func sendToken(c *gin.Context, token []byte, save bool) error {
	if save {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "credential.jwt"}))
	}
	c.Data(http.StatusOK, tokenType(c, typeText), token)
	return nil
}

// sendEmbedded sends the document with its proof inside; a credential that was
// issued as a token alone has none.
func sendEmbedded(c *gin.Context, document []byte, save bool) error {
	if document == nil {
		return competency.NotFound()
	}
	if save {
		c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "credential.json"}))
	}
	c.Data(http.StatusOK, typeVC, document)
	return nil
}

// result turns an annotated report into the page that a reader sees. Dates are
// shown in zone; nil keeps them as they were written.
func (s *Server) result(c *gin.Context, r verifier.Report, zone *time.Location) templates.VerifyResult {
	verdict := verdictOf(r)
	v := templates.VerifyResult{
		Base: s.public(c, verdict.Headline), Verdict: verdict, Facts: s.facts(c, r, zone),
		// What the document says is in the report only after format, proof and key have passed.
		Confirmed: r.Credential != nil && r.Issuer.RecognisedBy != nil,
	}
	if r.Replacement != nil {
		v.ReplacedBy = r.Replacement.Address
	}
	if r.Presentation != nil { // what is in a record is read as a whole, see reading
		v.Nested = s.inside(c, r)
	}
	catalogue := words.For("en")
	for _, check := range r.Checks {
		if check.Name == verifier.Holder {
			continue // nobody has asked
		}
		v.Checks = append(v.Checks, templates.Check{
			Name: string(check.Name), Title: catalogue.Question(check.Name), State: string(check.Outcome),
			Sentence: check.Sentence, Next: check.Next,
		})
	}
	return v
}

// verdictOf is the verdict in the words of the report's headline.
func verdictOf(r verifier.Report) templates.Verdict {
	headline, sentence, _ := strings.Cut(strings.TrimSuffix(r.Headline, "."), ". ")
	if sentence != "" {
		sentence += "."
	}
	return templates.Verdict{Outcome: string(r.Verdict), Headline: headline, Sentence: sentence, AsOf: r.AsOf}
}

// inside are the answers on the credentials in a presentation, each with its
// name where that is to be relied on.
func (s *Server) inside(c *gin.Context, r verifier.Report) []templates.NestedVerdict {
	list := make([]templates.NestedVerdict, len(r.Nested))
	for i, n := range r.Nested {
		list[i] = templates.NestedVerdict{Title: s.T(c, "verify.inside", i+1), Verdict: verdictOf(n.Report)}
		if said := n.Report.Credential; said != nil && n.Report.Issuer.RecognisedBy != nil {
			list[i].Title = cmp.Or(said.Achievement.Name, said.Name, list[i].Title)
		}
		list[i].Verdict.Within = true
	}
	return list
}

// facts are who, by whom, what and when; of a document that is not to be
// relied on, only who it claims to be from.
func (s *Server) facts(c *gin.Context, r verifier.Report, zone *time.Location) []templates.Fact {
	var list []templates.Fact
	add := func(key, value string) {
		if value != "" {
			list = append(list, templates.Fact{Label: s.T(c, "verify.fact."+key), Value: value})
		}
	}
	said := said(r)
	if said != nil {
		add("name", said.Subject.Name)
		add("achievement", cmp.Or(said.Achievement.Name, said.Name))
		if kind := s.kindOf(said); !strings.EqualFold(kind, cmp.Or(said.Achievement.Name, said.Name)) {
			add("kind", kind)
		}
	}
	if r.Issuer.Name != "" {
		add("issuer", r.Issuer.Name)
	} else {
		add("issuer_claimed", r.Issuer.ClaimedName)
		add("issuer_id", r.Issuer.ID)
	}
	if by := r.Issuer.RecognisedBy; by != nil {
		add("recognised", by.Name)
	}
	if said != nil {
		add("awarded", s.day(said.AwardedDate, zone))
		add("issued", s.day(said.ValidFrom, zone))
		add("until", s.day(said.ValidUntil, zone))
	}
	return list
}

// said is what a page may show of a document: nothing of one that was replaced,
// which may bear a former name (domain invariant 13).
func said(r verifier.Report) *verifier.Summary {
	if r.Verdict == verifier.Superseded {
		return nil
	}
	return r.Credential
}

// achievementKinds are the types that the catalogue has words for.
var achievementKinds = map[string]string{
	"SecondarySchoolDiploma": "verify.kind.diploma", "MicroCredential": "verify.kind.micro",
	"Badge": "verify.kind.badge", "Certificate": "verify.kind.certificate",
}

// kindOf is what sort of document it is, in words; the type itself where there are none.
func (s *Server) kindOf(c *verifier.Summary) string {
	switch {
	case c.Record == nil:
	case c.Record.Partial:
		return s.pages.T("en", "verify.kind.transcript")
	default:
		return s.pages.T("en", "verify.kind.record")
	}
	if key, ok := achievementKinds[c.Achievement.Type]; ok {
		return s.pages.T("en", key)
	}
	return c.Achievement.Type
}

// explain adds what the issuer's own server knows of a withdrawal, once the
// signed list says so too.
func (s *Server) explain(c *gin.Context, v *templates.VerifyResult, page registrar.Page, zone *time.Location) {
	if v.Verdict.Outcome != string(verifier.Revoked) || page.Revoked.IsZero() {
		return
	}
	v.Verdict.Next = s.T(c, "verify.revoked_on", s.day(page.Revoked, zone), s.T(c, "revocation.reason."+string(page.Reason)))
}

// paper is the credential as a document.
func (s *Server) paper(c *gin.Context, r verifier.Report, page registrar.Page, zone *time.Location) *templates.Paper {
	if said(r) == nil {
		return nil
	}
	address := s.PublicURL + "/c/" + page.Page
	p := &templates.Paper{
		Kind: "certificate", School: r.Issuer.Name, Place: page.Locality, Title: cmp.Or(r.Credential.Achievement.Name, r.Credential.Name),
		Certifies: s.T(c, "verify.paper.certifies"), Holder: r.Credential.Subject.Name,
		Text: s.T(c, "verify.paper.earned"), On: r.Credential.AwardedDate.In(zone),
		QR: &templates.QR{Src: "/c/" + page.Page + "/qr.svg", URL: address},
	}
	if p.School == "" {
		p.School = r.Issuer.ClaimedName
	}
	switch page.Kind {
	case competency.DiplomaAward:
		p.Kind, p.Text = "diploma", s.T(c, "verify.paper.graduated")
	case competency.RecordAward:
		p.Kind, p.Text = "record", s.T(c, "verify.paper.recorded")
		if r.Credential.Record != nil && r.Credential.Record.Partial {
			p.Text = s.T(c, "verify.paper.so_far")
		}
	case competency.MicroCredentialAward:
	}
	switch r.Verdict { //nolint:exhaustive // the others are told beside the paper
	case verifier.Revoked:
		p.Withdrawn = s.T(c, "verify.paper.withdrawn")
	case verifier.Suspended:
		p.Withdrawn = s.T(c, "verify.paper.suspended")
	}
	s.dress(p, page.Slug, page.Profile, commonScale(levelled(r.Credential)))
	return p
}

// pictures remembers QR codes, which never change.
type pictures struct {
	mu   sync.Mutex // guards kept
	kept map[string][]byte
}

// picturesKept is how many are remembered, of about 6 KB each.
const picturesKept = 1024

// get answers a remembered picture, or draws it.
func (p *pictures) get(key string, draw func() ([]byte, error)) ([]byte, error) {
	p.mu.Lock()
	data, ok := p.kept[key]
	p.mu.Unlock()
	if ok {
		return data, nil
	}
	data, err := draw()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil || len(p.kept) >= picturesKept {
		p.kept = map[string][]byte{}
	}
	p.kept[key] = data
	return data, nil
}

// qrSize is the width of a PNG, for print at 6 cm and 300 dots an inch.
const qrSize = 720

func (s *Server) qrPNG(c *gin.Context) error {
	return s.sendQR(c, "image/png", func(address string) ([]byte, error) { return qr.PNG(address, qrSize) })
}

func (s *Server) qrSVG(c *gin.Context) error { return s.sendQR(c, "image/svg+xml", qr.SVG) }

// sendQR draws the address of a page that is there.
func (s *Server) sendQR(c *gin.Context, mediaType string, draw func(string) ([]byte, error)) error {
	page, err := s.reg.Page(c.Request.Context(), c.Param("token"))
	if err != nil {
		return err
	}
	data, err := s.pictures.get(mediaType+page.Page, func() ([]byte, error) { return draw(s.PublicURL + "/c/" + page.Page) })
	if err != nil {
		return err
	}
	c.Header("Cache-Control", "private, max-age=86400")
	c.Data(http.StatusOK, mediaType, data)
	return nil
}
