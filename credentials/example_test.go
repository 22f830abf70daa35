package credentials_test

import (
	"fmt"
	"time"

	"laurel/credentials"
)

// A diploma and the standards under it, signed one by one, become one record.
func ExampleCompose() {
	var diplomaSigned, englishSigned *credentials.Node // as credentials/issue gave them, with their proofs
	diplomaSigned, _ = credentials.Parse([]byte(`{"type":["VerifiableCredential","AchievementCredential"],"credentialSubject":{"achievement":{"id":"urn:example:diploma"}}}`))
	englishSigned, _ = credentials.Parse([]byte(`{"type":["VerifiableCredential","AchievementCredential"],"credentialSubject":{"achievement":{"id":"urn:example:ela"}}}`))

	record, err := credentials.Compose(
		credentials.CLR{
			ID: "urn:uuid:3f2a0f1e-9d55-4a53-8d5b-0f6b1f5f7a10", Name: "High School Diploma and Record",
			Issuer:    credentials.Profile{ID: "did:web:laurel.example:schools:willow-brook", Name: "Willow Brook"},
			ValidFrom: time.Date(2026, 6, 12, 14, 0, 0, 0, time.UTC),
			Subject:   credentials.Record{ID: "urn:uuid:0b9d3f0e-25b8-4e0c-8a51-6f6f0b3f9a02"},
		},
		credentials.Part{Credential: diplomaSigned},
		credentials.Part{Credential: englishSigned, PartOf: []string{credentials.AchievementID(diplomaSigned)}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, a := range record.Subject.Associations {
		fmt.Println(a.Source, a.Kind, a.Target)
	}
	// Output: urn:example:ela isPartOf urn:example:diploma
}
