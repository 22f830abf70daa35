package api

import "laurel/credentials"

// readerRoutes are what anyone may read: public documents, and the check of a
// credential. None of them touches sessions; none but /c/ touches the database.
var readerRoutes = []route{
	{get, "/c/:token", readers, (*Server).readCredential, 0},
	{get, "/c/:token/qr.png", readers, (*Server).qrPNG, 0},
	{get, "/c/:token/qr.svg", readers, (*Server).qrSVG, 0},
	{get, "/verify", readers, (*Server).pageVerify, 0},
	{post, "/verify", readers, (*Server).doVerify, maxVerifyForm},
	{post, "/v1/verify", readers, (*Server).verifyJSON, maxVerifyJSON},
	{get, "/schools/:slug/did.json", readers, (*Server).didDocument, 0},
	{get, "/schools/:slug/jwks.json", readers, (*Server).schoolKeys, 0},
	{get, "/.well-known/jwks.json", readers, (*Server).everyKey, 0},
	{get, "/keys/:thumbprint", readers, (*Server).singleKey, 0},
	{get, "/status/:list", readers, (*Server).statusList, 0},
	{get, "/registry.json", readers, (*Server).registry, 0},
	{get, "/bundle.json", readers, (*Server).bundle, 0},
}

// issuingRoutes are holders' own credentials and the office's list of them.
var issuingRoutes = []route{
	{get, "/credentials", signedIn, (*Server).pageCredentials, 0},
	{get, "/credentials/:id", signedIn, (*Server).pageCredential, 0},
	{get, "/credentials/:id/print", signedIn, (*Server).pageCredentialPrint, 0},
	{get, "/credentials/:id/jwt", signedIn, (*Server).downloadCredential, 0},
	{post, "/credentials/:id/page", signedIn, (*Server).doCredentialPage, 0},
	{get, "/issued", signedIn, (*Server).pageIssued, 0},
	{get, "/issued/:id", signedIn, (*Server).pageIssuedOne, 0},
	{post, "/issued/:id/revocations", signedIn, (*Server).doOpenRevocation, 0},
	{get, "/revocations", signedIn, (*Server).pageRevocations, 0},
	{post, "/revocations/:id/confirm", signedIn, (*Server).doConfirmRevocation, 0},
	{post, "/revocations/:id/cancel", signedIn, (*Server).doCancelRevocation, 0},
}

// Largest bodies of the check, in bytes: the document itself, in a form around
// it, or as a text in JSON.
const (
	maxVerifyForm = credentials.MaxBytes + 64<<10
	maxVerifyJSON = credentials.MaxBytes + 64
)
