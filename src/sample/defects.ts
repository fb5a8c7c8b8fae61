import { ShakedownError } from '../model/error.ts';

/** Faults planted in the shop on purpose, so that every judge can be shown to catch something. */
export interface SampleDefects {
  /** Added to every read of the catalogue, in milliseconds. */
  slowMs?: number;
  /** Share of requests answered with 500, 0…1. */
  errorRate?: number;
  /** Share of orders answered with 500, 0…1. */
  refuseRate?: number;
  /** The whole system accepts and does not answer for `freezeForMs`, once in every `freezeEveryMs`. */
  freezeEveryMs?: number;
  freezeForMs?: number;
  /** Memory kept for ever, per request and instance. */
  leakKbPerRequest?: number;
  /** Share of orders and preferences acknowledged and not stored, 0…1. */
  loseWriteRate?: number;
  /** Share of orders stored twice, 0…1. */
  duplicateRate?: number;
  /** Share of orders stored with one character of the address changed, 0…1. */
  corruptRate?: number;
  /** Share of reads of preferences answered with the value before the last, 0…1. */
  staleRate?: number;
  /** An instance answers no more than so many requests at a time, and each takes it so long, whatever the processor could do. */
  workers?: number;
  workMs?: number;
  /** Of that work, what is done in the database and one at a time for all instances: so many ms on average. */
  sharedMs?: number;
  /** What a browser would notice. */
  pages?: PageDefect[];
}

/** Planted in the shop's pages: a field without label, low contrast, a button dead on phones, a late banner, an error in the console. */
const pageDefects = ['unlabelled', 'contrast', 'dead-button', 'layout-shift', 'console-error'] as const;
export type PageDefect = (typeof pageDefects)[number];

const meanings = [
  'slow=<ms>',
  'errors=<share 0…1>',
  'refuse=<share of orders 0…1>',
  'freeze=<for ms>/<every ms>',
  'leak=<KB a request>',
  'lose=<share of orders 0…1>',
  'duplicate=<share of orders 0…1>',
  'corrupt=<share of orders 0…1>',
  'stale=<share of reads of preferences 0…1>',
  'workers=<requests at a time>/<ms each>',
  'shared=<ms of that, one at a time for all instances>',
  ...pageDefects,
].join(', ');

/**
 * Reads `slow=250,errors=0.02,freeze=2000/10000,leak=16,lose=0.01`; empty and `none` mean no defects.
 * @throws ShakedownError SAMPLE_DEFECT for an unknown name or a value out of range
 */
export function parseDefects(text: string): SampleDefects {
  const defects: SampleDefects = {};
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === 'none') return defects;
  for (const part of trimmed.split(',')) {
    const known = pageDefects.find((each) => each === part.trim());
    if (known !== undefined) {
      defects.pages = [...(defects.pages ?? []), known];
      continue;
    }
    const [name = '', value = ''] = part.split('=', 2).map((piece) => piece.trim());
    switch (name) {
      case 'slow':
        defects.slowMs = within(part, value, 0, 600_000);
        break;
      case 'errors':
        defects.errorRate = within(part, value, 0, 1);
        break;
      case 'refuse':
        defects.refuseRate = within(part, value, 0, 1);
        break;
      case 'leak':
        defects.leakKbPerRequest = within(part, value, 0, 1_048_576);
        break;
      case 'lose':
        defects.loseWriteRate = within(part, value, 0, 1);
        break;
      case 'duplicate':
        defects.duplicateRate = within(part, value, 0, 1);
        break;
      case 'corrupt':
        defects.corruptRate = within(part, value, 0, 1);
        break;
      case 'stale':
        defects.staleRate = within(part, value, 0, 1);
        break;
      case 'shared':
        defects.sharedMs = within(part, value, 0, 60_000);
        break;
      case 'workers': {
        const [count = '', eachMs = ''] = value.split('/', 2);
        defects.workers = Math.floor(within(part, count, 1, 10_000));
        defects.workMs = within(part, eachMs, 1, 60_000);
        break;
      }
      case 'freeze': {
        const [forMs = '', everyMs = ''] = value.split('/', 2);
        defects.freezeForMs = within(part, forMs, 1, 3_600_000);
        defects.freezeEveryMs = within(part, everyMs, defects.freezeForMs + 1, 86_400_000);
        break;
      }
      default:
        throw new ShakedownError('SAMPLE_DEFECT', `Unknown defect ${JSON.stringify(part.trim().slice(0, 60))}.`, {
          hint: `Known defects: ${meanings}.`,
        });
    }
  }
  return defects;
}

function within(part: string, text: string, low: number, high: number): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (value >= low && value <= high) return value;
  const shown = JSON.stringify(part.trim().slice(0, 60));
  throw new ShakedownError('SAMPLE_DEFECT', `Defect ${shown}: a number from ${low} to ${high} is needed.`, {
    hint: `Write defects as ${meanings}.`,
  });
}
