package checks

import "slices"

// A Phase is a stretch of the course. Phases are cumulative: a learner in phase
// 7 needs everything up to phase 7.
type Phase struct {
	N     int
	Title string
}

// Phases is the ten phases of the course, as its own table of contents names
// them (read 2026-11-21).
var Phases = [10]Phase{
	{1, "Environment setup, Git, Node.js basics"},
	{2, "Web servers, HTTP, JavaScript essentials"},
	{3, "Express.js, APIs, middleware, routing"},
	{4, "Data modeling, JSON, OOP basics"},
	{5, "Cookies, sessions, JWT authentication"},
	{6, "TypeScript, advanced OOP"},
	{7, "SQL databases, schema design, indexing"},
	{8, "NestJS / FastAPI framework"},
	{9, "Software architecture, design patterns"},
	{10, "Deployment, DevOps, real-world projects"},
}

// FirstDay is the last phase that a plain check looks at.
const FirstDay = 2

// Needs is what the course asks of a machine.
type Needs struct {
	Node       []int       // major versions that the course is written for, the best first
	Git        string      // the oldest git that knows the commands of the course
	Extensions []Extension // of VS Code
	Ports      []PortNeed  // TCP ports that the learner's servers listen on
	Project    string      // the project directory; "" without one
	Online     bool        // network may be asked
	Phase      int         // the last phase that is looked at; 0 is all
}

// An Extension is one of VS Code's, from a phase on.
type Extension struct {
	ID    string // publisher.name
	Phase int
}

// extensions is those that are needed by the last phase.
func (n Needs) extensions() []Extension {
	return slices.DeleteFunc(slices.Clone(n.Extensions), func(e Extension) bool { return n.Phase != 0 && e.Phase > n.Phase })
}

// A PortNeed is a TCP port, from a phase on.
type PortNeed struct {
	Port, Phase int
	Needed      bool // false: worth a look, and no trouble for this course
}

// Course is what this course asks.
var Course = Needs{
	Node: []int{26, 24}, // "look for Node.js 24 or 26"
	Git:  "2.28",        // the first with init.defaultBranch
	Ports: []PortNeed{
		{3000, 2, true},  // the first servers of the course
		{5000, 2, false}, // of many other tutorials, and of AirPlay on a Mac
		{80, 10, true},   // the web's own, for what is deployed
	},
}

// Covered reports whether there are checks for a phase.
func Covered(phase int) bool {
	return slices.ContainsFunc(All(), func(c *Check) bool { return c.Phase == phase })
}

// InPhases is the checks of the phases from first to last.
func InPhases(first, last int) []*Check {
	return slices.DeleteFunc(All(), func(c *Check) bool { return c.Phase < first || c.Phase > last })
}
