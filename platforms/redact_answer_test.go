package platforms

import "testing"

// An account that is called like a word is hidden where an answer names accounts,
// and nowhere else.
func TestAccountsInAnswers(t *testing.T) {
	r := NewRedactor(Identity{OS: Linux, Home: "/home/node", User: "node", Hostname: "laptop"})
	for _, tt := range []struct {
		verb, text, want string
	}{
		{"account", "name node\nuid 1000\ngroup 1000 node\ngroup 27 sudo\nlisted 1000 node\n", "name xxxx\nuid 1000\ngroup 1000 xxxx\ngroup 27 sudo\nlisted 1000 xxxx\n"},
		{"credentials", "git:https://github.com node\nLegacyGeneric:target=x\n", "git:https://github.com xxxx\nLegacyGeneric:target=x\n"},
		{"process", "name node\nuser node\nargs node server.js\n", "name node\nuser xxxx\nargs node server.js\n"},
		{"reg", "REG_SZ node\n", "REG_SZ node\n"},
		{"reg", "", ""},
	} {
		got := r.Answer(r.Bundle, Query{Verb: tt.verb, Args: []string{"x"}}, Answer{Text: tt.text}).Text
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.verb, got, tt.want)
		}
		if again := r.Answer(r.Bundle, Query{Verb: tt.verb, Args: []string{"x"}}, Answer{Text: got}).Text; again != got {
			t.Errorf("%s: hidden twice: %q became %q", tt.verb, got, again)
		}
	}
	docker := NewRedactor(Identity{OS: Linux, Home: "/home/docker", User: "docker"})
	text := "group 999 docker\n"
	if got := docker.Answer(docker.Bundle, Query{Verb: "account"}, Answer{Text: text}).Text; got != text {
		t.Errorf("the group that grants Docker is a finding: %q", got)
	}
}
