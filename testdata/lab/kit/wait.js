// Waits until somebody listens at the port that is named.
const net = require("net");
const started = Date.now();
(function knock() {
	const door = net.connect(Number(process.argv[2]), "127.0.0.1", () => process.exit(0));
	door.on("error", () => (Date.now() - started < 30000 ? setTimeout(knock, 100) : process.exit(1)));
})();
