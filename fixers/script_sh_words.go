package fixers

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text writes what keeps a text under a name, byte for byte.
func (p *shPage) text(name, text string) {
	switch {
	case text == "":
		fmt.Fprintf(p, "\ttext %s </dev/null\n", name)
	case plain(text):
		end := "END"
		for i := 2; strings.Contains("\n"+text, "\n"+end+"\n"); i++ {
			end = "END" + strconv.Itoa(i)
		}
		fmt.Fprintf(p, "\ttext %s <<'%s'\n%s%s\n", name, end, text, end)
	default:
		p.WriteString("\t{\n")
		for line := range strings.Lines(text) {
			p.WriteString("\t\tprintf '" + shOctal(line) + "'\n")
		}
		fmt.Fprintf(p, "\t} | text %s\n", name)
	}
}

// plain reports whether a text can stand in a script as it is: whole lines that an editor
// shows as they are.
func plain(text string) bool {
	return utf8.ValidString(text) && strings.HasSuffix(text, "\n") &&
		strings.IndexFunc(text, func(r rune) bool { return r != '\n' && r != '\t' && !strconv.IsPrint(r) }) < 0
}

// shOctal is a text as the format of printf between single quotes.
func shOctal(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '%':
			b.WriteString("%%")
		case r == utf8.RuneError && size == 1, !strconv.IsPrint(r), r == '\'', r == '\\', r == '-' && i == 0:
			for _, c := range []byte(text[i : i+size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		default:
			b.WriteString(text[i : i+size])
		}
		i += size
	}
	return b.String()
}

// shQuoted is a word that the shell takes as it is, whatever it begins with.
func shQuoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// shPath is a path as a word. ~ would not do: it is nothing within quotes.
func shPath(path string) string {
	rest, athome := strings.CutPrefix(path, "~/")
	switch {
	case !athome:
		return shQuoted(path)
	case strings.ContainsAny(rest, "\"\\$`!"):
		return `"$HOME"/` + shQuoted(rest)
	}
	return `"$HOME/` + rest + `"`
}

// shLine is a command whose arguments are as they are, but for ~/ at the beginning.
func shLine(argv []string) string {
	words := make([]string, len(argv))
	for i, arg := range argv {
		words[i] = arg
		if strings.HasPrefix(arg, "~/") {
			words[i] = shPath(arg)
		} else if arg == "" || strings.IndexFunc(arg, needsQuote) >= 0 {
			words[i] = shQuoted(arg)
		}
	}
	return strings.Join(words, " ")
}
