import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import { aspectIds, aspectOf } from '../../descriptor/aspects.ts';
import type { ItemValue } from '../../descriptor/format.ts';
import { Gatherer } from '../../descriptor/gatherer.ts';
import { leaves } from '../../descriptor/leaves.ts';
import type { SecretKey } from '../../descriptor/secrets.ts';
import { addText } from '../text-file.ts';
import { isCounted, terraformAspect, terraformOwn } from './places.ts';

const maxModules = 10_000;
const table = z.record(z.string(), z.unknown());

const resource = z.looseObject({
  address: z.string(),
  mode: z.string().default('managed'),
  type: z.string(),
  name: z.string().default(''),
  index: z.union([z.string(), z.number()]).optional(),
  values: table.nullish(),
  sensitive_values: z.unknown().optional(),
});
type Resource = z.output<typeof resource>;

const module = z.looseObject({
  resources: z.array(resource).nullish(),
  child_modules: z.array(z.unknown()).nullish(),
});
const output = z.looseObject({ sensitive: z.boolean().default(false), value: z.unknown().optional() });
const values = z.looseObject({ outputs: z.record(z.string(), output).nullish(), root_module: z.unknown().optional() });
const change = z.looseObject({
  address: z.string(),
  type: z.string().default(''),
  change: z.looseObject({ actions: z.array(z.string()).default([]), after_unknown: z.unknown().optional() }),
});
const shown = z.looseObject({
  format_version: z.string(),
  terraform_version: z.string().optional(),
  values: values.nullish(),
  planned_values: values.nullish(),
  resource_changes: z.array(change).nullish(),
  variables: z.record(z.string(), z.looseObject({ value: z.unknown().optional() })).nullish(),
  configuration: z
    .looseObject({
      root_module: z
        .looseObject({
          variables: z.record(z.string(), z.looseObject({ sensitive: z.boolean().optional() })).optional(),
        })
        .optional(),
    })
    .nullish(),
});

/** What `terraform show -json` says of a state, or of a plan: what will be. Nothing that it refers to is fetched. @throws ShakedownError PARITY_FILE */
export function gatherTerraform(
  document: unknown,
  about: { what: string; capturedAt: string; key: SecretKey | null },
): Gatherer {
  const found = read(document, about.what);
  const isPlan = found.planned_values !== undefined && found.planned_values !== null;
  const content = found.planned_values ?? found.values ?? null;
  const resources = content === null ? [] : resourcesOf(content.root_module, about.what);
  const changes = isPlan ? (found.resource_changes ?? []) : [];
  if (resources.length === 0 && Object.keys(content?.outputs ?? {}).length === 0) {
    throw refused(
      about.what,
      'it holds no resource',
      'Make it where the state is: `terraform show -json > state.json`.',
    );
  }
  const pending = changes.filter(({ change: { actions } }) =>
    actions.some((each) => each !== 'no-op' && each !== 'read'),
  ).length;
  const from = `${about.what}, a ${isPlan ? `plan (${pending} resources to be changed)` : 'state'}`;
  const gatherer = new Gatherer({
    kind: 'terraform',
    from,
    capturedAt: about.capturedAt,
    key: about.key,
    covers: aspectIds,
  });
  if (found.terraform_version !== undefined) gatherer.add('version', ['terraform'], found.terraform_version);
  addVariables(gatherer, found);
  addResources(gatherer, resources);
  for (const { address, type, change: each } of changes) addUnknown(gatherer, address, type, each.after_unknown);
  for (const [name, { sensitive, value }] of Object.entries(content?.outputs ?? {})) {
    // What is handed out is compared where it is set; most of it are addresses and ids.
    const finding = { secret: sensitive, own: 'an output: it is compared where it is set' };
    for (const leaf of leaves(value))
      gatherer.add('configuration', ['output', name, ...leaf.path], leaf.value, finding);
  }
  const seen = new Set([...gatherer.items.keys()].map(aspectOf));
  for (const aspect of aspectIds)
    if (!seen.has(aspect)) gatherer.cannotSee(aspect, 'no resource of the Terraform file is of this');
  return gatherer;
}

function read(document: unknown, what: string): z.output<typeof shown> {
  const parsed = shown.safeParse(document);
  if (parsed.success) return parsed.data;
  const isRaw = typeof document === 'object' && document !== null && 'lineage' in document;
  if (isRaw)
    throw refused(
      what,
      'it is a raw state file',
      'Make it with `terraform show -json > state.json`, which marks what is sensitive.',
    );
  const [issue] = parsed.error.issues;
  throw refused(
    what,
    `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unknown form'}`,
    'Make it with `terraform show -json`.',
  );
}

