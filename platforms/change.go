package platforms

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// An EntryKind says what stands at a path.
type EntryKind string

// The kinds of what a change puts somewhere or takes away. The empty kind is
// nothing at all; what is none of these, such as a socket, cannot be changed.
const (
	KindFile EntryKind = "file"
	KindDir  EntryKind = "dir"
	KindLink EntryKind = "link" // a symbolic one
)

// An Entry is what stands at a path. The zero value is nothing.
type Entry struct {
	Kind   EntryKind `json:"kind,omitempty"`
	Mode   uint32    `json:"mode,omitempty"`   // permission bits of a file or directory; 0 on Windows
	Text   Text      `json:"text,omitempty"`   // of a file, whole
	Target string    `json:"target,omitempty"` // of a link, as it is written
}

// Text is the bytes of a file. In JSON it is a string where it is UTF-8, else an
// object {"base64": "..."}, so that it comes back as it was.
type Text string

type encodedText struct {
	Base64 string `json:"base64"`
}

// MarshalJSON writes t as Text describes.
func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(encodedText{base64.StdEncoding.EncodeToString([]byte(t))})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = Text(s)
		return nil
	}
	var e encodedText
	if err := json.Unmarshal(data, &e); err != nil {
		return fmt.Errorf("read a text: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(e.Base64)
	if err != nil {
		return fmt.Errorf("read a text: %w", err)
	}
	*t = Text(raw)
	return nil
}

// ErrChanged says that something else stands where a change wants to begin: somebody
// was there in the meantime.
var ErrChanged = errors.New("it was changed in the meantime")

// A Changer changes a machine. Only a plan that somebody agreed to is given one.
//
// Paths are absolute, or begin with ~/ for the home directory.
type Changer interface {
	// Look reads what stands at path. A link at the end of it is not followed.
	// ErrNotPermitted says that it may not be known.
	Look(path string) (Entry, error)

	// Follow is where path leads when the links at its end are followed. A link that
	// leads nowhere is ErrNotFound.
	Follow(path string) (string, error)

	// Put makes after stand at path, where before has to stand: in one step, so that a
	// crash leaves the one or the other. A directory that holds something stays, and
	// that is no error. It fails with ErrChanged where neither before nor after stands
	// there.
	Put(path string, before, after Entry) error

	// Sweep takes away what an interrupted Put left beside path.
	Sweep(path string) error

	// Ask asks the machine as it is now.
	Ask(ctx context.Context, q Query) (Answer, error)

	// Run runs a program to its end. It reads from the learner's terminal, so that it
	// can ask for a password. started is called once it runs; when that fails, the
	// program is ended.
	Run(ctx context.Context, argv []string, started func(Child) error) (exit int, err error)

	// Unpack fetches an archive, compares its checksum and makes its one directory stand
	// at dir, where nothing may be, in one step.
	Unpack(ctx context.Context, a Archive, dir string) error

	// Unpacked says what stands at dir.
	Unpacked(dir string, a Archive) (Presence, error)

	// RemoveUnpacked takes away what Unpack put at dir. Files that somebody changed or
	// added since stay; then it fails with a *LeftError that names them.
	RemoveUnpacked(dir string, a Archive) error

	// SetUserVariable gives a variable of the Windows account another value, and tells the programs that
	// run. The zero value is no such variable. ErrChanged as with Put.
	SetUserVariable(name string, before, after RegistryValue) error
}

// A Child is a program that was started, by which it is known again after a crash.
type Child struct {
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// An Archive is a file of the network that holds one directory.
type Archive struct {
	URL    string `json:"url"` // ends in .tar.gz or .zip
	SHA256 string `json:"sha256"`
	Top    string `json:"top"` // the name of the directory in it
}

// Receipt is the file in a directory that Unpack made which says what it brought: a line
// for each file, its SHA-256 and its path, behind a line with that of the archive. One of a
// zip has a line "together" with one SHA-256 besides, behind every hundred files.
const Receipt = ".devdoctor-receipt"

// A Presence says how a directory stands to an archive.
type Presence int

// The presences.
const (
	NothingThere Presence = iota
	ArchiveThere          // what the archive holds, unpacked by Unpack
	OtherThere            // something else
)

// A LeftError says what was left in a directory because it is not ours.
type LeftError struct {
	Dir   string
	Paths []string // below Dir
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("%s stays, because %s in it was added or changed since (%d in all)", e.Dir, e.Paths[0], len(e.Paths))
}
