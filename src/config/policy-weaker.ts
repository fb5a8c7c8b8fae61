import { createHash } from 'node:crypto';
import { changed } from '../gate/objectives.ts';
import { weakerOf } from '../gate/weaker.ts';
import { duration, list } from '../gate/words.ts';
import type { Policy } from '../model/config.ts';
import type { Objective } from '../model/verdict.ts';

const hourMs = 3_600_000;

/** What a policy says, without what follows from it. */
export type PolicyText = Omit<Policy, 'name' | 'sha256' | 'digest' | 'weaker'>;

/**
 * Where a policy could let pass what the whole stage would not, a few words each.
 * @param whole what the whole stage asks for
 * @param defaults the default objectives
 */
export function weakerThan(policy: PolicyText, whole: PolicyText, defaults: readonly Objective[]): string[] {
  const left = whole.gates.filter((gate) => !policy.gates.includes(gate));
  const decided = changed(defaults, whole.objectives).filter(({ gate }) => policy.gates.includes(gate));
  return [
    ...policy.limits,
    ...weakerOf(decided, changed(defaults, policy.objectives)),
    ...(asksForSatisfaction(whole) && !asksForSatisfaction(policy) && policy.gates.includes('uat')
      ? ['what users say decides nothing']
      : []),
    ...(left.length === 0 ? [] : [`not judged: ${list(left)}`]),
    ...ages(policy, whole),
    ...rules(policy, whole),
  ];
}

/** It is judged only where somebody asks for it. */
function asksForSatisfaction({ objectives }: PolicyText): boolean {
  return Object.hasOwn(objectives, 'satisfaction');
}

function* ages(policy: PolicyText, whole: PolicyText): Generator<string> {
  for (const [gate, limit] of Object.entries(whole.maxAgeHours)) {
    if (!policy.gates.includes(gate)) continue;
    const own = Object.hasOwn(policy.maxAgeHours, gate) ? policy.maxAgeHours[gate] : undefined;
    if (own === undefined) yield `evidence of ${gate} of any age, not ${duration(limit * hourMs)}`;
    else if (own > limit) yield `evidence of ${gate} ${duration(own * hourMs)} old, not ${duration(limit * hourMs)}`;
  }
}

function* rules(own: PolicyText, whole: PolicyText): Generator<string> {
  const { attempts, approvals, readiness, risk, waivers } = own;
  if (attempts.atMost > whole.attempts.atMost) yield `${attempts.atMost} attempts, not ${whole.attempts.atMost}`;
  if (!attempts.reasons && whole.attempts.reasons) yield 'failures need no reason';
  if (approvals.atLeast < whole.approvals.atLeast)
    yield `${approvals.atLeast} who approve, not ${whole.approvals.atLeast}`;
  for (const { role } of whole.approvals.roles)
    if (!approvals.roles.some((one) => one.role === role)) yield `no approval by the ${role}`;
  if (!approvals.fourEyes && whole.approvals.fourEyes) yield 'authors may approve their own work';
  if (approvals.reviews && !whole.approvals.reviews) yield 'reviews at GitHub count beside signatures';
  if (approvals.expireHours > whole.approvals.expireHours)
    yield `approvals ${duration(approvals.expireHours * hourMs)} old, not ${duration(whole.approvals.expireHours * hourMs)}`;
  if (readiness.stableHours < whole.readiness.stableHours)
    yield `the checklist asks for ${duration(readiness.stableHours * hourMs)} stable, not ${duration(whole.readiness.stableHours * hourMs)}`;
  if (readiness.availabilityPercent < whole.readiness.availabilityPercent)
    yield `the checklist asks for ${readiness.availabilityPercent} % availability, not ${whole.readiness.availabilityPercent} %`;
  if (readiness.criteriaStableHours !== null && whole.readiness.criteriaStableHours === null)
    yield `the success criteria’s stable time is ${duration(readiness.criteriaStableHours * hourMs)}, whatever they say`;
  if (risk.atMost > whole.risk.atMost) yield `risks up to ${risk.atMost}, not ${whole.risk.atMost}`;
  if (waivers.file !== null && whole.waivers.file === null) yield 'waivers may be given';
}

/** `sha256:…` of all that a policy says, whatever order its keys stand in. */
export function policyDigest(policy: object): string {
  return `sha256:${createHash('sha256')
    .update(JSON.stringify(inOrder(policy)))
    .digest('hex')}`;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, inOrder(one)]));
}
