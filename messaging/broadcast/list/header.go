package list

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"telex/messaging/blank"
)

// Fold is a name of a field as templates and headers share it: in small letters, with one
// space for each run of spaces, underscores and dashes, and nothing hidden.
// "First_Name", "first  name" and "FIRST-NAME" are one field.
func Fold(name string) string {
	name = strings.ToLower(strings.Map(func(r rune) rune {
		if blank.IsHidden(r) {
			return -1
		}
		return r
	}, name))
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool {
		return blank.IsSpace(r) || r == '_' || r == '-' || unicode.Is(unicode.Pd, r)
	}), " ")
}

// wordsOf are the words of a header without accents, in small letters: "PhoneNumber (mobile)"
// has three.
func wordsOf(header string) []string {
	var b strings.Builder
	var last rune
	for _, r := range norm.NFD.String(header) {
		switch {
		case unicode.Is(unicode.Mn, r), blank.IsHidden(r):
			continue
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// A rank says how well a telephone serves to be texted, the least best.
type rank int

const (
	mobile rank = iota
	plainPhone
	homePhone
	otherPhone
	workPhone
	lastResort // of somebody else, or of a whole company: only where the list has no other
	noPhone
)

// Words of headers, without accents. They are those of address books and spreadsheets in
// English, German, French, Spanish, Portuguese, Italian, Dutch and the Nordic languages.
var (
	neverWords = &vocabulary{list: `fax faxes telefax facsimile pager beeper type label extension ext extn carrier provider
		consent opt optin optout verified valid model os brand date status email mail plan`}
	lastWords = &vocabulary{list: `emergency assistant assistants spouse spouses callback radio isdn tty tdd ttytdd telex main switchboard
		reception urgence notfall emergencia`}
	workWords   = &vocabulary{list: `work business office company job firm arbeit geschaft geschaftlich buro bureau travail trabajo oficina werk`}
	homeWords   = &vocabulary{list: `home house private privat domicile maison casa hjem hem thuis`}
	otherWords  = &vocabulary{list: `other car second secondary alternate alternative alt 2 3 4 autre autres otro`}
	mobileWords = &vocabulary{list: `mob cell cells cellphone cel celular sms whatsapp whats msisdn handy handynummer
		handynr movil gsm portable natel smartphone iphone text texts matkapuhelin`}
	phoneWords = &vocabulary{list: `phone phones telephone telephones tel telefon telefono telefone telefoon telefonnummer telefonnr
		rufnummer phonenumber phoneno phonenr telephonenumber telefoonnummer telefoonnr puhelin puhelinnumero fon ph tlf tfn`}
	// A header that is just that.
	numberHeaders = &vocabulary{list: `number to recipient recipients numero nummer destination e164 msisdn`}
)

// rankOf is how well a column with this header serves, by its header alone.
func rankOf(header string) rank {
	all := wordsOf(header)
	has := func(set *vocabulary) bool { return slices.ContainsFunc(all, func(w string) bool { return set.has(w) }) }
	isMobile := has(mobileWords) || slices.ContainsFunc(all, func(w string) bool {
		return strings.HasPrefix(w, "mobil") || strings.HasPrefix(w, "mobiel") || strings.HasPrefix(w, "cellul")
	})
	isPhone := has(phoneWords) || len(all) == 1 && numberHeaders.has(all[0])
	if len(all) == 1 && !isMobile {
		isPhone = isPhone || strings.HasSuffix(all[0], "phone")
	}
	switch {
	case has(neverWords) || !isMobile && !isPhone:
		return noPhone
	case has(lastWords):
		return lastResort
	case isMobile:
		return mobile
	case has(workWords):
		return workPhone
	case has(homeWords):
		return homePhone
	case has(otherWords) && !strings.HasSuffix(Fold(header), " value"):
		return otherPhone
	}
	return plainPhone
}

// rankOfLabel is how well a telephone serves that a cell beside it calls so, or a vCard.
func rankOfLabel(label string) rank {
	if blank.All(label) {
		return plainPhone
	}
	if r := rankOf(label + " phone"); r != plainPhone {
		return r
	}
	if slices.Contains([]string{"", "voice", "phone", "primary"}, strings.Trim(Fold(label), "* ")) {
		return plainPhone
	}
	return otherPhone
}

// Headers of names, as [Fold] has their words.
var (
	fullNames = &vocabulary{list: `name; full name; fullname; display name; displayname; contact name; contact; nombre completo; nom complet;
		nome completo; nom; nombre; nome; naam; namn; navn; member name; customer name; client name; patient name; student name;
		guest name; recipient name; person; name surname; voller name`, phrases: true}
	firstNames = &vocabulary{list: `first; first name; firstname; fname; given; given name; givenname; forename; prenom; vorname; voornaam;
		fornamn; fornavn; nombre de pila; primer nombre; primeiro nome`, phrases: true}
	middleNames = &vocabulary{list: `middle; middle name; middlename; additional name; second name`, phrases: true}
	lastNames   = &vocabulary{list: `last; last name; lastname; lname; surname; family; family name; familyname; nachname; nom de famille;
		apellido; apellidos; cognome; sobrenome; achternaam; efternamn; etternavn; efternavn`, phrases: true}
	// Headers of first names beside which a name is a surname, and those that are first
	// names beside surnames.
	besideSurnames = &vocabulary{list: `prenom; vorname; voornaam; fornamn; fornavn`, phrases: true}
	firstAlone     = &vocabulary{list: `nombre; nome`, phrases: true}
	zoneHeaders    = &vocabulary{list: `zone; timezone; time zone; tz; tzid; zeitzone; fuseau horaire; zona horaria`, phrases: true}
	groupHeaders   = &vocabulary{list: `group; groups; label; labels; group membership; categories; category; tags; tag; gruppe; groupe; grupo`, phrases: true}
)

// isHeader reports whether a header, in words, is one of a set.
func isHeader(header string, set *vocabulary) bool {
	return set.has(strings.Join(wordsOf(header), " "))
}
