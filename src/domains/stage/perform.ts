import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runProgram } from '../../environment/run-program.ts';
import { readManifestState } from '../../evidence/manifest.ts';
import { exitCodes } from '../../model/error.ts';
import type { JournalEvents } from '../../model/event.ts';
import type { Results } from '../../model/results.ts';
import type { GateResult } from '../../model/verdict.ts';
import { duration } from '../../report-kit/format.ts';
import { asSentence } from '../../report-kit/text.ts';
import type { Services } from '../command.ts';
import { verdictOf } from '../part.ts';
import type { PhaseContext, PhaseOutcome } from '../phase.ts';
import type { PlannedPhase } from './events.ts';
import type { DomainPhase } from './order.ts';

type Ended = JournalEvents['shakedown.stage.ended'];

/** How a phase ended, before it is known what of the state follows from it. */
export type Performed = Omit<Ended, 'phase' | 'attempt' | 'state' | 'announces'> & {
  results: Results | null;
  printed: unknown;
};

export interface Performance {
  readonly phase: DomainPhase;
  readonly planned: PlannedPhase;
  readonly attempt: number;
  readonly context: PhaseContext;
  readonly services: Pick<Services, 'runCommand' | 'judged'>;
  readonly signal: AbortSignal;
  /** Of the stage's run. */
  readonly stageFolder: string;
  say(line: string): void;
  onProcess(pid: number): void;
  onRun(runId: string): void;
}

/** After a phase was asked to end, all of it is ended so much later. */
const graceMs = 5 * 60_000;
const sentenceAtMost = 1000;
/** What a deployment says where the candidate did not come up, or another came up in its place: its own failure. */
const candidateFailed = /^error DEPLOYMENT_(NOT_READY|OTHER): /;

const none = {
  gates: [],
  runId: null,
  sha256: null,
  file: null,
  artifacts: [],
  version: null,
  results: null,
  printed: null,
};

/** Does a phase to its end: its command, until its deadline, and what that left. People's decisions are not done here. */
export async function perform(asked: Performance): Promise<Performed> {
  const { phase, planned, signal } = asked;
  const deadline = AbortSignal.timeout(Math.min(planned.deadlineMs, 2 ** 31 - 1));
  const both = AbortSignal.any([signal, deadline]);
  const found = phase.does.kind === 'program' ? await program(asked, both) : await command(asked, both);
  if (signal.aborted)
    return { ...found, verdict: 'inconclusive', isCut: true, sentence: 'It was interrupted before it ended.' };
  if (deadline.aborted)
    return {
      ...found,
      verdict: found.verdict === 'fail' ? 'fail' : 'inconclusive',
      sentence:
        `It took longer than ${duration(planned.deadlineMs)}, and was ended. ${found.verdict === 'fail' ? found.sentence : ''}`.trim(),
    };
  return found;
}

async function program({ phase, context, planned, attempt, stageFolder, onProcess }: Performance, signal: AbortSignal) {
  const argv = phase.does.kind === 'program' ? phase.does.argv(context) : [];
  const [path = '', ...args] = argv;
  const end = await runProgram(path, args, {
    ...{ timeoutMs: planned.deadlineMs, cwd: context.folder, signal, started: onProcess },
  });
  const code = end.kind === 'ended' ? end.code : null;
  // What it printed may hold secrets, and is not kept.
  const kept = keep(stageFolder, `${phase.id}-${attempt}.json`, { program: path, exitCode: code });
  const sentence =
    end.kind === 'failed'
      ? `${path} could not be run to its end: ${asSentence(end.reason)}`
      : code === 0
        ? `${path} ended with exit code 0.`
        : `${path} ended with exit code ${code}: the environment is not there, so nothing is shown of the candidate.`;
  const verdict = code === 0 ? ('pass' as const) : ('inconclusive' as const);
  return { ...none, ...kept, verdict, isCut: false, sentence, exitCode: code };
}

async function command(asked: Performance, signal: AbortSignal): Promise<Performed> {
  const { phase, context, services, say, onProcess, onRun } = asked;
  const { does } = phase;
  if (does.kind !== 'command' && does.kind !== 'deployment') throw new RangeError(`${phase.id} has no command.`);
  const end = await services.runCommand(does.words(context), {
    ...{ signal, cwd: context.folder, say, graceMs, onProcess, keepsOutput: does.kind === 'deployment' },
    onRun: (folder) => onRun(basename(folder)),
  });
  const { exitCode } = end;
  const isRun = end.run !== null && existsSync(join(end.run, 'journal.ndjson'));
  if (does.kind === 'deployment') return deployed(asked, end);
  if (!isRun || end.run === null) {
    const why = end.error === '' ? `It ended with exit code ${exitCode} and left no run.` : withoutCode(end.error);
    return { ...none, verdict: 'inconclusive', isCut: false, sentence: asSentence(why), exitCode };
  }
  const judged = await judgedRun(end.run, phase, services);
  // What stopped it stands before what its evidence shows.
  const isBroken =
    exitCode !== exitCodes.ready && exitCode !== exitCodes.notReady && exitCode !== exitCodes.inconclusive;
  const sentence = isBroken && end.error !== '' ? asSentence(withoutCode(end.error)) : judged.sentence;
  const verdict = isBroken && judged.verdict === 'pass' ? 'inconclusive' : judged.verdict;
  return { ...judged, verdict, sentence: sentence.slice(0, sentenceAtMost), exitCode };
}

