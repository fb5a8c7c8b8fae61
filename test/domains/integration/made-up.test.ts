import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { judgeMadeUp } from '../../../src/domains/integration/contracts/judge-made-up.ts';
import { askMadeUp } from '../../../src/domains/integration/contracts/made-up.ts';
import { readDocument } from '../../../src/domains/integration/openapi/document.ts';
import { findScanner } from '../../../src/environment/scanners/scanners.ts';

const isInstalled = (await findScanner('schemathesis')) !== null;

let server: Server;
let baseUrl = '';
let asked: { method: string; key: string }[] = [];
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', key: String(request.headers['x-key'] ?? '') });
    const { searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const size = searchParams.get('size') ?? '1';
    const json = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (!/^-?\d+$/.test(size)) return void json(400, { error: 'size' });
    // Nobody recorded a negative one.
    json(200, { size: Number(size) < 0 ? 'none' : 1 });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close().closeAllConnections());

/** @param minimum of `size`, as the document has it */
async function judged(minimum: number | null) {
  const answer = (properties: object) => ({
    description: 'x',
    content: { 'application/json': { schema: { type: 'object', properties } } },
  });
  const size = { type: 'integer', ...(minimum === null ? {} : { minimum }) };
  const responses = { 200: answer({ size: { type: 'integer' } }), 400: answer({ error: { type: 'string' } }) };
  const parameters = [{ name: 'size', in: 'query', schema: size }];
  const paths = { '/things': { get: { parameters, responses }, post: { responses } } };
  const root = { openapi: '3.0.3', info: { title: 'own', version: '1' }, paths };
  const config = { target: { sample: null }, final: { comprehensive: false } } as never;
  const evidence = await askMadeUp(
    {
      document: readDocument(JSON.stringify(root), 'api.json'),
      examples: 30,
      baseUrl,
      headers: { 'x-key': 'let me in' },
    },
    { config, signal: new AbortController().signal, phase: () => {} },
  );
  return { evidence, ...judgeMadeUp(evidence) };
}

it.skipIf(!isInstalled)(
  'finds the answer that no recorded request shows, with reads only and with credentials',
  async () => {
    const { verdict, reason } = await judged(null);
    expect(reason).toMatch(/^GET \/things: .*[Ss]chema/);
    expect(verdict).toBe('fail');
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
    expect(asked.every(({ key }) => key === 'let me in')).toBe(true);
  },
  120_000,
);

it.skipIf(!isInstalled)(
  'passes an interface that answers as documented, and saw the planted one',
  async () => {
    const { verdict, reason, evidence } = await judged(0);
    expect(reason).toContain('a planted server was found');
    expect(verdict).toBe('pass');
    expect(evidence.asked).toBeGreaterThan(5);
    // Without the control, nothing shows that it would have been found.
    expect(judgeMadeUp({ ...evidence, control: 0 }).verdict).toBe('inconclusive');
    expect(judgeMadeUp({ ...evidence, asked: 0 }).verdict).toBe('inconclusive');
  },
  120_000,
);
