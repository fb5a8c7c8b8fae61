import { readResults } from '../../../../src/domains/functional/results/read.ts';
import type { Format } from '../../../../src/domains/functional/results/result.ts';

export const read = (text: string, format: Format | null = null) => readResults(Buffer.from(text), format);

/** `shop › adds: passed`, one for each test. */
export const told = (text: string, format: Format | null = null) =>
  read(text, format).cases.map(({ id, state }) => `${id}: ${state}`);

export const faultsOf = (text: string, format: Format | null = null) => read(text, format).faults;
