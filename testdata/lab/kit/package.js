// Writes the learner's package.json: a script that uses the package of the lesson.
require("fs").writeFileSync("package.json", JSON.stringify({
	name: "first-day",
	scripts: { hello: "node -p \"'A day has ' + require('ms')('1d') + ' ms'\"" },
}));
