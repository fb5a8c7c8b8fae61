import { z } from 'zod';
import { ShakedownError } from '../../../../model/error.ts';
import type { Aspect } from '../../descriptor/aspects.ts';
import type { ItemState, ItemValue, Scalar, Unit } from '../../descriptor/format.ts';
import { Gatherer } from '../../descriptor/gatherer.ts';
import { leaves } from '../../descriptor/leaves.ts';
import type { SecretKey } from '../../descriptor/secrets.ts';
import { imageParts } from '../image.ts';

const table = z.record(z.string(), z.unknown());
const file = z.looseObject({
  services: z.record(z.string(), table.nullish()).nullish(),
  include: z.unknown().optional(),
});
const hint = 'Give the output of `docker compose config`, in which everything is resolved.';

const looked: readonly Aspect[] = [
  'instances',
  'cpu',
  'memory',
  'version',
  'environment',
  'configuration',
  'network',
  'storage',
  'time-zone',
  'limit',
];

/**
 * What a Compose file says of an environment. Other files that it names are not read, nor variables of this machine used.
 * @throws ShakedownError PARITY_FILE
 */
export function gatherCompose(
  document: unknown,
  about: { what: string; capturedAt: string; key: SecretKey | null },
): Gatherer {
  const parsed = file.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ShakedownError(
      'PARITY_FILE',
      `${about.what} is no Compose file: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'unknown form'}.`,
      { hint },
    );
  }
  const { services, include, ...rest } = parsed.data;
  if (Object.keys(services ?? {}).length === 0 && include === undefined) {
    throw new ShakedownError('PARITY_FILE', `${about.what} names no service.`, { hint });
  }
  const gatherer = new Gatherer({
    kind: 'compose',
    from: about.what,
    capturedAt: about.capturedAt,
    key: about.key,
    covers: looked,
  });
  const notFollowed = new Set<string>();
  if (include !== undefined) {
    notFollowed.add('include');
    addAll(gatherer, 'configuration', ['include'], include);
  }
  for (const [name, service] of Object.entries(services ?? {})) {
    addService(gatherer, name, service ?? {});
    for (const each of ['extends', 'env_file'])
      if (service !== null && service !== undefined && each in service) notFollowed.add(`${each} of ${name}`);
  }
  for (const [kind, value] of Object.entries(rest)) {
    const aspect: Aspect = kind === 'networks' ? 'network' : kind === 'volumes' ? 'storage' : 'configuration';
    addAll(gatherer, aspect, [kind], value, kind === 'name' ? 'the name of the project' : undefined);
  }
  if (notFollowed.size > 0) {
    const aspects: readonly Aspect[] = [...notFollowed].some((each) => !each.startsWith('env_file'))
      ? looked
      : ['environment'];
    for (const aspect of aspects) gatherer.cannotSee(aspect, `${[...notFollowed].join(', ')} is not followed: ${hint}`);
  }
  return gatherer;
}

function addService(gatherer: Gatherer, name: string, service: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(service)) {
    if (key === 'environment' || key === 'labels')
      addPairs(
        gatherer,
        key === 'environment' ? 'environment' : 'configuration',
        key === 'labels' ? [name, key] : [name],
        value,
      );
    else if (key === 'image' && typeof value === 'string') {
      const { repository, version } = imageParts(value);
      addOne(gatherer, 'version', [name], value.includes('${') ? value : version);
      if (!value.includes('${')) addOne(gatherer, 'configuration', [name, 'image'], repository);
    } else if (key === 'deploy' || key === 'volumes' || key === 'ports') addNested(gatherer, name, key, value);
    else {
      const [aspect, path, unit] = ofKey(name, key);
      addAll(gatherer, aspect, path, value, undefined, unit);
    }
  }
  const has = (key: string) => gatherer.items.has(key);
  const mode = gatherer.items.get(`configuration/${name}/deploy/mode`)?.value;
  if (mode === 'global' || mode === 'global-job')
    gatherer.add('instances', [name], null, { unknown: 'there is one on each node' });
  else if (!has(`instances/${name}`)) gatherer.add('instances', [name], 1, { state: 'default' });
  for (const aspect of ['cpu', 'memory'] as const)
    if (!has(`${aspect}/${name}/limit`)) gatherer.absent(aspect, [name, 'limit']);
  const zone = gatherer.items.get(`environment/${name}/TZ`);
  gatherer.add('time-zone', [name], zone?.value ?? null, { state: zone === undefined ? 'default' : zone.state });
}

