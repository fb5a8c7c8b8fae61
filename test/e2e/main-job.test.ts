import { readFileSync, statSync } from 'node:fs';
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

/** A busy machine takes its time. */
const patienceMs = 240_000;

/** The whole job once: of all tests with load, these are in `npm test`. */
describeWithK6('the verdict on', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it(
    'a sound build in a run too short is INCONCLUSIVE, for the time that was not shown',
    async () => {
      const shop = make(sampleConfig('none'));
      const { code, stdout } = await shop.run(['simulate', '--checks', '--duration', '10s'], env);
      const results = shop.results();
      expect(results.word, stdout).toBe('INCONCLUSIVE');
      expect(code, stdout).toBe(3);
      expect(stdout).toMatch(/INCONCLUSIVE/);
      expect(verdictOf(results, 'stable-time')).toBe('inconclusive');
      expect(verdictOf(results, 'error-rate')).not.toBe('fail');
      expect(verdictOf(results, 'status-parity')).toBe('pass');
      expect(results.sections.load.requests.failed).toBe(0);
      expect(results.gates.map(({ id }) => id)).toEqual(['performance', 'stability', 'parity', 'security']);
      expect(results.gates.find(({ id }) => id === 'security')).toMatchObject({ verdict: 'pass' });
      const { planned, completed, failed, unsent } = results.sections.load.requests;
      expect(completed + failed + unsent).toBe(planned);
      // What the run left as evidence is for its owner only.
      const { files } = JSON.parse(readFileSync(join(shop.runFolder(), 'manifest.json'), 'utf8'));
      const paths = (files as { path: string }[]).map(({ path }) => path);
      expect(paths).toEqual(expect.arrayContaining(['journal.ndjson', 'plan.json', 'windows/response.hlog']));
      expect(paths.filter((path) => (statSync(join(shop.runFolder(), path)).mode & 0o077) !== 0)).toEqual([]);
    },
    patienceMs,
  );

  it(
    'a slow build is FAILED, for its response time',
    async () => {
      const shop = make(sampleConfig('slow=250'));
      const { code, stdout } = await shop.run(['simulate', '--duration', '10s'], env);
      expect(code, stdout).toBe(1);
      expect(verdictOf(shop.results(), 'response-p95')).toBe('fail');
      expect(verdictOf(shop.results(), 'error-rate')).not.toBe('fail');
      expect(stdout).toMatch(/FAILED[\s\S]*p9[59] response time/);
    },
    patienceMs,
  );
});
