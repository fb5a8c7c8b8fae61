import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../environment/run-program.ts';
import { findScanner, howToGet } from '../../../environment/scanners/scanners.ts';
import { ShakedownError } from '../../../model/error.ts';
import { schemathesisReport } from '../../security/public.ts';
import type { ValidationContext } from '../../validation.ts';
import { type ApiDocument, isTree } from '../openapi/document.ts';
import { basePaths } from '../openapi/operations.ts';
import type { MadeUpEvidence } from './evidence.ts';

const timeoutMs = 10 * 60_000;
const namedAtMost = 100;
/** Whether answers are as the document says; whether what is wrong is refused is for the security validation. */
const conformance = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_headers_conformance', 'response_schema_conformance'],
].join(',');

/**
 * Has Schemathesis make up requests by a document, of operations that only read, and hold the answers against it. The same is asked of a server of our own that
 * answers against every document, to see that it would be found.
 * @param about `headers`: of its requests to the target
 * @throws ShakedownError PROPERTY_CHECKS where Schemathesis is not installed
 */
export async function askMadeUp(
  about: { document: ApiDocument; examples: number; baseUrl: string; headers: Readonly<Record<string, string>> },
  { config, signal, phase }: Pick<ValidationContext, 'config' | 'signal' | 'phase'>,
): Promise<MadeUpEvidence> {
  const { document, examples, baseUrl } = about;
  const { name } = document;
  // For the sample system it is got where everything is done, as its scanners are.
  const obtain = config.target.sample !== null && config.final.comprehensive;
  const program = await findScanner('schemathesis', { signal, obtain, onProgress: phase });
  if (program === null) {
    throw new ShakedownError('PROPERTY_CHECKS', 'Schemathesis is not installed, so no requests were made up.', {
      hint: howToGet,
    });
  }
  if (document.external.length > 0) {
    throw new ShakedownError('PROPERTY_CHECKS', `${name} refers to other documents, which Schemathesis would fetch.`, {
      hint: 'Put it into one file.',
    });
  }
  phase(`requests that Schemathesis makes up by ${name}`);
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-made-up-'));
  const wrong = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(418, { 'content-type': 'text/plain' }).end('planted'));
  }).listen(0, '127.0.0.1');
  try {
    await once(wrong, 'listening');
    // Headers may hold credentials, which an argument would show to everybody on this machine.
    const settings = join(folder, 'schemathesis.toml');
    const headers = Object.entries(about.headers);
    const lines = headers.map(([key, value]) => `${JSON.stringify(key)} = ${JSON.stringify(value)}`);
    await writeFile(settings, `[headers]\n${lines.join('\n')}\n`, { mode: 0o600 });
    const file = join(folder, 'document.json');
    await writeFile(file, JSON.stringify(readsOf(document)));
    const base = basePaths(document)[0] ?? '';
    const ask = async (target: string, which: string) => {
      const output = join(folder, `${which}.json`);
      const isOwn = target === baseUrl;
      const outcome = await runProgram(
        program.path,
        [
          ...(isOwn && headers.length > 0 ? ['--config-file', settings] : []),
          ...['run', file, '--url', `${target}${base}`, '--checks', conformance],
          // Its other phases send methods that the document does not have, DELETE among them.
          ...['--phases', 'examples,fuzzing', '--mode', 'positive'],
          ...['--max-examples', String(isOwn ? examples : 1), '--generation-deterministic', '--request-timeout', '10'],
          ...['--no-color', '--report', 'json', '--report-json-path', output],
        ],
        { timeoutMs, signal, cwd: folder },
      );
      if (outcome.kind === 'failed') throw new Error(outcome.reason);
      const text = await readFile(output, 'utf8').catch(() => null);
      if (text === null) throw new Error(`it ended with ${outcome.code} and left no report`);
      return schemathesisReport.read(JSON.parse(text), [new URL(target).host]);
    };
    const found = await ask(baseUrl, 'target');
    const control = await ask(`http://127.0.0.1:${(wrong.address() as AddressInfo).port}`, 'control');
    return {
      ...{ kind: 'made-up', document: name, version: program.version, asked: found.looked?.count ?? 0 },
      about: found.looked === null ? '' : found.looked.unit,
      failures: found.findings.slice(0, namedAtMost).map(({ title, where }) => ({ title, where })),
      problems: [...found.problems],
      control: control.findings.length,
      error: null,
    };
  } catch (error) {
    signal.throwIfAborted();
    const why = (error as Error).message;
    const nothing = { asked: 0, about: '', failures: [], problems: [], control: 0 };
    return { kind: 'made-up', document: name, version: program.version, ...nothing, error: why };
  } finally {
    wrong.closeAllConnections();
    wrong.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The document with what only reads: operations with GET. */
function readsOf({ root }: ApiDocument): unknown {
  const { webhooks: _, paths, ...rest } = root;
  const kept = Object.entries(isTree(paths) ? paths : {}).flatMap(([path, item]) => {
    if (!isTree(item) || item.get === undefined) return [];
    const { post: _post, put: _put, patch: _patch, delete: _delete, head: _h, options: _o, trace: _t, ...reads } = item;
    return [[path, reads]];
  });
  return { ...rest, paths: Object.fromEntries(kept) };
}
