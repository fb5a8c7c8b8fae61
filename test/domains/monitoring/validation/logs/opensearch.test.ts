import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rsyslogd, startRsyslog } from '../../../../log-backends/rsyslog.ts';
import { describeWithBackend, type Running, startBackend } from '../../../../log-backends/start.ts';
import { lookAt } from './look-at.ts';

describeWithBackend('opensearch', 'OpenSearch', () => {
  let server: Running;
  let count = 0;
  beforeAll(async () => {
    server = await startBackend('opensearch');
  }, 600_000);
  afterAll(() => server?.stop());
  /** An index of its own, as each index has types of its own. */
  const store = (more: object = {}) => ({
    ...{ kind: 'opensearch' as const, name: 'os', url: server.url, marker: { by: 'push' as const }, withinS: 20 },
    ...{ index: `logs-${++count}` },
    ...more,
  });

  it('finds lines that were written to it, late ones too', async () => {
    const { said } = await lookAt([store({ instances: ['app-1'], shapes: [{ durationMs: 1.5 }], lateS: [86_400] })]);
    expect(said('reached.os')).toBe('pass: It is OpenSearch 2.19.1.');
    expect(said('marker.os')).toMatch(/^pass: 5 lines were found/);
    expect(said('clock.os')).toMatch(/^pass/);
    expect(said('shapes.os')).toBe('pass: All 1 were found.');
    expect(said('late.os')).toBe('pass: All 1 were found.');
    expect(said('fields.os')).toBe('pass: All 6 lines have time, level, message.');
    expect(said('instances.os')).toBe('pass: Lines of all 1 are there.');
    expect(said('dropped.os')).toBe('pass: Its own counters show nothing new.');
  });

  it('reads in a bulk answer of status 200 that a line was refused for its type', async () => {
    const shapes = [{ durationMs: 12 }, { durationMs: 'kitten-slow' }];
    const { said, evidence } = await lookAt([store({ shapes, withinS: 3 })]);
    expect(said('shapes.os')).toMatch(
      /^fail: 1 of 2 is lost, first a line with durationMs: mapper_parsing_exception: failed to parse field \[durationMs\] of type \[long\]/,
    );
    expect(said('dropped.os')).toMatch(/^inconclusive: It counted 1 line as dropped meanwhile: refused with a status/);
    expect(JSON.stringify(evidence)).not.toContain('kitten');
  });

  it('says why no span of time can be asked for', async () => {
    const index = `logs-${++count}`;
    const mappings = { properties: { '@timestamp': { type: 'keyword' } } };
    await fetch(`${server.url}/${index}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mappings }),
    });
    const { said } = await lookAt([store({ index })]);
    expect(said('marker.os')).toMatch(/^pass/);
    expect(said('fields.os')).toContain('its field @timestamp is of type keyword and not a date');
  });

  describe.skipIf(rsyslogd === undefined || !existsSync('/usr/lib/x86_64-linux-gnu/rsyslog/omelasticsearch.so'))(
    'through rsyslog (needs Debian’s packages rsyslog and rsyslog-elasticsearch)',
    () => {
      /** What rsyslog hears as JSON goes to an index as it is. */
      const rules = (index: string) => (folder: string) =>
        `
        action(type="mmjsonparse" cookie="")
        action(type="omelasticsearch" server="127.0.0.1" serverport="${new URL(server.url).port}" searchIndex="${index}"
          searchType="" bulkmode="on" template="all-json" errorfile="${join(folder, 'refused.log')}" queue.type="linkedList")`;
      const template = 'template(name="all-json" type="list") { property(name="$!all-json") }';

      it('finds every instance’s lines end to end, and counts those that a conflict of types loses', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'app-'));
        const index = `logs-${++count}`;
        const rsyslog = await startRsyslog(rules(index), template);
        const log = join(folder, 'app.log');
        writeFileSync(log, '');
        let requests = 0;
        const { connect } = await import('node:net');
        const shipper = connect(Number(rsyslog.address.split(':')[1]), '127.0.0.1');
        const application = createServer((request, response) => {
          const at = requests++;
          const line = JSON.stringify({
            ...{
              '@timestamp': new Date().toISOString(),
              level: 'info',
              instance: `app-${(at % 2) + 1}`,
              message: 'request',
            },
            ...{ requestId: request.headers['x-request-id'], durationMs: at % 5 === 4 ? 'unknown' : at },
          });
          appendFileSync(log, `${line}\n`);
          shipper.write(`<134>1 ${new Date().toISOString()} host app - - - ${line}\n`);
          response.end();
        });
        await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
        try {
          const baseUrl = `http://127.0.0.1:${(application.address() as AddressInfo).port}/`;
          const marker = { by: 'request' as const, requests: 10 };
          const { said, evidence } = await lookAt(
            [store({ index, marker, written: [log], instances: ['app-1', 'app-2', 'app-3'], withinS: 15 })],
            { baseUrl },
          );
          expect(said('marker.os')).toBe('fail: 2 of 10 lines were not found within 15.0 s.');
          expect(said('lost.os')).toBe(
            'fail: 2 lines of 11 are lost. Of 2 of them the field durationMs is a text, and long in the index. It counted 2 lines as dropped: refused with a status from 400 on.',
          );
          expect(said('instances.os')).toBe('fail: No line of app-3 is there; lines of app-1, app-2 are.');
          expect(evidence.find(({ kind }) => kind === 'counted')).toMatchObject({
            written: 11,
            missing: 2,
            by: 'content',
          });
          // rsyslog knows of it, and says so nowhere but here.
          expect(readFileSync(join(rsyslog.folder, 'refused.log'), 'utf8')).toContain('mapper_parsing_exception');
        } finally {
          shipper.destroy();
          application.close();
          await rsyslog.stop();
          rmSync(folder, { recursive: true });
        }
      });
    },
  );
});
