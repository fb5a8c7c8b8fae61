import type { PartEvents } from '../part-domain.ts';
import type { PartsSection } from '../part-section.ts';

declare module '../../model/results.ts' {
  interface Sections {
    /** The deployment plan and its window. */
    promotion: PartsSection;
  }
}

declare module '../../model/event.ts' {
  interface JournalEvents extends PartEvents<'promotion'> {}
}
