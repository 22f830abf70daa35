package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Sheet is what the demo tells about itself in demo.json.
type Sheet struct {
	BaseURL     string       `json:"base_url"`
	Accounts    []Account    `json:"accounts"`
	Credentials []Credential `json:"credentials"`
	// Application is the page of an application that waits for its assessors.
	Application string `json:"application"`
	// Class is the page of a class with learners ready to be certified.
	Class string `json:"class"`
	// Attest is a link for somebody outside, who needs no account.
	Attest string `json:"attest"`
	// Guest is a link for a guest on a panel, who needs no account.
	Guest string `json:"guest"`
	// Bundle is where everything lies that an offline verifier takes along.
	Bundle string `json:"bundle"`
}

// Account is a sign-in of the demo.
type Account struct {
	Role     string `json:"role"`
	Login    string `json:"login"`
	Password string `json:"password"`
	Name     string `json:"name"`
}

// Credential is a credential of the demo with the verdict to expect.
type Credential struct {
	Learner string `json:"learner"`
	Page    string `json:"page"`
	JSON    string `json:"json"`
	JWT     string `json:"jwt"`
	PNG     string `json:"png"`
	SVG     string `json:"svg"`
	PDF     string `json:"pdf"`
	Verdict string `json:"verdict"`
}

// SheetFile and BundleFile are the files that the demo writes into its folder.
const (
	SheetFile  = "demo.json"
	BundleFile = "bundle.json"
)

// Read answers the sheet of a folder; os.ErrNotExist when there is none.
func Read(dir string) (Sheet, error) {
	var s Sheet
	data, err := os.ReadFile(filepath.Join(dir, SheetFile)) //nolint:gosec // the operator names the folder
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("reading %s: %w", SheetFile, err)
	}
	return s, nil
}

// Write writes the sheet and the bundle into the folder. The sheet comes last
// and at once: where it is, the demo is whole.
func (s Sheet) Write(dir string, bundle []byte) error {
	if err := os.WriteFile(filepath.Join(dir, BundleFile), bundle, 0o600); err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	temp := filepath.Join(dir, SheetFile+".new")
	if err := os.WriteFile(temp, append(data, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(dir, SheetFile))
}

// Print writes for a person where to begin.
func (s Sheet) Print(w io.Writer) {
	fmt.Fprintf(w, "\nLaurel is ready at %s\n\nSign in with the password %q as\n", s.BaseURL, password)
	for _, a := range s.Accounts {
		fmt.Fprintf(w, "  %-14s %-30s %s\n", a.Role, a.Login, a.Name)
	}
	fmt.Fprintf(w, "\nStart here\n  %s/catalogue\n  %s/verify\n  %s   a class ready to be certified (registrar, counselor)\n  %s   an application that waits for its assessors (its owner)\n  %s   a learner asks somebody outside (nobody signs in)\n  %s   a guest on a panel (nobody signs in)\n",
		s.BaseURL, s.BaseURL, s.Class, s.Application, s.Attest, s.Guest)
	fmt.Fprintln(w, "\nCredentials that anyone can check")
	for _, c := range s.Credentials {
		fmt.Fprintf(w, "  %-20s %s   %s\n", c.Verdict, c.Page, c.Learner)
	}
	fmt.Fprintf(w, "\nAll of this stands in %s; offline: laurel-verify --bundle %s FILE\n\n", SheetFile, s.Bundle)
}
