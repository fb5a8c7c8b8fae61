import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../../src/config/load.ts';
import type { Mark } from '../../../../src/domains/part.ts';
import type { Evidence } from '../../../../src/domains/rehearsal/recovery/evidence.ts';
import type { Context } from '../../../../src/domains/rehearsal/recovery/failover.ts';
import type { Staging } from '../../../../src/domains/rehearsal/system/staging.ts';
import type { Teardown } from '../../../../src/evidence/teardown.ts';
import { domains } from '../../../../src/run/domains.ts';

/** What a rehearsal of a recovery is given, and what it recorded. @param recovery settings of rehearsal.recovery */
export async function trial(
  recovery: object,
  teardown: Teardown,
  onMark: (mark: Mark) => void = () => {},
): Promise<{ context: Context; evidence: Evidence[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'recovery-'));
  const short = { settleMs: 1500, observeMs: 500, settings: { wal_compression: 'on' } };
  const { config } = await loadConfig({
    ...{ cwd: folder, domains, replays: false },
    overrides: { target: { baseUrl: 'http://127.0.0.1:9' }, rehearsal: { recovery: { ...short, ...recovery } } },
  });
  const evidence: Evidence[] = [];
  const context: Context = {
    ...{ config, candidate: 'v2', previous: 'v1', folder, teardown, staging: {} as Staging },
    signal: new AbortController().signal,
    now: () => performance.now(),
    record: (piece) => evidence.push(structuredClone(piece)),
    mark: onMark,
    second: () => {},
    phase: () => {},
    override: () => null,
  };
  return { context, evidence };
}
