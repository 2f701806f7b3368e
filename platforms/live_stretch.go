package platforms

import (
	"crypto/sha256"
	"hash"
	"io"
)

// perStretch is how many files of an archive have one checksum together. A command file of
// Windows starts a program for each checksum, and with one for each file of Node.js that takes
// minutes. Where a stretch was changed since, it looks at the files of this stretch only.
const perStretch = 100

// A stretch is files of an archive that come one behind the other. Its checksum is of each
// file's path, the end of a line as Windows writes it, and what is in the file.
type stretch struct {
	sum   hash.Hash
	files int
}

func newStretch() *stretch { return &stretch{sum: sha256.New()} }

func (s *stretch) Write(b []byte) (int, error) { return s.sum.Write(b) }

// begin goes on with the next file.
func (s *stretch) begin(below string) {
	s.files++
	_, _ = io.WriteString(s.sum, below+"\r\n") // a hash cannot fail
}

// end is the line of a receipt behind the files of a stretch.
func (s *stretch) end() string {
	line := together + "  " + sumText(s.sum)
	*s = *newStretch()
	return line
}
