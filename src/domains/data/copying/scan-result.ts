import type { TablePlan } from '../plan/plan.ts';
import type { Catalog } from '../postgres/catalog.ts';
import type { DataReport } from '../report.ts';
import type { Notes } from '../values/notes.ts';
import type { Originals } from '../values/originals.ts';
import type { Pool } from './pool.ts';
import type { Found } from './scanner.ts';
import type { Target } from './target.ts';

const mostListed = 50;

/** Reads the whole result again and looks for what stands in the source, and for what detectors know. */
export async function scanResult(about: {
  target: Target;
  plans: ReadonlyMap<number, TablePlan>;
  catalog: Catalog;
  pool: Pool;
  /** Of who wrote the result: what it has on purpose, or by chance. */
  notes: Notes;
  originals: Originals;
  signal: AbortSignal | undefined;
  onProgress(text: string): void;
}): Promise<DataReport['scan']> {
  const { target, plans, pool, notes, signal, onProgress, originals } = about;
  const parts = await target.scanned(plans);
  const scan: DataReport['scan'] = {
    ...{ passed: false, checked: 0, findings: 0, listed: [], byChance: 0, keptByRule: 0 },
    filterFill: Math.round(originals.fill * 1000) / 1000,
  };
  let done = 0;
  await pool.each('scan', parts, signal, (found, _index) => {
    include(scan, found, notes);
    onProgress(`scanning for leaks: part ${++done} of ${parts.length}`);
  });
  return { ...scan, passed: scan.findings === 0 };
}

function include(
  scan: DataReport['scan'],
  { checked, originals, detected, listed, keptByRule }: Found,
  notes: Notes,
): void {
  scan.checked += checked;
  scan.keptByRule += keptByRule;
  scan.findings += detected;
  for (const finding of listed) if (scan.listed.length < mostListed) scan.listed.push(finding);
  for (const [place, met] of originals) {
    for (const [hash, count, masked] of met) {
      const expected = notes.spend(place, hash, count);
      scan.byChance += expected;
      if (count === expected) continue;
      scan.findings += count - expected;
      if (scan.listed.length < mostListed) scan.listed.push({ place, kind: 'original', masked });
    }
  }
}
