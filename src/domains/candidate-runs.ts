import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beginningOf, validationOf } from '../evidence/attempt.ts';
import { manifestName } from '../evidence/manifest.ts';
import { listRuns } from '../evidence/prune.ts';
import {
  artifactsOf,
  isAbout,
  maybeSame,
  type NamedCandidate,
  otherNames,
  type SameBy,
  sameCandidate,
} from '../model/artifact.ts';
import type { JudgedBy } from '../model/config.ts';
import type { Results } from '../model/results.ts';
import { policyWaivers } from './policy-waivers.ts';
import type { ValidationContext } from './validation.ts';

/** Of what joins runs: the whole stage, a readiness report, a promotion. */
const joining = ['run', 'readiness', 'promote'];
const joinsOthers = (command: string) => joining.includes(validationOf(command));

/** So many of the newest runs are looked at; each is judged again, which takes a moment. */
const looksAtMost = 60;

/** A run of the candidate, or of its name and version, judged now by its own evidence and by the targets of who asks. */
export interface CandidateRun {
  readonly id: string;
  readonly folder: string;
  readonly results: Results;
  /** How it is known to be of the same candidate; null: it is another build of the same version. */
  readonly sameBy: SameBy | null;
  /** Whether a run that is not known to be of the same candidate may be of it: it does not say what it tested, or not all of it. */
  readonly maybeSame: boolean;
  /** What it called the same candidate otherwise, a few words each. */
  readonly otherNames: readonly string[];
  /** Why a pass of it shows nothing, within a sentence; null: it does. A failure counts all the same. */
  readonly whyNoPass: string | null;
  /** Whether it was made in another environment. */
  readonly isElsewhere: boolean;
}

export interface CandidateRuns {
  /** Newest first: their names have minutes only, and one that was cut off has no end. */
  readonly runs: readonly CandidateRun[];
  /** Ids of runs whose journals cannot be read. */
  readonly unreadable: readonly string[];
  /** Ids of runs that are still at work, but for those that join what others find. */
  readonly atWork: readonly string[];
  /** How many were looked at. */
  readonly looked: number;
  /** Whether there are more than were looked at. */
  readonly isCut: boolean;
}

type Asked = Pick<ValidationContext, 'config' | 'services' | 'runFolder' | 'target' | 'teardown' | 'purpose'>;

/** Every part of one run asks for the same. */
const found = new WeakMap<ValidationContext['teardown'], Promise<CandidateRuns>>();

/**
 * The runs in the reports folder that are of the candidate, whatever they call it, or of its name and version. Those that are still at work are none yet.
 * @param isAnew where runs were added since it was asked last
 */
export function candidateRuns(context: Asked, isAnew = false): Promise<CandidateRuns> {
  const before = isAnew ? undefined : found.get(context.teardown);
  const runs = before ?? read(context);
  found.set(context.teardown, runs);
  return runs;
}

async function read(context: Asked): Promise<CandidateRuns> {
  const { config, services, runFolder, target } = context;
  const by = await judgedBy(context);
  const stored = (await listRuns(config.reports.folder, null)).reverse();
  const { artifacts } = await target();
  const own = { name: config.name, version: config.version, artifacts: artifactsOf(config.artifacts ?? [], artifacts) };
  const runs: CandidateRun[] = [];
  const unreadable: string[] = [];
  const atWork: string[] = [];
  let looked = 0;
  let isCut = false;
  for (const { folder, id, heldBy } of stored) {
    if (folder === runFolder) continue;
    // Its results may have been changed: how it began is in the evidence.
    const began = beginningOf(join(folder, 'journal.ndjson'));
    if (began !== null && !isAbout(own, began.candidate)) continue;
    const isHeld = heldBy === 'running' || heldBy === 'running elsewhere';
    // A lock is a file that anybody can write; what was sealed has ended.
    if (isHeld && !existsSync(join(folder, manifestName))) {
      if (began !== null && !joinsOthers(began.command)) atWork.push(id);
      continue;
    }
    if (looked === looksAtMost) {
      isCut = true;
      break;
    }
    looked++;
    const results = began === null ? null : await services?.judged(folder, undefined, by).catch(() => null);
    if (!results) {
      unreadable.push(id);
      continue;
    }
    const isElsewhere = results.environment.name !== config.environment;
    const sameBy = sameCandidate(own, results.candidate);
    runs.push({
      ...{ id, folder, results, sameBy, isElsewhere },
      maybeSame: sameBy === null && maybeSame(own, results.candidate),
      otherNames: sameBy === null ? [] : otherNames(own, results.candidate),
      whyNoPass: whyNoPass(own, results),
    });
  }
  runs.sort((a, b) => Date.parse(b.results.run.startedAt) - Date.parse(a.results.run.startedAt));
  return { runs, unreadable, atWork, looked, isCut };
}

const judgedGates = new WeakMap<ValidationContext['teardown'], Map<string, Promise<Results | null>>>();

/** A run judged by one gate alone, all of it: what is against the whole of its evidence is against the gate. null: it cannot be judged. */
export function judgedGate(
  context: Pick<Asked, 'config' | 'services' | 'teardown' | 'purpose'>,
  folder: string,
  gate: string,
): Promise<Results | null> {
  const { services, teardown } = context;
  const known = judgedGates.get(teardown) ?? new Map<string, Promise<Results | null>>();
  judgedGates.set(teardown, known);
  const key = JSON.stringify([folder, gate]);
  const results =
    known.get(key) ??
    judgedBy(context)
      .then((by) => services?.judged(folder, gate, by) ?? null)
      .catch(() => null);
  known.set(key, results);
  return results;
}

/** An earlier run may have been held against weaker targets than those that are asked for now; what is waived decides nothing. */
async function judgedBy(context: Pick<Asked, 'config' | 'teardown' | 'purpose'>): Promise<JudgedBy> {
  const { policy, objectives } = context.config;
  const { waivers } = await policyWaivers(context);
  const inForce = waivers.filter(({ why }) => why === null);
  if (policy === undefined || inForce.length === 0) return { policy, objectives };
  const waived = inForce.map(({ objective }) => [
    objective,
    { ...policy.objectives[objective], key: false, weight: 0 },
  ]);
  return { policy: { ...policy, objectives: { ...policy.objectives, ...Object.fromEntries(waived) } }, objectives };
}

/** Where the candidate is asked what it runs, a run that did not ask may have met another build under the same declaration. */
function whyNoPass(own: NamedCandidate, { candidate, sections }: Results): string | null {
  const isProbed = ({ artifacts }: NamedCandidate) => artifacts.some(({ source }) => source === 'probed');
  // A rehearsal brings up what is declared itself, and looks at that; monitoring is of no build.
  const asksItself = sections.rehearsal !== undefined || sections.monitoring?.validation !== undefined;
  if (!isProbed(own) || isProbed(candidate) || asksItself) return null;
  return 'it did not ask the target what it runs, as this does, so it may have been another build';
}
