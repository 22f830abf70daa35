package ld

// The vocabulary of Open Badges 3.0.1, which protects no term.
var (
	ob301Achievement = openBare(terms{
		"achievementType":   iri(ob + "achievementType").typed("xsd:string"),
		"alignment":         iri(ob + "alignment").set(),
		"creator":           iri(ob + "creator"),
		"creditsAvailable":  iri(ob + "creditsAvailable").typed("xsd:float"),
		"criteria":          iri(ob + "Criteria").link(),
		"fieldOfStudy":      iri(ob + "fieldOfStudy").typed("xsd:string"),
		"humanCode":         iri(ob + "humanCode").typed("xsd:string"),
		"image":             iri(ob + "Image").link(),
		"otherIdentifier":   iri(ob + "otherIdentifier").set(),
		"related":           iri(ob + "related").set(),
		"resultDescription": iri(ob + "resultDescription").set(),
		"specialization":    iri(ob + "specialization").typed("xsd:string"),
		"tag":               iri(sdo + "keywords").typed("xsd:string").set(),
		"version":           iri(ob + "version").typed("xsd:string"),
	})

	ob301AchievementSubject = openBare(terms{
		"achievement":       iri(ob + "achievement-0"),
		"activityEndDate":   iri(ob + "activityEndDate").typed("xsd:date"),
		"activityStartDate": iri(ob + "activityStartDate").typed("xsd:date"),
		"creditsEarned":     iri(ob + "creditsEarned").typed("xsd:float"),
		"identifier":        iri(ob + "identifier").set(),
		"image":             iri(ob + "Image").link(),
		"licenseNumber":     iri(ob + "licenseNumber").typed("xsd:string"),
		"result":            iri(ob + "result").set(),
		"role":              iri(ob + "role").typed("xsd:string"),
		"source":            iri(ob + "source").link(),
		"term":              iri(ob + "term").typed("xsd:string"),
	})

	ob301Address = openBare(terms{
		"addressCountry":      iri(sdo + "addressCountry").typed("xsd:string"),
		"addressCountryCode":  iri(ob + "CountryCode").typed("xsd:string"),
		"addressLocality":     iri(sdo + "addressLocality").typed("xsd:string"),
		"addressRegion":       iri(sdo + "addressRegion").typed("xsd:string"),
		"geo":                 iri(ob + "GeoCoordinates"),
		"postOfficeBoxNumber": iri(sdo + "postOfficeBoxNumber").typed("xsd:string"),
		"postalCode":          iri(sdo + "postalCode").typed("xsd:string"),
		"streetAddress":       iri(sdo + "streetAddress").typed("xsd:string"),
	})

	ob301Alignment = openBare(terms{
		"targetCode":        iri(ob + "targetCode").typed("xsd:string"),
		"targetDescription": iri(sdo + "targetDescription").typed("xsd:string"),
		"targetFramework":   iri(sdo + "targetFramework").typed("xsd:string"),
		"targetName":        iri(sdo + "targetName").typed("xsd:string"),
		"targetType":        iri(ob + "targetType").typed("xsd:string"),
		"targetUrl":         iri(sdo + "targetUrl").typed("xsd:anyURI"),
	})

	ob301EndorsementSubject = openBare(terms{
		"endorsementComment": iri(ob + "endorsementComment").typed("xsd:string"),
	})

	ob301Evidence = openBare(terms{
		"audience": iri(sdo + "audience").typed("xsd:string"),
		"genre":    iri(sdo + "genre").typed("xsd:string"),
	})

	ob301GeoCoordinates = openBare(terms{
		"latitude":  iri(sdo + "latitude").typed("xsd:string"),
		"longitude": iri(sdo + "longitude").typed("xsd:string"),
	})

	ob301IdentifierEntry = openBare(terms{
		"identifier":     iri(ob + "identifier").typed("xsd:string"),
		"identifierType": iri(ob + "identifierType").typed("xsd:string"),
	})

	ob301IdentityObject = openBare(terms{
		"hashed":       iri(ob + "hashed").typed("xsd:boolean"),
		"identityHash": iri(ob + "identityHash").typed("xsd:string"),
		"identityType": iri(ob + "identityType").typed("xsd:string"),
		"salt":         iri(ob + "salt").typed("xsd:string"),
	})

	ob301Image = openBare(terms{
		"caption": iri(sdo + "caption").typed("xsd:string"),
	})

	ob301Profile = openBare(terms{
		"additionalName":   iri(sdo + "additionalName").typed("xsd:string"),
		"address":          iri(ob + "address").link(),
		"dateOfBirth":      iri(ob + "dateOfBirth").typed("xsd:date"),
		"email":            iri(sdo + "email").typed("xsd:string"),
		"familyName":       iri(sdo + "familyName").typed("xsd:string"),
		"familyNamePrefix": iri(ob + "familyNamePrefix").typed("xsd:string"),
		"givenName":        iri(sdo + "givenName").typed("xsd:string"),
		"honorificPrefix":  iri(sdo + "honorificPrefix").typed("xsd:string"),
		"honorificSuffix":  iri(sdo + "honorificSuffix").typed("xsd:string"),
		"image":            iri(ob + "Image").link(),
		"official":         iri(ob + "official").typed("xsd:string"),
		"otherIdentifier":  iri(ob + "otherIdentifier").set(),
		"parentOrg":        iri(ob + "parentOrg").link(),
		"patronymicName":   iri(ob + "patronymicName").typed("xsd:string"),
		"phone":            iri(ob + "phone").typed("xsd:string"),
	})

	ob301Related = openBare(terms{
		"version": iri(ob + "version").typed("xsd:string"),
	})

	ob301Result = openBare(terms{
		"achievedLevel":     iri(ob + "achievedLevel").typed("xsd:anyURI"),
		"resultDescription": iri(ob + "resultDescription").typed("xsd:anyURI"),
		"status":            iri(ob + "status").typed("xsd:string"),
		"value":             iri(sdo + "value").typed("xsd:string"),
	})

	ob301ResultDescription = openBare(terms{
		"allowedValue":         iri(ob + "allowedValue").typed("xsd:string").set(),
		"requiredLevel":        iri(ob + "requiredLevel").typed("xsd:anyURI"),
		"requiredValue":        iri(ob + "requiredValue").typed("xsd:string"),
		"resultType":           iri(ob + "resultType").typed("xsd:string"),
		"rubricCriterionLevel": iri(ob + "rubricCriterionLevel").set(),
		"valueMax":             iri(ob + "valueMax").typed("xsd:string"),
		"valueMin":             iri(ob + "valueMin").typed("xsd:string"),
	})

	ob301RubricCriterionLevel = openBare(terms{
		"level":  iri(ob + "level").typed("xsd:string"),
		"points": iri(ob + "points").typed("xsd:string"),
	})

	// ob301 is …/context-3.0.1.json.
	ob301 = open(terms{
		"Achievement":           iri(ob + "Achievement").with(ob301Achievement),
		"AchievementCredential": iri("OpenBadgeCredential"),
		"AchievementSubject":    iri(ob + "AchievementSubject").with(ob301AchievementSubject),
		"Address":               iri(ob + "Address").with(ob301Address),
		"Alignment":             iri(sdo + "AlignmentObject").with(ob301Alignment),
		"Criteria":              iri(ob + "Criteria"),
		"EndorsementCredential": iri(ob + "EndorsementCredential"),
		"EndorsementSubject":    iri(ob + "EndorsementSubject").with(ob301EndorsementSubject),
		"Evidence":              iri(ob + "Evidence").with(ob301Evidence),
		"GeoCoordinates":        iri(ob + "GeoCoordinates").with(ob301GeoCoordinates),
		"IdentifierEntry":       iri(ob + "IdentifierEntry").with(ob301IdentifierEntry),
		"IdentityObject":        iri(ob + "IdentityObject").with(ob301IdentityObject),
		"Image":                 iri(ob + "Image").with(ob301Image),
		"OpenBadgeCredential":   iri(ob + "OpenBadgeCredential"),
		"Profile":               iri(ob + "Profile").with(ob301Profile),
		"Related":               iri(ob + "Related").with(ob301Related),
		"Result":                iri(ob + "Result").with(ob301Result),
		"ResultDescription":     iri(ob + "ResultDescription").with(ob301ResultDescription),
		"RubricCriterionLevel":  iri(ob + "RubricCriterionLevel").with(ob301RubricCriterionLevel),
		"alignment":             iri(ob + "alignment").set(),
		"awardedDate":           iri(ob + "awardedDate").typed("xsd:dateTime"),
		"description":           iri(sdo + "description").typed("xsd:string"),
		"endorsement":           iri(ob + "endorsement").set(),
		"image":                 iri(ob + "image").link(),
		"name":                  iri(sdo + "name").typed("xsd:string"),
		"narrative":             iri(ob + "narrative").typed("xsd:string"),
		"url":                   iri(sdo + "url").typed("xsd:anyURI"),
		"xsd":                   word(xsdWeb),
	})
)
