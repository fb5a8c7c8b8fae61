import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Dashboard, DataSource } from './model.ts';
import { parseDashboard } from './parse.ts';

export interface ReadDashboards {
  dashboards: Dashboard[];
  /** Data sources that are provisioned beside them; null: no file says. */
  dataSources: DataSource[] | null;
  /** `isOpen`: it could not be looked at, and may be right. */
  problems: { file: string; why: string; isOpen?: boolean }[];
}

const bytesAtMost = 32 << 20;

/**
 * Dashboards as they are shipped: Grafana's JSON, ConfigMaps with dashboards in them, GrafanaDashboard resources, and Helm's output of these. Files that
 * provision data sources are read too.
 * @param paths files, and folders that are searched
 */
export function readDashboards(paths: readonly string[]): ReadDashboards {
  const found: ReadDashboards = { dashboards: [], dataSources: null, problems: [] };
  for (const path of paths) {
    let files: string[] = [];
    try {
      files = filesOf(path);
      if (files.length === 0) found.problems.push({ file: path, why: 'no dashboards are in it' });
    } catch (error) {
      found.problems.push({ file: path, why: (error as NodeJS.ErrnoException).code ?? 'it cannot be read' });
    }
    for (const file of files) readFile(file, found);
  }
  return found;
}

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(json|ya?ml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readFile(file: string, found: ReadDashboards): void {
  const trouble = (why: string) => found.problems.push({ file, why });
  if (statSync(file).size > bytesAtMost) {
    trouble(`it has more than ${bytesAtMost >> 20} MB`);
    return;
  }
  const text = readFileSync(file, 'utf8');
  if (file.endsWith('.json')) {
    add(text, file, found);
    return;
  }
  for (const document of parseAllDocuments(text)) {
    if (document.errors.length > 0) {
      trouble(`no YAML: ${document.errors[0]?.message.split('\n')[0]}`);
      continue;
    }
    resource(document.toJS(), file, found);
  }
}

const provisioned = z.object({
  datasources: z.array(
    z
      .object({
        name: z.string(),
        uid: z.string().nullish(),
        type: z.string(),
        isDefault: z.boolean().nullish(),
        jsonData: z.object({ timeInterval: z.string().nullish() }).loose().nullish(),
      })
      .loose(),
  ),
});

const manifest = z
  .object({
    kind: z.string(),
    metadata: z.object({ name: z.string().default(''), labels: z.record(z.string(), z.unknown()).nullish() }).loose(),
    data: z.record(z.string(), z.string()).nullish(),
    spec: z.object({ json: z.string().nullish() }).loose().nullish(),
    items: z.array(z.unknown()).nullish(),
  })
  .loose();

function resource(content: unknown, file: string, found: ReadDashboards): void {
  const sources = provisioned.safeParse(content);
  if (sources.success) {
    found.dataSources = [...(found.dataSources ?? []), ...sources.data.datasources.map(dataSourceOf)];
    return;
  }
  const items = (content as { kind?: string; items?: unknown[] } | null)?.items;
  for (const one of Array.isArray(items) ? items : []) resource(one, file, found);
  const { success, data } = manifest.safeParse(content);
  if (!success) return;
  const within = `${file}, ${data.kind} ${data.metadata.name}`;
  if (data.kind === 'GrafanaDashboard' && typeof data.spec?.json === 'string') add(data.spec.json, within, found);
  // Grafana's side car takes those that have this label, whatever its value.
  if (data.kind !== 'ConfigMap' || data.metadata.labels?.grafana_dashboard === undefined) return;
  for (const [name, json] of Object.entries(data.data ?? {}))
    if (name.endsWith('.json')) add(json, `${within}, ${name}`, found);
}

function add(json: string, file: string, found: ReadDashboards): void {
  try {
    found.dashboards.push(parseDashboard(JSON.parse(json), file));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'no JSON' : (error as Error).message;
    found.problems.push({ file, why });
  }
}

function dataSourceOf(one: z.output<typeof provisioned>['datasources'][number]): DataSource {
  return {
    ...{ uid: one.uid ?? null, name: one.name, type: one.type },
    ...{ isDefault: one.isDefault === true, timeInterval: one.jsonData?.timeInterval ?? null },
  };
}
