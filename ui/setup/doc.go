// Package setup is the page beside the steps where accounts are connected, changed and
// chosen. It goes by [account.Fields], checks an account against the API before it is
// kept, and asks the app to go on with one by an intent. What is typed in it stays in
// memory until it is saved or telex ends.
package setup
