package platforms

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// planted is a text with things in it that must not survive.
type planted struct {
	name, text string
	secrets    []string
}

// corpusLines are the lines of a file of testdata/private without comments.
func corpusLines(t testing.TB, file string) []string {
	t.Helper()
	data, err := os.ReadFile("../testdata/private/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

var hole = regexp.MustCompile(`\{(an|AN|hex|web|b64|num|dig|word|pct|basic|jwt|pem|discord)(?: (\d+))?\}`)

// plant fills the holes of the corpus with random characters.
func plant(t testing.TB, seed uint64) []planted {
	rng := rand.New(rand.NewPCG(seed, 1))
	var all []planted
	for _, line := range corpusLines(t, "secrets.txt") {
		name, text, ok := strings.Cut(line, " | ")
		if !ok {
			t.Fatalf("secrets.txt: %q has no bar", line)
		}
		p := planted{name: name}
		text = strings.ReplaceAll(text, `\n`, "\n")
		p.text = hole.ReplaceAllStringFunc(text, func(h string) string {
			m := hole.FindStringSubmatch(h)
			n, _ := strconv.Atoi(m[2])
			s, secret := made(rng, m[1], n)
			p.secrets = append(p.secrets, secret...)
			return s
		})
		if len(p.secrets) == 0 {
			t.Fatalf("secrets.txt: %q plants nothing", line)
		}
		all = append(all, p)
	}
	return all
}

// made makes up one thing to plant, and says which parts of it are secret.
func made(rng *rand.Rand, class string, n int) (text string, secret []string) {
	chars := map[string]string{
		"an": digits + lowers + uppers, "AN": "234567" + uppers, "hex": digits + "abcdef",
		"web": digits + lowers + uppers + "_-", "b64": digits + lowers + uppers + "+/", "num": digits,
		"word": digits + lowers + uppers + "!#*+?^~_-.",
	}
	random := func(class string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = chars[class][rng.IntN(len(chars[class]))]
		}
		// Every secret has a digit and both cases, as nearly every random one has.
		if n >= 6 && class != "num" && class != "hex" && class != "AN" {
			copy(b[n/2:], []byte{chars["num"][rng.IntN(10)], lowers[6+rng.IntN(20)], uppers[6+rng.IntN(20)]})
			b[0] = lowers[rng.IntN(26)]
			b[n-1] = uppers[rng.IntN(26)]
		}
		return string(b)
	}
	switch class {
	case "pct":
		s := random("an", n/2) + "%40%2F" + random("an", n/2)
		return s, []string{s}
	case "dig":
		return random("num", n), nil
	case "basic":
		s := base64.StdEncoding.EncodeToString([]byte("anna:" + random("an", n)))
		return s, []string{s}
	case "jwt":
		head := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
		body := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + random("num", 10) + `","name":"` + random("an", 12) + `"}`))
		signature := random("web", 43)
		return head + "." + body + "." + signature, []string{body[12:], signature}
	case "discord":
		id := base64.RawStdEncoding.EncodeToString([]byte("1" + random("num", 17)))
		middle, last := random("web", 6), random("web", 38)
		return id + "." + middle + "." + last, []string{last}
	case "pem":
		lines := []string{random("b64", 64), random("b64", 64), random("b64", 20)}
		return "-----BEGIN PRIVATE KEY-----\n" + strings.Join(lines, "\n") + "\n-----END PRIVATE KEY-----\n", lines
	}
	s := random(class, n)
	return s, []string{s}
}

// survivor is a part of a secret that is still in out: eight bytes, or all of a
// shorter one.
func survivor(out, secret string) string {
	n := min(8, len(secret))
	for i := 0; i+n <= len(secret); i++ {
		if strings.Contains(out, secret[i:i+n]) {
			return secret[i : i+n]
		}
	}
	return ""
}

