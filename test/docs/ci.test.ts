import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { textOf } from './written.ts';

const page = textOf('docs/ci.md');
const blocks = (language: string) =>
  Array.from(page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g')), ([, text = '']) => text);

test('the examples for GitHub and GitLab are YAML, and run the same command with a lock on the target', () => {
  const [github, gitlab] = blocks('yaml').map((text) => parse(text));
  const file = (name: string) => parse(textOf(`docs/pipelines/${name}`));
  const { steps, 'timeout-minutes': minutes } = github.jobs.shakedown;
  expect(github.concurrency.group).toBe('staging');
  expect(minutes).toBeGreaterThan(10);
  const command = 'simulate --duration 5m --policy five-minutes';
  expect(steps.at(-1).with.command).toBe(command);
  expect(github).toEqual(file('pull-request.yml'));
  expect(file('gitlab-merge-request.yml').shakedown).toEqual({
    ...gitlab.shakedown,
    rules: [{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }],
  });
  expect(gitlab.shakedown.resource_group).toBe('staging');
  expect(gitlab.shakedown.script.at(-1)).toBe(`npx shakedown ${command} --out reports/ci`);
  expect(gitlab.shakedown.artifacts).toMatchObject({ when: 'always', reports: { junit: 'reports/ci/*/junit.xml' } });
});

test('the Jenkinsfile is the example', () => {
  expect(textOf('docs/pipelines/Jenkinsfile').split('\n').slice(1).join('\n')).toBe(blocks('groovy')[0]);
});

test('none of the examples takes an inconclusive run for a pass', () => {
  for (const text of [...blocks('yaml'), ...blocks('groovy')]) {
    expect(text).not.toMatch(/\|\| true|set \+e|continue-on-error|allow_failure|catchError|returnStatus/);
    expect(text).toMatch(/(npx shakedown|command:) simulate/);
  }
});
