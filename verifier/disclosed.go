package verifier

import (
	"context"
	"slices"
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
)

// openDisclosed reads an SD-JWT: a credential of which the holder shows a part
// (RFC 9901 §7.1). What is judged is what is shown; a holder's key binding is
// for the reader who asked for it, see [run.bound].
func (r *run) openDisclosed(ctx context.Context, data []byte) *credentials.Node {
	token, header, err := proof.ParseSDJWT(data)
	if err != nil {
		r.refused(err)
		return nil
	}
	r.token, r.header, r.shown = &token.JWT, header, &token
	if header.Type != proof.TypeSDJWT && header.Type != "application/"+proof.TypeSDJWT {
		r.add(Proof, Fail, CodeTokenType, "type", header.Type)
	}
	if _, ok := r.parse(token.JWT.Payload); !ok {
		return nil
	}
	shown, err := token.Disclose()
	if err != nil {
		r.refused(err)
		return nil
	}
	r.withheld, r.claims = shown.Withheld, shown.Payload
	r.format(ctx, shown.Payload)
	return shown.Payload
}

// mayBeWithheld tells whether the member at a pointer may be one that the
// holder kept back: whatever is missing there is not known, rather than wrong.
func (r *run) mayBeWithheld(pointer string) bool {
	parent := pointer[:max(strings.LastIndexByte(pointer, '/'), 0)]
	return slices.Contains(r.withheld, parent)
}
