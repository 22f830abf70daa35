package hostile_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"time"

	"laurel/credentials"
	"laurel/credentials/status"
	"laurel/verifier"
)

// addLists publishes the school's status lists: one that is good, and one for
// each thing that can be wrong with a list.
func (f *forger) addLists() {
	f.t.Helper()
	set := []uint32{revoked, 80, 800}
	plain := func(name string, change ...func(*status.List)) {
		f.publishList("school", name, func(url string) string { return f.list(f.ec, f.school, url, set, change...) })
	}
	plain("good")
	plain("suspensions", func(l *status.List) { l.Purpose = status.Suspension })
	plain("ended", func(l *status.List) { l.ValidUntil = f.began.Add(24 * time.Hour) })
	plain("not begun", func(l *status.List) { l.ValidFrom, l.ValidUntil = f.began.Add(72*time.Hour), f.began.Add(96*time.Hour) })
	plain("of another address", func(l *status.List) { l.URL += "0" })
	plain("for messages", func(l *status.List) { l.Purpose = "message" })
	f.publishList("partner", "of the partner", func(url string) string { return f.list(f.partnerKey, f.partner, url, nil) })
	f.publishList("mill", "of the mill", func(url string) string { return f.list(f.millKey, f.mill, url, nil) })
	f.publishList("mill", "of the mill in the school's name", func(url string) string {
		return f.list(f.millKey, f.mill, url, nil, func(l *status.List) { l.URL = f.lists["good"] })
	})
	f.publishList("school", "altered", func(url string) string {
		parts := strings.Split(f.list(f.ec, f.school, url, set), ".")
		other := strings.Split(f.list(f.ec, f.school, url, nil), ".")
		return parts[0] + "." + other[1] + "." + parts[2]
	})
	f.publishList("school", "by the forger", func(url string) string { return f.list(f.own(f.ec.Public().ID, "ES256"), f.school, url, nil) })
	f.publishList("school", "by a stolen key", func(url string) string { return f.list(f.stolen, f.school, url, nil) })
	f.publishList("school", "a diploma", func(string) string { return string(f.genuine()) })
	f.publishList("school", "no token", func(string) string { return "<html>404</html>" })
	for name, encoded := range map[string]string{
		"a bomb": encodedList(64<<20, nil), "a bomb in parts": encodedList(1<<20, func(b []byte) []byte { return bytes.Repeat(b, 64) }),
		"too short": encodedList(16<<10-1, nil), "two lists": encodedList(16<<10, func(b []byte) []byte { return append(b, b...) }),
		"no gzip": "u" + base64.RawURLEncoding.EncodeToString(make([]byte, 16<<10)), "no multibase": encodedList(16<<10, nil)[1:], "of nothing": "u",
		"cut": encodedList(16<<10, func(b []byte) []byte { return b[:len(b)-4] }),
	} {
		f.publishList("school", name, func(url string) string {
			return string(f.token(f.ec, f.edited(listPayload(f, url), `"encodedList":"x"`, `"encodedList":"`+encoded+`"`)))
		})
	}
}

// encodedList is a list of n zero bytes, packed; change is done to the packed bytes.
func encodedList(n int, change func([]byte) []byte) string {
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(make([]byte, n)) // a buffer takes everything
	_ = zip.Close()
	out := packed.Bytes()
	if change != nil {
		out = change(out)
	}
	return "u" + base64.RawURLEncoding.EncodeToString(out)
}

// listPayload is a list of the school as it would be signed, with x in place of its bits.
func listPayload(f *forger, url string) []byte {
	return []byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"` + url + `","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"` +
		f.school + `","validFrom":"` + f.began.Format(time.RFC3339) + `","credentialSubject":{"id":"` + url + `#list","type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"x"}}`)
}

// listed is the diploma with its status in one of the lists.
func listed(list string, change ...func(*credentials.StatusEntry)) func(f *forger) []byte {
	return func(f *forger) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) {
			c.Status = credentials.RevocationEntry(f.lists[list], standing)
			for _, do := range change {
				do(c.Status)
			}
		})))
	}
}

// indexed is the diploma with an index as JSON text.
func indexed(index string) func(f *forger) []byte {
	return func(f *forger) []byte { return f.signedText(`"statusListIndex":"7"`, `"statusListIndex":`+index) }
}

func badIndex(name, index string) attack {
	return attack{name, indexed(index), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation}
}

