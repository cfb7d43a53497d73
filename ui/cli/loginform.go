package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"telex/config"
	"telex/messaging"
	"telex/messaging/number"
)

// defaultProfile is the name of a first profile for which no other was given.
const defaultProfile = "main"

// A login is one run of telex login.
type login struct {
	a       *app
	flags   loginFlags
	file    *config.File
	stored  config.Profile // as it is in the file; no name if it is new
	profile config.Profile // as it is to be
	secret  config.Secret
	stores  config.Stores
	canAsk  bool
	named   bool // by flag or environment, so that its name need not be asked for
}

// newLogin is a login with what flags, the file and the environment say. Errors are
// usageErrors.
func (a *app) newLogin(f loginFlags) (*login, error) {
	if _, err := config.Path(a.env); err != nil {
		return nil, &usageError{what: err.Error()}
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	file, err := a.configuration()
	if err != nil {
		return nil, err
	}
	l := &login{a: a, flags: f, file: file, canAsk: a.canAsk()}
	l.stores = a.stores(a.passphraseAsker(l.canAsk))
	name := f.profile
	if name == "" {
		name, _ = a.env(config.EnvProfile)
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
		return nil, &usageError{what: err.Error()}
	}
	return l, l.begin(name)
}

// check judges flags by themselves.
func (f *loginFlags) check() error {
	if f.auth != "" {
		if _, err := config.ParseKind(f.auth); err != nil {
			return usagef("--auth: %v", err)
		}
	}
	oauth, basic := config.OAuth.String(), config.Basic.String()
	switch {
	case f.clientID != "" && f.username != "":
		return usagef("--client-id and --username exclude each other: the one is for oauth, the other for basic")
	case f.clientID != "" && f.auth == basic:
		return usagef("--client-id is for --auth %s; for %s give --username", oauth, basic)
	case f.username != "" && f.auth == oauth:
		return usagef("--username is for --auth %s; for %s give --client-id", basic, oauth)
	case f.clientID != "":
		f.auth = oauth
	case f.username != "":
		f.auth = basic
	}
	if store := config.StoreName(f.store); f.store != "" && store != config.InKeyring && store != config.InFile {
		return usagef("--store %s is none; there are %s and %s", quoted(f.store), config.InKeyring, config.InFile)
	}
	if f.region = strings.ToUpper(f.region); f.region != "" && !number.IsRegion(f.region) {
		return usagef("--region %s is no country's code of two letters, such as %s", quoted(f.region), config.DefaultRegion)
	}
	return nil
}

// begin takes up the profile of that name, with what flags and environment say of it.
func (l *login) begin(name string) error {
	l.profile, l.stored = config.Profile{Name: name}, config.Profile{}
	env, fresh := config.FromEnvironment(l.a.env), true
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
		if flag != "" {
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
	if id := f.clientID + f.username; id != "" {
		p.SetID(id)
	}
	if f.productionGiven {
		p.Production = f.production
	}
	if len(f.numbers) > 0 {
		p.Numbers = f.numbers
	} else if len(p.Numbers) == 0 {
		p.Numbers = env.Numbers
	}
	return l.judge()
}

// judge checks what is there already, so that nobody types the rest in vain.
func (l *login) judge() error {
	var wrong []string
	for _, q := range l.questions() {
		if value := q.value(); value != "" && !q.secret {
			if err := q.set(value); err != nil {
				wrong = append(wrong, q.flag+": "+err.Error())
			}
		}
	}
	for _, address := range [][2]string{{"--base-url", l.profile.BaseURL}, {config.EnvTokenURL, l.profile.TokenURL}} {
		if address[1] == "" {
			continue
		}
		if err := messaging.CheckBaseURL(address[1]); err != nil {
			wrong = append(wrong, address[0]+": "+err.Error())
		}
	}
	if len(wrong) > 0 {
		return &usageError{what: "nothing was stored:", more: wrong}
	}
	return nil
}

// A loginQuestion is a part of a profile that may have to be asked for.
type loginQuestion struct {
	label  string
	flag   string // that gives it too
	given  bool   // by a flag
	secret bool
	value  func() string // as it is now; of a secret anything but its value
	set    func(typed string) error
}

// questions are the parts of a profile that cannot be left out, in their order.
func (l *login) questions() []loginQuestion {
	p, f := &l.profile, l.flags
	text := func(to *string) func(string) error {
		return func(typed string) error {
			if strings.ContainsFunc(typed, unicode.IsControl) {
				return errors.New("it holds a control character")
			}
			*to = typed
			return nil
		}
	}
	idFlag := "--client-id"
	if p.Auth == config.Basic {
		idFlag = "--username"
	}
	return []loginQuestion{
		{"Account id", "--account-id", f.account != "", false, func() string { return p.AccountID }, l.setAccount},
		{capital(idWords(p.Auth)), idFlag, f.clientID+f.username != "", false, p.ID, l.setID},
		{capital(secretWords(p.Auth)) + " (it is not shown)", "--secret-stdin", f.secretStdin, true, l.secretGiven, l.setSecret},
		{"Application id", "--application-id", f.application != "", false, func() string { return p.ApplicationID }, text(&p.ApplicationID)},
		{
			"Numbers to send from, with commas", "--number", len(f.numbers) > 0, false,
			func() string { return strings.Join(p.Numbers, ", ") }, l.setNumbers,
		},
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func (l *login) setAccount(typed string) error {
	if _, err := messaging.New(typed, messaging.Basic("", "")); err != nil {
		return err
	}
	l.profile.AccountID = typed
	return nil
}

func (l *login) setID(typed string) error {
	p := l.profile
	p.SetID(typed)
	if err := p.Check(); err != nil {
		return fmt.Errorf("the %s %q cannot be used: it holds a character that is not allowed in it", idWords(p.Auth), typed)
	}
	l.profile = p
	return nil
}

// secretGiven says whether there is one.
func (l *login) secretGiven() string {
	if l.secret.Reveal() == "" {
		return ""
	}
	return l.secret.String()
}

func (l *login) setSecret(typed string) error {
	secret := config.NewSecret(typed)
	if err := checkSecret(secret); err != nil {
		return err
	}
	l.secret = secret
	return nil
}

// checkSecret reports what could not be sent. It never says what it is.
func checkSecret(s config.Secret) error {
	if strings.ContainsFunc(s.Reveal(), unicode.IsControl) {
		return errors.New("the secret holds a control character, such as the end of a line")
	}
	return nil
}

// setNumbers reads senders, numbers as they are dialled in the profile's region, and
// puts those down in E.164.
func (l *login) setNumbers(typed string) error {
	region := l.profile.Region
	if region == "" {
		region = config.DefaultRegion
	}
	var numbers []string
	for item := range strings.SplitSeq(typed, ",") {
		item = strings.TrimSpace(item)
		switch sender, _, err := number.ParseSender(item, region); {
		case item == "":
		case err != nil:
			return err
		case !slices.Contains(numbers, sender):
			numbers = append(numbers, sender)
		}
	}
	if len(numbers) == 0 {
		return errors.New("there is no number in it")
	}
	l.profile.Numbers = numbers
	return nil
}

// credentials are what goes on requests.
func (l *login) credentials() config.Credentials {
	return config.Credentials{Kind: l.profile.Auth, ID: l.profile.ID(), Secret: l.secret}
}

// identity is who would send.
func (l *login) identity() identity {
	return identity{
		Settings: l.profile.Settings().Over(config.Default()), profile: l.profile, credentials: l.credentials(),
		origins: origins{lookup: l.a.env},
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
		what := q.flag
		if q.secret {
			what += ", with the " + secretWords(l.profile.Auth) + " on standard input"
		}
		missing = append(missing, what)
	}
	if len(missing) > 0 {
		return &usageError{
			what: "nothing was stored, and there is no terminal to ask on; missing:", more: missing,
			hint: "see telex login --help",
		}
	}
	return nil
}
