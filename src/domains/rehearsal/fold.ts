import type { JournalData, JournalEvents } from '../../model/event.ts';
import type { Mark, Recorded } from '../part.ts';
import type { Second } from './rehearsal.ts';

export interface FoldedRehearsal {
  id: string;
  startMs: number;
  endMs: number | null;
  error: string | null;
  evidence: Recorded<unknown>[];
  marks: (Mark & { atMs: number })[];
  seconds: Second[];
}

/** What the journal says of rehearsals. It grows with the seconds of a rehearsal, which are some hundreds. */
export class RehearsalFold {
  started: JournalEvents['shakedown.rehearsal.started'] | null = null;
  restored: JournalEvents['shakedown.rehearsal.restored'] | null = null;
  readonly rehearsals = new Map<string, FoldedRehearsal>();

  add(event: JournalData): void {
    switch (event.type) {
      case 'shakedown.rehearsal.started':
        this.started = event.data;
        break;
      case 'shakedown.rehearsal.begun': {
        const { rehearsal: id, atMs } = event.data;
        const none = { endMs: null, error: null, evidence: [], marks: [], seconds: [] };
        this.rehearsals.set(id, { id, startMs: atMs, ...none });
        break;
      }
      case 'shakedown.rehearsal.evidence': {
        const { rehearsal, atMs, data } = event.data;
        this.rehearsals.get(rehearsal)?.evidence.push({ atMs, data });
        break;
      }
      case 'shakedown.rehearsal.marked': {
        const { rehearsal, ...mark } = event.data;
        this.rehearsals.get(rehearsal)?.marks.push(mark);
        break;
      }
      case 'shakedown.rehearsal.second': {
        const { rehearsal, ...second } = event.data;
        this.rehearsals.get(rehearsal)?.seconds.push(second);
        break;
      }
      case 'shakedown.rehearsal.ended': {
        const found = this.rehearsals.get(event.data.rehearsal);
        if (found === undefined) break;
        found.endMs = event.data.atMs;
        found.error = event.data.error;
        break;
      }
      case 'shakedown.rehearsal.restored':
        this.restored = event.data;
        break;
    }
  }
}
