package messaging

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// This file is the only place that reads XML of the network. No entity but those of XML
// itself is expanded, and nothing is looked up that a document names.

// The limits of a document, beside the size of the answer that holds it.
const (
	maxXMLDepth    = 32
	maxXMLElements = 50_000
)

// element is an element of a document. Namespaces and attributes are left out.
type element struct {
	name     string
	said     string // the text in it, without the blanks around it
	children []*element

	reading []byte // said, as far as it was read
}

// parseXML reads one document. An error says why it is none, or what in it is too much.
func parseXML(body []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var open []*element
	var root *element
	for n := 0; ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && root != nil && len(open) == 0:
			return root, nil
		case errors.Is(err, io.EOF):
			return nil, errors.New("it is not XML: there is no element in it")
		case err != nil:
			return nil, fmt.Errorf("it is not XML: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if n++; n > maxXMLElements || len(open) == maxXMLDepth || root != nil && len(open) == 0 {
				return nil, errors.New("it is no XML that Bandwidth would give: too many elements, or too deep")
			}
			e := &element{name: t.Name.Local}
			if root == nil {
				root = e
			} else {
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			}
			open = append(open, e)
		case xml.EndElement: // which the decoder has matched
			last := open[len(open)-1]
			last.said, last.reading = strings.TrimSpace(string(last.reading)), nil
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				in := open[len(open)-1]
				in.reading = append(in.reading, t...)
			}
		}
	}
}

// all are the elements of a name within e and itself, in their order. The services do not
// agree about the case of names.
func (e *element) all(name string) []*element {
	var found []*element
	if strings.EqualFold(e.name, name) {
		found = append(found, e)
	}
	for _, c := range e.children {
		found = append(found, c.all(name)...)
	}
	return found
}

// text is what the first element of a name within e says; "" if there is none.
func (e *element) text(name string) string {
	if found := e.all(name); len(found) > 0 {
		return found[0].said
	}
	return ""
}

// texts is what the elements of a name within e say, without those that say nothing.
func (e *element) texts(name string) []string {
	var said []string
	for _, f := range e.all(name) {
		if f.said != "" {
			said = append(said, f.said)
		}
	}
	return said
}

// own is what the child of e of a name says; "" if there is none.
func (e *element) own(name string) string {
	for _, c := range e.children {
		if strings.EqualFold(c.name, name) {
			return c.said
		}
	}
	return ""
}
