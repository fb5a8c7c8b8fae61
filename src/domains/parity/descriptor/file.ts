import { writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import { aspectIds, aspectOf } from './aspects.ts';
import { readYamlOrJson } from './bounded-file.ts';
import {
  type Descriptor,
  descriptorSchema,
  formatName,
  type Item,
  type Source,
  usualUnit,
  type WrittenDescriptor,
  type WrittenItem,
} from './format.ts';
import { isSecretValue } from './secrets.ts';

const maxYamlCharacters = 3_500_000;

/** @throws ShakedownError PARITY_FILE */
export async function readDescriptor(file: string): Promise<Descriptor> {
  return descriptorOf(await readYamlOrJson(file, 'The descriptor'), file);
}

/** @param file for the error. @throws ShakedownError PARITY_FILE */
export function descriptorOf(document: unknown, file: string): Descriptor {
  const parsed = descriptorSchema.safeParse(document);
  if (parsed.success) return filledIn(parsed.data);
  const [issue] = parsed.error.issues;
  const where =
    issue === undefined || issue.path.length === 0 ? 'the file' : z.core.toDotPath(issue.path).slice(0, 200);
  throw new ShakedownError(
    'PARITY_FILE',
    `The descriptor ${file} cannot be used: ${where}: ${issue === undefined ? 'unknown form' : messageOf(issue)}.`,
    {
      hint: 'Make it with `shakedown parity capture`; docs/parity.md has its format.',
    },
  );
}

/** Of a key that may not be there, why. */
function messageOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
}

function filledIn(written: WrittenDescriptor): Descriptor {
  const aspects = new Set(Object.keys(written.items).map(aspectOf));
  const sources: Source[] =
    written.sources === undefined
      ? [
          {
            ...{ kind: 'written', from: 'written by a person', capturedAt: written.capturedAt, gaps: [] },
            covers: aspectIds.filter((each) => aspects.has(each)),
          },
        ]
      : written.sources.map((each) => ({ ...each, capturedAt: each.capturedAt ?? written.capturedAt }));
  const times = new Map(sources.map(({ kind, capturedAt }) => [kind, capturedAt]));
  const items = new Map<string, Item>();
  for (const [key, item] of Object.entries(written.items)) {
    const source = item.source ?? 'written';
    items.set(key, {
      value: item.value,
      unit: item.unit ?? usualUnit(key),
      state: item.state,
      ordered: item.ordered,
      secret: item.secret,
      own: item.own ?? null,
      unknown: item.unknown ?? null,
      source,
      capturedAt: item.capturedAt ?? times.get(source) ?? written.capturedAt,
    });
  }
  return { environment: written.environment, capturedAt: written.capturedAt, keyId: written.keyId, sources, items };
}

/** What is as usual is left out, so that a person can read it. */
function writtenOf(descriptor: Descriptor): object {
  const times = new Map(descriptor.sources.map(({ kind, capturedAt }) => [kind, capturedAt]));
  const items = [...descriptor.items]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]): [string, Partial<WrittenItem>] => [
      key,
      {
        ...(item.value === null ? {} : { value: item.value as NonNullable<WrittenItem['value']> }),
        ...(item.unit === usualUnit(key) ? {} : { unit: item.unit }),
        ...(item.state === 'explicit' ? {} : { state: item.state }),
        ...(item.ordered ? { ordered: true } : {}),
        ...(item.secret ? { secret: true } : {}),
        ...(item.own === null ? {} : { own: item.own }),
        ...(item.unknown === null ? {} : { unknown: item.unknown }),
        ...(item.source === 'written' ? {} : { source: item.source }),
        ...(item.capturedAt === (times.get(item.source) ?? descriptor.capturedAt)
          ? {}
          : { capturedAt: item.capturedAt }),
      },
    ]);
  return {
    format: formatName,
    environment: descriptor.environment,
    capturedAt: descriptor.capturedAt,
    keyId: descriptor.keyId,
    sources: descriptor.sources,
    // A null prototype: a key may be called anything.
    items: Object.assign(Object.create(null), Object.fromEntries(items)),
  };
}

/** As JSON where the file's name ends so, else as YAML. @throws ShakedownError PARITY_SECRET, PARITY_TOO_LARGE, PARITY_OUT */
export async function writeDescriptor(file: string, descriptor: Descriptor): Promise<void> {
  const text = descriptorText(descriptor, /\.json$/i.test(file));
  try {
    await writeFile(file, text, { mode: 0o600 });
  } catch (cause) {
    throw new ShakedownError('PARITY_OUT', `${file} cannot be written: ${(cause as Error).message}.`, {
      hint: 'Name a file in a folder that is there.',
      cause,
    });
  }
}

export function descriptorText(descriptor: Descriptor, asJson: boolean): string {
  refuseSecrets(descriptor);
  const written = writtenOf(descriptor);
  if (asJson) return `${JSON.stringify(written, null, 1)}\n`;
  const text = stringify(written, { lineWidth: 0, aliasDuplicateObjects: false });
  if (text.length <= maxYamlCharacters) return text;
  throw new ShakedownError('PARITY_TOO_LARGE', `The descriptor has ${text.length} characters, too many for YAML.`, {
    hint: 'Write it as JSON: --out production.parity.json.',
  });
}

/** The last look before it leaves: readers have hashed what is secret by its name, its mark or its form. */
function refuseSecrets({ items }: Descriptor): void {
  for (const [key, { value, secret }] of items) {
    const texts = (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
    const isHash = (text: string) => /^hmac-sha256:[0-9a-f]{40}$/.test(text);
    if (!texts.some((text) => (secret ? !isHash(text) : isSecretValue(text)))) continue;
    throw new ShakedownError('PARITY_SECRET', `${key} holds a secret that is not hashed; nothing was written.`, {
      hint: 'Report this: the reader of that source is to hash it.',
    });
  }
}
