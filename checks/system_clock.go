package checks

import (
	"context"
	"time"

	"devdoctor/fixers"
	"devdoctor/platforms"
)

var clockBehind = &Problem{
	ID: "behind",
	Means: "The clock of your computer is more than a day behind, as after an empty battery. To a clock in the past, the proofs of identity " +
		"that servers show are not valid yet, so npm install and git clone stop with: certificate is not yet valid.",
	See: "date prints day and time; in the Command Prompt, date /t does.",
	Tells: []fixers.Tell{
		{
			OS: platforms.Linux, Admin: true, Do: "Let your system take the time from the internet.",
			Run: [][]string{{"sudo", "timedatectl", "set-ntp", "true"}}, Undo: "sudo timedatectl set-ntp false",
		},
		{
			OS: platforms.Linux, Owner: platforms.WindowsWSL,
			Do:  "WSL takes the time from Windows when it starts. Look at the clock of Windows, and end WSL. Then open a new terminal.",
			Run: [][]string{{"wsl.exe", "--shutdown"}}, Undo: "WSL starts by itself when you open it again.",
		},
		{OS: platforms.Darwin, Do: "Open System Settings, General, Date & Time, and switch on Set time and date automatically.", Undo: "Switch it off again in the same place."},
		{OS: platforms.Windows, Do: "Open Settings, Time & language, Date & time. Switch on Set time automatically, and choose Sync now.", Undo: "Switch it off again in the same place."},
	},
}

// clockSlack is how far a clock may be off by its time zone.
const clockSlack = 24 * time.Hour

// systemClock wants a clock that is not behind the tables of this very program.
var systemClock = &Check{
	ID:       "system-clock",
	Title:    "the clock of your computer is not behind",
	Why:      "npm and git talk to servers that prove who they are. The proof holds from one day to another, and your clock decides.",
	Phase:    1,
	Problems: []*Problem{clockBehind},
	Run: func(ctx context.Context, h *platforms.Host, _ Needs) Result {
		now, err := h.Now(ctx)
		if err != nil {
			return Unknown(err, "the clock could not be read")
		}
		day := now.Format(time.DateOnly)
		found := Found{Value: day}
		if !now.Before(nodeLinesRead.time().Add(-clockSlack)) {
			return OK("its clock shows %s", day).With(found)
		}
		if world, err := h.World(ctx); err == nil && world.InWSL() {
			found.Owner = platforms.WindowsWSL
		}
		return clockBehind.Fail("the clock of your computer is wrong").With(found).
			Because("It shows %s. This devdoctor was made later, with facts of %s.", day, nodeLinesRead)
	},
}
