import { parts as finalParts } from '../../../src/domains/final/parts.ts';
import { approval } from '../../../src/domains/readiness/approval.ts';
import { parts as readinessParts } from '../../../src/domains/readiness/parts.ts';
import type { ValidationContext, ValidationServices } from '../../../src/domains/validation.ts';
import { recordRun } from '../../../src/evidence/recorded-run.ts';
import type { ResolvedConfig } from '../../../src/model/config.ts';
import type { JournalData } from '../../../src/model/event.ts';
import { judgedAsIs, renderRun } from '../../../src/run/simulate/render.ts';

export const artifact = (digit: string) => ({
  name: 'shop',
  digest: `sha256:${digit.repeat(64)}`,
  source: 'probed' as const,
});

export interface MadeRun {
  command?: string;
  artifacts?: ReturnType<typeof artifact>[];
  environment?: string;
  policy?: object;
  attempt?: number;
  events?: readonly JournalData[];
  /** The run never ends, as one that is killed. */
  isKilled?: boolean;
}

/** A run of the shop in a folder of its own, sealed and reported as commands do it. @returns its folder */
export async function madeRun(base: string, made: MadeRun = {}): Promise<string> {
  const { command = 'shakedown readiness', artifacts = [artifact('a')], environment = 'staging', attempt = 1 } = made;
  const folder = await recordRun(base, async ({ id: runId, journal, begin }) => {
    begin({
      ...{ runId, command, durationMs: 0, attempt, programs: [] },
      candidate: { name: 'shop', version: 'v2.1.0', baselineVersion: 'v2.0.0', artifacts },
      environment: { name: environment, targetUrl: 'http://127.0.0.1:1' },
      host: { cpus: 2, memoryBytes: 1, platform: 'linux x64', node: 'v20.19.0' },
      config: made.policy === undefined ? {} : { policy: made.policy },
    });
    for (const { type, data } of made.events ?? []) journal.append(type, data as never);
  });
  await renderRun(folder);
  return folder;
}

/** A policy as the configuration holds it. */
export const policy = {
  ...{ name: 'mine', title: 'Mine', version: 1, digest: 'sha256:1', weaker: [], limits: [] },
  ...{ gates: ['readiness', 'approval'], objectives: {}, maxAgeHours: {} },
  attempts: { atMost: 3, reasons: true },
  approvals: { atLeast: 2, roles: [], fourEyes: true, reviews: false, expireHours: 72 },
  readiness: { stableHours: 48, availabilityPercent: 99.95, criteriaStableHours: null },
  risk: { atMost: 15 },
  waivers: { file: null, persons: [], daysAtMost: 30 },
};

/** As nobody has written one. */
export const plan = { owner: null, move: null, before: [], deploy: [], after: [], rollback: [], triggers: [] };

/** Parts that were done, and have shown nothing. */
function doneParts(domain: string, ids: readonly string[]): JournalData[] {
  return ids.flatMap((part) => [
    { type: `shakedown.${domain}.begun`, data: { part, atMs: 1 } } as JournalData,
    { type: `shakedown.${domain}.ended`, data: { part, atMs: 1, error: null } } as JournalData,
  ]);
}

const readinessIds = readinessParts.map(({ id }) => id);
const finalIds = finalParts.map(({ id }) => id);

/** What the part on the approval records where it is part of a report. @param more of the configuration */
async function approvalOfReport(base: string, more: object): Promise<JournalData[]> {
  const { context, recorded } = contextOf(base, { more });
  await approval.run({ ...context, purpose: 'readiness' });
  const about = (type: string, data: object) =>
    ({ type: `shakedown.readiness.${type}`, data: { part: 'approval', atMs: 1, ...data } }) as JournalData;
  return [about('begun', {}), ...recorded.map((data) => about('evidence', { data })), about('ended', { error: null })];
}

/** A readiness report that people can decide on. @param more of the configuration @param chosen parts of the readiness that it was asked for */
export const report = async (
  base: string,
  { chosen = readinessIds, more = {}, ...made }: MadeRun & { chosen?: readonly string[]; more?: object } = {},
) =>
  madeRun(base, {
    policy,
    ...made,
    events: [
      { type: 'shakedown.final.started', data: { chosen: finalIds } } as JournalData,
      ...doneParts('final', finalIds),
      { type: 'shakedown.promotion.started', data: { chosen: ['plan'] } } as JournalData,
      { type: 'shakedown.promotion.begun', data: { part: 'plan', atMs: 1 } } as JournalData,
      {
        type: 'shakedown.promotion.evidence',
        data: {
          ...{ part: 'plan', atMs: 1 },
          data: {
            ...{ kind: 'plan', version: 'v2.1.0', previous: 'v2.0.0', commit: null, ...plan },
            artifacts: (made.artifacts ?? [artifact('a')]).map(({ name, digest }) => ({ name, digest })),
          },
        },
      } as JournalData,
      { type: 'shakedown.promotion.ended', data: { part: 'plan', atMs: 1, error: null } } as JournalData,
      { type: 'shakedown.readiness.started', data: { chosen: [...chosen], purpose: 'readiness' } },
      ...doneParts(
        'readiness',
        chosen.filter((id) => id !== 'risk' && id !== 'approval'),
      ),
      ...(chosen.includes('approval') ? await approvalOfReport(base, more) : []),
      { type: 'shakedown.readiness.begun', data: { part: 'risk', atMs: 1 } },
      {
        type: 'shakedown.readiness.evidence',
        data: {
          ...{ part: 'risk', atMs: 1 },
          data: {
            ...{ kind: 'inputs', atMost: 15, headroom: null, rollbackMs: null, isRollbackShown: false, waived: [] },
            ...{ untested: [], changes: 3, missed: 0, availability: null },
          },
        },
      },
      { type: 'shakedown.readiness.ended', data: { part: 'risk', atMs: 2, error: null } },
    ],
  });

/** A run of a test suite, which is newer evidence than a report made before. */
export const newer = (base: string, made: MadeRun = {}) =>
  madeRun(base, {
    command: 'shakedown validate final --only functional',
    ...made,
    events: [{ type: 'shakedown.functional.started', data: { chosen: ['unit'] } }],
  });

/** What a part is given, with a real reports folder. What it records is in `recorded`. */
export function contextOf(
  base: string,
  about: { signing?: ResolvedConfig['signing']; artifacts?: ReturnType<typeof artifact>[]; more?: object } = {},
) {
  const { artifacts = [artifact('a')], signing = { allowedSigners: null, namespace: 'shakedown' }, more = {} } = about;
  const recorded: unknown[] = [];
  const config = {
    ...{ name: 'shop', version: 'v2.1.0', baselineVersion: 'v2.0.0', environment: 'staging', objectives: null },
    ...{ signing, policy, reports: { folder: base }, final: { maxAgeHours: 168 } },
    readiness: { criteria: null, reasons: [], authors: [] },
    candidate: { repository: null, since: null, changes: null, features: [], testedBefore: [] },
    target: { baseUrl: 'http://127.0.0.1:1', sample: null },
    promotion: { commit: null, plan },
    ...more,
  } as unknown as ResolvedConfig;
  const services = { judged: judgedAsIs } as unknown as ValidationServices;
  const context = {
    ...{ config, services, runFolder: `${base}/none`, teardown: {}, purpose: 'promotion' },
    target: async () => ({ artifacts }),
    signal: new AbortController().signal,
    record: (one: unknown) => void recorded.push(one),
  } as unknown as ValidationContext;
  return { context, recorded };
}
