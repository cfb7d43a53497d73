// Package callback receives what Bandwidth posts to an application's callback addresses:
// what became of messages that were sent, and messages that come in.
//
// [Parse] reads a body into [Event]s. [Handler] is an [net/http.Handler] that does so, asks
// for credentials, and answers 2xx only after the events were received for good, because
// Bandwidth posts whatever was not answered with a 2xx again for 24 hours. The package
// knows no store and no message that was sent: what an event changes is for its receiver
// to say.
//
// Source of the rules: https://dev.bandwidth.com/docs/messaging/webhooks/
package callback
