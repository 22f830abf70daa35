package credentials

import "time"

// Redated is a document as it is signed anew at a time: its validFrom is at, and
// so is that of those parts of a record that are signed with it. Everything else
// stays as it was, awardedDate too.
func Redated(doc *Node, at time.Time) *Node {
	start := TextOf(at.UTC().Truncate(time.Second).Format(time.RFC3339))
	out := doc.With("validFrom", start)
	open := UnsignedParts(doc)
	if len(open) == 0 {
		return out
	}
	parts := append([]*Node{}, partsOf(doc)...)
	for _, i := range open {
		parts[i] = parts[i].With("validFrom", start)
	}
	return withParts(out, parts)
}

// SignedParts are those credentials of a record that bear a proof; none for any other document.
func SignedParts(doc *Node) []*Node {
	var signed []*Node
	if CredentialClass(doc) != ClassCLR {
		return nil
	}
	for _, part := range partsOf(doc) {
		if part.Get("proof") != nil {
			signed = append(signed, part)
		}
	}
	return signed
}

// SwapParts is a record with other copies of credentials that it holds, by
// their ids; the others stay, and so does every other document.
func SwapParts(doc *Node, copies map[string]*Node) *Node {
	if len(copies) == 0 || CredentialClass(doc) != ClassCLR {
		return doc
	}
	parts := append([]*Node{}, partsOf(doc)...)
	for i, part := range parts {
		if other := copies[part.Get("id").Text()]; other != nil && part.Get("proof") != nil {
			parts[i] = other
		}
	}
	return withParts(doc, parts)
}

// withParts is a record with these credentials in place of its own.
func withParts(doc *Node, parts []*Node) *Node {
	subject := doc.Get("credentialSubject")
	return doc.With("credentialSubject", subject.With("verifiableCredential", ListOf(parts...)))
}
