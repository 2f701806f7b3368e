package platforms

import (
	"context"
	"strings"
	"testing"
)

// What mise 2026.9.15 printed for `mise hook-env --force`, captured on 2026-11-21. O is
// mise's own folder, T a tool of the global configuration, S the shims.
func TestMiseSortsPath(t *testing.T) {
	letters := strings.NewReplacer("O", "/home/mia/.local/bin", "T", "/mise/installs/node/24/bin", "S", "/mise/shims")
	h := open(t, linux+`
-- file /home/mia/.config/mise/config.toml --
[tools]
node = "24"
-- stat /mise/installs/node/24 --
dir mode=0755 uid=1000 gid=1000 size=100 access=rwx
-- stat /mise/installs/node/24/bin --
dir mode=0755 uid=1000 gid=1000 size=100 access=rwx
-- file /home/mia/.bashrc --
-- file /home/mia/.profile --
absent: stat *
`).Host
	for _, c := range []struct{ original, path, sorted string }{
		{"/usr/bin:/bin", "O:S:/usr/bin:/bin", "O:T:S:/usr/bin:/bin"},
		{"/usr/bin:/bin", "S:/a:O:/usr/bin:/bin", "/a:O:T:S:/usr/bin:/bin"},
		{"/usr/bin:/bin", "/a:O:T:S:/usr/bin:/bin:/b", "/a:O:T:S:/usr/bin:/bin:/b"},
		{"/usr/bin:/bin", "O:T:S:/usr/bin:/x:/bin", "O:T:S:/usr/bin:/bin:/x"},
		{"/usr/bin:/bin", "/q:/usr/bin:O:T:S:/usr/bin:/bin", "/q:T:S:/usr/bin:/usr/bin:/bin:O"},
		{"/usr/bin:/bin", "/q:S:/w:T:/e", "/q:/w:/e:T:S:/usr/bin:/bin"},
		{"/o1:/o2:/o3:/usr/bin", "/p:/o3:/x:/o2:/y", "/p:T:S:/o3:/o2:/o1:/usr/bin:/x:/y"},
		{"S:/o1:/bin", "O:S:/o1:/bin", "O:T:S:/o1:/bin"},
		{"T:/o1:O:/bin", "T:/o1:O:/bin", "S:T:/o1:O:/bin"},
		{"T:/o1:O:/bin", "S:/o1:O:/bin", "S:/o1:O:/bin:T"},
		{"/o1:S:O:/bin", "/a:O:S:/o1:S:O:/bin", "/a:T:S:O:/o1:O:/bin"},
	} {
		r := &shellRun{ctx: context.Background(), h: h, kind: "zsh", st: newShellState()}
		got, why := r.miseSorted("/mise", letters.Replace(c.path), letters.Replace(c.original))
		if want := letters.Replace(c.sorted); got != want || why != "" {
			t.Errorf("%s after %s becomes %s %s\nwant %s", c.path, c.original, got, why, want)
		}
	}
}
