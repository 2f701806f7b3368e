package checks

import (
	"testing"

	"devdoctor/platforms"
)

// Hiding names neither cures a machine nor breaks one: every fixture, saved and
// replayed, has the verdict that it had, whether the name is Ada's or a word that
// stands everywhere. // G63
func TestHiddenFixtures(t *testing.T) {
	for _, f := range loadFixtures(t) {
		for _, name := range []string{"ada", "node", "git", "al"} {
			rec := platforms.NewRecorder(f.source)
			h, err := platforms.NewHost(t.Context(), rec)
			if err != nil {
				t.Fatal(err)
			}
			want := examine(t.Context(), h, f.need(), f.check).Result
			id := platforms.Identity{OS: h.OS, Home: h.Home, User: h.User, FullName: "Ada Lovelace", Hostname: "learner-pc", Others: []string{"charles"}}
			if name != "ada" {
				id.User, id.Others = name, append(id.Others, "ada")
			}
			r := platforms.NewRedactor(id)
			records := rec.Records()
			rec.Close()
			for i, a := range records {
				records[i].Query, records[i].Answer = r.Query(r.Bundle, a.Query), r.Answer(r.Bundle, a.Query, a.Answer)
			}
			need := f.need()
			need.Project = r.Bundle(need.Project)
			got := replayed(t, f, platforms.FormatSnapshot("", "test", records, r.Bundle), need)
			if got.Status != want.Status || got.Problem != want.Problem {
				t.Errorf("%s as %s: %s\nis, with its names hidden: %s", f.name, name, want, got)
			}
		}
	}
}

func replayed(t *testing.T, f *fixture, data []byte, need Needs) Result {
	t.Helper()
	snapshot, err := platforms.ParseSnapshot(data)
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	rec := platforms.NewRecorder(snapshot)
	defer rec.Close()
	h, err := platforms.NewHost(t.Context(), rec)
	if err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return examine(t.Context(), h, need, f.check).Result
}
