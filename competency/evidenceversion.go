package competency

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// EvidenceVersion is evidence as it was handed in once. It never changes: the
// next version stands beside it (mission row 74).
type EvidenceVersion struct {
	Evidence EvidenceID
	Version  int
	// Document holds the content as JSON, and Hash is the SHA-256 of exactly
	// these bytes in lower-case hex.
	Document []byte
	Hash     string
	Kept     time.Time
}

// VersionContent is what a version holds.
type VersionContent struct {
	Title      string        `json:"title"`
	Body       string        `json:"body"`
	Reflection string        `json:"reflection"`
	Route      string        `json:"route"`
	Context    string        `json:"context,omitempty"`
	Provider   string        `json:"provider,omitempty"`
	Began      string        `json:"began,omitempty"`
	Ended      string        `json:"ended,omitempty"`
	Minutes    int           `json:"minutes,omitempty"`
	Indicators []string      `json:"indicators"` // codes
	Links      []string      `json:"links,omitempty"`
	Files      []VersionFile `json:"files,omitempty"`
}

// VersionFile is a file of a version; its hash says which bytes it had.
type VersionFile struct {
	ID        FileID `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"mediaType"`
	Size      int64  `json:"size"`
	SHA256    string `json:"sha256"`
}

// Keep makes the version of evidence that is handed in now. Codes are those of
// its items, in their order.
func (e Evidence) Keep(codes []string, files []Attachment, at time.Time) EvidenceVersion {
	c := VersionContent{
		Title: e.Title, Body: e.Body, Reflection: e.Reflection, Route: e.Route, Context: e.Context, Provider: e.Provider,
		Began: e.Began, Ended: e.Ended, Minutes: e.Minutes, Indicators: slices.Clone(codes), Links: slices.Clone(e.Links),
	}
	for _, f := range files {
		c.Files = append(c.Files, VersionFile{f.ID, f.Name, f.MediaType, f.Size, f.SHA256})
	}
	document, _ := json.Marshal(c) // texts, numbers and lists of them always marshal
	return EvidenceVersion{Evidence: e.ID, Version: e.Version, Document: document, Hash: hashOf(document), Kept: at}
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Content reads the version back. It answers an error when the bytes are not
// those that were kept.
func (v EvidenceVersion) Content() (c VersionContent, err error) {
	if hashOf(v.Document) != v.Hash {
		return c, fmt.Errorf("version %d of evidence %s is not what was kept", v.Version, v.Evidence)
	}
	if err := json.Unmarshal(v.Document, &c); err != nil {
		return c, fmt.Errorf("reading version %d of evidence %s: %w", v.Version, v.Evidence, err)
	}
	return c, nil
}

// VersionChange is what differs from one version to the next: the name of a
// part ("body", "files", …) and, for lists, what came and what went.
type VersionChange struct {
	Part        string
	Came, Went  []string
	Before, Now string // for words
}

// Changes answers what differs between two versions, in the order of the form.
func Changes(before, now VersionContent) []VersionChange {
	var all []VersionChange
	words := func(part, a, b string) {
		if a != b {
			all = append(all, VersionChange{Part: part, Before: a, Now: b})
		}
	}
	lists := func(part string, a, b []string) {
		came, went := without(b, a), without(a, b)
		if len(came)+len(went) > 0 {
			all = append(all, VersionChange{Part: part, Came: came, Went: went})
		}
	}
	words("title", before.Title, now.Title)
	words("body", before.Body, now.Body)
	words("reflection", before.Reflection, now.Reflection)
	words("route", before.Route, now.Route)
	words("context", before.Context, now.Context)
	words("provider", before.Provider, now.Provider)
	words("began", before.Began, now.Began)
	words("ended", before.Ended, now.Ended)
	if before.Minutes != now.Minutes {
		all = append(all, VersionChange{Part: "hours", Before: HoursText(before.Minutes), Now: HoursText(now.Minutes)})
	}
	lists("indicators", before.Indicators, now.Indicators)
	lists("links", before.Links, now.Links)
	lists("files", fileNames(before.Files), fileNames(now.Files))
	return all
}

// without answers the members of a that b has not.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// fileNames are the files of a version by name and the beginning of their hash,
// so that other bytes under the same name are seen.
func fileNames(files []VersionFile) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name + " (" + f.SHA256[:min(8, len(f.SHA256))] + ")"
	}
	return names
}

// HoursText is a number of minutes in hours, as a form shows it: "2.5".
func HoursText(minutes int) string {
	if minutes == 0 {
		return ""
	}
	text := fmt.Sprintf("%.2f", float64(minutes)/60)
	for text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	if text[len(text)-1] == '.' {
		text = text[:len(text)-1]
	}
	return text
}

// Reflection is a thought about the work with its day. There may be many, also
// after a judgment, and none is ever changed (mission row 73).
type Reflection struct {
	ID       string
	Evidence EvidenceID
	Author   PersonID
	Text     string
	At       time.Time
}

// Check answers what is wrong with a reflection.
func (r Reflection) Check() []Field {
	return appendLength(nil, "/text", r.Text, 1, maxText, "Write what you think about it now")
}
