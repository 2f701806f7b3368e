//go:build unix

package platforms

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// A mirror that hangs is given up on, wherever it does, with one error and nothing left. One that is
// slow is waited for, as long as something comes.
func TestUnpackFromAServerThatHangs(t *testing.T) {
	data := packTar(t, packed{name: "node/bin/node", text: "program"})
	slowly := func(w http.ResponseWriter, pause time.Duration, n int) {
		for i := range n {
			_, _ = w.Write(data[i*len(data)/n : (i+1)*len(data)/n])
			_ = http.NewResponseController(w).Flush()
			time.Sleep(pause)
		}
	}
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		want   string // "" is whole
	}{
		"before its header": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "nothing came for 500ms"},
		"behind its header": {func(w http.ResponseWriter, r *http.Request) {
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "nothing came for 500ms"},
		"in the middle": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write(data[:len(data)/2])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, "nothing came for 500ms"},
		"never, but it is slow": {func(w http.ResponseWriter, _ *http.Request) { slowly(w, 60*time.Millisecond, 12) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewTLSServer(http.HandlerFunc(c.answer))
			t.Cleanup(server.Close)
			changer, home := newChanger(t)
			changer.net, changer.bounds.patience = server.Client().Transport, 500*time.Millisecond
			sum := sha256.Sum256(data)
			begin := time.Now()
			err := changer.Unpack(t.Context(), Archive{URL: server.URL + "/node.tar.gz", SHA256: hex.EncodeToString(sum[:]), Top: "node"}, "~/node")
			if took := time.Since(begin); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
			if c.want != "" {
				leavesNothing(t, err, c.want, home)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}
