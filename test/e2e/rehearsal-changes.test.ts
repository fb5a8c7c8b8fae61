import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { project, reasons, results, shakedown } from './rehearsal-project.ts';

vi.setConfig({ testTimeout: 240_000 });

describe('a change of the configuration', () => {
  it('is applied, seen in force on every instance and taken back, and its secret is in no report', async () => {
    const folder = project({ rehearsal: '  configuration: { file: shop.json, settleMs: 1500 }\n' });
    const next = {
      announcement: 'Free delivery',
      delivery: { days: 1, freeFromCents: 0 },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how references are written
      carrier: { url: 'https://carrier.example/v3', key: '${file:carrier-key.txt}' },
    };
    writeFileSync(join(folder, 'shop.json'), JSON.stringify(next));
    writeFileSync(join(folder, 'carrier-key.txt'), 'sesame-9f3b21\n');
    const { code, results: found, err } = await results(folder, 'rehearse', '--configuration');
    // No schema is given for a file of one's own, so that it is valid was not shown.
    expect([reasons(found), code], err).toEqual([['valid inconclusive'], 3]);
    const run = join(folder, 'reports/runs', found.run.id);
    const files = readdirSync(run, { recursive: true, encoding: 'utf8', withFileTypes: true });
    const texts = files.filter((each) => each.isFile()).map((each) => readFileSync(join(each.parentPath, each.name)));
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((text) => text.includes('sesame-9f3b21'))).toEqual([]);
  });

  it('finds drift: what runs is not what is declared', async () => {
    const folder = project({ rehearsal: '  configuration: { present: declared.json, settleMs: 1500 }\n' });
    writeFileSync(
      join(folder, 'declared.json'),
      JSON.stringify({
        announcement: 'Free delivery from 50 euros',
        delivery: { days: 9, freeFromCents: 5000 },
        carrier: { url: 'https://carrier.example/v1', key: 'unset-carrier-key' },
      }),
    );
    const { code, results: found } = await results(folder, 'rehearse', '--configuration');
    expect(reasons(found)).toContain('drift fail');
    expect(JSON.stringify(found.sections.rehearsal)).toContain('delivery.days');
    expect(code).toBe(1);
  });
});

describe('a feature flag', () => {
  const short = 'sessionsPerSecond: 25, exposeMs: 8000, propagateMs: 3000';

  it('is switched on for a share of the sessions, and back', async () => {
    const folder = project({ rehearsal: `  flags: { ${short} }\n` });
    const { code, results: found, err } = await results(folder, 'rehearse', '--flags');
    expect([reasons(found), code], err).toEqual([[], 0]);
  });

  it('whose driver says done and does nothing does not pass', async () => {
    const folder = project({ rehearsal: `  flags: { command: ['true'], ${short} }\n` });
    const { code, results: found } = await results(folder, 'rehearse', '--flags');
    expect(reasons(found)).toContain('on fail');
    expect(code).toBe(1);
  });

  // A flag service of one file; its client takes its time.
  const command = 'echo $PERCENT > asked; sleep $(cat takes); printf %s $PERCENT > flag';
  it.each([
    ['is on', '0.1', 'flag'],
    ['is being switched on', '15', 'asked'],
  ])('that a command switches is put back when the harness is killed while it %s', async (_, takes, shows) => {
    const folder = project({ rehearsal: `  flags: { command: [sh, -c, '${command}'], ${short} }\n` });
    writeFileSync(join(folder, 'takes'), takes);
    const run = shakedown(folder, 'rehearse', '--flags');
    const file = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '');
    await expect.poll(() => file(shows), { timeout: 150_000, interval: 20 }).toMatch(/^50/);
    process.kill(run.child.pid ?? 0, 'SIGKILL');
    writeFileSync(join(folder, 'takes'), '0');
    await run.ended;
    await expect.poll(() => [file('flag'), file('asked')], { timeout: 40_000 }).toEqual(['0', '0\n']);
    await expect.poll(() => existsSync(join(folder, 'reports/staging.json')), { timeout: 40_000 }).toBe(false);
    // What was on its way when the harness was killed does not come later.
    await sleep(Number(takes) * 1000);
    expect(file('flag')).toBe('0');
  });

  it('that a command switches is put back when the rehearsal is interrupted', async () => {
    const folder = project({ rehearsal: `  flags: { command: [sh, -c, 'printf %s $PERCENT > flag'], ${short} }\n` });
    const run = shakedown(folder, 'rehearse', '--flags');
    const flag = () => (existsSync(join(folder, 'flag')) ? readFileSync(join(folder, 'flag'), 'utf8') : '');
    await expect.poll(flag, { timeout: 150_000, interval: 20 }).toBe('50');
    run.child.kill('SIGINT');
    await run.ended;
    expect(flag()).toBe('0');
  });
});
