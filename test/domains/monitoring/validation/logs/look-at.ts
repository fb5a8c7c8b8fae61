import type { z } from 'zod';
import { logsSchema, resolveLogs } from '../../../../../src/domains/monitoring/validation/configuration/logs.ts';
import type { Evidence } from '../../../../../src/domains/monitoring/validation/logs/evidence.ts';
import { evidence } from '../../../../../src/domains/monitoring/validation/logs/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/logs/judge.ts';
import { type LogsInput, runLogs } from '../../../../../src/domains/monitoring/validation/logs/run.ts';
import type { Judged } from '../../../../../src/domains/part.ts';

/** What is said of logs that are configured so, from looking at them for real. */
export async function lookAt(
  logs: z.input<typeof logsSchema>,
  more: Partial<LogsInput> = {},
): Promise<Judged & { evidence: Evidence[]; said(check: string): string }> {
  const seen: Evidence[] = [];
  await runLogs({
    ...{ sources: resolveLogs(logsSchema.parse(logs), (path) => path), baseUrl: null, prometheus: null, sample: null },
    ...{ signal: new AbortController().signal, phase: () => {} },
    // As it comes back from a journal.
    record: (one) => seen.push(evidence.parse(JSON.parse(JSON.stringify(one)))),
    ...more,
  });
  const judged = judge(
    seen.map((data) => ({ atMs: 0, data })),
    true,
  );
  const said = (id: string) => {
    const check = judged.checks.find((one) => one.id === id);
    return check === undefined ? 'not asked' : `${check.verdict}: ${check.reason}`;
  };
  return { ...judged, evidence: seen, said };
}
