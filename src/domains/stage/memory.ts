import type { Journal } from '../../evidence/journal.ts';
import type { EventType, JournalData, JournalEvents } from '../../model/event.ts';
import { StageFold } from './fold.ts';

/** What a stage remembers: its journal, and the fold over it. What is not written is not known either. */
export class StageMemory {
  readonly fold: StageFold;
  readonly #journal: Pick<Journal, 'append'>;

  /** @param fold of what the journal holds already */
  constructor(journal: Pick<Journal, 'append'>, fold = new StageFold()) {
    this.#journal = journal;
    this.fold = fold;
  }

  record<T extends EventType>(type: T, data: JournalEvents[T]): void {
    this.#journal.append(type, data as never);
    this.fold.add({ type, data, time: new Date().toISOString() } as JournalData & { time: string });
  }
}
