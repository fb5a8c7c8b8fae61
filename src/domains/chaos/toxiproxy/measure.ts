import type { ProofCheck } from '../../../model/chaos.ts';
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
  /** The figure is of what is added, so the link is measured without the fault as well. */
  compared?: true;
  /** How long one exchange takes while the fault is on, ms; absent: no time to speak of. */
  takesMs?(args: Arguments): number;
  /** Has one exchange. */
  talk(talk: Talk, how: How, args: Arguments): Promise<Exchange>;
  /** Whether an exchange shows the fault. `without`: of before the fault; `isNew`: the connection was opened while it was on. */
  shows(one: Exchange, without: Exchange, args: Arguments & Where, isNew: boolean, sent: number): boolean;
  /** In few words. */
  words(one: Exchange, without: Exchange, sent: number, args: Arguments & Where): string;
  /** The sound estimate from several: chance can only add to a delay. Absent: every one has to show it. */
  best?(exchanges: Exchange[]): Exchange;
  /** What only several exchanges show together; null: nothing against it. */
  together?(exchanges: Exchange[], without: Exchange, args: Arguments & Where): string | null;
  /** How many connections of each kind; 5 when absent. */
  connections?: number;
  /** Measured again, with what there is already, until the fault shows: what a busy machine adds is gone another time. Absent: once. */
  rounds?: number;
}

export interface How {
  dialect: Dialect;
  direction: Direction;
}

const usualConnections = 5;
/** Those measured at a time keep one another waiting, a little. */
const few = 3;
const mostRounds = 12;
const settledRounds = 3;
const settledMs = 0.3;
/** Enough to measure a share by. */
const sharedConnections = 40;
/** Quantile of the normal distribution that one true share in 10,000 lies beyond, on either side. */
const shareWidth = 3.9;

export interface Gauge {
  prove(): Promise<ProofCheck[]>;
  close(): void;
}

/** A proxy and what is behind it, both host:port. */
interface Ends {
  listen: string;
  upstream: string;
}

/** Measures how a link is without the fault, and keeps connections open that are there before it. */
export async function gaugeLink<Arguments>(
  { listen, upstream }: Ends,
  dialect: Dialect,
  measurement: Measurement<Arguments>,
  args: Arguments & Where,
): Promise<Gauge> {
  const how: How = { dialect, direction: args.direction };
  const isShared = args.toxicity < 1;
  const count = isShared ? sharedConnections : (measurement.connections ?? usualConnections);
  const sent = dialect.bulk(args.direction, measurement.bulkBytes?.(args) ?? 1)?.bytes ?? 0;
  // Toxiproxy takes no toxic off before what is under way has come through, so that what measures must be able to end at once.
  const talks = new Set<Talk>();
  let isClosed = false;
  const begin = async (address: string) => {
    const talk = await openTalk(address);
    talks.add(talk);
    if (isClosed) end(talk);
    return talk;
  };
  const end = (talk: Talk) => {
    talk.destroy();
    talks.delete(talk);
  };
  const one = async (talk: Talk) => {
    if (isClosed) throw new Error('it ended while it was measured');
    try {
      return await measurement.talk(talk, how, args);
    } finally {
      end(talk);
    }
  };
  const fresh = async (connections: number, address = listen) => {
    const exchanges: Exchange[] = [];
    // A few at a time: the link's users are not to notice.
    for (let begun = 0; begun < connections; begun += usualConnections) {
      const some = Array.from({ length: Math.min(usualConnections, connections - begun) }, async () =>
        one(await begin(address)),
      );
      exchanges.push(...(await Promise.all(some)));
    }
    return exchanges;
  };

  let without: Exchange = { end: 'silent', firstMs: null, endMs: Number.POSITIVE_INFINITY, bytes: 0, pieces: 0 };
  // The first time something is always cold; until it gets no quicker.
  for (let rounds = 0, settled = 0; measurement.compared && rounds < mostRounds && settled < settledRounds; rounds++) {
    const again = (measurement.best ?? quickest)([without, ...(await fresh(few))]);
    settled = without.endMs - again.endMs < settledMs ? settled + 1 : 0;
    without = again;
  }
  const rounds = isShared ? 1 : (measurement.rounds ?? 1);
  const open = await Promise.all(Array.from({ length: count * rounds }, () => begin(listen)));

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
    const measured = against ?? (typical === undefined ? 'nothing' : measurement.words(typical, without, sent, args));
    return { what, expected, measured, held: odd === undefined && against === null && judged.length > 0 };
  };

  /** Past the proxy, so without the fault, yet at the same time; where the upstream is not to be reached from here there is no answer. */
  const compareAgain = async () => {
    const past = (await fresh(few, upstream)).filter(({ end, bytes }) => end !== 'refused' && bytes >= without.bytes);
    without = (measurement.best ?? quickest)([without, ...past]);
  };
  const measured = async (what: string, isNew: boolean, some: () => Promise<Exchange[]>) => {
    const exchanges: Exchange[] = [];
    for (let round = 1; ; round++) {
      exchanges.push(...(await some()));
      if (measurement.compared) await compareAgain();
      const outcome = check(what, exchanges, isNew);
      if (outcome.held || round >= rounds) return outcome;
    }
  };

  return {
    async prove() {
      const checks: ProofCheck[] = [];
      if (open.length > 0) {
        const some = () => Promise.all(open.splice(0, count).map(one));
        checks.push(await measured('on connections that were open before', false, some));
        for (const talk of open.splice(0)) end(talk);
      }
      return [...checks, await measured('on new connections', true, () => fresh(count))];
    },
    close() {
      isClosed = true;
      for (const talk of talks) end(talk);
    },
  };
}

function quickest(exchanges: Exchange[]): Exchange {
  return exchanges.reduce((least, each) => (each.endMs < least.endMs ? each : least));
}

/** How many of so many connections may show a fault that is on a share of them. */
function shareBand(share: number, count: number): { low: number; high: number } {
  const width = shareWidth * Math.sqrt(count * share * (1 - share));
  return {
    low: Math.max(0, Math.floor(count * share - width)),
    high: Math.min(count, Math.ceil(count * share + width)),
  };
}
