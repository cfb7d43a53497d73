package messaging

import (
	"bytes"
	"testing"
)

// An answer as large as one is read, full of escapes: what it costs to look through it.
func BenchmarkMask(b *testing.B) {
	mask := testMask()
	body := bytes.Repeat([]byte(`{"a":"\u0041%41&#65;plain text without end"},`), maxAnswerBytes/46)
	for b.Loop() {
		mask.Bytes(body)
	}
}

// What a call pays for knowing its secrets.
func BenchmarkMaskOfCall(b *testing.B) {
	for b.Loop() {
		testMask().Bytes([]byte(receiptJSON))
	}
}
