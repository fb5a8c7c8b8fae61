import { amount } from '../../gate/words.ts';
import { beyondDoubt, compareWindows, type WindowComparison } from '../../stats/compare/compare.ts';
import { holm } from '../../stats/compare/holm.ts';
import { type Check, check } from '../part.ts';
import type { TimesEvidence } from './evidence.ts';

interface Compared {
  times: TimesEvidence;
  /** null: too few windows. */
  found: WindowComparison | null;
  /** How far the two arms of the current version are apart, in percent: what two processes of one version differ by. */
  apart: number;
  /** Of "slower by more than the margin, and by what the current version differs from itself". */
  p: number;
}

export interface JudgedTimes {
  checks: Check[];
  rows: string[][];
  /** Subjects that are slower. */
  slower: string[];
  compared: number;
}

const confidence = 0.95;

/** Whether the candidate is slower, by the same judge that compares runs. Two processes of one version differ too, so the margin is widened by that. */
export function judgeTimes(
  all: readonly TimesEvidence[],
  marginPercent: number,
  isMeant: (subject: string) => boolean,
): JudgedTimes {
  const title = 'Answers come as quickly as before';
  const compared = all.map((times): Compared => compare(times, marginPercent));
  const usable = compared.filter(({ found }) => found !== null);
  const corrected = holm(usable.map(({ p }) => p));
  const slower = usable.filter((_, i) => (corrected[i] ?? 1) <= beyondDoubt);
  const meant = slower.filter(({ times }) => isMeant(times.subject));
  const bad = slower.filter(({ times }) => !isMeant(times.subject));
  const whole = usable.find(({ times }) => times.subject === 'all requests');
  const rows = usable.map(({ times, found, apart }) => {
    const interval = found?.interval(confidence);
    const change = found?.change().percent ?? 0;
    return [
      times.subject,
      String(times.requests),
      signed(change),
      interval === undefined ? '' : `${signed(interval.low)} to ${signed(interval.high)}`,
      signed(apart),
    ];
  });
  const result = { rows, slower: slower.map(({ times }) => times.subject), compared: usable.length };
  if (bad.length > 0) {
    const [first] = bad.sort((a, b) => Number(b === whole) - Number(a === whole) || a.p - b.p);
    const more = bad.length === 1 ? '' : ` And ${bad.length - 1} more.`;
    const reason = `${capital(first?.times.subject ?? '')}: slower by ${signed(first?.found?.change().percent ?? 0)}, and by more than ${amount(marginPercent, '%')} beyond doubt.${more}`;
    return { ...result, checks: [check('times', title, 'fail', reason)] };
  }
  if (whole?.found == null)
    return {
      ...result,
      checks: [
        check('times', title, 'inconclusive', 'Too few requests were answered alike to compare how long they took.'),
      ],
    };
  const margin = widened(marginPercent, whole.apart);
  const holds = whole.found.pWithin(margin) <= 0.05;
  const change = `${signed(whole.found.change().percent)} over all requests`;
  const declared =
    meant.length === 0 ? '' : ` Slower as declared: ${meant.map(({ times }) => times.subject).join(', ')}.`;
  if (holds || isMeant('all requests'))
    return {
      ...result,
      checks: [check('times', title, 'pass', `${change}, within ${amount(margin, '%')}.${declared}`)],
    };
  return {
    ...result,
    checks: [
      check(
        'times',
        title,
        'inconclusive',
        `${change}; that it is slower by more than ${amount(margin, '%')} is neither shown nor ruled out.${declared}`,
      ),
    ],
  };
}

function compare(times: TimesEvidence, marginPercent: number): Compared {
  const as = (i: number) => times.windows.map((window) => window[i] ?? 1);
  const ones = times.windows.map(() => 1);
  const found = compareWindows(ones, as(2), 'paired');
  const control = compareWindows(ones, as(1), 'paired');
  const apart = control?.change().percent ?? 0;
  return { times, found, apart, p: found?.pSlower(widened(marginPercent, apart)) ?? 1 };
}

function widened(marginPercent: number, apartPercent: number): number {
  const apart = Math.abs(Math.log1p(Math.max(-0.99, apartPercent / 100)));
  return 100 * ((1 + marginPercent / 100) * Math.exp(apart) - 1);
}

function signed(percent: number): string {
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
