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

// DefaultDashboardURL is where Bandwidth serves what its dashboard shows of an account.
// Tokens come from the same host: see [DefaultTokenURL].
const DefaultDashboardURL = "https://api.bandwidth.com/api/v2"

// A Dashboard reads how an account is set up: the application that messages are sent
// through, where that is linked to, and how the numbers are registered. What is wrong
// there, the API that takes messages does not say: it accepts them all the same.
//
// It changes nothing. Each call needs a role of its own, which is given to the
// credentials at Bandwidth, and may need a feature of the account: without them it fails
// with 403. It takes a bearer token, and so credentials of [OAuth].
//
// Errors are *[Error]s, whose Type and Detail are Bandwidth's words where these could be
// read: a 404 without a Detail is of a server that does not know the question. Answers are read to 1 MiB; fields that are not known are passed over. Their
// words are foreign: clean them before showing them on a terminal. A Dashboard is safe
// for concurrent use.
//
// Sources: https://dev.bandwidth.com/apis/numbers-apis/numbers and Bandwidth's command
// line, https://github.com/Bandwidth/cli, as of June 2026.
type Dashboard struct{ client *Client }

// NewDashboard makes one for the account with the given id. It opens no connection. The
// options are those of [New], and so is what it fails for; the address of
// [WithBaseURL] is [DefaultDashboardURL], if it is not given, and is good where
// [CheckTokenURL] says so of one.
func NewDashboard(account string, auth Authorizer, options ...Option) (*Dashboard, error) {
	check := func(base string) error {
		_, err := checkAddress("dashboard URL", base, DefaultDashboardURL)
		return err
	}
	c, err := newClient(account, auth, DefaultDashboardURL, check, options)
	if err != nil {
		return nil, err
	}
	return &Dashboard{c}, nil
}

// BaseURL is the address below which it reads, without a trailing slash.
func (d *Dashboard) BaseURL() string { return d.client.base }

// What answers are in.
const (
	inXML  = "application/xml"
	inJSON = "application/json"
)

// errTooLong is an answer of which not all was read.
var errTooLong = fmt.Errorf("the answer is longer than %d bytes", maxAnswerBytes)

// get reads what is at a path below the account, whose parts the caller has escaped.
func (d *Dashboard) get(ctx context.Context, what, path, accept string, query url.Values, read func(body []byte) error) error {
	address := d.client.base + "/accounts/" + url.PathEscape(d.client.account) + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	_, _, err := d.client.do(ctx, call{
		op: "read " + what, method: http.MethodGet, url: address,
		header:     http.Header{"Accept": {accept}},
		repeatable: true,
		read: func(a *Answer) error {
			if a.Truncated {
				return errTooLong
			}
			return read(a.Body)
		},
	})
	if e, ok := errors.AsType[*Error](err); ok && e.Answer != nil && e.Answer.Status/100 != 2 {
		switch _, by := readProblem(e.Answer.Body); {
		case by == apiUnknownPath: // which says nothing of what was asked for
			e.Type, e.Detail = "", ""
		case e.Detail == "":
			e.Type, e.Detail = dashboardProblem(e.Answer.Body)
		}
	}
	return err
}

// dashboardProblem is what a refusal says, in either of the forms that its services have:
//
//	{"errors": [{"type": "forbidden", "description": "…"}]}
//	<ResponseStatus><ErrorCode>13629</ErrorCode><Description>…</Description></ResponseStatus>
//
// It is nothing for a body that has neither.
func dashboardProblem(body []byte) (kind, detail string) {
	var said struct {
		Errors []struct {
			Type        string `json:"type"`
			Description string `json:"description"`
		} `json:"errors"`
	}
	if netjson.Decode(body, &said) == nil {
		if len(said.Errors) > 0 {
			kind, detail = said.Errors[0].Type, said.Errors[0].Description
		}
		return kind, detail
	}
	root, err := parseXML(body)
	if err != nil || strings.EqualFold(root.name, "html") {
		return "", ""
	}
	if kind = root.text("ErrorCode"); kind == "" {
		kind = root.text("Code")
	}
	return kind, root.text("Description")
}
