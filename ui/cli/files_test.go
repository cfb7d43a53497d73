package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// turned is the segment of a JPEG that says that it lies on its side, and where it was
// taken.
const turned = "\xff\xe1\x00\x48" + "Exif\x00\x00" + "II*\x00\x08\x00\x00\x00" +
	"\x02\x00" + "\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00" + "\x25\x88\x04\x00\x01\x00\x00\x00\x26\x00\x00\x00" + "\x00\x00\x00\x00" +
	"\x02\x00" + "\x02\x00\x05\x00\x03\x00\x00\x00\x00\x00\x00\x00" + "\x04\x00\x05\x00\x03\x00\x00\x00\x00\x00\x00\x00"

// photograph is a JPEG of that kind.
func photograph(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		x, y := i/4%w, i/4/w
		m.Pix[i] = byte(x/4+y/5) ^ byte(i*i%7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return append([]byte(b.String()[:2]+turned), b.Bytes()[2:]...)
}

// file writes one of somebody's.
func (w *world) file(name string, content []byte) string {
	w.t.Helper()
	path := filepath.Join(w.home, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// fetched is a file as Bandwidth has it.
func fetched(t *testing.T, url string) (content []byte, kind string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(clitest.User, clitest.Password)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	content, err = io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	return content, resp.Header.Get("Content-Type")
}

// sent is a message as the API got it.
func sent(t *testing.T, api *clitest.API, i int) (m messaging.Message) {
	t.Helper()
	all := api.Sent()
	if len(all) <= i {
		t.Fatalf("%d messages were sent, want more than %d", len(all), i)
	}
	if err := json.Unmarshal([]byte(all[i]), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// A picture is uploaded as phones can show it, and says nothing of where it was taken; the
// same one has the same address, by which the guard against sending twice knows it.
func TestSendAFileOfThisMachine(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w, api := clinic(t)
	content := photograph(t, 400, 300)
	path := w.file("My photo.jpeg", content)
	args := []string{"send", "--to", "+12345678902", "--text", "look", "--media", path}
	dry := w.run("", append(args, "--dry-run")...)
	dry.want(t, say.ExitOK, "/My photo", "300×400 ", " → 300×400 ", ", turned upright, location removed", "MMS with 1 file")
	if strings.Contains(dry.err, "loopback") || strings.Contains(dry.err, "uploading") {
		t.Errorf("dry run: %s", dry.err)
	}
	w.run("", args...).want(t, say.ExitOK, "uploading ", "accepted")
	var asked messaging.Message
	dry.decode(t, &asked)
	m := sent(t, api, 0)
	if len(m.Media) != 1 || asked.Media[0] != m.Media[0] {
		t.Fatalf("the dry run has %q, and %q was sent", asked.Media, m.Media)
	}
	if !regexp.MustCompile(`^` + regexp.QuoteMeta(api.Base) + `/users/9900000/media/[0-9a-f]{32}/My-photo\.jpg$`).MatchString(m.Media[0]) {
		t.Errorf("its address is %s", m.Media[0])
	}
	stored, kind := fetched(t, m.Media[0])
	hash := sha256.Sum256(stored)
	picture, err := jpeg.Decode(bytes.NewReader(stored))
	if err != nil || kind != "image/jpeg" || picture.Bounds().Dx() != 300 || bytes.Contains(stored, []byte("Exif")) {
		t.Errorf("stored is %s, %v, %v", kind, picture.Bounds(), err)
	}
	if !strings.Contains(m.Media[0], hex.EncodeToString(hash[:16])) {
		t.Errorf("the address %s is not by the content", m.Media[0])
	}
	shown := w.run("", "show", "1", "--json")
	var row struct {
		Files []struct {
			URL, Path, SHA256 string
			Bytes             int
		}
	}
	if shown.decode(t, &row); len(row.Files) != 1 || row.Files[0].URL != m.Media[0] || row.Files[0].Path != path || row.Files[0].Bytes != len(stored) || row.Files[0].SHA256 != hex.EncodeToString(hash[:]) {
		t.Errorf("its row has the files %+v", row.Files)
	}
	if page := w.run("", "show", "1").out; !strings.Contains(page, "My photo.jpeg, ") || !strings.Contains(page, "SHA-256 "+hex.EncodeToString(hash[:])) {
		t.Errorf("the page says nothing of its file: %s", page)
	}
	again := w.file("copy.jpg", content)
	if err := os.Rename(again, path); err != nil {
		t.Fatal(err)
	}
	w.run("", args...).want(t, say.ExitUsage, "duplicate: somebody got this text already")

	w.run("", append(args, "--media-as-is", "--media", "https://example.org/b.png")...).want(t, say.ExitOK, "300×400 ", "warning: ", "tells where it was taken")
	m = sent(t, api, 1)
	if stored, _ := fetched(t, m.Media[0]); !bytes.Equal(stored, content) || m.Media[1] != "https://example.org/b.png" {
		t.Errorf("as it is, %d bytes became %d; media %q", len(content), len(stored), m.Media)
	}
}

func TestFilesTogetherFit(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w, api := clinic(t)
	w.configure(strings.Replace(w.profiles(), "[profiles.main]\n", "[profiles.main]\nmedia_budget = 80\n", 1))
	large, other := photograph(t, 900, 600), photograph(t, 700, 600)
	if len(large)+len(other) < 100_000 {
		t.Fatal("they fit as they are")
	}
	one, two := w.file("1.jpg", large), w.file("2.jpg", other)
	w.run("", "send", "--to", "+12345678902", "--media", one, "--media", two).want(t, say.ExitOK, "accepted")
	sum := 0
	for _, url := range sent(t, api, 0).Media {
		stored, _ := fetched(t, url)
		sum += len(stored)
	}
	if sum > 80_000 || sum < 40_000 {
		t.Errorf("together they have %d bytes, want nearly 80,000", sum)
	}
}

// What cannot be sent is named, with what to do; then nothing is uploaded nor sent.
func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	w, api := clinic(t)
	var moving bytes.Buffer
	g := &gif.GIF{}
	for range 2 {
		g.Image, g.Delay = append(g.Image, image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Black, color.White})), append(g.Delay, 1)
	}
	if err := gif.EncodeAll(&moving, g); err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	huge := bomb.Bytes() // in its own words
	binary.BigEndian.PutUint32(huge[16:], 8001)
	binary.BigEndian.PutUint32(huge[20:], 8000)
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	good := w.file("good.jpg", photograph(t, 40, 30))
	for name, want := range map[string]string{
		w.file("a.heic", []byte("\x00\x00\x00\x18ftypheic")):   "a.heic: is a HEIC picture, which many phones do not show; convert it: heif-convert " + filepath.Join(w.home, "a.heic") + " " + filepath.Join(w.home, "a.jpg"),
		w.file("b b.webp", []byte("RIFF\x00\x00\x00\x00WEBP")): "b b.webp: is a WebP picture, which many phones do not show; convert it: dwebp FILE -o FILE.png",
		w.file("cut.jpg", photograph(t, 40, 30)[:300]):         "cut.jpg: is a damaged picture: it cannot be read to its end",
		w.file("bomb.png", huge):                               "bomb.png: has 8001×8000 pixels, more than the 50 million that telex unpacks; make it smaller first",
		w.file("empty.jpg", nil):                               "empty.jpg: is empty",
		w.file("notes.txt", []byte("hello")):                   "notes.txt: is not a kind of file that phones show",
		filepath.Join(w.home, "missing.png"):                   "missing.png: there is no such file; an address begins with https://",
		w.home:                                                 "cannot be read: is a directory",
		w.file("film.mp4", append([]byte("\x00\x00\x00\x18ftypmp42"), make([]byte, messaging.MaxMediaBytes)...)): "film.mp4: has 3500012 bytes, but a file may have 3500000 at most",
	} {
		got := w.run("", "send", "--to", "+12345678902", "--media", good, "--media", name)
		got.want(t, say.ExitUsage, want, "nothing was sent")
		if strings.Contains(got.err, "uploading") || strings.Contains(got.err, "--media "+good+":") {
			t.Errorf("%s: %s", name, got.err)
		}
	}
	if len(api.Sent()) > 0 {
		t.Errorf("%q were sent", api.Sent())
	}
	w.run("", "send", "--to", "+12345678902", "--text", "x", "--media-as-is").want(t, say.ExitUsage, "--media-as-is is about files of yours, and --media names none")
	w.run("", "send", "--to", "+12345678902", "--media", w.file("m.gif", moving.Bytes())).want(t, say.ExitOK, "m.gif\": 9×9 ", "accepted")
	newWorld(t).run("", "send", "--dry-run", "--from", "+12345678901", "--application-id", "x", "--to", "+12345678902", "--media", good).
		want(t, say.ExitUsage, "to upload it, set BW_ACCOUNT_ID")
	w.run("", "send", "--sandbox", "--to", "+12345678902", "--media", good).want(t, say.ExitOK, "uploading ", "accepted")
}

// If a file cannot be uploaded nothing is sent, and it is certain.
func TestUploadFails(t *testing.T) {
	t.Parallel()
	w, api := clinic(t)
	good := w.file("good.jpg", photograph(t, 40, 30))
	for status, code := range map[int]say.Code{http.StatusBadRequest: say.ExitRejected, http.StatusInternalServerError: say.ExitUnsent, http.StatusUnauthorized: say.ExitRefused} {
		api.RefuseUploads(status)
		limit := "1m"
		if status == http.StatusInternalServerError { // which is tried again until then
			limit = "200ms"
		}
		got := w.run("", "send", "--to", "+12345678902", "--media", good, "--json", "--timeout", limit)
		got.want(t, code, "nothing was sent: ", "good.jpg\" could not be uploaded: ")
		var ending say.Ending
		got.decode(t, &ending)
		if ending.Outcome != "unsent" || ending.ExitCode != code || len(api.Sent()) > 0 {
			t.Errorf("%d: %+v, and %d were sent", status, ending, len(api.Sent()))
		}
	}
	if got := w.run("", "history"); got.out != "" {
		t.Errorf("recorded: %s", got.out)
	}
}

// What was uploaded with a message of the past is no longer there to be sent once more.
func TestResendOfAFileThatIsGone(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	w, _ := clinic(t)
	w.run("", "send", "--to", "+12345678902", "--media", w.file("a.jpg", photograph(t, 40, 30))).want(t, say.ExitOK)
	again := []string{"send", "--resend-of", "1", "--dry-run"}
	if got := w.run("", again...); strings.Contains(got.err, "no longer at Bandwidth") {
		t.Errorf("it is there still: %s", got.err)
	}
	w.now = func() time.Time { return time.Now().Add(49 * time.Hour) }
	w.run("", again...).want(t, say.ExitOK, "warning: the files of message 1 are no longer at Bandwidth, which keeps them for 48 hours: add them again")
	if got := w.run("", append(again, "--media", "https://example.org/a.png")...); strings.Contains(got.err, "no longer at Bandwidth") {
		t.Errorf("others go out: %s", got.err)
	}
}
