package credentials

// ContextVC11 is the first context of the older data model. Documents under it
// are read, never written (OB 3.0 and CLR 2.0 allow both).
const ContextVC11 = "https://www.w3.org/2018/credentials/v1"

// renamed are the members of a credential that VC 2.0 renamed, by their new names.
var renamed = [...]struct{ today, then string }{
	{"validFrom", "issuanceDate"},
	{"validUntil", "expirationDate"},
}

// today is the name that a member of a credential has in the tables; "" when
// the older data model knows it by another.
func (s scope) today(class, name string) string {
	if !s.old || classes[class].members["validFrom"].form != date {
		return name
	}
	for _, r := range renamed {
		switch name {
		case r.then:
			return r.today
		case r.today:
			return ""
		}
	}
	return name
}

// then is the name of a table's member in the document.
func (s scope) then(class, name string) string {
	if !s.old || classes[class].members["validFrom"].form != date {
		return name
	}
	for _, r := range renamed {
		if name == r.today {
			return r.then
		}
	}
	return name
}

// Validity gives the dates from and until which a document holds, as they are
// written there, "" for one that is missing: validFrom and validUntil, or
// issuanceDate and expirationDate under VC 1.1.
func Validity(doc *Node) (from, until string) {
	names := [2]string{"validFrom", "validUntil"}
	if IsVC11(doc) {
		names = [2]string{"issuanceDate", "expirationDate"}
	}
	return doc.Get(names[0]).Text(), doc.Get(names[1]).Text()
}
