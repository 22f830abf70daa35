package testkit_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"laurel/internal/testkit"
)

// The token is made by hand here, so that the harness is tested by nothing
// that it will be used to test.
func TestJoseVerify(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding
	jwk := fmt.Appendf(nil, `{"kty":"OKP","crv":"Ed25519","x":%q}`, b64.EncodeToString(public))
	signed := b64.EncodeToString([]byte(`{"alg":"EdDSA","typ":"vc+jwt"}`)) + "." + b64.EncodeToString([]byte(`{"name":"Ana"}`))
	token := signed + "." + b64.EncodeToString(ed25519.Sign(private, []byte(signed)))

	got := testkit.JoseVerify(t, token, jwk, "EdDSA", "vc+jwt")
	if !got.OK || string(got.Payload) != `{"name":"Ana"}` {
		t.Errorf("genuine token: got %+v, want it verified", got)
	}
	for name, c := range map[string]struct{ token, alg, typ, want string }{
		"another payload":   {strings.Replace(token, ".", ".e30", 1), "EdDSA", "vc+jwt", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"},
		"another type":      {token, "EdDSA", "JWT", "typ is"},
		"another algorithm": {token, "ES256", "vc+jwt", "ERR_JOSE"},
		"not a token":       {"x", "EdDSA", "vc+jwt", "ERR_JWS_INVALID"},
	} {
		got := testkit.JoseVerify(t, c.token, jwk, c.alg, c.typ)
		if got.OK || !strings.Contains(got.Error, c.want) {
			t.Errorf("%s: got %+v, want an error with %q", name, got, c.want)
		}
	}
}
