package platforms

import (
	"errors"
	"testing"

	"golang.org/x/sys/windows/registry"
)

// A variable of the account becomes what it should be and comes back, with its type,
// and one that somebody changed since stays. G49
func TestSetUserVariable(t *testing.T) {
	const name = "DEVDOCTOR_TEST"
	key, _, err := registry.CreateKey(registry.CURRENT_USER, accountVariables, registry.QUERY_VALUE|registry.SET_VALUE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := key.DeleteValue(name); err != nil && !errors.Is(err, registry.ErrNotExist) {
			t.Error(err)
		}
		if err := key.Close(); err != nil {
			t.Error(err)
		}
	})
	c := &LiveChanger{asks: NewLive()}
	text, list := RegistryValue{"REG_SZ", `C:\a b;ä`}, RegistryValue{"REG_EXPAND_SZ", `%USERPROFILE%\bin;C:\a b`}
	for _, step := range [][2]RegistryValue{{{}, text}, {text, list}, {text, list}, {list, {}}, {{}, list}, {list, text}} {
		if err := c.SetUserVariable(name, step[0], step[1]); err != nil {
			t.Fatalf("%v: %v", step, err)
		}
		now, err := userVariable(key, name)
		if err != nil || now != step[1] {
			t.Fatalf("it is %v, %v; want %v", now, err, step[1])
		}
	}
	if err := c.SetUserVariable(name, list, RegistryValue{}); !errors.Is(err, ErrChanged) {
		t.Errorf("what somebody else wrote was changed: %v", err)
	}
	if err := key.SetDWordValue(name, 1); err != nil {
		t.Fatal(err)
	}
	if err := c.SetUserVariable(name, text, RegistryValue{}); err == nil {
		t.Error("a number was taken for a text")
	}
}
