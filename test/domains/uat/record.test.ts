import { describe, expect, it } from 'vitest';
import { foldEvents } from '../../../src/domains/uat/record.ts';
import { attempt, eventsOf } from './attempts.ts';

const failure = { message: 'expected 3, got 2', step: 'Then it is three' };
const outcomes = (events: Parameters<typeof foldEvents>[0]) =>
  foldEvents(events).scenarios.flatMap(({ info, cells }) =>
    cells.map(({ size, outcome }) => `${info.id} ${size} ${outcome}`),
  );

describe('foldEvents', () => {
  it('keeps a pass on the second try apart from a pass, and tells why the first failed', () => {
    const record = foldEvents(eventsOf([attempt({ status: 'failed', error: failure }), attempt({ retry: 1 })]));
    const [cell] = record.scenarios[0]?.cells ?? [];
    expect(cell).toMatchObject({ outcome: 'flaky', attempts: 2, error: failure, durationMs: 2400 });
  });

  it('takes the last of several failures for a failure', () => {
    expect(
      outcomes(
        eventsOf([
          attempt({ status: 'failed', error: failure }),
          attempt({ retry: 1, status: 'failed', error: failure }),
        ]),
      ),
    ).toEqual(['S-1 desktop failed']);
  });

  it('counts what was planned and never came as not run, and leaves out what is not meant for a size', () => {
    const all = [
      attempt(),
      attempt({ size: 'phone' }),
      attempt({
        size: 'tablet',
        status: 'skipped',
        skip: { reason: 'not meant for this browser or size', isChoice: true },
      }),
    ];
    const events = eventsOf(all, false).filter((event) => event.type !== 'attempt' || event.attempt.size !== 'phone');
    expect(outcomes(events)).toEqual(['S-1 desktop passed', 'S-1 phone not run']);
    expect(foldEvents(events).ended).toBe(false);
  });

  it('takes any other skip for not run, with its reason', () => {
    const skip = { reason: 'skipped by its test (test.skip): “later”', isChoice: false };
    const { scenarios } = foldEvents(
      eventsOf([attempt({ status: 'skipped', skip }), attempt({ size: 'phone', status: 'skipped' })]),
    );
    expect(scenarios[0]?.cells).toMatchObject([
      { outcome: 'not run', notRun: skip.reason },
      { outcome: 'not run', notRun: 'skipped, its reason is not recorded' },
    ]);
  });

  it('lists rules that found nothing wrong, with the pages', () => {
    const seen = attempt();
    const check = { check: 'axe', tookMs: 1, count: 1, notDone: null } as const;
    seen.observation.checks = [
      { ...check, page: '/b', rules: ['label', 'html-has-lang'] },
      { ...check, page: '/a', rules: ['label'] },
    ];
    expect(foldEvents(eventsOf([seen])).checks[0]?.passed).toEqual([
      { rule: 'html-has-lang', pages: ['/b'] },
      { rule: 'label', pages: ['/b', '/a'] },
    ]);
  });

  it('gives the same for the shards of a run as for the whole', () => {
    const all = [
      attempt(),
      attempt({ id: 'S-2', status: 'failed', error: failure }),
      attempt({ id: 'S-3', browser: 'firefox' }),
    ];
    const shards = [...eventsOf(all.slice(0, 1)), ...eventsOf(all.slice(1))];
    expect(foldEvents(shards)).toEqual(foldEvents(eventsOf(all)));
  });
});
