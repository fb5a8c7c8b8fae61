import { parse } from 'yaml';
import { z } from 'zod';
import { readBounded } from '../evidence/bounded-file.ts';
import type { SigningTrust } from '../model/sign-off.ts';
import { verifySignature } from '../signing/ssh-keygen.ts';
import type { ValidationContext } from './validation.ts';

const dayMs = 86_400_000;
const mostBytes = 256_000;

const file = z.strictObject({
  signedBy: z.string().min(1).max(200),
  waivers: z
    .array(
      z.strictObject({
        objective: z.string().min(1).max(200),
        reason: z.string().min(10).max(1000),
        owner: z.string().min(1).max(200),
        until: z.iso.date(),
      }),
    )
    .max(100),
});

/** An objective that need not hold for a time. */
export interface PolicyWaiver {
  readonly objective: string;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day, `2027-01-31`. */
  readonly until: string;
  /** Why it counts for nothing, a few words; null: it is in force. */
  readonly why: string | null;
}

export interface PolicyWaivers {
  readonly waivers: readonly PolicyWaiver[];
  readonly signedBy: string | null;
  /** Why none of them can count, within a sentence; null: they can. */
  readonly problem: string | null;
}

const none: PolicyWaivers = { waivers: [], signedBy: null, problem: null };
type Asked = Pick<ValidationContext, 'config' | 'teardown' | 'purpose'>;

/** Every part of one run asks for the same. */
const read = new WeakMap<ValidationContext['teardown'], Promise<PolicyWaivers>>();

/** The waivers of the policy, signed as a whole (`<file>.sig`). They count in what is decided on, and in no other run. */
export function policyWaivers(context: Asked): Promise<PolicyWaivers> {
  const found = read.get(context.teardown) ?? waiversOf(context);
  read.set(context.teardown, found);
  return found;
}

async function waiversOf({ config, purpose }: Asked): Promise<PolicyWaivers> {
  const rules = config.policy?.waivers;
  if (purpose === undefined || rules === undefined || rules.file === null) return none;
  const { allowedSigners, namespace } = config.signing;
  const trust = allowedSigners === null ? null : { allowedSigners, namespace };
  try {
    const [text, signature] = await Promise.all([bounded(rules.file), bounded(`${rules.file}.sig`)]);
    return await checkedWaivers(text, signature, { ...rules, trust, nowMs: Date.now() });
  } catch (cause) {
    return { ...none, problem: `its waivers cannot be read: ${(cause as Error).message.split('\n')[0]}` };
  }
}

async function bounded(path: string): Promise<string> {
  const bytes = await readBounded(path, mostBytes).catch((cause: Error) => {
    throw new Error(`of ${path}, ${cause.message}`, { cause });
  });
  return bytes.toString('utf8');
}

/** @param about who may sign them, for how long they may hold, and when it is asked */
export async function checkedWaivers(
  text: string,
  signature: string,
  about: { persons: readonly string[]; daysAtMost: number; trust: SigningTrust | null; nowMs: number },
): Promise<PolicyWaivers> {
  const { persons, daysAtMost, trust, nowMs } = about;
  const parsed = file.safeParse(parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      ...none,
      problem: `its waivers cannot be taken: ${issue?.path.join('.') || 'the file'}: ${issue?.message}`,
    };
  }
  const { signedBy, waivers } = parsed.data;
  const all = (problem: string): PolicyWaivers => ({
    ...{ signedBy, problem },
    waivers: waivers.map((one) => ({ ...one, why: problem })),
  });
  if (!persons.includes(signedBy)) return all(`${signedBy} may not sign waivers by the policy`);
  if (trust === null) return all('nobody said whose signatures count: set signing.allowedSigners');
  const wrong = await verifySignature(text, signature, { person: signedBy, at: new Date(nowMs).toISOString(), trust });
  if (wrong === undefined) return all('ssh-keygen is not there to verify their signature');
  if (wrong !== null) return all(`their signature does not count: ${wrong}`);
  return {
    signedBy,
    problem: null,
    waivers: waivers.map((one) => ({ ...one, why: outOfTime(one.until, daysAtMost, nowMs) })),
  };
}

function outOfTime(until: string, daysAtMost: number, nowMs: number): string | null {
  const endMs = Date.parse(`${until}T00:00:00Z`) + dayMs;
  if (!(endMs > nowMs)) return 'it has expired';
  return endMs - nowMs > (daysAtMost + 1) * dayMs ? `it holds for more than ${daysAtMost} days from now` : null;
}
