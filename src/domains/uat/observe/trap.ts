import type { Page } from '@playwright/test';
import { type Focus, focusNow, slowMs, textNow } from './focus.ts';

export interface Trap {
  ring: Focus[];
  /** The page says how to leave it, and that does not work. */
  isPromised: boolean;
}

const mostTried = 6;
const mostInstructions = 4;
/** Instructions name a key: `Ctrl+M`, `Esc`, `F6`. */
const keys =
  /\b(?:(?:ctrl|control|alt|shift|cmd|meta|strg)\s*[+-]\s*){1,3}(?:[a-z0-9]|esc(?:ape)?|tab|enter|f\d{1,2})\b|\b(?:esc(?:ape)?|f\d{1,2})\b(?=\s*(?:key|to|leaves|exits|closes|,|\.|$))/gi;

/**
 * Whether what goes round and round in the focus can be left: by Tab backwards, by Escape, by what the page says. Only what none of them leaves
 * is a trap (WCAG 2.2, 2.1.2).
 */
export async function testTrap(page: Page, ring: readonly Focus[], text: string): Promise<Trap | null> {
  const within = new Set(ring.map(({ index }) => index));
  const isOut = async () => {
    const { focus, isRestless } = await focusNow(page, slowMs);
    if (isRestless) return false;
    return focus === null || !within.has(focus.index);
  };
  /** Out, and not back again by itself. */
  const leaves = async (press: () => Promise<void>) => {
    await press();
    if (!(await isOut())) return false;
    return isOut();
  };
  const back = async () => {
    for (let left = Math.min(mostTried, ring.length + 2); left > 0; left--) {
      if (await leaves(() => page.keyboard.press('Shift+Tab'))) return true;
    }
    return false;
  };
  const enter = () => page.evaluate(`globalThis.shakedownKeyboard.focus(${ring[0]?.index ?? 0})`);
  if (await back()) return null;
  await enter();
  // Then Tab goes on, or what held the focus is gone.
  const escaped = async () => (await isOut()) || (await leaves(() => page.keyboard.press('Tab')));
  await page.keyboard.press('Escape');
  if (ring.length === 1 ? await escaped() : await isOut()) return null;
  let instructions = keysIn(text);
  if (instructions.length === 0) {
    // What it says may have to be opened first.
    for (const { index } of ring.slice(0, mostTried)) {
      await page.evaluate(`globalThis.shakedownKeyboard.focus(${index})`);
      await page.keyboard.press('Enter');
      await focusNow(page, slowMs);
    }
    instructions = keysIn(await textNow(page));
  }
  for (const pressed of instructions) {
    for (const { index } of ring.slice(0, mostTried)) {
      await page.evaluate(`globalThis.shakedownKeyboard.focus(${index})`);
      if (await leaves(() => page.keyboard.press(pressed).catch(() => {}))) return null;
    }
  }
  return { ring: [...ring], isPromised: instructions.length > 0 };
}

/** Keys that a text names, as Playwright writes them. */
function keysIn(text: string): string[] {
  const named = (text.match(keys) ?? []).map((found) =>
    found
      .split(/\s*[+-]\s*/)
      .map((part) => {
        const key = part.trim().toLowerCase();
        if (/^(ctrl|control|strg)$/.test(key)) return 'Control';
        if (/^(cmd|meta)$/.test(key)) return 'Meta';
        if (key === 'esc' || key === 'escape') return 'Escape';
        return key.length === 1 ? key : key.charAt(0).toUpperCase() + key.slice(1);
      })
      .join('+'),
  );
  return [...new Set(named)].slice(0, mostInstructions);
}
