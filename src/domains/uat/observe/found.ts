import type { UatFinding } from '../../../model/finding.ts';

/** As it is seen; the page and the step are added to it. */
export type FirstHand = Omit<UatFinding, 'page' | 'step' | 'help' | 'snippet'> & { snippet?: string | null };

/** What one check of one page came to. */
export interface FoundHere {
  findings: FirstHand[];
  count: number;
  notDone: string | null;
}
