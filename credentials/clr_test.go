package credentials_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	jsonld "github.com/piprate/json-gold/ld"

	"laurel/credentials"
)

// refused asks that a document may not be signed, for one reason among others.
func refused(t *testing.T, d document, pointer string, rule credentials.Rule) {
	t.Helper()
	problems, ok := errors.AsType[credentials.ProblemsError](d.Validate())
	want := credentials.Problem{Code: credentials.CodeSchemaViolation, Pointer: pointer, Rule: rule}
	if !ok || !slices.Contains(problems, want) {
		t.Errorf("got %v, want %v", problems, want)
	}
	if ok && (want.Sentence() == "" || !strings.Contains(problems.Error(), pointer+": schema_violation "+string(rule)+": "+want.Sentence())) {
		t.Errorf("no sentence: %v", problems)
	}
}

func TestCompose(t *testing.T) {
	t.Parallel()
	record := transcript(t)
	if err := record.Validate(); err != nil {
		t.Fatal(err)
	}
	want := []credentials.Association{
		{Kind: credentials.IsRelatedTo, Source: diploma, Target: "urn:example:portrait"},
		{Kind: credentials.IsPartOf, Source: english, Target: diploma},
		{Kind: credentials.IsPartOf, Source: course, Target: english},
	}
	if got := record.Subject.Associations; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := len(record.Subject.Credentials); got != 3 {
		t.Errorf("got %d credentials, want 3", got)
	}
	again, err := credentials.Compose(*record, credentials.Part{Credential: record.Subject.Credentials[1], PartOf: []string{diploma}})
	if err != nil {
		t.Fatal(err)
	}
	if len(record.Subject.Credentials) != 3 || len(again.Subject.Associations) != 3 {
		t.Error("the frame was changed, or an association is said twice")
	}
	if _, err := credentials.Compose(*record, credentials.Part{Credential: tree(t, endorsement(school))}); err == nil {
		t.Error("an endorsement became a part")
	}
	// What was signed stands in the record as it was, but for white space.
	inner := tree(t, record).Path("credentialSubject", "verifiableCredential").Items()
	for i, n := range inner {
		if got, want := string(n.AppendJSON(nil)), string(record.Subject.Credentials[i].AppendJSON(nil)); got != want {
			t.Errorf("part %d: got %s, want %s", i, got, want)
		}
	}
}

func TestRecordRefusals(t *testing.T) {
	t.Parallel()
	const at = "/credentialSubject"
	link := func(c *credentials.CLR, kind credentials.AssociationKind, source, target string) {
		c.Subject.Associations = append(c.Subject.Associations, credentials.Association{Kind: kind, Source: source, Target: target})
	}
	with := func(c *credentials.CLR, i int, member string, v *credentials.Node) {
		c.Subject.Credentials[i] = c.Subject.Credentials[i].With(member, v)
	}
	tests := []struct {
		name    string
		change  func(*credentials.CLR)
		pointer string
		rule    credentials.Rule
	}{
		{"nothing in it", func(c *credentials.CLR) { c.Subject.Credentials = nil }, at + "/verifiableCredential", credentials.RuleEmpty},
		{"unsigned part", func(c *credentials.CLR) { c.Subject.Credentials[1] = c.Subject.Credentials[1].Without("proof") }, at + "/verifiableCredential/1/proof", credentials.RuleRequired},
		{"the same twice", func(c *credentials.CLR) { c.Subject.Credentials[2] = c.Subject.Credentials[1] }, at + "/verifiableCredential/2/id", credentials.RuleRepeated},
		{"another kind", func(c *credentials.CLR) { c.Subject.Credentials[0] = signed(t, endorsement(school)) }, at + "/verifiableCredential/0/type", credentials.RuleType},
		{"somebody else's", func(c *credentials.CLR) {
			other := shown(9, english, "Competency", "English")
			other.Subject.ID, other.Subject.Identifiers[0].Hash = uuid(7), "Bodhi Lefebvre"
			c.Subject.Credentials[1] = signed(t, other)
		}, at + "/verifiableCredential/1/credentialSubject", credentials.RuleHolder},
		{"undefined inside", func(c *credentials.CLR) {
			with(c, 2, "issuer", credentials.ObjectOf(credentials.Member{Name: "id", Value: credentials.TextOf("no uri")}))
		}, at + "/verifiableCredential/2/issuer/id", credentials.RuleURI},
		{"context of the part", func(c *credentials.CLR) { with(c, 1, "@context", credentials.TextOf(credentials.ContextVC)) }, at + "/verifiableCredential/1/@context", credentials.RuleOrder},
		{"from nowhere", func(c *credentials.CLR) { link(c, credentials.IsPartOf, "urn:example:gone", diploma) }, at + "/association/3/sourceId", credentials.RuleReference},
		{"to nowhere", func(c *credentials.CLR) { link(c, credentials.IsPartOf, diploma, uuid(1)) }, at + "/association/3/targetId", credentials.RuleReference},
		{"said twice", func(c *credentials.CLR) { link(c, credentials.IsPartOf, english, diploma) }, at + "/association/3", credentials.RuleRepeated},
		{"part of itself", func(c *credentials.CLR) { link(c, credentials.IsChildOf, diploma, diploma) }, at + "/association/3", credentials.RuleCycle},
		{"part of its part", func(c *credentials.CLR) { link(c, credentials.IsPartOf, diploma, course) }, at + "/association/3", credentials.RuleCycle},
		{"parent of its whole", func(c *credentials.CLR) { link(c, credentials.IsParentOf, course, diploma) }, at + "/association/3", credentials.RuleCycle},
		{"peer of itself", func(c *credentials.CLR) { link(c, credentials.IsPeerOf, course, course) }, at + "/association/3", credentials.RuleCycle},
		{"another word", func(c *credentials.CLR) { link(c, "exemplar", course, english) }, at + "/association/3/associationType", credentials.RuleVocabulary},
		{"extra node is there already", func(c *credentials.CLR) { c.Subject.Achievements[0].ID = english }, at + "/achievement/0/id", credentials.RuleRepeated},
		{"extra node without criteria", func(c *credentials.CLR) { c.Subject.Achievements[0].Criteria = credentials.Criteria{} }, at + "/achievement/0/criteria", credentials.RuleEmpty},
		{"holder by name", func(c *credentials.CLR) { c.Subject.ID = "urn:example:amara" }, at + "/id", credentials.RuleIdentifier},
		{"endorsement of another", func(c *credentials.CLR) { c.Endorsements[0] = signed(t, endorsement(school)) }, "/endorsement/0/credentialSubject/id", credentials.RuleReference},
		{"unsigned endorsement", func(c *credentials.CLR) {
			c.Issuer.Endorsements[0] = c.Issuer.Endorsements[0].Without("proof")
		}, "/issuer/endorsement/0/proof", credentials.RuleRequired},
		{"no token", func(c *credentials.CLR) { c.EndorsementTokens[0] = "a.b\n.c" }, "/endorsementJwt/0", credentials.RuleText},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := transcript(t)
			tt.change(c)
			refused(t, c, tt.pointer, tt.rule)
		})
	}
	c := transcript(t)
	link(c, credentials.Precedes, diploma, course) // an order of its own, no cycle with the parts
	link(c, credentials.IsParentOf, diploma, english)
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
}

