package checks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"devdoctor/platforms"
)

// A dockerTarget is the engine that the command docker would talk to, and why.
type dockerTarget struct {
	endpoint string
	context  string // its name; "default" for the system's own engine
	said     string // the variable or file that chose it; "" for the default
	variable bool   // said is a variable
}

// A dockerConfig is what is used of ~/.docker/config.json.
type dockerConfig struct {
	CurrentContext      string            `json:"currentContext"`
	CredsStore          string            `json:"credsStore"`
	CredHelpers         map[string]string `json:"credHelpers"`
	CLIPluginsExtraDirs []string          `json:"cliPluginsExtraDirs"`
}

// errBroken says that a file of Docker's is no JSON.
var errBroken = errors.New("it is no JSON")

// dockerDir is where Docker keeps the account's settings.
func dockerDir(ctx context.Context, h *platforms.Host) (string, error) {
	dir, err := h.Getenv(ctx, "DOCKER_CONFIG")
	if err == nil && dir == "" {
		dir = h.Join(h.Home, ".docker")
	}
	return dir, err
}

// readDockerConfig reads config.json; an account without one has the zero config.
// The error wraps errBroken where docker itself passes the file over.
func readDockerConfig(ctx context.Context, h *platforms.Host) (c dockerConfig, file string, err error) {
	dir, err := dockerDir(ctx, h)
	if err != nil {
		return c, "", err
	}
	file = h.Join(dir, "config.json")
	text, err := h.ReadFile(ctx, file)
	if errors.Is(err, platforms.ErrNotFound) || err == nil && strings.TrimSpace(text) == "" {
		return c, file, nil
	}
	if err != nil {
		return c, file, err
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return dockerConfig{}, file, fmt.Errorf("%w: %w", errBroken, err)
	}
	return c, file, nil
}

// targetOf is the engine that docker would talk to: DOCKER_HOST, DOCKER_CONTEXT,
// config.json, the default, in this order (docs.docker.com, 2026-11; seen with
// docker 26.1.5 in a lab run of 2026-11-21). ErrNotFound is for a context that
// nobody made.
func targetOf(ctx context.Context, h *platforms.Host) (dockerTarget, error) {
	host, err := h.Getenv(ctx, "DOCKER_HOST")
	if err != nil {
		return dockerTarget{}, err
	}
	if host != "" {
		return dockerTarget{endpoint: host, said: "DOCKER_HOST", variable: true}, nil
	}
	t := dockerTarget{said: "DOCKER_CONTEXT", variable: true}
	if t.context, err = h.Getenv(ctx, "DOCKER_CONTEXT"); err != nil {
		return t, err
	}
	if t.context == "" {
		c, file, err := readDockerConfig(ctx, h)
		if err != nil && !errors.Is(err, errBroken) { // docker goes on without a broken one
			return t, err
		}
		t = dockerTarget{context: c.CurrentContext, said: file}
	}
	if t.context == "" || t.context == "default" {
		return dockerTarget{context: "default", endpoint: defaultEndpoint(h.OS)}, nil
	}
	t.endpoint, err = contextEndpoint(ctx, h, t.context)
	return t, err
}

func defaultEndpoint(os platforms.OS) string {
	if os == platforms.Windows {
		return "npipe:////./pipe/docker_engine"
	}
	return "unix:///var/run/docker.sock"
}

// contextEndpoint is the engine of a context, which docker keeps under the hash
// of its name.
func contextEndpoint(ctx context.Context, h *platforms.Host, name string) (string, error) {
	dir, err := dockerDir(ctx, h)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(name))
	file := h.Join(dir, "contexts", "meta", hex.EncodeToString(sum[:]), "meta.json")
	text, err := h.ReadFile(ctx, file)
	if err != nil {
		return "", err
	}
	var meta struct {
		Endpoints struct {
			Docker struct{ Host string } `json:"docker"`
		}
	}
	if err := json.Unmarshal([]byte(text), &meta); err != nil {
		return "", fmt.Errorf("read %s: %w", file, err)
	}
	return meta.Endpoints.Docker.Host, nil
}

// A knownEngine is an endpoint of a product, and the context that the product
// makes for it.
type knownEngine struct {
	context, endpoint string
}

// knownEngines are where the products listen (their documentation, 2026-11-20).
func knownEngines(h *platforms.Host) []knownEngine {
	home := "unix://" + h.Home
	switch h.OS {
	case platforms.Windows:
		return []knownEngine{
			{"default", "npipe:////./pipe/docker_engine"},
			{"desktop-linux", "npipe:////./pipe/dockerDesktopLinuxEngine"},
		}
	case platforms.Darwin:
		return []knownEngine{
			{"default", "unix:///var/run/docker.sock"},
			{"desktop-linux", home + "/.docker/run/docker.sock"},
			{"colima", home + "/.colima/default/docker.sock"},
			{"orbstack", home + "/.orbstack/run/docker.sock"},
			{"rancher-desktop", home + "/.rd/docker.sock"},
		}
	}
	return []knownEngine{
		{"default", "unix:///var/run/docker.sock"},
		{"desktop-linux", home + "/.docker/desktop/docker.sock"},
		{"colima", home + "/.colima/default/docker.sock"},
	}
}

// otherEngine is an engine that answers, apart from the one at endpoint; false
// when none does.
func otherEngine(ctx context.Context, h *platforms.Host, endpoint string) (knownEngine, bool) {
	for _, e := range knownEngines(h) {
		if e.endpoint == endpoint {
			continue
		}
		if _, err := h.DockerPing(ctx, e.endpoint); err == nil || errors.Is(err, platforms.ErrAsleep) {
			return e, true
		}
	}
	return knownEngine{}, false
}
