import { z } from 'zod';
import {
  endedExperiment,
  faultProof,
  faultRecord,
  hypothesisCheck,
  ledgerResult,
  reverter,
  touchedRequests,
  watchedFault,
} from '../../model/chaos.ts';
import type { EventsOf } from '../domain.ts';

const text = z.string();
/** Of the run's clock, ms. */
const moment = z.number();

/** What chaos leaves in a journal. */
export const events = {
  'shakedown.experiment.started': z.object({
    atMs: moment,
    title: text,
    file: text,
    description: text,
    tags: z.array(text),
  }),
  /** `experiment`: its title. */
  'shakedown.hypothesis.checked': z.object({ experiment: text, check: hypothesisCheck }),
  /** Before anything is touched. */
  'shakedown.fault.announced': z.object({ fault: faultRecord }),
  'shakedown.fault.injected': z.object({ id: text, atMs: moment }),
  'shakedown.fault.proved': z.object({ id: text, proof: faultProof }),
  /** `error`: it was never injected. */
  'shakedown.fault.ended': z.object({
    id: text,
    atMs: moment,
    by: reverter.nullable(),
    error: text.nullable(),
    touched: touchedRequests.optional(),
    connections: z.number().min(0).nullable().optional(),
    watched: watchedFault.optional(),
  }),
  'shakedown.experiment.ended': z.object({ experiment: endedExperiment }),
  'shakedown.ledger.checked': z.object({ ledger: ledgerResult }),
};

declare module '../../model/event.ts' {
  interface JournalEvents extends EventsOf<typeof events> {}
}