// TestSamePersonByIdentity takes a part whose subject has another id and the same identity.
func TestSamePersonByIdentity(t *testing.T) {
	t.Parallel()
	earlier := shown(8, "urn:example:micro", "MicroCredential", "Responsive feedback")
	earlier.Subject.ID = uuid(8)
	for _, id := range []credentials.Identity{
		credentials.NameIdentity("Amara Okafor-Łukasz"),
		credentials.HashedIdentity(credentials.KindName, "Amara Okafor-Łukasz", "salt"),
	} {
		earlier.Subject.Identifiers = []credentials.Identity{id}
		record, err := credentials.Compose(*transcript(t), credentials.Part{Credential: signed(t, earlier)})
		if err != nil {
			t.Fatal(err)
		}
		if err := record.Validate(); err != nil {
			t.Error(err)
		}
	}
}

// TestRecordsHaveOneShape holds domain invariant 9: equal results give equal
// sets of members, whoever the learner is.
func TestRecordsHaveOneShape(t *testing.T) {
	t.Parallel()
	one, two := transcript(t), transcript(t)
	two.ID, two.Partial = uuid(0xc2), true
	two.Subject.Identifiers[0].Hash = "Bo"
	for i, n := range two.Subject.Credentials {
		subject := n.Get("credentialSubject")
		name := subject.Get("identifier").Items()[0].With("identityHash", credentials.TextOf("Bo"))
		two.Subject.Credentials[i] = n.With("credentialSubject", subject.With("identifier", credentials.ListOf(name)))
	}
	two.Endorsements = []*credentials.Node{signed(t, endorsement(two.ID))}
	if err := two.Validate(); err != nil {
		t.Fatal(err)
	}
	if a, b := shape(tree(t, one)), shape(tree(t, two)); a != b {
		t.Errorf("got two shapes:\n%s\n%s", a, b)
	}
}

// shape writes the names of all members, without any value.
func shape(n *credentials.Node) string {
	var b strings.Builder
	for _, m := range n.Members() {
		fmt.Fprintf(&b, "%s{%s}", m.Name, shape(m.Value))
	}
	for _, i := range n.Items() {
		fmt.Fprintf(&b, "[%s]", shape(i))
	}
	return b.String()
}

