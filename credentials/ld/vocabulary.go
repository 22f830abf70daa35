package ld

import "maps"

// Beginnings of the IRIs in the tables.
const (
	vc     = "https://www.w3.org/2018/credentials#"
	sec    = "https://w3id.org/security#"
	sl     = "https://www.w3.org/ns/credentials/status#"
	sdo    = "https://schema.org/"
	ob     = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
	obOld  = "https://purl.imsglobal.org/spec/ob/v3p0/vocab.html#"
	clr    = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"
	jwt    = "https://www.iana.org/assignments/jwt#"
	jose   = "https://www.iana.org/assignments/jose#"
	did    = "https://www.w3.org/ns/did#"
	xsd    = "http://www.w3.org/2001/XMLSchema#"
	xsdWeb = "https://www.w3.org/2001/XMLSchema#" // as Open Badges writes it
	rdf    = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
)

// vocabulary is one context as published: what its terms stand for, in the
// words of the context itself. It is never changed.
type vocabulary struct {
	version   bool // says @version 1.1
	protected bool // its terms may not be given another meaning (JSON-LD 1.1 §4.1.11)
	vocab     string
	terms     terms
}

// terms are the entries of a vocabulary by name.
type terms map[string]entry

// container says how the values of a term are held (JSON-LD 1.1 §4.3).
type container uint8

const (
	inNone  container = iota
	inSet             // an unordered set, with or without an array
	inList            // an ordered list
	inGraph           // each value is a graph of its own
)

// entry is the definition of one term (JSON-LD 1.1 §9.15.1).
type entry struct {
	id        string // an IRI, a compact IRI, another term or a keyword
	plain     bool   // written as a string alone: may serve as a prefix
	typ       string // type of its values: an IRI, a compact IRI, @id, @vocab, @json, or nothing
	container container
	scope     *vocabulary // holds inside the values (of a type: inside its nodes)
	forget    bool        // no term holds inside the values
}

// word is an entry that says its IRI and no more.
func word(id string) entry { return entry{id: id, plain: true} }

// iri is an entry written as an object.
func iri(id string) entry { return entry{id: id} }

func (e entry) typed(t string) entry     { e.typ = t; return e }
func (e entry) link() entry              { e.typ = "@id"; return e }
func (e entry) choice() entry            { e.typ = "@vocab"; return e }
func (e entry) json() entry              { e.typ = "@json"; return e }
func (e entry) set() entry               { e.container = inSet; return e }
func (e entry) list() entry              { e.container = inList; return e }
func (e entry) graph() entry             { e.container = inGraph; return e }
func (e entry) with(v *vocabulary) entry { e.scope = v; return e }
func (e entry) forgetting() entry        { e.forget = true; return e }

// openBare is a vocabulary whose terms others may define anew.
func openBare(t terms) *vocabulary { return &vocabulary{terms: t} }

// sealedBare is a vocabulary whose terms keep their meaning.
func sealedBare(t terms) *vocabulary { return &vocabulary{protected: true, terms: t} }

// versionedBare is sealedBare with a version.
func versionedBare(t terms) *vocabulary { return &vocabulary{version: true, protected: true, terms: t} }

// open, sealed and versioned also define id and type, as nearly every context does.
func open(t terms) *vocabulary      { return openBare(named(t)) }
func sealed(t terms) *vocabulary    { return sealedBare(named(t)) }
func versioned(t terms) *vocabulary { return versionedBare(named(t)) }

func named(t terms) terms {
	out := terms{"id": word("@id"), "type": word("@type")}
	maps.Copy(out, t)
	return out
}

// anyTerm is a vocabulary that gives a meaning to every name.
func anyTerm(iri string) *vocabulary { return &vocabulary{vocab: iri} }

// without is a vocabulary that lacks some terms.
func (v *vocabulary) without(names ...string) *vocabulary {
	out := *v
	out.terms = maps.Clone(v.terms)
	for _, name := range names {
		delete(out.terms, name)
	}
	return &out
}

// Addresses of the contexts that are pinned, as documents name them.
const (
	addressOB  = "https://purl.imsglobal.org/spec/ob/v3p0/"
	addressCLR = "https://purl.imsglobal.org/spec/clr/v2p0/"
)

// pinned are the contexts that a document may name.
var pinned = map[string]*vocabulary{
	"https://www.w3.org/2018/credentials/v1":               vcV1,
	"https://www.w3.org/ns/credentials/v2":                 vcV2,
	"https://www.w3.org/ns/credentials/status/v1":          statusV1,
	"https://w3id.org/vc/status-list/2021/v1":              status2021V1,
	"https://www.w3.org/ns/credentials/undefined-terms/v2": anyTerm("https://www.w3.org/ns/credentials/undefined-term#"),
	"https://www.w3.org/ns/credentials/examples/v2":        anyTerm("https://www.w3.org/ns/credentials/examples#"),
	"https://www.w3.org/ns/did/v1":                         didV1,
	"https://w3id.org/security/data-integrity/v1":          diV1,
	"https://w3id.org/security/data-integrity/v2":          diV2,
	"https://w3id.org/security/multikey/v1":                multikeyV1,
	"https://w3id.org/security/suites/ed25519-2020/v1":     ed25519V1,
	addressOB + "context.json":                             ob300,
	addressOB + "context-3.0.1.json":                       ob301,
	addressOB + "context-3.0.2.json":                       ob302,
	addressOB + "context-3.0.3.json":                       ob303,
	addressOB + "extensions.json":                          obExtensions,
	addressCLR + "context.json":                            clr200,
	addressCLR + "context-2.0.1.json":                      clr201,
}

// earlier are the states of contexts that were later edited in place.
var earlier = map[string]*vocabulary{
	addressOB + "context-3.0.3.json": ob303.without("endorsementJwt", "jti"),
}

// pinnedAs finds a context by its address.
func pinnedAs(address string, e Edition) *vocabulary {
	if v := earlier[address]; v != nil && e == Earlier {
		return v
	}
	return pinned[address]
}

// Pinned tells whether a document may name the context at address.
func Pinned(address string) bool { return pinned[address] != nil }
