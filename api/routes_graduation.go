package api

// graduationRoutes lead a class from its opening to its diplomas.
var graduationRoutes = []route{
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
}
