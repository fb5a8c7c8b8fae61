import type { CDPSession, Page } from '@playwright/test';
import { pageScript } from '../page/scripts.ts';
import { bounded } from './bounded.ts';
import { ask, type Focus, focusNow, type MouseOnly, type Stop, slowMs } from './focus.ts';
import type { FoundHere } from './found.ts';
import { findingsOf, type Judged } from './keyboard-findings.ts';
import { testTrap } from './trap.ts';

interface Begun {
  stops: Stop[];
  mouseOnly: MouseOnly[];
  hasModal: boolean;
  text: string;
}

/** Of one page; beyond, it is said how far the walk came. */
const mostPresses = 250;
const longestMs = 20_000;
const settleMs = 15;
/** Days, months and the button of a date; what plays a video; and what is in a frame of elsewhere. */
const mostParts = 16;
const mostInFrame = 60;
const mostOutside = 3;
const mostAsked = 12;

const call = (expression: string) => pageScript('keyboard', `globalThis.shakedownKeyboard.${expression}`);
/**
 * Presses Tab through a copy of the page: whether everything is reached, in order, in sight and marked, and nothing holds the focus. What is
 * seen in one way only is left to a person.
 */
export async function walkByKeyboard(page: Page): Promise<FoundHere> {
  const begun = (await page.evaluate(call('begin()'))) as Begun;
  const judged: Judged = {
    stops: begun.stops,
    mouseOnly: begun.mouseOnly,
    path: [],
    unmarked: [],
    hidden: [],
    unseen: [],
    trap: null,
    isThrough: false,
    reached: new Set(),
    groups: new Set(),
  };
  const notDone = await walk(page, begun, judged);
  await secondLook(page, judged);
  return { findings: findingsOf(judged), count: judged.reached.size, notDone };
}

async function walk(page: Page, { stops, text }: Begun, judged: Judged): Promise<string | null> {
  const { path, reached, groups } = judged;
  const seen = new Map<number, Focus>();
  const suspects = new Map<number, Focus>();
  const startedAt = performance.now();
  let outside = 0;
  let held = 0;
  let before: Focus | null = null;
  const bound = (press: number) => {
    const far = `${reached.size} of ${Math.max(stops.length, reached.size)} stops were walked`;
    if (press >= mostPresses) return `${far}: at most ${mostPresses} presses`;
    return performance.now() - startedAt > longestMs ? `${far}: at most ${longestMs / 1000} s` : null;
  };
  for (let press = 0; ; press++) {
    const said = bound(press);
    if (said !== null) return said;
    await page.keyboard.press('Tab');
    let now = await focusNow(page, settleMs);
    const isAgain = now.focus !== null && seen.has(now.focus.index);
    if (isAgain) now = await focusNow(page, slowMs);
    if (now.left !== null && now.wasMarked === true) suspects.delete(now.left);
    const { focus } = now;
    path.push(focus);
    if (focus === null) {
      before = null;
      outside++;
      // Out of the page, into the browser's own bars; and there is nothing else.
      if (outside >= mostOutside && reached.size === 0) break;
      if (outside > mostOutside) break;
      continue;
    }
    const isSame: boolean = before !== null && before.index === focus.index;
    held = isSame ? held + 1 : 0;
    const most = focus.isFrame ? mostInFrame : focus.isParted ? mostParts : 1;
    const isRound = isAgain && !isSame;
    if ((isSame && held >= most) || (isRound && !isComplete(stops, reached, groups))) {
      const ring = ringOf(path, focus.index);
      if (ring.some(({ isFrame }) => isFrame)) return `the walk did not come out of ${focus.selector}`;
      // Back at the first stop by way of the browser's bars is a whole round.
      if (!isSame && focus.index === path.find((each) => each !== null)?.index && wasOutside(path)) break;
      judged.trap = await testTrap(page, ring, text);
      return null;
    }
    if (isRound) break;
    if (!isSame) {
      seen.set(focus.index, focus);
      reached.add(focus.index);
      if (focus.group !== null) groups.add(focus.group);
      if (!focus.isMarked) suspects.set(focus.index, focus);
      if (focus.coverer !== null && !focus.isFramed) judged.hidden.push(focus);
      if (!focus.isInView) judged.unseen.push(focus);
      // Pictures are taken only of what is suspected, while it has the focus.
      if (!focus.isMarked || focus.coverer !== null || !focus.isInView) await compare(page, focus, judged);
    }
    before = focus;
  }
  judged.isThrough = true;
  judged.unmarked = judged.unmarked.filter(({ index }) => suspects.has(index));
  return null;
}

