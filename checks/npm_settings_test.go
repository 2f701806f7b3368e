package checks

import (
	"maps"
	"slices"
	"testing"
)

// TestParseNpmrc compares with what the package ini of npm 11.19.0 answers.
func TestParseNpmrc(t *testing.T) {
	for _, c := range []struct {
		text, key string
		want      []string
	}{
		{"registry=https://npm.school.example/\n", "registry", []string{"https://npm.school.example/"}},
		{"\ufeffregistry = https://npm.school.example/\r\nstrict-ssl=false\r\n", "registry", []string{"https://npm.school.example/"}},
		{"strict-ssl=false ; for the proxy\n", "strict-ssl", []string{"false"}},
		{"; registry=https://a.example/\n# registry=https://b.example/\n", "registry", nil},
		{`prefix=${APPDATA}\npm`, "prefix", []string{`${APPDATA}\npm`}},
		{`prefix="C:\\npm"`, "prefix", []string{`C:\npm`}},
		{`prefix='C:\npm'`, "prefix", []string{`C:\npm`}},
		{"production\n", "production", []string{"true"}},
		{"omit[]=dev\nomit[]=optional\n", "omit", []string{"dev", "optional"}},
		{"omit=dev\nomit=optional\n", "omit", []string{"optional"}},
		{"[school]\nregistry=https://a.example/\n", "registry", nil},
		{`cache=C:\\npm\;cache`, "cache", []string{`C:\npm;cache`}},
	} {
		if got := parseNpmrc(c.text)[c.key]; !slices.Equal(got, c.want) {
			t.Errorf("parseNpmrc(%q)[%s] = %q, want %q", c.text, c.key, got, c.want)
		}
	}
}

// FuzzParseNpmrc wants any text read without a panic, and a comment put in front
// of it to change nothing. G75
func FuzzParseNpmrc(f *testing.F) {
	for _, seed := range []string{"", "a=b", "a[]=b\na[]=c", "[x", "=", "\\", `a="`, "a=\\;\n;", "\ufeff=\ufeff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		same := maps.EqualFunc(parseNpmrc(text), parseNpmrc("; a comment\n"+text), slices.Equal[[]string])
		if !same {
			t.Errorf("a comment before %q changes what it says", text)
		}
	})
}
