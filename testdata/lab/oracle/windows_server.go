package oracle

// What goes wrong with the first server and the place of the project.

var windowsServer = []*Mutation{
	{
		Name: "port-own-node", Modes: []int{3}, Harmful: true, Touches: []string{"port"}, First: true,
		User:  "cd /d C:\\users\\learner\necho require('http').createServer((q, r) =^> r.end('old')).listen(3000)>old.js\nstart /b node old.js\nnode Z:\\opt\\lesson\\await.js 3000",
		Named: []string{"port.3000/left-running", "port.3000/taken"},
	},
	{
		Name: "port-of-git", Modes: []int{3}, Harmful: true, First: true, Touches: []string{"port"},
		User: `start /b git daemon --port=3000 --base-path=C:\users\learner
node Z:\opt\lesson\await.js 3000`,
		Named: []string{"port.3000/taken"},
	},
	{
		Name: "localhost-elsewhere", Modes: []int{79}, Harmful: true, Touches: []string{"hosts"},
		Root: `echo 192.168.1.20 localhost | sudo tee /etc/hosts > /dev/null; sudo chmod 666 /etc/hosts
mkdir -p "$C/windows/system32/drivers/etc"; printf '192.168.1.20 localhost\r\n' > "$C/windows/system32/drivers/etc/hosts"`,
		Named: []string{"localhost-address/not-loopback"},
	},
	{
		Name: "localhost-ipv6-only", Modes: []int{8, 79}, Harmful: true, Touches: []string{"hosts"},
		Root: `echo ::1 localhost | sudo tee /etc/hosts > /dev/null; sudo chmod 666 /etc/hosts
mkdir -p "$C/windows/system32/drivers/etc"; printf '::1 localhost\r\n' > "$C/windows/system32/drivers/etc/hosts"`,
		Named: []string{"localhost-address/only-ipv6"},
	},
	{
		Name: "project-with-sign", Modes: []int{45}, Harmful: true, Touches: []string{"place"}, First: true, Project: `C:\users\learner\course\c++`,
		User:  `mkdir "%PROJECT%"`,
		Named: []string{"place-project/package-name"},
	},
	{
		Name: "project-with-ampersand", Modes: []int{45}, Harmful: true, First: true, Touches: []string{"place"}, Project: `C:\users\learner\course\R&D`,
		User:  `mkdir "%PROJECT%"`,
		Named: []string{"place-project/package-name", "place-project/special-characters"},
	},
	// From here on: what looks odd and works.
	{Name: "port-3001", Modes: []int{3}, First: true, User: "cd /d C:\\users\\learner\necho require('http').createServer((q, r) =^> r.end('old')).listen(3001)>old2.js\nstart /b node old2.js\nnode Z:\\opt\\lesson\\await.js 3001"},
	{Name: "port-8080-of-git", Modes: []int{3}, First: true, User: "start /b git daemon --port=8080 --base-path=C:\\users\\learner\nnode Z:\\opt\\lesson\\await.js 8080"},
	{Name: "port-3000-udp", Modes: []int{3}, User: `cd /d C:\users\learner
echo require('dgram').createSocket('udp4').bind(3000)>udp.js
start /b node udp.js`},
	{Name: "hosts-blocklist", Modes: []int{79}, Touches: []string{"hosts"}, Root: `mkdir -p "$C/windows/system32/drivers/etc"; printf '# a list\r\n0.0.0.0 ads.example\r\n127.0.0.1 localhost\r\n' > "$C/windows/system32/drivers/etc/hosts"`},
	{Name: "hosts-ipv4-only", Modes: []int{8, 79}, Touches: []string{"hosts"}, Root: `echo 127.0.0.1 localhost | sudo tee /etc/hosts > /dev/null`},
	{Name: "project-with-space", Modes: []int{45}, Touches: []string{"place"}, First: true, Project: `C:\users\learner\My Course\first app`, User: `mkdir "%PROJECT%"`},
	{Name: "project-with-brackets", Modes: []int{45}, First: true, Project: `C:\users\learner\course\app (copy)`, Touches: []string{"place"}, User: `mkdir "%PROJECT%"`},
	{Name: "project-in-downloads", Modes: []int{45}, Touches: []string{"place"}, First: true, Project: `C:\users\learner\Downloads\app`, User: `mkdir "%PROJECT%"`},
}
