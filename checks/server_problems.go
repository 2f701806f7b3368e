package checks

import (
	"devdoctor/fixers"
	"devdoctor/platforms"
)

// How to list the listeners by hand, on any system.
const seeListeners = "Linux: ss -ltnp. macOS: lsof -nP -iTCP -sTCP:LISTEN. Windows: netstat -ano. Each lists the ports and the numbers of the processes that hold them."

// anotherPort is the way round every taken port.
const anotherPort = "Or let your program use another port: write 3001 in place of {port} in it, and in the browser's address."

var portProblems = []*Problem{portLeftRunning, portSuspended, portOfEditor, portTaken, portUnseen, portOfContainer, portOfWSL, portOfSystem, portOfAirPlay,
	portReservedByWindows, portForAdministrator}

var (
	portLeftRunning = &Problem{
		ID: "left-running",
		Means: "A program of yours runs and holds the port: the server you are working with, or one of before. Closing its window does not always end it. " +
			"A second program cannot listen there and stops with the error EADDRINUSE.",
		See:   seeListeners,
		Fixes: []*fixers.Fix{fixers.EndServer},
		Tells: []fixers.Tell{
			{
				Do:  "Stop that one program: press Ctrl+C in the terminal where it runs. Or, if its command line is yours, end it by its number. " + anotherPort,
				Run: [][]string{{"kill", "{pid}"}}, Undo: "Start the program again.",
			},
			{
				// A program stopped with Ctrl+Z heeds the first command only after the second.
				OS: platforms.Darwin,
				Do: "Stop that one program: press Ctrl+C in the terminal where it runs. Or, if its command line is yours, end it by its number. " +
					"Should it still be there, the second command wakes it up to end. " + anotherPort,
				Run: [][]string{{"kill", "{pid}"}, {"kill", "-CONT", "{pid}"}}, Undo: "Start the program again.",
			},
			{
				// Without /F taskkill asks a window to close, and a program in a console has none.
				OS:  platforms.Windows,
				Do:  "Stop that one program: press Ctrl+C in the terminal where it runs. Or, if its command line is yours, end it by its number. " + anotherPort,
				Run: [][]string{{"taskkill", "/PID", "{pid}", "/T", "/F"}}, Undo: "Start the program again.",
			},
		},
	}
	portSuspended = &Problem{
		ID: "suspended",
		Means: "A server of yours was put to sleep, and holds the port all the same. Ctrl+Z does that: it stops a program halfway, where Ctrl+C ends " +
			"it. A second program cannot listen there and stops with the error EADDRINUSE.",
		See:   "jobs, in the terminal where the server was started, prints Stopped and its name.",
		Fixes: []*fixers.Fix{fixers.EndServer},
		Tells: []fixers.Tell{{
			OS:  platforms.Linux,
			Do:  "Type fg in the terminal where the server was started, and then press Ctrl+C. Or end it from here: it must be woken up for that. " + anotherPort,
			Run: [][]string{{"sh", "-c", "kill {pid}; kill -CONT {pid}"}}, Undo: "Start the program again.",
		}},
	}
	portOfEditor = &Problem{
		ID: "editor",
		Means: "Your editor, or the program that this terminal runs in, holds the port. An editor listens when it passes on a port of another " +
			"computer or a container, or when an extension of it shows a page. Your server stops with the error EADDRINUSE.",
		See: seeListeners,
		Tells: []fixers.Tell{{
			// The words of VS Code and what was made out of it: remote.tunnel.close in its source, 2026-11-22.
			Do: "Do not end the program: what you have not saved would be lost. In the editor, open the view Ports, beside Terminal. " +
				"Right-click port {port} and choose Stop Forwarding Port. If it is not listed there, close the page that an extension shows. " + anotherPort,
			Undo: "Forward a Port, in the same view.",
		}},
	}
	portTaken = &Problem{
		ID:    "taken",
		Means: "Another program holds the port. Yours cannot listen there and stops with the error EADDRINUSE.",
		See:   seeListeners,
		Fixes: []*fixers.Fix{fixers.EndServer},
		Tells: []fixers.Tell{
			{
				Do:  "Look at the program. If you do not need it, close it the way you opened it. " + anotherPort,
				Run: [][]string{{"ps", "-p", "{pid}", "-o", "pid,user,args"}}, Undo: "Start the program again.",
			},
			{
				OS:  platforms.Windows,
				Do:  "Look at the program. If you do not need it, close it the way you opened it. " + anotherPort,
				Run: [][]string{{"tasklist", "/SVC", "/FI", "PID eq {pid}"}}, Undo: "Start the program again.",
			},
		},
	}
	portUnseen = &Problem{
		ID: "taken-unseen",
		Means: "A program holds the port, and this account may not see which one: it belongs to another account, such as the system's. " +
			"Your program cannot listen there and stops with the error EADDRINUSE.",
		See: seeListeners,
		Tells: []fixers.Tell{
			{OS: platforms.Linux, Do: "Ask as administrator which program it is. " + anotherPort, Run: [][]string{{"sudo", "ss", "-ltnp", "sport = :{port}"}}, Admin: true, Undo: "It only looks."},
			{OS: platforms.Darwin, Do: "Ask as administrator which program it is. " + anotherPort, Run: [][]string{{"sudo", "lsof", "-nP", "-iTCP:{port}", "-sTCP:LISTEN"}}, Admin: true, Undo: "It only looks."},
			{OS: platforms.Windows, Do: "Look for the port in this list. Look for the number at the end of its line in the Task Manager, under Details. " + anotherPort, Run: [][]string{{"netstat", "-ano", "-p", "TCP"}}, Undo: "It only looks."},
		},
	}
	portOfContainer = &Problem{
		ID: "container",
		Means: "A container, a program in a closed-off Linux of its own, publishes the port. Docker listens there on its behalf. " +
			"Your program cannot listen there and stops with the error EADDRINUSE.",
		See:   "docker ps lists the running containers and the ports they publish.",
		Fixes: []*fixers.Fix{fixers.StopContainer},
		Tells: []fixers.Tell{{
			Do: "Find the container, then stop it with docker stop and its name. One that was started with --rm is removed when it stops, " +
				"with all that was written into it. " + anotherPort,
			Run: [][]string{{"docker", "ps", "--filter", "publish={port}"}}, Human: true, Undo: "docker start and its name.",
		}},
	}
	portOfWSL = &Problem{
		ID: "wsl-side",
		Means: "A program inside WSL, the Linux in your Windows, holds the port. Windows passes localhost on to it. " +
			"A server that you start in Windows stops with the error EADDRINUSE, or browsers reach the other one.",
		See: "In the Linux window: ss -ltnp lists the listeners.",
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Do: "Find the program in WSL and stop it there, with Ctrl+C in its window. " + anotherPort,
			Run: [][]string{{"wsl", "ss", "-ltnp"}}, Undo: "Start the program again in WSL.",
		}},
	}
	portOfSystem = &Problem{
		ID: "system",
		Means: "A service of the system holds the port. It keeps it for programs that the system starts by itself. " +
			"Your program cannot listen there and stops with the error EADDRINUSE or EACCES.",
		See:   "Windows: netsh http show servicestate. Linux: systemctl list-sockets. Each lists what the system waits for.",
		Fixes: []*fixers.Fix{fixers.StopSocket},
		Tells: []fixers.Tell{
			{
				OS: platforms.Windows, Do: "See which service asked for the port. IIS is turned off under Turn Windows features on or off. " + anotherPort,
				Run: [][]string{{"netsh", "http", "show", "servicestate"}}, Undo: "Turn the feature on again in the same place.",
			},
			{
				OS: platforms.Linux, Do: "See which service asked for the port. Stop its socket with systemctl stop and its name. " + anotherPort,
				Run: [][]string{{"systemctl", "list-sockets", "--all"}}, Human: true, Undo: "systemctl start and its name.",
			},
		},
	}
	portOfAirPlay = &Problem{
		ID: "airplay",
		Means: "macOS itself waits at ports 5000 and 7000 for AirPlay, which plays sound and video from other devices. " +
			"Your program stops with the error EADDRINUSE, or browsers get the answer 403 Forbidden.",
		See: "Open System Settings, General, AirDrop & Handoff, and read the line AirPlay Receiver.",
		Tells: []fixers.Tell{{
			OS: platforms.Darwin, Do: "Let your program use port 3000. Or open System Settings, General, AirDrop & Handoff, and turn AirPlay Receiver off.",
			Undo: "Turn AirPlay Receiver on in the same place.",
		}},
	}
	portReservedByWindows = &Problem{
		ID: "reserved",
		Means: "Windows sets ranges of ports aside for its virtual machines, Docker and WSL, and chooses them anew at each start. " +
			"No program can listen in them: Node.js stops with the error EACCES, permission denied.",
		See:   "netsh interface ipv4 show excludedportrange protocol=tcp lists the ranges. A line with a star was set by an administrator.",
		Fixes: []*fixers.Fix{fixers.FreePort},
		Tells: []fixers.Tell{{
			OS: platforms.Windows, Admin: true,
			Do: "Open a terminal as administrator. Stop the service that chose the ranges, set the port aside for programs, and start the service again. " +
				"WSL and Docker lose the network while it is stopped. " + anotherPort,
			Run: [][]string{
				{"net", "stop", "winnat"},
				{"netsh", "int", "ipv4", "add", "excludedportrange", "protocol=tcp", "startport={port}", "numberofports=1", "store=persistent"},
				{"net", "start", "winnat"},
			},
			Undo: "netsh int ipv4 delete excludedportrange protocol=tcp startport={port} numberofports=1 store=persistent",
		}},
	}
	portForAdministrator = &Problem{
		ID: "privileged",
		Means: "Linux keeps the lowest ports for the administrator. A program of your account that listens there stops with the error EACCES, " +
			"permission denied. Starting it with sudo would give a mistake in it all power over your computer.",
		See:   "cat /proc/sys/net/ipv4/ip_unprivileged_port_start prints the first port that every account may use.",
		Fixes: []*fixers.Fix{fixers.OpenLowPorts},
		Tells: []fixers.Tell{{
			OS: platforms.Linux, Do: "Let your program use port 3000 or 8080 instead of {port}, and put that number into the browser's address.",
			Undo: "Nothing was changed.",
		}},
	}
)
