package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/config"
	"telex/messaging"
	"telex/messaging/sandbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// sandboxFlags are the flags of telex sandbox.
type sandboxFlags struct {
	sandbox.Config
	addr    string
	retries int // --callback-retries
}

// sandboxCommand is telex sandbox.
func sandboxCommand(w *who.World) *cobra.Command {
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the messaging API on this machine, for trying and tests",
		Long: `Sandbox serves Bandwidth's messaging API on a loopback address until it is
stopped by ctrl+c. Nothing it accepts is really sent. Standard output gets what
a shell needs to use it; each request is one line on standard error.

Recipients that make things happen:

  +1999555CCCC          accepted, then fails with CCCC, a delivery error code
  +19995550902          fails with 9902, no receipt, and is delivered after all
  +19995550400          refused with that status, as with 0401, 0403, 0500, 0503
  +19995550429          429 with Retry-After, which clears after two tries
  +19995550430          429 without it: the queue stays full
  +19995550502 or 0504  a gateway's page with that status
  +19995550001          accepted, stays queued
  +19995550002          created, then the connection is cut
  +19995550003          created, then no answer for two minutes
  +19995550004          the connection is cut
  +19995550005          created, with half an answer
  +19995550010          answers "Thanks!" a second after it was delivered;
                        0011 STOP, 0012 START, 0013 HELP, 0014 a picture

Somebody writes to you when you POST {"from","to","text","media"} in JSON to
/sandbox/inbound. With --callback-url, what happens to messages and what comes
in is posted there.

With --rate, the account sends on so many segments; what is accepted faster
waits, and once --queue is full, the answer is 429 without Retry-After.

With --account-setup, telex doctor finds something the matter with the account:
  ` + say.Hang(strings.Join(sandbox.AccountSetups(), ", "), "  ") + `.`,
		Example: "  telex sandbox\n  telex sandbox --addr 127.0.0.1:0 --number +19195551212 --number 12345\n" +
			"  telex sandbox --rate 1/s --queue 900\n" +
			"  telex sandbox --callback-url http://127.0.0.1:8096/ --mms-receipts",
		Args: say.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), w, f) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.addr, "addr", who.SandboxAddr, "loopback `address` to listen on;\nport 0: a free one")
	flags.StringVar(&f.Username, "username", sandbox.DefaultUsername, "`name` that a request has to carry\n")
	flags.StringVar(&f.Password, "password", sandbox.DefaultPassword, "the password, a `word`; never a real one\n")
	flags.StringVar(&f.AccountID, "account-id", sandbox.DefaultAccountID, "`id` of the account")
	flags.StringVar(&f.ApplicationID, "application-id", sandbox.DefaultApplicationID, "`id` of its application; if not given,\n"+sandbox.DefaultApplicationID)
	flags.Lookup("application-id").DefValue = "" // said in the line above, where it fits
	flags.StringArrayVar(&f.Numbers, "number", []string{sandbox.DefaultNumber}, "`number` or short code of the account;\nmay be repeated")
	f.addPace(flags)
	f.addCallbacks(flags)
	completeSeveral(cmd, "callback-types", sandbox.CallbackTypes())
	completeSeveral(cmd, "account-setup", sandbox.AccountSetups())
	return cmd
}

// completeSeveral tells shells what a flag takes that takes several with commas.
func completeSeveral(cmd *cobra.Command, flag string, of []string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, typed string) (offered []string, _ cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		for _, o := range of {
			if !slices.Contains(strings.Split(before, ","), o) {
				offered = append(offered, before+o)
			}
		}
		return offered, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}) // fails only for a flag that is not there
}

func (f *sandboxFlags) addPace(flags *pflag.FlagSet) {
	flags.TextVar(&f.Rate, "rate", sandbox.NoLimit, "`segments` that the account sends on, such as\n1/s or 60/m")
	flags.IntVar(&f.Queue, "queue", 0, "`segments` that may wait for it; if not\ngiven, 15 minutes of --rate")
	flags.TextVar(&f.ListRate, "list-rate", sandbox.Rate{Count: 3500, Per: 5 * time.Minute}, "`searches` for messages that are answered;\nno limit if not given")
}

