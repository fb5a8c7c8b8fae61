import type { Item } from '../descriptor/format.ts';
import { isReadingReason } from '../descriptor/readings.ts';

/**
 * Why an item is left out for being of one environment only; null: it is compared. Both sides have to say so: the word of one of them would silence any
 * difference, without a rule's owner, reason and last day.
 * @param isOtherWritten whether a person wrote the side that lacks it, who does not list what a reader knows to be of one machine
 */
export function ownOf(
  theirs: Item | undefined,
  ours: Item | undefined,
  isOtherWritten: boolean,
): { reason: string; isOfBoth: boolean } | null {
  const [first, second] = [theirs?.own ?? null, ours?.own ?? null];
  const reason = first ?? second;
  if (reason === null) return null;
  if (first !== null && second !== null) return { reason, isOfBoth: true };
  // Of two that move, one may have stood still while it was read.
  const marked = first !== null ? theirs : ours;
  if (isReadingReason(reason) && marked?.source !== 'written') return { reason, isOfBoth: true };
  const only = theirs === undefined ? ours : ours === undefined ? theirs : undefined;
  // A reader found it, and the other side has none to hold it against: that is no difference, and not nothing.
  if (only === undefined || only.source === 'written') return null;
  return isOtherWritten
    ? { reason, isOfBoth: true }
    : { reason: `of one side only, which says: ${reason}; a rule may leave it out`, isOfBoth: false };
}
