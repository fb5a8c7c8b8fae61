import { z } from 'zod';
import { toxicFault } from '../toxiproxy/toxic-fault.ts';

const withinMs = 5_000;
/** More than fits, by so much. */
const share = 1.5;

/** A connection is closed once so much has gone through. */
export const limitData = toxicFault({
  name: 'limit-data',
  title: 'Connections cut off after some data on a link',
  shape: { bytes: z.int().min(1).max(5_000_000) },
  type: 'limit_data',
  attributes: ({ bytes }) => ({ bytes }),
  does: ({ bytes }) => `closes each connection after ${bytes} bytes`,
  measurement: {
    connections: 2,
    expected: ({ bytes, direction }) =>
      direction === 'downstream' ? `closed after ${bytes} bytes` : 'closed before all was answered',
    bulkBytes: ({ bytes }) => Math.ceil(bytes * share) + 1,
    talk(talk, { dialect, direction }, { bytes }) {
      const bulk = dialect.bulk(direction, Math.ceil(bytes * share) + 1);
      return talk.exchange(bulk?.payload ?? dialect.question, bulk?.whole() ?? (() => true), withinMs);
    },
    shows: (one, _without, { bytes, direction }) =>
      (one.end === 'closed' || one.end === 'reset') && (direction === 'upstream' || one.bytes === bytes),
    words: (one) => `${one.end} after ${one.bytes} bytes of answers`,
  },
});
