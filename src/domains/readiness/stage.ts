import type { ValidationContext } from '../validation.ts';
import type { StageFacts } from './stage-facts.ts';

/** The newest stage run of the candidate in the reports folder, the one under way first; null: there is none. */
export async function newestStage(_: Pick<ValidationContext, 'config' | 'runFolder'>): Promise<StageFacts | null> {
  return null;
}
