// Package listen is telex listen: it receives the callbacks of the API into the outbox.
//
// A callback is answered with a 2xx only once its events are committed; what cannot be
// recorded now is refused with 503, and Bandwidth posts it again for 24 hours. Nothing
// that is printed, asked or looked up keeps a callback waiting.
package listen
