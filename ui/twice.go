package ui

// twice tells two of what one channel tells, each once for several if it is slow, and is
// closed for both when that is; nil for both where it is nil. So the system, or a database, is
// asked to tell once.
func twice(changes <-chan struct{}) (one, other <-chan struct{}) {
	if changes == nil {
		return nil, nil
	}
	tellers := [2]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}
	go func() {
		for range changes {
			for _, tell := range tellers {
				select {
				case tell <- struct{}{}:
				default: // it was told already
				}
			}
		}
		for _, tell := range tellers {
			close(tell)
		}
	}()
	return tellers[0], tellers[1]
}
