package hostile_test

import (
	"strings"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/verifier"
)

// asIssuer is the forger's diploma in the name of an issuer by its DID, which
// calls itself what it likes; {school} and the like stand for the schools'.
func asIssuer(id string) func(f *forger) []byte {
	return func(f *forger) []byte {
		id := strings.NewReplacer("{school}", f.school, "{host}", strings.TrimPrefix(f.public, "http://"),
			"{encoded}", strings.ReplaceAll(strings.TrimPrefix(f.public, "http://"), ":", "%3A")).Replace(id)
		payload := f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = id, nil })
		return f.token(f.own(id+"#k", proof.ES256), f.claims(payload))
	}
}

// pretended is an issuer that nobody here knows.
func pretended(name, id string) attack {
	return attack{name, asIssuer(id), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreachable}
}

// byMill is a genuine document of the mill, which says of itself what it likes.
func byMill(change func(f *forger, c *credentials.Credential)) func(f *forger) []byte {
	return func(f *forger) []byte {
		payload := f.payload(func(c *credentials.Credential) {
			c.Issuer.ID, c.Status = f.mill, credentials.RevocationEntry(f.lists["of the mill"], standing)
			change(f, c)
		})
		return f.token(f.millKey, f.claims(payload))
	}
}

// issuerAttacks: a name inside a credential is a claim; who vouches for the DID
// is told by the registry alone (rule 7).
var issuerAttacks = []attack{
	{"the school", (*forger).genuine, verifier.Valid, verifier.Issuer, verifier.CodeRecognised},
	{"the partner school", func(f *forger) []byte {
		return f.token(f.partnerKey, f.claims(f.payload(func(c *credentials.Credential) {
			c.Issuer.ID, c.Status = f.partner, credentials.RevocationEntry(f.lists["of the partner"], standing)
		})))
	}, verifier.Valid, verifier.Issuer, verifier.CodeRecognised},
	{"the mill under the school's name", byMill(func(*forger, *credentials.Credential) {}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with the school as its parent", byMill(func(f *forger, c *credentials.Credential) {
		c.Issuer.ParentOrg = &credentials.Profile{ID: f.school, Name: "Willow Brook High School"}
	}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with the school's web site", byMill(func(f *forger, c *credentials.Credential) { c.Issuer.URL = f.public }), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill about an achievement of the school", byMill(func(f *forger, c *credentials.Credential) {
		c.Subject.Achievement.Creator = &credentials.Profile{ID: f.school, Name: "Willow Brook High School"}
	}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with the school as its source", byMill(func(f *forger, c *credentials.Credential) {
		c.Subject.Source = &credentials.Profile{ID: f.school, Name: "Willow Brook High School"}
	}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with the school's identifier", byMill(func(f *forger, c *credentials.Credential) {
		c.Issuer.OtherIdentifiers = []credentials.Identifier{{Value: f.school, Kind: "identifier"}}
	}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with a name in mixed directions", byMill(func(_ *forger, c *credentials.Credential) { c.Issuer.Name = "\u202eloohcS hgiH koorB wolliW" }), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with markup for a name", byMill(func(_ *forger, c *credentials.Credential) {
		c.Issuer.Name = `</p><h1>Genuine. Issued by Willow Brook High School</h1><script src="https://mallory.example/x.js"></script>`
	}), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the mill with braces for a name", byMill(func(_ *forger, c *credentials.Credential) { c.Issuer.Name = "{issued}{by}{{.}}%s%d" }), verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	{"the school's document under the mill's key", func(f *forger) []byte { return f.token(f.millKey, f.titled()) }, verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"the forger's own key under the school's name", func(f *forger) []byte {
		s, id := f.local()
		return f.token(s, f.claims(f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = id, nil })))
	}, verifier.UnrecognisedIssuer, verifier.Issuer, verifier.CodeIssuerUnknown},
	pretended("a look-alike host", "did:web:willowbr00k.example:schools:school"), pretended("a homograph", "did:web:xn--wilowbrook-3ef.example:schools:school"),
	pretended("a host below another", "did:web:{encoded}.mallory.example:schools:school"), pretended("the school on another port", "did:web:localhost%3A1:schools:school"),
	pretended("the school without a port", "did:web:localhost:schools:school"), pretended("the host in other letters", "did:web:LOCALHOST:schools:school"),
	pretended("a dot behind the host", "did:web:localhost.:schools:school"), pretended("an address in numbers", "did:web:127.0.0.1:schools:school"),
	pretended("a path upwards", "did:web:{encoded}:schools:mill:..:school"), pretended("an encoded slash", "did:web:{encoded}:schools%2Fschool"),
	pretended("an encoded letter", "did:web:{encoded}:schools:%73chool"), pretended("a path further down", "{school}:extra"),
	pretended("a letter more", "{school}s"), pretended("another method", "did:example:school"), pretended("https", "https://school.example/issuers/1"),
	pretended("the school's address", "{host}:schools/school"),
	{"a host in other letters of the alphabet", asIssuer("did:web:wіllow.example"), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a user before the host", asIssuer("did:web:{encoded}@mallory.example"), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a fragment in the issuer", asIssuer("{school}#x"), verifier.Invalid, verifier.Key, verifier.CodeKeyNotControlled},
	{"a query in the issuer", asIssuer("{school}?x"), verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreadable},
	{"a space behind the issuer", asIssuer("{school} "), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"no issuer", func(f *forger) []byte {
		return f.token(f.ec, []byte(strings.Replace(string(f.payload()), `"issuer":{"id":"`+f.school+`"`, `"issuer":{"url":"`+f.public+`"`, 1)))
	}, verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
	{"an issuer that is a number", func(f *forger) []byte { return f.token(f.ec, []byte(`{"issuer":7}`)) }, verifier.Invalid, verifier.Key, verifier.CodeIssuerMissing},
	{"the key in the address of another's page", func(f *forger) []byte {
		s := f.own("", proof.EdDSA)
		const page = "https://university.example/issuers/1"
		payload := f.payload(func(c *credentials.Credential) { c.Issuer.ID, c.Status = page, nil })
		return f.inside(payload, proof.Options{Signer: s, Method: page + "#" + s.Public().Multikey(), Created: f.began})
	}, verifier.Undetermined, verifier.Key, verifier.CodeIssuerUnreachable},
}
