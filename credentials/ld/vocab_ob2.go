package ld

// The vocabulary of Open Badges 3.0.2, where it differs from 3.0.3.
var (
	ob302Achievement = sealed(terms{
		"achievementType":   iri(ob + "achievementType"),
		"alignment":         iri(ob + "alignment").set(),
		"creator":           iri(ob + "creator"),
		"creditsAvailable":  iri(ob + "creditsAvailable").typed(xsdWeb + "float"),
		"criteria":          iri(ob + "Criteria").link(),
		"fieldOfStudy":      iri(ob + "fieldOfStudy"),
		"humanCode":         iri(ob + "humanCode"),
		"image":             iri(ob + "Image").link(),
		"otherIdentifier":   iri(ob + "otherIdentifier").set(),
		"related":           iri(ob + "related").set(),
		"resultDescription": iri(ob + "resultDescription").set(),
		"specialization":    iri(ob + "specialization"),
		"tag":               iri(sdo + "keywords").set(),
		"version":           iri(ob + "version"),
	})

	ob302AchievementSubject = sealed(terms{
		"achievement":       iri(ob + "achievement-0"),
		"activityEndDate":   iri(ob + "activityEndDate").typed(xsdWeb + "date"),
		"activityStartDate": iri(ob + "activityStartDate").typed(xsdWeb + "date"),
		"creditsEarned":     iri(ob + "creditsEarned").typed(xsdWeb + "float"),
		"identifier":        iri(ob + "identifier").set(),
		"image":             iri(ob + "Image").link(),
		"licenseNumber":     iri(ob + "licenseNumber"),
		"result":            iri(ob + "result").set(),
		"role":              iri(ob + "role"),
		"source":            iri(ob + "source").link(),
		"term":              iri(ob + "term"),
	})

	ob302Profile = sealed(terms{
		"additionalName":   iri(sdo + "additionalName"),
		"address":          iri(ob + "address").link(),
		"dateOfBirth":      iri(ob + "dateOfBirth").typed(xsdWeb + "date"),
		"email":            iri(sdo + "email"),
		"familyName":       iri(sdo + "familyName"),
		"familyNamePrefix": iri(ob + "familyNamePrefix"),
		"givenName":        iri(sdo + "givenName"),
		"honorificPrefix":  iri(sdo + "honorificPrefix"),
		"honorificSuffix":  iri(sdo + "honorificSuffix"),
		"image":            iri(ob + "Image").link(),
		"official":         iri(ob + "official"),
		"otherIdentifier":  iri(ob + "otherIdentifier").set(),
		"parentOrg":        iri(ob + "parentOrg").link(),
		"patronymicName":   iri(ob + "patronymicName"),
		"phone":            iri(ob + "phone"),
	})

	ob302Related = sealed(terms{
		"version": iri(ob + "version"),
	})

	// ob302 is …/context-3.0.2.json.
	ob302 = sealed(terms{
		"Achievement":           iri(ob + "Achievement").with(ob302Achievement),
		"AchievementCredential": iri("OpenBadgeCredential"),
		"AchievementSubject":    iri(ob + "AchievementSubject").with(ob302AchievementSubject),
		"Address":               iri(ob + "Address").with(obAddress),
		"Alignment":             iri(sdo + "AlignmentObject").with(obAlignment),
		"Criteria":              iri(ob + "Criteria"),
		"EndorsementCredential": iri(ob + "EndorsementCredential"),
		"EndorsementSubject":    iri(ob + "EndorsementSubject").with(obEndorsementSubject),
		"Evidence":              iri(ob + "Evidence").with(obEvidence),
		"GeoCoordinates":        iri(ob + "GeoCoordinates").with(obGeoCoordinates),
		"IdentifierEntry":       iri(ob + "IdentifierEntry").with(obIdentifierEntry),
		"IdentityObject":        iri(ob + "IdentityObject").with(obIdentityObject),
		"Image":                 iri(ob + "Image").with(obImage),
		"OpenBadgeCredential":   iri(ob + "OpenBadgeCredential"),
		"Profile":               iri(ob + "Profile").with(ob302Profile),
		"Related":               iri(ob + "Related").with(ob302Related),
		"Result":                iri(ob + "Result").with(obResult),
		"ResultDescription":     iri(ob + "ResultDescription").with(obResultDescription),
		"RubricCriterionLevel":  iri(ob + "RubricCriterionLevel").with(obRubricCriterionLevel),
		"alignment":             iri(ob + "alignment").set(),
		"description":           iri(sdo + "description"),
		"endorsement":           iri(ob + "endorsement").set(),
		"image":                 iri(ob + "Image").link(),
		"name":                  iri(sdo + "name"),
		"narrative":             iri(ob + "narrative"),
		"url":                   iri(sdo + "url").typed(xsdWeb + "anyURI"),
	})
)
