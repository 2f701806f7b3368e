package repair_test

import (
	"slices"
	"testing"

	"devdoctor/checks"
	"devdoctor/checks/repair"
	"devdoctor/platforms"
)

// What another fix sees to is neither planned nor told, and a step that sudo runs says what
// sudo leaves.
func TestSeenToAndSudo(t *testing.T) {
	const machine = `-- host --
os linux
home /home/ada
-- which node --
/usr/local/bin/node
-- with PATH=/home/ada/n/bin which node --
/home/ada/n/bin/node
-- env PATH --
/usr/local/bin:/usr/bin
-- session PATH --
/usr/local/bin:/usr/bin
-- terminal --
shell /bin/bash
-- account --
name ada
uid 1000
-- file ~/.bashrc --
export PATH="$HOME/n/bin:$PATH"
-- stat ~/.bashrc --
file mode=0644 access=rw-
-- stat /srv/cache --
dir access=r-x
-- which sudo --
/usr/bin/sudo
-- absent --
env *
stat *
file *
list *
glob *
`
	snapshot, err := platforms.ParseSnapshot([]byte(machine))
	if err != nil {
		t.Fatal(err)
	}
	h, err := platforms.NewHost(t.Context(), snapshot)
	if err != nil {
		t.Fatal(err)
	}
	tools, cache := checks.Find("npm-global"), checks.Find("npm-cache")
	planned, err := repair.MakePlan(t.Context(), h, []checks.Outcome{
		{Check: tools, Result: tools.Problem("not-writable").Warn("npm may not write").With(checks.Found{Dir: "/usr/local/bin"})},
		{Check: cache, Result: cache.Problem("other-owner").Fail("a part of the cache is not yours").With(checks.Found{Dir: "/srv/cache"})},
	}, repair.Wishes{})
	if err != nil {
		t.Fatal(err)
	}
	if len(planned) != 1 || planned[0].Fix != "npm-new-cache" {
		t.Fatalf("planned: %+v", planned)
	}
	if s := planned[0].Steps[0]; s.Run.Argv[0] != "sudo" || !slices.Contains(s.Leaves, "~/.sudo_as_admin_successful") {
		t.Errorf("%v leaves %v", s.Run.Argv, s.Leaves)
	}
}
