package api

// workbenchRoutes are the catalogue of micro-credentials, applications and reviews.
var workbenchRoutes = []route{
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
}
