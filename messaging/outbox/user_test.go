package outbox

import "testing"

func TestUserIs(t *testing.T) {
	for _, c := range []struct {
		a, b User
		same bool
	}{
		{User{Name: "ana", Host: "north"}, User{Name: "ana", Host: "north"}, true},
		{User{Name: "root", Host: "north"}, User{Name: "root", Host: "south"}, false},
		{User{Name: "root", Host: "north"}, User{Name: "bea", Host: "north"}, false},
		{User{Name: "ana", Host: "north", Own: true}, User{Name: "ana", Host: "south", Own: true}, true},
		{User{Name: "ana", Host: "north", Own: true}, User{Name: "Ana ", Host: "south"}, true}, // it may be her login there
		{User{Name: "ana", Host: "north", Own: true}, User{Name: "bea", Host: "north", Own: true}, false},
		{User{Name: "root", Host: "north"}, User{Name: "ana", Host: "north", Own: true}, false},
		{User{Name: "", Host: "north"}, User{Name: "bea", Host: "south"}, true}, // nobody knows
		{User{Name: " ", Own: true}, User{Name: "bea", Host: "south"}, true},
	} {
		if got := c.a.Is(c.b); got != c.same {
			t.Errorf("%+v is %+v: %t, want %t", c.a, c.b, got, c.same)
		}
		if got := c.b.Is(c.a); got != c.same {
			t.Errorf("%+v is %+v: %t, want %t", c.b, c.a, got, c.same)
		}
	}
}
