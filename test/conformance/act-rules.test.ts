import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seenTwice } from '../../src/domains/uat/observe/again.ts';
import { runAxe } from '../../src/domains/uat/observe/axe.ts';
import { walkByKeyboard } from '../../src/domains/uat/observe/keyboard.ts';
import { enlarged } from '../../src/domains/uat/observe/reflow.ts';
import { isSkipped, openShown, type Shown } from './act-rules/browser.ts';
import { type ActCase, actCases, claimed, isOwn, pageOf } from './act-rules/cases.ts';

const patienceMs = 600_000;
/** What a case shows depends on the fonts that are there: in wide ones the text of this one does not fit its box, and is to be scrolled to. */
const byFonts = new Set(['0ssw9k inapplicable 5']);
const leastShare = 0.85;

describe.skipIf(isSkipped)(isSkipped ? 'ACT rules (skipped: no Chromium)' : 'the W3C’s ACT rules', () => {
  let shown: Shown;
  const rules = claimed();
  beforeAll(async () => {
    shown = await openShown();
  }, patienceMs);
  afterAll(() => shown?.close());

  /** What is found of a case, by the rules that are held against it. */
  const found = async (one: ActCase): Promise<{ sure: string[]; open: string[] }> => {
    await shown.show(pageOf(one));
    if (isOwn(one.rule)) {
      const { findings } = one.rule === '59br37' ? await enlarged(shown.page) : await walkByKeyboard(shown.page);
      const own = findings.filter(({ rule }) => rules.get(one.rule)?.includes(rule));
      const of = (isSure: boolean) => own.filter(({ kind }) => (kind !== 'review') === isSure).map(({ rule }) => rule);
      return { sure: of(true), open: of(false) };
    }
    const { violations, incomplete } = await runAxe(shown.page, rules.get(one.rule));
    const of = (all: readonly { id: string }[]) =>
      all.map(({ id }) => id).filter((id) => rules.get(one.rule)?.includes(id));
    const { sure, open } = await seenTwice(shown.page, violations);
    return { sure: of(sure), open: of([...open, ...incomplete]) };
  };

  it('finds what it can know of the failed cases, and accuses none of the passed ones', {
    timeout: patienceMs,
  }, async () => {
    const missed: string[] = [];
    const accused: string[] = [];
    let sure = 0;
    let open = 0;
    let failed = 0;
    for (const one of actCases()) {
      const name = `${one.rule} ${one.expected} ${one.number}`;
      const seen = await found(one).catch((error: Error) => ({
        sure: [],
        open: [],
        error: error.message.split('\n')[0],
      }));
      // A page that sends its visitor elsewhere at once is gone before it is looked at.
      if ('error' in seen && one.expected === 'failed') missed.push(`${name}: ${seen.error}`);
      if (one.expected !== 'failed') {
        if (seen.sure.length > 0 && !byFonts.has(name)) accused.push(`${name}: ${seen.sure.join(', ')}`);
        continue;
      }
      failed++;
      if (seen.sure.length > 0) sure++;
      else if (seen.open.length > 0) open++;
      else if (!('error' in seen)) missed.push(name);
    }
    const told = `of ${failed} failed cases ${sure} found, ${open} left to a person, ${missed.length} not found`;
    process.stderr.write(`ACT rules: ${told}\n${missed.join('\n')}\n`);
    expect(accused).toEqual([]);
    expect((sure + open) / failed).toBeGreaterThanOrEqual(leastShare);
  });
});
