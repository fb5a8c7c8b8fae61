/** What was found of one thing that Shakedown uses. */
export interface Finding {
  name: string;
  /** What it is used for, a few words. */
  purpose: string;
  /** `missing` counts against the machine only when it is needed. */
  state: 'found' | 'obtainable' | 'missing';
  /** `simulate` on the sample system cannot do without it. */
  needed: boolean;
  version: string | null;
  /** Path, or other words for where it is. */
  where: string | null;
  /** How to get it, or what its absence means; null when nothing is to be done. */
  advice: string | null;
}
