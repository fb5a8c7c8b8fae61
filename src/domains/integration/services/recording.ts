import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

const exchange = z.object({
  method: z.string().max(40),
  /** Path and query, parameters in order of their names, secrets replaced. */
  path: z.string().max(10_000),
  /** Digest of the request's body; empty: it had none. */
  body: z.string().max(100),
  /** 0: the service gave no answer. */
  status: z.int().min(0).max(999),
  /** Why it gave none. */
  error: z.string().max(300),
  headers: z.array(z.tuple([z.string().max(200), z.string().max(20_000)])).max(200),
  /** base64 */
  answer: z.string(),
  latencyMs: z.number().min(0).max(3_600_000),
});
const header = z.object({
  format: z.literal('shakedown.stand-in/1'),
  origin: z.string(),
  recordedAt: z.iso.datetime(),
});

export type Exchange = z.output<typeof exchange>;

export interface ServiceRecording {
  readonly origin: string;
  readonly recordedAt: string;
  readonly exchanges: readonly Exchange[];
  /** Lines at the end that were cut off. */
  readonly damaged: number;
}

const fileName = 'exchanges.ndjson';
const fileBytesAtMost = 256 * 1024 * 1024;
const exchangesAtMost = 100_000;

/** Begins a recording. @returns adds an exchange to it @throws ShakedownError STAND_IN_RECORDING */
export async function beginRecording(folder: string, origin: string): Promise<(one: Exchange) => Promise<void>> {
  const file = join(folder, fileName);
  try {
    await mkdir(folder, { recursive: true });
    const first = { format: 'shakedown.stand-in/1', origin, recordedAt: new Date().toISOString() };
    await writeFile(file, `${JSON.stringify(first)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw refused(folder, code === 'EEXIST' ? 'there is one already' : message, 'Choose another folder, or remove it.');
  }
  // One after the other, so that no line stands within another.
  let last = Promise.resolve();
  return (one) => {
    last = last.then(() => appendFile(file, `${JSON.stringify(one)}\n`));
    return last;
  };
}

/** @throws ShakedownError STAND_IN_RECORDING */
export async function readServiceRecording(folder: string): Promise<ServiceRecording> {
  const file = join(folder, fileName);
  let lines: string[];
  try {
    lines = (await readBounded(file, fileBytesAtMost)).toString('utf8').split('\n');
  } catch (cause) {
    const { kind, message } = cause as NotRead;
    throw refused(folder, kind === 'missing' ? 'there is none' : message);
  }
  // What was cut off within a line has no end of line.
  const cut = lines.pop() as string;
  const [first = '', ...rest] = lines;
  const about = header.safeParse(parsed(first));
  if (!about.success) throw refused(folder, 'its first line does not say what it is');
  if (rest.length > exchangesAtMost) throw refused(folder, `it has more than ${exchangesAtMost} exchanges`);
  const exchanges = rest.map((line, i) => {
    const one = exchange.safeParse(parsed(line));
    if (!one.success) throw refused(folder, `line ${i + 2} is no exchange`);
    return one.data;
  });
  return { ...about.data, exchanges, damaged: cut === '' ? 0 : 1 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(folder: string, why: string, hint = 'Make it with `shakedown services record`.'): ShakedownError {
  return new ShakedownError('STAND_IN_RECORDING', `The recording of a service in ${folder} cannot be used: ${why}.`, {
    hint,
  });
}
