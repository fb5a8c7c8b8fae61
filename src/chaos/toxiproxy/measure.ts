import type { ProofCheck } from '../../model/chaos.ts';
import type { Dialect } from './dialect.ts';
import { type Exchange, openTalk, type Talk } from './talk.ts';

/** Which way of a link a toxic is in: to the upstream, or back from it. */
export type Direction = 'upstream' | 'downstream';

export interface Where {
  direction: Direction;
  /** Share of the connections that it is on, 0 … 1. */
  toxicity: number;
}

/** How a fault of a link is measured. */
export interface Measurement<Arguments> {
  /** `delay of 200 ms`: what is expected of a connection. */
  expected(args: Arguments & Where): string;
  /** Bytes that have to be sent for it; absent: the smallest question is enough. */
  bulkBytes?(args: Arguments): number;
  /** Has one exchange. */
  talk(talk: Talk, how: How, args: Arguments): Promise<Exchange>;
  /** Whether an exchange shows the fault. `without`: of before the fault; `isNew`: the connection was opened while it was on. */
  shows(one: Exchange, without: Exchange, args: Arguments & Where, isNew: boolean, sent: number): boolean;
  /** In few words. */
  words(one: Exchange, without: Exchange, sent: number): string;
  /** The sound estimate from several: chance can only add to a delay. Absent: every one has to show it. */
  best?(exchanges: Exchange[]): Exchange;
  /** What only several tell together; null: nothing against it. */
  together?(exchanges: Exchange[], without: Exchange, args: Arguments & Where): string | null;
  /** How many connections of each kind; 5 when absent. */
  connections?: number;
}

export interface How {
  dialect: Dialect;
  direction: Direction;
}

const usualConnections = 5;
/** Enough to tell a share by. */
const sharedConnections = 40;
/** Quantile of the normal distribution that one true share in 10,000 lies beyond, on either side. */
const shareWidth = 3.9;

export interface Gauge {
  prove(): Promise<ProofCheck[]>;
  close(): void;
}

/**
 * Measures how a link is without the fault, and keeps connections open that are there before it.
 * @param listen host:port of the proxy
 */
export async function gaugeLink<Arguments>(
  listen: string,
  dialect: Dialect,
  measurement: Measurement<Arguments>,
  args: Arguments & Where,
): Promise<Gauge> {
  const how: How = { dialect, direction: args.direction };
  const isShared = args.toxicity < 1;
  const count = isShared ? sharedConnections : (measurement.connections ?? usualConnections);
  const sent = dialect.bulk(args.direction, measurement.bulkBytes?.(args) ?? 1)?.bytes ?? 0;
  const one = async (talk: Talk) => {
    try {
      return await measurement.talk(talk, how, args);
    } finally {
      talk.destroy();
    }
  };
  const fresh = async (connections: number) => {
    const exchanges: Exchange[] = [];
    // A few at a time: the link's users are not to notice.
    for (let begun = 0; begun < connections; begun += usualConnections) {
      const some = Array.from({ length: Math.min(usualConnections, connections - begun) }, async () =>
        one(await openTalk(listen)),
      );
      exchanges.push(...(await Promise.all(some)));
    }
    return exchanges;
  };

  const before = await fresh(measurement.best === undefined ? 1 : usualConnections);
  const without = (measurement.best ?? quickest)(before);
  const open = await Promise.all(Array.from({ length: count }, () => openTalk(listen)));
  const talks = [...open];

  const check = (what: string, exchanges: Exchange[], isNew: boolean): ProofCheck => {
    const shown = exchanges.filter((each) => measurement.shows(each, without, args, isNew, sent));
    const expected = measurement.expected(args);
    if (isShared) {
      const { low, high } = shareBand(args.toxicity, exchanges.length);
      const held = shown.length >= Math.max(1, low) && shown.length <= high;
      const share = `on ${shown.length} of ${exchanges.length} connections`;
      return { what, expected: `${expected}, on ${Math.max(1, low)} to ${high}`, measured: share, held };
    }
    const judged = measurement.best === undefined ? exchanges : [measurement.best(exchanges)];
    const against = measurement.together?.(exchanges, without, args) ?? null;
    const odd = judged.find((each) => !measurement.shows(each, without, args, isNew, sent));
    const typical = odd ?? judged[0];
    const measured = against ?? (typical === undefined ? 'nothing' : measurement.words(typical, without, sent));
    return { what, expected, measured, held: odd === undefined && against === null && judged.length > 0 };
  };

  return {
    async prove() {
      const checks: ProofCheck[] = [];
      const existing = talks.splice(0);
      if (existing.length > 0) {
        checks.push(check('on connections that were open before', await Promise.all(existing.map(one)), false));
      }
      const exchanges = await fresh(count);
      let onNew = check('on new connections', exchanges, true);
      // What a busy machine adds is gone another time; what the fault adds is not.
      for (let more = 0; more < 2 && !onNew.held && measurement.best !== undefined && !isShared; more++) {
        exchanges.push(...(await fresh(count)));
        onNew = check('on new connections', exchanges, true);
      }
      return [...checks, onNew];
    },
    close() {
      for (const talk of open) talk.destroy();
    },
  };
}

function quickest(exchanges: Exchange[]): Exchange {
  return exchanges.reduce((least, each) => (each.endMs < least.endMs ? each : least));
}

/** How many of so many connections may show a fault that is on a share of them. */
export function shareBand(share: number, count: number): { low: number; high: number } {
  const width = shareWidth * Math.sqrt(count * share * (1 - share));
  return {
    low: Math.max(0, Math.floor(count * share - width)),
    high: Math.min(count, Math.ceil(count * share + width)),
  };
}
