import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBatches } from '../batches.ts';
import { readManifest } from '../recording.ts';
import type { Finding } from './finding.ts';
import { HashSet } from './hash-set.ts';
import { Pool, threadsFor } from './pool.ts';
import { addFinding, type LookFor } from './scanner.ts';
import { Suspects } from './suspects.ts';
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
  const known = HashSet.fromBuffer(stored.subarray(seedBytes)).share();
  const { shards } = await readManifest(folder);
  const pool = new Pool(threadsFor(shards.reduce((sum, { bytes }) => sum + bytes, 0)));
  try {
    return (await scan(folder, pool, { seed: stored.subarray(0, seedBytes), known }, undefined, options)).result;
  } finally {
    await pool.close();
  }
}

/** The scan right after anonymizing, with the traces of the originals, which may not be added to any more. */
export async function scanWithTraces(
  folder: string,
  traces: Traces,
  pool: Pool,
  options: ScanOptions,
): Promise<ScanResult> {
  const { seed } = traces.hash;
  const { result, excused } = await scan(folder, pool, { seed }, traces, options);
  await writeFile(join(folder, knownName), Buffer.concat([seed, excused.toBuffer()]), { mode: 0o600 });
  return result;
}

async function scan(
  folder: string,
  pool: Pool,
  look: LookFor,
  traces: Traces | undefined,
  { canaries = [], signal, onProgress }: ScanOptions,
): Promise<{ result: ScanResult; excused: HashSet }> {
  const manifest = await readManifest(folder);
  const result: ScanResult = {
    passed: false,
    checked: 0,
    findings: 0,
    listed: [],
    originalsKnown: traces !== undefined,
    keptByRule: 0,
    notCoveredInside: traces?.risky.uncovered ?? 0,
  };
  const excused = new HashSet();
  const suspects = new Suspects();
  const report = (finding: Finding) => {
    result.findings++;
    addFinding(result.listed, finding);
  };
  let isFirstPass = true;
  for (const originals of traces === undefined ? [undefined] : traces.originals.parts()) {
    const traced =
      traces === undefined || originals === undefined
        ? {}
        : { traces: { ...lookedFor(traces), originals: originals.share(), isFirstPass } };
    await pool.all('beginScan', { ...look, canaries, ...traced });
    for await (const [batch, found] of pool.each('scan', readBatches(folder, manifest))) {
      signal?.throwIfAborted();
      result.checked += found.checked;
      result.keptByRule += found.keptByRule;
      result.findings += found.count;
      for (const finding of found.findings) addFinding(result.listed, finding);
      for (let at = 0; at < found.excused.length; at += 2)
        excused.add(found.excused[at] ?? 0, found.excused[at + 1] ?? 0);
      for (const suspect of found.suspects) if (!suspects.add(suspect)) report(suspect.finding);
      onProgress?.(batch.session + batch.sessions);
    }
    isFirstPass = false;
  }
  if (traces !== undefined) {
    for (const finding of suspects.judge(traces.generated, (lo, hi) => excused.add(lo, hi))) report(finding);
  }
  result.passed = result.findings === 0;
  return { result, excused };
}

/** What of the traces is in memory: all, unless there are too many for it. */
export function lookedFor({ originals, generated, keptTokens, keptByRuleTokens, risky }: Traces) {
  return {
    originals: originals.inMemory.share(),
    generated: generated.inMemory.share(),
    isGeneratedSpilled: generated.isSpilled,
    kept: keptTokens.share(),
    keptByRule: keptByRuleTokens.share(),
    risky: risky.share(),
  };
}
