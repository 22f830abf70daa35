package ld

// The vocabulary of Open Badges 3.0.0, where it differs from 3.0.1.
var (
	ob300Achievement = openBare(terms{
		"achievementType":   iri(ob + "achievementType").typed("xsd:string"),
		"alignment":         iri(ob + "alignment").typed(ob + "Alignment").set(),
		"creator":           iri(ob + "Profile"),
		"creditsAvailable":  iri(ob + "creditsAvailable").typed("xsd:float"),
		"criteria":          iri(ob + "Criteria").link(),
		"fieldOfStudy":      iri(ob + "fieldOfStudy").typed("xsd:string"),
		"humanCode":         iri(ob + "humanCode").typed("xsd:string"),
		"otherIdentifier":   iri(ob + "otherIdentifier").typed(ob + "IdentifierEntry").set(),
		"related":           iri(ob + "related").typed(ob + "Related").set(),
		"resultDescription": iri(ob + "resultDescription").typed(ob + "ResultDescription").set(),
		"specialization":    iri(ob + "specialization").typed("xsd:string"),
		"tag":               iri(sdo + "keywords").typed("xsd:string").set(),
		"version":           iri(ob + "version").typed("xsd:string"),
	})

	ob300AchievementSubject = openBare(terms{
		"achievement":       iri(ob + "Achievement"),
		"activityEndDate":   iri(ob + "activityEndDate").typed("xsd:date"),
		"activityStartDate": iri(ob + "activityStartDate").typed("xsd:date"),
		"creditsEarned":     iri(ob + "creditsEarned").typed("xsd:float"),
		"identifier":        iri(ob + "identifier").typed(ob + "IdentityObject").set(),
		"licenseNumber":     iri(ob + "licenseNumber").typed("xsd:string"),
		"result":            iri(ob + "result").typed(ob + "Result").set(),
		"role":              iri(ob + "role").typed("xsd:string"),
		"source":            iri(ob + "source").typed(ob + "Profile"),
		"term":              iri(ob + "term").typed("xsd:string"),
	})

	ob300Profile = openBare(terms{
		"additionalName":   iri(sdo + "additionalName").typed("xsd:string"),
		"address":          iri(ob + "Address"),
		"dateOfBirth":      iri(ob + "dateOfBirth").typed("xsd:date"),
		"email":            iri(sdo + "email").typed("xsd:string"),
		"familyName":       iri(sdo + "familyName").typed("xsd:string"),
		"familyNamePrefix": iri(ob + "familyNamePrefix").typed("xsd:string"),
		"givenName":        iri(sdo + "givenName").typed("xsd:string"),
		"honorificPrefix":  iri(sdo + "honorificPrefix").typed("xsd:string"),
		"honorificSuffix":  iri(sdo + "honorificSuffix").typed("xsd:string"),
		"official":         iri(ob + "official").typed("xsd:string"),
		"otherIdentifier":  iri(ob + "otherIdentifier").typed(ob + "IdentifierEntry").set(),
		"parentOrg":        iri(ob + "parentOrg").typed("xsd:string"),
		"patronymicName":   iri(ob + "patronymicName").typed("xsd:string"),
		"phone":            iri(ob + "PhoneNumber").typed("xsd:string"),
	})

	ob300ResultDescription = openBare(terms{
		"allowedValue":         iri(ob + "allowedValue").typed("xsd:string").set(),
		"requiredLevel":        iri(ob + "requiredLevel").typed("xsd:anyURI"),
		"requiredValue":        iri(ob + "requiredValue").typed("xsd:string"),
		"resultType":           iri(ob + "resultType").typed("xsd:string"),
		"rubricCriterionLevel": iri(ob + "rubricCriterionLevel").typed(ob + "RubricCriterionLevel").set(),
		"valueMax":             iri(ob + "valueMax").typed("xsd:string"),
		"valueMin":             iri(ob + "valueMin").typed("xsd:string"),
	})

	// ob300 is …/context.json, the address without a version.
	ob300 = open(terms{
		"Achievement":           iri(ob + "Achievement").with(ob300Achievement),
		"AchievementCredential": iri("OpenBadgeCredential"),
		"AchievementSubject":    iri(ob + "AchievementSubject").with(ob300AchievementSubject),
		"Address":               iri(ob + "Address").with(ob301Address),
		"Alignment":             iri(sdo + "Alignment").with(ob301Alignment),
		"Criteria":              iri(ob + "Criteria"),
		"EndorsementCredential": iri(ob + "EndorsementCredential"),
		"EndorsementSubject":    iri(ob + "EndorsementSubject").with(ob301EndorsementSubject),
		"Evidence":              iri(ob + "Evidence").with(ob301Evidence),
		"GeoCoordinates":        iri(ob + "GeoCoordinates").with(ob301GeoCoordinates),
		"IdentifierEntry":       iri(ob + "IdentifierEntry").with(ob301IdentifierEntry),
		"IdentityObject":        iri(ob + "IdentityObject").with(ob301IdentityObject),
		"Image":                 iri(ob + "Image").with(ob301Image),
		"OpenBadgeCredential":   iri(ob + "OpenBadgeCredential"),
		"Profile":               iri(ob + "Profile").with(ob300Profile),
		"Related":               iri(ob + "Related").with(ob301Related),
		"Result":                iri(ob + "Result").with(ob301Result),
		"ResultDescription":     iri(ob + "ResultDescription").with(ob300ResultDescription),
		"RubricCriterionLevel":  iri(ob + "RubricCriterionLevel").with(ob301RubricCriterionLevel),
		"alignment":             iri(ob + "alignment").typed(ob + "Alignment").set(),
		"description":           iri(sdo + "description").typed("xsd:string"),
		"endorsement":           iri(ob + "endorsement").typed(ob + "EndorsementCredential").set(),
		"image":                 iri(ob + "image").typed(ob + "Image"),
		"name":                  iri(sdo + "name").typed("xsd:string"),
		"narrative":             iri(ob + "narrative").typed("xsd:string"),
		"url":                   iri(sdo + "url").typed("xsd:anyURI"),
		"xsd":                   word(xsdWeb),
	})
)
