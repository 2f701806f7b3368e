package platforms

import (
	"os"
	"strings"
)

// IsTerminal reports whether f is a terminal: a screen that somebody looks at, or what they
// type there.
func IsTerminal(f *os.File) bool {
	_, ok := screenWidth(f)
	return ok
}

// ScreenWidth is how many columns the terminal behind f has; 0 where f is none,
// or does not say.
func ScreenWidth(f *os.File) int {
	w, _ := screenWidth(f)
	return w
}

// localeIsUTF8 reports whether the locale says that text is UTF-8; the first
// variable that is set decides (POSIX, XBD 8.2).
func localeIsUTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToLower(getenv(name)); v != "" {
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return false
}