const wasOutside = (path: readonly (Focus | null)[]) => path.includes(null);

function isComplete(stops: readonly Stop[], reached: ReadonlySet<number>, groups: ReadonlySet<string>): boolean {
  return stops.every(({ index, group }) => reached.has(index) || (group !== null && groups.has(group)));
}

/** What is gone through again and again: from the last time that this had the focus. */
function ringOf(path: readonly (Focus | null)[], index: number): Focus[] {
  const last = path.slice(0, -1).findLastIndex((each) => each?.index === index);
  const ring = path.slice(last).filter((each): each is Focus => each !== null);
  return [...new Map(ring.map((each) => [each.index, each])).values()];
}

/** Whether any dot of the window changes with the focus. */
async function compare(page: Page, focus: Focus, judged: Judged): Promise<void> {
  const options = { animations: 'disabled', caret: 'initial', timeout: 5000 } as const;
  const picture = () => page.screenshot(options).catch(() => null);
  const having = await picture();
  await ask(page, 'blur()');
  await page.waitForTimeout(slowMs);
  const without = await picture();
  await ask(page, `focus(${focus.index})`);
  await focusNow(page, settleMs);
  if (having === null || without === null) return;
  const isShown = !having.equals(without);
  if (!isShown) judged.unmarked.push(focus);
  // A second way of seeing it: not a dot of it shows.
  if (isShown) {
    judged.unseen = judged.unseen.filter(({ index }) => index !== focus.index);
    judged.hidden = judged.hidden.filter(({ index }) => index !== focus.index);
  }
}

/** What the accessibility tree says of those that the walk accuses, where the browser has one to ask. */
async function secondLook(page: Page, judged: Judged): Promise<void> {
  const { stops, mouseOnly, reached, groups, isThrough } = judged;
  const missed = isThrough
    ? stops.filter(({ index, group }) => !reached.has(index) && !(group !== null && groups.has(group)))
    : [];
  const asked = [...missed, ...mouseOnly].slice(0, mostAsked);
  judged.missed = missed;
  if (asked.length === 0) return;
  const session = await page
    .context()
    .newCDPSession(page)
    .catch(() => null);
  const confirmed = new Set<number>();
  for (const { index } of asked) {
    const isMissed = missed.some((each) => each.index === index);
    const said = session === null ? null : await bounded(inTree(session, index), 3000).catch(() => null);
    // Where there is no tree to ask, the element itself is asked to take the focus.
    const takes = said === null ? await ask<boolean>(page, `focus(${index})`) : said.isFocusable;
    if (said?.isIgnored === true && !isMissed) continue;
    if (takes === isMissed) confirmed.add(index);
  }
  await session?.detach().catch(() => {});
  judged.confirmed = confirmed;
}

async function inTree(
  session: CDPSession,
  index: number,
): Promise<{ isFocusable: boolean; isIgnored: boolean } | null> {
  const expression = `globalThis.shakedownKeyboard.element(${index})`;
  const { result } = await session.send('Runtime.evaluate', { expression });
  if (result.objectId === undefined) return null;
  const { objectId } = result;
  const { nodes } = await session.send('Accessibility.getPartialAXTree', { objectId, fetchRelatives: false });
  const [node] = nodes;
  if (node === undefined) return null;
  const focusable = node.properties?.find(({ name }) => name === 'focusable');
  return { isFocusable: focusable?.value.value === true, isIgnored: node.ignored };
}
