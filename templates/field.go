package templates

import "strings"

// FieldKind chooses the control of a field.
type FieldKind string

// The kinds of fields. Levels is the large picker of a rubric's levels.
const (
	TextField     FieldKind = "text"
	EmailField    FieldKind = "email"
	PasswordField FieldKind = "password"
	NumberField   FieldKind = "number"
	DateField     FieldKind = "date"
	URLField      FieldKind = "url"
	SearchField   FieldKind = "search"
	TextArea      FieldKind = "textarea"
	SelectField   FieldKind = "select"
	FileField     FieldKind = "file"
	CheckField    FieldKind = "checkbox"
	RadioField    FieldKind = "radio"
	LevelsField   FieldKind = "levels"
)

// Field is a labelled control of a form with its hint and its error beside it.
// The part "field" draws it.
type Field struct {
	Kind                            FieldKind
	Name, Label, Hint, Error, Value string
	Required                        bool
	// Optional writes "(optional)" after the label.
	Optional bool
	// Options are the choices of a select, radio or levels field.
	Options []Option
	// Autocomplete is the HTML autofill token, such as "current-password".
	Autocomplete string
	// Accept lists the types of a file field; Multiple lets it take several.
	Accept   string
	Multiple bool
	// Rows is the height of a text area in lines; 0 means 6.
	Rows int
	// WordsMin and WordsMax bound a text area in words; 0 means no bound.
	WordsMin, WordsMax int
	// Scope tells fields of the same name in several forms of a page apart.
	Scope string
}

// Option is one choice. In a levels field Value is the level's number, Text
// what the rubric says at that level, and Proposed marks the level that the
// school's method proposes.
type Option struct {
	Value, Label, Text string
	Selected, Proposed bool
}

// NewField makes a field; problems may be nil. In a page:
//
//	{{template "field" ((field "email" "login" (t "sign_in.email") .Login .Problems).AsRequired)}}
func NewField(kind, name, label, value string, problems Problems) Field {
	return Field{Kind: FieldKind(kind), Name: name, Label: label, Value: value, Error: problems.For(name)}
}

// AsRequired makes the field one that must be filled.
func (f Field) AsRequired() Field { f.Required = true; return f }

// AsOptional writes "(optional)" after the label.
func (f Field) AsOptional() Field { f.Optional = true; return f }

// WithHint adds help that is read before the field is filled.
func (f Field) WithHint(hint string) Field { f.Hint = hint; return f }

// WithAutocomplete sets the autofill token.
func (f Field) WithAutocomplete(token string) Field { f.Autocomplete = token; return f }

// WithOptions sets the choices and marks those whose value is the field's.
func (f Field) WithOptions(options []Option) Field {
	f.Options = make([]Option, len(options))
	for i, o := range options {
		o.Selected = o.Selected || (f.Value != "" && o.Value == f.Value)
		f.Options[i] = o
	}
	return f
}

// WithWords bounds a text area; 0 means no bound.
func (f Field) WithWords(least, most int) Field { f.WordsMin, f.WordsMax = least, most; return f }

// WithRows sets the height of a text area in lines.
func (f Field) WithRows(rows int) Field { f.Rows = rows; return f }

// WithAccept sets the types that a file field takes.
func (f Field) WithAccept(types string) Field { f.Accept = types; return f }

// AsMultiple lets a file field take several files.
func (f Field) AsMultiple() Field { f.Multiple = true; return f }

// ID is the id of the control, or of the first one in a group.
func (f Field) ID() string {
	if f.Scope != "" {
		return fieldID(f.Scope + "-" + f.Name)
	}
	return fieldID(f.Name)
}

// Lines is the height of a text area in lines.
func (f Field) Lines() int {
	if f.Rows == 0 {
		return 6
	}
	return f.Rows
}

// DescribedBy lists the ids of the hint and the error.
func (f Field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

// Grouped tells a field that is several controls in a fieldset.
func (f Field) Grouped() bool { return f.Kind == RadioField || f.Kind == LevelsField }

// fieldID turns a field's name into an id: only letters, digits and dashes.
func fieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return '-'
	}, name)
}
