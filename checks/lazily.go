package checks

import (
	"regexp"
	"sync"
)

// lazily compiles a regular expression when it is first asked for. devdoctor
// starts often, and no run needs them all.
func lazily(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
