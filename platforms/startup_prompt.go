package platforms

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// promptChangesPath names what start files leave behind to be run before the first
// prompt, if it changes PATH: PROMPT_COMMAND of bash, precmd of zsh.
func (r *shellRun) promptChangesPath() string {
	switch r.kind {
	case "bash":
		text := strings.Join(r.get("PROMPT_COMMAND").list, ";")
		if strings.Contains(text, "PATH") {
			return "PROMPT_COMMAND"
		}
		return r.changesPath(strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\n;&|", c) }))
	case "zsh":
		return r.changesPath(slices.Concat([]string{"precmd"}, r.st.hooks, r.get("precmd_functions").list))
	}
	return ""
}

// changesPath is the first of the functions that assigns PATH or runs what is known
// only then.
func (r *shellRun) changesPath(names []string) string {
	for _, name := range names {
		body := r.st.funcs[name].body
		if body == nil {
			continue
		}
		found := false
		syntax.Walk(body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Assign:
				found = found || n.Name != nil && (n.Name.Value == "PATH" || n.Name.Value == "path")
			case *syntax.CallExpr:
				if len(n.Args) > 0 {
					switch n.Args[0].Lit() {
					case "eval", "source", ".", "nvm", "conda":
						found = true
					}
				}
			}
			return !found
		})
		if found {
			return name
		}
	}
	return ""
}
