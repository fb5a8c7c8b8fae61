import { z } from 'zod';
import { type Check, type Coverage, check, type Judged, type Recorded } from '../../part.ts';
import { barSchema } from '../bar-schema.ts';
import { findingSchema, inOrder } from '../finding.ts';
import { findingsTable, termProblem, verdictOfFindings } from '../judge.ts';
import type { PostureCheck } from './checks.ts';
import { exceptionsTable, leftOutWords, madeTable, nothingLeft } from './left-out.ts';
import { asvsTotal } from './rules.ts';

const text = z.string();

/** What the posture part records. */
export const postureEvidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begun'),
    bar: barSchema,
    leftOut: z.record(text, z.union([text, z.object({ reason: text, owner: text, expires: text })])),
    isHttps: z.boolean(),
  }),
  z.object({
    kind: z.literal('looked'),
    check: text,
    looked: text.nullable(),
    notLooked: z.array(text),
    findings: z.array(findingSchema),
    notThere: text.optional(),
    made: z.array(z.object({ path: text, state: text })).optional(),
  }),
  z.object({ kind: z.literal('done'), requests: z.number(), tookMs: z.number() }),
]);
export type PostureEvidence = z.infer<typeof postureEvidence>;

/** @param asked the checks of the part */
export function judgePosture(
  evidence: readonly Recorded<PostureEvidence>[],
  ended: boolean,
  asked: readonly PostureCheck[],
): Judged {
  const pieces = evidence.map(({ data }) => data);
  const begun = pieces.find((one) => one.kind === 'begun');
  if (begun === undefined) {
    return {
      checks: [check('posture', 'The target is looked at', 'inconclusive', 'Nothing was looked at.')],
      figures: [],
    };
  }
  const { bar, leftOut } = begun;
  const looked = new Map(pieces.flatMap((one) => (one.kind === 'looked' ? [[one.check, one] as const] : [])));
  const done = pieces.find((one) => one.kind === 'done');
  const gaps: string[] =
    begun.isHttps || !asked.some(({ id }) => id === 'cookies')
      ? []
      : [
          'Strict-Transport-Security, and Secure of cookies: the target is spoken to without TLS, where they mean nothing',
        ];
  const checks: Check[] = [];
  const notAsked: string[] = [];
  for (const { id, title, asvs } of asked) {
    const left = leftOut[id];
    const one = looked.get(id);
    const missed = `ASVS ${asvs.join(', ')}`;
    if (left !== undefined) {
      gaps.push(`${title}: left out by the configuration: ${leftOutWords(left, bar)} (${missed})`);
      notAsked.push(`${title} (${leftOutWords(left, bar)})`);
      const problem = typeof left === 'string' ? null : termProblem(left.expires, bar);
      if (problem !== null)
        checks.push(check(id, title, 'inconclusive', `Not looked at: the exception of the configuration ${problem}.`));
      continue;
    }
    if (one === undefined) {
      gaps.push(`${title}: not reached (${missed})`);
      checks.push(
        check(id, title, 'inconclusive', ended ? 'It was not looked at.' : 'The run ended before it was looked at.'),
      );
      continue;
    }
    if (one.notThere !== undefined) {
      gaps.push(`${title}: does not apply: ${one.notThere} (${missed})`);
      continue;
    }
    const { verdict, reason } = verdictOfFindings(one.findings, bar, one.looked ?? 'nothing');
    for (const why of one.notLooked) gaps.push(`${title}: ${why}`);
    if (one.looked === null && verdict !== 'fail') {
      checks.push(check(id, title, 'inconclusive', `Not looked at: ${one.notLooked.join('; ')}.`));
      continue;
    }
    const partly = one.notLooked.length > 0;
    // What was looked at in part passes in part only.
    const worst = partly && verdict === 'pass' ? 'inconclusive' : verdict;
    checks.push(check(id, title, worst, partly ? `${reason} Not looked at: ${one.notLooked.join('; ')}.` : reason));
  }
  if (checks.length === 0) checks.push(nothingLeft(asked, leftOut, looked, bar));
  const seen = asked.filter(({ id }) => looked.get(id)?.looked !== null && looked.has(id));
  const requirements = new Set(seen.flatMap(({ asvs }) => asvs));
  const findings = [...looked.values()].flatMap((one) => one.findings);
  const checkOf = new Map(
    [...looked].flatMap(([id, one]) => one.findings.map(({ fingerprint }) => [fingerprint, id] as const)),
  );
  const used = new Set(findings.map(({ fingerprint }) => fingerprint));
  for (const { fingerprint, owner } of bar.waivers) {
    if (!used.has(fingerprint) && done !== undefined) {
      gaps.push(`the waiver of ${owner} for ${fingerprint} covers nothing: remove it`);
    }
  }
  const tables = [
    findingsTable(findings, bar),
    exceptionsTable(asked, leftOut, bar),
    madeTable([...looked.values()].flatMap(({ made = [] }) => made)),
  ].filter((one) => one !== null);
  const coverage: Coverage[] = [{ of: 'checks of this part', covered: seen.length, total: asked.length, gaps }];
  // What is worst is what a reader has to know first.
  const worstFirst = inOrder(findings).map(({ fingerprint }) => checkOf.get(fingerprint));
  const place = ({ id }: Check) => (worstFirst.includes(id) ? worstFirst.indexOf(id) : worstFirst.length);
  return {
    checks: checks.sort((a, b) => place(a) - place(b)),
    figures: [
      { name: 'Findings', value: String(findings.length) },
      {
        name: 'Requirements of OWASP ASVS 5.0 that a check looks at, if not as a whole',
        value: `${requirements.size} of ${asvsTotal}, and nothing is shown of the rest`,
      },
      { name: 'Requests sent', value: done === undefined ? 'unknown' : String(done.requests) },
      { name: 'Time', value: done === undefined ? 'not ended' : `${(done.tookMs / 1000).toFixed(1)} s` },
    ],
    ...(tables.length === 0 ? {} : { tables }),
    ...(notAsked.length === 0 ? {} : { leftOut: notAsked }),
    coverage,
  };
}
