import { z } from 'zod';
import type { Dashboard, DataSourceName, Panel, Query, Variable } from './model.ts';

const text = z.string();
const optional = text.nullish();
const dataSource = z
  .union([text, z.object({ uid: optional, type: optional }).loose()])
  .nullish()
  .transform((given): DataSourceName | null => {
    if (given === null || given === undefined) return null;
    if (typeof given === 'string') return given === 'default' ? null : { name: given, type: null };
    const { uid, type } = given;
    return (uid ?? '') === '' && (type ?? '') === '' ? null : { name: uid ?? '', type: type ?? null };
  });

const target = z
  .object({
    refId: text.default(''),
    expr: optional,
    datasource: dataSource,
    instant: z.boolean().nullish(),
    range: z.boolean().nullish(),
    interval: optional,
    intervalFactor: z.number().nullish(),
    hide: z.boolean().nullish(),
  })
  .loose();

const panel = z
  .object({
    title: text.nullish(),
    type: text.default(''),
    datasource: dataSource,
    targets: z.array(target).nullish(),
    interval: optional,
    maxDataPoints: z.coerce.number().nullish().catch(null),
    gridPos: z
      .object({ w: z.number().default(24) })
      .loose()
      .nullish(),
    span: z.number().nullish(),
    libraryPanel: z
      .object({ name: text.default('') })
      .loose()
      .nullish(),
    get panels() {
      return z.array(panel).nullish();
    },
  })
  .loose();
type WrittenPanel = z.output<typeof panel>;

const value = z
  .union([text, z.array(z.coerce.string()), z.coerce.string()])
  .nullish()
  .transform((one) => (one === null || one === undefined ? [] : typeof one === 'string' ? [one] : one));

const variable = z
  .object({
    name: text,
    type: text.default('query'),
    query: z
      .union([text, z.object({ query: text.default('') }).loose()])
      .nullish()
      .transform((one) => (typeof one === 'string' ? one : (one?.query ?? ''))),
    definition: optional,
    datasource: dataSource,
    regex: optional,
    sort: z.number().nullish(),
    multi: z.boolean().nullish(),
    includeAll: z.boolean().nullish(),
    allValue: optional,
    current: z.object({ value }).loose().nullish(),
    auto_count: z.number().nullish(),
    auto_min: optional,
  })
  .loose();

const schema = z
  .object({
    title: text,
    panels: z.array(panel).nullish(),
    /** Before Grafana 5. */
    rows: z.array(z.object({ panels: z.array(panel).nullish() }).loose()).nullish(),
    templating: z
      .object({ list: z.array(variable).nullish() })
      .loose()
      .nullish(),
    annotations: z
      .object({
        list: z
          .array(
            z
              .object({ name: text.default(''), datasource: dataSource, expr: optional, enable: z.boolean().nullish() })
              .loose(),
          )
          .nullish(),
      })
      .loose()
      .nullish(),
    time: z.object({ from: text, to: text }).loose().nullish(),
    __inputs: z.array(z.object({ name: text }).loose()).nullish(),
  })
  .loose();

/**
 * A dashboard in Grafana's JSON, classic model (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/).
 * @param json parsed; also as its API wraps it: `{ dashboard, meta }`
 * @throws Error where it is none
 */
export function parseDashboard(json: unknown, file: string): Dashboard {
  const inner = (json as { dashboard?: unknown } | null)?.dashboard ?? json;
  const result = schema.safeParse(inner);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new Error(`no dashboard of Grafana: ${issue?.path.join('.') || 'it'}: ${issue?.message}`);
  }
  const written = result.data;
  const panels = [...(written.panels ?? []), ...(written.rows ?? []).flatMap((row) => row.panels ?? [])];
  return {
    ...{ title: written.title, file },
    panels: distinct(panels.flatMap(panelsOf)),
    variables: (written.templating?.list ?? []).map(variableOf),
    annotations: (written.annotations?.list ?? [])
      .filter(({ expr, enable }) => (expr ?? '') !== '' && enable !== false)
      .map(({ name, expr, datasource }) => ({
        name,
        query: queryOf({ refId: '', expr: expr ?? '', datasource, instant: false, range: true }, null),
      })),
    from: written.time?.from ?? 'now-6h',
    to: written.time?.to ?? 'now',
    inputs: (written.__inputs ?? []).map(({ name }) => name),
  };
}

/** Panels of one title get a number, so that a report can name each. */
function distinct(panels: readonly Panel[]): Panel[] {
  const seen = new Map<string, number>();
  return panels.map((one) => {
    const count = (seen.get(one.title) ?? 0) + 1;
    seen.set(one.title, count);
    return count === 1 ? one : { ...one, title: `${one.title} (${count})` };
  });
}

/** Rows hold panels, in every age of the format. */
function panelsOf(given: WrittenPanel): Panel[] {
  const within = (given.panels ?? []).flatMap(panelsOf);
  if (given.type === 'row') return within;
  const targets = (given.targets ?? []).filter(({ expr }) => (expr ?? '') !== '');
  const own: Panel = {
    title: given.title?.trim() || 'untitled',
    type: given.type,
    queries: targets.map((one) => queryOf(one, given.datasource)),
    minStep: given.interval || null,
    maxDataPoints: given.maxDataPoints ?? null,
    width: given.gridPos?.w ?? 2 * (given.span ?? 12),
    elsewhere: elsewhere(given),
  };
  return [own, ...within];
}

function elsewhere(given: WrittenPanel): string | null {
  if (given.libraryPanel !== null && given.libraryPanel !== undefined && (given.targets ?? []).length === 0)
    return `it is the panel ${given.libraryPanel.name} of Grafana's library, which the file does not hold`;
  return given.datasource?.name === '-- Dashboard --' ? 'it shows what another panel asked' : null;
}

type WrittenTarget = Pick<z.output<typeof target>, 'refId' | 'expr' | 'datasource' | 'instant' | 'range'> &
  Partial<z.output<typeof target>>;

function queryOf(one: WrittenTarget, ofPanel: DataSourceName | null): Query {
  return {
    refId: one.refId,
    text: one.expr ?? '',
    dataSource: one.datasource ?? (ofPanel?.name === '-- Mixed --' ? null : ofPanel),
    isInstant: one.instant === true && one.range !== true,
    minStep: one.interval || null,
    stepFactor: one.intervalFactor ?? 1,
    isHidden: one.hide === true,
  };
}

function variableOf(one: z.output<typeof variable>): Variable {
  return {
    name: one.name,
    type: one.type,
    query: one.query || (one.type === 'query' ? (one.definition ?? '') : ''),
    dataSource: one.datasource,
    regex: one.regex ?? '',
    sort: one.sort ?? 0,
    isMulti: one.multi === true,
    hasAll: one.includeAll === true,
    allValue: one.allValue || null,
    current: one.current?.value ?? [],
    autoCount: one.auto_count ?? 30,
    autoMinimum: one.auto_min || '10s',
  };
}
