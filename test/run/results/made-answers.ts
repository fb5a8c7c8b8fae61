import type { AnswerCounts } from '../../../src/model/answers.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { ExpectedAnswers } from '../../../src/model/plan.ts';

/** Shares of a route's answers. */
export interface MadeAnswers {
  /** Statuses in the place of the recorded 200, with their shares; they are no failures by themselves. */
  statuses?: [got: number, share: number][];
  otherType?: number;
  emptied?: number;
  otherShape?: number;
  changed?: number;
  /** Of those whose bodies were to be read. */
  unread?: number;
  /** Recorded bodies that were read, 300 where absent; 0: none are recorded. */
  bodies?: number;
  /** false: the recording has neither types nor sizes. */
  isKnown?: boolean;
  /** Of a log that has nothing but sizes. */
  kind?: 'sizes';
  /** Median size of a body. */
  bytes?: { recorded: number; got: number };
  example?: string;
  /** Where the recorded redirects led. */
  redirects?: string[];
  /** Share of the route's requests that come after a write of their session that was left out. */
  afterLeftOut?: number;
}

/** What a plan expects of them. */
export function expectedOf(answers: MadeAnswers | undefined): ExpectedAnswers | undefined {
  if (answers === undefined || answers.isKnown === false) return undefined;
  const { bytes, bodies = 300 } = answers;
  return {
    ...(answers.kind === 'sizes' ? { answers: 0, kinds: [] } : { answers: 1000, kinds: ['html'] }),
    ...(bytes === undefined
      ? {}
      : { bytes: { p10: bytes.recorded / 2, p50: bytes.recorded, p90: bytes.recorded * 2 } }),
    ...(answers.redirects === undefined ? {} : { redirects: { count: 100, to: answers.redirects } }),
    ...(bodies === 0 ? {} : { shape: { bodies, unlike: 0, core: [1], content: [2], foreign: [] } }),
  };
}

/** Requests of a route that the windows of a made journal count. */
export function answeredBy(events: readonly JournalData[], route: number): number {
  return events.reduce((sum, event) => {
    if (event.type !== 'shakedown.window.closed') return sum;
    const own = event.data.routes.find((one) => 'route' in one && one.route === route);
    return own !== undefined && 'route' in own ? sum + own.completed + own.failed : sum;
  }, 0);
}

export function answersOf(answers: (route: number) => MadeAnswers, counts: readonly number[]): AnswerCounts {
  const made: AnswerCounts = { statuses: [], differing: [], sizes: [], examples: [] };
  counts.forEach((count, route) => {
    const { statuses = [], bytes, example, bodies = 300, isKnown = true, ...shares } = answers(route);
    let left = count;
    for (const [got, share] of statuses) {
      made.statuses.push([route, 200, got, Math.round(share * count)]);
      left -= Math.round(share * count);
    }
    made.statuses.push([route, 200, 200, left]);
    const of = (share = 0) => Math.round(share * count);
    const flags = { otherType: 4, emptied: 8, otherShape: 32, changed: 64, unread: 128 } as const;
    if (isKnown) {
      const shaped = bodies === 0 ? 0 : count - of(shares.unread);
      made.differing.push([
        route,
        count,
        of(shares.otherType),
        of(shares.emptied),
        shaped,
        of(shares.otherShape),
        of(shares.changed),
        ...((shares.unread === undefined ? [] : [of(shares.unread)]) as []),
      ]);
    }
    if (bytes !== undefined) made.sizes.push([route, Math.round(2 * Math.log2(bytes.got)), count]);
    const flag = (Object.keys(flags) as (keyof typeof flags)[]).find((one) => (shares[one] ?? 0) > 0);
    if (example !== undefined && flag !== undefined) made.examples.push([route, flags[flag], example]);
  });
  return made;
}
