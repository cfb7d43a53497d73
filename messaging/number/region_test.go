package number

import (
	"fmt"
	"testing"
)

// RegionOf says what Parse says, and allocates nothing for it.
func TestRegionOf(t *testing.T) {
	numbers := []string{
		"", "+", "nobody", "12345", "+1", "+0123", "+19195551212", "+18005551212", "+14165550123", "+18765550123", "+19995550001",
		"+447400123456", "+447781123456", "+77011234567", "+390669812345", "+4915123456789", "+80012345678", "+999123456", "+1919555121", "+191955512123",
	}
	for area := range 800 {
		numbers = append(numbers, fmt.Sprintf("+1%03d5551212", 200+area))
	}
	for code := range 1000 {
		numbers = append(numbers, fmt.Sprintf("+%d12345678", code+1))
	}
	for _, typed := range numbers {
		n, err := Parse(typed, "")
		want := n.Region
		if err != nil || n.E164 != typed {
			want = ""
		}
		if got := RegionOf(typed); got != want {
			t.Errorf("RegionOf(%q) = %q, want %q", typed, got, want)
		}
	}
	if n := testing.AllocsPerRun(100, func() { RegionOf("+19195551212"); RegionOf("+447400123456") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestRegions: each has a name, and numbers that can be read.
func TestRegions(t *testing.T) {
	n, last := 0, ""
	for code, country := range Regions() {
		if n++; !IsRegion(code) || country == "" || code <= last {
			t.Errorf("got %q, %q after %q", code, country, last)
		}
		last = code
	}
	if n < 240 {
		t.Errorf("got %d regions, want those of the world", n)
	}
	for range Regions() {
		break // whoever has seen enough ends it
	}
}
