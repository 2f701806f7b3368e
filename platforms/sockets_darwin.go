package platforms

import (
	"context"
	"strconv"
)

// listeners asks netstat, which sees those of all accounts, and only for a port
// that is taken lsof, which knows the processes of this account.
func (l *Live) listeners(ctx context.Context, port uint16) ([]socketFacts, error) {
	a, err := l.run(ctx, Query{Verb: "run", Args: []string{"/usr/sbin/netstat", "-anW", "-p", "tcp"}})
	if err != nil {
		return nil, err
	}
	found := parseNetstat(a.Text, port)
	if len(found) == 0 {
		return nil, nil
	}
	a, err = l.run(ctx, Query{Verb: "run", Args: []string{
		"/usr/sbin/lsof", "-nP", "-iTCP:" + strconv.Itoa(int(port)), "-sTCP:LISTEN", "-F", "putn",
	}})
	if err == nil { // it fails when none of them is ours
		parseLsof(a.Text, found)
	}
	return found, nil
}
