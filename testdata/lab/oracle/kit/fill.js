// Puts the packages beside it into npm's cache as if they had been fetched from a registry:
// fill.js DIRECTORY-OF-NPM CACHE REGISTRY
const fs = require('fs');
const path = require('path');
const [npm, cache, registry] = process.argv.slice(2);
const cacache = require(path.join(npm, 'node_modules', 'cacache'));

function keep(url, data, type, accept) {
  return cacache.put(cache, 'make-fetch-happen:request-cache:' + url, data, {
    algorithms: ['sha512'],
    metadata: {
      time: Date.now(),
      url,
      reqHeaders: { accept },
      resHeaders: {
        'cache-control': 'public, max-age=31536000, immutable',
        'content-type': type,
        date: new Date().toUTCString(),
      },
      options: { compress: true },
    },
  });
}

async function add(name) {
  const packed = fs.readFileSync(path.join(__dirname, name + '.tgz'));
  const tarball = `${registry}${name}/-/${name}-1.0.0.tgz`;
  const integrity = String(await keep(tarball, packed, 'application/octet-stream', '*/*'));
  const version = { name, version: '1.0.0', bin: { [name]: name + '.js' }, dist: { tarball, integrity } };
  const document = JSON.stringify({
    name, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version },
  });
  // npm asks for the short form of the document, or for the whole (11.19), and the
  // cache keeps them apart.
  for (const accept of ['application/json', 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*']) {
    await keep(registry + name, document, 'application/json', accept);
  }
}

async function main() {
  for (const file of fs.readdirSync(__dirname)) {
    if (file.endsWith('.tgz')) {
      await add(path.basename(file, '.tgz'));
    }
  }
}
main();
