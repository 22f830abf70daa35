package verifier_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"laurel/credentials"
	"laurel/credentials/proof"
	"laurel/credentials/status"
	"laurel/verifier"
	"laurel/verifier/words"
)

// Addresses of lists in these tests.
const (
	statesURL = "https://laurel.example/status/1/states"
	oldURL    = "https://laurel.example/revocations/1"
)

// signedList is a list of the school with its proof inside, at listURL.
func (w *world) signedList(change func(*status.List)) string {
	w.tb.Helper()
	l := status.List{
		URL: listURL, Issuer: school, Purpose: status.Revocation, Bits: w.bits,
		ValidFrom: now().Add(-time.Hour), ValidUntil: now().Add(24 * time.Hour),
	}
	if change != nil {
		change(&l)
	}
	payload, err := l.Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	o := w.proofBy(w.ed, school)
	o.Created = now().Add(-time.Hour)
	return string(w.secure(payload, o))
}

// encodedList puts another encodedList into the school's list and signs it.
func (w *world) encodedList(encoded string) string {
	w.tb.Helper()
	payload, err := (status.List{
		URL: listURL, Issuer: school, Purpose: status.Revocation, Bits: status.New(),
		ValidFrom: now().Add(-time.Hour), ValidUntil: now().Add(24 * time.Hour),
	}).Payload()
	if err != nil {
		w.tb.Fatal(err)
	}
	doc, err := credentials.Parse(payload)
	if err != nil {
		w.tb.Fatal(err)
	}
	subject := doc.Get("credentialSubject").With("encodedList", credentials.TextOf(encoded))
	return string(w.sign(w.ec, proof.TypeVC, doc.With("credentialSubject", subject).AppendJSON(nil)))
}

// zipped is the published form of n zero bytes.
func zipped(n int) string {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	_, _ = zip.Write(make([]byte, n))
	_ = zip.Close()
	return "u" + base64.RawURLEncoding.EncodeToString(b.Bytes())
}

// entered signs the diploma with another credentialStatus.
func (w *world) entered(entry string) []byte {
	w.tb.Helper()
	doc, err := credentials.Parse(w.payload())
	if err != nil {
		w.tb.Fatal(err)
	}
	n, err := credentials.Parse([]byte(entry))
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.sign(w.ec, proof.TypeVC, doc.With("credentialStatus", n).AppendJSON(nil))
}

// pointing is an entry of listURL with more members.
func pointing(purpose string, index int, more string) string {
	return fmt.Sprintf(`{"id":"%s#%d","type":"BitstringStatusListEntry","statusPurpose":"%s","statusListIndex":"%d","statusListCredential":"%s"%s}`,
		listURL, index, purpose, index, listURL, more)
}

// fourWords are the messages of an entry of two bits.
const fourWords = `,"statusSize":2,"statusMessage":[{"status":"0x0","message":"pending"},{"status":"0x1","message":"accepted"},` +
	`{"status":"0x2","message":"rejected"},{"status":"0x3","message":"void"}]`

// publishStates publishes a list of states beside the school's list.
func (w *world) publishStates(set map[uint32]status.State, change func(*status.List)) {
	w.tb.Helper()
	bits := status.NewOf(status.StateSize)
	for i, v := range set {
		if err := bits.SetValue(i, status.StateSize, uint8(v)); err != nil {
			w.tb.Fatal(err)
		}
	}
	w.bundle.Lists[statesURL] = w.list(w.ec, school, statesURL, func(l *status.List) {
		l.Purpose, l.Bits = status.Message, bits
		if change != nil {
			change(l)
		}
	})
	w.bundle.States = map[string]string{listURL: statesURL}
	if err := w.bundle.Validate(); err != nil {
		w.tb.Fatal(err)
	}
}

// at is the diploma with another index of the school's list.
func (w *world) at(index uint32) []byte {
	return w.issue(w.ec, func(c *credentials.Credential) { c.Status = credentials.RevocationEntry(listURL, index) })
}

