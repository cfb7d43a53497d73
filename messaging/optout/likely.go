package optout

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// isLikely reports whether a text may be meant to opt out. Core are its words without
// thanks.
func isLikely(text string, words, core []string) bool {
	words, core = words[:min(len(words), mostWords)], core[:min(len(core), mostWords)]
	whole := strings.Join(core, " ")
	return misspelt().has(whole) || out.has(single(whole)) && len(core) == 1 || hinted(words) && (wishes(words, core) || stands(text))
}

// wishes reports whether a text has one of the wishes.
func wishes(words, core []string) bool {
	whole := strings.Join(core, " ")
	return wholly().MatchString(whole) || within().MatchString(strings.Join(words, " ")) || endless().MatchString(whole)
}

// hinted reports whether there can be a wish in a text at all, which is found out in a
// fraction of the time that it takes to look for one.
func hinted(words []string) bool {
	apart := 0 // letters in a row that stand apart: "S T O P"
	for _, w := range words {
		if apart++; len(w) > 1 {
			apart = 0
		}
		if apart == len("stop") {
			return true
		}
		// To a regular expression a word may begin behind a letter of another alphabet.
		if strings.ContainsFunc(w, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return true
		}
		for _, h := range hints() {
			if strings.HasPrefix(w, h) {
				return true
			}
		}
	}
	return false
}

// hints begin a word of each wish.
var hints = sync.OnceValue(func() []string {
	return strings.Fields(`stop quit ceas off list group database chat thread text txt messag msg sms mms alert notif remind update spam promo offer
		system contact record number name phone cell digits info details remov delet wrong right bother send unsub opt consent revok withdraw subscri sign
		report block harass leave fuck piss end cancel disab halt discont interest more enough away lost out
		escrib mand envi molest baja quite saque borre elimine numero mensaje deje suscri desuscri quiero deseo basta pare para mas
		ecri mecri envo menvo denvo recevoir mrecevoir arret cess desab desin retir enlev supprim effac laiss plus suffit mcontacter mtexter menvie menvi`)
})

// misspelt are slips of the finger that are no words.
var misspelt = sync.OnceValue(func() set { return strings.Fields(slips) })

//nolint:misspell // that is what they are
const slips = `stp sotp stpo tsop stob stio stol srop syop dtop stip sstop stoo stiop stopl stopo unsub qiut cancle
	unsubcribe unsuscribe unsubsribe unsubscibe unsubsrcibe unsubscrib`

