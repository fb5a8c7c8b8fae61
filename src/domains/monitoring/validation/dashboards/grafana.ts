import { z } from 'zod';
import { get } from '../prometheus/get.ts';
import type { Server } from '../server.ts';
import type { DataSource } from './model.ts';
import { parseDashboard } from './parse.ts';
import type { ReadDashboards } from './read.ts';

const timeoutMs = 15_000;
/** Of one page; Grafana gives no more than 5,000. */
const mostPerPage = 1000;
/** So many thousand dashboards nobody has. */
const pagesAtMost = 20;

const found = z.array(z.object({ uid: z.string(), title: z.string(), folderTitle: z.string().nullish() }).loose());
const sources = z.array(
  z
    .object({
      uid: z.string().nullish(),
      name: z.string(),
      type: z.string(),
      isDefault: z.boolean().nullish(),
      jsonData: z.object({ timeInterval: z.string().nullish() }).loose().nullish(),
    })
    .loose(),
);

/** What Grafana's documentation says of a status, in the words of what is to be done. */
const statusWords: Readonly<Record<number, string>> = {
  301: 'it redirects: name the address at which it ends',
  302: 'it redirects, as to a page to log in: name a service account token in its headers',
  401: 'it knows no such login or token',
  403: 'the login may not see it',
  404: 'it is not there',
};

class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    const words = statusWords[status];
    super(`Grafana answered with status ${status}${words === undefined ? '' : `: ${words}`}`);
    this.status = status;
  }
}

/**
 * Dashboards and data sources of a Grafana, by its HTTP API. It is only read.
 * @throws Error in a few words where it cannot be asked
 */
export async function readGrafana(server: Server, signal: AbortSignal, perPage = mostPerPage): Promise<ReadDashboards> {
  const ask = async (path: string): Promise<unknown> => {
    const { status, body } = await get(server, path, timeoutMs, signal);
    if (status !== 200) throw new Refused(status);
    try {
      return JSON.parse(body);
    } catch {
      throw new Error('Grafana’s answer is no JSON');
    }
  };
  const read: ReadDashboards = { dashboards: [], dataSources: null, problems: [] };
  try {
    read.dataSources = sources.parse(await ask('/api/datasources')).map(
      (one): DataSource => ({
        ...{ uid: one.uid ?? null, name: one.name, type: one.type },
        ...{ isDefault: one.isDefault === true, timeInterval: one.jsonData?.timeInterval ?? null },
      }),
    );
  } catch (error) {
    signal.throwIfAborted();
    // Viewers may not see them.
    read.problems.push({ file: 'data sources of Grafana', why: (error as Error).message, isOpen: true });
  }
  const seen = new Set<string>();
  for (let page = 1; page <= pagesAtMost; page++) {
    const some = found.parse(await ask(`/api/search?type=dash-db&limit=${perPage}&page=${page}`));
    // An old Grafana knows no pages, and answers with the first one again.
    const fresh = some.filter(({ uid }) => !seen.has(uid));
    for (const { uid, title, folderTitle } of fresh) {
      seen.add(uid);
      const file = `Grafana, ${folderTitle ? `${folderTitle} / ` : ''}${title}`;
      try {
        read.dashboards.push(parseDashboard(await ask(`/api/dashboards/uid/${encodeURIComponent(uid)}`), file));
      } catch (error) {
        signal.throwIfAborted();
        // What the login may not see says nothing of the dashboard.
        read.problems.push({ file, why: (error as Error).message, isOpen: error instanceof Refused });
      }
    }
    if (some.length < perPage || fresh.length === 0) break;
    if (page === pagesAtMost)
      read.problems.push({
        file: 'Grafana',
        why: `it has more than ${pagesAtMost * perPage} dashboards`,
        isOpen: true,
      });
  }
  return read;
}
