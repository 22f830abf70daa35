package templates

// Styleguide is the view of the page styleguide: one of everything, for
// designers and tests.
type Styleguide struct {
	Base
	Fields   []Field
	Buttons  []Button
	Rings    []Ring
	Trend    Trend
	Tree     Node
	Queue    []QueueRow
	People   []Person
	Empty    Empty
	Progress Progress
	Verdicts []Verdict
	Checks   []Check
	Diploma  Paper
	Award    Paper
	Tabs     []Tab
	Pager    Pager
	QR       QR
}

// Landing is the view of the page landing: the home of those who are not
// signed in.
type Landing struct{ Base }
