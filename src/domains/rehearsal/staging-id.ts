import { basename } from 'node:path';

/** Distinguishes what one staging system makes in a cluster or a container engine: from the name of its folder. */
export function stagingId(scratch: string): string {
  return basename(scratch)
    .replace(/^shakedown-staging-/, '')
    .toLowerCase();
}
