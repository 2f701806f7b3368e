// Command lab starts throw-away learner's computers, breaks them, and looks whether
// devdoctor sees what is broken:
//
//	go run ./testdata/lab shell trixie
package main

import (
	"log"

	"devdoctor/testdata/lab/machine"
)

func main() {
	machine.Main()
	log.SetFlags(0)
	log.SetPrefix("lab: ")
}
