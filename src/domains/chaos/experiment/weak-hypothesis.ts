import { basename } from 'node:path';
import type { Verdict } from '../../../model/verdict.ts';
import type { Experiment, HypothesisStep, Provider } from './format.ts';
import { isObject, type Json, listOr, objectOr } from './values/json.ts';
import { pythonPattern } from './values/pattern.ts';

/** Why a hypothesis, or a probe of it, would be met whatever became of the target. */
export interface Weakness {
  /** `steady-state-hypothesis.probes[0] "up"` */
  where: string;
  message: string;
  /** No probe of the hypothesis is any better. */
  isWhole: boolean;
}

/** Programs whose outcome nothing that is tested can change. */
const constantPrograms: ReadonlySet<string> = new Set([
  ...['true', 'false', 'echo', 'printf', 'sleep', 'seq', 'date', 'pwd', 'whoami', 'id', 'uname', 'hostname', 'env'],
]);
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);
/** Numbers from which on a limit is none. */
const beyondAll = 1e15;
const lineOfText = ['', ' ', '0', 'x', 'error', '{"status":"down"}', '<html>', 'ü', '\t', 'Ab9_-. '.repeat(20_000)];

/**
 * What of a hypothesis cannot fail, or fails only where nothing is answered at all. Only what is certain is named: a probe of which it is not known may
 * well be as weak.
 */
export function weaknesses({ hypothesis }: Experiment): Weakness[] {
  const where = 'steady-state-hypothesis';
  if (hypothesis === null || hypothesis.steps.length === 0) {
    const what = hypothesis === null ? 'there is no hypothesis' : 'it has no probe';
    return [
      {
        where,
        message: `${what}, so nothing that is tested is looked at: give it a probe with a tolerance`,
        isWhole: true,
      },
    ];
  }
  const found = hypothesis.steps.flatMap((step) => {
    const message = weaknessOf(step);
    return message === null ? [] : [{ where: `${step.where} ${JSON.stringify(step.activity.name)}`, message }];
  });
  const isWhole = found.length === hypothesis.steps.length;
  return found.map((one) => ({ ...one, isWhole }));
}

/** With where it is. */
export function sentenceOf({ where, message }: Weakness): string {
  return `${where}: ${message}.`;
}

/** A pass of which hardly anything could have made a fail says so itself. */
export function withCautions(
  { verdict, reason }: { verdict: Verdict; reason: string },
  weak: readonly Weakness[],
): { verdict: Verdict; reason: string; cautions: string[] } {
  const cautions = weak.map(sentenceOf);
  const [first] = weak;
  if (verdict !== 'pass' || first?.isWhole !== true) return { verdict, reason, cautions };
  const little = `The hypothesis shows little, as hardly anything could have made it fail: ${first.message}.`;
  return { verdict, reason: `${reason} ${little}`, cautions };
}

function weaknessOf({ activity: { provider }, tolerance }: HypothesisStep): string | null {
  const constant = constantWords(provider);
  if (constant !== null) return constant;
  const accepts = acceptedWords(tolerance, provider);
  if (accepts === null) return null;
  const only = provider.type === 'http' ? ', so it fails only where there is no answer' : ', so it cannot fail';
  return `its tolerance accepts ${accepts}${only}: say what a healthy target gives`;
}

function constantWords(provider: Provider): string | null {
  if (provider.type !== 'process') return null;
  const program = basename(provider.path);
  const given = provider.arguments;
  const text =
    typeof given === 'string' ? given : Object.values(objectOr(given)).concat(listOr(given)).map(String).join(' ');
  const isShell = shells.has(program) && /^-c\s+['"]?(true|:|exit\s+\d+|echo\s[^$`|&;<>]*)['"]?\s*$/.test(text.trim());
  // What is put in from elsewhere may depend on the target.
  if (text.includes('$') || !(isShell || constantPrograms.has(program))) return null;
  return `the program ${program} gives the same whatever becomes of what is tested: let a probe ask that`;
}

/** What a tolerance accepts that leaves nothing out; null: it leaves something out, or it is not known. */
function acceptedWords(tolerance: Json, provider: Provider): string | null {
  if (Array.isArray(tolerance)) {
    const isStatus = provider.type === 'http' || provider.type === 'process';
    return tolerance.length === 2 && !isStatus ? numbersWords(tolerance) : null;
  }
  if (!isObject(tolerance)) return null;
  const { type, pattern, path, range, target, count } = tolerance;
  if (type === 'regex' && typeof pattern === 'string') return textsWords(pattern);
  if (type === 'jsonpath' && typeof path === 'string') {
    const isFree = tolerance.expect === undefined && (count === undefined || count === null);
    return isFree && path.trim() === '$' ? 'everything, as $ is always there' : null;
  }
  if (type !== 'range' || !Array.isArray(range)) return null;
  const [low, high] = range.map(Number) as [number, number];
  if (provider.type === 'http' && target === 'status' && low <= 100 && high >= 599) return 'every status';
  return numbersWords(range);
}

function numbersWords(limits: readonly Json[]): string | null {
  const [low, high] = limits;
  if (typeof low !== 'number' || typeof high !== 'number' || high < beyondAll) return null;
  if (low <= -beyondAll) return 'every number';
  return low <= 0 ? 'every number from 0 on' : null;
}

/** Looking around is beyond what can be judged here. */
function textsWords(pattern: string): string | null {
  if (pattern.includes('${') || /\(\?(?:[=!]|<[=!])|\\[bB]/.test(pattern)) return null;
  try {
    const compiled = pythonPattern(pattern);
    const isAnchored = /\\[AZ]|[\^$]/.test(pattern);
    // Without anchors, what matches nothing at all is found in every text.
    if (!isAnchored) return compiled.test('') ? 'every text' : null;
    return lineOfText.every((text) => compiled.test(text)) ? 'every line of text' : null;
  } catch {
    return null;
  }
}
