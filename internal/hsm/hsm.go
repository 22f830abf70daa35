// Package hsm keeps signing keys in a security module that speaks PKCS #11: the
// private half is made there and never leaves it.
//
// Talking to a module needs cgo, so that only a build with the tag pkcs11 can;
// any other answers [ErrNotBuilt].
package hsm

import "errors"

// Settings say which module, and which token of it.
type Settings struct {
	// Path is the module's PKCS #11 library.
	Path string
	// Token is the label of the token.
	Token string
	// PIN is the token's user PIN.
	PIN string
}

// ErrNotBuilt is the error of a program that was built without support of modules.
var ErrNotBuilt = errors.New("this program was built without support of security modules; " +
	"build it with CGO_ENABLED=1 and -tags pkcs11, or leave out LAUREL_PKCS11_MODULE")
