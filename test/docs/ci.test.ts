import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandsIn, textOf } from './written.ts';

const page = textOf('docs/ci.md');
const blocks = (language: string) =>
  Array.from(page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g')), ([, text = '']) => text);

test('the examples for GitHub and GitLab are YAML, and run the same command with a lock on the target', () => {
  const [github, gitlab] = blocks('yaml').map((text) => parse(text));
  const { steps, 'timeout-minutes': minutes } = github.jobs.shakedown;
  expect(github.concurrency.group).toBe('staging');
  expect(minutes).toBeGreaterThan(10);
  const runs = steps.flatMap(({ run }: { run?: string }) => run ?? []);
  expect(runs).toContain('npx shakedown simulate --duration 5m --policy five-minutes --out reports/ci');
  expect(gitlab.shakedown.resource_group).toBe('staging');
  expect(gitlab.shakedown.script.at(-1)).toBe(runs[1]);
  expect(gitlab.shakedown.artifacts).toMatchObject({ when: 'always', reports: { junit: 'reports/ci/*/junit.xml' } });
});

test('none of the examples takes an inconclusive run for a pass', () => {
  for (const text of [...blocks('yaml'), ...blocks('groovy')]) {
    expect(text).not.toMatch(/\|\| true|set \+e|continue-on-error|allow_failure|catchError|returnStatus/);
    expect(commandsIn('a.yml', text).some((one) => one.text.includes('simulate'))).toBe(true);
  }
});
