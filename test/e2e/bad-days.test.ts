import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { project, recordedProject, verdictOf } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const hostile = [
  '/<script>alert(1)</script>',
  '/{{constructor}}/{{7*7}}',
  '/__proto__/constructor',
  '//evil.example/x',
  '/a%00b%0d%0aX-Injected:%201',
  '/\u202egnp.exe',
  '/plain?q="><img src=x onerror=alert(1)>',
];

const recorded: typeof recordedProject = async (...given) => {
  const made = await recordedProject(...given);
  closing.push(made.remove);
  return made;
};

const lastsFor = (seconds: number) => ['simulate', '--duration', `${seconds}s`];

describeWithK6('a bad day:', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('hostile names come through to the report as text, and are sent to the target only', async () => {
    const shop = await serve((_, response) => response.end());
    closing.push(shop.close);
    const made = await recorded(hostile, `http://127.0.0.1:${shop.port}`, 3);
    const { stdout, stderr } = await made.run(lastsFor(3), env);
    expect(stdout, stderr).toMatch(/INCONCLUSIVE/);
    expect(made.results().sections.load.requests).toMatchObject({ planned: 30, completed: 30 });
    expect(shop.seen.filter(({ url }) => !url.startsWith('/healthz')).length).toBeGreaterThanOrEqual(30);
    expect(shop.seen.some(({ url }) => url.startsWith('//evil.example/x'))).toBe(true);
    expect(shop.seen.every(({ headers }) => headers['x-injected'] === undefined)).toBe(true);
    for (const page of ['index.html', 'performance.html']) {
      const html = readFileSync(join(made.runFolder(), page), 'utf8');
      expect(html).not.toMatch(/<script|<img|onerror=alert\(1\)>|<b>shop/);
      expect(html).not.toContain('\u202e');
      expect(html).toContain('&lt;b&gt;shop');
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are looked for
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
    for (const file of [
      'journal.ndjson',
      'results.json',
      'plan.json',
      'index.html',
      'performance.html',
      'summary.md',
    ]) {
      expect(readFileSync(join(made.runFolder(), file), 'utf8'), file).not.toContain('hunter2');
    }
  });

  it('a target that dies half-way is FAILED, and every request is accounted for', async () => {
    const shop = await serve((_, response) => response.end());
    closing.push(shop.close);
    const made = await recorded(['/a', '/b'], `http://127.0.0.1:${shop.port}`, 6, 250);
    const run = made.start(lastsFor(6), env);
    while (shop.seen.length < 500) await sleep(50);
    await shop.close();
    const { code } = await run.ended;
    const results = made.results();
    expect(code).toBe(1);
    expect(verdictOf(results, 'error-rate')).toBe('fail');
    const { planned, completed, failed, unsent } = results.sections.load.requests;
    expect([planned, completed + failed + unsent]).toEqual([1500, 1500]);
    expect(completed).toBeGreaterThanOrEqual(450);
    expect(results.sections.load.errors.map(({ kind }) => kind)).toContain('refused');
  });

  it('a foreign host that the target redirects to is never contacted', async () => {
    const foreign = await serve((_, response) => response.end());
    const shop = await serve((request, response) =>
      // Where all are redirected, the load does not begin.
      request.url === '/well'
        ? response.end()
        : response.writeHead(302, { location: `http://127.0.0.1:${foreign.port}/stolen` }).end(),
    );
    closing.push(foreign.close, shop.close);
    const made = await recorded(['/a', '/well'], `http://127.0.0.1:${shop.port}`, 2);
    await made.run(lastsFor(2), env);
    expect(shop.seen.length).toBeGreaterThanOrEqual(20);
    expect(foreign.seen).toEqual([]);
    expect(verdictOf(made.results(), 'status-parity')).not.toBe('pass');
  });

  it('a certificate that nobody vouches for stops the run before any traffic', async () => {
    const made = project('target: { baseUrl: http://127.0.0.1:9 }\ntraffic: { recording: x }');
    closing.push(made.remove);
    const openssl = 'req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -subj /CN=x -days 2'.split(' ');
    execFileSync('openssl', openssl, { cwd: made.folder, stdio: 'ignore' });
    const [key, cert] = ['k.pem', 'c.pem'].map((name) => readFileSync(join(made.folder, name)));
    const shop = await serve(
      (_, response) => response.end(),
      (listener) => createTlsServer({ key, cert } as never, listener) as never,
    );
    closing.push(shop.close);
    const secured = await recorded(['/a'], `https://127.0.0.1:${shop.port}`, 1);
    const { code, stderr } = await secured.run(lastsFor(1), env);
    expect(code).toBe(5);
    expect(stderr).toMatch(/TARGET_DOWN.*SELF_SIGNED/);
    expect(shop.seen).toEqual([]);
    expect(existsSync(join(secured.folder, 'reports/runs')) && secured.results).toBeTruthy();
  });

  it('a killed harness leaves no load behind, and its run can still be rendered', async () => {
    const shop = await serve((_, response) => response.end());
    closing.push(shop.close);
    const made = await recorded(['/a'], `http://127.0.0.1:${shop.port}`, 60);
    const { child, ended } = made.start(lastsFor(60), env);
    while (shop.seen.length < 40) await sleep(50);
    child.kill('SIGKILL');
    await ended;
    // k6 has a last batch of samples for nobody, and ends on it.
    let before = -1;
    for (let waited = 0; waited < 10_000 && before !== shop.seen.length; waited += 1000) {
      before = shop.seen.length;
      await sleep(1000);
    }
    expect(shop.seen.length).toBe(before);
    expect(before).toBeLessThan(150);
    const { code, stdout } = await made.run(['report', '--from', made.runFolder()]);
    expect(stdout).toMatch(/INCONCLUSIVE/);
    expect(code).toBe(3);
    const results = made.results();
    expect(results.run.interrupted).toMatch(/killed/);
    expect(results.sections.load.requests.completed).toBeGreaterThanOrEqual(10);
    expect(existsSync(join(made.runFolder(), 'index.html'))).toBe(true);
  });

  it('a recording that is neither anonymized nor declared one’s own is refused', async () => {
    const made = await recorded(['/a'], 'http://127.0.0.1:9', 1);
    const file = join(made.folder, 'shakedown.config.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(', declaredOwn: true', ''));
    const { code, stderr } = await made.run(lastsFor(1), env);
    expect(code).toBe(2);
    expect(stderr).toMatch(/TRAFFIC_NOT_ANONYMIZED[\s\S]*anonymize/);
  });
});
