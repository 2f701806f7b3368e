package oracle

import (
	"os"
	"testing"

	"devdoctor/testdata/lab/machine"
)

func TestMain(m *testing.M) {
	machine.Main()
	os.Exit(m.Run())
}
