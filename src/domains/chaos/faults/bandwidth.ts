import { z } from 'zod';
import type { Direction } from '../toxiproxy/measure.ts';
import type { Exchange } from '../toxiproxy/talk.ts';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

const shareOff = 0.1;
/** How long the transfer takes that it is measured by. */
const transferMs = 600;
const beyondMs = 3_000;
/** Toxiproxy's KB is 1,000 bytes, so KB/s are bytes a millisecond. */
const bytesIn = (kilobytesPerSecond: number) => kilobytesPerSecond * transferMs;

function rateOf(one: Exchange, direction: Direction, sent: number): number {
  return (direction === 'downstream' ? one.bytes : sent) / one.endMs;
}

/** Each connection gets no more than so much through. */
export const bandwidth = toxicFault({
  name: 'bandwidth',
  title: 'Narrow bandwidth on a link',
  shape: {
    kilobytesPerSecond: z.int().min(1).max(10_000).describe('Rate of each connection; a kilobyte is 1,000 bytes.'),
  },
  type: 'bandwidth',
  attributes: ({ kilobytesPerSecond }) => ({ rate: kilobytesPerSecond }),
  does: ({ kilobytesPerSecond }) => `lets through ${kilobytesPerSecond} KB/s a connection`,
  measurement: {
    connections: 2,
    rounds: 3,
    // A busy machine can only make it slower.
    best: (exchanges) => exchanges.reduce((least, each) => (each.endMs < least.endMs ? each : least)),
    expected: ({ kilobytesPerSecond }) => `${kilobytesPerSecond} KB/s ± ${shareOff * 100} %`,
    bulkBytes: ({ kilobytesPerSecond }) => bytesIn(kilobytesPerSecond),
    talk(talk, { dialect, direction }, { kilobytesPerSecond }) {
      const bulk = dialect.bulk(direction, bytesIn(kilobytesPerSecond));
      return talk.exchange(bulk?.payload ?? dialect.question, bulk?.whole() ?? (() => true), transferMs * 3 + beyondMs);
    },
    shows(one, _without, args, _isNew, sent) {
      const off = Math.abs(rateOf(one, args.direction, sent) - args.kilobytesPerSecond);
      return one.end === 'answered' && off <= shareOff * args.kilobytesPerSecond;
    },
    words: (one, _without, sent, { direction }) => `${rateOf(one, direction, sent).toFixed(1)} KB/s`,
  },
});
