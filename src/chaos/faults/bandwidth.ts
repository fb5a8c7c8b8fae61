import { z } from 'zod';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

const shareOff = 0.1;
/** How long the transfer takes that it is measured by. */
const transferMs = 400;
const beyondMs = 3_000;
/** Toxiproxy's KB is 1,000 bytes, so KB/s are bytes a millisecond. */
const bytesIn = (kilobytesPerSecond: number) => kilobytesPerSecond * transferMs;

/** Each connection gets no more than so much through. */
export const bandwidth = toxicFault({
  name: 'bandwidth',
  title: 'Narrow bandwidth on a link',
  shape: { kilobytesPerSecond: z.int().min(1).max(10_000).describe('Of each connection; a kilobyte is 1,000 bytes.') },
  type: 'bandwidth',
  attributes: ({ kilobytesPerSecond }) => ({ rate: kilobytesPerSecond }),
  does: ({ kilobytesPerSecond }) => `lets through ${kilobytesPerSecond} KB/s a connection`,
  measurement: {
    connections: 2,
    expected: ({ kilobytesPerSecond }) => `${kilobytesPerSecond} KB/s ± ${shareOff * 100} %`,
    bulkBytes: ({ kilobytesPerSecond }) => bytesIn(kilobytesPerSecond),
    talk(talk, { dialect, direction }, { kilobytesPerSecond }) {
      const bulk = dialect.bulk(direction, bytesIn(kilobytesPerSecond));
      return talk.exchange(bulk?.payload ?? dialect.question, bulk?.whole() ?? (() => true), transferMs * 3 + beyondMs);
    },
    shows(one, without, { kilobytesPerSecond }, _isNew, sent) {
      const rate = sent / (one.endMs - (without.firstMs ?? 0));
      return one.end === 'answered' && Math.abs(rate - kilobytesPerSecond) <= shareOff * kilobytesPerSecond;
    },
    words: (one, without, sent) => `${(sent / (one.endMs - (without.firstMs ?? 0))).toFixed(1)} KB/s`,
  },
});
