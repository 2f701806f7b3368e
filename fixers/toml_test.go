package fixers

import "testing"

// Only one plain line of the right table is changed, and nothing of what stands around it.
func TestTomlNode(t *testing.T) {
	const other = "[plugins]\nnode = \"https://mirror.example/node\"\n"
	for name, c := range map[string]struct{ table, text, want string }{
		"an empty file":                {"tools", "", "[tools]\nnode = \"24\"\n"},
		"a table without it":           {"tools", "[tools]\ngo = \"1.26\"\n", "[tools]\nnode = \"24\"\ngo = \"1.26\"\n"},
		"a table at the end":           {"tools", "a = 1\n[ tools ] # mine", "a = 1\n[ tools ] # mine\nnode = \"24\"\n"},
		"one plain line, with remarks": {"tools", "[tools]\r\nnode='22' # school\r\n", "[tools]\r\nnode=\"24\" # school\r\n"},
		"under its other name":         {"tools", "[tools]\n\"nodejs\" = \"22\"\n", "[tools]\n\"nodejs\" = \"24\"\n"},
		"of another table":             {"tools", other, other + "[tools]\nnode = \"24\"\n"},
		"of another table, before it":  {"tools", other + "[tools]\nnode = \"22\"\n", other + "[tools]\nnode = \"24\"\n"},
		"with dots":                    {"tools", "tools.node = \"22\"\n", "tools.node = \"24\"\n"},
		"in a text of several lines":   {"tools", "[tasks.a]\nrun = \"\"\"\n[tools]\nnode = \"1\"\n\"\"\"\n[tools]\nnode = \"22\"\n", "[tasks.a]\nrun = \"\"\"\n[tools]\nnode = \"1\"\n\"\"\"\n[tools]\nnode = \"24\"\n"},
		"a list that goes on":          {"tools", "[tools]\nnode = [\"22\",\n\"20\"]\n", ""},
		"a list":                       {"tools", "[tools]\nnode = [\"22\", \"20\"]\n", ""},
		"with settings":                {"tools", "[tools]\nnode = { version = \"22\", postinstall = \"corepack enable\" }\n", ""},
		"a table of its own":           {"tools", "[tools.node]\nversion = \"22\"\n", ""},
		"a table of its own, besides":  {"tools", "[tools]\ngo = \"1\"\n[tools.node]\nversion = \"22\"\n", ""},
		"a part of it":                 {"tools", "[tools]\nnode.version = \"22\"\n", ""},
		"all tools in one line":        {"tools", "tools = { node = \"22\" }\n", ""},
		"named twice":                  {"tools", "[tools]\nnode = \"22\"\nnodejs = \"20\"\n", ""},
		"no TOML":                      {"tools", "[tools\nnode\n", ""},
		"proto":                        {"", "node = \"22.1.0\"\n\n" + other, "node = \"24\"\n\n" + other},
		"proto without it":             {"", other, "node = \"24\"\n" + other},
		"proto, a table of its own":    {"", "[node]\na = 1\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := withTomlNode(c.text, c.table, "24"); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

// What stands in Volta's platform, and is not understood, is not written over.
func TestVoltaTool(t *testing.T) {
	if got, err := voltaTool("{\"node\": null, \"yarn\": \"1.22.0\"}", "24.21.0"); err == nil {
		t.Errorf("got %q", got)
	}
}

func FuzzTomlNode(f *testing.F) {
	f.Add("[tools]\nnode = \"22\" # a\n[plugins]\nnode = \"x\"\n")
	f.Add("a = [1,\n'''\n''']\n[[b]]\nc = \"\\\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		once, err := withTomlNode(text, "tools", "24")
		if err != nil {
			return
		}
		if again, err := withTomlNode(once, "tools", "24"); err != nil || again != once {
			t.Errorf("the second time %q becomes %q, %v", once, again, err)
		}
	})
}