// forms are the ways in which a text reaches a reader.
var forms = []struct {
	name string
	put  func(string) string
}{
	{"text", func(s string) string { return s }},
	{"indented", func(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") + "\n" }},
	{"between lines", func(s string) string { return "first line\n" + s + "\nlast line of 3\n" }},
	{"CRLF", func(s string) string { return strings.ReplaceAll("x\n"+s+"\ny", "\n", "\r\n") }},
	{"JSON", func(s string) string {
		b, _ := json.Marshal(map[string]string{"answer": s, "query": "file .env"})
		return string(b)
	}},
	{"Go string", func(s string) string { return "answer " + strconv.Quote(s) + "\n" }},
	{"query head", func(s string) string {
		return "-- " + Query{Verb: "run", Args: []string{"sh", "-c", s}}.String() + " --\nok\n"
	}},
	{"twice", func(s string) string { return s + "\n" + s }},
	{"on standard error", func(s string) string { return "2> " + strings.ReplaceAll(s, "\n", "\n2> ") }},
}

// G63: what must not survive does not, in whatever form it comes.
func TestSecretsDoNotSurvive(t *testing.T) {
	r := NewRedactor(Identity{OS: Linux, Home: "/home/anna", User: "anna"})
	n := 0
	for seed := range uint64(2) {
		for _, p := range plant(t, seed) {
			for _, f := range forms {
				n++
				text := f.put(p.text)
				for level, hide := range map[string]func(string) string{"secrets": r.Secrets, "screen": r.Screen, "report": r.Report, "bundle": r.Bundle} {
					out := hide(text)
					for _, secret := range p.secrets {
						if s := survivor(out, secret); s != "" {
							t.Fatalf("%s as %s: %s leaves %q in\n%s\nof\n%s", p.name, f.name, level, s, out, text)
						}
					}
					if again := hide(out); again != out {
						t.Errorf("%s as %s: %s twice:\n%s\nonce:\n%s", p.name, f.name, level, again, out)
					}
					if strings.Count(out, "\n") != strings.Count(text, "\n") {
						t.Errorf("%s as %s: %s changes the number of lines:\n%s\nof\n%s", p.name, f.name, level, out, text)
					}
				}
			}
		}
	}
	if n < 150*len(forms) {
		t.Errorf("only %d cases", n)
	}
}

// What was well-formed stays well-formed.
func TestSecretsKeepJSON(t *testing.T) {
	for _, p := range plant(t, 7) {
		text, _ := json.Marshal(map[string]any{"a": p.text, "b": []string{p.text, "x"}})
		for _, s := range []string{string(text), p.text} {
			if out := hideSecrets(s); json.Valid([]byte(s)) && !json.Valid([]byte(out)) {
				t.Errorf("%s: no JSON any more: %s\nof %s", p.name, out, s)
			}
		}
	}
}

// A query head stays a query with as many words.
func TestSecretsKeepQueries(t *testing.T) {
	r := NewRedactor(Identity{OS: Linux, Home: "/home/anna", User: "anna"})
	for _, p := range plant(t, 8) {
		q := Query{Dir: "/srv/" + p.name, Env: []string{"A=1"}, Verb: "run", Args: append([]string{"echo"}, strings.Fields(p.text)...)}
		out := r.Query(r.Bundle, q)
		if len(out.Args) != len(q.Args) || out.Verb != q.Verb || len(out.Env) != 1 {
			t.Errorf("%s: %q becomes %q", p.name, q, out)
		}
		if back, err := ParseQuery(out.String()); err != nil || back.String() != out.String() {
			t.Errorf("%s: %q is read back as %q, %v", p.name, out, back, err)
		}
	}
}

func TestInnocentLines(t *testing.T) {
	lines := corpusLines(t, "innocent.txt")
	if len(lines) < 60 {
		t.Errorf("only %d lines", len(lines))
	}
	for _, line := range lines {
		line = strings.ReplaceAll(strings.ReplaceAll(line, `\n`, "\n"), `\\`, `\`)
		for _, text := range []string{line, "before\n" + line + "\nafter\n", strconv.Quote(line)} {
			if out := hideSecrets(text); out != text {
				t.Errorf("%s\nbecomes\n%s", text, out)
			}
		}
	}
	all := strings.Join(lines, "\n")
	was := strings.Split(all, "\n")
	for i, out := range strings.Split(hideSecrets(all), "\n") {
		if out != was[i] {
			t.Errorf("among the others %q becomes %q", was[i], out)
		}
	}
}

// unwrapped are those whose shape is seen only in one piece.
var unwrapped = map[string]bool{
	"azure client secret by sight": true, "discord bot": true, "mailgun": true, "mailchimp": true,
	"git remote, token for the user": true, "yescrypt": true, "crypt": true,
}

// A narrow window wraps a token; both halves are the token. A rest that has no
// digits, or no capitals, is not told from the next line.
func TestWrappedSecrets(t *testing.T) {
	failed := map[string]bool{}
	for _, p := range plant(t, 9) {
		for _, secret := range p.secrets {
			if len(secret) < 20 || strings.Contains(p.text, "\n") || unwrapped[p.name] {
				continue
			}
			for _, brk := range []string{"\n", "\r\n", "\n    "} {
				for at := 10; at <= len(secret)-10; at += 7 {
					if hexadecimal.run(secret) < len(secret) && !looksRandom(secret[at:]) {
						continue
					}
					text := strings.Replace(p.text, secret, secret[:at]+brk+secret[at:], 1)
					out := hideSecrets(text)
					for _, half := range []string{secret[:at], secret[at:]} {
						if s := survivor(out, half); s != "" && !failed[p.name] {
							failed[p.name] = true
							t.Errorf("%s: %q survives in\n%s\nof\n%s", p.name, s, out, text)
						}
					}
				}
			}
		}
	}
}

func ExampleRedactor_Secrets() {
	r := NewRedactor(Identity{})
	fmt.Println(r.Secrets("HTTP_PROXY=http://anna:hunter2@proxy.example:8080"))
	fmt.Println(r.Secrets(`{"user": "anna", "password": "hunter2"}`))
	// Output:
	// HTTP_PROXY=http://(secret):(secret)@proxy.example:8080
	// {"user": "anna", "password": "(secret)"}
}
