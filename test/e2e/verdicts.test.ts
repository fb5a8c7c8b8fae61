import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeWithK6 } from '../setup/programs.ts';
import { type Project, project, sampleConfig, verdictOf } from './project.ts';

let made: Project | undefined;
afterEach(() => {
  made?.remove();
  made = undefined;
});
const make = (config: string) => {
  made = project(config);
  return made;
};

describeWithK6('the verdict on', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('an erroring build is FAILED, for its errors', async () => {
    const shop = make(sampleConfig('errors=0.05'));
    const { code, stdout } = await shop.run(['simulate', '--duration', '10s'], env);
    expect(code, stdout).toBe(1);
    expect(verdictOf(shop.results(), 'error-rate')).toBe('fail');
    expect(stdout).toMatch(/FAILED[\s\S]*[Ee]rror rate/);
    expect(shop.results().sections.load.errors[0]).toMatchObject({ kind: 'http', status: 500 });
  });

  it('a build that stands still now and then is FAILED, and the stall is seen at its full length', async () => {
    const shop = make(sampleConfig('freeze=2000/6000'));
    const { code, stdout } = await shop.run(['simulate', '--duration', '12s'], env);
    const results = shop.results();
    expect(code, stdout).toBe(1);
    expect(verdictOf(results, 'response-p99')).toBe('fail');
    // A third of the time nothing was answered: a generator that waits along would show a few slow requests.
    expect(results.sections.load.response.p99).toBeGreaterThan(1500);
    expect(results.sections.load.generator.longestStallMs).toBeGreaterThan(1500);
    expect(results.sections.load.generator.invalidWindows).toBeLessThan(results.sections.load.generator.windows / 2);
  });

  it('any build is INCONCLUSIVE when the generator could not keep up', async () => {
    const shop = make(sampleConfig('none'));
    const starved = join(shop.folder, 'starved-k6');
    // The real k6, stopped half of the time: a load generator on a machine that has no time for it.
    writeFileSync(
      starved,
      `#!/bin/sh
[ "$1" = version ] && exec ${k6.path} version
self=$$
(while kill -STOP $self 2>/dev/null; do sleep 0.4; kill -CONT $self || exit; sleep 0.4; done) >/dev/null 2>&1 3>&- 4>&- &
exec ${k6.path} "$@"
`,
    );
    chmodSync(starved, 0o755);
    const { code, stdout } = await shop.run(['simulate', '--duration', '10s'], { SHAKEDOWN_K6: starved });
    const results = shop.results();
    expect(results.sections.load.generator.invalidWindows).toBeGreaterThan(results.sections.load.generator.windows / 2);
    expect(results.word).toBe('INCONCLUSIVE');
    expect(results.sentence).toMatch(/generator/);
    expect(code, stdout).toBe(3);
  });
});
