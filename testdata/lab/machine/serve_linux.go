package machine

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// servers are what a machine finds on its loopback interface. They read directories of
// the host, opened before the machine's own root directory took its place.
type servers struct {
	mirror, registry *os.Root
}

func (s setup) openServers() (servers, error) {
	var out servers
	var err error
	if s.Mirror != "" {
		if out.mirror, err = os.OpenRoot(s.Mirror); err != nil {
			return out, fmt.Errorf("open the mirror: %w", err)
		}
	}
	if s.Registry != "" {
		if out.registry, err = os.OpenRoot(s.Registry); err != nil {
			return out, fmt.Errorf("open the registry: %w", err)
		}
	}
	return out, nil
}

func (s servers) listen() error {
	var err error
	if s.mirror != nil {
		err = serve("127.0.0.1:80", http.FileServerFS(s.mirror.FS()))
	}
	if s.registry != nil {
		err = errors.Join(err, serve(registryAddress, registry(s.registry.FS())))
	}
	return err
}

func serve(address string, h http.Handler) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(l) }() // until the machine ends
	return nil
}

// registry answers what `npm install NAME` asks: GET /NAME and GET /-/FILE.
func registry(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		if archive, ok := strings.CutPrefix(name, "-/"); ok {
			http.ServeFileFS(w, r, files, archive)
			return
		}
		if r.Method != http.MethodGet || strings.Contains(name, "/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		http.ServeFileFS(w, r, files, name+".json")
	})
}
