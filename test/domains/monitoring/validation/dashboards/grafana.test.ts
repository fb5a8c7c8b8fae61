import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../../src/domains/monitoring/validation/dashboards/evidence.ts';
import { readGrafana } from '../../../../../src/domains/monitoring/validation/dashboards/grafana.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/dashboards/judge.ts';

// Answers as Grafana's documentation has them (HTTP API: folder and dashboard search, dashboard, data source). No Grafana was run.
interface Answer {
  status?: number;
  body: unknown;
}
let server: Server | null = null;
afterEach(() => new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve()))));

async function reads(
  answer: (path: string, query: URLSearchParams, request: IncomingMessage) => Answer,
  perPage?: number,
) {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    const { status = 200, body } = answer(url.pathname, url.searchParams, request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const headers = { authorization: 'Bearer glsa_of-a-viewer' };
  return readGrafana({ url, headers, caFile: null }, new AbortController().signal, perPage);
}

const panels = [{ title: 'Up', type: 'timeseries', targets: [{ refId: 'A', expr: 'up' }] }];
const found = (uid: string, title: string, more: object = {}) => ({
  ...{ id: 1, uid, title, uri: `db/${uid}`, url: `/d/${uid}/x`, slug: '', type: 'dash-db', tags: [], isStarred: false },
  ...more,
});
const dashboard = (title: string) => ({
  dashboard: { id: 1, uid: 'a', title, tags: [], timezone: 'browser', schemaVersion: 39, version: 3, panels },
  meta: { isStarred: false, url: '/d/a/x', folderId: 2, folderUid: 'l3', slug: 'x' },
});
const source = { id: 1, uid: 'P1', orgId: 1, name: 'Metrics', type: 'prometheus', access: 'proxy', isDefault: true };

describe('Grafana’s API', () => {
  it('gives dashboards of every folder, and data sources, to whoever has a token', async () => {
    const asked: string[] = [];
    const { dashboards, dataSources, problems } = await reads((path, query, { headers }) => {
      asked.push(`${path}?${query}`);
      if (headers.authorization !== 'Bearer glsa_of-a-viewer')
        return { status: 401, body: { message: 'Unauthorized' } };
      if (path === '/api/datasources') return { body: [{ ...source, jsonData: { timeInterval: '30s' } }] };
      if (path === '/api/search')
        return { body: [found('a', 'Shop', { folderUid: 'l3', folderTitle: 'Teams' }), found('b/c', 'Node')] };
      return { body: dashboard(path.endsWith('/a') ? 'Shop' : 'Node') };
    });
    expect(asked).toEqual([
      '/api/datasources?',
      '/api/search?type=dash-db&limit=1000&page=1',
      '/api/dashboards/uid/a?',
      '/api/dashboards/uid/b%2Fc?',
    ]);
    expect(dashboards.map(({ title, file, panels: own }) => [title, file, own.length])).toEqual([
      ['Shop', 'Grafana, Teams / Shop', 1],
      ['Node', 'Grafana, Node', 1],
    ]);
    expect(dataSources).toMatchObject([{ uid: 'P1', isDefault: true, timeInterval: '30s' }]);
    expect(problems).toEqual([]);
  });

  it('is asked for every page', async () => {
    const all = Array.from({ length: 5 }, (_, at) => found(`u${at}`, `D${at}`));
    const pages: string[] = [];
    const { dashboards } = await reads((path, query) => {
      if (path === '/api/datasources') return { body: [] };
      if (path !== '/api/search') return { body: dashboard('D') };
      pages.push(query.get('page') ?? '');
      const [page, limit] = [Number(query.get('page')), Number(query.get('limit'))];
      return { body: all.slice((page - 1) * limit, page * limit) };
    }, 2);
    expect([dashboards.length, pages]).toEqual([5, ['1', '2', '3']]);
  });

  it('is not read twice where it knows no pages', async () => {
    const all = Array.from({ length: 2 }, (_, at) => found(`u${at}`, `D${at}`));
    const { dashboards } = await reads((path) => {
      if (path === '/api/search') return { body: all };
      return { body: path === '/api/datasources' ? [] : dashboard('D') };
    }, 2);
    expect(dashboards.length).toBe(2);
  });

  it.each([
    [401, 'Grafana answered with status 401: it knows no such login or token'],
    [403, 'Grafana answered with status 403: the login may not see it'],
    [
      302,
      'Grafana answered with status 302: it redirects, as to a page to log in: name a service account token in its headers',
    ],
    [502, 'Grafana answered with status 502'],
  ])('that answers with %i is no dashboard', async (status, words) => {
    await expect(reads(() => ({ status, body: { message: 'x' } }))).rejects.toThrow(words);
  });

  it('that answers with a page to log in is no API', async () => {
    await expect(reads(() => ({ body: '<!doctype html><title>Grafana</title>' }))).rejects.toThrow('no JSON');
  });

  it('may refuse a viewer some things, which says nothing against them', async () => {
    const { dashboards, dataSources, problems } = await reads((path) => {
      if (path === '/api/datasources') return { status: 403, body: { message: 'Permission denied' } };
      if (path === '/api/search') return { body: [found('a', 'Shop'), found('b', 'Secret'), found('c', 'Odd')] };
      if (path.endsWith('/b')) return { status: 403, body: { message: 'Access denied' } };
      return { body: path.endsWith('/c') ? { dashboard: { panels: 1 } } : dashboard('Shop') };
    });
    expect([dashboards.length, dataSources]).toEqual([1, null]);
    expect(problems.map(({ file, isOpen }) => [file, isOpen])).toEqual([
      ['data sources of Grafana', true],
      ['Grafana, Secret', true],
      ['Grafana, Odd', false],
    ]);
  });
});

describe('nothing to look at', () => {
  const asked: Evidence = { kind: 'asked', from: ['d.json'], slowMs: 1000, knowsDataSources: false };
  const of = (...evidence: Evidence[]) =>
    Object.fromEntries(
      judge(evidence.map((data) => ({ atMs: 0, data }))).checks.map(({ id, verdict, reason }) => [
        id,
        `${verdict} ${reason}`,
      ]),
    );

  it('is no pass, and says what was missing', () => {
    const empty: Evidence = { kind: 'dashboard', title: 'Bare', file: 'd.json', panels: 0, queries: 0 };
    const checks = of(asked, empty);
    expect(checks.read).toBe('inconclusive Bare (d.json) has no panel.');
    for (const id of ['failing', 'empty', 'slow', 'data-sources', 'counters'])
      expect(checks[id]).toBe('inconclusive No panel has a query, so nothing was looked at.');
    expect(of({ ...asked, from: [] }).dashboards).toContain('None is configured');
  });

  it('is what a login may not see', () => {
    const unread: Evidence = { kind: 'unread', file: 'Grafana, Secret', why: 'status 403', isOpen: true };
    expect(of(asked, unread).read).toMatch(/^inconclusive Grafana, Secret: status 403/);
    expect(of(asked, { ...unread, isOpen: false }).read).toMatch(/^fail/);
  });
});
