package words

import "strings"

// pattern is a text with places to fill, taken apart: text, name, text, name, …, text.
type pattern []string

// patternOf takes a text apart at its {names}.
func patternOf(text string) pattern {
	var p pattern
	for {
		before, rest, opened := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !opened || !closed {
			return append(p, text)
		}
		p = append(p, before, name)
		text = after
	}
}

// fill puts the value of each name in its place. What is put in is not read again.
func (p pattern) fill(value func(name string) string) string {
	if len(p) <= 1 {
		return strings.Join(p, "")
	}
	var b strings.Builder
	for i, part := range p {
		if i%2 == 1 {
			part = value(part)
		}
		b.WriteString(part)
	}
	return b.String()
}
