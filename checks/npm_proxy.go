package checks

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

// What npm does with a proxy was seen with npm 11.19.0 on 2026-11-21: a dead one
// ends every request with ECONNREFUSED, one without http:// with EINVALIDPROXY or
// ERR_INVALID_URL, one with the port 80800 with the latter; the settings https-proxy and proxy go before the variables;
// HTTP_PROXY serves only where the registry itself is http://, and ALL_PROXY never.
var (
	proxyGone = &Problem{
		ID: "gone",
		Means: "npm is told to send each request through a proxy, a program that passes requests on. The proxy should run on this computer, " +
			"and it does not. Each installation ends with ECONNREFUSED.",
		See:   "Type npm config get https-proxy, and npm config get proxy. One prints an address; nothing listens there.",
		Fixes: []*fixers.Fix{fixers.DropNpmSetting},
		Tells: forAPerson(deleteSetting("Start the program that is your proxy. If you use none, take the setting away.")),
	}
	proxyGoneVariable = &Problem{
		ID: "gone-variable",
		Means: "A variable of your terminal sends each request through a proxy, a program that passes requests on. The proxy should run on this " +
			"computer, and it does not. npm install ends with ECONNREFUSED, and git and curl fail too.",
		See:   "Type env; on Windows, type set in the Command Prompt. Look for the names that end in PROXY.",
		Fixes: []*fixers.Fix{fixers.DropVariable},
		Tells: takeVariable("Start the program that is your proxy. If you use none, the variable can go. "),
	}
	proxyMalformed = &Problem{
		ID: "malformed",
		Means: "npm is told to send each request through a proxy, a program that passes requests on. The address of the proxy lacks http:// " +
			"at its beginning, or ends with a port that is none. So npm stops with EINVALIDPROXY or ERR_INVALID_URL.",
		See:   "Type npm config get https-proxy, and npm config get proxy.",
		Fixes: []*fixers.Fix{fixers.ProxyAddress, fixers.DropNpmSetting},
		Tells: forAPerson(deleteSetting("Take the setting away. If your network needs the proxy, set it again, in the form http://proxy.example:8080.")),
	}
	proxyMalformedVariable = &Problem{
		ID: "malformed-variable",
		Means: "A variable of your terminal names a proxy, a program that passes requests on. Its address lacks http:// at its beginning, " +
			"or ends with a port that is none. So npm stops with EINVALIDPROXY or ERR_INVALID_URL.",
		See:   "Type env; on Windows, type set in the Command Prompt. Look for the names that end in PROXY.",
		Fixes: []*fixers.Fix{fixers.ProxyAddress, fixers.DropVariable},
		Tells: forAPerson([]fixers.Tell{
			{Do: writeProxy + " The command shows the line that sets it. Then open a new terminal.", Run: findVariable, Undo: "Write the old line again."},
			{OS: platforms.Windows, Do: "A window opens. Choose {name} in its upper half, and press Edit. " + writeProxy + " Then open a new terminal.",
				Run: [][]string{{"rundll32", "sysdm.cpl,EditEnvironmentVariables"}}, Undo: "Write the old address again in the same place."},
			{OS: platforms.Windows, Case: setForAll, Admin: true,
				Do: "Press the Windows key, type environment, and choose Edit the system environment variables. Press Environment Variables, " +
					"and choose {name} in the lower half. " + writeProxy + " Then open a new terminal.",
				Undo: "Write the old address again in the same place."},
			{Case: setHere, Do: inThisTerminal, Undo: "Nothing is changed."},
		}),
	}
)

// writeProxy keeps the proxy, which may be the only way out of the network.
const writeProxy = "Write http:// in front of the address in {name}; a port at its end is at most 65535. If no network of yours needs a proxy, take it out."

// npmProxied wants the proxy that npm is told of to be there, as far as this
// computer alone can prove.
var npmProxied = &Check{
	ID:        "npm-proxy",
	Title:     "npm's way to its server is open",
	Why:       "A proxy of an old network stays in the settings for years. npm install then reaches no server, and the error does not say why.",
	Phase:     1,
	After:     []*Check{nodeInstalled},
	Alongside: []*Check{npmInstalled},
	Problems:  []*Problem{proxyGone, proxyGoneVariable, proxyMalformed, proxyMalformedVariable, variableLeft},
	Run: func(ctx context.Context, h *platforms.Host, need Needs) Result {
		s, none := findNpmSettings(ctx, h, need)
		if none.Status != "" {
			return none
		}
		p, err := findProxy(ctx, h, s)
		if err != nil {
			return Unknown(err, "the variables that name a proxy could not be read")
		}
		if p.address == "" {
			return OK("npm asks its server without a proxy")
		}
		return weighProxy(ctx, h, p).inReach(ctx, h).whereSet(ctx, h)
	},
}

