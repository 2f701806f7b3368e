package platforms

import (
	"context"
	"sync"
	"time"
)

// A directory of PATH may take slowDir. A busy computer answers late: with a load
// of 13 on two processors, directories of a local disk took more than 300 ms
// (Windows 10 under Wine, 2026-11-21). One in a network that is gone never answers.
const slowDir = time.Second

// atOnce is how many directories of PATH are looked at together.
const atOnce = 16

// A lookup is what one directory of PATH says.
type lookup struct {
	dir   string // see searchDir
	lines []string
	slow  bool // it did not answer within slowDir
}

// A search goes through the directories of PATH. It is done by a few lookers that
// take one directory after the other, because a PATH may have a thousand and is
// searched for a dozen programs: a goroutine and a timer for each cost more than
// the looking. A looker whom a directory holds up is replaced.
type search struct {
	hung *sync.Map // see [Live]
	look func(dir string) []string
	one  bool // whether a directory that says something, or is slow, ends the search

	mu    sync.Mutex
	found []lookup
	begun []time.Time // zero for a directory that nobody looks into
	next  int         // the first directory that nobody has taken
	busy  int         // directories that are being looked into
	done  chan struct{}
}

// each looks into directories, several at once, and goes on without those that
// do not answer.
func (l *Live) each(ctx context.Context, dirs []string, look func(dir string) []string) []lookup {
	s := &search{hung: &l.hung, look: look}
	return s.through(ctx, dirs, atOnce)
}

// firstOf looks into directories one by one, until one says something or does not
// answer: the last of the outcome.
func (l *Live) firstOf(ctx context.Context, dirs []string, look func(dir string) []string) []lookup {
	s := &search{hung: &l.hung, look: look, one: true}
	return s.through(ctx, dirs, 1)
}

func (s *search) through(ctx context.Context, dirs []string, lookers int) []lookup {
	if len(dirs) == 0 {
		return nil
	}
	s.found, s.begun, s.done = make([]lookup, len(dirs)), make([]time.Time, len(dirs)), make(chan struct{})
	for i, dir := range dirs {
		s.found[i].dir = dir
	}
	for range min(lookers, len(dirs)) {
		go s.run()
	}
	ticker := time.NewTicker(slowDir / 8)
	defer ticker.Stop()
	for {
		select {
		case <-s.done:
			return s.found
		case now := <-ticker.C:
			s.giveUp(now.Add(-slowDir))
		case <-ctx.Done():
			s.stop()
			return s.found
		}
	}
}

// run is one looker.
func (s *search) run() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.next < len(s.found) {
		i := s.next
		f := &s.found[i]
		s.next++
		s.busy++
		var lines []string
		if _, f.slow = s.hung.Load(f.dir); !f.slow {
			s.begun[i] = time.Now()
			s.mu.Unlock()
			lines = s.look(f.dir)
			s.mu.Lock()
			if f.slow { // and somebody else has gone on
				s.hung.Delete(f.dir)
				return
			}
		}
		f.lines = lines
		s.settle(i)
	}
}

// settle notes that the outcome of a directory is known.
func (s *search) settle(i int) {
	s.begun[i] = time.Time{}
	s.busy--
	if f := s.found[i]; s.one && (f.slow || len(f.lines) > 0) {
		s.found, s.next = s.found[:i+1], i+1
	}
	if s.next == len(s.found) && s.busy == 0 {
		close(s.done)
	}
}

// giveUp passes over the directories that were begun before a time and are not
// done, and lets somebody else go on.
func (s *search) giveUp(before time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, begun := range s.begun {
		if begun.IsZero() || begun.After(before) {
			continue
		}
		s.found[i].slow = true
		s.hung.Store(s.found[i].dir, true)
		s.settle(i)
		if s.next < len(s.found) {
			go s.run()
		}
	}
}

// stop passes over all that is not done.
func (s *search) stop() {
	s.mu.Lock()
	for i := s.next; i < len(s.found); i++ {
		s.found[i].slow = true
	}
	s.next = len(s.found)
	s.mu.Unlock()
	s.giveUp(time.Now())
}
