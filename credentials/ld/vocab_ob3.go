package ld

// The vocabulary of Open Badges 3.0.3. It names the XML Schema types by https addresses
// that differ from those of XML Schema itself, and one by a prefix that it does not define.
var (
	obAchievement = sealed(terms{
		"achievementType":   iri(ob + "achievementType"),
		"alignment":         iri(ob + "alignment").set(),
		"creator":           iri(ob + "creator"),
		"creditsAvailable":  iri(ob + "creditsAvailable").typed(xsdWeb + "float"),
		"criteria":          iri(ob + "Criteria").link(),
		"fieldOfStudy":      iri(ob + "fieldOfStudy"),
		"humanCode":         iri(ob + "humanCode"),
		"image":             iri(ob + "image").link(),
		"inLanguage":        iri(sdo + "inLanguage"),
		"otherIdentifier":   iri(ob + "otherIdentifier").set(),
		"related":           iri(ob + "related").set(),
		"resultDescription": iri(ob + "resultDescription").set(),
		"specialization":    iri(ob + "specialization"),
		"tag":               iri(sdo + "keywords").set(),
		"version":           iri(ob + "version"),
	})

	obAchievementSubject = sealed(terms{
		"achievement":       iri(ob + "achievement"),
		"activityEndDate":   iri(ob + "activityEndDate").typed(xsdWeb + "date"),
		"activityStartDate": iri(ob + "activityStartDate").typed(xsdWeb + "date"),
		"creditsEarned":     iri(ob + "creditsEarned").typed(xsdWeb + "float"),
		"identifier":        iri(ob + "identifier").set(),
		"image":             iri(ob + "image").link(),
		"licenseNumber":     iri(ob + "licenseNumber"),
		"result":            iri(ob + "result").set(),
		"role":              iri(ob + "role"),
		"source":            iri(ob + "source").link(),
		"term":              iri(ob + "term"),
	})

	obAddress = sealed(terms{
		"addressCountry":      iri(sdo + "addressCountry"),
		"addressCountryCode":  iri(ob + "CountryCode"),
		"addressLocality":     iri(sdo + "addressLocality"),
		"addressRegion":       iri(sdo + "addressRegion"),
		"geo":                 iri(ob + "GeoCoordinates"),
		"postOfficeBoxNumber": iri(sdo + "postOfficeBoxNumber"),
		"postalCode":          iri(sdo + "postalCode"),
		"streetAddress":       iri(sdo + "streetAddress"),
	})

	obAlignment = sealed(terms{
		"targetCode":        iri(ob + "targetCode"),
		"targetDescription": iri(sdo + "targetDescription"),
		"targetFramework":   iri(sdo + "targetFramework"),
		"targetName":        iri(sdo + "targetName"),
		"targetType":        iri(ob + "targetType"),
		"targetUrl":         iri(sdo + "targetUrl").typed(xsdWeb + "anyURI"),
	})

	obEndorsementSubject = sealed(terms{
		"endorsementComment": iri(ob + "endorsementComment"),
	})

	obEvidence = sealed(terms{
		"audience": iri(sdo + "audience"),
		"genre":    iri(sdo + "genre"),
	})

	obGeoCoordinates = sealed(terms{
		"latitude":  iri(sdo + "latitude"),
		"longitude": iri(sdo + "longitude"),
	})

	obIdentifierEntry = sealed(terms{
		"identifier":     iri(ob + "identifier"),
		"identifierType": iri(ob + "identifierType"),
	})

	obIdentityObject = sealed(terms{
		"hashed":       iri(ob + "hashed").typed(xsdWeb + "boolean"),
		"identityHash": iri(ob + "identityHash"),
		"identityType": iri(ob + "identityType"),
		"salt":         iri(ob + "salt"),
	})

	obImage = sealed(terms{
		"caption": iri(sdo + "caption"),
	})

	obProfile = sealed(terms{
		"additionalName":   iri(sdo + "additionalName"),
		"address":          iri(ob + "address").link(),
		"dateOfBirth":      iri(ob + "dateOfBirth").typed(xsdWeb + "date"),
		"email":            iri(sdo + "email"),
		"familyName":       iri(sdo + "familyName"),
		"familyNamePrefix": iri(ob + "familyNamePrefix"),
		"givenName":        iri(sdo + "givenName"),
		"honorificPrefix":  iri(sdo + "honorificPrefix"),
		"honorificSuffix":  iri(sdo + "honorificSuffix"),
		"image":            iri(ob + "image").link(),
		"official":         iri(ob + "official"),
		"otherIdentifier":  iri(ob + "otherIdentifier").set(),
		"parentOrg":        iri(ob + "parentOrg").link(),
		"patronymicName":   iri(ob + "patronymicName"),
		"phone":            iri(ob + "phone"),
	})

	obRelated = sealed(terms{
		"inLanguage": iri(sdo + "inLanguage"),
		"version":    iri(ob + "version"),
	})

	obResult = sealed(terms{
		"achievedLevel":     iri(ob + "achievedLevel").typed(xsdWeb + "anyURI"),
		"resultDescription": iri(ob + "resultDescription").typed(xsdWeb + "anyURI"),
		"status":            iri(ob + "status"),
		"value":             iri(sdo + "value"),
	})

	obResultDescription = sealed(terms{
		"allowedValue":         iri(ob + "allowedValue").list(),
		"requiredLevel":        iri(ob + "requiredLevel").typed(xsdWeb + "anyURI"),
		"requiredValue":        iri(ob + "requiredValue"),
		"resultType":           iri(ob + "resultType"),
		"rubricCriterionLevel": iri(ob + "rubricCriterionLevel").set(),
		"valueMax":             iri(ob + "valueMax"),
		"valueMin":             iri(ob + "valueMin"),
	})

	obRubricCriterionLevel = sealed(terms{
		"level":  iri(ob + "level"),
		"points": iri(ob + "points"),
	})

	// ob303 is …/context-3.0.3.json since June 2026.
	ob303 = sealed(terms{
		"Achievement":           iri(ob + "Achievement").with(obAchievement),
		"AchievementCredential": iri("OpenBadgeCredential"),
		"AchievementSubject":    iri(ob + "AchievementSubject").with(obAchievementSubject),
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
		"Profile":               iri(ob + "Profile").with(obProfile),
		"Related":               iri(ob + "Related").with(obRelated),
		"Result":                iri(ob + "Result").with(obResult),
		"ResultDescription":     iri(ob + "ResultDescription").with(obResultDescription),
		"RubricCriterionLevel":  iri(ob + "RubricCriterionLevel").with(obRubricCriterionLevel),
		"alignment":             iri(ob + "alignment").set(),
		"awardedDate":           iri(ob + "awardedDate").typed("xsd:dateTime"),
		"description":           iri(sdo + "description"),
		"endorsement":           iri(ob + "endorsement").set(),
		"endorsementJwt":        iri(ob + "endorsementJwt").set(),
		"image":                 iri(ob + "image").link(),
		"inLanguage":            iri(sdo + "inLanguage"),
		"jti":                   iri(jwt + "jti").link(),
		"name":                  iri(sdo + "name"),
		"narrative":             iri(ob + "narrative"),
		"url":                   iri(sdo + "url").typed(xsdWeb + "anyURI"),
	})
)
