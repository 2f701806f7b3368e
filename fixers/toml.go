package fixers

import (
	"errors"
	"regexp"
	"strings"
	"sync"
)

// errNotPlain says that a settings file holds a version in a form that is for its owner to change.
var errNotPlain = errors.New(`it names node in another form than one plain line, such as node = "24"`)

// A tomlPart is a key with its value, or the head of a table, in a TOML file (toml.io, v1.0.0).
type tomlPart struct {
	path     string // the table and the key, with dots between
	head     bool   // of a table
	from, to int    // the value, or the line of a head
}

// tomlParts reads as much of a TOML file as one has to know to change one value of it; false
// where that is not certain.
func tomlParts(text string) ([]tomlPart, bool) {
	var parts []tomlPart
	table := ""
	for i := 0; i < len(text); {
		end := i + strings.IndexByte(text[i:]+"\n", '\n')
		line := strings.TrimRight(text[i:end], "\r")
		switch bare := strings.TrimSpace(line); {
		case bare == "" || bare[0] == '#':
		case bare[0] == '[':
			m := tomlHead().FindStringSubmatch(bare)
			if m == nil {
				return nil, false
			}
			table = tomlKey(m[1])
			parts = append(parts, tomlPart{path: table, head: true, from: i, to: end})
		default:
			key, value, ok := strings.Cut(line, "=")
			if !ok || strings.ContainsAny(key, "#[{") {
				return nil, false
			}
			from := i + len(line) - len(strings.TrimLeft(value, " \t"))
			if end = tomlValueEnd(text, from); end < 0 {
				return nil, false
			}
			to := from + len(strings.TrimRight(text[from:end], " \t\r"))
			parts = append(parts, tomlPart{path: tomlKey(table + "." + key), from: from, to: to})
			end += strings.IndexByte(text[end:]+"\n", '\n') // a comment
		}
		i = end + 1
	}
	return parts, true
}

var tomlHead = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\[\[?([^\[\]]+)\]\]?\s*(?:#.*)?$`) })

// tomlKey is a key without quotes and spaces around its parts.
func tomlKey(key string) string {
	words := strings.Split(strings.Trim(key, ". \t"), ".")
	for i, word := range words {
		words[i] = strings.Trim(strings.TrimSpace(word), `"'`)
	}
	return strings.Join(words, ".")
}

// tomlValueEnd is where a value ends that begins at i: a comment or the end of a line outside of
// texts and brackets. It is -1 where it has no end.
func tomlValueEnd(text string, i int) int {
	depth := 0
	for i < len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			if i = tomlTextEnd(text, i); i < 0 {
				return -1
			}
			continue
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case depth == 0 && (c == '#' || c == '\n'):
			return i
		case c == '#':
			i += strings.IndexByte(text[i:]+"\n", '\n')
			continue
		}
		i++
	}
	if depth != 0 {
		return -1
	}
	return len(text)
}

// tomlTextEnd is where a text ends whose first quote stands at i; -1 where it has no end.
func tomlTextEnd(text string, i int) int {
	quote := text[i : i+1]
	if strings.HasPrefix(text[i:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	for i += len(quote); i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], quote):
			return i + len(quote)
		case text[i] == '\\' && quote[0] == '"':
			i++
		case text[i] == '\n' && len(quote) == 1:
			return -1
		}
	}
	return -1
}

// withTomlNode is a TOML file with another version under node, a key of the table of that name,
// or of none. It changes one plain line or adds one; all else is errNotPlain. Some call the key
// nodejs.
func withTomlNode(text, table, version string) (string, error) {
	parts, ok := tomlParts(text)
	if !ok {
		return "", errNotPlain
	}
	var at, head *tomlPart
	for i, part := range parts {
		name := strings.TrimPrefix(part.path, table+".")
		if table != "" && name == part.path { // of another table, or this table itself
			switch {
			case part.path != table:
			case !part.head || head != nil || strings.HasPrefix(strings.TrimSpace(text[part.from:]), "[["):
				return "", errNotPlain
			default:
				head = &parts[i]
			}
			continue
		}
		key, _, below := strings.Cut(name, ".")
		if key != "node" && key != "nodejs" {
			continue
		}
		plain := !below && !part.head && at == nil && isTomlText(text[part.from:part.to])
		if !plain {
			return "", errNotPlain
		}
		at = &parts[i]
	}
	line := `node = "` + version + `"`
	switch {
	case at != nil:
		return text[:at.from] + `"` + version + `"` + text[at.to:], nil
	case head != nil:
		return insertedLine(text, head.to, line), nil
	case table == "":
		return line + lineEnd(text) + text, nil
	}
	return withLine(withLine(text, "["+table+"]"), line), nil
}

// insertedLine is a text with a line behind the one that ends at i.
func insertedLine(text string, i int, line string) string {
	if i == len(text) {
		return withLine(text, line)
	}
	return text[:i+1] + line + lineEnd(text) + text[i+1:]
}

// isTomlText reports whether a value is a text on one line.
func isTomlText(value string) bool {
	return len(value) > 1 && strings.ContainsAny(value[:1], `"'`) && !strings.HasPrefix(value, `"""`) && !strings.HasPrefix(value, "'''") &&
		tomlTextEnd(value, 0) == len(value)
}
