package messaging

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"telex/messaging/internal/netjson"
)

// A Registration is what the registry of campaigns for local numbers (10DLC) has of one
// of the account's. A number that is on no campaign is blocked with 4476.
type Registration struct {
	Number   string `json:"phoneNumber"` // in E.164
	Campaign string `json:"campaignId"`  // "": it is on none
	Status   string `json:"status"`      // of the number on it: "SUCCESS", "PROCESSING" or "FAILURE"
}

// A Campaign is what local numbers send for.
type Campaign struct {
	ID     string `json:"campaignId"`
	Status string `json:"status"` // "REGISTERED" is one that may send
}

// The bounds of what is read of the registry. Bandwidth answers 20 questions about
// campaigns at once, and 30 a minute:
// https://dev.bandwidth.com/docs/messaging/campaign-management/
const (
	registryPage     = 250 // the most that it gives
	maxRegistryPages = 8
)

// errNoList is an answer that lacks what it is for.
var errNoList = errors.New("there is no list in it")

// Registrations reads what the registry has of numbers, each in E.164; those that it does
// not know are not in the list. It has no search that can be relied upon, so its list is
// read until all of them were found. Whole is false if it was too long for that: then a
// number that is missing may be further on. It is for accounts that bring their
// campaigns from The Campaign Registry, and fails with 403 for others.
func (d *Dashboard) Registrations(ctx context.Context, numbers []string) (found []Registration, whole bool, err error) {
	missing := slices.Clone(numbers)
	first := ""
	for offset, page := 0, 0; page < maxRegistryPages; page++ {
		var said struct {
			Data []Registration `json:"data"`
			Page struct {
				Total *int `json:"totalElements"`
			} `json:"page"`
		}
		query := url.Values{"limit": {strconv.Itoa(registryPage)}, "offset": {strconv.Itoa(offset)}}
		err := d.get(ctx, "registered numbers", "/tendlc/phoneNumbers", inJSON, query, func(body []byte) error {
			said.Data, said.Page.Total = nil, nil
			if err := netjson.Decode(body, &said); err != nil {
				return err
			}
			if said.Data == nil {
				return errNoList
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
		total := said.Page.Total
		switch {
		case len(said.Data) == 0:
			return found, total == nil || offset >= *total, nil
		case page > 0 && said.Data[0].Number == first: // the same page again
			return found, false, nil
		}
		first = said.Data[0].Number
		for _, r := range said.Data {
			if slices.Contains(numbers, r.Number) {
				found = append(found, r)
				missing = slices.DeleteFunc(missing, func(n string) bool { return n == r.Number })
			}
		}
		offset += len(said.Data)
		if len(missing) == 0 || total != nil && offset >= *total || total == nil && len(said.Data) < registryPage {
			return found, true, nil
		}
	}
	return found, false, nil
}

// Campaigns reads the account's campaigns, the first 250. See [Dashboard.Registrations].
func (d *Dashboard) Campaigns(ctx context.Context) ([]Campaign, error) {
	var said struct {
		Data []Campaign `json:"data"`
	}
	query := url.Values{"limit": {strconv.Itoa(registryPage)}, "offset": {"0"}}
	err := d.get(ctx, "campaigns", "/tendlc/campaigns", inJSON, query, func(body []byte) error {
		said.Data = nil
		if err := netjson.Decode(body, &said); err != nil {
			return err
		}
		if said.Data == nil {
			return errNoList
		}
		return nil
	})
	return said.Data, err
}

// A Verification is how far a toll-free number is verified. Messages of one that is not
// are refused with 4795.
type Verification struct {
	Status        string `json:"status"` // "VERIFIED", "UNVERIFIED" or "PENDING"; elsewhere "REJECTED"
	Declined      string `json:"declineReasonDescription"`
	Blocked       bool   `json:"blocked"`
	BlockedReason string `json:"blockedReason"`
}

// Verification reads that of a toll-free number, in E.164. It fails with 404 for one that
// nobody asked to be verified.
//
// Source: https://dev.bandwidth.com/apis/messaging-apis/toll-free-verification
func (d *Dashboard) Verification(ctx context.Context, number string) (Verification, error) {
	var v Verification
	err := d.get(ctx, "toll-free verification", "/phoneNumbers/"+url.PathEscape(number)+"/tollFreeVerification", inJSON, nil, func(body []byte) error {
		v = Verification{}
		if err := netjson.Decode(body, &v); err != nil {
			return err
		}
		if v.Status == "" {
			return errors.New("there is no status in it")
		}
		return nil
	})
	return v, err
}

// A ShortCodeLease is how a short code of the account stands.
type ShortCodeLease struct {
	Status   string          `json:"status"` // "ACTIVE", "EXPIRED", "SUSPENDED" or "INACTIVE"
	Carriers []CarrierStatus `json:"carrierStatuses"`
}

// A CarrierStatus is how a short code stands with one carrier.
type CarrierStatus struct {
	Carrier string `json:"carrierName"`
	Status  string `json:"status"`
}

// ShortCodeLease reads that of a short code, in the United States or else in Canada. It
// fails with 404 for one that is not the account's.
func (d *Dashboard) ShortCodeLease(ctx context.Context, code string) (ShortCodeLease, error) {
	lease, err := d.lease(ctx, code, "USA")
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusNotFound && e.Detail != "" {
		lease, err = d.lease(ctx, code, "CAN")
	}
	return lease, err
}

func (d *Dashboard) lease(ctx context.Context, code, country string) (ShortCodeLease, error) {
	var lease ShortCodeLease
	err := d.get(ctx, "short code", "/shortcodes/"+url.PathEscape(code)+"/"+country, inJSON, nil, func(body []byte) (err error) {
		lease, err = readLease(body)
		return err
	})
	return lease, err
}

// readLease reads a lease that stands by itself, or as the one of a list in "data".
func readLease(body []byte) (ShortCodeLease, error) {
	var outer struct {
		Data json.RawMessage `json:"data"`
	}
	if err := netjson.Decode(body, &outer); err != nil {
		return ShortCodeLease{}, err
	}
	inner := bytes.TrimSpace(outer.Data)
	var lease ShortCodeLease
	var err error
	switch {
	case len(inner) == 0:
		err = netjson.Decode(body, &lease)
	case inner[0] == '[':
		var list []ShortCodeLease
		if list, err = netjson.DecodeList[ShortCodeLease](inner); err == nil && len(list) > 0 {
			lease = list[0]
		}
	default:
		err = netjson.Decode(inner, &lease)
	}
	if err == nil && lease.Status == "" {
		err = errors.New("there is no status in it")
	}
	return lease, err
}