func (f *sandboxFlags) addCallbacks(flags *pflag.FlagSet) {
	types := sandbox.CallbackTypes()
	flags.StringVar(&f.CallbackURL, "callback-url", "", "`URL` to post callbacks to")
	flags.StringVar(&f.CallbackUser, "callback-user", "", "`name` that goes with them")
	flags.StringVar(&f.CallbackPassword, "callback-password", "", "the password, a `word`; else from\n"+config.EnvListenPassword)
	flags.StringSliceVar(&f.CallbackTypes, "callback-types", nil, "`types` to post, with commas; if not given,\n"+strings.Join(types[:2], ",")+",\n"+strings.Join(types[2:], ","))
	flags.IntVar(&f.retries, "callback-retries", sandbox.DefaultCallbackRetries, "`times` to try again what was not answered\nwith a 2xx; 16 take 18 hours")
	flags.BoolVar(&f.CallbackDoubles, "callback-doubles", false, "post each twice")
	flags.BoolVar(&f.CallbackReorder, "callback-reorder", false, "post those of a message in reverse order")
	flags.StringSliceVar(&f.AccountSetup, "account-setup", nil, "what is the `matter` with the account, of those\nabove, with commas")
	flags.BoolVar(&f.MMSReceipts, "mms-receipts", false, "the account gets delivery receipts for MMS")
}

// complete makes the Config of the flags.
func (f *sandboxFlags) complete(lookup func(string) (string, bool)) error {
	if f.retries < 0 {
		return &say.UsageError{What: "--callback-retries cannot be negative"}
	}
	f.CallbackRetries = f.retries
	if f.retries == 0 {
		f.CallbackRetries = -1 // which is none; 0 is the default
	}
	if f.CallbackUser != "" && f.CallbackPassword == "" {
		f.CallbackPassword, _ = lookup(config.EnvListenPassword)
	}
	return nil
}

// serve is telex sandbox: it runs until ctx ends or the user stops it.
func serve(ctx context.Context, w *who.World, f sandboxFlags) error {
	if err := f.complete(w.Env); err != nil {
		return err
	}
	f.Log = func(line string) { w.Output.Say("%s", line) }
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	box, err := sandbox.New(ctx, f.Config)
	if err != nil {
		return &say.UsageError{What: err.Error()}
	}
	defer box.Close()
	server, err := box.Listen(ctx, f.addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return &say.UsageError{What: err.Error(), Hint: "stop what listens there, or use another port: --addr 127.0.0.1:0"}
	}
	if err != nil {
		return &say.UsageError{What: err.Error()}
	}
	if err := introduce(w, server.BaseURL, f); err != nil {
		return err
	}
	w.Output.Say("sandbox: listening; stop it with ctrl+c")
	if err := server.Wait(); err != nil {
		if ctx.Err() == nil {
			return err
		}
		w.Output.Say("sandbox: %v", err) // stopped as asked, but a request was cut off
	}
	w.Output.Say("sandbox: stopped")
	return nil
}

// introduce prints what a shell needs to use the sandbox to standard output, which
// a shell may therefore read as it is, and how else to use it to standard error. All
// of it can be pasted into bash, zsh and fish. A password of the user's own is not
// repeated.
func introduce(w *who.World, baseURL string, f sandboxFlags) error {
	export := func(name, value string) string { return "export " + name + "=" + messaging.ShellQuote(value) + "\n" }
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
	if err := w.Output.Text(text); err != nil {
		return err
	}
	if f.Password != sandbox.DefaultPassword {
		w.Output.Say("sandbox: set %s to what you gave as --password", config.EnvPassword)
	}
	return suggest(w, baseURL, f)
}

// suggest says what to do with a sandbox.
func suggest(w *who.World, baseURL string, f sandboxFlags) error {
	const to, text = "+12345678902", "Hello from the sandbox"
	login := "echo " + sandbox.DefaultClientSecret + " | telex login --profile sandbox --secret-stdin --client-id " + sandbox.DefaultClientID +
		" --account-id " + messaging.ShellQuote(f.AccountID) + " --application-id " + messaging.ShellQuote(f.ApplicationID)
	for _, n := range f.Numbers {
		login += " --number " + n
	}
	id := who.Identity{Settings: config.Settings{AccountID: f.AccountID, BaseURL: baseURL}, Credentials: who.SandboxCredentials()}
	client, err := w.NewClient(id)
	if err != nil {
		return err
	}
	curl, err := client.Curl(messaging.Message{From: f.Numbers[0], To: []string{to}, Text: text, ApplicationID: f.ApplicationID})
	if err != nil {
		return err
	}
	for _, line := range []string{
		"sandbox: paste the lines above into another shell, then send a message with telex,",
		"telex send --to " + to + " --text '" + text + "'",
		"sandbox: or with curl",
		curl,
		"sandbox: somebody writes to you with",
		"curl -H 'Content-Type: application/json' --data-raw '{\"from\":\"" + to + "\",\"to\":[\"" + f.Numbers[0] + "\"],\"text\":\"Hello\"}' " +
			messaging.ShellQuote(strings.TrimSuffix(baseURL, sandbox.BasePath)+sandbox.InboundPath),
		"sandbox: or make a profile of it, and skip the lines above:",
		login + " --base-url " + messaging.ShellQuote(baseURL),
	} {
		for part := range strings.SplitSeq(line, "\n") {
			w.Output.Say("%s", part)
		}
	}
	return nil
}
