import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import { LoadBook } from '../book.ts';
import { cpuSecondsOf } from '../cpu.ts';
import type { LoadInput, LoadOutcome } from '../engine.ts';
import { feedDescriptor, serveFeed } from './feed.ts';
import { FrameReader } from './frames.ts';
import { LineReader } from './lines.ts';
import { type K6Command, type K6Process, startK6 } from './process.ts';
import { scriptConfig, type TlsMaterial } from './script-config.ts';
import { SessionWire } from './wire.ts';

const tickMs = 250;
/** k6 starts its virtual users one after the other; each gets a session before the run's clock starts. */
const leadMsPerUser = 0.5;
const stopGraceMs = 2000;

/**
 * Replays the plan with k6 and keeps the books.
 * @throws ShakedownError ENGINE_START when k6 cannot be started or ends before its first session, ENGINE_TLS for unreadable TLS files
 */
export async function runK6(k6: K6Command, input: LoadInput): Promise<LoadOutcome> {
  const scratch = await mkdtemp(join(tmpdir(), 'shakedown-load-'));
  const book = new LoadBook(input);
  const lines = wireLines(book, input);
  const feed = k6.build === 'stock' ? await serveFeed(lines) : null;
  try {
    const configFile = join(scratch, 'engine.json');
    const config = scriptConfig({
      plan: input.plan,
      virtualUsers: input.virtualUsers,
      requestTimeoutMs: input.requestTimeoutMs,
      leadMs: 1000 + input.virtualUsers * leadMsPerUser,
      tls: await clientCertificate(input.tls),
    });
    // Client keys may be in it: for this user's eyes only.
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    const process = await startK6({
      k6,
      configFile,
      feedUrl: feed?.url ?? null,
      caFile: input.tls.caFile,
      http2: input.http2,
    });
    const read = readSamples(process, k6, book, input);
    const fed = k6.build === 'stock' ? Promise.resolve() : feedDescriptor(lines, process.child.stdio[3] as Writable);
    const endedEarly = await watch(process, book, input);
    await read;
    await fed;
    await book.enterRest(endedEarly);
    return book.finish(endedEarly);
  } finally {
    await feed?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function* wireLines(book: LoadBook, input: LoadInput): AsyncGenerator<string> {
  const wire = new SessionWire(input.plan);
  for await (const session of book.handOut()) yield wire.encode(session, input.overlay());
}

/** Resolves when the stream of samples is at its end. */
async function readSamples(process: K6Process, k6: K6Command, book: LoadBook, input: LoadInput): Promise<void> {
  if (k6.build === 'shakedown') {
    const reader = new FrameReader(book);
    for await (const chunk of process.child.stdio[4] as Readable) reader.push(chunk as Buffer);
    return;
  }
  const reader = new LineReader(book, (line) => input.on.warning(`k6: ${line.slice(0, 300)}`));
  const stdout = process.child.stdout as Readable;
  stdout.setEncoding('utf8');
  for await (const chunk of stdout) reader.push(chunk as string);
}

/** Follows the process to its end. @returns why it ended early, null when the plan was replayed to its end */
async function watch(process: K6Process, book: LoadBook, input: LoadInput): Promise<string | null> {
  const { plan, requestTimeoutMs, signal } = input;
  // Sessions that began in time are finished, but a target that hangs cannot hold the run for longer than one timeout.
  const lastMs = Math.max(plan.options.durationMs, plan.lastDueMs) + requestTimeoutMs + 5000;
  let reason: string | null = null;
  let cut = false;
  const stop = (why: string | null) => {
    if (cut) return;
    cut = true;
    reason = why;
    // What was measured until now is still on its way.
    setTimeout(() => {
      book.stopCounting();
      void process.stop(stopGraceMs);
    }, 2 * tickMs);
  };
  const onAbort = () => stop('interrupted');
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  const timer = setInterval(() => {
    const now = book.nowMs();
    const { pid } = process.child;
    if (now !== null && pid !== undefined) book.cpu.add(now, cpuSecondsOf(pid));
    book.tick();
    if (now !== null && now > lastMs) stop(null);
  }, tickMs);
  try {
    const { code, signal: killedBy } = await process.ended;
    if (cut) return reason;
    if (book.nowMs() === null) throw neverBegan(process, code, killedBy);
    if (code === 0) return null;
    const how = killedBy === null ? `with exit code ${code}` : `by ${killedBy}`;
    const said = process.said().at(-1);
    return `k6 was ended ${how}${said === undefined ? '' : `: ${said.slice(0, 300)}`}`;
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function neverBegan(process: K6Process, code: number | null, killedBy: NodeJS.Signals | null): ShakedownError {
  const said = process.said().slice(-3).join(' | ');
  return new ShakedownError(
    'ENGINE_START',
    `k6 ended (${killedBy ?? `exit code ${code}`}) before its first request${said === '' ? '.' : `: ${said}`}`,
    { hint: 'Run `shakedown doctor`; SHAKEDOWN_K6 names another k6.', exitCode: exitCodes.internal },
  );
}

async function clientCertificate(tls: LoadInput['tls']): Promise<TlsMaterial | null> {
  if (tls.certFile === null || tls.keyFile === null) return null;
  try {
    return { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') };
  } catch (cause) {
    throw new ShakedownError('ENGINE_TLS', `The client certificate cannot be read: ${(cause as Error).message}.`, {
      hint: 'See target.tls in the configuration.',
      cause,
    });
  }
}
