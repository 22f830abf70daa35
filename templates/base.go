package templates

// Base is what the layout needs; the view of every page embeds it.
type Base struct {
	// Title is the page's own title, without the product's name.
	Title string
	// Lang is the BCP 47 tag of the words on the page; empty means English.
	Lang string
	// Path is the path of this page, to which signing in comes back.
	Path string
	// User is who is signed in; nil for a page that anyone may read.
	User *User
	// Nav is the short menu of the user's role.
	Nav []NavItem
	// Crumbs lead from home to the page above this one.
	Crumbs []Crumb
	// Flash says what has just been done.
	Flash *Flash
	// Problems are what was wrong with the form on this page.
	Problems Problems
	// Public takes away everything that belongs to signing in: reader pages.
	Public bool
	// Wide lets the page use the width of a desk screen: grids and queues.
	Wide bool
	// Account is the learner at the screen, to whom evidence on this device
	// belongs until it is sent; empty for everyone else.
	Account string
	// Capture marks the page that works without a network and knows nobody.
	Capture bool
	// PaperOnly prints nothing but the document on the page.
	PaperOnly bool
}

// Language makes every struct that embeds Base a View.
func (b Base) Language() string { return b.Lang }

// User is the person at the screen.
type User struct {
	// Name is the name in use.
	Name string
	// Role is one line such as "Teacher at Willow Brook Union High School".
	Role string
	// Memberships are the places between which the user can change.
	Memberships []Membership
	// Own are the user's own places, where the menu has no room for them.
	Own []NavItem
}

// Membership is one place and role of the user.
type Membership struct {
	ID, Label string
	Current   bool
}

// NavItem is an entry of the menu, named by a noun of the school.
type NavItem struct {
	Label, Href string
	Current     bool
	// Count is what waits there; 0 shows nothing.
	Count int
}

// Crumb is a step above the page.
type Crumb struct{ Label, Href string }

// FlashKind tells good news from bad.
type FlashKind string

// The kinds of flash messages.
const (
	FlashDone    FlashKind = "done"
	FlashNotice  FlashKind = "notice"
	FlashProblem FlashKind = "problem"
)

// Flash is a message about the last act, shown once.
type Flash struct {
	Kind FlashKind
	Text string
	// UndoAction is the address that takes the act back by POST; empty where
	// there is no way back.
	UndoAction string
}

// Problem is one thing wrong with a form.
type Problem struct {
	// Field is the name of the form field; empty if it concerns the whole form.
	Field string
	// Text says what to do, as a sentence.
	Text string
}

// ID is the id of the field's input.
func (p Problem) ID() string {
	if p.Field == "" {
		return ""
	}
	return fieldID(p.Field)
}

// Problems are what was wrong with a form, in the order of its fields.
type Problems []Problem

// For gives the sentence for a field; empty if the field is fine.
func (ps Problems) For(field string) string {
	for _, p := range ps {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}
