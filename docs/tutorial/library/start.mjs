// Starts one version of the library, keeps its port open, and starts it again when it ends, as systemd or a cluster would.
// node start.mjs v1, or node start.mjs v1 4610 for another port with loans of its own
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';

const [version = 'v1', given = '4600'] = process.argv.slice(2);
const port = Number(given);
const folder = `run/${port}`;
mkdirSync(folder, { recursive: true });

let library;
function start() {
  library = spawn(process.execPath, [`${version}/server.mjs`, String(port + 1), folder], { stdio: 'inherit' });
  writeFileSync(`${folder}/library.pid`, String(library.pid));
  library.once('exit', start);
}
start();

/** Hands a connection on; one that comes while the library is being started waits for it. */
function handOn(client, triesLeft = 100) {
  const server = connect(port + 1, '127.0.0.1');
  let isThere = false;
  server.once('connect', () => {
    isThere = true;
    client.pipe(server).pipe(client);
    client.once('close', () => server.destroy());
    server.once('close', () => client.destroy());
  });
  server.on('error', () => {
    if (!isThere && triesLeft > 0) setTimeout(handOn, 50, client, triesLeft - 1);
    else client.destroy();
  });
}

createServer((client) => {
  client.on('error', () => client.destroy());
  handOn(client);
}).listen(port, '127.0.0.1', () => process.stdout.write(`Library ${version}: http://127.0.0.1:${port}\n`));

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    library.removeListener('exit', start);
    library.kill();
    process.exit();
  });
