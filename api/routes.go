package api

import "net/http"

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the whole table: method, path, who may come, what answers, and the
// largest body in bytes (0 for maxBody). What an actor may do there, the office
// decides. The operations of the JSON API stand in v1_*.go and /openapi.json.
var routes = []route{
	// The front door.
	{get, "/", anyone, (*Server).pageHome, 0},
	{get, "/sign-in", anyone, (*Server).pageSignIn, 0},
	{post, "/sign-in", anyone, (*Server).doSignIn, 0},
	{post, "/sign-out", anyone, (*Server).doSignOut, 0},
	{post, "/sign-out-everywhere", signedIn, (*Server).doSignOutEverywhere, 0},
	{post, "/account/place", signedIn, (*Server).doSwitch, 0},
	{get, "/account", signedIn, (*Server).pageAccount, 0},
	{post, "/account/password", signedIn, (*Server).doPassword, 0},
	{get, "/static/*name", readers, (*Server).static, 0},
	{get, "/problems/:name", readers, (*Server).pageProblem, 0},
	{get, "/healthz", readers, (*Server).health, 0},

	// The reader: no session and, on the verify path, no database.
	{get, "/c/:token", readers, (*Server).readCredential, 0},
	{get, "/c/:token/qr.png", readers, (*Server).qrPNG, 0},
	{get, "/c/:token/qr.svg", readers, (*Server).qrSVG, 0},
	{get, "/verify", readers, (*Server).pageVerify, 0},
	{post, "/verify", readers, (*Server).doVerify, maxVerifyForm},
	{post, "/v1/verify", readers, (*Server).verifyJSON, maxVerifyJSON},
	{get, "/schools/:slug/did.json", readers, (*Server).didDocument, 0},
	{get, "/schools/:slug/jwks.json", readers, (*Server).schoolKeys, 0},
	{get, "/schools/:slug/endorsement", readers, (*Server).endorsement, 0},
	{get, "/.well-known/jwks.json", readers, (*Server).everyKey, 0},
	{get, "/keys/:thumbprint", readers, (*Server).singleKey, 0},
	{get, "/status/:list", readers, (*Server).statusList, 0},
	{get, "/registry.json", readers, (*Server).registry, 0},
	{get, "/bundle.json", readers, (*Server).bundle, 0},

	// People, places and the journal.
	{get, "/setup", anyone, (*Server).pageSetup, 0},
	{post, "/setup", anyone, (*Server).doSetup, 0},
	{get, "/people", signedIn, (*Server).pagePeople, 0},
	{get, "/people/new", signedIn, (*Server).pageNewPerson, 0},
	{post, "/people", signedIn, (*Server).doNewPerson, 0},
	{get, "/people/:person", signedIn, (*Server).pagePerson, 0},
	{post, "/people/:person/roles", signedIn, (*Server).doGiveRole, 0},
	{post, "/people/:person/roles/end", signedIn, (*Server).doEndRole, 0},
	{post, "/people/:person/password", signedIn, (*Server).doResetPassword, 0},
	{get, "/organisation", signedIn, (*Server).pageOrganisation, 0},
	{post, "/organisation", signedIn, (*Server).doNewOrg, 0},
	{get, "/journal", signedIn, (*Server).pageJournal, 0},

	// Learning: evidence, judging, what is left, frameworks and policies.
	{get, "/evidence", signedIn, (*Server).pageEvidenceList, 0},
	{get, "/evidence/new", signedIn, (*Server).pageNewEvidence, 0},
	{post, "/evidence", signedIn, (*Server).doNewEvidence, maxUpload},
	{get, "/evidence/:evidence", signedIn, (*Server).pageEvidence, 0},
	{get, "/evidence/:evidence/edit", signedIn, (*Server).pageEditEvidence, 0},
	{post, "/evidence/:evidence", signedIn, (*Server).doEditEvidence, maxUpload},
	{post, "/evidence/:evidence/submit", signedIn, (*Server).doSubmitEvidence, 0},
	{post, "/evidence/:evidence/withdraw", signedIn, (*Server).doWithdrawEvidence, 0},
	{get, "/evidence-files/:file", signedIn, (*Server).evidenceFile, 0},
	{post, "/evidence-files/:file/remove", signedIn, (*Server).doRemoveFile, 0},
	{get, "/requirements", signedIn, (*Server).pageRequirements, 0},
	{get, "/learners", signedIn, (*Server).pageLearners, 0},
	{get, "/learners/:learner", signedIn, (*Server).pageLearner, 0},
	{post, "/learners/:learner/transcripts", signedIn, (*Server).doTranscript, 0},
	{get, "/queue", signedIn, (*Server).pageQueue, 0},
	{get, "/judge/:evidence", signedIn, (*Server).pageJudge, 0},
	{post, "/judge/:evidence", signedIn, (*Server).doJudge, 0},
	{post, "/judge/:evidence/undo", signedIn, (*Server).doUndo, 0},
	{post, "/judge/:evidence/back", signedIn, (*Server).doSendBack, 0},
	{get, "/proposals", signedIn, (*Server).pageProposals, 0},
	{post, "/proposals", signedIn, (*Server).doConfirm, 0},
	{post, "/determinations/:determination/reopen", signedIn, (*Server).doReopen, 0},
	{get, "/policies", signedIn, (*Server).pagePolicies, 0},
	{get, "/policies/:policy", signedIn, (*Server).pagePolicy, 0},
	{get, "/frameworks", signedIn, (*Server).pageFrameworks, 0},
	{get, "/frameworks/:framework", anyone, (*Server).pageFramework, 0},

	// Micro-credentials: catalogue, applications, reviews.
	{get, "/catalogue", anyone, (*Server).pageCatalogue, 0},
	{get, "/catalogue/:slug", anyone, (*Server).pageCatalogueEntry, 0},
	{get, "/catalogue/:slug/:version", anyone, (*Server).pageCatalogueEntry, 0},
	{post, "/catalogue/:slug/start", signedIn, (*Server).doStartApplication, 0},
	{get, "/micro-credentials/new", signedIn, (*Server).pagePublish, 0},
	{post, "/micro-credentials", signedIn, (*Server).doPublish, 0},
	{get, "/applications", signedIn, (*Server).pageApplications, 0},
	{get, "/applications/waiting", signedIn, (*Server).pageWaiting, 0},
	{get, "/applications/:id", signedIn, (*Server).pageApplication, 0},
	{post, "/applications/:id/draft", signedIn, (*Server).doDraft, maxUpload},
	{post, "/applications/:id/submit", signedIn, (*Server).doSubmitApplication, maxUpload},
	{post, "/applications/:id/withdraw", signedIn, (*Server).doWithdrawApplication, 0},
	{post, "/applications/:id/retry", signedIn, (*Server).doRetryApplication, 0},
	{post, "/applications/:id/assign", signedIn, (*Server).doAssignReview, 0},
	{get, "/applications/:id/files/:file", signedIn, (*Server).applicationFile, 0},
	{get, "/reviews", signedIn, (*Server).pageReviews, 0},
	{get, "/reviews/:id", signedIn, (*Server).pageReview, 0},
	{post, "/reviews/:id/scores", signedIn, (*Server).doScoreReview, 0},
	{get, "/reviews/:id/files/:file", signedIn, (*Server).reviewFile, 0},

	// Graduation: classes, audits, lists of diplomas.
	{get, "/classes", signedIn, (*Server).pageClasses, 0},
	{post, "/classes", signedIn, (*Server).doOpenClass, 0},
	{get, "/classes/:class", signedIn, (*Server).pageClass, 0},
	{get, "/classes/:class/progress", signedIn, (*Server).auditProgress, 0},
	{post, "/classes/:class/audits", signedIn, (*Server).doAuditClass, 0},
	{post, "/classes/:class/batches", signedIn, (*Server).doCertify, 0},
	{get, "/classes/:class/learners/:person", signedIn, (*Server).pageLearnerAudit, 0},
	{get, "/batches/:batch", signedIn, (*Server).pageBatch, 0},
	{get, "/batches/:batch/progress", signedIn, (*Server).batchProgress, 0},
	{post, "/batches/:batch/approve", signedIn, (*Server).doApprove, 0},
	{post, "/batches/:batch/withdraw", signedIn, (*Server).doWithdrawBatch, 0},

	// Credentials: holders, the office, withdrawals.
	{get, "/credentials", signedIn, (*Server).pageCredentials, 0},
	{get, "/credentials/:id", signedIn, (*Server).pageCredential, 0},
	{get, "/credentials/:id/print", signedIn, (*Server).pageCredentialPrint, 0},
	{get, "/credentials/:id/jwt", signedIn, (*Server).downloadToken, 0},
	{get, "/credentials/:id/json", signedIn, (*Server).downloadEmbedded, 0},
	{post, "/credentials/:id/page", signedIn, (*Server).doCredentialPage, 0},
	{get, "/issued", signedIn, (*Server).pageIssued, 0},
	{get, "/issued/:id", signedIn, (*Server).pageIssuedOne, 0},
	{post, "/issued/:id/revocations", signedIn, (*Server).doOpenRevocation, 0},
	{get, "/revocations", signedIn, (*Server).pageRevocations, 0},
	{post, "/revocations/:id/confirm", signedIn, (*Server).doConfirmRevocation, 0},
	{post, "/revocations/:id/cancel", signedIn, (*Server).doCancelRevocation, 0},
}
