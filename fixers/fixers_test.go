package fixers

import (
	"reflect"
	"testing"

	"devdoctor/platforms"
)

func TestChoose(t *testing.T) {
	anybody, linux := Tell{Do: "anybody"}, Tell{OS: platforms.Linux, Do: "linux"}
	nvm, linuxNvm := Tell{Owner: platforms.Nvm, Do: "nvm"}, Tell{OS: platforms.Linux, Owner: platforms.Nvm, Do: "nvm on linux"}
	rare, linuxRare := Tell{Case: "rare", Do: "rare"}, Tell{OS: platforms.Linux, Case: "rare", Do: "rare on linux"}
	all := []Tell{anybody, linux, nvm, linuxNvm, rare, linuxRare}
	for _, tt := range []struct {
		os    platforms.OS
		owner platforms.Manager
		c     Case
		tells []Tell
		want  string
	}{
		{platforms.Linux, platforms.Nvm, "", all, "nvm on linux"},
		{platforms.Darwin, platforms.Nvm, "", all, "nvm"},
		{platforms.Linux, platforms.Fnm, "", all, "linux"},
		{platforms.Windows, platforms.Unowned, "", all, "anybody"},
		{platforms.Linux, platforms.Nvm, "", all[:2], "linux"},
		{platforms.Windows, platforms.Nvm, "", []Tell{linux}, ""},
		{platforms.Linux, platforms.Nvm, "rare", all, "rare on linux"},
		{platforms.Darwin, platforms.Nvm, "rare", all, "rare"},
		{platforms.Darwin, platforms.Nvm, "rare", all[:4], "nvm"},
	} {
		got, ok := Choose(tt.tells, tt.os, tt.owner, tt.c)
		if got.Do != tt.want || ok != (tt.want != "") {
			t.Errorf("%s, owner %q, case %q: got %q, %v; want %q", tt.os, tt.owner, tt.c, got.Do, ok, tt.want)
		}
	}
}

func TestFill(t *testing.T) {
	tell := Tell{Do: "End process {pid} of {account}. Keep {} and {open.", Run: [][]string{{"kill", "{pid}"}, {"{path}/x"}}, Undo: "{pid}"}
	got := tell.Fill(map[string]string{"pid": "4711", "path": "/home/{pid}"})
	want := Tell{Do: "End process 4711 of <account>. Keep <> and {open.", Run: [][]string{{"kill", "4711"}, {"/home/{pid}/x"}}, Undo: "4711"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if tell.Run[0][1] != "{pid}" {
		t.Error("filling changed the original")
	}
}

func TestAsRoot(t *testing.T) {
	tell := Tell{Admin: true, Run: [][]string{{"sudo", "apt-get", "update"}, {"sudo"}, {"git", "init"}}}
	got := tell.AsRoot()
	if want := (Tell{Run: [][]string{{"apt-get", "update"}, {"sudo"}, {"git", "init"}}}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if tell.Run[0][0] != "sudo" {
		t.Error("the original lost its sudo")
	}
}

func TestWithSudo(t *testing.T) {
	tell := Tell{Run: [][]string{{"ls", "-l", "a"}, {"mv", "a", "b"}, {"sudo", "true"}}, Undo: "mv b a"}
	got := tell.WithSudo()
	want := Tell{Run: [][]string{{"ls", "-l", "a"}, {"sudo", "mv", "a", "b"}, {"sudo", "true"}}, Undo: "sudo mv b a", Admin: true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	if tell.Run[1][0] != "mv" {
		t.Error("the original got a sudo")
	}
}

func TestLine(t *testing.T) {
	for _, tt := range []struct {
		shell Shell
		argv  []string
		want  string
	}{
		{Sh, []string{"git", "config", "user.name", "Ada Lovelace"}, "git config user.name 'Ada Lovelace'"},
		{Sh, []string{"echo", "it's", "$HOME", "", "*"}, `echo 'it'\''s' '$HOME' '' '*'`},
		{Sh, []string{"ls", "~/my course", "~/x", "Größe"}, "ls ~/'my course' ~/x Größe"},
		{Cmd, []string{"cd", `C:\Program Files\nodejs`, `C:\x`}, `cd "C:\Program Files\nodejs" C:\x`},
		{Cmd, []string{"echo", "a&b", "", "50%"}, `echo "a&b" "" 50%`},
	} {
		if got := tt.shell.Line(tt.argv); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.shell, got, tt.want)
		}
	}
}
