package platforms

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func same(s string) string { return s }

// awkward is queries and answers that a careless text form would not survive.
var awkward = []Record{
	{Query: Query{Verb: "host"}, Answer: Answer{Text: "os linux\nhome /home/ada\nuser ada\n"}},
	{Query: Query{Verb: "env", Args: []string{"PATH"}}, Answer: Answer{Text: "/bin:/usr/bin\n"}},
	{Query: Query{Verb: "file", Args: []string{"/etc/hosts"}}, Answer: Answer{Text: "no newline"}},
	{Query: Query{Verb: "file", Args: []string{"/crlf"}}, Answer: Answer{Text: "one\r\ntwo\r\n\r\n"}},
	{Query: Query{Verb: "file", Args: []string{"/empty"}}},
	{Query: Query{Verb: "file", Args: []string{"/blank"}}, Answer: Answer{Text: "\n\n"}},
	{Query: Query{Verb: "file", Args: []string{"/heads"}}, Answer: Answer{Text: "-- host --\n! exit 1\n2> x\n\\\n\\\"q\"\n\\ no newline at end\n"}},
	{Query: Query{Verb: "file", Args: []string{"/binary"}}, Answer: Answer{Text: "\x00\xff\x1b[31m\u2028\ufeffx\n"}},
	{Query: Query{Verb: "file", Args: []string{"/gone"}}, Err: ErrNotFound},
	{Query: Query{Verb: "file", Args: []string{"/root/x"}}, Err: ErrNotPermitted},
	{Query: Query{Verb: "stat", Args: []string{"/net/x"}}, Err: ErrTimedOut},
	{Query: Query{Verb: "file", Args: []string{"/big"}}, Err: errors.New("too large: 10485760 bytes")},
	{Query: Query{Verb: "run", Args: []string{"git", "config", "--get", "user.email"}}, Answer: Answer{Exit: 1}},
	{Query: Query{Verb: "run", Args: []string{"node", "-p", "'a b'", ""}}, Answer: Answer{Exit: -6, Text: "out\n", Stderr: "dyld: no library\n-- x --\nlast"}},
	{Query: Query{Verb: "run", Args: []string{"warns"}}, Answer: Answer{Text: "fine\n", Stderr: "\n"}},
	{Query: Query{Dir: "/home/ada/my course", Env: []string{"PATH=/a b:/c", "NODE_ENV"}, Verb: "which", Args: []string{"node"}}, Answer: Answer{Text: "/a b/node\n"}},
	{Query: Query{Verb: "reg", Args: []string{`HKCU\Environment`, ""}}, Answer: Answer{Text: "REG_SZ \n"}},
	{Query: Query{Verb: "stat", Args: []string{"~/bin"}}, Err: ErrNotFound},
	{Query: Query{Verb: "stat", Args: []string{"~\x00"}}, Err: ErrNotFound},
	{Query: Query{Verb: "file", Args: []string{"/home/ada/\xff\n-- host --"}}, Err: ErrNotFound},
}

