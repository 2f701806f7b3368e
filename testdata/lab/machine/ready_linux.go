package machine

import (
	"context"
	"errors"
	"fmt"
)

// What the first day of the course asks for beside Node.js: git knows the learner, VS
// Code is there as its installer leaves it (nobody starts it), GitHub knows a key, and
// PowerShell runs npm.

const (
	gitConfig = "[user]\n\tname = Ann Learner\n\temail = ann@mail.school\n[init]\n\tdefaultBranch = main\n"
	product   = `{"nameShort": "Code", "nameLong": "Visual Studio Code", "applicationName": "code", "dataFolderName": ".vscode", "version": "1.120.0"}` + "\n"
)

// readyScript makes a user of Linux ready. Root runs it.
const readyScript = `
code=/usr/share/code
mkdir -p $code/bin $code/resources/app
printf '#!/bin/sh\necho 1.120.0\n' >$code/bin/code
: >$code/code
chmod 755 $code/bin/code $code/code
echo '{"name": "Code", "version": "1.120.0"}' >$code/resources/app/package.json
printf %%s '%[3]s' >$code/resources/app/product.json
ln -s $code/bin/code /usr/bin/code
sudo -u %[1]s sh -c 'cd; umask 077; mkdir -p .ssh; ssh-keygen -q -t ed25519 -N "" -C ann -f .ssh/id_ed25519; umask 022; printf %%s "$1" >.gitconfig' sh '%[2]s'
`

// vsCode is where its installer for one user puts VS Code on Windows.
const vsCode = local + `\Programs\Microsoft VS Code`

var readyValues = []value{
	userPath(vsCode + `\bin`),
	{Root: "HKCU", Key: `Software\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell`, Name: "ExecutionPolicy", Data: "RemoteSigned"},
}

// readyFiles writes what makes a user of Windows ready.
func (m *Machine) readyFiles(ctx context.Context) error {
	var errs []error
	for _, f := range []struct{ path, content string }{
		{`C:\users\learner\.gitconfig`, gitConfig},
		{vsCode + `\Code.exe`, ""},
		{vsCode + `\bin\code`, "#!/usr/bin/env sh\n"},
		{vsCode + `\bin\code.cmd`, "@echo off\r\necho 1.120.0\r\n"},
		{vsCode + `\resources\app\product.json`, product},
	} {
		errs = append(errs, m.Write(ctx, f.path, f.content, "learner", 0o644))
	}
	return errors.Join(errs...)
}

func readyLines(spec Spec) string {
	if !spec.Ready {
		return ""
	}
	return fmt.Sprintf(readyScript, spec.User, gitConfig, product)
}
