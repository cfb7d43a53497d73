package doctor

import "testing"

func TestBytesOf(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 bytes", 1023: "1023 bytes", 1024: "1.0 KiB", 1536 << 20: "1.5 GiB"} {
		if got := bytesOf(n); got != want {
			t.Errorf("bytesOf(%d): got %s, want %s", n, got, want)
		}
	}
}
