import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { besideFolder, besideOf } from '../../../src/domains/uat/observe/beside.ts';
import type { Checked } from '../../../src/domains/uat/observe/scan.ts';
import { foldEvents } from '../../../src/domains/uat/record.ts';
import { takeBeside } from '../../../src/domains/uat/taken.ts';
import type { UatEvent } from '../../../src/model/uat.ts';
import { attempt, eventsOf, finding } from './attempts.ts';

const checked = (page: string): Checked[] => [
  {
    check: { check: 'keyboard', page, tookMs: 5, count: 3, notDone: null },
    findings: [finding({ kind: 'keyboard', rule: 'focus-trap', page })],
  },
];
const gate = () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
};

describe('besideOf', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'shakedown-beside-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('does one thing after the other and leaves each result once', async () => {
    const beside = besideOf(folder);
    const order: string[] = [];
    const task = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((done) => setTimeout(done, 5));
      order.push(`${name} ends`);
      return checked(`/${name}`);
    };
    const ids = [beside.hand(task('a')), beside.hand(task('b'))];
    await beside.finish(2000);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    const taken = takeBeside(folder);
    expect(taken.map(({ id }) => id).sort()).toEqual(ids.sort());
    expect(taken.flatMap((each) => each.checked.map(({ check }) => check.page)).sort()).toEqual(['/a', '/b']);
    expect(takeBeside(folder)).toEqual([]);
  });

  it('leaves no result of what failed, was not done in time or was given up, and goes on', async () => {
    const beside = besideOf(folder);
    const { open, opened } = gate();
    beside.hand(() => Promise.reject(new Error('the browser is gone')));
    const good = beside.hand(async () => checked('/good'));
    beside.hand(async () => {
      await opened;
      return checked('/late');
    });
    beside.hand(async () => checked('/never begun'));
    await beside.finish(100);
    open();
    await beside.finish(1000);
    // What has begun when time is up still comes, where the reporter is there to take it.
    const pages = takeBeside(folder).flatMap(({ id, checked: own }) =>
      own.map(({ check }) => [id === good, check.page]),
    );
    expect(pages).toContainEqual([true, '/good']);
    expect(pages.map(([, page]) => page)).not.toContain('/never begun');
  });

  it('lets no more than a few things wait', async () => {
    const beside = besideOf(folder);
    const { open, opened } = gate();
    let done = 0;
    for (let index = 0; index < 7; index++) {
      beside.hand(async () => {
        await opened;
        done++;
        return [];
      });
    }
    setTimeout(open, 20);
    await beside.room(5000);
    expect(done).toBeGreaterThanOrEqual(3);
    await beside.finish(1000);
    expect(done).toBe(7);
  });

  it('takes no half of a result', async () => {
    const beside = besideOf(folder);
    beside.hand(async () => checked('/a'));
    await beside.finish(1000);
    writeFileSync(join(folder, besideFolder, 'x.json.part'), '{"id":');
    writeFileSync(join(folder, besideFolder, 'y.json'), '{"id":');
    expect(takeBeside(folder)).toHaveLength(1);
    expect(readdirSync(join(folder, besideFolder)).sort()).toEqual(['x.json.part', 'y.json']);
    expect(existsSync(join(folder, 'uat.ndjson'))).toBe(false);
  });
});

describe('what was checked beside later scenarios', () => {
  const seen = { findings: [finding()], vitals: [], unsupported: [], checks: [], looks: [] };
  const handing = attempt({ observation: { ...seen, beside: [{ id: 'one', page: '/checkout' }] } });
  const [begin, ...rest] = eventsOf([handing, attempt({ id: 'S-2' })]);
  const fold = (...more: UatEvent[]) =>
    foldEvents([begin as UatEvent, ...rest.slice(0, -1), ...more, ...rest.slice(-1)]);

  it('counts as seen by the scenario that led there', () => {
    const { attempts, checks } = fold({ type: 'beside', id: 'one', checked: checked('/checkout') });
    expect(attempts[0]?.observation.findings.map(({ rule }) => rule)).toEqual(['label', 'focus-trap']);
    expect(attempts[1]?.observation.findings).toEqual([]);
    expect(checks.find(({ check }) => check === 'keyboard')).toMatchObject({ times: 1, count: 3, notDone: [] });
  });

  it('was not done where its result never came', () => {
    const { checks } = fold({ type: 'beside', id: 'another', checked: checked('/basket') });
    expect(checks.find(({ check }) => check === 'keyboard')).toMatchObject({
      times: 0,
      notDone: ['/checkout: the run ended before it was opened by its address'],
    });
  });

  it('gives what is accused its picture, on its own page alone', () => {
    const pictures = [{ page: '/checkout', element: '#address', thumbnail: 'data:image/jpeg;base64,AAAA' }];
    const [own] = checked('/basket');
    const { attempts } = fold({ type: 'beside', id: 'one', checked: [{ ...(own as Checked), pictures }] });
    const shown = attempts[0]?.observation.findings.map(({ page, thumbnail }) => [page, thumbnail ?? null]);
    expect(shown).toEqual([
      ['/checkout', 'data:image/jpeg;base64,AAAA'],
      ['/basket', null],
    ]);
  });
});
