import { sentence } from '../../../../gate/words.ts';
import type { Verdict } from '../../../../model/verdict.ts';
import { type Check, check } from '../../../part.ts';

const named = 3;

/** One check of many things: what is wrong with some fails it, what is open leaves it open. */
export function checkOfMany(
  id: string,
  title: string,
  { wrong, open, fine, none }: { wrong: readonly string[]; open: readonly string[]; fine: string; none: string | null },
): Check {
  const verdict: Verdict = wrong.length > 0 ? 'fail' : open.length > 0 || none !== null ? 'inconclusive' : 'pass';
  const reasons = wrong.length > 0 ? wrong : open;
  return check(id, title, verdict, reasons.length > 0 ? shortened(reasons) : whole(none ?? fine));
}

/** A sentence with its full stop. */
function whole(text: string): string {
  const said = sentence(text);
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

/** The first few as sentences, and how many more there are. */
function shortened(reasons: readonly string[]): string {
  const more = reasons.length - named;
  const first = reasons.slice(0, named).map(whole);
  return [...first, ...(more > 0 ? [`And ${more} more.`] : [])].join(' ');
}

/** Why a topic could not be looked at; undefined: it could. */
export function troubleOf(
  troubles: readonly { topic: string; why: string }[],
  ...topics: string[]
): string | undefined {
  const found = troubles.find(({ topic }) => topics.includes(topic));
  return found === undefined ? undefined : `it could not be asked for ${found.topic}: ${found.why}`;
}
