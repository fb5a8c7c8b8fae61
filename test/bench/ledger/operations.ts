import { closeSync, openSync, writeSync } from 'node:fs';
import type { Entry } from '../../../src/domains/chaos/ledger/history.ts';
import { tokenOf } from '../../../src/domains/chaos/ledger/value.ts';
import { seeded } from '../../random.ts';

const unknownShare = 0.01;

/**
 * Writes an operations file as a ledger would have, with all read back, of which one acknowledged write is lost, one is there twice
 * and one is damaged. A hundredth was never answered, and every other one of these is there.
 * @returns the token by kind of finding
 */
export function writeOperations(file: string, operations: number, seed: number): Record<string, string> {
  const random = seeded(seed);
  const run = `sdbench${seed}`;
  const pick = (part: number) => Math.floor(((part + random()) * operations) / 3);
  const planted = { lost: pick(0), duplicated: pick(1), corrupted: pick(2) };
  const fd = openSync(file, 'w');
  let lines = '';
  const write = (entry: Entry) => {
    lines += `${JSON.stringify(entry)}\n`;
    if (lines.length < 1 << 20) return;
    writeSync(fd, lines);
    lines = '';
  };
  const isPlanted = new Set(Object.values(planted));
  const hash = (n: number) =>
    Math.imul(n + 1, 0x9e3779b1)
      .toString(16)
      .replace('-', '')
      .padStart(12, '0');
  const there: boolean[] = [];
  write({ e: 'begin', run, startedAt: new Date(0).toISOString() });
  for (let n = 0; n < operations; n++) {
    write({ e: 'invoke', n, t: n / 10, c: n % 4, f: 'write', k: tokenOf(run, n), h: hash(n) });
    const unknown = !isPlanted.has(n) && random() < unknownShare;
    write({ e: unknown ? 'info' : 'ok', n, t: n / 10 + 3.25, s: unknown ? 'ECONNRESET' : 201 });
    there.push(!unknown || n % 2 === 0);
  }
  const t = operations / 10 + 1000;
  for (let n = 0; n < operations; n++) {
    if (!there[n] || n === planted.lost) continue;
    const h = n === planted.corrupted ? hash(n + 1) : hash(n);
    write({ e: 'seen', p: 'recovery', t, k: tokenOf(run, n), h });
    if (n === planted.duplicated) write({ e: 'seen', p: 'recovery', t, k: tokenOf(run, n), h });
  }
  write({ e: 'end', p: 'recovery', t, complete: true });
  writeSync(fd, lines);
  closeSync(fd);
  return Object.fromEntries(Object.entries(planted).map(([kind, n]) => [kind, tokenOf(run, n)]));
}
