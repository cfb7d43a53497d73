package sandbox

import (
	"encoding/xml"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// accountsPath is below which Bandwidth says how accounts are set up.
const accountsPath = BasePath + "/accounts/"

// The one campaign, location and site there are.
const (
	campaignID = "CSANDBX"
	siteID     = "4820"
	locationID = "500018"
)

// serveAccount answers how the account is set up; path is what follows accountsPath.
func (s *Sandbox) serveAccount(x *exchange, r *http.Request, path string) {
	account, path, _ := strings.Cut(path, "/")
	switch {
	case !s.authorised(r):
		unauthorized(x)
	case !reads(r):
		methodNotAllowed(x, "GET, HEAD")
	case s.setup.has(setupSilent):
		x.note = "not answered in time"
		s.hold(r.Context())
		x.cut()
	case s.setup.has(setupDown):
		x.gatewayPage(http.StatusServiceUnavailable)
	case s.setup.has(setupGarbage):
		x.body(http.StatusOK, jsonType, []byte(`{"data":[{"phoneNumber":`))
	case account != s.account || s.setup.has(setupOtherAccount), s.setup.has(setupNoRoles), s.setup.has(setupBuildAccount):
		forbidden(x, "client does not have access rights to the content")
	default:
		s.serveSetup(x, r, path)
	}
}

// forbidden is the refusal of a question whose answer takes a role or a feature.
func forbidden(x *exchange, description string) {
	type problem struct {
		Type        string `json:"type"`
		Description string `json:"description"`
	}
	x.note = "forbidden"
	x.json(http.StatusForbidden, struct {
		Errors []problem `json:"errors"`
	}{[]problem{{"forbidden", description}}})
}

// serveSetup answers a question that may be asked.
func (s *Sandbox) serveSetup(x *exchange, r *http.Request, path string) {
	parts := strings.Split(path, "/")
	is := func(pattern string) bool {
		want := strings.Split(pattern, "/")
		return slices.EqualFunc(parts, want, func(part, want string) bool { return want == "*" || part == want })
	}
	switch {
	case is("applications/*"):
		s.describeApplication(x, parts[1])
	case is("applications/*/associatedsippeers"):
		s.associated(x, parts[1])
	case is("sites"):
		x.xml(http.StatusOK, sitesResponse{Sites: []site{{siteID, "Sandbox"}}})
	case is("sites/" + siteID + "/sippeers"):
		x.xml(http.StatusOK, peersResponse{Peers: []sipPeer{{locationID, "Sandbox"}}})
	case is("sites/" + siteID + "/sippeers/" + locationID + "/products/messaging/applicationSettings"):
		s.locationSettings(x)
	case is("tendlc/phoneNumbers"), is("tendlc/campaigns"):
		s.registry(x, r, parts[1])
	case is("phoneNumbers/*/tollFreeVerification"):
		s.verification(x, parts[1])
	case is("shortcodes/*/*"):
		s.shortCode(x, parts[1], parts[2])
	default:
		s.notFound(x, r)
	}
}

// The answers in XML, as Bandwidth's pages about applications show them.
type (
	applicationResponse struct {
		XMLName     xml.Name    `xml:"ApplicationProvisioningResponse"`
		Application application `xml:"Application"`
	}
	application struct {
		ID           string         `xml:"ApplicationId"`
		Service      string         `xml:"ServiceType"`
		Name         string         `xml:"AppName"`
		Msg          string         `xml:"MsgCallbackUrl,omitempty"` // deprecated, and still there
		Inbound      string         `xml:"InboundCallbackUrl,omitempty"`
		Outbound     string         `xml:"OutboundCallbackUrl,omitempty"`
		InboundUser  *callbackCreds `xml:"InboundCallbackCreds"`
		OutboundUser *callbackCreds `xml:"OutboundCallbackCreds"`
		Types        *callbackTypes `xml:"RequestedCallbackTypes"`
	}
	callbackCreds struct {
		UserID string `xml:"UserId"`
	}
	callbackTypes struct {
		Types []string `xml:"CallbackType"`
	}
	associatedResponse struct {
		XMLName xml.Name        `xml:"AssociatedSipPeersResponse"`
		Peers   []associated    `xml:"AssociatedSipPeers>AssociatedSipPeer"`
		Status  *responseStatus `xml:"ResponseStatus"`
	}
	associated struct {
		SiteID   string `xml:"SiteId"`
		SiteName string `xml:"SiteName"`
		PeerID   string `xml:"PeerId"`
		PeerName string `xml:"PeerName"`
	}
	responseStatus struct {
		Code        int    `xml:"ErrorCode"`
		Description string `xml:"Description"`
	}
	sitesResponse struct {
		XMLName xml.Name `xml:"SitesResponse"`
		Sites   []site   `xml:"Sites>Site"`
	}
	site struct {
		ID   string `xml:"Id"`
		Name string `xml:"Name"`
	}
	peersResponse struct {
		XMLName xml.Name  `xml:"TNSipPeersResponse"`
		Peers   []sipPeer `xml:"SipPeers>SipPeer"`
	}
	sipPeer struct {
		ID   string `xml:"PeerId"`
		Name string `xml:"PeerName"`
	}
	settingsResponse struct {
		XMLName     xml.Name `xml:"ApplicationsSettingsResponse"`
		Application string   `xml:"ApplicationsSettings>HttpMessagingV2AppId,omitempty"`
	}
)

// xml answers with v, which must not fail to encode.
func (x *exchange) xml(status int, v any) {
	b, err := xml.Marshal(v)
	if err != nil {
		panic("sandbox: " + err.Error()) // our own types always encode
	}
	x.body(status, "application/xml", append([]byte(xml.Header), b...))
}

// noApplication is the refusal of a question about one that there is not.
func noApplication(x *exchange, id string) {
	x.note = "unknown application"
	x.xml(http.StatusNotFound, associatedResponse{Status: &responseStatus{13629, "Application with id '" + shorten(id) + "' not found"}})
}

func (s *Sandbox) describeApplication(x *exchange, id string) {
	if id != s.application || s.setup.has(setupNoApplication) {
		noApplication(x, id)
		return
	}
	a := application{ID: id, Service: "Messaging-V2", Name: "Sandbox"}
	if s.setup.has(setupVoice) {
		a.Service = "Voice-V2"
	}
	if s.setup.callbackURL != "" {
		a.Msg, a.Inbound, a.Outbound = s.setup.callbackURL, s.setup.callbackURL, s.setup.callbackURL
		a.Types = &callbackTypes{s.setup.callbackTypes}
	}
	if s.setup.callbackUser != "" {
		a.InboundUser = &callbackCreds{s.setup.callbackUser}
		a.OutboundUser = a.InboundUser
	}
	x.xml(http.StatusOK, applicationResponse{Application: a})
}

func (s *Sandbox) associated(x *exchange, id string) {
	switch {
	case id != s.application || s.setup.has(setupNoApplication):
		noApplication(x, id)
	case s.setup.has(setupNoLocation), s.setup.has(setupHiddenLink):
		x.xml(http.StatusOK, associatedResponse{})
	default:
		x.xml(http.StatusOK, associatedResponse{Peers: []associated{{siteID, "Sandbox", locationID, "Sandbox"}}})
	}
}

func (s *Sandbox) locationSettings(x *exchange) {
	used := s.application
	if s.setup.has(setupNoLocation) {
		used = ""
	}
	x.xml(http.StatusOK, settingsResponse{Application: used})
}

// registered is a local number in the registry. One on no campaign lacks the fields of it.
type registered struct {
	Number   string `json:"phoneNumber"`
	Status   string `json:"status"`
	Campaign string `json:"campaignId,omitempty"`
	Brand    string `json:"brandId,omitempty"`
}

// campaign is one in the registry.
type campaign struct {
	ID     string `json:"campaignId"`
	Brand  string `json:"brandId"`
	Status string `json:"status"`
}

// registry answers from the registry of campaigns: the numbers or the campaigns.
func (s *Sandbox) registry(x *exchange, r *http.Request, what string) {
	if s.setup.has(setupNoRegistry) {
		forbidden(x, "'10DLC campaign management' import customer is not enabled on account "+s.account)
		return
	}
	if what == "campaigns" {
		c := campaign{campaignID, "BSANDBX", "REGISTERED"}
		if s.setup.has(setupExpired) {
			c.Status = "EXPIRED"
		}
		pageOf(x, r, []campaign{c})
		return
	}
	var numbers []registered
	for _, n := range s.numbers {
		if isShortCode(n) || isTollFree(n) || s.setup.has(setupNotRegistered) {
			continue
		}
		row := registered{n, "SUCCESS", campaignID, "BSANDBX"}
		switch {
		case s.setup.has(setupNoCampaign):
			row.Campaign, row.Brand = "", ""
		case s.setup.has(setupProcessing):
			row.Status = "PROCESSING"
		case s.setup.has(setupFailed):
			row.Status = "FAILURE"
		}
		numbers = append(numbers, row)
	}
	pageOf(x, r, numbers)
}

// pageOf answers with a page of a list, by the query's limit and offset.
func pageOf[T any](x *exchange, r *http.Request, all []T) {
	bounded := func(name string, standard, most int) int {
		n, err := strconv.Atoi(r.URL.Query().Get(name))
		if err != nil || n < 0 {
			return standard
		}
		return min(n, most)
	}
	from := bounded("offset", 0, len(all))
	to := min(from+bounded("limit", 50, 250), len(all))
	type page struct {
		Total int `json:"totalElements"`
	}
	x.json(http.StatusOK, struct {
		Data []T  `json:"data"`
		Page page `json:"page"`
	}{append([]T{}, all[from:to]...), page{len(all)}})
}

func (s *Sandbox) verification(x *exchange, number string) {
	if !slices.Contains(s.numbers, number) || !isTollFree(number) || s.setup.has(setupUnrequested) {
		x.refuse(http.StatusNotFound, "Not Found", "Cannot find the requested resource.")
		return
	}
	said := map[string]any{"phoneNumber": number, "status": "VERIFIED", "blocked": false}
	switch {
	case s.setup.has(setupUnverified):
		said["status"], said["declineReasonDescription"], said["resubmitAllowed"] = "UNVERIFIED", "Invalid Information - Can't Validate URL", true
	case s.setup.has(setupPending):
		said["status"] = "PENDING"
	case s.setup.has(setupBlocked):
		said["blocked"], said["blockedReason"] = true, "Toll-free number was used to send spam messages"
	}
	x.json(http.StatusOK, said)
}

func (s *Sandbox) shortCode(x *exchange, code, country string) {
	if !slices.Contains(s.numbers, code) || !isShortCode(code) || country != "USA" {
		x.refuse(http.StatusNotFound, "Not Found", "Cannot find the requested resource.")
		return
	}
	type carrier struct {
		Name   string `json:"carrierName"`
		Status string `json:"status"`
	}
	carriers := []carrier{{"AT&T", "ACTIVE"}, {"T-Mobile", "ACTIVE"}, {"Verizon", "ACTIVE"}}
	status := "ACTIVE"
	switch {
	case s.setup.has(setupCodeExpired):
		status = "EXPIRED"
	case s.setup.has(setupCodeIncomplete):
		carriers[1].Status = "INACTIVE"
	}
	x.json(http.StatusOK, map[string]any{"data": []any{
		map[string]any{"shortCode": code, "status": status, "country": country, "carrierStatuses": carriers},
	}})
}
