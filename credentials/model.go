package credentials

import (
	"slices"
	"strconv"
	"strings"
)

// Types of the data model itself (VC 2.0 §4.5, §4.13).
const (
	TypeCredential            = "VerifiableCredential"
	TypePresentation          = "VerifiablePresentation"
	TypeEnvelopedCredential   = "EnvelopedVerifiableCredential"
	TypeEnvelopedPresentation = "EnvelopedVerifiablePresentation"
)

// IsVC11 tells whether a document is of the data model 1.1: its first context is that of VC 1.1.
func IsVC11(doc *Node) bool { return firstContext(doc) == ContextVC11 }

// firstContext is the context that a document begins with, or "".
func firstContext(doc *Node) string {
	if list := doc.Get("@context").List(); len(list) > 0 {
		return list[0].Text()
	}
	return ""
}

// InspectModel tells what is wrong with a credential of any kind: what the data
// model asks of every one, before any profile such as Open Badges (VC 2.0 §4,
// VC 1.1 §4). Whether each member has a meaning is for package ld to say.
// [Inspect] says more of the classes that it knows. All problems are listed, at most MaxProblems.
func InspectModel(doc *Node) []Problem {
	in := &inspector{}
	if in.envelope(doc, TypeCredential) {
		in.identified("/issuer", doc.Get("issuer"), true)
		in.subjects(doc)
		in.dates(doc)
		in.services(doc)
		in.resources(doc)
		if !IsVC11(doc) {
			in.languages("", doc)
			in.languages("/issuer", doc.Get("issuer"))
		}
	}
	return in.found
}

// InspectPresentation tells what is wrong with a presentation (VC 2.0 §4.13, VC
// 1.1 §4.10), but for the credentials in it. A credential is an object, or
// under VC 1.1 also a token in a text.
func InspectPresentation(doc *Node) []Problem {
	in := &inspector{}
	if !in.envelope(doc, TypePresentation) {
		return in.found
	}
	in.identified("/holder", doc.Get("holder"), false)
	for i, n := range doc.Get("verifiableCredential").List() {
		if n.Kind() != Object && (n.Kind() != String || !IsVC11(doc)) {
			in.violation("/verifiableCredential/"+strconv.Itoa(i), RuleObject)
		}
	}
	for _, n := range doc.Get("proof").List() {
		in.typed("/proof", n)
	}
	return in.found
}

// envelope asks for what credentials and presentations share: contexts, types
// and id. It tells whether the rest can be asked for.
func (in *inspector) envelope(doc *Node, kind string) bool {
	if doc.Kind() != Object {
		in.violation("", RuleObject)
		return false
	}
	if first := firstContext(doc); first != ContextVC && first != ContextVC11 || doc.Get("@context").Kind() != Array {
		in.violation("/@context", RuleOrder)
		return false
	}
	types := doc.Get("type")
	in.ask(types.Has(kind) && len(types.Texts()) == len(types.List()), "/type", RuleType)
	in.id("/id", doc.Get("id"), false)
	return true
}

// id asks that an id is one absolute address; required tells whether it must be there.
func (in *inspector) id(at string, id *Node, required bool) {
	if id == nil {
		in.ask(!required, at, RuleRequired)
		return
	}
	in.ask(IsURI(id.Text()), at, RuleURI)
}

// identified asks for an address, or an object with one as its id.
func (in *inspector) identified(at string, n *Node, required bool) {
	if n.Kind() == Object {
		in.id(at+"/id", n.Get("id"), true)
		return
	}
	in.id(at, n, required)
}

// subjects asks for one subject or more, each of which says something (VC 2.0 §4.8).
func (in *inspector) subjects(doc *Node) {
	list := doc.Get("credentialSubject").List()
	in.ask(len(list) > 0, "/credentialSubject", RuleRequired)
	for _, s := range list {
		in.ask(s.Kind() == Object && len(s.Members()) > 0, "/credentialSubject", RuleObject)
		in.id("/credentialSubject/id", s.Get("id"), false)
	}
}