func TestEmbeddedIn(t *testing.T) {
	t.Parallel()
	c := full(t)
	c.Subject.Achievement.Creator = nil
	doc := tree(t, c)
	want := []string{"/issuer/endorsement/0", "/issuer/endorsementJwt/0", "/credentialSubject/achievement/endorsement/0", "/credentialSubject/achievement/endorsementJwt/0", "/endorsement/0", "/endorsementJwt/0"}
	var got []string
	for _, e := range credentials.EmbeddedIn(doc) {
		got = append(got, e.Pointer)
		if (e.Token == token) != (e.Member == "endorsementJwt") || (e.Document == nil) != (e.Token != "") {
			t.Errorf("%s: got %v %q", e.Pointer, e.Document.Kind(), e.Token)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	inner := credentials.EmbeddedIn(node(t, string(shared(t, "fixtures/valid/1edtech-clr-simple.json"))))
	if len(inner) != 1 || inner[0].Pointer != "/credentialSubject/verifiableCredential/0" || credentials.CredentialClass(inner[0].Document) != "AchievementCredential" {
		t.Errorf("got %v, want the nested credential", inner)
	}
	if got := credentials.EmbeddedIn(node(t, `{"endorsement":{"id":"x"}}`)); len(got) != 1 || got[0].Pointer != "/endorsement" {
		t.Errorf("a single value: got %v", got)
	}
}

// TestInspectGoesInside finds what is wrong in documents inside documents.
func TestInspectGoesInside(t *testing.T) {
	t.Parallel()
	text := string(tree(t, transcript(t)).AppendJSON(nil))
	const inner = "/credentialSubject/verifiableCredential/0"
	tests := []struct{ from, to, code, pointer string }{
		{`"name":"High School Diploma",`, `"name":"High School Diploma","Name":"x",`, credentials.CodeUndefinedTerm, inner + "/Name"},
		{`"verifiableCredential":[{"@context":["https://www.w3.org/ns/credentials/v2",`, `"verifiableCredential":[{"@context":["https://www.w3.org/2018/credentials/v1",`, credentials.CodeSchemaViolation, inner + "/@context"},
		{`"verifiableCredential":[{"@context":["https://www.w3.org/ns/credentials/v2",`, `"verifiableCredential":[{"@context":["https://www.w3.org/ns/credentials/examples/v2",`, credentials.CodeContextUnknown, inner + "/@context/0"},
		{`"verifiableCredential":[{"@context"`, `"verifiableCredential":[{"type":"VerifiableCredential"},{"@context"`, credentials.CodeTypeUnknown, inner + "/type"},
		{`"verifiableCredential":[`, `"verifiableCredential":["https://x.example/",`, credentials.CodeSchemaViolation, inner},
		{`"partial":false`, `"partial":"false"`, credentials.CodeSchemaViolation, "/partial"},
		{`"associationType"`, `"name":"x","associationType"`, credentials.CodeUndefinedTerm, "/credentialSubject/association/0/name"},
		{`["VerifiableCredential","EndorsementCredential"]`, `["VerifiableCredential","AchievementCredential"]`, credentials.CodeSchemaViolation, "/issuer/endorsement/0/type"},
		{`"https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",`, ``, credentials.CodeSchemaViolation, "/@context"},
		{`,"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"],"type":["VerifiableCredential","ClrCredential"]`, `],"type":["VerifiableCredential","ClrCredential"]`, credentials.CodeUndefinedTerm, "/refreshService/type"},
	}
	for _, tt := range tests {
		changed := strings.Replace(text, tt.from, tt.to, 1)
		if changed == text {
			t.Errorf("%s is not there", tt.from)
		}
		doc, err := credentials.Parse([]byte(changed))
		if err != nil {
			t.Fatal(err)
		}
		if got := credentials.Inspect(doc); !slices.ContainsFunc(got, func(p credentials.Problem) bool { return p.Code == tt.code && p.Pointer == tt.pointer }) {
			t.Errorf("%s: got %v, want %s at %s", tt.to, got, tt.code, tt.pointer)
		}
	}
}

// contexts gives the published contexts to json-gold.
type contexts map[string]string

// LoadDocument reads a context from the standards' data.
func (c contexts) LoadDocument(address string) (*jsonld.RemoteDocument, error) {
	var v any
	if err := json.Unmarshal([]byte(c[address]), &v); err != nil {
		return nil, fmt.Errorf("reading the context %s: %w", address, err)
	}
	return &jsonld.RemoteDocument{DocumentURL: address, Document: v}, nil
}

// TestDocumentsExpandInSafeMode holds every member and type of every kind of
// document against the published contexts, by another's reader.
func TestDocumentsExpandInSafeMode(t *testing.T) {
	t.Parallel()
	options := jsonld.NewJsonLdOptions("")
	options.SafeMode = true
	options.DocumentLoader = contexts{
		credentials.ContextVC:           string(shared(t, "contexts/credentials-v2.jsonld")),
		credentials.ContextOB:           string(shared(t, "contexts/ob-context-3.0.3.validator-copy.json")),
		credentials.ContextCLR:          string(shared(t, "contexts/clr-context-2.0.1.json")),
		credentials.ContextOBExtensions: string(shared(t, "contexts/ob-extensions.json")),
	}
	for _, d := range []document{sample(), full(t), endorsement(school), transcript(t)} {
		var v any
		if err := json.Unmarshal(tree(t, d).AppendJSON(nil), &v); err != nil {
			t.Fatal(err)
		}
		out, err := jsonld.NewJsonLdProcessor().Expand(v, options)
		if err != nil || len(out) != 1 {
			t.Errorf("%T: %v", d, err)
		}
	}
}
