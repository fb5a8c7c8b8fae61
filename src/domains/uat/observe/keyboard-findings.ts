import type { Focus, MouseOnly, Stop } from './focus.ts';
import type { FirstHand } from './found.ts';
import type { Trap } from './trap.ts';

/** What a walk by Tab came to. */
export interface Judged {
  stops: readonly Stop[];
  mouseOnly: readonly MouseOnly[];
  /** What had the focus after each press; null: nothing of the page. */
  path: (Focus | null)[];
  /** Not a dot changes with their focus, and no style of theirs or of what is around them. */
  unmarked: Focus[];
  /** Under something that stays over them, without a dot that shows the focus. */
  hidden: Focus[];
  /** Outside the window, without a dot that shows the focus. */
  unseen: Focus[];
  trap: Trap | null;
  /** It went all the way round. */
  isThrough: boolean;
  reached: Set<number>;
  groups: Set<string>;
  /** Stops that Tab did not come to. */
  missed?: readonly Stop[];
  /** Of those and of what only a mouse reaches: what the accessibility tree says as well. */
  confirmed?: ReadonlySet<number>;
}

const mostNamed = 20;

export function findingsOf(judged: Judged): FirstHand[] {
  const { unmarked, hidden, unseen, trap, mouseOnly, missed = [], confirmed = new Set() } = judged;
  const found: FirstHand[] = [];
  const report = (isSure: boolean, rule: string, stop: Stop, what: string, fix: string, criteria: string[]) => {
    const { selector, html } = stop;
    if (found.some((each) => each.rule === rule && each.element === selector && each.snippet === html)) return;
    const kind = isSure ? 'keyboard' : 'review';
    found.push({ kind, rule, impact: 'serious', element: selector, snippet: html, what, fix, criteria });
  };
  const [held] = trap?.ring ?? [];
  if (trap !== null && held !== undefined) {
    const others = trap.ring.length > 1 ? `, ${trap.ring.length} elements in a ring` : '';
    const said = trap.isPromised ? ', nor by the key that the page names' : '';
    const what = `The focus cannot be moved on by Tab, Shift and Tab or Escape${said}${others}`;
    report(true, 'keyboard-trap', held, what, 'Let Tab leave it.', ['wcag212']);
  }
  for (const stop of missed) {
    const isSure = confirmed.has(stop.index);
    report(isSure, 'not-reachable', stop, 'It cannot be reached by Tab', 'Let it take the focus.', ['wcag211']);
  }
  for (const stop of hidden) {
    const what = `It has the focus under ${stop.coverer}, which hides it`;
    const fix = 'Leave room for what stays over the page: scroll-padding, or another place for it.';
    report(true, 'focus-obscured', stop, what, fix, ['wcag2411']);
  }
  for (const stop of unseen) {
    const fix = 'Bring it into view when it gets the focus.';
    report(true, 'focus-out-of-sight', stop, 'It has the focus but is out of sight', fix, ['wcag247']);
  }
  const known = new Set([...hidden, ...unseen].map(({ index }) => index));
  for (const stop of unmarked) {
    if (known.has(stop.index)) continue;
    const fix = 'Give :focus-visible an outline.';
    report(true, 'focus-not-visible', stop, 'Nothing shows that it has the focus', fix, ['wcag247']);
  }
  for (const stop of mouseOnly) {
    const isSure = stop.isSure && confirmed.has(stop.index);
    const what =
      stop.why === 'taken-out'
        ? 'It is taken out of the order of Tab, and nothing else is seen to do the same'
        : stop.why === 'role'
          ? `It says that it is a ${stop.role}, and cannot take the focus`
          : 'It answers the mouse, and cannot be reached by key';
    const fix = stop.why === 'taken-out' ? 'Leave out tabindex="-1".' : 'Use a button or a link.';
    report(isSure, stop.why === 'taken-out' ? 'not-reachable' : 'mouse-only', stop, what, fix, ['wcag211']);
  }
  if (trap === null) {
    for (const { isSure, stop, before } of jumps(judged.path)) {
      const why = stop.tabIndex > 0 || before.tabIndex > 0 ? ': a tabindex is positive' : '';
      const what = `The focus goes back from ${before.selector}${why}`;
      report(isSure, 'focus-order', stop, what, 'Put both into the order in which they are read.', ['wcag243']);
    }
  }
  return found.slice(0, mostNamed);
}

/** Where the focus goes back. Beyond doubt where it does so both in the order of the page and to the eye. */
function jumps(path: readonly (Focus | null)[]): { isSure: boolean; stop: Focus; before: Focus }[] {
  const known = path.filter((each): each is Focus => each !== null && each.place >= 0);
  const top = Math.min(...known.map(({ place }) => place));
  return path.flatMap((stop, at) => {
    const before = path[at - 1];
    if (stop === null || before == null || stop.place < 0 || before.place < 0) return [];
    // From the last to the first is a new round.
    if (stop.place >= before.place || stop.place === top) return [];
    if (path.slice(0, at).some((each) => each?.index === stop.index)) return [];
    const isAbove = stop.box.y + stop.box.height <= before.box.y + 1;
    const isBefore = Math.abs(stop.box.y - before.box.y) < before.box.height && stop.box.x < before.box.x;
    return [{ isSure: isAbove || isBefore, stop, before }];
  });
}
