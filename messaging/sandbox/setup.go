package sandbox

import (
	"slices"
	"strings"
)

// What can be the matter with how the account is set up, by the names of
// Config.AccountSetup.
const (
	setupBuildAccount  = "build-account"  // of Bandwidth Build: tokens say express, and messaging is forbidden
	setupOtherAccount  = "other-account"  // tokens are for another account
	setupNoRoles       = "no-roles"       // tokens may send, and look at nothing: 403
	setupNoApplication = "no-application" // 404
	setupVoice         = "voice-application"
	setupNoLocation    = "no-location"     // the application is linked to none
	setupHiddenLink    = "hidden-location" // only the location shows the link

	setupNoRegistry     = "no-registry" // the account does not bring campaigns from the registry: 403
	setupNoCampaign     = "no-campaign"
	setupNotRegistered  = "not-registered" // the registry does not know the numbers at all
	setupProcessing     = "campaign-processing"
	setupFailed         = "campaign-failed"
	setupExpired        = "campaign-expired"
	setupUnverified     = "toll-free-unverified"
	setupPending        = "toll-free-pending"
	setupUnrequested    = "toll-free-unrequested" // nobody asked for verification: 404
	setupBlocked        = "toll-free-blocked"
	setupCodeExpired    = "short-code-expired"
	setupCodeIncomplete = "short-code-incomplete" // one carrier has not switched it on

	setupDown    = "dashboard-down"    // 503, a web page
	setupGarbage = "dashboard-garbage" // 200, half an answer
	setupSilent  = "dashboard-silent"  // no answer
)

// AccountSetups are the names that [Config].AccountSetup takes.
func AccountSetups() []string {
	return []string{
		setupBuildAccount, setupOtherAccount, setupNoRoles,
		setupNoApplication, setupVoice, setupNoLocation, setupHiddenLink,
		setupNoRegistry, setupNoCampaign, setupNotRegistered, setupProcessing, setupFailed, setupExpired,
		setupUnverified, setupPending, setupUnrequested, setupBlocked, setupCodeExpired, setupCodeIncomplete,
		setupDown, setupGarbage, setupSilent,
	}
}

// accountSetup is how the customer's account is set up.
type accountSetup struct {
	matters       []string // of AccountSetups
	callbackURL   string
	callbackUser  string
	callbackTypes []string
}

func setupOf(c Config) accountSetup {
	return accountSetup{slices.Clone(c.AccountSetup), c.CallbackURL, c.CallbackUser, slices.Clone(c.CallbackTypes)}
}

func (a accountSetup) has(matter string) bool { return slices.Contains(a.matters, matter) }

// accounts are those that tokens are for.
func (a accountSetup) accounts(own string) []string {
	if a.has(setupOtherAccount) {
		return []string{"9900001", "9900002"}
	}
	return []string{own}
}

// roles are what tokens may do. What Bandwidth calls them is known of two.
func (a accountSetup) roles() []string {
	if a.has(setupNoRoles) {
		return []string{"Messaging"}
	}
	return []string{"Messaging", "Application Management", "Campaign Management", "TFV"}
}

// isTollFree reports whether number is a toll-free one of North America.
func isTollFree(number string) bool {
	codes := []string{"+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888"}
	return len(number) == len("+18005550100") && slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(number, c) })
}
