import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
const steps = text
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line))
  .map((line): [string, string] => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1).trim()]);
const last = steps.slice(steps.map(([step]) => step).lastIndexOf('FROM'));

// No registry of images is asked in tests: it is built by hand (docs/support.md).
test('the image copies what there is, runs as somebody who is not root, and starts the command', () => {
  const copied = steps
    .filter(([step, rest]) => step === 'COPY' && !rest.startsWith('--from'))
    .flatMap(([, rest]) => rest.split(/\s+/).slice(0, -1));
  expect(copied.length).toBeGreaterThan(3);
  expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(last.filter(([step]) => step === 'USER').at(-1)?.[1]).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(last.find(([step]) => step === 'ENTRYPOINT')?.[1]).toBe('["shakedown"]');
});

test('what it names is what the sources ask for', () => {
  for (const name of ['SHAKEDOWN_K6', 'SHAKEDOWN_TOXIPROXY']) {
    expect(text).toContain(`${name}=/usr/local/bin/`);
    expect(readFileSync(join(root, 'src/environment/programs.ts'), 'utf8')).toContain(name);
  }
  // The module's own Go version can be had from the image that builds it.
  const [, needed = ''] = /^go (\d+\.\d+)/m.exec(readFileSync(join(root, 'load/k6/go.mod'), 'utf8')) ?? [];
  const [, offered = ''] = /GO_IMAGE=golang:(\d+\.\d+)/.exec(text) ?? [];
  expect(Number(offered.split('.')[1])).toBeGreaterThanOrEqual(Number(needed.split('.')[1]));
});
