import type { JournalData, JournalEvents } from '../../../model/event.ts';
import { PartsFold } from '../../part-fold.ts';

const prefix = 'shakedown.validation.';

/** What the journal says of a validation of the monitoring. */
export class ValidationFold extends PartsFold {
  /** null: this run has none. */
  started: JournalEvents['shakedown.validation.started'] | null = null;

  add(event: JournalData): void {
    if (event.type === 'shakedown.validation.started') this.started = event.data;
    else if (event.type.startsWith(prefix)) this.take(event.type.slice(prefix.length), event.data as never);
  }
}