function ofKey(name: string, key: string): [Aspect, string[], Unit?] {
  if (key === 'cpus') return ['cpu', [name, 'limit'], 'cores'];
  if (key === 'mem_limit') return ['memory', [name, 'limit'], 'bytes'];
  if (key === 'mem_reservation') return ['memory', [name, 'request'], 'bytes'];
  if (key === 'scale') return ['instances', [name], 'count'];
  if (key === 'ulimits' || key === 'pids_limit') return ['limit', [name, key]];
  if (key === 'networks' || key === 'expose' || key === 'network_mode' || key === 'extra_hosts' || key === 'dns')
    return ['network', [name, key]];
  if (key === 'memswap_limit' || key === 'shm_size') return ['memory', [name, key], 'bytes'];
  if (/^mem_/.test(key)) return ['memory', [name, key]];
  if (/^cpu/.test(key)) return ['cpu', [name, key]];
  return ['configuration', [name, key]];
}

function addNested(gatherer: Gatherer, name: string, key: string, value: unknown): void {
  if (key === 'ports' || key === 'volumes') {
    addAll(gatherer, key === 'ports' ? 'network' : 'storage', [name, key], value);
    return;
  }
  for (const { path, value: found } of leaves(value)) {
    const joined = path.join('/');
    const bound = /^resources\/(limits|reservations)\/(cpus|memory|pids)$/.exec(joined);
    if (joined === 'replicas') addOne(gatherer, 'instances', [name], found, 'count');
    else if (bound !== null) {
      const [, of, what] = bound;
      const at = [name, of === 'limits' ? 'limit' : 'request'];
      if (what === 'cpus') addOne(gatherer, 'cpu', at, found, 'cores');
      else if (what === 'memory') addOne(gatherer, 'memory', at, found, 'bytes');
      else addOne(gatherer, 'limit', [name, 'pids', of === 'limits' ? 'limit' : 'request'], found);
    } else addOne(gatherer, 'configuration', [name, 'deploy', ...path], found);
  }
}

/** Lists of `NAME=value`, or a table. */
function addPairs(gatherer: Gatherer, aspect: Aspect, path: string[], value: unknown): void {
  const pairs = Array.isArray(value)
    ? value.map((each): [string, unknown] => {
        const text = String(each);
        const at = text.indexOf('=');
        return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
      })
    : Object.entries(table.catch({}).parse(value));
  for (const [name, each] of pairs) {
    if (each === null) gatherer.add(aspect, [...path, name], null, { own: 'it is taken from where it is started' });
    else addAll(gatherer, aspect, [...path, name], each);
  }
}

function addAll(gatherer: Gatherer, aspect: Aspect, path: string[], value: unknown, own?: string, unit?: Unit): void {
  for (const leaf of leaves(value)) addOne(gatherer, aspect, [...path, ...leaf.path], leaf.value, unit, own);
}

const variable = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\}|\$([A-Za-z_]\w*)/g;

/** Variables are not those of this machine: what a file gives for the case that one is not set is a default, and the rest is not known. */
function addOne(gatherer: Gatherer, aspect: Aspect, path: string[], value: ItemValue, unit?: Unit, own?: string): void {
  const finding = { ...(unit && { unit }), ...(own && { own }) };
  if (value === null) {
    gatherer.absent(aspect, path, finding);
    return;
  }
  const texts = Array.isArray(value) ? value.map(filledIn) : [filledIn(value)];
  const unknown = texts.flatMap((each) => each.unknown);
  if (unknown.length > 0) {
    gatherer.gap(aspect, `${[aspect, ...path].join('/')} depends on $${unknown.join(', $')}: ${hint}`);
    gatherer.add(aspect, path, value, { ...finding, unknown: `it depends on $${unknown[0]}` });
    return;
  }
  const state: ItemState = texts.some(({ isDefault }) => isDefault) ? 'default' : 'explicit';
  const filled = texts.map((each) => (unit === 'bytes' ? inBinary(each.value) : each.value));
  gatherer.add(aspect, path, Array.isArray(value) ? filled : (filled[0] ?? value), { ...finding, state });
}

/** To Docker `m`, `M`, `mb` and `MiB` are the same: 1024 × 1024 bytes. */
function inBinary(value: Scalar): Scalar {
  const [, amount, letter] = /^(\d+(?:\.\d+)?) ?([kmgtp])?i?b?$/i.exec(String(value)) ?? [];
  if (amount === undefined) return value;
  return letter === undefined ? amount : `${amount}${letter.toUpperCase()}i`;
}

function filledIn(value: Scalar): { value: Scalar; unknown: string[]; isDefault: boolean } {
  if (typeof value !== 'string' || !value.includes('$')) return { value, unknown: [], isDefault: false };
  const unknown: string[] = [];
  let isDefault = false;
  const text = value.replace(variable, (whole, name, form, otherwise, plain) => {
    if (whole === '$$') return '$';
    isDefault = true;
    if (form === '-' || form === ':-') return otherwise;
    unknown.push(name ?? plain);
    return whole;
  });
  return { value: text, unknown, isDefault };
}