// dates asks for date-times with their offsets, in their order (VC 2.0 §4.9, VC 1.1 §4.5).
func (in *inspector) dates(doc *Node) {
	old := IsVC11(doc)
	names := [2]string{"validFrom", "validUntil"}
	if old {
		names = [2]string{"issuanceDate", "expirationDate"}
	}
	for i, name := range names {
		n := doc.Get(name)
		if n == nil {
			in.ask(i == 1 || !old, "/"+name, RuleRequired)
			continue
		}
		_, err := ParseTime(n.Text())
		in.ask(err == nil, "/"+name, RuleDate)
	}
	start, end := Validity(doc)
	from, err1 := ParseTime(start)
	until, err2 := ParseTime(end)
	in.ask(err1 != nil || err2 != nil || !until.Before(from), "/"+names[1], RulePeriod)
}

// serviceMembers are members whose values are objects with a type; true where an id is required (VC 2.0 §4.10–§5.6).
var serviceMembers = []struct {
	name string
	id   bool
}{
	{"credentialStatus", false},
	{"credentialSchema", true},
	{"termsOfUse", false},
	{"evidence", false},
	{"refreshService", false},
	{"proof", false},
}

// services holds the members of services against their common form.
func (in *inspector) services(doc *Node) {
	for _, s := range serviceMembers {
		for _, n := range doc.Get(s.name).List() {
			in.typed("/"+s.name, n)
			in.id("/"+s.name+"/id", n.Get("id"), s.id)
			if s.name == "credentialStatus" && n.Get("type").Has("BitstringStatusListEntry") {
				in.entry("/"+s.name, n)
			}
		}
	}
}

// typed asks for an object with a type.
func (in *inspector) typed(at string, n *Node) {
	types := n.Get("type").Texts()
	in.ask(n.Kind() == Object && len(types) > 0 && !slices.Contains(types, ""), at, RuleType)
}

// entry holds an entry of a list against Bitstring Status List 1.0 §2.1.
func (in *inspector) entry(at string, n *Node) {
	list, index := n.Get("statusListCredential"), n.Get("statusListIndex").Text()
	_, err := strconv.ParseUint(index, 10, 64)
	in.ask(err == nil, at+"/statusListIndex", RuleNumber)
	in.ask(n.Get("statusPurpose").Text() != "", at+"/statusPurpose", RuleText)
	id := n.Get("id").Text()
	in.ask(id == "" || id != list.Text(), at+"/id", RuleRepeated)
	in.id(at+"/statusListCredential", list, true)
}

// resources asks that each related resource is named once, with a digest (VC 2.0 §5.3).
func (in *inspector) resources(doc *Node) {
	seen := make(map[string]bool)
	for _, n := range doc.Get("relatedResource").List() {
		id := n.Get("id")
		in.id("/relatedResource/id", id, true)
		in.ask(!seen[id.Text()], "/relatedResource/id", RuleRepeated)
		seen[id.Text()] = true
		in.ask(n.Get("digestSRI").Text() != "" || n.Get("digestMultibase").Text() != "", "/relatedResource", RuleRequired)
	}
}

// languages asks that name and description are texts, or texts with their language (VC 2.0 §11.1).
func (in *inspector) languages(at string, of *Node) {
	for _, name := range [...]string{"name", "description"} {
		for _, v := range of.Get(name).List() {
			if v.Kind() == String {
				continue
			}
			ok := v.Get("@value").Kind() == String
			for _, m := range v.Members() {
				ok = ok && slices.Contains([]string{"@value", "@language", "@direction"}, m.Name) && m.Value.Kind() == String
			}
			in.ask(ok, at+"/"+name, RuleText)
		}
	}
}

// OpenEnvelope gives the media type and the token of an enveloped credential or
// presentation, such as application/vc+jwt (VC 2.0 §4.13.2, §4.13.3). ok is
// false for anything else, also for an envelope that says more than its token:
// nothing vouches for what stands outside of it.
func OpenEnvelope(n *Node) (media, token string, ok bool) {
	types := n.Get("type").Texts()
	if len(n.Members()) != 3 || len(types) != 1 || types[0] != TypeEnvelopedCredential && types[0] != TypeEnvelopedPresentation {
		return "", "", false
	}
	if contexts := n.Get("@context").List(); len(contexts) != 1 || contexts[0].Text() != ContextVC {
		return "", "", false
	}
	data, isData := strings.CutPrefix(n.Get("id").Text(), "data:")
	media, token, cut := strings.Cut(data, ",")
	return media, token, isData && cut && token != ""
}
