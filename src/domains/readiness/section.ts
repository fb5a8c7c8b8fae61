import type { PartEvents } from '../part-domain.ts';
import type { PartsSection } from '../part-section.ts';

/** What the configuration asks less for than policy and defaults do: a figure of the part on the gates. */
export const lessAskedFigure = 'Asked for less';

declare module '../../model/results.ts' {
  interface Sections {
    readiness: PartsSection;
  }
}

declare module '../../model/event.ts' {
  interface JournalEvents extends PartEvents<'readiness'> {}
}
