package credentials

import "strings"

// Reason codes of a [Problem], as a verification report names them.
const (
	// CodeUndefinedTerm is a member or type that no pinned context defines.
	CodeUndefinedTerm = "undefined_term"
	// CodeSchemaViolation is a member that is missing or has a wrong value; see Problem.Rule.
	CodeSchemaViolation = "schema_violation"
	// CodeContextUnknown is a context that is not pinned: its members cannot be judged.
	CodeContextUnknown = "context_unknown"
	// CodeTypeUnknown is a kind of credential whose members are not known here.
	CodeTypeUnknown = "type_unknown"
)

// Rule says which rule a schema violation broke.
type Rule string

// The rules of a schema violation.
const (
	RuleRequired   Rule = "required"   // the member is missing
	RuleText       Rule = "text"       // it is not a string
	RuleURI        Rule = "uri"        // it is not an absolute address
	RuleDate       Rule = "date"       // it is not a date with time and offset
	RuleBoolean    Rule = "boolean"    // it is neither true nor false
	RuleNumber     Rule = "number"     // it is not a number
	RuleObject     Rule = "object"     // it is not an object
	RuleOne        Rule = "one"        // it is a list where one value must stand
	RuleEmpty      Rule = "empty"      // it is an empty list, an empty text or null
	RuleType       Rule = "type"       // its type is not the one that this place asks for
	RuleVocabulary Rule = "vocabulary" // it is not a word of its vocabulary
	RuleOrder      Rule = "order"      // contexts are missing or not in their order
	RuleHolder     Rule = "holder"     // the subject has neither id nor identifier
	RulePeriod     Rule = "period"     // the end lies before the start
	RuleReference  Rule = "reference"  // it names something that is not in this credential
	RuleIdentifier Rule = "identifier" // it is not the kind of identifier that Laurel issues
	RuleRepeated   Rule = "repeated"   // the same identifier stands for two things
)

// Rules that only [Issuable] asks for: a document of somebody else may break them.
const (
	RuleRange Rule = "range" // a number lies outside its bounds
	RuleBelow Rule = "below" // a result does not reach what its scale requires
	RuleCycle Rule = "cycle" // an achievement would be a part of itself
)

// sentences say what is wrong, for the error of a document that may not be
// signed. The words for readers of a verification are those of package words.
var sentences = map[Rule]string{
	RuleRequired:   "it is missing",
	RuleText:       "it is not a text of the form that belongs there",
	RuleURI:        "it is not an absolute address",
	RuleDate:       "it is not a date of the form that belongs there",
	RuleBoolean:    "it is neither true nor false",
	RuleNumber:     "it is not a number",
	RuleObject:     "it is not an object",
	RuleOne:        "it is a list where one value must stand",
	RuleEmpty:      "it is empty",
	RuleType:       "its type is not the one that this place asks for",
	RuleVocabulary: "it is not one of the allowed words",
	RuleOrder:      "the contexts are missing or not in their order",
	RuleHolder:     "it does not say whom it is about, or is about somebody else",
	RulePeriod:     "it ends before it begins",
	RuleReference:  "it names something that is not there",
	RuleIdentifier: "it is not the kind of identifier that Laurel issues",
	RuleRepeated:   "it is there twice",
	RuleRange:      "it lies outside its bounds",
	RuleBelow:      "it does not reach what its scale requires",
	RuleCycle:      "it would make an achievement a part of itself",
}

// Problem is one thing wrong with a document.
type Problem struct {
	// Code is one of the Code… constants.
	Code string
	// Pointer is the RFC 6901 pointer of the member at fault.
	Pointer string
	// Rule is set when Code is CodeSchemaViolation.
	Rule Rule
}

// String gives the place, the code with its rule, and a sentence:
// "/name: schema_violation empty: it is empty".
func (p Problem) String() string {
	out := p.Pointer + ": " + p.Code
	if p.Rule != "" {
		out += " " + string(p.Rule)
	}
	return out + ": " + p.Sentence()
}

// Sentence says in English what is wrong at the place, such as "it is missing".
func (p Problem) Sentence() string {
	switch p.Code {
	case CodeUndefinedTerm:
		return "no context of the document gives it a meaning"
	case CodeContextUnknown:
		return "this context is not known here"
	case CodeTypeUnknown:
		return "this kind of credential is not known here"
	}
	return sentences[p.Rule]
}

// ProblemsError is a list of problems as an error, never empty.
type ProblemsError []Problem

// Error lists all of them.
func (p ProblemsError) Error() string {
	out := make([]string, len(p))
	for i, one := range p {
		out[i] = one.String()
	}
	return strings.Join(out, "; ")
}

// MaxProblems ends the list for a document in which nothing is right.
const MaxProblems = 50