// single is s with letters that are said several times over said once: "stooop".
func single(s string) string {
	var b strings.Builder
	var last rune
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// stands reports whether the first or the last sentence, or part of one, is a keyword that
// has no other meaning by itself.
func stands(text string) bool {
	parts := strings.FieldsFunc(plain(cut(text)), func(r rune) bool { return strings.ContainsRune(".?!,;:\n-–—", r) })
	parts = slices.DeleteFunc(parts, func(p string) bool { return len(wordsOf(p)) == 0 })
	if len(parts) < 2 {
		return false
	}
	for _, p := range []string{parts[0], parts[len(parts)-1]} {
		if w := once(polite.trim(wordsOf(p))); alone.has(w) {
			return true
		}
	}
	return false
}

var alone = set{"stop", "stop all", "stopall", "unsubscribe", "opt out", "optout", "stop2end", "desabonner", "basta"}

// What is written: what people text, and what they do.
const (
	texts   = `(texts?|txts?|texting|messages?|messaging|msgs?|sms|mms|alerts?|notifications?|reminders?|updates?|spam|promos?|promotions|offers|subscription)`
	texting = `(texting|txting|messaging|msging|contacting|spamming|bothering|harassing|sending (me|us|these|this|those|texts?|messages?|sms|stuff|anything|any))`
	these   = `(all|the|these|those|this|your|any|my|such|of|more|me|us|further|future)`
	list    = `(list|lists|group|database|chat|thread|texts|messages|system|contacts|records)`
	mine    = `(my|this|our) (name|number|phone|cell|digits|contact|info|details)`
)

// within are the wishes that are found anywhere in a text.
var within = sync.OnceValue(func() *regexp.Regexp {
	return anyOf(`\b(`, `)\b`,
		// English.
		`(stop|quit|cease)( `+these+`| with| your)* (`+texting+`|`+texts+`)`,
		`stop (getting|receiving) `+these+`* ?`+texts,
		`(take|get) (me|us) off`, `(take|get) (me|us) (from|out of) `+these+` (\w+ )?`+list, `(take|get) `+mine+` (off|out)`,
		`(remove|delete) (me|us)`, `remove from `+these+`? ?`+list, `(lose|forget|delete|erase|remove) `+mine,
		`wrong (number|person|phone)`, `not the right (number|person)`, `number is wrong`,
		`(dont|do not|never|no longer|not to)( ever| please)? (text|txt|message|msg|contact|bother|spam) (me|us|this number|this phone|here|again|anymore|any more|my phone|my number)`,
		`(dont|do not|never|no longer)( ever| please)? (call or text|text or call)`,
		`(dont|do not|never) send( me| us)? (any ?more|any|anything|these|those|texts?|messages?)`,
		`(dont|do not|no longer|never) (want|wish|need|like|care)( to| for)?( get| receive| have| be| see)*( `+these+`)* (`+texts+`|contacted|texted|messaged|on (this|your|the) list)`,
		`unsubscrib(e|ed|ing)`, `opt(ed|ing)?( me| us)? out`, `optout`,
		`no more( of)?( these| those| your)* `+texts, `(cancel|discontinue|turn off|end|disable|halt)( `+these+`)* (text )?`+texts,
		`(revoke|withdraw)( my| our)? consent`, `(didnt|did not|never) (sign up|signed up|subscribe|subscribed|consent|consented|opt in|opted in)`,
		`(report|reporting|reported) (you|this number)`, `report\w*( \w+)? (as|for) (spam|junk|harassment)`, `(block|blocking|blocked) (you|this number)`, `this is (spam|harassment)`,
		`leave (me|us) alone`, `stop (bothering|harassing)`, `fuck off`, `piss off`,
		`(reply|text|send|say|said|saying|wrote|typed|texted) (stop|unsubscribe|stopall)`,
		`who (is|s|are|r) (this|you|u)\b.* stop`, `stop\b.* who (is|s|are|r) (this|you|u)`,
		// Spanish.
		`(deje|dejen|deja|paren|pare|para) de (escribir|mandar|enviar|molestar|contactar|textear)(me|nos)?`, `(dar|darme|denme|deme|darse|darnos)( me)? de baja`,
		`(quiten|quite|saquen|saque|borren|borre|eliminen|elimine)me`, `(borren|borre|eliminen|elimine|quiten|quite) mi (numero|nombre)`,
		`numero equivocado`, `no mas (mensajes|textos|sms)`, `dejenme en paz`, `dejeme en paz`, `cancelar (la )?(suscripcion|mensajes)`, `desuscrib\w+`,
		`no me (moleste|molesten|contacte|contacten)`,
		// French.
		`ne (plus|pas|jamais) (me )?m?(ecrire|contacter|envoyer|recevoir|texter)`, `ne (mecrivez|menvoyez|me contactez|me textez|mecris|menvoie) (plus|pas|jamais)`,
		`(cesse|cessez|arrete|arretez|arreter)( de| les| vos| ces| d)* ?(m?envoyer|denvoyer|mecrire|envois|messages|sms|textos|me contacter|me texter)`,
		`des(abonner|abonnez|abonne|inscrire|inscrivez|inscription)`, `(retirez|enlevez|supprimez) moi`, `(retirez|enlevez|supprimez|effacez|supprimer|retirer) mon (nom|numero)`,
		`(mauvais|faux) numero`, `laissez moi tranquille`,
	)
})

// endless are wishes only if nothing follows that they could be about.
var endless = sync.OnceValue(func() *regexp.Regexp {
	return anyOf(`\b(`, `)$`,
		`(dont|do not|never)( ever)? (text|txt|message|msg|contact)( me| us)?`,
		`how (do|can|could|would) (i|we|you)( get| make)?( these| this| them| it)?( to)? (stop|end|cancel|quit)( getting| receiving)?( these| this| those| them| it)?`,
		`no me (mande|manden|mandes|escriba|escriban|escribas|envie|envien|envies|textee|texteen)( ya| mas| nada| nunca| mensajes| textos| sms)*`,
		`no (quiero|deseo)( ya| mas)*( recibir)?( ya| mas| estos| sus| nada| mensajes| textos| sms)+`,
		`ya no (quiero|me manden|me escriban|me envien)( mas| mensajes| nada| esto| estos)*`,
	)
})

// wholly are wishes only as the whole text.
var wholly = sync.OnceValue(func() *regexp.Regexp {
	return anyOf(`^(`, `)$`,
		`((please|just|ok|okay|so|and|hey|hi|hello|no|yes|you|can|will|just|omg) )*(stop|quit|enough|unsubscribe) (it|this|that|these|those|them|now|already|immediately|today|everything|right now|asap|forever|me|all of (it|this|these)|all this|sms|stop|please now|doing this|doing that)( now| already| please)*`,
		`(im |i am |sorry |no |were |we are )*not interested( anymore| any more| in (this|these|it))?( sorry)?`,
		`no more`, `enough`, `enough already`, `spam`, `go away`, `get lost`, `f off`, `i (quit|cancel|revoke|stop)`, `i (want|would like|wish) (to stop|out|you to stop|this to stop)`,
		`(stop|end|cancel|quit|remove|unsubscribe|revoke) (all|me|everything|service|now)`, `(no|nope|ok|okay|hi|hello|hey|just|um|uh|please) (stop|unsubscribe|cancel|quit)`, `make it stop`,
		`basta`, `paren`, `pare`, `basta ya`, `ya basta`, `no mas ya`, `arretez`, `arreter`, `arrete`, `stoppez`, `plus de (messages|sms|textos)`, `ca suffit`,
	)
})

// anyOf compiles patterns as one.
func anyOf(before, after string, patterns ...string) *regexp.Regexp {
	return regexp.MustCompile(before + strings.Join(patterns, "|") + after)
}
