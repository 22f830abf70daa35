package templates

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Button is a button or, with Href, a link that looks like one.
type Button struct {
	Label string
	// Kind is primary, quiet or danger; a page has one primary action.
	Kind string
	// Href makes it a link. Name and Value are sent with the form otherwise.
	Href, Name, Value string
	// Icon is the name of an icon; see the part "icon".
	Icon string
}

// Ring shows how much of one graduation standard has been shown.
type Ring struct {
	Label string
	// Shown of Total indicators; Total may be 0.
	Shown, Total int
	// Next names the next thing to show; empty when all are shown.
	Next string
	// Href leads to the standard; may be empty.
	Href string
	// Trend is the course of the judgments in it; nil where there are too few.
	Trend *Trend
}

// Percent is how far the ring is filled.
func (r Ring) Percent() int {
	if r.Total <= 0 {
		return 0
	}
	return min(100, max(0, 100*r.Shown/r.Total))
}

// Complete tells that everything has been shown.
func (r Ring) Complete() bool { return r.Total > 0 && r.Shown >= r.Total }

// Trend is a small step line of dated judgments, oldest first.
type Trend struct {
	// Label says what the line is about, for those who cannot see it.
	Label string
	// Levels are the judgments' level numbers, Most the scale's highest.
	Levels []int
	Most   int
	// ProficientAt draws the line that matters; 0 draws none.
	ProficientAt int
}

const trendHeight = 32 // the drawing's height in its own units

// Points is the step line as an SVG point list.
func (t Trend) Points() string {
	var b strings.Builder
	for i, l := range t.Levels {
		fmt.Fprintf(&b, "%d,%d %d,%d ", i*20, t.y(l), (i+1)*20, t.y(l))
	}
	return strings.TrimSpace(b.String())
}

// Width is the drawing's width in its own units.
func (t Trend) Width() int { return max(1, len(t.Levels)) * 20 }

// Proficient is the height of the line that matters.
func (t Trend) Proficient() int { return t.y(t.ProficientAt) }

func (t Trend) y(level int) int {
	if t.Most <= 1 {
		return trendHeight / 2
	}
	return trendHeight - 3 - (trendHeight-6)*(level-1)/(t.Most-1)
}

// NodeState is where a requirement stands.
type NodeState string

// The states of a requirement.
const (
	Met     NodeState = "met"
	Waived  NodeState = "waived"
	NotYet  NodeState = "not_met"
	Pending NodeState = "pending"
)

// Node is a requirement with what explains it.
type Node struct {
	ID, Title string
	State     NodeState
	// Sentence says why it stands so, or what is asked.
	Sentence string
	// Have of Need, where the requirement counts something; Need 0 shows neither.
	Have, Need int
	// Counted says the same where it is not counted in whole numbers ("8.5 of 9
	// credits"); empty shows Have of Need.
	Counted string
	// Credits are those that count here; Or names other places where the credits
	// that are missing could stand.
	Credits []NodeCredit
	Or      string
	// Missing is what would meet it, and Person whom to ask about it where no way
	// names one.
	Missing  []Missing
	Person   string
	Children []Node
	// Folded keeps an open node folded; one that is met always is.
	Folded bool
}

// NodeCredit is a credit that counts for a requirement.
type NodeCredit struct{ Title, Amount, Waits string }

// Open tells that the node is shown unfolded.
func (n Node) Open() bool { return !n.Folded && (n.State == NotYet || n.State == Pending) }

// Missing is one thing still to be shown.
type Missing struct {
	// Code is the school's code for the indicator, Title its sentence.
	Code, Title string
	// Level is the level now reached, in the school's word; may be empty.
	Level string
	// Before are what is well shown first, and still open.
	Before []string
	// Ways are ways to show it.
	Ways []Way
	// Ask is the code for which the learner may ask to be assessed; Asked tells
	// that they have.
	Ask   string
	Asked bool
}

// Way is one way to show something and whom to ask.
type Way struct{ Label, Href, Person string }

