import type { PartEvents } from '../part-domain.ts';
import type { PartsSection } from '../part-section.ts';

declare module '../../model/results.ts' {
  interface Sections {
    readiness: PartsSection;
  }
}

declare module '../../model/event.ts' {
  interface JournalEvents extends PartEvents<'readiness'> {}
}
