package fixers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"devdoctor/platforms"
)

// A present is a file as a plan finds it.
type present struct {
	path  string
	there bool
	text  string
}

func readPresent(ctx context.Context, h *platforms.Host, path string) (present, error) {
	path = h.Join(path)
	text, err := h.ReadFile(ctx, path)
	switch {
	case errors.Is(err, platforms.ErrNotFound):
		return present{path: atHome(h, path)}, nil
	case err != nil:
		return present{}, fmt.Errorf("read %s: %w", path, err)
	}
	return present{atHome(h, path), true, text}, nil
}

// atHome is a path as steps name it: with ~/ where it lies in the home directory, so
// that it holds no name of an account.
func atHome(h *platforms.Host, path string) string {
	if h.Home == "" || !h.Under(path, h.Home) || h.SamePath(path, h.Home) {
		return path
	}
	return "~/" + strings.ReplaceAll(strings.TrimLeft(path[len(strings.TrimRight(h.Home, `/\`)):], `/\`), `\`, "/")
}

// become is the steps that make the file read text: an edit, or the file and the
// directories above it where there is none.
func (f present) become(ctx context.Context, h *platforms.Host, text string, mode uint32, v Verified, says string) ([]Step, error) {
	if f.there {
		e := NewEdit(f.path, f.text, text)
		if e == nil {
			return nil, nil
		}
		return []Step{{Says: says, Verified: v, Edit: e}}, nil
	}
	steps, err := parents(ctx, h, f.path, v)
	if err != nil {
		return nil, err
	}
	return append(steps, Step{Says: says, Verified: v, Path: &Path{
		Path: f.path, After: newFile(h, text, mode),
	}}), nil
}

// newFile is a file of ours. Windows keeps access lists in place of modes.
func newFile(h *platforms.Host, text string, mode uint32) platforms.Entry {
	return platforms.Entry{Kind: platforms.KindFile, Mode: onUnix(h, mode), Text: platforms.Text(text)}
}

func onUnix(h *platforms.Host, mode uint32) uint32 {
	if h.OS == platforms.Windows {
		return 0
	}
	return mode
}

// parents is the steps that make the directories above a path of the home directory
// that are missing.
func parents(ctx context.Context, h *platforms.Host, path string, v Verified) ([]Step, error) {
	var steps []Step
	for dir := h.DirName(h.Join(path)); h.Under(dir, h.Home) && !h.SamePath(dir, h.Home); dir = h.DirName(dir) {
		there, err := h.Exists(ctx, dir)
		if err != nil {
			return nil, fmt.Errorf("look at %s: %w", dir, err)
		}
		if there {
			break
		}
		steps = append([]Step{{Says: "Make the folder " + atHome(h, dir) + ".", Verified: v, Path: &Path{
			Path: atHome(h, dir), After: platforms.Entry{Kind: platforms.KindDir, Mode: onUnix(h, 0o755)},
		}}}, steps...)
	}
	return steps, nil
}

// triedOn is how far a recipe was tried that ran on the given systems.
func triedOn(h *platforms.Host, systems ...platforms.OS) Verified {
	if slices.Contains(systems, h.OS) {
		return ByRunning
	}
	return Documented
}

// lineEnd is how the lines of a text end.
func lineEnd(text string) string {
	if strings.Contains(text, "\r\n") {
		return "\r\n"
	}
	return "\n"
}

// withLine is text with a line more at its end.
func withLine(text, line string) string {
	end := lineEnd(text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += end
	}
	return text + line + end
}
