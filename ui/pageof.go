package ui

import "telex/messaging"

// pageOf is the screen on which a field is filled in.
func pageOf(f messaging.Field) page {
	switch f {
	case messaging.FieldTo:
		return recipientsPage
	case messaging.FieldMedia:
		return mediaPage
	case messaging.FieldFrom, messaging.FieldText, messaging.FieldTag, messaging.FieldPriority,
		messaging.FieldExpiration, messaging.FieldApplicationID:
	}
	return composePage
}
