import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walkByKeyboard } from '../../src/domains/uat/observe/keyboard.ts';
import { enlarged, narrow } from '../../src/domains/uat/observe/reflow.ts';
import { isSkipped, openShown, type Shown } from './act-rules/browser.ts';
import { faultyPages, nativePages } from './act-rules/native.ts';

const patienceMs = 300_000;

describe.skipIf(isSkipped)(isSkipped ? 'the walk by Tab (skipped: no Chromium)' : 'the walk by Tab', () => {
  let shown: Shown;
  beforeAll(async () => {
    shown = await openShown();
  }, patienceMs);
  afterAll(() => shown?.close());

  it('accuses none of the pages that are right', { timeout: patienceMs }, async () => {
    const accused: string[] = [];
    const review: string[] = [];
    for (const [name, html] of Object.entries(nativePages)) {
      await shown.show(html);
      const { findings, notDone } = await walkByKeyboard(shown.page);
      if (notDone !== null) accused.push(`${name}: ${notDone}`);
      findings.push(...(await narrow(shown.page)).findings, ...(await enlarged(shown.page)).findings);
      for (const { kind, rule, element, what } of findings) {
        if (kind !== 'review') accused.push(`${name}: ${rule} at ${element}: ${what}`);
        else review.push(`${name}: ${rule} at ${element}`);
      }
    }
    expect(accused).toEqual([]);
    // What is left to a person is no accusation, but work.
    expect(review).toEqual(['video and audio: reflow-320 at null']);
    expect(Object.keys(nativePages).length).toBeGreaterThanOrEqual(40);
  });

  it('finds each planted fault, at its element, and nothing else', { timeout: patienceMs }, async () => {
    const wrong: string[] = [];
    const inReview: string[] = [];
    for (const [name, { html, rule, element }] of Object.entries(faultyPages)) {
      await shown.show(html);
      const { findings } = await walkByKeyboard(shown.page);
      const hit = findings.find((each) => each.rule === rule && each.element === element);
      if (hit === undefined) wrong.push(`${name}: not found`);
      else if (hit.kind === 'review') inReview.push(name);
      for (const each of findings) {
        if (each !== hit && each.kind !== 'review') wrong.push(`${name}: also ${each.rule} at ${each.element}`);
      }
    }
    expect(wrong).toEqual([]);
    // What the walk alone sees is left to a person.
    expect(inReview).toEqual(['taken out of the order']);
    expect(Object.keys(faultyPages).length).toBeGreaterThanOrEqual(20);
  });
});