// QueueRow is one thing that waits.
type QueueRow struct {
	Title, Href string
	// Who it is about; empty where that is hidden (blind review).
	Who string
	// What kind of thing it is, in a word or two.
	What string
	// Since when it waits, and the same in words ("3 days").
	Since time.Time
	Age   string
	// Due, in words; Late marks it as over.
	Due  string
	Late bool
	// Done draws the row as finished.
	Done bool
}

// Person is a row about someone: name first, number second.
type Person struct {
	Name, Href string
	// Line is one line beside the name, such as "Grade 12 · Ms. Nair".
	Line string
	// Note is what waits or what is next.
	Note string
	// State is a word with its tone; may be empty.
	State string
	Tone  Tone
}

// Initials are what stands in the person's circle: the first letters of the
// first and the last word of the name.
func (p Person) Initials() string {
	words := strings.Fields(p.Name)
	switch len(words) {
	case 0:
		return ""
	case 1:
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

func first(word string) string { return string([]rune(word)[:1]) }

// Tone is the signal hue of a word; it never stands without the word.
type Tone string

// The tones.
const (
	Plain     Tone = ""
	Genuine   Tone = "genuine"
	Attention Tone = "attention"
	Stop      Tone = "stop"
	Unknown   Tone = "unknown"
)

// Empty is what stands where there is nothing yet.
type Empty struct {
	// Text says what will be here.
	Text string
	// Action is the one next step; nil if there is none.
	Action *Button
}

// Progress is a long piece of work that can be left and found again.
type Progress struct {
	Label               string
	Done, Total, Failed int
	// State is running, done or stopped.
	State string
	// Poll is the address of {"done","total","failed","state"} as JSON.
	Poll string
	// Errors is the address of the list of what went wrong; may be empty.
	Errors string
	// Then is the page that shows what came of it; empty stays where it is.
	Then string
}

// Percent is how much is done.
func (p Progress) Percent() int {
	if p.Total <= 0 {
		return 0
	}
	return min(100, 100*p.Done/p.Total)
}

// QR is a credential's code on paper: the picture and, beside it, what to type.
type QR struct {
	// Src is the address of the picture.
	Src string
	// URL is what the picture holds.
	URL string
	// Code is short enough to be read over the phone; may be empty.
	Code string
}

// Paper is a document as it is printed: a diploma or a certificate.
type Paper struct {
	// Kind is diploma or certificate.
	Kind string
	// School and Place stand at the head.
	School, Place string
	// Logo is the address of the school's logo; a wreath stands where there is none.
	Logo string
	// Title is the document's own title ("High School Diploma").
	Title string
	// Certifies, Holder and Text are the sentence: "This certifies that",
	// the name, "has shown …".
	Certifies, Holder, Text string
	// On is the civil date or time of conferral.
	On any
	// Lines are facts in the middle: endorsements, criteria, honours.
	Lines []string
	// Signatories sign at the foot.
	Signatories []Signatory
	// Legend explains the levels, lowest first.
	Legend []string
	// Withdrawn puts the word across the page; empty for a document that stands.
	Withdrawn string
	QR        *QR
}

// Monogram is what stands in the wreath: the first letters of the school's first
// two words.
func (p Paper) Monogram() string {
	words := strings.Fields(p.School)
	if len(words) == 0 {
		return ""
	}
	if len(words) == 1 {
		return first(words[0])
	}
	return first(words[0]) + first(words[1])
}

// Length tells long names apart, so that they are set smaller: nothing, long or
// longest.
func (p Paper) Length() string {
	switch n := utf8.RuneCountInString(p.Holder); {
	case n > 42:
		return "longest"
	case n > 26:
		return "long"
	}
	return ""
}

// Signatory is who signs a document.
type Signatory struct{ Name, Role string }

// Tab is one of a few views of the same thing.
type Tab struct {
	Label, Href string
	Current     bool
	Count       int
}

// Pager leads through a long list; an empty address shows no link.
type Pager struct {
	Previous, Next string
	// From, To and Total count rows, from 1.
	From, To, Total int
}
