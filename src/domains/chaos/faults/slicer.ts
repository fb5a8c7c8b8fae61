import { z } from 'zod';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

/** How many pieces are sent to measure it. */
const pieces = 200;
const beyondMs = 10_000;
/** Timers of Toxiproxy's are not late by less than this; and of the pieces some are smaller than the average, so there are more. */
const leastShare = 0.8;

const shape = {
  averageBytes: z.int().min(1).max(65_536),
  variationBytes: z.int().min(0).max(32_768).default(0).describe('Less than averageBytes.'),
  delayMicroseconds: z.int().min(100).max(1_000_000).default(1_000).describe('Delay after each piece.'),
};
type Slicer = z.output<z.ZodObject<typeof shape>>;

/** The least that the transfer can take. */
function leastMs({ averageBytes, variationBytes, delayMicroseconds }: Slicer, bytes: number): number {
  return ((leastShare * bytes) / (averageBytes + variationBytes)) * (delayMicroseconds / 1000);
}

function wantedBytes({ averageBytes, delayMicroseconds }: Slicer): number {
  const affordable = Math.max(5, Math.min(pieces, Math.floor(2_000_000 / delayMicroseconds)));
  return averageBytes * affordable;
}

/** What is sent comes in small pieces, one after the other. */
export const slicer = toxicFault({
  name: 'slicer',
  title: 'Data in small pieces on a link',
  shape,
  type: 'slicer',
  attributes: ({ averageBytes, variationBytes, delayMicroseconds }) => ({
    average_size: averageBytes,
    size_variation: Math.min(variationBytes, averageBytes - 1),
    delay: delayMicroseconds,
  }),
  does: ({ averageBytes, delayMicroseconds }) =>
    `cuts what is sent into pieces of about ${averageBytes} bytes, ${delayMicroseconds} µs apart,`,
  measurement: {
    connections: 2,
    expected: (args) => `at least ${Math.round(leastMs(args, wantedBytes(args)))} ms for ${wantedBytes(args)} bytes`,
    bulkBytes: wantedBytes,
    talk(talk, { dialect, direction }, args) {
      const bulk = dialect.bulk(direction, wantedBytes(args));
      return talk.exchange(bulk?.payload ?? dialect.question, bulk?.whole() ?? (() => true), beyondMs);
    },
    shows: (one, _without, args, _isNew, sent) => one.end === 'answered' && one.endMs >= leastMs(args, sent),
    words: (one, _without, sent) => `${Math.round(one.endMs)} ms for ${sent} bytes, in ${one.pieces} reads`,
  },
});
