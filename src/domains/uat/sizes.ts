import type { UatSize } from '../../model/browser.ts';

/** A common phone, a tablet upright, a laptop. */
export const uatSizes: readonly UatSize[] = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'tablet', width: 820, height: 1180 },
  { name: 'desktop', width: 1280, height: 800 },
];
