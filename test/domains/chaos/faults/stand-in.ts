import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';

export interface StandIn {
  workload: ComponentOf<'workload'>;
  state(): { pods: string[]; policies: { name: string; spec: unknown }[] };
  set(change: { denied?: boolean; enforces?: boolean }): void;
  remove(): void;
}

/** A cluster that is a file; see kubectl-stand-in.mjs. */
export function standInCluster(): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-cluster-'));
  const file = join(folder, 'state.json');
  const state = () => JSON.parse(readFileSync(file, 'utf8'));
  const fresh = { pods: ['a', 'b'], policies: [], denied: false, enforces: true };
  writeFileSync(file, JSON.stringify(fresh));
  process.env.SHAKEDOWN_STAND_IN = file;
  process.env.SHAKEDOWN_KUBECTL = fileURLToPath(new URL('./kubectl-stand-in.mjs', import.meta.url));
  return {
    workload: { kind: 'workload', name: 'web', context: 'stand-in', namespace: 'shop', selector: 'app=web' },
    state,
    set: (change) => writeFileSync(file, JSON.stringify({ ...state(), ...change })),
    remove() {
      delete process.env.SHAKEDOWN_STAND_IN;
      delete process.env.SHAKEDOWN_KUBECTL;
      rmSync(folder, { recursive: true });
    },
  };
}
