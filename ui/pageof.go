package ui

import (
	"telex/messaging"
	"telex/ui/page"
)

// pageOf is the screen on which a field is filled in.
func pageOf(f messaging.Field) page.ID {
	switch f {
	case messaging.FieldTo:
		return page.Recipients
	case messaging.FieldMedia:
		return page.Media
	case messaging.FieldFrom, messaging.FieldText, messaging.FieldTag, messaging.FieldPriority,
		messaging.FieldExpiration, messaging.FieldApplicationID:
	}
	return page.Compose
}