// A proxy is what npm sends its requests through, and where that is written.
type proxy struct {
	address string // as it is written: it may hold a password
	setting string // npm's name for it, where a file decides
	layer   npmLayer
	name    string // the variable, where one decides
}

// findProxy follows npm: its settings, then the variables; the zero proxy where it
// uses none.
func findProxy(ctx context.Context, h *platforms.Host, s npmSettings) (proxy, error) {
	skip, err := setOr(ctx, h, s, "noproxy", "NO_PROXY", "no_proxy")
	if err != nil || exempt(skip, registryHost(s)) {
		return proxy{}, err
	}
	for _, setting := range []string{"https-proxy", "proxy"} {
		value := s.value(setting)
		if value == "" || value == "null" || value == "false" {
			continue
		}
		_, layer, _ := s.get(setting)
		if layer.file == "" {
			return proxy{address: value, name: layer.names[setting]}, nil
		}
		return proxy{address: value, setting: setting, layer: layer}, nil
	}
	names := []string{"HTTPS_PROXY", "https_proxy"}
	if strings.HasPrefix(s.value("registry"), "http://") {
		names = append(names, "HTTP_PROXY", "http_proxy", "PROXY", "proxy")
	}
	for _, name := range names {
		value, err := h.Getenv(ctx, name)
		if err != nil || value != "" {
			return proxy{address: value, name: name}, err
		}
	}
	return proxy{}, nil
}

// setOr is npm's setting, else the first of the variables that has a value.
func setOr(ctx context.Context, h *platforms.Host, s npmSettings, setting string, variables ...string) (string, error) {
	if values, _, ok := s.get(setting); ok {
		return strings.Join(values, ","), nil
	}
	for _, name := range variables {
		value, err := h.Getenv(ctx, name)
		if err != nil || value != "" {
			return value, err
		}
	}
	return "", nil
}

// exempt reports whether a server is asked without a proxy: a list such as
// NO_PROXY names it or the end of its name. "" is npm's own server.
func exempt(list, server string) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(end string) bool {
		end = strings.ToLower(strings.Trim(strings.TrimSpace(end), "."))
		if server == "" {
			return strings.Contains(end, "npm")
		}
		return end != "" && (server == end || strings.HasSuffix(server, "."+end))
	})
}

// result is a problem with the proxy: file where a file names it, else variable.
func (p proxy) result(file, variable *Problem, format string) Result {
	if p.name != "" {
		return variable.Fail(format).With(Found{Name: p.name})
	}
	return file.Fail(format).With(Found{Name: p.setting, Value: p.layer.location, File: p.layer.file})
}

func weighProxy(ctx context.Context, h *platforms.Host, p proxy) Result {
	server, port := serverOf(p.address)
	if server == "" {
		return p.result(proxyMalformed, proxyMalformedVariable, "npm's proxy has no valid address").
			Because("It stands%s. An address begins with http:// and may end with a port, a number up to 65535: http://proxy.example:8080.", p.where())
	}
	at := server + ":" + strconv.Itoa(port)
	found := Found{Name: p.setting + p.name, Value: at, File: p.layer.file}
	r := OK("npm goes through the proxy %s", at).With(found).
		Note("npm goes through the proxy %s, as is set%s. In another network npm may not reach it.", at, p.where())
	here, err := isHere(ctx, h, server)
	if err != nil || !here {
		return orUnknown(r, err, "whether this is WSL could not be found out")
	}
	listens, err := listensHere(ctx, h, port)
	if err != nil {
		return Unknown(err, "whether npm's proxy runs could not be found out")
	}
	if !listens {
		r := p.result(proxyGone, proxyGoneVariable, "npm's proxy does not run")
		r.Found.Port = port
		return r.Because("It should be %s, as is set%s. No program listens there.", at, p.where())
	}
	return OK("npm goes through the proxy %s", at).With(found).
		Note("npm goes through the proxy %s on this computer, as is set%s.", at, p.where())
}

// where is where the proxy is written, to end a sentence with.
func (p proxy) where() string {
	if p.name != "" {
		return " in the variable " + p.name
	}
	return inFile(p.layer)
}