function deployed(
  { phase, attempt, stageFolder }: Performance,
  { exitCode, error, output }: Awaited<ReturnType<Services['runCommand']>>,
): Performed {
  const printed = parsed(output);
  if (exitCode === exitCodes.ready && printed !== null) {
    const kept = keep(stageFolder, `${phase.id}-${attempt}.json`, printed);
    const version = textOf(printed, 'version');
    const sentence = `${version ?? 'The candidate'} serves at ${textOf(printed, 'url') ?? 'an address that was not named'}.`;
    return { ...none, ...kept, verdict: 'pass', isCut: false, sentence, exitCode, version, printed };
  }
  const why = error === '' ? `It ended with exit code ${exitCode}.` : withoutCode(error);
  const verdict = candidateFailed.test(error) ? ('fail' as const) : ('inconclusive' as const);
  return { ...none, verdict, isCut: false, sentence: asSentence(why).slice(0, sentenceAtMost), exitCode };
}

/**
 * What a run's own evidence shows now, by each gate that the phase answers for. One that is a part of a gate answers for what it was asked for: the
 * rest of that gate is another phase's.
 * @throws ShakedownError RUN_JOURNAL
 */
async function judgedRun(
  folder: string,
  { gates, isWhole, partOf }: Pick<DomainPhase, 'gates' | 'isWhole' | 'partOf'>,
  services: Pick<Services, 'judged'>,
): Promise<Omit<Performed, 'exitCode'>> {
  const results = await services.judged(folder, partOf === undefined ? undefined : null);
  const judged: Ended['gates'] = [];
  for (const id of gates) {
    // By this gate alone: what is against the whole of its evidence is against the gate.
    const of = await services.judged(folder, id);
    const gate = of.gates.find((each) => each.id === id);
    judged.push(
      gate === undefined || gate.verdict === 'not run'
        ? { id, verdict: 'inconclusive', summary: 'not judged', sentence: `Its run did not judge the gate ${id}.` }
        : {
            ...{
              id,
              summary: gate.summary,
              sentence: of.verdict === 'pass' ? shown(gate) : of.sentence,
            },
            verdict: isWhole ? verdictOf([of, results]) : of.verdict,
          },
    );
  }
  const isFailed = results.verdict === 'fail';
  const verdict = isWhole || judged.length === 0 ? results.verdict : isFailed ? 'fail' : verdictOf(judged);
  const passed = (gates.length === 0 ? results.gates.map(shown) : judged.map((each) => each.sentence)).join(' ');
  const decisive = isWhole ? undefined : judged.find((each) => each.verdict === verdict)?.sentence;
  const sentence = (verdict === 'pass' ? passed : decisive) || results.sentence;
  const { candidate } = results;
  return {
    ...{ verdict, isCut: false, sentence: sentence.slice(0, sentenceAtMost), gates: judged, results, printed: null },
    ...{ runId: basename(folder), sha256: readManifestState(folder).sha256, file: null, version: candidate.version },
    artifacts: candidate.artifacts
      .filter(({ source }) => source === 'probed')
      .map(({ name, digest }) => ({ name, digest })),
  };
}

function shown({ title, summary }: GateResult): string {
  return asSentence(`${title}: ${summary}`);
}

/** A file of the stage's own evidence. @returns its path in the folder of the stage, and its digest */
function keep(stageFolder: string, name: string, value: unknown): { file: string; sha256: string } {
  const file = `evidence/stage/${name}`;
  const text = `${JSON.stringify(value, null, 1)}\n`;
  mkdirSync(join(stageFolder, 'evidence', 'stage'), { recursive: true });
  writeFileSync(join(stageFolder, file), text);
  return { file, sha256: createHash('sha256').update(text).digest('hex') };
}

function withoutCode(line: string): string {
  return line.replace(/^error [A-Z_]+: /, '');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textOf(value: unknown, key: string): string | null {
  const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  return typeof found === 'string' ? found : null;
}

/** For the state: what followed from how it ended. */
export function outcomeOf({ verdict, sentence, runId, results, printed }: Performed): PhaseOutcome {
  return { verdict, sentence, runId, results, printed };
}