// wrongList is the diploma with its status in a list that is not relied on.
func wrongList(list, code string) attack {
	return attack{"a list: " + list, listed(list), verifier.Undetermined, verifier.Status, code}
}

// entries is the diploma with several entries, each written as JSON.
func entries(list func(f *forger) []string) func(f *forger) []byte {
	return func(f *forger) []byte {
		payload := f.claims(f.payload(func(c *credentials.Credential) { c.Status = nil }))
		return f.token(f.ec, f.edited(payload, `"evidence":[`, `"credentialStatus":[`+strings.Join(list(f), ",")+`],"evidence":[`))
	}
}

func entry(url, purpose, index string) string {
	return `{"id":"` + url + `#` + index + `","type":"BitstringStatusListEntry","statusPurpose":"` + purpose + `","statusListIndex":"` + index + `","statusListCredential":"` + url + `"}`
}

// statusAttacks: not withdrawn is said only where the issuer's own list says so.
var statusAttacks = []attack{
	{"not set", listed("good"), verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"set", listed("good", func(e *credentials.StatusEntry) { e.Index = "8" }), verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"suspended", listed("suspensions", func(e *credentials.StatusEntry) { e.Index, e.Purpose = "8", "suspension" }), verifier.Suspended, verifier.Status, verifier.CodeSuspended},
	{"no status", func(f *forger) []byte {
		return f.token(f.ec, f.claims(f.payload(func(c *credentials.Credential) { c.Status = nil })))
	}, verifier.Valid, verifier.Status, verifier.CodeNoStatus},
	{"withdrawn, with the entry taken out", func(f *forger) []byte {
		doc := f.inside(f.payload(func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(f.lists["good"], revoked) }), f.way("eddsa-rdfc-2022", f.ed, f.school))
		head, tail, _ := bytes.Cut(doc, []byte(`,"credentialStatus":{`))
		_, tail, _ = bytes.Cut(tail, []byte("}"))
		return append(head, tail...)
	}, verifier.Invalid, verifier.Proof, verifier.CodeSignatureMismatch},
	badIndex("a fraction", `"8.0"`), badIndex("a plus sign", `"+8"`), badIndex("a space before", `" 8"`), badIndex("a space behind", `"8 "`), badIndex("a minus sign", `"-8"`),
	badIndex("an exponent", `"8e0"`), badIndex("a number", `8`), badIndex("a fraction as a number", `8.0`), badIndex("an exponent as a number", `8e0`), badIndex("null", `null`), badIndex("a list", `["8","7"]`),
	badIndex("nothing", `""`), badIndex("hexadecimal", `"0x8"`), badIndex("octal", `"0o10"`), badIndex("underscores", `"0_8"`), badIndex("a line break", `"8\n"`), badIndex("a NUL", `"8\u0000"`),
	badIndex("Arabic digits", `"٨"`), badIndex("full-width digits", `"８"`), badIndex("leading zeros", `"008"`), badIndex("a leading zero", `"08"`), badIndex("twenty digits", `"18446744073709551624"`),
	badIndex("a million digits", `"`+strings.Repeat("7", 500_000)+`"`), badIndex("words", `"eight"`),
	{"an index beyond 32 bits", indexed(`"4294967304"`), verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"an index beyond the list", indexed(`"131072"`), verifier.Undetermined, verifier.Status, verifier.CodeStatusRange},
	{"no index", func(f *forger) []byte { return f.signedText(`"statusListIndex":"7",`, ``) }, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"no list", func(f *forger) []byte {
		return f.signedText(`,"statusListCredential":"`+f.lists["good"]+`"`, ``)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"no purpose", func(f *forger) []byte { return f.signedText(`"statusPurpose":"revocation",`, ``) }, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnknownType},
	{"another purpose", func(f *forger) []byte {
		return f.signedText(`"statusPurpose":"revocation"`, `"statusPurpose":"Revocation"`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnknownType},
	{"a type of another name", func(f *forger) []byte {
		return f.signedText(`"type":"BitstringStatusListEntry"`, `"type":"https://mallory.example/#AlwaysFine"`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnknownType},
	{"the id is the list", func(f *forger) []byte {
		return f.signedText(`"credentialStatus":{"id":"`+f.lists["good"]+`#7"`, `"credentialStatus":{"id":"`+f.lists["good"]+`"`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"a status that is null", func(f *forger) []byte {
		return f.token(f.ec, f.edited(f.claims(f.payload(func(c *credentials.Credential) { c.Status = nil })), `"evidence":[`, `"credentialStatus":null,"evidence":[`))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"an empty list of statuses", entries(func(*forger) []string { return nil }), verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"a status that is a text", func(f *forger) []byte {
		return f.token(f.ec, f.edited(f.claims(f.payload(func(c *credentials.Credential) { c.Status = nil })), `"evidence":[`, `"credentialStatus":"fine","evidence":[`))
	}, verifier.Invalid, verifier.Format, credentials.CodeSchemaViolation},
	{"two entries, both not set", entries(func(f *forger) []string {
		return []string{entry(f.lists["good"], "revocation", "7"), entry(f.lists["suspensions"], "suspension", "7")}
	}), verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"two entries, the second set", entries(func(f *forger) []string {
		return []string{entry(f.lists["good"], "revocation", "7"), entry(f.lists["good"], "revocation", "8")}
	}), verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"two entries, the second not readable", entries(func(f *forger) []string {
		return []string{entry(f.lists["good"], "revocation", "7"), `{"type":"https://mallory.example/#Fine"}`}
	}), verifier.Undetermined, verifier.Status, verifier.CodeStatusUnknownType},
	{"two entries, the second of another's list", entries(func(f *forger) []string {
		return []string{entry(f.lists["good"], "revocation", "7"), entry(f.lists["of the mill"], "revocation", "7")}
	}), verifier.Undetermined, verifier.Status, verifier.CodeStatusIssuer},
	{"entries without end", entries(func(f *forger) []string {
		out := make([]string, 2_500)
		for i := range out {
			out[i] = entry(f.lists["good"], "revocation", "7")
		}
		return out
	}), verifier.Undetermined, verifier.Status, verifier.CodeStatusTooMany},
	wrongList("of another address", verifier.CodeStatusUntrusted), wrongList("of the partner", verifier.CodeStatusIssuer), wrongList("of the mill", verifier.CodeStatusIssuer), wrongList("of the mill in the school's name", verifier.CodeStatusIssuer),
	wrongList("altered", verifier.CodeStatusAltered), wrongList("by the forger", verifier.CodeStatusAltered), wrongList("by a stolen key", verifier.CodeStatusUntrusted), wrongList("a diploma", verifier.CodeStatusUntrusted), wrongList("no token", verifier.CodeStatusUntrusted), wrongList("not begun", verifier.CodeStatusUntrusted),
	wrongList("a bomb", verifier.CodeStatusTooLarge), wrongList("a bomb in parts", verifier.CodeStatusEncoding), wrongList("too short", verifier.CodeStatusLength), wrongList("two lists", verifier.CodeStatusEncoding), wrongList("no gzip", verifier.CodeStatusEncoding), wrongList("no multibase", verifier.CodeStatusEncoding), wrongList("of nothing", verifier.CodeStatusEncoding), wrongList("cut", verifier.CodeStatusEncoding),
	{"a list for another purpose", listed("suspensions"), verifier.Undetermined, verifier.Status, verifier.CodeStatusPurpose},
	{"a purpose that the list has not", listed("good", func(e *credentials.StatusEntry) { e.Purpose = "suspension" }), verifier.Undetermined, verifier.Status, verifier.CodeStatusPurpose},
	{"a list that has ended", listed("ended"), verifier.Undetermined, verifier.Status, verifier.CodeStatusExpired},
	{"set in a list that has ended", listed("ended", func(e *credentials.StatusEntry) { e.Index = "8" }), verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"a list that is nowhere", listed("good", func(e *credentials.StatusEntry) { e.List += "0" }), verifier.Undetermined, verifier.Status, verifier.CodeStatusUnreachable},
	{"a query behind the address", listed("good", func(e *credentials.StatusEntry) { e.List += "?x" }), verifier.Undetermined, verifier.Status, verifier.CodeStatusUnreachable},
	{"a fragment behind the address", listed("good", func(e *credentials.StatusEntry) { e.List += "#8" }), verifier.Undetermined, verifier.Status, verifier.CodeStatusUnreachable},
	{"a status list as a diploma", func(f *forger) []byte { return []byte(f.list(f.ec, f.school, f.lists["good"], nil)) }, verifier.Undetermined, verifier.Format, verifier.CodeStatusListItself},
}
