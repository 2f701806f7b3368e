package checks

import (
	"context"
	"errors"
	"strings"

	"devdoctor/platforms"
)

// nvmDir is where nvm is installed; "" where it is not.
func nvmDir(ctx context.Context, h *platforms.Host) (string, error) {
	var dirs []string
	for _, name := range []string{"NVM_DIR", "XDG_CONFIG_HOME"} {
		dir, err := h.Getenv(ctx, name)
		if err != nil {
			return "", err
		}
		if name == "XDG_CONFIG_HOME" && dir != "" {
			dir = h.Join(dir, "nvm")
		}
		if dir != "" {
			dirs = append(dirs, dir)
		}
	}
	for _, dir := range append(dirs, h.Join("~/.nvm"), h.Join("~/.config/nvm")) {
		found, err := h.Exists(ctx, h.Join(dir, "nvm.sh"))
		if err != nil {
			return "", err
		}
		if found {
			return dir, nil
		}
	}
	return "", nil
}

// nvmDefault reports whether the version that nvm uses in new terminals is there.
// An alias is a file that holds a version, a part of one, or another alias.
func nvmDefault(ctx context.Context, h *platforms.Host, dir string) (bool, error) {
	name, found := "default", false
	for range 10 { // aliases that speak of one another
		text, err := h.ReadFile(ctx, h.Join(dir, "alias", name))
		if errors.Is(err, platforms.ErrNotFound) {
			break
		}
		if err != nil {
			return false, err
		}
		name, found = strings.TrimSpace(text), true
	}
	versions, err := h.List(ctx, h.Join(dir, "versions/node"))
	if errors.Is(err, platforms.ErrNotFound) {
		return name == "system", nil
	}
	if err != nil || !found {
		return false, err
	}
	if name == "node" || name == "stable" {
		return len(versions) > 0, nil
	}
	prefix := "v" + strings.TrimPrefix(name, "v") + "."
	for _, v := range versions {
		if strings.HasPrefix(strings.TrimRight(v, "/@")+".", prefix) {
			return true, nil
		}
	}
	return name == "system", nil
}

// prefixVariable is the problem of a variable that makes nvm switch Node.js off.
// nvm allows a prefix inside its own directory.
func prefixVariable(ctx context.Context, h *platforms.Host, dir string, found Found) (Result, error) {
	for _, name := range []string{"PREFIX", "NPM_CONFIG_PREFIX", "npm_config_prefix"} {
		value, err := h.Getenv(ctx, name)
		if err != nil {
			return Result{}, err
		}
		if value == "" || h.Under(value, dir) {
			continue
		}
		found.Name, found.Value = name, value
		return nodePrefixVariable.Fail("the variable %s keeps nvm from working", name).With(found).
			Because("It is %q. nvm wants to choose this directory itself, and switches Node.js off in every new terminal.", value), nil
	}
	return Result{}, nil
}
