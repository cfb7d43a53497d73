// Package people is the page of those whom texts go to: contacts, who opted out, and who
// is held until a person decides.
package people
