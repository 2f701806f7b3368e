package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"devdoctor/checks"
)

func reportSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(filepath.Join("..", "..", "docs", "report.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchema validates what check really prints. G54
func TestSchema(t *testing.T) {
	schema := reportSchema(t)
	var runs [][]string
	for _, host := range hosts(t) {
		runs = append(runs, []string{"--replay", host, "--phase", "all"})
	}
	first := hosts(t)[0]
	runs = append(runs, []string{}, []string{"--replay", first, "--timeout", "1ns"}, []string{"--replay", first, "system-version"})
	for _, args := range runs {
		out, errOut, code := devdoctor(t, append([]string{"check", "--json"}, args...)...)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
		if err != nil {
			t.Fatalf("%q: %v; it says %s", args, err, errOut)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%q: %v", args, err)
		}
		if got := value.(map[string]any)["exit"].(json.Number).String(); got != string(rune('0'+code)) {
			t.Errorf("%q: exit is %s in the report and %d in truth", args, got, code)
		}
	}
}

// TestSchemaRefuses holds that the schema is more than a formality.
func TestSchemaRefuses(t *testing.T) {
	schema := reportSchema(t)
	out, _, _ := devdoctor(t, "check", "--json", "--replay", hosts(t)[0])
	for _, change := range []struct{ old, new string }{
		{`"schema_version": 1`, `"schema_version": 2`},
		{`"ready"`, `"is_ready"`},
		{`"status": "ok"`, `"status": "fine"`},
		{`"status": "ok"`, `"status": "fail"`},
		{`"needs_human": false`, `"needs_human": "no"`},
	} {
		if !strings.Contains(out, change.old) {
			t.Fatalf("the report has no %s", change.old)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.Replace(out, change.old, change.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("the schema takes %s for %s", change.new, change.old)
		}
	}
}

// TestSameBytes asks twice. G54
func TestSameBytes(t *testing.T) {
	times := regexp.MustCompile(`"ms": \d+`)
	for _, host := range hosts(t) {
		once, _, _ := devdoctor(t, "check", "--json", "--phase", "all", "--replay", host)
		again, _, _ := devdoctor(t, "check", "--json", "--phase", "all", "--replay", host)
		if times.ReplaceAllString(once, "") != times.ReplaceAllString(again, "") {
			t.Errorf("%s: two reports differ in more than times", host)
		}
	}
}

var badgeLine = regexp.MustCompile(`(?m)^(ok|warn|FAIL|unknown|waits|skip) +([^ /]+)(?:/(\S+))? \(\d+ ms\)$`)

// TestFormatsAgree compares the verdict on every check in text and in JSON. G55
func TestFormatsAgree(t *testing.T) {
	words := map[string]string{}
	for status, b := range badges {
		words[b.word] = string(status)
	}
	for _, host := range hosts(t) {
		page, _, textCode := devdoctor(t, "check", "--verbose", "--phase", "all", "--replay", host)
		object, _, jsonCode := devdoctor(t, "check", "--json", "--phase", "all", "--replay", host)
		var r checks.Report
		if err := json.Unmarshal([]byte(object), &r); err != nil {
			t.Fatal(err)
		}
		var inText, inJSON []string
		for _, m := range badgeLine.FindAllStringSubmatch(page, -1) {
			inText = append(inText, m[2]+" "+words[m[1]]+" "+m[3])
		}
		for _, c := range r.Checks {
			inJSON = append(inJSON, c.ID+" "+string(c.Status)+" "+c.Problem)
		}
		if len(inText) == 0 || !slices.Equal(inText, inJSON) || textCode != jsonCode || r.Exit != textCode {
			t.Errorf("%s:\ntext, exit %d: %q\nJSON, exit %d: %q", host, textCode, inText, jsonCode, inJSON)
		}
		short, _, _ := devdoctor(t, "check", "--phase", "all", "--replay", host)
		for _, c := range r.Checks {
			if named := strings.Contains(short, "("+c.ID+"/"+c.Problem+")"); named != (c.Problem != "") {
				t.Errorf("%s: the short report names %s/%s: %v", host, c.ID, c.Problem, named)
			}
		}
	}
}
