import type { Page } from '@playwright/test';
import { pageScript } from '../page/scripts.ts';
import { type AxeRule, contrastStays } from './axe.ts';

/** Rules that are right of most pages and accuse some that are. */
const lookedAtAgain = ['avoid-inline-spacing', 'scrollable-region-focusable', 'frame-focusable-content'];

/**
 * What axe-core says is violated, as far as a second way of looking says so too; the rest needs a person. A contrast that was that of a fade is
 * neither.
 */
export async function seenTwice(
  page: Page,
  violations: readonly AxeRule[],
): Promise<{ sure: AxeRule[]; open: AxeRule[] }> {
  const sure: AxeRule[] = [];
  const open: AxeRule[] = [];
  for (const rule of violations) {
    if (rule.id === 'color-contrast') {
      const nodes = await contrastStays(page, rule);
      if (nodes.length > 0) sure.push({ ...rule, nodes });
      continue;
    }
    if (!lookedAtAgain.includes(rule.id)) {
      sure.push(rule);
      continue;
    }
    const asked = rule.nodes.map(({ target }) => ({ rule: rule.id, selector: target.flat()[0] ?? '' }));
    const call = `globalThis.shakedownAgain(${JSON.stringify(asked)})`;
    const said = (await page.evaluate(pageScript('again', call)).catch(() => null)) as boolean[] | null;
    const [yes, no] = [true, false].map((is) => rule.nodes.filter((_, index) => (said?.[index] ?? true) === is));
    if (yes !== undefined && yes.length > 0) sure.push({ ...rule, nodes: yes });
    if (no !== undefined && no.length > 0) open.push({ ...rule, nodes: no });
  }
  return { sure, open };
}
