import { readFileSync } from 'node:fs';

/** How long each test file took on two cores, in seconds: written by `.ci/durations.ts`. */
export const durationsFile = new URL('../../.ci/durations.json', import.meta.url);

/** Of a file that was not measured yet. */
const unknownS = 20;

const known = JSON.parse(readFileSync(durationsFile, 'utf8')) as Record<string, number>;

/** Seconds that a test file takes; undefined: not measured yet. */
export const measuredS = (path: string): number | undefined => known[path];

/** Seconds that a test file takes, or may take. */
export const durationOf = (path: string): number => measuredS(path) ?? unknownS;
