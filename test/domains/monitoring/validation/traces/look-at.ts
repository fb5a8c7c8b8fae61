import type { z } from 'zod';
import {
  resolveTraces,
  tracesSchema as schema,
  type TraceStore,
  type tracesSchema,
} from '../../../../../src/domains/monitoring/validation/configuration/traces.ts';
import { type Evidence, evidence } from '../../../../../src/domains/monitoring/validation/traces/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/traces/judge.ts';
import { runTraces } from '../../../../../src/domains/monitoring/validation/traces/run.ts';
import type { Judged } from '../../../../../src/domains/part.ts';

type Said = Judged & { said(check: string): string };

/** What is said of traces that are configured so, from looking at them for real. */
export const lookAt = (traces: z.input<typeof tracesSchema>, baseUrl: string | null = null): Promise<Said> =>
  lookInto(
    resolveTraces(schema.parse(traces), (path) => path),
    baseUrl,
  );

export async function lookInto(store: TraceStore | null, baseUrl: string | null): Promise<Said> {
  const seen: Evidence[] = [];
  await runTraces({
    ...{ store, baseUrl, signal: new AbortController().signal, phase: () => {} },
    // As it comes back from a journal.
    record: (one) => seen.push(evidence.parse(JSON.parse(JSON.stringify(one)))),
  });
  const judged = judge(
    seen.map((data) => ({ atMs: 0, data })),
    true,
  );
  const said = (id: string) => {
    const check = judged.checks.find((one) => one.id === id);
    return check === undefined ? 'not asked' : `${check.verdict}: ${check.reason}`;
  };
  return { ...judged, said };
}
