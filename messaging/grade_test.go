package messaging

import "testing"

func TestGradeOf(t *testing.T) {
	const local, tollFree, alice, bob = "+19195550100", "+18885550100", "+19195551212", "+19195551213"
	sms := func(from string) Message { return Message{From: from, To: []string{alice}, Text: "Hi"} }
	mms := func(from string) Message {
		return Message{From: from, To: []string{alice}, Media: []string{"https://example.com/a.png"}}
	}
	group := Message{From: local, To: []string{alice, bob}, Text: "Hi"}
	told := func(kind, product string) Record {
		return Record{Status: StatusDelivered, Type: kind, Product: product}
	}
	tests := map[string]struct {
		message    Message
		record     Record
		plain, mms Grade // without and with receipts of MMS
	}{
		"local":                          {sms(local), told("sms", "LOCAL_A2P"), GradeCarrier, GradeCarrier},
		"local, nothing said":            {sms(local), told("", ""), GradeCarrier, GradeCarrier},
		"person to person":               {sms(local), told("sms", "P2P"), GradeCarrier, GradeCarrier},
		"toll-free":                      {sms(tollFree), told("sms", "TOLL_FREE"), GradeHandset, GradeHandset},
		"toll-free, nothing said":        {sms(tollFree), told("", ""), GradeHandset, GradeHandset},
		"looks toll-free, is called P2P": {sms(tollFree), told("sms", "P2P"), GradeCarrier, GradeCarrier},
		"short code":                     {sms("12345"), told("sms", "SHORT_CODE_REACH"), GradeHandset, GradeHandset},
		"short code, nothing said":       {sms("345678"), told("", ""), GradeHandset, GradeHandset},
		"a name":                         {sms("Acme12"), told("sms", "ALPHA_NUMERIC"), GradeCarrier, GradeCarrier},
		"a name of digits, nothing said": {sms("012345"), told("", ""), GradeCarrier, GradeCarrier},
		"RBM":                            {sms(local), told("rcs", "RBM_RICH"), GradeHandset, GradeHandset},
		"MMS":                            {mms(local), told("mms", "LOCAL_A2P"), GradeHandedOver, GradeCarrier},
		"MMS, nothing said":              {mms(local), told("", ""), GradeHandedOver, GradeCarrier},
		"MMS, says the record":           {sms(local), told("MMS", ""), GradeHandedOver, GradeCarrier},
		"MMS from toll-free":             {mms(tollFree), told("mms", "TOLL_FREE"), GradeHandedOver, GradeCarrier},
		"group":                          {group, told("", "LOCAL_A2P"), GradeHandedOver, GradeCarrier},
		"group, says the record":         {sms(local), Record{Status: StatusDelivered, RecipientCount: 2}, GradeHandedOver, GradeCarrier},
		"sent":                           {sms(local), Record{Status: StatusSent}, GradeNone, GradeNone},
		"failed":                         {mms(local), Record{Status: StatusFailed, Type: "mms"}, GradeNone, GradeNone},
	}
	for name, test := range tests {
		for _, receipts := range []bool{false, true} {
			want := test.plain
			if receipts {
				want = test.mms
			}
			if got := GradeOf(test.message, test.record, receipts); got != want {
				t.Errorf("%s, receipts of MMS %t: %q, want %q", name, receipts, got, want)
			}
		}
	}
}

func TestWorse(t *testing.T) {
	order := []Grade{GradeNone, GradeHandedOver, GradeCarrier, GradeHandset, GradeRead}
	for i, g := range order {
		for j, other := range order {
			if got := g.Worse(other); got != (i < j) {
				t.Errorf("%q.Worse(%q) = %t, want %t", g, other, got, i < j)
			}
		}
	}
}
