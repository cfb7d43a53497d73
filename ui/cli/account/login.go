package account

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging"
	"telex/ui/account"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// loginFlags are the flags of telex login.
type loginFlags struct {
	profile, auth           string
	clientID, username      string
	account, application    string
	numbers                 []string
	store                   string
	baseURL, region         string
	production, secretStdin bool
	productionGiven         bool // the flag was there
}

// LoginOptions are what telex login may touch.
type LoginOptions struct {
	*who.World
	In io.Reader // gives the secret, with --secret-stdin
}

// Login is telex login.
func Login(o LoginOptions) *cobra.Command {
	var f loginFlags
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Connect an account: check its credentials and keep them",
		Long: `Login makes a profile, or changes the one of that name. On a terminal it asks
for what is missing. It checks the credentials by asking the API for the
account's messages. Only if the API accepts them does it store the secret and
save the profile. The first profile becomes the default. Then it looks at the
application and the numbers, warns of what is wrong with them, and says what
Bandwidth does not show to these credentials; telex doctor looks again.

The secret is typed without being shown, or read with --secret-stdin. No flag
takes it, because others could see it, and it is never written to the file of
profiles. It is kept in the keyring of the system, if that works here, or
else in a file that is encrypted with a passphrase; --store chooses. Without a
terminal the passphrase comes from TELEX_PASSPHRASE, or from the file that
TELEX_PASSPHRASE_FILE names.

What you don't give comes from the profile, if it exists, or the environment.

The exit code is 4 if the credentials were refused, 7 without a connection, and
2 if something is missing or cannot be stored. Nothing was stored then.`,
		Example: `  telex login
  telex login --profile prod --production
  pass show telex/ci | telex login --profile ci --account-id ID --client-id ID \
      --application-id ID --number +19195551212 --secret-stdin`,
		Args: say.NoArguments,
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.profile, "profile", "", "`name` of the profile to make or change\n("+config.EnvProfile+", else the default one, or main)")
	flags.StringVar(&f.auth, "auth", "", "`kind` of credentials: oauth, which is the default, or\nbasic, which Bandwidth retires on 2 December 2026")
	flags.StringVar(&f.clientID, "client-id", "", "`id` of the client, for oauth")
	flags.StringVar(&f.username, "username", "", "`name` of the API user, for basic")
	flags.StringVar(&f.account, "account-id", "", "`id` of the account")
	flags.StringVar(&f.application, "application-id", "", "`id` of the application that the numbers belong to")
	flags.StringArrayVar(&f.numbers, "number", nil, "`number` or sender id to send from; several by\nrepeating the flag; the first is the default")
	flags.StringVar(&f.store, "store", "", "`where` to keep the secret: keyring or file")
	flags.StringVar(&f.baseURL, "base-url", "", "`address` of the API, if not Bandwidth's own")
	flags.StringVar(&f.region, "region", "", "`country` of numbers without a country code, like GB")
	flags.BoolVar(&f.production, "production", false, "mark it: the console shows it, and sending asks once\nmore; --production=false removes the mark")
	flags.BoolVar(&f.secretStdin, "secret-stdin", false, "read the secret, one line, from standard input")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		f.productionGiven = flags.Changed("production")
		return logIn(cmd.Context(), o, f)
	}
	o.CompleteProfile(cmd)
	complete := func(flag string, values ...string) {
		_ = cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return values, cobra.ShellCompDirectiveNoFileComp
		}) // fails only for a flag that is not there
	}
	who.CompleteRegion(cmd)
	complete("auth", config.OAuth.String(), config.Basic.String())
	complete("store", string(config.InKeyring), string(config.InFile))
	for _, flag := range []string{"client-id", "username", "account-id", "application-id", "number", "base-url"} {
		complete(flag)
	}
	return cmd
}

// logIn is telex login: ask, check, store, write down.
func logIn(ctx context.Context, with LoginOptions, f loginFlags) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	l, err := newLogin(with, f)
	if err != nil {
		return err
	}
	if f.secretStdin {
		if l.secret, err = secretLine(with.In); err != nil {
			return err
		}
	}
	if err := l.complete(ctx); err != nil {
		return err
	}
	if l.profile.Auth == config.Basic {
		with.Output.Say("warning: %s", config.BasicWarning(with.Now()))
	}
	of := who.AccountOf(l.profile)
	for _, f := range account.Fields(of) {
		if why := f.Doubt(of); why != "" {
			with.Output.Say("warning: %s: %s", l.giver(f.Key), why)
		}
	}
	if err := l.check(ctx); err != nil {
		return err
	}
	if err := l.keep(ctx); err != nil {
		return err
	}
	return l.tell(l.inspect(ctx))
}

