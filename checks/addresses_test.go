package checks

import "testing"

func TestServerOf(t *testing.T) {
	for address, want := range map[string]struct {
		server string
		port   int
	}{
		"https://NPM.school.example:8443/group/": {"npm.school.example", 8443},
		"http://ada:secret@npm.school.example":   {"npm.school.example", 80},
		"http://ada:se:c@ret@npm.school.example": {"npm.school.example", 80},
		"https://npm.school.example?a=b":         {"npm.school.example", 443},
		"http://[::1]:8080/":                     {"::1", 8080},
		"http://[::1]":                           {"::1", 80},
		"socks5://127.0.0.1":                     {"127.0.0.1", 1080},
		"npm.school.example:8080":                {},
		"http://npm.school.example:80800":        {},
		"http://npm.school.example:port":         {},
		"http://":                                {port: 80},
		"":                                       {},
	} {
		if server, port := serverOf(address); server != want.server || port != want.port {
			t.Errorf("serverOf(%q) = %q, %d, want %q, %d", address, server, port, want.server, want.port)
		}
	}
}
