package fixers_test

import (
	"testing"

	"devdoctor/fixers"
)

func TestPortsOfLinux(t *testing.T) {
	held := func(account string) map[string]string {
		return map[string]string{"name": "systemd", "port": "3000", "account": account}
	}
	const mine, all = "-- run systemctl --user list-sockets --all --no-legend --\n", "-- run systemctl list-sockets --all --no-legend --\n"
	low := map[string]string{"name": "ip_unprivileged_port_start", "port": "80", "value": "1024", "file": "/proc/sys/net/ipv4/ip_unprivileged_port_start"}
	for name, p := range map[string]aPlan{
		"a socket of the account":   {fixers.StopSocket, held("ada"), mine + "[::]:13000 a.socket a.service\n[::]:3000 web.socket web.service\n", nil, []string{"systemctl --user stop web.socket"}},
		"a socket of the system":    {fixers.StopSocket, held("root"), sudo + all + "0.0.0.0:3000 cockpit.socket cockpit.service\n", nil, []string{"sudo systemctl stop cockpit.socket"}},
		"a socket that is not told": {fixers.StopSocket, held("ada"), mine + "/run/user/1000/bus dbus.socket dbus.service\n", nil, nil},
		"without systemctl":         {fixers.StopSocket, held("ada"), mine + "! not found\n", nil, nil},
		"a low port":                {fixers.OpenLowPorts, low, sudo, nil, []string{"sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80"}},
		"a low port, and no sudo":   {fixers.OpenLowPorts, low, noSudo, nil, nil},
	} {
		t.Run(name, func(t *testing.T) { p.check(t, onLinux) })
	}
}