// olderList gives the diploma a status in a 1EdTechRevocationList at url, whose text is list.
func (w *world) olderList(url, list string) []byte {
	w.tb.Helper()
	if list != "" {
		w.bundle.Lists[url] = list
	}
	text := strings.Replace(w.older(), `"https://w3id.org/security/data-integrity/v2"`,
		`"`+credentials.ContextOBExtensions+`","https://w3id.org/security/data-integrity/v2"`, 1)
	doc, err := credentials.Parse([]byte(text))
	if err != nil {
		w.tb.Fatal(err)
	}
	entry, err := credentials.Parse([]byte(`{"id":"` + url + `","type":"1EdTechRevocationList"}`))
	if err != nil {
		w.tb.Fatal(err)
	}
	return w.secure(doc.With("credentialStatus", entry).AppendJSON(nil), w.proofBy(w.ed, school))
}

// diplomaURN is the id of the diploma in these tests.
const diplomaURN = "urn:uuid:5d0f9a44-7b1e-4c6a-9a35-0d8f2f6f1c11"

// list2021 publishes a list in the form of 2021 and signs the diploma with an entry in it.
func (w *world) list2021(index int, change func(string) string) []byte {
	w.tb.Helper()
	encoded, err := w.bits.Encode()
	if err != nil {
		w.tb.Fatal(err)
	}
	list := `{"@context":["` + credentials.ContextVC11 + `","` + credentials.ContextStatus2021 + `","https://w3id.org/security/data-integrity/v2"],` +
		`"id":"` + listURL + `","type":["VerifiableCredential","StatusList2021Credential"],"issuer":"` + school + `",` +
		`"issuanceDate":"2026-06-01T00:00:00Z","credentialSubject":{"id":"` + listURL + `#list","type":"StatusList2021",` +
		`"statusPurpose":"revocation","encodedList":"` + encoded[1:] + `"}}`
	if change != nil {
		list = change(list)
	}
	w.bundle.Lists[listURL] = string(w.secure([]byte(list), w.proofBy(w.ed, school)))
	text := strings.Replace(w.older(), credentials.ContextStatus, credentials.ContextStatus2021, 1)
	text = strings.Replace(text, "BitstringStatusListEntry", "StatusList2021Entry", 1)
	text = strings.Replace(text, `"statusListIndex":"7"`, fmt.Sprintf(`"statusListIndex":"%d"`, index), 1)
	return w.secure([]byte(text), w.proofBy(w.ed, school))
}

