package oracle

// What goes wrong with the first server and with the project's place.

const listen = `/opt/lesson/listen`

var linuxServer = []*Mutation{
	{
		Name: "port-own-node", Modes: []int{3}, Harmful: true, Touches: []string{"port"},
		Fits:  plainCopy,
		User:  `cd "$H" && (setsid "$NODE" -e 'require("http").createServer((q,r)=>r.end("old")).listen(3000)' > /dev/null 2>&1 < /dev/null &) ; wait_port`,
		Named: []string{"port.3000/left-running", "port.3000/taken"},
	},
	{
		Name: "port-own-node-stopped", Modes: []int{3}, Harmful: true, Touches: []string{"port"},
		Fits:  plainCopy,
		User:  `cd "$H" && (setsid "$NODE" -e 'require("http").createServer((q,r)=>r.end("old")).listen(3000)' > /dev/null 2>&1 < /dev/null & echo $! > /tmp/stopped) ; wait_port; kill -STOP $(cat /tmp/stopped)`,
		Named: []string{"port.3000/suspended", "port.3000/left-running"},
	},
	{
		Name: "port-another-program", Modes: []int{3}, Harmful: true, Touches: []string{"port"},
		User:  listen + ` 0.0.0.0:3000 && wait_port`,
		Named: []string{"port.3000/taken"},
	},
	{
		Name: "port-of-root", Modes: []int{3}, Harmful: true, Touches: []string{"port"},
		Root:  listen + ` 127.0.0.1:3000 && wait_port`,
		Named: []string{"port.3000/taken-unseen", "port.3000/taken"},
	},
	{
		Name: "port-on-ipv6", Modes: []int{3, 8}, Harmful: true, Touches: []string{"port", "ipv6"},
		User:  listen + ` [::1]:3000 && wait_port`,
		Named: []string{"port.3000/taken"},
	},
	{
		Name: "localhost-gone", Modes: []int{79}, Harmful: true, Touches: []string{"hosts"},
		Root:  `printf '127.0.1.1 learner-pc\n' > /etc/hosts`,
		Named: []string{"localhost-address/missing"},
	},
	{
		Name: "localhost-elsewhere", Modes: []int{79}, Harmful: true, Touches: []string{"hosts"},
		Root:  `printf '192.168.1.20 localhost\n127.0.1.1 learner-pc\n' > /etc/hosts`,
		Named: []string{"localhost-address/not-loopback"},
	},
	{
		Name: "localhost-only-ipv6", Modes: []int{8, 79}, Harmful: true, Touches: []string{"hosts"},
		Root:  `printf '::1 localhost\n127.0.1.1 learner-pc\n' > /etc/hosts`,
		Named: []string{"localhost-address/only-ipv6"},
	},
	{
		Name: "hosts-utf16", Modes: []int{79}, Harmful: true, Touches: []string{"hosts"},
		Root:  `printf '127.0.0.1 localhost\n' | sed 's/./&\x00/g; s/$/\x00/' > /tmp/h; { printf '\377\376'; cat /tmp/h; } > /etc/hosts`,
		Named: []string{"localhost-address/hosts-encoding", "localhost-address/missing"},
	},
	{
		Name: "home-read-only", Modes: []int{83}, Harmful: true, Last: true, Touches: []string{"home"},
		Beyond: "a disk that the system made read-only protects what is on it",
		Root:   `mount --bind "$H" "$H" && mount -o remount,bind,ro "$H"`,
		Named:  []string{"place-disk/read-only"},
		Also:   []string{"place-project/not-writable", "npm-global/not-writable"},
	},
	{
		Name: "home-full", Modes: []int{83}, Harmful: true, Last: true, Touches: []string{"home"},
		Beyond: "which of their files may go only the learner knows",
		Root:   `mkdir /tmp/full && mount -t tmpfs -o size=$(($(du -sm "$H" | cut -f1) + 40))m tmpfs /tmp/full && cp -a "$H/." /tmp/full/ && mount --move /tmp/full "$H" && chown --reference=/home "$H" && chown learner:learner "$H"; rest=$(df --output=avail -k "$H" | tail -1); dd if=/dev/zero of=/home/learner/film.mkv bs=1k count=$rest status=none || test "$(df --output=avail -k "$H" | tail -1)" -eq 0; chown learner: /home/learner/film.mkv`,
		Fits:   func(b Base) bool { return b.User == "learner" && of("home", "usr-local", "n")(b) },
		Named:  []string{"place-disk/full"},
	},
	{
		Name: "project-in-system", Modes: []int{45}, Harmful: true, First: true, Touches: []string{"place", "project-own", "project-git"}, Project: "/usr/local/src/app", Closed: true,
		Beyond: "the folder is the system's, and the learner chose it: only they can go elsewhere",
		Root:   `mkdir -p /usr/local/src/app && chown root:root /usr/local/src /usr/local/src/app`,
		Named:  []string{"place-project/system-folder"},
		Also:   []string{"place-project/not-writable"},
	},
	{
		Name: "project-with-colon", Modes: []int{45}, Harmful: true, First: true, Touches: []string{"place"}, Project: "/home/learner/course/day:1",
		User:  `mkdir -p "$PROJECT"`,
		Named: []string{"place-project/special-characters", "place-project/package-name"},
		Fits:  func(b Base) bool { return b.User == "learner" },
	},
	{
		Name: "project-with-accents", Modes: []int{45}, Harmful: true, First: true, Touches: []string{"place"}, Project: "/home/learner/course/été",
		User:  `mkdir -p "$PROJECT"`,
		Named: []string{"place-project/package-name"},
		Fits:  func(b Base) bool { return b.User == "learner" },
	},
	{
		Name: "project-with-sign", Modes: []int{45}, Harmful: true, First: true, Touches: []string{"place"}, Project: "/home/learner/course/R&D",
		User:  `mkdir -p "$PROJECT"`,
		Named: []string{"place-project/package-name"},
		Fits:  func(b Base) bool { return b.User == "learner" },
	},
	{
		Name: "project-of-root", Modes: []int{45}, Harmful: true, Last: true, Touches: []string{"project-own", "project-git"},
		Root:  `chown root:root "$PROJECT"`,
		Named: []string{"place-project/not-writable"},
	},
	// From here on: what looks odd and works.
	{Name: "port-3001", Modes: []int{3}, Touches: []string{"ipv6"}, User: listen + ` 0.0.0.0:3001 [::1]:8080`},
	{Name: "port-4000-node", Modes: []int{3}, Fits: plainCopy, User: `cd "$H" && (setsid "$NODE" -e 'require("http").createServer((q,r)=>r.end("old")).listen(4000)' > /dev/null 2>&1 < /dev/null &) ; :`},
	{Name: "port-3000-udp", Modes: []int{3}, User: listen + ` udp:127.0.0.1:3000`},
	{Name: "socket-called-3000", Modes: []int{3}, User: listen + ` unix:/tmp/3000`},
	{Name: "localhost-ipv4-only", Modes: []int{8, 79}, Touches: []string{"hosts"}, Root: `printf '127.0.0.1\tlocalhost learner-pc\n' > /etc/hosts`},
	{Name: "hosts-blocklist", Modes: []int{79}, Touches: []string{"hosts"}, Root: `{ printf '# a list against advertisements\n'; i=0; while [ $i -lt 500 ]; do printf '0.0.0.0 ad%d.example\n' $i; i=$((i+1)); done; printf '127.0.0.1 localhost.localdomain localhost\n::1 ip6-localhost localhost\n'; } > /etc/hosts`},
	{Name: "no-name-servers", Modes: []int{78}, Touches: []string{"resolv"}, Root: `rm -f /etc/resolv.conf`},
	{Name: "no-ipv6", Modes: []int{8}, Touches: []string{"ipv6"}, Root: `echo 1 > /proc/sys/net/ipv6/conf/lo/disable_ipv6`},
	{Name: "another-host-name", Modes: []int{79}, Root: `hostname anns-laptop; echo anns-laptop > /etc/hostname`},
	{Name: "project-with-space", Modes: []int{45}, First: true, Touches: []string{"place"}, Project: "/home/learner/My Course/first app", User: `mkdir -p "$PROJECT"`, Fits: func(b Base) bool { return b.User == "learner" }},
	{Name: "project-with-brackets", Modes: []int{45}, First: true, Touches: []string{"place"}, Project: "/home/learner/course/app (copy)!", User: `mkdir -p "$PROJECT"`, Fits: func(b Base) bool { return b.User == "learner" }},
	{Name: "project-below-letters", Modes: []int{45}, First: true, Touches: []string{"place"}, Project: "/home/learner/Übungen & mehr/app", User: `mkdir -p "$PROJECT"`, Fits: func(b Base) bool { return b.User == "learner" }},
	{Name: "project-in-downloads", Modes: []int{45}, First: true, Touches: []string{"place"}, Project: "/home/learner/Downloads/app", User: `mkdir -p "$PROJECT"`, Fits: func(b Base) bool { return b.User == "learner" }},
	{Name: "project-linked", Modes: []int{45}, First: true, Touches: []string{"place"}, Project: "/home/learner/app", User: `mkdir -p "$H/data/app"; ln -s data/app "$H/app"`, Fits: func(b Base) bool { return b.User == "learner" }},
}

var linuxMutations = concat(linuxTerminal, linuxNode, linuxNpm, linuxGit, linuxServer)

func concat(lists ...[]*Mutation) []*Mutation {
	var all []*Mutation
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}
