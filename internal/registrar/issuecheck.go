package registrar

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"

	"laurel/credentials/issue"
	"laurel/internal/store"
	"laurel/verifier"
)

// newURN makes a random identifier: urn:uuid: and a UUIDv4 (RFC 9562 §5.4).
func (r *Registrar) newURN() (string, error) {
	id, err := uuid.NewRandomFromReader(r.Rand)
	if err != nil {
		return "", fmt.Errorf("making an identifier: %w", err)
	}
	return id.URN(), nil
}

// pageText is base32 in small letters: it can be read over the phone.
var pageText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// pageBytes is the length of a page's secret: 128 bits.
const pageBytes = 16

// newPage makes the secret of a credential's page.
func (r *Registrar) newPage() (string, error) {
	secret := make([]byte, pageBytes)
	if _, err := io.ReadFull(r.Rand, secret); err != nil {
		return "", fmt.Errorf("making a page: %w", err)
	}
	return pageText.EncodeToString(secret), nil
}

// selfCheck holds a signed document against the verifier that strangers use
// (security rule 10). Whether anybody vouches for the issuer is not the
// document's fault.
func (r *Registrar) selfCheck(ctx context.Context, document []byte) error {
	return standsBy(ctx, r.verifier, document)
}

// standsBy answers nil if a verifier has nothing to say against a document but
// that nobody vouches for its issuer.
func standsBy(ctx context.Context, v *verifier.Verifier, document []byte) error {
	report, err := v.Verify(ctx, document)
	if err != nil {
		return err
	}
	if report.Verdict == verifier.Valid || report.Verdict == verifier.UnrecognisedIssuer {
		return nil
	}
	return judged(report)
}

// judged is a report as an error: what did not pass.
func judged(report verifier.Report) error {
	var codes []string
	for _, c := range report.Checks {
		if c.Outcome == verifier.Fail || c.Outcome == verifier.Unknown {
			codes = append(codes, string(c.Name)+":"+c.Code+c.Params["path"])
		}
	}
	return fmt.Errorf("the verifier says %s: %s", report.Verdict, strings.Join(codes, ", "))
}

// forms are the signed forms of a stored document: the token, and the document
// with its proof inside, which is nil for one that was issued without.
func forms(doc store.Document) (token, embedded []byte, err error) {
	p, ok := doc.Proof(store.FormJWT)
	if !ok {
		return nil, nil, errors.New("an issued document has no token")
	}
	parts, _ := doc.Proof(store.FormParts)
	whole, err := issue.Whole(doc.Payload, parts.Signature)
	if err != nil {
		return nil, nil, err
	}
	t, err := issue.Token(whole, p.Protected, p.Signature)
	if err != nil {
		return nil, nil, err
	}
	if p, ok = doc.Proof(store.FormEmbedded); ok {
		embedded, err = issue.Document(whole, p.Signature)
	}
	return []byte(t.String()), embedded, err
}
