package platforms

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// evidence is a text of at least n bytes such as programs print, with a private
// thing every few lines.
func evidence(t testing.TB, rng *rand.Rand, n int, id Identity) (string, []string) {
	innocent, secret := corpusLines(t, "innocent.txt"), plant(t, rng.Uint64())
	var (
		b       strings.Builder
		planted []string
	)
	for b.Len() < n {
		switch rng.IntN(12) {
		case 0:
			p := secret[rng.IntN(len(secret))]
			b.WriteString(forms[rng.IntN(len(forms))].put(p.text))
			planted = append(planted, p.secrets...)
		case 1:
			b.WriteString(fill(privateTexts[rng.IntN(len(privateTexts))], id))
		default:
			b.WriteString(innocent[rng.IntN(len(innocent))])
		}
		b.WriteString([]string{"\n", "\n", "\r\n", "\n\n"}[rng.IntN(4)])
	}
	return b.String(), planted
}

// G63: wherever private things stand among innocent ones, none survives, and
// redacting again changes nothing.
func TestRandomEvidence(t *testing.T) {
	rng := rand.New(rand.NewPCG(2026, 11))
	for range 150 {
		p := people[rng.IntN(len(people))]
		r := NewRedactor(p.id)
		text, planted := evidence(t, rng, 1500, p.id)
		for level, hide := range map[string]func(string) string{"report": r.Report, "bundle": r.Bundle} {
			out := hide(text)
			for _, s := range planted {
				if left := survivor(out, s); left != "" && len(left) >= 8 {
					t.Errorf("%s: %s leaves %q in\n%s\nof\n%s", p.name, level, left, out, text)
					return
				}
			}
			if again := hide(out); again != out {
				t.Errorf("%s: %s twice: %s", p.name, level, firstDifference(out, again))
			}
		}
	}
}

func firstDifference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	from := max(0, i-60)
	return a[from:min(len(a), i+60)] + "\nand\n" + b[from:min(len(b), i+60)]
}

// A replayed bundle has as many lines as the machine gave, is as good UTF-8, and
// is what another devdoctor would make of it again.
func FuzzRedact(f *testing.F) {
	for _, p := range plant(f, 1) {
		f.Add(p.text)
	}
	for _, line := range corpusLines(f, "innocent.txt") {
		f.Add(line)
	}
	for _, p := range people {
		for _, text := range privateTexts {
			f.Add(fill(text, p.id))
		}
	}
	redactors := make([]*Redactor, len(people))
	for i, p := range people {
		redactors[i] = NewRedactor(p.id)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for i, r := range redactors {
			for name, hide := range map[string]func(string) string{"secrets": r.Secrets, "screen": r.Screen, "report": r.Report, "bundle": r.Bundle} {
				out := hide(s)
				if again := hide(out); again != out {
					t.Errorf("%s: %s of %q is %q and then %q", people[i].name, name, s, out, again)
				}
				if utf8.ValidString(s) && !utf8.ValidString(out) {
					t.Errorf("%s: %s of %q is no UTF-8: %q", people[i].name, name, s, out)
				}
				if strings.Count(s, "\n") != strings.Count(out, "\n") {
					t.Errorf("%s: %s of %q has another number of lines: %q", people[i].name, name, s, out)
				}
			}
		}
	})
}

// A hostile text takes no longer than a good one: nothing is quadratic.
func TestRedactIsLinear(t *testing.T) {
	r := NewRedactor(people[0].id)
	for _, unit := range []string{
		"password=", "password=\"", "password = x\n", "-----BEGIN RSA PRIVATE KEY-----\n", "-----BEGIN ", "http://a:b", "http://", "://@",
		"eyJ", "eyJ.", "Q~", "a.", "--token ", "--token\n", "@", "a@", "a@b.", "%40", "home/", "/home/", "/Users/a ", "anna", "/home/anna",
		"\\", "\\\"", "\"", "'", "token=\\\"", "mysql -p", "mysql ", "net use \\\\", "curl -u a:", "echo x | sudo -S ", "set token ",
		"machine ", "password ", "login password ", ":5432:", ":*:", "<password>", "1234567890:", "[user]\nname", "user.name", "C:\\Users\\",
		"ghp_", "npm_a", "key=", "k=", "a:", " =", "token", "Cookie: ", "Authorization: ", "\n", "Private-Lines: 1\n", "d41d8cd98f00b204-",
	} {
		text := strings.Repeat(unit, (1<<18)/len(unit))
		start := time.Now()
		r.Bundle(text)
		r.Screen(text)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("256 KiB of %q take %v", unit, took)
		}
	}
}

func BenchmarkRedact(b *testing.B) {
	id := people[0].id
	text, _ := evidence(b, rand.New(rand.NewPCG(1, 2)), 1<<20, id)
	dull := strings.Repeat(`{"name":"left-pad","version":"1.3.0","resolved":"https://registry.example/left-pad/-/left-pad-1.3.0.tgz"},`+"\n", 10000)[:1<<20]
	for _, bb := range []struct{ name, text string }{{"mixed", text}, {"lockfile", dull}, {"short", "v24.11.0\n"}} {
		r := NewRedactor(id)
		for name, hide := range map[string]func(string) string{"secrets": r.Secrets, "screen": r.Screen, "report": r.Report, "bundle": r.Bundle} {
			b.Run(bb.name+"/"+name, func(b *testing.B) {
				b.SetBytes(int64(len(bb.text)))
				for b.Loop() {
					hide(bb.text)
				}
			})
		}
	}
}

func BenchmarkNewRedactor(b *testing.B) {
	for b.Loop() {
		NewRedactor(people[5].id)
	}
}

// TestHidingLongLines gives what is hidden lines as a hostile program prints them:
// one sign, again and again, behind what makes the next word a secret. What took
// time in the square or cube of their length would not end.
func TestHidingLongLines(t *testing.T) {
	r := NewRedactor(Identity{OS: Linux, Home: "/home/anna"})
	begun := time.Now()
	for _, sign := range []string{"}", ")", "]", ";", ",", "x}", "a)b", "{}", "(", ":", "=", "a=", `\`, `"`, "'", `\"`, "&", "%26", "@", "-", "a ", "\n", "\f", "a:b@", "://", "</", "`", "-u ", `\n`} {
		for _, before := range []string{"", `0:"`, "curl -u ", "password=", `token: "`, "-----BEGIN RSA PRIVATE KEY-----\n", "https://"} {
			line := before + strings.Repeat(sign, 60_000/len(sign))
			_, _ = r.ScreenCommand(line, "sh"), r.Report(line)
			if time.Since(begun) > time.Minute {
				t.Fatalf("hiding %q and %q many times takes long", before, sign)
			}
		}
	}
}
