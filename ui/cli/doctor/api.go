package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"telex/config"
	"telex/messaging"
	"telex/ui/account"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// clockTolerance is how far the clocks may be apart before it is worth a word.
const clockTolerance = time.Minute

// api asks the API whether it takes the credentials, by a call that changes nothing.
func (c *checkup) api(ctx context.Context) {
	if c.known && c.flags.Sandbox {
		base, stop, err := who.StartSandbox(ctx)
		if err != nil {
			c.fail(say.CodeOf(err), "sandbox", say.Plain(err), "")
			return
		}
		defer stop()
		c.id.BaseURL = base
	}
	if !c.known {
		c.skip("all", "not checked: no account is set up")
		return
	}
	base := c.id.Address()
	if messaging.CheckBaseURL(base) != nil || c.id.AccountID == "" {
		c.skip("all", "not checked: no account is set up, or its address is wrong")
		return
	}
	if w := messaging.BaseURLWarning(base); w != "" {
		c.warn("address", base, w)
	} else {
		c.ok("address", base)
	}
	c.proxy(base)
	if !c.authority {
		c.skip("authorisation", "not checked: there are no credentials")
		return
	}
	if c.id.Credentials.Kind == config.OAuth {
		token := who.TokenURL(c.id.TokenURL, base)
		if err := messaging.CheckTokenURL(token); err != nil {
			c.fail(say.ExitUsage, "token address", c.id.Origins.Because("token_url", err).Error(), "")
			return
		}
		c.ok("token address", token)
	}
	p := c.Probe(ctx, c.id)
	c.tell(p)
	c.account(ctx, p)
	c.clock(p.Ahead)
}

// account looks at how the account is set up at Bandwidth. Nothing of it keeps telex send
// from sending.
func (c *checkup) account(ctx context.Context, p who.Probe) {
	c.area = "account"
	if p.Err != nil && who.CodeOfProbe(p.Err) == say.ExitUnsent {
		c.skip("all", "not checked: the API cannot be reached")
		return
	}
	found, err := c.Inspect(ctx, c.id, p)
	if err != nil {
		c.skip("all", "not checked: "+say.Plain(err))
		return
	}
	for _, f := range found {
		switch f.Verdict {
		case account.Good:
			c.ok(f.Name, f.Found)
		case account.Trouble:
			c.warn(f.Name, f.Found, f.Do)
			c.troubled = true
			c.undelivered = c.undelivered || f.Name == account.Location
		case account.Unchecked:
			c.note(FindingSkipped, f.Name, f.Found, f.Do)
		}
	}
}

// proxy says so if the way to the API leads through one. Credentials in its address
// are left out.
func (c *checkup) proxy(base string) {
	u, err := url.Parse(base)
	if err != nil {
		return
	}
	through, err := messaging.EnvironmentProxy(&http.Request{URL: u})
	switch {
	case err != nil:
		c.fail(say.ExitUnsent, "proxy", err.Error(), "correct that variable or unset it")
	case through != nil:
		c.ok("proxy", through.Scheme+"://"+through.Host)
	}
}

// tell says what a probe found.
func (c *checkup) tell(p who.Probe) {
	took := p.Took.Round(time.Millisecond)
	if p.Err == nil {
		c.ok("reachable", "yes, in "+took.String())
		c.ok("authorisation", fmt.Sprintf("Bandwidth accepts %s %s for account %s", c.id.Credentials.Kind.IDName(), c.id.Credentials.ID, c.id.AccountID))
	} else {
		name := "authorisation"
		switch code := who.CodeOfProbe(p.Err); code {
		case say.ExitRefused, say.ExitLimited:
			c.ok("reachable", "yes, in "+took.String())
		default:
			name = "reachable"
		}
		what, next := who.ProbeWords(p.Err, c.id)
		c.fail(who.CodeOfProbe(p.Err), name, what, next)
	}
}

// clock says how the clock of this machine goes.
func (c *checkup) clock(a who.Ahead) {
	c.area = "clock"
	said := fmt.Sprintf("%s before the API's", a.By)
	if a.By < 0 {
		said = fmt.Sprintf("%s behind the API's", -a.By)
	}
	switch {
	case !a.Known:
		c.skip("time", "the API did not say what time it is")
	case a.By.Abs() > clockTolerance:
		c.warn("time", "the clock of this machine is "+said, "set it, for example with timedatectl set-ntp true: "+
			"with a wrong clock certificates and tokens are refused, and times in the history are wrong")
	default:
		c.ok("time", "the same as the API's, to within a few seconds")
	}
}