// inspect says what is wrong with the application and the numbers, and what could not be
// looked at: it is all kept, for nothing of that is in the way of a message, as far as can be
// told. Good is that nothing that login asks for is known to be wrong.
func (l *login) inspect(ctx context.Context) (good bool) {
	l.Output.Say("looking at the application and the numbers…")
	found, err := l.Inspect(ctx, l.identity(), l.probe)
	if err != nil {
		l.Output.Say("warning: they were not checked: %s", say.Plain(err))
	}
	if unseen := account.Unseen(who.AccountOf(l.profile)); len(unseen) > 0 {
		l.Output.Say("%s: cannot be checked: Bandwidth shows nothing of such senders", strings.Join(unseen, ", "))
	}
	wrong := false
	for _, f := range found {
		switch f.Verdict {
		case account.Trouble:
			wrong = wrong || f.Name == string(account.Application) || slices.Contains(l.profile.Numbers, f.Name)
			l.Output.Say("warning: %s: %s", f.Name, f.Found)
			if f.Do != "" {
				l.Output.Say("  %s", f.Do)
			}
		case account.Unchecked:
			l.Output.Say("%s: %s", f.Name, f.Found)
		case account.Good:
		}
	}
	if wrong {
		l.Output.Say("to correct it: telex login --profile %s --application-id ID --number NUMBER", l.profile.Name)
	}
	return !wrong
}

// secretLine reads the one line of standard input.
func secretLine(in io.Reader) (config.Secret, error) {
	secret, err := ask.SecretLine(in)
	if err != nil {
		return secret, err
	}
	if err := who.Judge(account.Secret, account.Account{Secret: secret.Reveal}); err != nil {
		return config.Secret{}, say.Usagef("--secret-stdin: %v", err)
	}
	return secret, nil
}

// check asks the API whether it takes the credentials for the account. On a terminal
// what it refuses can be typed again, and nothing else is lost.
func (l *login) check(ctx context.Context) error {
	for {
		id := l.identity()
		l.Output.Hide(id.Credentials)
		if w := messaging.BaseURLWarning(id.Address()); w != "" {
			l.Output.Say("warning: %s", w)
		}
		l.Output.Say("checking them with the API at %s…", id.Address())
		l.probe = l.Probe(ctx, id)
		err := l.probe.Err
		if ctx.Err() != nil {
			return say.ErrCancelled
		}
		if err == nil {
			return nil
		}
		code := who.CodeOfProbe(err)
		what, next := who.ProbeWords(err, id)
		l.Output.Say("telex: %s", what)
		l.Output.Say("  nothing was stored")
		l.Output.Say("  %s", next)
		if !l.canAsk || l.flags.secretStdin {
			return say.Told(code)
		}
		again, err := l.again(ctx, code)
		if err != nil {
			return err
		}
		if !again {
			return say.Told(code)
		}
	}
}

// keep stores the secret and writes the profile down, and says what came of that.
func (l *login) keep(ctx context.Context) error {
	choice, err := l.choose(ctx)
	if err != nil {
		return l.failed(ctx, err)
	}
	l.Output.Say("the secret goes into %s: %s", choice.Store.Where(), choice.Why)
	k := keeping{file: l.file, stores: l.stores, stored: l.stored, profile: l.profile, choice: choice, secret: l.secret}
	kept, err := k.keep(ctx)
	for _, w := range kept.Warnings {
		l.Output.Say("warning: %s", w)
	}
	if err != nil {
		return l.failed(ctx, err)
	}
	if kept.Removed != "" {
		l.Output.Say("the secret that it had in %s before was removed", kept.Removed)
	}
	l.profile.Store = choice.Store.Name()
	return nil
}

// failed is why nothing was kept.
func (l *login) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return say.ErrCancelled
	}
	l.Output.Say("Bandwidth accepts the credentials, but nothing was stored")
	return err
}

// choose is the store for the secret: the one that was asked for, or that the profile
// names already, or the one that works here.
func (l *login) choose(ctx context.Context) (config.Choice, error) {
	if l.flags.store != "" {
		return choose(ctx, l.stores, config.StoreName(l.flags.store), "as --store says")
	}
	return choose(ctx, l.stores, l.profile.Store, "as before; --store chooses another")
}

// tell says what there is now, and what to do with it, if it is good.
func (l *login) tell(good bool) error {
	p := l.profile
	from := who.Origins{Env: config.FromEnvironment(l.Env), Lookup: l.Env, Profile: p}
	for _, said := range from.Overruled() {
		l.Output.Say("warning: %s", said)
	}
	if c, err := config.FindCredentials(l.Env); err == nil {
		l.Output.Say("warning: %s are set, and win over what was stored", c.Source)
	}
	switch name := l.file.Default(); {
	case good && name == p.Name && slices.Equal(l.file.Names(), []string{p.Name}):
		l.Output.Say("it is the default profile; try it with: telex send --to NUMBER --text Hello")
	case name == p.Name:
		l.Output.Say("it is the default profile")
	default:
		l.Output.Say("to use it, add --profile %s, set %s, or make it the default: telex profiles use %[1]s", p.Name, config.EnvProfile)
	}
	return l.Output.Line("profile %s: account %s, %s %s, from %s", p.Name, p.AccountID, p.Auth.IDName(), p.ID(), strings.Join(p.Numbers, ", "))
}
