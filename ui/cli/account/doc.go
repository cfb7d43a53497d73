// Package account is the commands about who sends: telex login, telex logout and telex
// profiles. It keeps accounts for the console's Setup too.
package account
