import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { groupFindings } from '../../../src/domains/uat/findings.ts';
import { readWaivers, type Waiver } from '../../../src/domains/uat/waivers.ts';
import { attempt, finding } from './attempts.ts';

const now = new Date('2026-11-20T09:00:00Z');
const waiver = (over: Partial<Waiver> = {}): Waiver => ({
  rule: 'label',
  element: null,
  page: null,
  owner: 'Ada Okafor',
  reason: 'Comes with 2.2.',
  expires: '2026-12-01',
  ...over,
});

describe('groupFindings', () => {
  it('puts one rule at one element together over pages, browsers and scenarios', () => {
    const { groups } = groupFindings(
      [
        attempt({ findings: [finding(), finding({ page: '/basket' })] }),
        attempt({ id: 'S-2', browser: 'firefox', findings: [finding(), finding({ element: '#name' })] }),
      ],
      [],
      now,
    );
    expect(groups).toHaveLength(2);
    expect(groups[0]).toMatchObject({
      element: '#address',
      pages: ['/checkout', '/basket'],
      seenIn: ['chromium desktop', 'firefox desktop'],
      scenarios: ['S-1', 'S-2'],
      count: 3,
    });
  });

  it('keeps a picture of an element, whichever of its findings has one, and not of too many', () => {
    const picture = 'data:image/jpeg;base64,AAAA';
    const { groups } = groupFindings([attempt({ findings: [finding(), finding({ thumbnail: picture })] })], [], now);
    expect(groups.map(({ thumbnail }) => thumbnail)).toEqual([picture]);
    const many = Array.from({ length: 60 }, (_, index) => finding({ element: `#e${index}`, thumbnail: picture }));
    const all = groupFindings([attempt({ findings: many })], [], now).groups;
    expect(all).toHaveLength(60);
    expect(all.filter(({ thumbnail }) => thumbnail !== undefined)).toHaveLength(40);
  });

  it('puts what counts before what a person has to decide', () => {
    const all = [finding({ kind: 'review', rule: 'a' }), finding({ kind: 'cut-off', rule: 'b' }), finding()];
    expect(groupFindings([attempt({ findings: all })], [], now).groups.map(({ kind }) => kind)).toEqual([
      'violation',
      'cut-off',
      'review',
    ]);
  });

  it('lets a waiver cover what it names until its last day, and not a day longer', () => {
    const attempts = [attempt({ findings: [finding()] })];
    const on = (expires: string) => groupFindings(attempts, [waiver({ expires })], now);
    expect(on('2026-11-20').groups[0]?.waiver).toMatchObject({ owner: 'Ada Okafor' });
    expect(on('2026-11-19').groups[0]?.waiver).toBeNull();
    expect(on('2026-11-19').problems).toEqual([
      { rule: 'label', owner: 'Ada Okafor', problem: 'expired on 2026-11-19, so it covers nothing' },
    ]);
  });

  it('names a waiver that covers nothing, and keeps one of a page from covering another', () => {
    const { groups, problems } = groupFindings(
      [attempt({ findings: [finding()] })],
      [waiver({ page: '/basket' })],
      now,
    );
    expect(groups[0]?.waiver).toBeNull();
    expect(problems).toMatchObject([{ problem: 'covers nothing that was found' }]);
  });
});

describe('readWaivers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-waivers-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const written = (text: string) => {
    writeFileSync(join(folder, 'waivers.yaml'), text);
    return readWaivers(folder);
  };

  it('takes no file, an empty one and a list', async () => {
    expect(await readWaivers(join(folder, 'none'))).toEqual([]);
    expect(await written('# nothing yet\n')).toEqual([]);
    const text = '- rule: label\n  owner: Ada\n  reason: Comes with the next version.\n  expires: 2026-12-01\n';
    expect(await written(text)).toMatchObject([{ rule: 'label', element: null, expires: '2026-12-01' }]);
  });

  it.each([
    ['without an owner', '- rule: label\n  reason: Comes with the next version.\n  expires: 2026-12-01', /owner/],
    ['without an expiry', '- rule: label\n  owner: Ada\n  reason: Comes with the next version.', /expires/],
    [
      'that never expires',
      '- rule: label\n  owner: Ada\n  reason: Comes with the next version.\n  expires: never',
      /expires/,
    ],
    ['without YAML', '- rule: [', /no YAML/],
  ])('refuses one %s', async (_, text, said) => {
    await expect(written(text)).rejects.toMatchObject({ code: 'UAT_WAIVERS', message: expect.stringMatching(said) });
  });
});
