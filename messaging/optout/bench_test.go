package optout

import "testing"

// BenchmarkClassOf reads a text of the usual length that asks for nothing: a listener does
// so with each that comes in.
func BenchmarkClassOf(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if ClassOf("Yes, I will be there with two friends, see you at the library at seven tomorrow", Setting{}) != None {
			b.Fatal("want none")
		}
	}
}
