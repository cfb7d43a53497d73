package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging/sandbox"
)

// sandboxFlags are the flags of telex sandbox.
type sandboxFlags struct {
	sandbox.Config
	addr string
}

func (a *app) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the messaging API on this machine, for trying and tests",
		Long: `Sandbox serves Bandwidth's messaging API on a loopback address until it is
stopped by ctrl+c. Nothing it accepts is really sent. Standard output gets what
a shell needs to use it; each request is one line on standard error.

Recipients that make things happen:

  +1999555CCCC          accepted, then fails with CCCC, a delivery error code
  +19995550400          refused with that status, as with 0401, 0403, 0429
                        (which clears after two tries), 0500 and 0503
  +19995550502 or 0504  a gateway's page with that status
  +19995550001          accepted, stays queued
  +19995550002          created, then the connection is cut
  +19995550003          created, then no answer for two minutes
  +19995550004          the connection is cut
  +19995550005          created, with half an answer`,
		Example: "  telex sandbox\n  telex sandbox --addr 127.0.0.1:0 --number +19195551212 --number +19195551213",
		Args:    noArguments,
		RunE:    a.does(func(ctx context.Context, _ []string) error { return a.serve(ctx, f) }),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.addr, "addr", sandboxAddr, "loopback `address` to listen on; port 0: a free one\n")
	flags.StringVar(&f.Username, "username", sandbox.DefaultUsername, "`name` that a request has to carry")
	flags.StringVar(&f.Password, "password", sandbox.DefaultPassword, "`password` that goes with it; never a real one\n")
	flags.StringVar(&f.AccountID, "account-id", sandbox.DefaultAccountID, "`id` of the account")
	flags.StringVar(&f.ApplicationID, "application-id", sandbox.DefaultApplicationID, "`id` of its application\n")
	flags.StringArrayVar(&f.Numbers, "number", []string{sandbox.DefaultNumber}, "`number` of the account; may be repeated\n")
	return cmd
}

// serve is telex sandbox: it runs until ctx ends or the user stops it.
func (a *app) serve(ctx context.Context, f sandboxFlags) error {
	f.Log = func(line string) { a.output.say("%s", line) }
	ctx, stop := interruptible(ctx)
	defer stop()
	box, err := sandbox.New(ctx, f.Config)
	if err != nil {
		return &usageError{what: err.Error()}
	}
	defer box.Close()
	server, err := box.Listen(ctx, f.addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return &usageError{what: err.Error(), hint: "stop what listens there, or take another: --addr 127.0.0.1:0"}
	}
	if err != nil {
		return &usageError{what: err.Error()}
	}
	if err := a.introduce(server.BaseURL, f); err != nil {
		return err
	}
	a.output.say("sandbox: listening; stop it with ctrl+c")
	if err := server.Wait(); err != nil {
		if ctx.Err() == nil {
			return err
		}
		a.output.say("sandbox: %v", err) // stopped as asked, but a request was cut off
	}
	a.output.say("sandbox: stopped")
	return nil
}

// introduce prints what a shell needs to use the sandbox. A password of the
// user's own is not repeated. Standard output has nothing but commands, each of which
// bash, zsh and fish take as it is typed: an interactive zsh knows no comments.
func (a *app) introduce(baseURL string, f sandboxFlags) error {
	word := func(value string) string { return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'" }
	export := func(name, value string) string { return "export " + name + "=" + word(value) + "\n" }
	a.output.say("sandbox: its base URL is %s; to use it, paste this into another shell:", baseURL)
	text := export(config.EnvBaseURL, baseURL) +
		export(config.EnvAccountID, f.AccountID) +
		export(config.EnvApplicationID, f.ApplicationID) +
		export(config.EnvNumber, strings.Join(f.Numbers, ",")) +
		export(config.EnvClientID, sandbox.DefaultClientID) +
		export(config.EnvClientSecret, sandbox.DefaultClientSecret) +
		export(config.EnvUsername, f.Username)
	if f.Password == sandbox.DefaultPassword {
		text += export(config.EnvPassword, f.Password)
	}
	if err := a.output.write(text); err != nil {
		return err
	}
	if f.Password != sandbox.DefaultPassword {
		a.output.say("sandbox: and set %s to what you gave as --password", config.EnvPassword)
	}
	numbers := ""
	for _, n := range f.Numbers {
		numbers += " --number " + n
	}
	a.output.say("sandbox: or make a profile of it, which needs none of these:")
	text = "echo " + sandbox.DefaultClientSecret + " | telex login --profile sandbox --secret-stdin --client-id " + sandbox.DefaultClientID + " \\\n" +
		"  --account-id " + word(f.AccountID) + " --application-id " + word(f.ApplicationID) + numbers + " --base-url " + baseURL + "\n"
	if err := a.output.write(text); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]any{
		"from": f.Numbers[0], "to": []string{"+12345678902"}, "text": "Hello from curl", "applicationId": f.ApplicationID,
	})
	if err != nil {
		return fmt.Errorf("write the body of an example: %w", err)
	}
	a.output.say("sandbox: one message with curl, and one with telex:")
	text = `curl -u "$BW_USERNAME:$BW_PASSWORD" -H 'Content-Type: application/json; charset=utf-8' \` + "\n" +
		"  --data-raw " + word(string(body)) + " \\\n" +
		`  "$TELEX_BASE_URL/users/$BW_ACCOUNT_ID/messages"` + "\n" +
		`telex send --to +12345678902 --text "Hello from telex"` + "\n"
	return a.output.write(text)
}
