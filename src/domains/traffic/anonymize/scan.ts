import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordingShard } from '../../../model/traffic.ts';
import { readManifest, readSessions } from '../recording.ts';
import type { Finding } from './finding.ts';
import { HashSet } from './hash-set.ts';
import { Scanner } from './scanner.ts';
import { TextHash } from './text-hash.ts';
import type { Traces } from './traces.ts';

const knownName = 'pseudonyms.bin';
const seedBytes = 8;

export interface ScanResult {
  passed: boolean;
  /** Texts checked, decoded forms included. */
  checked: number;
  /** How many findings there are; `listed` is capped. */
  findings: number;
  listed: Finding[];
  /** True when original values were looked for too, which is possible only right after anonymizing. */
  originalsKnown: boolean;
  /** Times that something looks like a leak which a rule keeps: no finding, for the user answers for it. */
  keptByRule: number;
  /** Originals too many to be looked for inside longer words; they were looked for as whole words. */
  notCoveredInside: number;
}

export interface ScanOptions {
  /** Values that must not be there, in any encoding. */
  canaries?: readonly string[];
  signal?: AbortSignal;
  /** @param sessions scanned so far */
  onProgress?: (sessions: number) => void;
}

/**
 * Searches a finished recording for personal data and secrets. Original values are not known any more then; pseudonyms that
 * look real are recognized by `pseudonyms.bin`, written beside the recording when it was anonymized.
 * @throws ShakedownError as reading a recording does
 */
export async function scanRecording(folder: string, options: ScanOptions = {}): Promise<ScanResult> {
  let stored: Buffer;
  try {
    stored = await readFile(join(folder, knownName));
  } catch {
    stored = randomBytes(seedBytes);
  }
  if (stored.length < seedBytes) stored = randomBytes(seedBytes);
  const known = HashSet.fromBuffer(stored.subarray(seedBytes));
  const scanner = new Scanner(new TextHash(stored.subarray(0, seedBytes)), { known, canaries: options.canaries ?? [] });
  return scan(folder, scanner, undefined, options);
}

/** The scan right after anonymizing, with the traces of the originals. */
export async function scanWithTraces(folder: string, traces: Traces, options: ScanOptions): Promise<ScanResult> {
  const scanner = new Scanner(traces.hash, { traces, canaries: options.canaries ?? [] });
  const result = await scan(folder, scanner, traces, options);
  const known = Buffer.concat([traces.hash.seed, scanner.excused.toBuffer()]);
  await writeFile(join(folder, knownName), known, { mode: 0o600 });
  return result;
}

async function scan(
  folder: string,
  scanner: Scanner,
  traces: Traces | undefined,
  options: ScanOptions,
): Promise<ScanResult> {
  const manifest = await readManifest(folder);
  let isFirstPass = true;
  for (const originals of traces === undefined ? [undefined] : traces.originals.parts()) {
    scanner.begin(originals, isFirstPass);
    let index = 0;
    const places = linesOf(manifest.shards);
    for await (const session of readSessions(folder, manifest)) {
      options.signal?.throwIfAborted();
      scanner.session(session, index++, places.next().value ?? '');
      options.onProgress?.(index);
    }
    isFirstPass = false;
  }
  scanner.finish();
  return {
    passed: scanner.count === 0,
    checked: scanner.checked,
    findings: scanner.count,
    listed: scanner.findings,
    keptByRule: scanner.keptByRule,
    originalsKnown: traces !== undefined,
    notCoveredInside: traces?.risky.uncovered ?? 0,
  };
}

/** Names of the lines of the shards, one after the other: `sessions-00000.ndjson.gz:1`. */
function* linesOf(shards: readonly RecordingShard[]): Generator<string> {
  for (const { file, sessions } of shards) for (let line = 1; line <= sessions; line++) yield `${file}:${line}`;
}
