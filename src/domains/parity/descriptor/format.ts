import { z } from 'zod';
import { type Aspect, aspectIds, aspectOf } from './aspects.ts';

export const formatName = 'shakedown.parity/1';
export const maxItems = 50_000;
export const maxKeyCharacters = 600;
export const maxTextCharacters = 4000;

/** What a value is counted in. `text`: in nothing, it is compared as it is written. */
const units = ['text', 'count', 'bytes', 'cores', 'seconds', 'percent'] as const;
export type Unit = (typeof units)[number];

/** Who looked. `written`: a person wrote it down. */
const sourceKinds = [
  'written',
  'kubernetes',
  'terraform',
  'compose',
  'outside',
  'served',
  'postgres',
  'processes',
] as const;
export type SourceKind = (typeof sourceKinds)[number];

const aspect = z.enum(aspectIds as [Aspect, ...Aspect[]]);
const moment = z.iso.datetime({ offset: true });
const scalar = z.union([z.string().max(maxTextCharacters), z.number(), z.boolean()]);
const value = z.union([scalar, z.array(scalar).max(10_000)]);

/** `absent`: somebody looked, and it is not there or not set. `default`: nobody set it, and the platform's default holds. `explicit`: it is set. */
const state = z.enum(['absent', 'default', 'explicit']);

const whole = z.strictObject({
  value: value
    .nullable()
    .default(null)
    .describe('null where it is not known, or is a secret that no key was given for.'),
  unit: z.enum(units).optional().describe('What it is counted in; by its key when absent.'),
  state: state.default('explicit'),
  ordered: z.boolean().default(false).describe('Of a list: whether its order matters.'),
  secret: z.boolean().default(false).describe('Its value is a keyed hash.'),
  own: z.string().min(1).max(200).optional().describe('Why it is of one environment only and is not compared.'),
  unknown: z.string().min(1).max(300).optional().describe('Why its value is not known.'),
  source: z.enum(sourceKinds).optional(),
  capturedAt: moment.optional(),
});

const items = z
  .record(
    z
      .string()
      .min(1)
      .max(maxKeyCharacters)
      .refine((key) => aspectOf(key) !== null, `must begin with one of ${aspectIds.join('/, ')}/`),
    z.union([value.transform((given) => whole.parse({ value: given })), whole]),
  )
  .refine((all) => Object.keys(all).length <= maxItems, `must have at most ${maxItems} items`);

const source = z.strictObject({
  kind: z.enum(sourceKinds),
  from: z.string().max(500).default('').describe('What was read, in words.'),
  capturedAt: moment.optional().describe("When; the descriptor's time when absent."),
  covers: z.array(aspect).describe('Aspects that it looked at as a whole: what it does not list is not there.'),
  gaps: z
    .array(z.strictObject({ aspect, reason: z.string().max(500) }))
    .max(1000)
    .default([])
    .describe('What it could not see, and why.'),
});

/** The file that one environment hands over to be compared with another. */
export const descriptorSchema = z.strictObject({
  format: z.literal(formatName),
  environment: z.string().min(1).max(100),
  capturedAt: moment,
  keyId: z.string().max(100).nullable().default(null).describe('Which key secrets were hashed with.'),
  sources: z.array(source).max(100).optional(),
  items,
});

export type WrittenDescriptor = z.output<typeof descriptorSchema>;
export type WrittenItem = WrittenDescriptor['items'][string];
/** Of a value that is another one each time it is asked for: that it is there is compared. */
export const varies = '(varies)';

export type Scalar = z.output<typeof scalar>;
export type ItemValue = z.output<typeof value> | null;
export type ItemState = z.output<typeof state>;
export type Source = Omit<z.output<typeof source>, 'capturedAt'> & { capturedAt: string };

export interface Item {
  readonly value: ItemValue;
  readonly unit: Unit;
  readonly state: ItemState;
  readonly ordered: boolean;
  readonly secret: boolean;
  /** Why it is of one environment only; null: it is compared. */
  readonly own: string | null;
  /** Why its value is not known; null: it is, or a secret without a key. */
  readonly unknown: string | null;
  readonly source: SourceKind;
  readonly capturedAt: string;
}

/** With every default filled in. */
export interface Descriptor {
  readonly environment: string;
  readonly capturedAt: string;
  readonly keyId: string | null;
  readonly sources: readonly Source[];
  readonly items: ReadonlyMap<string, Item>;
}

/** In aspects whose values are sizes, what is not said to be counted otherwise is counted so. */
export function usualUnit(key: string): Unit {
  const of = aspectOf(key);
  if (of === 'cpu' && /\/(request|limit|capacity|total)$/.test(key)) return 'cores';
  if (of === 'memory' && /\/(request|limit|capacity|total)$/.test(key)) return 'bytes';
  if (of === 'storage' && /\/size$/.test(key)) return 'bytes';
  if (of === 'instances') return 'count';
  return 'text';
}
