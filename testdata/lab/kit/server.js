// The learner's first server, and the browser that opens it.
const http = require("http");
const port = 3000;
const server = http.createServer((_, response) => response.end("Hello Backend World!\n"));
server.on("error", (e) => { console.error(e.code); process.exit(1); });
server.listen(port, () => {
	http.get({ host: "localhost", port, path: "/", agent: false }, (response) => {
		response.pipe(process.stdout);
		response.on("end", () => process.exit(response.statusCode === 200 ? 0 : 1));
	}).on("error", (e) => { console.error("localhost:", e.code); process.exit(1); });
});
setTimeout(() => { console.error("no answer"); process.exit(1); }, 20000);
