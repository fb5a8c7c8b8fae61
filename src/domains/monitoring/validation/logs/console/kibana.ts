import { z } from 'zod';
import { askJson, why } from '../../asking/ask.ts';
import type { LogSource } from '../../configuration/logs.ts';
import type { Of } from '../evidence.ts';

type Kibana = Extract<LogSource, { kind: 'kibana' }>;

/** From 8.0 on `level`, before that `state`. */
const status = z.object({
  version: z.object({ number: z.string() }).optional(),
  status: z.object({ overall: z.object({ level: z.string().optional(), state: z.string().optional() }) }),
});
const views = z.object({ data_view: z.array(z.object({ title: z.string(), name: z.string().optional() })) });
const patterns = z.object({ saved_objects: z.array(z.object({ attributes: z.object({ title: z.string() }) })) });

/** Kibana's status and its data views, which were index patterns before 8.0. @param indices patterns of the log stores that it should show */
export async function readKibana(service: Kibana, indices: readonly string[]): Promise<Of<'kibana'>> {
  const { name: store, dataViews: wanted } = service;
  const base = { kind: 'kibana', store, wanted } as const;
  try {
    const { version, status: said } = status.parse(await askJson(service, { path: '/api/status' }));
    const level = said.overall.level ?? said.overall.state ?? '';
    const dataViews = await titlesOf(service).catch(() => null);
    const unseen =
      dataViews === null ? [] : indices.filter((index) => !dataViews.some((title) => covers(title, index)));
    return { ...base, error: null, version: version?.number ?? '', level, dataViews, unseen };
  } catch (cause) {
    return { ...base, error: why(cause), version: '', level: '', dataViews: null, unseen: [] };
  }
}

async function titlesOf(service: Kibana): Promise<string[]> {
  try {
    return views.parse(await askJson(service, { path: '/api/data_views' })).data_view.map(({ title }) => title);
  } catch {
    const path = '/api/saved_objects/_find?type=index-pattern&fields=title&per_page=1000';
    return patterns.parse(await askJson(service, { path })).saved_objects.map(({ attributes }) => attributes.title);
  }
}

/** Whether what an index pattern finds is in a data view: `logs-*` covers `logs-shop-*`. Both are lists with commas. */
export function covers(title: string, index: string): boolean {
  const shown = title.split(',').map((one) => one.trim());
  return index.split(',').every((wanted) => shown.some((one) => fits(one, wanted.trim())));
}

function fits(pattern: string, index: string): boolean {
  const expression = pattern
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${expression}$`).test(index);
}
