import { z } from 'zod';
import { type NotRead, readBounded } from '../../evidence/bounded-file.ts';
import { ShakedownError } from '../../model/error.ts';
import type { Control } from './catalogs.ts';

const bytesAtMost = 64 * 1024 * 1024;
const depthAtMost = 12;
const controlsAtMost = 5000;

const named = z.object({
  id: z.string().min(1).max(200),
  title: z.string().max(2000),
  props: z.array(z.object({ name: z.string(), value: z.string() })).exactOptional(),
  controls: z.array(z.unknown()).exactOptional(),
});
const group = z.object({
  controls: z.array(z.unknown()).exactOptional(),
  groups: z.array(z.unknown()).exactOptional(),
});
const catalogSchema = z.object({
  catalog: z.object({
    metadata: z.object({ title: z.string().max(2000) }),
    ...group.shape,
  }),
});

/**
 * Controls of an OSCAL 1.x catalog in JSON (https://pages.nist.gov/OSCAL/), those within others included; withdrawn ones are left out. Nothing that it
 * refers to is fetched.
 * @throws ShakedownError COMPLIANCE_CATALOG
 */
export async function oscalControls(file: string): Promise<Control[]> {
  const refuse = (why: string, cause?: unknown) =>
    new ShakedownError('COMPLIANCE_CATALOG', `${file} is no OSCAL catalog that can be read: ${why}.`, {
      hint: 'Name a catalog in JSON, such as NIST_SP-800-53_rev5_catalog.json; profiles have to be resolved to one first.',
      cause,
    });
  const bytes = await readBounded(file, bytesAtMost).catch((cause: NotRead) => {
    throw refuse(cause.message, cause);
  });
  let read: unknown;
  try {
    read = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw refuse('it is not JSON', cause);
  }
  const parsed = catalogSchema.safeParse(read);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { catalog } = parsed.data;
  const controls: Control[] = [];
  const add = (one: unknown, depth: number) => {
    const found = named.safeParse(one);
    if (!found.success) throw refuse(`a control has no id or title: ${found.error.issues[0]?.path.join('.') ?? ''}`);
    const { id, title, props = [], controls: within = [] } = found.data;
    if (!props.some(({ name, value }) => name === 'status' && value.toLowerCase() === 'withdrawn'))
      controls.push({ id, title, framework: catalog.metadata.title, evidence: [] });
    if (controls.length > controlsAtMost) throw refuse(`it has more than ${controlsAtMost} controls`);
    if (depth > depthAtMost) throw refuse('its controls lie too deep within each other');
    for (const each of within) add(each, depth + 1);
  };
  const open = (one: unknown, depth: number) => {
    const found = group.safeParse(one);
    if (!found.success || depth > depthAtMost) throw refuse('a group cannot be read');
    for (const each of found.data.controls ?? []) add(each, depth);
    for (const each of found.data.groups ?? []) open(each, depth + 1);
  };
  open(catalog, 0);
  if (controls.length === 0) throw refuse('it has no controls');
  return controls;
}
