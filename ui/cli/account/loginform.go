package account

import (
	"context"
	"slices"
	"strings"

	"telex/config"
	"telex/ui/account"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// defaultProfile is the name of a first profile for which no other was given.
const defaultProfile = "main"

// A login is one run of telex login.
type login struct {
	LoginOptions
	flags   loginFlags
	file    *config.File
	stored  config.Profile // as it is in the file; no name if it is new
	profile config.Profile // as it is to be
	secret  config.Secret
	stores  config.Stores
	canAsk  bool
	named   bool // by flag or environment, so that its name need not be asked for

	probe who.Probe // by which the API took the credentials
}

// newLogin is a login with what flags, the file and the environment say. Errors are
// usageErrors.
func newLogin(with LoginOptions, f loginFlags) (*login, error) {
	if _, err := config.Path(with.Env); err != nil {
		return nil, &say.UsageError{What: err.Error()}
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	file, err := with.Configuration()
	if err != nil {
		return nil, err
	}
	if err := file.CheckFolder(); err != nil { // before anything is asked
		return nil, who.BrokenFile(err)
	}
	l := &login{LoginOptions: with, flags: f, file: file, canAsk: with.Asks.CanAsk()}
	l.stores = with.Stores(with.Asks.PassphraseIf(l.canAsk))
	name := f.profile
	if name == "" {
		name, _ = with.Env(config.EnvProfile)
	}
	l.named = name != ""
	if name == "" {
		name = file.Default()
	}
	if names := file.Names(); name == "" && len(names) == 1 {
		name = names[0]
	}
	if name == "" {
		name = defaultProfile
	}
	if err := config.CheckName(name); err != nil {
		return nil, &say.UsageError{What: err.Error()}
	}
	return l, l.begin(name)
}

// check judges flags by themselves.
func (f *loginFlags) check() error {
	if f.auth != "" {
		if _, err := config.ParseKind(f.auth); err != nil {
			return say.Usagef("--auth: %v", err)
		}
	}
	oauth, basic := config.OAuth.String(), config.Basic.String()
	switch {
	case f.clientID != "" && f.username != "":
		return say.Usagef("--client-id and --username cannot be used together: --client-id is for oauth, --username for basic")
	case f.clientID != "" && f.auth == basic:
		return say.Usagef("--client-id is for --auth %s; for %s give --username", oauth, basic)
	case f.username != "" && f.auth == oauth:
		return say.Usagef("--username is for --auth %s; for %s give --client-id", basic, oauth)
	case f.clientID != "":
		f.auth = oauth
	case f.username != "":
		f.auth = basic
	}
	if store := config.StoreName(f.store); f.store != "" && store != config.InKeyring && store != config.InFile {
		return say.Usagef("--store %s is not a place for secrets; choose %s or %s", say.Quoted(f.store), config.InKeyring, config.InFile)
	}
	f.region = strings.ToUpper(f.region)
	return nil
}

// begin takes up the profile of that name, with what flags and environment say of it.
func (l *login) begin(name string) error {
	l.profile, l.stored = config.Profile{Name: name}, config.Profile{}
	env, fresh := config.FromEnvironment(l.Env), true
	if slices.Contains(l.file.Names(), name) {
		p, err := l.file.Profile(name)
		if err != nil {
			return err
		}
		l.profile, l.stored, fresh = p, p, false
	}
	p, f := &l.profile, l.flags
	if f.auth != "" {
		p.Auth, _ = config.ParseKind(f.auth) // it was checked
	}
	take := func(to *string, flag, otherwise string) {
		if flag = strings.TrimSpace(flag); flag != "" {
			*to = flag
		} else if *to == "" {
			*to = otherwise
		}
	}
	if !fresh {
		env.BaseURL, env.TokenURL, env.Region = "", "", "" // that a profile has none says something
	}
	take(&p.AccountID, f.account, env.AccountID)
	take(&p.ApplicationID, f.application, env.ApplicationID)
	take(&p.BaseURL, f.baseURL, env.BaseURL)
	take(&p.TokenURL, "", env.TokenURL)
	take(&p.Region, f.region, env.Region)
	if id := strings.TrimSpace(f.clientID + f.username); id != "" {
		p.SetID(id)
	}
	if f.productionGiven {
		p.Production = f.production
	}
	if len(f.numbers) > 0 {
		of := who.AccountOf(*p)
		if numbers, ok := account.FieldOf(account.Numbers, of); ok {
			numbers.Set(&of, strings.Join(f.numbers, ", "))
		}
		p.Numbers = of.Numbers
	} else if len(p.Numbers) == 0 {
		p.Numbers = env.Numbers
	}
	return l.judge()
}

// judge checks what is there already, so that nobody types the rest in vain, and puts
// numbers down in E.164.
func (l *login) judge() error {
	var wrong []string
	of := who.AccountOf(l.profile).Settled()
	for _, f := range account.Fields(of) {
		if f.Secret || f.Value(of) == "" {
			continue
		}
		if err := f.Judge(of); err != nil {
			wrong = append(wrong, l.giver(f.Key)+": "+err.Error())
		}
	}
	if len(wrong) > 0 {
		return &say.UsageError{What: "nothing was stored:", More: wrong}
	}
	l.profile.Numbers = of.Numbers
	return nil
}

// giver is what gives a field without a question: a flag, or a variable where there is
// none.
func (l *login) giver(key account.Key) string {
	switch key {
	case account.AccountID:
		return "--account-id"
	case account.ID:
		if l.profile.Auth == config.Basic {
			return "--username"
		}
		return "--client-id"
	case account.Secret:
		return "--secret-stdin"
	case account.Application:
		return "--application-id"
	case account.Numbers:
		return "--number"
	case account.TokenURL:
		return config.EnvTokenURL
	case account.BaseURL:
		return "--base-url"
	case account.Name, account.Auth, account.Region, account.Production:
	}
	return "--" + string(key)
}

// given reports whether a flag gave a field.
func (l *login) given(key account.Key) bool {
	f := l.flags
	switch key {
	case account.AccountID:
		return f.account != ""
	case account.ID:
		return f.clientID+f.username != ""
	case account.Secret:
		return f.secretStdin
	case account.Application:
		return f.application != ""
	case account.Numbers:
		return len(f.numbers) > 0
	case account.Name, account.Auth, account.Region, account.BaseURL, account.TokenURL, account.Production:
	}
	return false
}

// A loginQuestion is a part of a profile that may have to be asked for.
type loginQuestion struct {
	key    account.Key
	label  string
	secret bool
	value  func() string // as it is now; of a secret anything but its value
	set    func(typed string) error
}

// questions are the parts of a profile that cannot be left out, in their order.
func (l *login) questions() []loginQuestion {
	var questions []loginQuestion
	for _, f := range account.Fields(who.AccountOf(l.profile)) {
		if f.Needed {
			questions = append(questions, loginQuestion{
				f.Key, f.Ask, f.Secret,
				func() string { return l.value(f) },
				func(typed string) error { return l.set(f, typed) },
			})
		}
	}
	return questions
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// value is what there is of a field; of the secret whether there is one.
func (l *login) value(f account.Field) string {
	switch {
	case !f.Secret:
		return f.Value(who.AccountOf(l.profile))
	case l.secret.Reveal() == "":
		return ""
	}
	return l.secret.String()
}

// set takes over what was typed of a field if it can be used.
func (l *login) set(f account.Field, typed string) error {
	of := who.AccountOf(l.profile)
	f.Set(&of, typed)
	if err := f.Judge(of); err != nil {
		return err
	}
	if f.Secret {
		l.secret = config.NewSecret(of.Secret.Value())
		return nil
	}
	l.profile = who.ProfileOver(l.profile, of)
	return nil
}

// credentials are what goes on requests.
func (l *login) credentials() config.Credentials {
	return config.Credentials{Kind: l.profile.Auth, ID: l.profile.ID(), Secret: l.secret}
}

// identity is who would send.
func (l *login) identity() who.Identity {
	return who.Identity{
		Settings: l.profile.Settings().Over(config.Default()), Profile: l.profile, Credentials: l.credentials(),
		Origins: who.Origins{Lookup: l.Env},
	}
}

// complete asks for what is missing, or says which flags would give it.
func (l *login) complete(ctx context.Context) error {
	if l.canAsk {
		return l.ask(ctx)
	}
	var missing []string
	for _, q := range l.questions() {
		if q.value() != "" {
			continue
		}
		what := l.giver(q.key)
		if q.secret {
			what += ", with the " + l.profile.Auth.SecretName() + " on standard input"
		}
		missing = append(missing, what)
	}
	if len(missing) > 0 {
		return &say.UsageError{
			What: "nothing was stored, and there is no terminal to ask on; missing:", More: missing,
			Hint: "see telex login --help",
		}
	}
	return nil
}
