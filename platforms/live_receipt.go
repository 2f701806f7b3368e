package platforms

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// together begins the line of a receipt that has the checksum of a stretch, in the place of a
// file's checksum.
const together = "together"

// note keeps what the archive brought.
func (u *unpacker) note(below, sum string) {
	u.sums[below] = sum
	u.receipt = append(u.receipt, sum+"  "+below)
	if u.stretch != nil && u.stretch.files == perStretch {
		u.receipt = append(u.receipt, u.stretch.end())
	}
}

// writeReceipt writes the files down as they came where stretches have checksums, and by their
// paths elsewhere, as scripts do.
func (u *unpacker) writeReceipt(a Archive) error {
	switch {
	case u.stretch == nil:
		slices.SortFunc(u.receipt, func(a, b string) int { return strings.Compare(pathIn(a), pathIn(b)) })
	case u.stretch.files > 0:
		u.receipt = append(u.receipt, u.stretch.end())
	}
	text := strings.Join(append([]string{a.SHA256}, u.receipt...), "\n") + "\n"
	return os.WriteFile(filepath.Join(u.root, u.top, Receipt), []byte(text), 0o644)
}

// pathIn is the path in a line of a receipt.
func pathIn(line string) string {
	_, below, _ := strings.Cut(line, "  ")
	return below
}

// Unpacked says what stands at dir, see [Changer].
func (c *LiveChanger) Unpacked(dir string, a Archive) (Presence, error) {
	dir, err := c.expand(dir)
	if err != nil {
		return 0, err
	}
	now, err := lookAt(dir)
	if err != nil || now.Kind == "" {
		return NothingThere, err
	}
	lines, err := readReceipt(dir)
	if err != nil || len(lines) == 0 || lines[0] != a.SHA256 {
		return OtherThere, nil //nolint:nilerr // without a receipt it is not ours
	}
	return ArchiveThere, nil
}

func readReceipt(dir string) ([]string, error) {
	text, err := os.ReadFile(filepath.Join(dir, Receipt))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"), nil
}

// RemoveUnpacked takes away what Unpack brought, see [Changer]. Where nothing of somebody
// else's is in it the directory goes in one step.
func (c *LiveChanger) RemoveUnpacked(dir string, _ Archive) error {
	dir, err := c.expand(dir)
	if err != nil {
		return err
	}
	ours, left, err := sortOut(dir)
	if err != nil {
		return fmt.Errorf("take %s away: %w", dir, err)
	}
	if len(left) == 0 {
		away := c.temporary(dir)
		if err := os.Rename(dir, away); err != nil {
			return fmt.Errorf("take %s away: %w", dir, err)
		}
		return errors.Join(syncDir(filepath.Dir(dir)), removeTree(away))
	}
	for _, at := range slices.Backward(ours) {
		// A directory in which something stays does not go.
		if err := os.Remove(at); err != nil && !errors.Is(err, fs.ErrExist) && !isNotEmpty(err) {
			return fmt.Errorf("take %s away: %w", at, err)
		}
	}
	return &LeftError{dir, left}
}

// sortOut tells what Unpack brought to dir, directories before what is in them, from what
// was added or changed since.
func sortOut(dir string) (ours, left []string, err error) {
	lines, err := readReceipt(dir)
	if err != nil {
		return nil, nil, err
	}
	sums := map[string]string{}
	for _, line := range lines[1:] {
		if sum, below, ok := strings.Cut(line, "  "); ok {
			sums[below] = sum
		}
	}
	err = filepath.WalkDir(dir, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(dir, at)
		below = filepath.ToSlash(below)
		if d.IsDir() || below == Receipt || sums[below] != "" && sums[below] == sumOf(at, d) {
			ours = append(ours, at)
		} else {
			left = append(left, below)
		}
		return err
	})
	return ours, left, err
}

// sumOf is what a receipt says of a file or link; "" where it cannot be read.
func sumOf(at string, d fs.DirEntry) string {
	if d.Type() == fs.ModeSymlink {
		target, _ := os.Readlink(at)
		return "link:" + target
	}
	f, err := os.Open(at)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return ""
	}
	return sumText(sum)
}

// removeTree takes away a directory that an interrupted Unpack left.
func removeTree(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove %s: %w", dir, err)
	}
	return nil
}