func TestSnapshotRoundTrip(t *testing.T) {
	text := FormatSnapshot("A machine.\n-- not a head --\n", "0.0.0", awkward, same)
	s, err := ParseSnapshot(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, want := range awkward {
		a, err := s.Answer(t.Context(), want.Query)
		if a != want.Answer || !sameError(err, want.Err) {
			t.Errorf("%s: got %+v, %v; want %+v, %v", want.Query, a, err, want.Answer, want.Err)
		}
	}
	if _, err := s.Answer(t.Context(), Query{Verb: "now"}); !errors.Is(err, ErrNotRecorded) {
		t.Errorf("a query that nobody asked: %v", err)
	}
	if unused := s.Unused(); len(unused) != 0 {
		t.Errorf("unused: %q", unused)
	}
	if bytes.ContainsAny(text, "\x00\x1b") || !utf8.Valid(text) {
		t.Error("the text holds control characters")
	}
}

func sameError(a, b error) bool {
	return a == nil && b == nil || a != nil && b != nil && a.Error() == b.Error()
}

func TestSnapshotDamage(t *testing.T) {
	whole := string(FormatSnapshot("", "0.0.0", awkward, same))
	for name, tt := range map[string]struct{ text, want string }{
		"empty":       {"", "no snapshot"},
		"prose":       {"Dear teacher,\nnothing works.\n", "no snapshot"},
		"cut in half": {whole[:len(whole)/2], "cut short"},
		"no end":      {strings.Replace(whole, "-- end --\n", "", 1), "cut short"},
		"twice":       {"-- host --\nos linux\n-- host --\nos darwin\n", "line 3: section \"host\" stands in line 1 already"},
		"newer":       {"-- devdoctor --\nsnapshot 99\n-- end --\n", "use a newer devdoctor"},
		"open quote":  {"-- host --\nos linux\n-- run \"node --\n", "line 3:"},
		"bad line":    {"-- host --\nos linux\n-- file x --\n\\\"open\n", "line 3: file x:"},
		"huge":        {strings.Repeat("x", maxSnapshot+1), "larger than 64 MiB"},
	} {
		if _, err := ParseSnapshot([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, tt.want)
		}
	}
}

func TestSnapshotAbsent(t *testing.T) {
	s, err := ParseSnapshot([]byte("-- host --\nos windows\n-- absent --\nfile ~\\.nvm\\*\nstat C:\\Program Files\\*\nport *\n-- reg HKCU\\Environment Path --\nREG_SZ x\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []Query{
		{Verb: "file", Args: []string{`C:\Users\ada\.nvm\alias\default`}},
		{Verb: "stat", Args: []string{`C:\Program Files\nodejs`}},
	} {
		if _, err := s.Answer(t.Context(), q); !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", q, err)
		}
	}
	if a, err := s.Answer(t.Context(), Query{Verb: "port", Args: []string{"3000"}}); err != nil || a.Text != "" {
		t.Errorf("an absent listener: %q, %v", a.Text, err)
	}
	if got := s.Unused(); !reflect.DeepEqual(got, []string{`reg HKCU\Environment Path`, "host"}) && !reflect.DeepEqual(got, []string{"host", `reg HKCU\Environment Path`}) {
		t.Errorf("unused: %q", got)
	}
}

// Hiding must not make two sections of one name, nor lose one.
func TestSnapshotHides(t *testing.T) {
	hide := strings.NewReplacer("/home/anna", "/home/xxxx").Replace
	text := FormatSnapshot("", "0.0.0", []Record{
		{Query: Query{Verb: "host"}, Answer: Answer{Text: "os linux\nhome /home/anna\nuser x\n"}},
		{Query: Query{Verb: "file", Args: []string{"/home/anna/.npmrc"}}, Answer: Answer{Text: "prefix=/home/anna/n\n"}},
	}, hide)
	if strings.Contains(string(text), "anna") {
		t.Errorf("something stayed:\n%s", text)
	}
	s, err := ParseSnapshot(text)
	if err != nil {
		t.Fatal(err)
	}
	h, err := NewHost(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := h.ReadFile(t.Context(), h.Join("~", ".npmrc")); err != nil || got != "prefix=/home/xxxx/n\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func FuzzQuery(f *testing.F) {
	for _, rec := range awkward {
		f.Add(rec.Query.String())
	}
	f.Add(`in "" with with run`)
	f.Fuzz(func(t *testing.T, text string) {
		q, err := ParseQuery(text)
		if err != nil {
			return
		}
		again, err := ParseQuery(q.String())
		if err != nil || !reflect.DeepEqual(q, again) {
			t.Errorf("%q: %+v became %+v, %v", text, q, again, err)
		}
	})
}

func FuzzSnapshot(f *testing.F) {
	f.Add(FormatSnapshot("prose", "0.0.0", awkward, same))
	f.Add([]byte("-- host --\nos darwin\n-- absent --\nfile *\n-- file ~/x --\n! exit 1\n2> e\n\\ no newline at end\n"))
	f.Add([]byte("-- a ~\x00 --"))
	f.Add([]byte("-- a --\n\\2>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := ParseSnapshot(data)
		if err != nil {
			return
		}
		var records []Record
		for _, q := range s.Queries() {
			a, err := s.Answer(context.Background(), q)
			records = append(records, Record{Query: q, Answer: a, Err: err})
		}
		again, err := ParseSnapshot(FormatSnapshot("", "fuzz", records, same))
		if err != nil {
			t.Fatalf("what was written is not read back: %v", err)
		}
		for _, rec := range records {
			a, err := again.Answer(context.Background(), rec.Query)
			if a != rec.Answer || !sameError(err, rec.Err) {
				t.Errorf("%s: %+v, %v became %+v, %v", rec.Query, rec.Answer, rec.Err, a, err)
			}
		}
	})
}
