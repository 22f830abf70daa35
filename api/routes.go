package api

import (
	"net/http"
	"slices"
)

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes is the whole table, desk by desk, with who may come to each.
var routes = slices.Concat(houseRoutes, peopleRoutes, learningRoutes, graduationRoutes, readerRoutes, issuingRoutes, workbenchRoutes)

// houseRoutes are the front door.
var houseRoutes = []route{
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
}
