package api

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"

	"laurel/competency"
	"laurel/internal/registrar"
	"laurel/templates"
)

// signInRequest is a sign-in name and its password.
type signInRequest struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Next     string `json:"next"`
}

type signInPage struct {
	templates.Base
	Login, Next string
	Again       bool // the person is signed in and types the password once more
}

func (s *Server) pageSignIn(c *gin.Context) error {
	view := signInPage{Base: s.base(c, s.T(c, "sign_in.title")), Next: localPath(c.Query("next"))}
	who := actor(c)
	view.Public = who.Person == ""
	view.Again = who.Person != "" && c.Query("again") != ""
	if who.Person != "" && !view.Again {
		return s.see(c, view.Next)
	}
	if view.Again {
		login, err := s.reg.Login(c.Request.Context(), who)
		if err != nil {
			return err
		}
		view.Login = login
	}
	return s.render(c, http.StatusOK, "sign_in", view)
}

func (s *Server) doSignIn(c *gin.Context) error {
	var in signInRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	before, had := s.session(c)
	sess, err := s.reg.SignInFrom(c.Request.Context(), c.ClientIP(), in.Login, in.Password)
	if errors.Is(err, competency.ErrUnauthenticated) || errors.Is(err, competency.ErrRateLimited) {
		if wantsJSON(c) {
			return err
		}
		p := s.toProblem(c.Request.Context(), err)
		view := signInPage{Base: s.base(c, s.T(c, "sign_in.title")), Login: in.Login, Next: localPath(in.Next)}
		view.Public = true
		view.Problems = templates.Problems{{Field: "login", Text: p.Detail}}
		return s.render(c, p.Status, "sign_in", view)
	}
	if err != nil {
		return err
	}
	if had && before.Account == sess.Account {
		sess.Tenant = before.Tenant // typing the password again does not move one elsewhere
	}
	if err := s.startSession(c, sess); err != nil {
		return err
	}
	if wantsJSON(c) {
		c.Status(http.StatusNoContent)
		return nil
	}
	return s.see(c, localPath(in.Next))
}

// doSignOut also has the browser forget what pages kept on the device.
func (s *Server) doSignOut(c *gin.Context) error {
	c.Header("Clear-Site-Data", `"storage"`)
	if err := s.sessions.Destroy(c.Request.Context()); err != nil {
		return err
	}
	return s.see(c, "/")
}

func (s *Server) doSignOutEverywhere(c *gin.Context) error {
	if err := s.reg.SignOutEverywhere(c.Request.Context(), actor(c)); err != nil {
		return err
	}
	return s.doSignOut(c)
}

// doSwitch moves the session to another tenant of the same account.
func (s *Server) doSwitch(c *gin.Context) error {
	var in struct {
		Membership string `json:"membership"`
	}
	if err := decode(c, &in); err != nil {
		return err
	}
	sess, _ := s.session(c)
	sess.Tenant = competency.OrgID(in.Membership)
	if _, err := s.reg.Actor(c.Request.Context(), sess); err != nil {
		return competency.NotFound()
	}
	if err := s.startSession(c, sess); err != nil {
		return err
	}
	return s.see(c, "/")
}

type accountPage struct {
	templates.Base
	Login       string
	Memberships []registrar.Membership
}

func (s *Server) accountView(c *gin.Context) (accountPage, error) {
	view := accountPage{Base: s.base(c, s.T(c, "account.title"))}
	var err error
	if view.Login, err = s.reg.Login(c.Request.Context(), actor(c)); err != nil {
		return view, err
	}
	view.Memberships, err = s.reg.Memberships(c.Request.Context(), actor(c))
	return view, err
}

func (s *Server) pageAccount(c *gin.Context) error {
	view, err := s.accountView(c)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, "account", view)
}

// passwordRequest changes a password.
type passwordRequest struct {
	Present string `json:"present"`
	Next    string `json:"next"`
}

func (s *Server) doPassword(c *gin.Context) error {
	var in passwordRequest
	if err := decode(c, &in); err != nil {
		return err
	}
	err := s.reg.ChangePassword(c.Request.Context(), actor(c), in.Present, in.Next)
	if bad, ok := problems(err); ok && !wantsJSON(c) {
		view, err := s.accountView(c)
		if err != nil {
			return err
		}
		view.Problems = bad
		return s.render(c, http.StatusUnprocessableEntity, "account", view)
	}
	if err != nil {
		return err
	}
	if err := s.sessions.Destroy(c.Request.Context()); err != nil {
		return err
	}
	return s.see(c, "/sign-in")
}
