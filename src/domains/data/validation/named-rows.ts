import type pg from 'pg';
import { ShakedownError } from '../../../model/error.ts';
import { decodePercent } from '../../../model/percent-encoding.ts';
import { readManifest, readSessions } from '../../traffic/public.ts';
import { tableNamed } from '../plan/groups.ts';
import type { Catalog } from '../postgres/catalog.ts';
import { quoted } from '../postgres/connect.ts';
import { plainType } from '../postgres/types.ts';
import type { EvidenceOf } from './evidence.ts';

interface Reference {
  route: string;
  parameter: number;
  column: string;
}

const mostIds = 2_000_000;
const idsAtOnce = 5000;
const mostUnnamed = 50;
/** Of whole numbers; the least is one below the negative of it. */
const greatest: Readonly<Record<string, bigint>> = { int2: 2n ** 15n - 1n, int4: 2n ** 31n - 1n, int8: 2n ** 63n - 1n };
const uuid = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i;
/** What was not there in production need not be here. */
const notFound = new Set([404, 410]);

/**
 * How many requests of a recording name a row that the database has.
 * @throws ShakedownError DATA_REFERENCE where a column is not there
 */
export async function namedRows(
  client: pg.ClientBase,
  catalog: Catalog,
  { references, leastFoundShare }: { references: readonly Reference[]; leastFoundShare: number },
  recording: string,
): Promise<EvidenceOf<'ids'>> {
  const manifest = await readManifest(recording);
  const places = new Map(
    references.map((reference) => [
      reference.route,
      { reference, at: segmentOf(reference), ids: new Map<string, number>() },
    ]),
  );
  let known = 0;
  const unnamed = new Map<string, number>();
  for await (const { requests } of readSessions(recording, manifest)) {
    for (const { path, route, status } of requests) {
      if (status !== undefined && notFound.has(status)) continue;
      const place = places.get(route);
      if (place === undefined) {
        if (/\/:[a-z]+/.test(route)) unnamed.set(route, (unnamed.get(route) ?? 0) + 1);
        continue;
      }
      const id = decodePercent((path.split('?')[0] ?? '').split('/')[place.at] ?? '');
      const count = place.ids.get(id);
      if (count === undefined && ++known > mostIds) continue;
      place.ids.set(id, (count ?? 0) + 1);
    }
  }
  const routes: EvidenceOf<'ids'>['routes'] = [];
  for (const { reference, ids } of places.values()) {
    const found = await foundIn(client, catalog, reference, [...ids.keys()]);
    const sum = (names: Iterable<string>) => [...names].reduce((total, id) => total + (ids.get(id) ?? 0), 0);
    routes.push({
      route: reference.route,
      column: reference.column,
      requests: sum(ids.keys()),
      found: sum(found),
      ids: ids.size,
      idsFound: found.size,
    });
  }
  return {
    ...{ kind: 'ids', leastShare: leastFoundShare, recording: manifest.name, routes },
    moreUnnamed: Math.max(0, unnamed.size - mostUnnamed),
    unnamed: [...unnamed]
      .map(([route, requests]) => ({ route, requests }))
      .sort((a, b) => b.requests - a.requests)
      .slice(0, mostUnnamed),
  };
}

/** Whether a text can be a value of a type; one that cannot would end the query. */
export function canBe(type: string, id: string): boolean {
  const most = greatest[type];
  if (most === undefined) return type !== 'uuid' || uuid.test(id);
  if (!/^-?\d{1,19}$/.test(id)) return false;
  const value = BigInt(id);
  return value <= most && value >= -most - 1n;
}

function segmentOf({ route, parameter }: Reference): number {
  const at = route.split('/').flatMap((segment, index) => (segment.startsWith(':') ? [index] : []))[parameter - 1];
  if (at === undefined) {
    throw new ShakedownError('DATA_REFERENCE', `data.references: ${route} has no parameter ${parameter}.`, {
      hint: 'Write the route as the recording has it: /products/:id.',
    });
  }
  return at;
}

async function foundIn(
  client: pg.ClientBase,
  catalog: Catalog,
  { column: name }: Reference,
  ids: readonly string[],
): Promise<Set<string>> {
  const at = name.lastIndexOf('.');
  const table = tableNamed(catalog, name.slice(0, at));
  const column = table?.columns.find((each) => each.name === name.slice(at + 1));
  if (table === undefined || column === undefined) {
    throw new ShakedownError('DATA_REFERENCE', `data.references: the database has no column ${name}.`, {
      hint: 'Write table.column or schema.table.column as they are in the database.',
    });
  }
  const type = plainType(catalog.types, column.typeOid)?.name ?? 'text';
  const isChecked = type === 'uuid' || Object.hasOwn(greatest, type);
  const possible = ids.filter((id) => canBe(type, id));
  const found = new Set<string>();
  for (let from = 0; from < possible.length; from += idsAtOnce) {
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT asked.id FROM unnest($1::text[]) AS asked (id) JOIN ${quoted(table.schema)}.${quoted(table.name)} t ON t.${quoted(column.name)} = asked.id::${isChecked ? type : column.type.replace(/\(.*\)/, '')}`,
      [possible.slice(from, from + idsAtOnce)],
    );
    for (const { id } of rows) found.add(id);
  }
  return found;
}
