import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { domains } from '../../src/run/domains.ts';
import { parseDefects } from '../../src/sample/defects.ts';

const folder = join(import.meta.dirname, '../../docs/sample-stage');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

test('the configuration of the stage on the sample system is valid when its places are filled', async () => {
  const project = mkdtempSync(join(tmpdir(), 'sample-stage-'));
  const filled = read('shakedown.config.yaml')
    .replaceAll('DATE', '2026-11-01')
    .replaceAll('DIGEST', `sha256:${'0'.repeat(64)}`)
    .replaceAll('OPENS', '2026-12-03');
  writeFileSync(join(project, 'shakedown.config.yaml'), filled);
  const { config } = await loadConfig({ cwd: project, domains });
  expect(config.policy?.name).toBe('ten-minutes');
  rmSync(project, { recursive: true });
});

test('each flawed build is one that the sample system can be', () => {
  const builds = /builds='\n([^']*)'/.exec(read('flawed'))?.[1]?.trim().split('\n') ?? [];
  expect(builds).toHaveLength(11);
  for (const line of builds) expect(Object.keys(parseDefects(line.split(/\s+/)[0] ?? ''))).toHaveLength(1);
});
