package who

import (
	"telex/config"
	"telex/ui/account"
)

// AccountOf is the account that a profile is. Its region is never empty, and it has no
// secret.
func AccountOf(p config.Profile) account.Account {
	a := accountBy(p.Settings().Over(config.Default()))
	a.Name, a.Basic, a.ID, a.Production, a.Kept = p.Name, p.Auth == config.Basic, p.ID(), p.Production, string(p.Store)
	return a
}

// accountBy is what settings say of an account.
func accountBy(s config.Settings) account.Account {
	return account.Account{
		AccountID: s.AccountID, ApplicationID: s.ApplicationID, Numbers: s.Numbers,
		BaseURL: s.BaseURL, TokenURL: s.TokenURL, Region: s.Region,
	}
}

// ProfileOver is p with what somebody typed of an account. What nobody is asked for stays,
// such as its address for tokens, and the region that holds where none is named is not
// named for it.
func ProfileOver(p config.Profile, a account.Account) config.Profile {
	p.AccountID, p.ApplicationID, p.Numbers = a.AccountID, a.ApplicationID, a.Numbers
	p.BaseURL, p.Production = a.BaseURL, a.Production
	if p.Region != "" || a.Region != config.DefaultRegion {
		p.Region = a.Region
	}
	if p.Auth = config.OAuth; a.Basic {
		p.Auth = config.Basic
	}
	p.SetID(a.ID)
	return p
}

// JudgeSetting says what is wrong with one of the settings, by its key; nil for nothing.
func JudgeSetting(key string, s config.Settings) error {
	return Judge(account.Key(key), accountBy(s))
}

// DoubtSetting says why one of the settings is unlikely to be right although it can be used;
// "" for no doubt.
func DoubtSetting(key string, s config.Settings) string {
	a := accountBy(s)
	f, ok := account.FieldOf(account.Key(key), a)
	if !ok {
		return ""
	}
	return f.Doubt(a)
}

// Judge is the judgement of one field.
func Judge(key account.Key, a account.Account) error {
	f, ok := account.FieldOf(key, a)
	if !ok {
		return nil
	}
	return f.Judge(a)
}
