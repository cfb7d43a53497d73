package outbox

import (
	"testing"

	"telex/messaging"
)

// TestLeastGrade: a message to several is worth as much as the receipt of that one of
// whom least is known.
func TestLeastGrade(t *testing.T) {
	const alice, bob = "+12345678902", "+12345678903"
	got := sumOf([]Delivery{
		{Recipient: alice, Status: messaging.StatusDelivered, Grade: messaging.GradeHandset},
		{Recipient: bob, Status: messaging.StatusDelivered, Grade: messaging.GradeCarrier},
	}, []string{alice, bob})
	if got.grade != messaging.GradeCarrier {
		t.Errorf("the grade of the two is %q, want that of the one of whom less is known", got.grade)
	}
}
