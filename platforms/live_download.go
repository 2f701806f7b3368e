package platforms

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"
)

// bounds is what a download may be, and how long it may take.
type bounds struct {
	patience time.Duration // for the next bytes
	archive  int64         // bytes
	unpacked int64         // bytes
	entries  int
}

// usual is twice and more what Node.js 26 for Linux has: 62 MB, unpacked 230 MB (2026-11-21).
var usual = bounds{patience: 30 * time.Second, archive: 200 << 20, unpacked: 1 << 30, entries: 50_000}

// fetch downloads a, and keeps it only if its checksum is the right one.
func (c *LiveChanger) fetch(ctx context.Context, a Archive, file string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("download %s: %w", hideLogin(a.URL), err)
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(c.bounds.patience, func() { cancel(fmt.Errorf("nothing came for %s", c.bounds.patience)) })
	defer stalled.Stop()
	client := &http.Client{Transport: c.net, CheckRedirect: func(req *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errors.New("it leads from one address to the next")
		}
		return MayFetch(req.URL)
	}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
	if err != nil {
		return err
	}
	if err := MayFetch(req.URL); err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return cmp.Or(context.Cause(ctx), notReached(req.URL.Hostname(), err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server says %s", resp.Status)
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	sum := sha256.New()
	body := readerFunc(func(p []byte) (int, error) {
		stalled.Reset(c.bounds.patience)
		return resp.Body.Read(p)
	})
	n, err := io.Copy(io.MultiWriter(f, sum), io.LimitReader(body, c.bounds.archive+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return cmp.Or(context.Cause(ctx), err)
	}
	switch got := hex.EncodeToString(sum.Sum(nil)); {
	case n > c.bounds.archive:
		return fmt.Errorf("it is larger than %d MB", c.bounds.archive>>20)
	case got != a.SHA256:
		return fmt.Errorf("its checksum is %s, not %s: somebody changed it on the way, or it was cut short", got, a.SHA256)
	}
	return nil
}

// notReached is err without the address, which it repeats.
func notReached(host string, err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return fmt.Errorf("this computer does not reach %s: %w", host, err)
	}
	return err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// MayFetch refuses an address from which somebody on the way could read and exchange what
// comes.
func MayFetch(u *url.URL) error {
	if u.Scheme == "https" || plainAllowed && u.Scheme == "http" {
		return nil
	}
	return fmt.Errorf("%s is not encrypted", u.Redacted())
}

func hideLogin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "an address that is none"
	}
	u.User = nil
	return u.String()
}
