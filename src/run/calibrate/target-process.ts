import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// What a calibration sends its load to: answers everything with the same few bytes, and ends with who started it.
const body = Buffer.from('{"ok":true}');
const headers = { 'content-type': 'application/json', 'content-length': body.length };

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, headers).end(body);
});
server.keepAliveTimeout = 60_000;
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () =>
  process.send?.((server.address() as AddressInfo).port),
);
process.once('disconnect', () => {
  server.close();
  server.closeAllConnections();
});