function refused(what: string, why: string, hint: string): ShakedownError {
  return new ShakedownError('PARITY_FILE', `${what} is not what Terraform shows: ${why}.`, { hint });
}

function resourcesOf(root: unknown, what: string): Resource[] {
  const found: Resource[] = [];
  const open: unknown[] = root === undefined ? [] : [root];
  for (let count = 0; open.length > 0; count++) {
    const parsed = module.safeParse(open.pop());
    if (!parsed.success || count > maxModules) {
      throw refused(
        what,
        parsed.success ? `it has more than ${maxModules} modules` : 'a module has another form',
        'Make it with `terraform show -json`.',
      );
    }
    found.push(...(parsed.data.resources ?? []));
    open.push(...(parsed.data.child_modules ?? []));
  }
  return found;
}

function addVariables(gatherer: Gatherer, found: z.output<typeof shown>): void {
  const marks = found.configuration?.root_module?.variables ?? {};
  for (const [name, { value }] of Object.entries(found.variables ?? {})) {
    const secret = Object.hasOwn(marks, name) && marks[name]?.sensitive === true;
    for (const leaf of leaves(value)) {
      gatherer.add('configuration', ['variable', name, ...leaf.path], leaf.value, {
        secret,
        ...(leaf.value === null && { state: 'absent' }),
      });
    }
  }
}

interface Attribute {
  readonly path: readonly string[];
  readonly value: ItemValue;
  readonly secret: boolean;
}

/** Members of a `count` are one thing, several times: what all have alike is one item, and their number another. */
function addResources(gatherer: Gatherer, resources: readonly Resource[]): void {
  const groups = new Map<string, Resource[]>();
  for (const each of resources) {
    const base = typeof each.index === 'number' ? each.address.replace(/\[\d+\]$/, '') : each.address;
    groups.set(base, [...(groups.get(base) ?? []), each]);
  }
  for (const [base, members] of groups) {
    const [first] = members;
    if (first === undefined) continue;
    const isCount = typeof first.index === 'number';
    if (first.mode === 'managed' && (isCount || isCounted(first.type)))
      gatherer.add('instances', [base], members.length);
    const attributes = members.map((each) => new Map(attributesOf(each).map((one) => [JSON.stringify(one.path), one])));
    const all = new Set(attributes.flatMap((each) => [...each.keys()]));
    for (const path of all) {
      const found = attributes.map((each) => each.get(path));
      const texts = new Set(found.map((one) => JSON.stringify(one?.value)));
      if (texts.size === 1 && found[0] !== undefined) add(gatherer, first.type, base, found[0]);
      else
        for (const [index, one] of found.entries())
          if (one !== undefined) add(gatherer, first.type, members[index]?.address ?? base, one);
    }
  }
}

function attributesOf({ values: content, sensitive_values: marks }: Resource): Attribute[] {
  return [...leaves(content ?? {})].map(({ path, value, at }) => ({ path, value, secret: isMarked(marks, at) }));
}

/** Terraform marks what is sensitive by a tree of the same shape, in which `true` stands for all below it. */
function isMarked(marks: unknown, at: readonly (string | number)[]): boolean {
  let mark = marks;
  for (const step of at) {
    if (mark === true) return true;
    if (typeof mark !== 'object' || mark === null || !Object.hasOwn(mark, step)) return false;
    mark = (mark as Record<string | number, unknown>)[step];
  }
  return mark === true || (Array.isArray(mark) && mark.includes(true));
}

function add(gatherer: Gatherer, type: string, address: string, { path, value, secret }: Attribute): void {
  const aspect = terraformAspect(type, path);
  const own = terraformOwn(path);
  const at = [address, ...path];
  if (aspect === 'configuration' && typeof value === 'string' && value.includes('\n') && !secret && own === null) {
    addText(gatherer, at, value);
    return;
  }
  gatherer.add(aspect, at, value, { secret, ...(value === null && { state: 'absent' }), ...(own !== null && { own }) });
}

function addUnknown(gatherer: Gatherer, address: string, type: string, unknown: unknown): void {
  for (const { path, value } of leaves(unknown ?? {})) {
    if (value !== true && !(Array.isArray(value) && value.includes(true))) continue;
    const own = terraformOwn(path);
    const unknown = 'it is known only when the plan is applied';
    gatherer.add(terraformAspect(type, path), [address, ...path], null, own === null ? { unknown } : { own });
  }
}
