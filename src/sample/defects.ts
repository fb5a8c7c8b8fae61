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
  /** The API answers with a field and a status that its OpenAPI document does not have: the cost of a product, and 203 for a search. */
  undocumented?: boolean;
  /** An instance answers no more than so many requests at a time, and each takes it so long, whatever the processor could do. */
  workers?: number;
  workMs?: number;
  /** Of that work, what is done in the database and one at a time for all instances: so many ms on average. */
  sharedMs?: number;
  /** An instance says that it is not ready, for ever. */
  neverReady?: boolean;
  /** An instance is gone so long after its first request. */
  diesAfterMs?: number;
  /** How answers of the API differ from those of the version before, though nobody meant it. */
  answers?: AnswerDefect[];
  /** Totals of baskets count every product once, however many of it are in them: what a slip in one line of code does. */
  wrongTotals?: boolean;
  /** Everything that a look at its security should find: see `shop/insecure.ts`. */
  insecure?: boolean;
  /** Style sheet, script and icon may be kept by no cache. */
  uncached?: boolean;
  /** Without its carrier, what asks it fails too; and it waits as long as the carrier does. */
  brittle?: boolean;
  /** What a browser would notice. */
  pages?: PageDefect[];
  /** It was changed by hand since it was set up, and is no longer as production is. */
  drift?: Drift[];
}

/** An instance too few; other settings of the database; a delivery time that was edited; a header that is not sent. */
const drifts = ['instances', 'database', 'settings', 'headers'] as const;
export type Drift = (typeof drifts)[number];

/** Planted in the shop's pages: a field without label, low contrast, a button dead on phones, a late banner, an error in the console. */
const pageDefects = ['unlabelled', 'contrast', 'dead-button', 'layout-shift', 'console-error'] as const;
export type PageDefect = (typeof pageDefects)[number];

/** A field of orders has another name, their totals are one cent off, and lists of products are the other way round. */
const answerDefects = ['renamed', 'total', 'reversed'] as const;
export type AnswerDefect = (typeof answerDefects)[number];

/** Defects without a value. */
const flags = {
  undocumented: 'undocumented',
  unready: 'neverReady',
  totals: 'wrongTotals',
  insecure: 'insecure',
  uncached: 'uncached',
  brittle: 'brittle',
} as const satisfies Record<string, keyof SampleDefects>;

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
  'answers=<renamed, total, reversed, joined by +>',
  'dies=<seconds after the first request>',
  ...Object.keys(flags),
  `drift=<${drifts.join('+')}, or all>`,
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
    const flag = Object.entries(flags).find(([name]) => name === part.trim())?.[1];
    if (flag !== undefined) {
      defects[flag] = true;
      continue;
    }
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
      case 'dies':
        defects.diesAfterMs = 1000 * within(part, value, 0, 86_400);
        break;
      case 'shared':
        defects.sharedMs = within(part, value, 0, 60_000);
        break;
      case 'answers':
        defects.answers = value.split('+').map((each) => {
          const found = answerDefects.find((known) => known === each.trim());
          if (found !== undefined) return found;
          throw new ShakedownError('SAMPLE_DEFECT', `Unknown defect ${JSON.stringify(part.trim().slice(0, 60))}.`, {
            hint: `Answers are ${answerDefects.join(', ')}, joined by +.`,
          });
        });
        break;
      case 'drift':
        defects.drift = driftOf(part, value);
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

function driftOf(part: string, value: string): Drift[] {
  if (value === 'all') return [...drifts];
  return value.split('+').map((name) => {
    const known = drifts.find((each) => each === name);
    if (known !== undefined) return known;
    throw new ShakedownError(
      'SAMPLE_DEFECT',
      `Defect ${JSON.stringify(part.trim().slice(0, 60))}: there is no such drift.`,
      {
        hint: `Write defects as ${meanings}.`,
      },
    );
  });
}

function within(part: string, text: string, low: number, high: number): number {
  const value = text === '' ? Number.NaN : Number(text);
  if (value >= low && value <= high) return value;
  const shown = JSON.stringify(part.trim().slice(0, 60));
  throw new ShakedownError('SAMPLE_DEFECT', `Defect ${shown}: a number from ${low} to ${high} is needed.`, {
    hint: `Write defects as ${meanings}.`,
  });
}
