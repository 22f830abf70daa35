package competency

import "time"

// Kinship says that two people are family. It holds both ways: neither judges,
// attests, confirms or approves what is the other's (domain invariant 3).
type Kinship struct {
	ID         string
	Of, And    PersonID
	DeclaredBy PersonID
	Declared   time.Time
	EndedBy    PersonID
	Ended      time.Time // zero while it holds
}

// Declare makes a kinship between two people.
func Declare(of, and, by PersonID, now time.Time) (Kinship, error) {
	if of == and {
		return Kinship{}, Invalid(Field{"/person", "That is the same person; choose a member of the family."})
	}
	return Kinship{Of: of, And: and, DeclaredBy: by, Declared: now}, nil
}
