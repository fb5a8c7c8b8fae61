import { z } from 'zod';
import { partEvents } from '../../part.ts';

const text = z.string();

/** What a validation of the monitoring leaves in a journal. */
export const validationEvents = {
  'shakedown.validation.started': z.object({
    /** Ids of the parts that were asked for. */
    chosen: z.array(text),
    /** Whether the production rules were to be proved. */
    proves: z.boolean(),
  }),
  'shakedown.validation.begun': partEvents.begun,
  'shakedown.validation.evidence': partEvents.evidence,
  'shakedown.validation.marked': partEvents.marked,
  'shakedown.validation.ended': partEvents.ended,
};
