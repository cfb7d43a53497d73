package messaging

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"telex/messaging/internal/netjson"
)

// An Application is what messages are sent through: it says where Bandwidth posts
// callbacks.
type Application struct {
	ID      string
	Name    string
	Service string // "Messaging-V2"; "Voice-V2" is for calls
	// Inbound is where messages that come in are posted to, and Outbound what becomes of
	// those sent.
	Inbound, Outbound CallbackTarget
	// CallbackTypes are the events that Outbound was asked for: "message-delivered". None:
	// the application does not say, and gets what Bandwidth holds for usual.
	CallbackTypes []string
}

// A CallbackTarget is where callbacks go.
type CallbackTarget struct {
	URL     string // "": none are posted. It may hold secrets: show its host only
	HasUser bool   // they carry HTTP Basic
}

// IsMessaging reports whether messages can be sent through the application. One that does
// not say what it is for counts as such.
func (a Application) IsMessaging() bool {
	return a.Service == "" || strings.HasPrefix(strings.ToLower(a.Service), "messaging")
}

// Application reads the application with the given id.
func (d *Dashboard) Application(ctx context.Context, id string) (Application, error) {
	var a Application
	err := d.get(ctx, "application", "/applications/"+url.PathEscape(id), inXML, nil, func(body []byte) (err error) {
		a, err = readApplication(body)
		return err
	})
	return a, err
}

func readApplication(body []byte) (Application, error) {
	root, err := parseXML(body)
	if err != nil {
		return Application{}, err
	}
	found := root.all("Application")
	if len(found) == 0 {
		return Application{}, errors.New("there is no application in it")
	}
	of := found[0]
	target := func(address, user string) CallbackTarget {
		t := CallbackTarget{URL: of.own(address)}
		for _, c := range of.all(user) {
			t.HasUser = t.HasUser || c.own("UserId") != ""
		}
		return t
	}
	a := Application{
		ID: of.own("ApplicationId"), Name: of.own("AppName"), Service: of.own("ServiceType"),
		Inbound:  target("InboundCallbackUrl", "InboundCallbackCreds"),
		Outbound: target("OutboundCallbackUrl", "OutboundCallbackCreds"),
	}
	for _, types := range of.all("RequestedCallbackTypes") {
		a.CallbackTypes = types.texts("CallbackType")
	}
	// Before there were two addresses there was one, which Bandwidth still gives.
	if a.Inbound.URL == "" && a.Outbound.URL == "" {
		a.Inbound = target("MsgCallbackUrl", "MsgCallbackCreds")
		a.Outbound = a.Inbound
	}
	return a, nil
}

// The bounds of the second look for a location.
const (
	maxSites     = 5
	maxLocations = 15
)

// Linked reports whether an application is linked to a location, of which Bandwidth's
// older pages speak as SIP peers. Without that, messages are accepted and never
// delivered, and nothing says so. Sure is false for a "no" that could not be made sure
// of: an account may have more locations than are looked at, and a token see too few.
func (d *Dashboard) Linked(ctx context.Context, application string) (linked, sure bool, err error) {
	var peers []string
	err = d.get(ctx, "locations", "/applications/"+url.PathEscape(application)+"/associatedsippeers", inXML, nil, func(body []byte) (err error) {
		peers, err = textsIn(body, "PeerId")
		return err
	})
	if err != nil || len(peers) > 0 {
		return len(peers) > 0, err == nil, err
	}
	// There are links that only the location's side shows.
	linked, sure = d.linkedFrom(ctx, application)
	return linked, sure || linked, nil
}

// linkedFrom looks through the locations for one that names the application.
func (d *Dashboard) linkedFrom(ctx context.Context, application string) (linked, sure bool) {
	sites, sure := d.ids(ctx, "/sites", "Site", "Id", maxSites)
	left := maxLocations
	for _, site := range sites {
		in := "/sites/" + url.PathEscape(site) + "/sippeers"
		locations, all := d.ids(ctx, in, "SipPeer", "PeerId", left)
		left -= len(locations)
		sure = sure && all
		for _, l := range locations {
			var used []string
			err := d.get(ctx, "location", in+"/"+url.PathEscape(l)+"/products/messaging/applicationSettings", inXML, nil, func(body []byte) (err error) {
				used, err = textsIn(body, "HttpMessagingV2AppId")
				return err
			})
			if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Status != http.StatusNotFound) { // which one without messaging has
				sure = false
			}
			for _, id := range used {
				if strings.EqualFold(id, application) {
					return true, true
				}
			}
		}
	}
	return false, sure
}

// ids are those of the elements of a kind at a path, limit at most; all says that there
// are no others.
func (d *Dashboard) ids(ctx context.Context, path, kind, field string, limit int) (ids []string, all bool) {
	err := d.get(ctx, "locations", path, inXML, nil, func(body []byte) error {
		root, err := parseXML(body)
		if err != nil {
			return err
		}
		ids = nil // of a try before
		for _, e := range root.all(kind) {
			if id := e.own(field); id != "" {
				ids = append(ids, id)
			}
		}
		return nil
	})
	if len(ids) > limit {
		return ids[:max(limit, 0)], false
	}
	return ids, err == nil
}

// textsIn is what the elements of a name say in a document. An empty answer is one
// without any.
func textsIn(body []byte, name string) ([]string, error) {
	if len(strings.TrimSpace(string(body))) == 0 {
		return nil, nil
	}
	root, err := parseXML(body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if strings.EqualFold(root.name, "html") {
		return nil, netjson.ErrWebPage
	}
	return root.texts(name), nil
}