// statusStories are about every kind of status that is read.
var statusStories = []story{
	{"list with its proof inside", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.signedList(nil)
		return w.at(7)
	}, verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"list with its proof inside, revoked", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.signedList(nil)
		return w.at(11)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"list with its proof inside, altered", func(w *world) []byte {
		w.bundle.Lists[listURL] = strings.Replace(w.signedList(nil), "#list", "#lost", 1)
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusAltered},
	{"list with its proof inside, ended", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.signedList(func(l *status.List) { l.ValidFrom, l.ValidUntil = now().Add(-72*time.Hour), now().Add(-24*time.Hour) })
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusExpired},
	{"list that nobody signed", func(w *world) []byte {
		list, _ := credentials.Parse([]byte(w.signedList(nil)))
		w.bundle.Lists[listURL] = string(list.Without("proof").AppendJSON(nil))
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"list that is too short", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.encodedList(zipped(16_383))
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusLength},
	{"list that is no gzip", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.encodedList("uAAAA")
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusEncoding},
	{"list that is a bomb", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.encodedList(zipped(1 << 26))
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusTooLarge},

	{"refresh: nothing newer", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Purpose = status.Refresh })
		return w.entered(pointing("refresh", 7, ""))
	}, verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"refresh: a newer copy", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Purpose = status.Refresh })
		return w.entered(pointing("refresh", 11, ""))
	}, verifier.Superseded, verifier.Status, verifier.CodeRefreshDue},
	{"message: in two bits", func(w *world) []byte {
		w.publishMessages(map[uint32]uint8{7: 2})
		return w.entered(pointing("message", 7, fourWords))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusMessage},
	{"message: nothing set says something too", func(w *world) []byte {
		w.publishMessages(nil)
		return w.entered(pointing("message", 7, fourWords))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusMessage},
	{"message: without words", func(w *world) []byte {
		w.publishMessages(map[uint32]uint8{7: 2})
		return w.entered(pointing("message", 7, `,"statusSize":2`))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"message: the last place of the list", func(w *world) []byte {
		w.publishMessages(nil)
		return w.entered(pointing("message", 131_072, fourWords))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusRange},
	{"message: a list that is too short for its size", func(w *world) []byte {
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Purpose = status.Message })
		return w.entered(pointing("message", 7, fourWords))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusLength},
	{"entry of too many bits", func(w *world) []byte {
		return w.entered(pointing("revocation", 7, `,"statusSize":64`))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnknownType},
	{"entry of no bits", func(w *world) []byte {
		return w.entered(pointing("revocation", 7, `,"statusSize":0`))
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"revocation in two bits, without words", func(w *world) []byte {
		bits := status.NewOf(2)
		_ = bits.SetValue(7, 2, 1)
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Bits = bits })
		return w.entered(pointing("revocation", 7, `,"statusSize":2`))
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"revocation in two bits", func(w *world) []byte {
		bits := status.NewOf(2)
		_ = bits.SetValue(7, 2, 3)
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Bits = bits })
		return w.entered(pointing("revocation", 7, fourWords))
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},

	{"states: standing", func(w *world) []byte {
		w.publishStates(map[uint32]status.State{8: status.Suspended}, nil)
		return w.at(7)
	}, verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"states: on hold", func(w *world) []byte {
		w.publishStates(map[uint32]status.State{7: status.Suspended}, nil)
		return w.at(7)
	}, verifier.Suspended, verifier.Status, verifier.CodeSuspended},
	{"states: replaced", func(w *world) []byte {
		w.publishStates(map[uint32]status.State{11: status.Superseded}, nil)
		return w.at(11)
	}, verifier.Superseded, verifier.Status, verifier.CodeSuperseded},
	{"states: replaced, and the list of revocations is behind", func(w *world) []byte {
		w.publishStates(map[uint32]status.State{7: status.Superseded}, nil)
		return w.at(7)
	}, verifier.Superseded, verifier.Status, verifier.CodeSuperseded},
	{"states: revoked", func(w *world) []byte {
		w.publishStates(nil, nil)
		return w.at(11)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"states: revoked while on hold", func(w *world) []byte {
		w.publishStates(map[uint32]status.State{11: status.Suspended}, nil)
		return w.at(11)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"states: a state that is not known", func(w *world) []byte {
		w.publishStates(map[uint32]status.State{7: 3}, nil)
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"states: the list has ended", func(w *world) []byte {
		w.publishStates(nil, func(l *status.List) { l.ValidFrom, l.ValidUntil = now().Add(-72*time.Hour), now().Add(-24*time.Hour) })
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusExpired},
	{"states: the list has ended, and it is revoked", func(w *world) []byte {
		w.publishStates(nil, func(l *status.List) { l.ValidFrom, l.ValidUntil = now().Add(-72*time.Hour), now().Add(-24*time.Hour) })
		return w.at(11)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"states: another's list", func(w *world) []byte {
		w.publishStates(nil, nil)
		w.bundle.Lists[statesURL] = w.list(w.mill, stranger, statesURL, func(l *status.List) { l.Purpose, l.Bits = status.Message, status.NewOf(2) })
		return w.at(7)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusIssuer},

	{"unsigned list: not in it", func(w *world) []byte {
		return w.olderList(oldURL, `{"revokedCredential":[{"id":"urn:uuid:other"}]}`)
	}, verifier.Valid, verifier.Status, verifier.CodeNotListed},
	{"unsigned list: in it", func(w *world) []byte {
		return w.olderList(oldURL, `{"id":"`+oldURL+`","revokedCredential":[{"id":"`+diplomaURN+`","revocationReason":"Issued in error."}]}`)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevokedUnsigned},
	{"unsigned list: in it, misspelt", func(w *world) []byte {
		return w.olderList(oldURL, `{"revokedCredentials":[{"id":"`+diplomaURN+`","revoked":true}]}`)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevokedUnsigned},
	{"unsigned list: in it, and not revoked", func(w *world) []byte {
		return w.olderList(oldURL, `{"revokedCredential":[{"id":"`+diplomaURN+`","revoked":false}]}`)
	}, verifier.Valid, verifier.Status, verifier.CodeNotListed},
	{"unsigned list: at another's address", func(w *world) []byte {
		return w.olderList("https://lists.example/1", `{"revokedCredential":[]}`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeNotListedElsewhere},
	{"unsigned list: revoked at another's address", func(w *world) []byte {
		return w.olderList("https://lists.example/1", `{"revokedCredential":[{"id":"`+diplomaURN+`"}]}`)
	}, verifier.Revoked, verifier.Status, verifier.CodeRevokedUnsigned},
	{"unsigned list: old", func(w *world) []byte {
		w.bundle.MadeAt = now().Add(-100 * time.Hour)
		return w.olderList(oldURL, `{"revokedCredential":[]}`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusExpired},
	{"unsigned list: of another issuer", func(w *world) []byte {
		return w.olderList(oldURL, `{"issuer":"`+stranger+`","revokedCredential":[]}`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"unsigned list: a page for people", func(w *world) []byte {
		return w.olderList(oldURL, `{"error":"not found"}`)
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
	{"unsigned list: not at hand", func(w *world) []byte {
		return w.olderList(oldURL, "")
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUnreachable},

	{"list of 2021", func(w *world) []byte { return w.list2021(7, nil) }, verifier.Valid, verifier.Status, verifier.CodeNotWithdrawn},
	{"list of 2021: revoked", func(w *world) []byte { return w.list2021(11, nil) }, verifier.Revoked, verifier.Status, verifier.CodeRevoked},
	{"list of 2021: in the newer encoding", func(w *world) []byte {
		return w.list2021(7, func(s string) string { return strings.Replace(s, `"encodedList":"`, `"encodedList":"u`, 1) })
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusEncoding},
	{"list of 2021: another's", func(w *world) []byte {
		return w.list2021(7, func(s string) string { return strings.Replace(s, school, stranger, 1) })
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusIssuer},
	{"list of 2021: a newer one in its place", func(w *world) []byte {
		doc := w.list2021(7, nil)
		w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, nil)
		return doc
	}, verifier.Undetermined, verifier.Status, verifier.CodeStatusUntrusted},
}

// publishMessages puts a list of messages of two bits in the place of the school's list.
func (w *world) publishMessages(set map[uint32]uint8) {
	w.tb.Helper()
	bits := status.NewOf(2)
	for i, v := range set {
		if err := bits.SetValue(i, 2, v); err != nil {
			w.tb.Fatal(err)
		}
	}
	w.bundle.Lists[listURL] = w.list(w.ec, school, listURL, func(l *status.List) { l.Purpose, l.Bits = status.Message, bits })
}

// TestEveryEntryIsAnswered: an entry that is fine does not hide another that is not.
func TestEveryEntryIsAnswered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.bundle.Lists[statesURL] = w.list(w.ec, school, statesURL, func(l *status.List) { l.Purpose = status.Suspension })
	second := strings.ReplaceAll(pointing("suspension", 11, ""), listURL, statesURL)
	for _, entries := range []string{pointing("revocation", 7, "") + "," + second, second + "," + pointing("revocation", 7, "")} {
		r := w.verify(w.entered("[" + entries + "]"))
		if r.Verdict != verifier.Suspended || len(r.Find(verifier.Status)) != 2 {
			t.Errorf("got %s %+v", r.Verdict, r.Find(verifier.Status))
		}
	}
}

// TestMessageIsSaid: the issuer's words reach the reader, as what they are.
func TestMessageIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publishMessages(map[uint32]uint8{7: 2})
	r := words.For("en").Annotate(w.verify(w.entered(pointing("message", 7, fourWords))), nil)
	c := r.Find(verifier.Status)[0]
	if c.Params["message"] != "rejected" || c.Params["value"] != "2" || !strings.Contains(c.Sentence, "“rejected”") {
		t.Errorf("got %+v", c)
	}
}

// TestStatesWithoutTheirList: a bundle that names a list of states holds it.
func TestStatesWithoutTheirList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.publishStates(nil, nil)
	delete(w.bundle.Lists, statesURL)
	if err := w.bundle.Validate(); err == nil {
		t.Error("a bundle without a list that it names is taken")
	}
}
