// Package widget is what screens are made of: fields, lists, pagers, the layout of a
// terminal, frames that carry their cursor, and the theme, a struct of roles of colour.
package widget
