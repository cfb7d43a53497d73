// Package page is what every page of the console keeps to: the calls that it gets, what
// it may ask of the app, and the questions that stand in front of it.
package page
