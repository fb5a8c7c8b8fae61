import type { CapacityStep, ClosedLoopCheck } from '../../model/capacity.ts';
import type { JournalData } from '../../model/event.ts';

/** What the journal says of a search for capacity. */
export class CapacityFold {
  /** Whether there was one. */
  isSearch = false;
  readonly steps: CapacityStep[] = [];
  closedLoop: ClosedLoopCheck | null = null;

  add(event: JournalData): void {
    switch (event.type) {
      case 'shakedown.capacity.started':
        this.isSearch = true;
        break;
      case 'shakedown.capacity.step':
        if (this.isSearch) this.steps.push(event.data.step);
        break;
      case 'shakedown.capacity.checked':
        if (this.isSearch) this.closedLoop = event.data.closedLoop;
        break;
    }
  }
}
