package main

import (
	"errors"
	"sync"
)

// inParallel does something to each of a list, and stops at the first error.
func inParallel[T any](workers int, list []T, do func(T) error) error {
	work := make(chan T)
	failed := make(chan error, workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for item := range work {
				if err := do(item); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	var err error
	for _, item := range list {
		select {
		case work <- item:
			continue
		case err = <-failed:
		}
		break
	}
	close(work)
	wg.Wait()
	close(failed)
	return errors.Join(err, <-failed)
}

// inOrder does something to each of a list, workers at once, and shows what came of it
// in the order of the list. It stops showing at the first error, and comes back when
// nothing runs any more.
func inOrder[T, R any](workers int, list []T, do func(T) R, show func(T, R) error) error {
	results := make([]chan R, len(list))
	slots := make(chan struct{}, max(workers, 1))
	var wg sync.WaitGroup
	defer wg.Wait()
	for i, item := range list {
		results[i] = make(chan R, 1)
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			results[i] <- do(item)
		})
	}
	for i, item := range list {
		if err := show(item, <-results[i]); err != nil {
			return err
		}
	}
	return nil
}
