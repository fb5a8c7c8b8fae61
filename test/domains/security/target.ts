import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessChecks, postureChecks } from '../../../src/domains/security/posture/checks.ts';
import type { PostureAbout } from '../../../src/domains/security/posture/look.ts';
import { nothingRecorded } from '../../../src/domains/security/posture/recorded.ts';
import type { ResolvedPosture } from '../../../src/domains/security/posture/settings.ts';
import { noPosture } from '../../../src/domains/security/sample-posture.ts';

const servers: Server[] = [];

export async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function serve(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(answer))}`;
}

export function endServers(): void {
  for (const server of servers.splice(0)) {
    server.close();
    (server as { closeAllConnections?: () => void }).closeAllConnections?.();
  }
}

export function about(baseUrl: string, posture: Partial<ResolvedPosture> = {}): PostureAbout {
  return {
    baseUrl,
    allowHosts: [new URL(baseUrl).host],
    headers: {},
    tls: {},
    posture: { ...noPosture, ...posture },
    recorded: nothingRecorded,
    recordingProblem: null,
    checks: [...postureChecks, ...accessChecks].map(({ id }) => id),
    random: 'zq81xkf0',
    signal: new AbortController().signal,
  };
}

export function end(
  response: ServerResponse,
  status: number,
  body = '',
  headers: Record<string, string | string[]> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', ...headers });
  response.end(body);
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** A certificate that signs itself, made by openssl. */
export function certificate(about: { days?: number; subject?: string; names?: string; bits?: number } = {}): {
  key: Buffer;
  cert: Buffer;
} {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const { days = 90, subject = '/CN=127.0.0.1', names = 'IP:127.0.0.1', bits = 2048 } = about;
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const rest = [
    '-days',
    String(days),
    '-subj',
    subject,
    '-addext',
    `subjectAltName=${names}`,
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', ['req', '-x509', '-newkey', `rsa:${bits}`, '-nodes', ...rest], { stdio: 'ignore' });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
}
