import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);

const testOf = z.object({
  id: text,
  state: z.enum(['passed', 'failed', 'flaky', 'skipped', 'todo', 'notRun']),
  message: text,
  attempts: count,
  /** What became of it in the last passing run; `new`: it was not there; null: there is none. */
  before: z.enum(['passed', 'failed', 'other', 'new']).nullable(),
});

/** What one suite did, as the journal holds it. All tests stand in `cases.ndjson` of its folder; here are those that did not pass, as far as they fit. */
export const suiteEvidence = z.object({
  kind: z.literal('suite'),
  name: text,
  folder: text,
  passRate: z.number(),
  minimumTests: count,
  durationMs: z.number(),
  end: z.object({
    how: z.enum(['ended', 'signal', 'timeout', 'interrupted', 'not-started']),
    code: z.int().nullable(),
    detail: text.nullable(),
    last: z.array(text),
    timeoutMs: z.number(),
  }),
  files: z.array(z.object({ path: text, format: text.nullable(), tests: count, sha256: text })),
  /** That were there before it began, and were not written by it. */
  stale: z.array(text),
  wanted: z.array(text),
  faults: z.array(text),
  notes: z.array(text),
  counts: z.object({
    passed: count,
    failed: count,
    flaky: count,
    skipped: count,
    todo: count,
    notRun: count,
    newFailed: count,
  }),
  notPassed: z.array(testOf),
  /** The last passing run of the suite; null: there is none. `error`: it cannot be read. */
  before: z.object({ at: text, version: text, tests: count, error: text.nullable() }).nullable(),
  vanished: z.object({ total: count, listed: z.array(text) }),
  gone: z.array(z.object({ test: text, reason: text, tests: count })),
  coverage: z
    .object({
      minimum: z.number().nullable(),
      error: text.nullable(),
      covered: count,
      total: count,
      files: count,
      notCovered: z.array(text),
      absent: z.array(text),
      excluded: z.array(z.object({ files: text, reason: text, lines: count, count })),
      faults: z.array(text),
    })
    .nullable(),
});

export type SuiteEvidence = z.output<typeof suiteEvidence>;
export type TestOfSuite = z.output<typeof testOf>;
