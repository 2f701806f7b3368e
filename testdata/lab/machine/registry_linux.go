package machine

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// editRegistry writes values into the files of a Wine prefix.
func editRegistry(prefix string, values []value) error {
	for root, name := range map[string]string{"HKLM": "system.reg", "HKCU": "user.reg"} {
		path := filepath.Join(prefix, name)
		data, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("edit the registry: %w", err)
		}
		text := string(data)
		for _, v := range values {
			if v.Root == root {
				text = v.in(text)
			}
		}
		if text == string(data) {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return fmt.Errorf("edit the registry: %w", err)
		}
	}
	return nil
}

// in returns the text of a registry file with the value in it. The file has a line
// [Key] TIME per key and a line "Name"=DATA per value, backslashes doubled.
func (v value) in(text string) string {
	head := "\n[" + double(v.Key) + "]"
	at := indexFold(text, head)
	if at < 0 {
		return strings.TrimRight(text, "\n") + "\n" + head + " 1763726400\n" + v.line("") + "\n"
	}
	start := at + 1 + strings.IndexByte(text[at+1:], '\n') + 1 // behind the key's line
	end := len(text)
	if n := strings.Index(text[start:], "\n["); n >= 0 {
		end = start + n
	}
	section := text[start:end]
	name := `"` + double(v.Name) + `"=`
	i := indexFold("\n"+section, "\n"+name)
	if i < 0 {
		return text[:start] + v.line("") + "\n" + text[start:]
	}
	line, _, _ := strings.Cut(section[i:], "\n")
	_, old, _ := strings.Cut(line[len(name):], `"`)
	old = strings.ReplaceAll(strings.TrimSuffix(old, `"`), `\\`, `\`)
	return text[:start+i] + v.line(old) + text[start+i+len(line):]
}

// line is the value's line, given the data that it has so far.
func (v value) line(old string) string {
	if !v.Append {
		return fmt.Sprintf(`"%s"="%s"`, double(v.Name), double(v.Data))
	}
	data := v.Data
	if old != "" {
		data = strings.TrimSuffix(old, ";") + ";" + data
	}
	return fmt.Sprintf(`"%s"=str(2):"%s"`, double(v.Name), double(data))
}

func double(s string) string { return strings.ReplaceAll(s, `\`, `\\`) }

func indexFold(text, part string) int {
	return strings.Index(strings.ToLower(text), strings.ToLower(part))
}

// register is a request's work: it edits the registry before Windows starts.
func (a *agent) register(values []value) error {
	prefix := "/home/learner/.wine"
	if err := editRegistry(prefix, values); err != nil {
		return err
	}
	for _, name := range []string{"system.reg", "user.reg"} {
		if err := os.Chown(filepath.Join(prefix, name), ids["learner"], ids["learner"]); err != nil {
			return err
		}
	}
	return nil
}
