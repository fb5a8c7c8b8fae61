import type { RecordedSession } from '../../../model/traffic.ts';
import { leadsElsewhere } from './cross-origin.ts';

/** What of a recording the checks go by. */
export interface Recorded {
  /** Paths of documents, one a route, the most usual first. */
  readonly pages: string[];
  /** Of interfaces, one a route. */
  readonly data: string[];
  readonly redirects: { path: string; parameter: string }[];
  /** `GET` paths that were never answered without credentials, one a route. */
  readonly withCredentials: string[];
  /** Folders of files. */
  readonly folders: string[];
}

const mostSessions = 5000;
const mostOfAKind = 6;

/** Reads the first sessions of a recording: its routes come again and again. */
export async function readRecorded(sessions: AsyncIterable<RecordedSession>): Promise<Recorded> {
  const routes = new Map<string, { path: string; count: number; isPage: boolean; isData: boolean }>();
  const redirects = new Map<string, { path: string; parameter: string }>();
  const withCredentials = new Map<string, string>();
  const open = new Set<string>();
  const folders = new Set<string>();
  let read = 0;
  for await (const session of sessions) {
    if (++read > mostSessions) break;
    for (const { method, path, route, headers = [], status = 0, response } of session.requests) {
      if (method.toUpperCase() !== 'GET') continue;
      const [bare = '/', query = ''] = path.split('?', 2);
      for (const [name, value] of new URLSearchParams(query)) {
        if (leadsElsewhere(name, value)) redirects.set(`${route} ${name}`, { path: bare, parameter: name });
      }
      if (status < 200 || status >= 300) continue;
      const type = response?.headers?.find(([name]) => name === 'content-type')?.[1] ?? '';
      const one = routes.get(route) ?? { path, count: 0, isPage: /html/i.test(type), isData: /json/i.test(type) };
      one.count++;
      routes.set(route, one);
      // What somebody got without credentials needs none.
      if (!headers.some(([name]) => name === 'authorization')) open.add(route);
      else if (!/[:{]/.test(route)) withCredentials.set(route, bare);
      const [, folder] = /^(\/(?:[^/?]+\/)+)[^/?]+\.(?:css|js|png|jpe?g|svg|woff2?)$/i.exec(bare) ?? [];
      if (folder !== undefined) folders.add(folder);
    }
  }
  const usual = [...routes.values()].sort((a, b) => b.count - a.count);
  const first = (kind: 'isPage' | 'isData') =>
    usual
      .filter((one) => one[kind])
      .slice(0, mostOfAKind)
      .map(({ path }) => path);
  return {
    pages: first('isPage'),
    data: first('isData'),
    redirects: [...redirects.values()].slice(0, 2 * mostOfAKind),
    withCredentials: [...withCredentials]
      .flatMap(([route, path]) => (open.has(route) ? [] : [path]))
      .slice(0, 2 * mostOfAKind),
    folders: [...folders].slice(0, mostOfAKind),
  };
}

export const nothingRecorded: Recorded = { pages: [], data: [], redirects: [], withCredentials: [], folders: [] };
