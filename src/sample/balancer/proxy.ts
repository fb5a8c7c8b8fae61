import { type IncomingMessage, request as openRequest, type ServerResponse } from 'node:http';
import type { Upstream, Upstreams } from './upstreams.ts';

/** Bodies up to this are read first, so that they can be sent again when an instance refuses the connection. */
const bufferedBodyBytes = 64 * 1024;
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'expect']);
/** For scraping the instances directly; not for the public. */
const privatePaths = new Set(['/metrics']);
const noBody = Buffer.alloc(0);

/** Passes one request on and its answer back, streaming what is large. */
export function proxy(upstreams: Upstreams, request: IncomingMessage, response: ServerResponse): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  if (privatePaths.has(request.url ?? '')) refuse(response, 404, 'Not found');
  else if (length === undefined && encoding === undefined) forward(upstreams, request, response, noBody, 1);
  else if (encoding !== undefined || Number(length) > bufferedBodyBytes) {
    forward(upstreams, request, response, undefined, 0);
  } else {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => forward(upstreams, request, response, Buffer.concat(chunks), 1));
  }
}

/** @param body undefined: stream it */
function forward(
  upstreams: Upstreams,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer | undefined,
  retries: number,
  not?: Upstream,
): void {
  const upstream = upstreams.next(not);
  if (upstream === undefined) {
    refuse(response, 503, 'No instance is up');
    return;
  }
  upstream.requests++;
  let answered = false;
  const outgoing = openRequest({
    host: upstream.host,
    port: upstream.port,
    agent: upstream.agent,
    method: request.method,
    path: request.url,
    headers: forwardedHeaders(request),
  });
  outgoing.on('response', (incoming) => {
    answered = true;
    passBack(incoming, response);
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (response.destroyed || response.writableEnded) return;
    if (answered) {
      response.destroy();
      return;
    }
    upstreams.failed(upstream);
    const safe = request.method === 'GET' || request.method === 'HEAD' || error.code === 'ECONNREFUSED';
    if (retries > 0 && safe) forward(upstreams, request, response, body, retries - 1, upstream);
    else refuse(response, 502, 'The instance went away');
  });
  response.on('close', () => {
    if (!response.writableFinished) outgoing.destroy();
  });
  if (body === undefined) request.pipe(outgoing);
  else outgoing.end(body.length === 0 ? undefined : body);
}

function passBack(incoming: IncomingMessage, response: ServerResponse): void {
  const { rawHeaders } = incoming;
  const headers: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name !== 'Connection' && name !== 'Keep-Alive' && name !== 'Transfer-Encoding') {
      headers.push(name, rawHeaders[index + 1] as string);
    }
  }
  response.writeHead(incoming.statusCode ?? 502, headers);
  const length = Number(incoming.headers['content-length'] ?? Number.NaN);
  let sent = 0;
  incoming.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (sent === length)
      response.end(chunk); // with the head, in one write, when it is the only chunk
    else if (!response.write(chunk)) {
      incoming.pause();
      response.once('drain', () => incoming.resume());
    }
  });
  incoming.on('end', () => {
    if (!response.writableEnded) response.end();
  });
  incoming.on('aborted', () => response.destroy());
}

function forwardedHeaders(request: IncomingMessage): string[] {
  const { rawHeaders } = request;
  const headers: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    const lower = name.toLowerCase();
    if (!hopByHop.has(lower) && lower !== 'x-forwarded-for') headers.push(name, rawHeaders[index + 1] as string);
  }
  headers.push('X-Forwarded-For', request.socket.remoteAddress ?? '');
  return headers;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ error: message });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
