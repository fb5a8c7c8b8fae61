import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../cli/cli.ts';
import { GithubStandIn } from './github.ts';

const github = new GithubStandIn();
let folder: string;
let apiUrl: string;

vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  apiUrl = await github.start();
  folder = mkdtempSync(join(tmpdir(), 'shakedown-promote-'));
  mkdirSync(join(folder, 'reports', 'policies'), { recursive: true });
  // One gate, so that the sample shop is READY by it at once; what it weakens stands in the headline.
  writeFileSync(join(folder, 'reports', 'policies', 'one-gate.yaml'), 'title: One gate\ngates: [candidate]\n');
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', join(folder, 'key.pem')]);
});

afterAll(async () => {
  await github.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function promote(words: string[]) {
  const config = {
    target: { sample: {} },
    policy: 'one-gate',
    certificate: { key: 'key.pem' },
    notifications: { receivers: [{ kind: 'slack', urlEnv: 'CLOSED', quiet: false }] },
    promotion: {
      commit: github.head,
      plan: { owner: 'Ada' },
      schedule: { opens: '2036-12-03T09:00', closes: '2036-12-03T11:00', timeZone: 'Europe/Berlin' },
      request: {
        github: {
          apiUrl,
          repository: 'acme/shop',
          pullRequest: 42,
          tokenEnv: 'FORGE',
          deployment: { requiredContexts: [] },
        },
      },
    },
  };
  writeFileSync(join(folder, 'shakedown.config.json'), JSON.stringify(config));
  // The receiver of messages is not there: that changes nothing.
  const env = {
    FORGE: 'right',
    CLOSED: 'http://127.0.0.1:1/very-secret',
    GITHUB_RUN_ID: undefined,
    CI_JOB_URL: undefined,
  };
  const ended = await runCli(['promote', ...words], { cwd: folder, env });
  const [, run = ''] = /^request {3}(.*)\/promotion\/promotion-request\.md$/m.exec(ended.stderr) ?? [];
  return { ...ended, run };
}

test('a candidate that is READY is certified, packed and asked for; --dry-run shows it and sends nothing', async () => {
  const dry = await promote(['--dry-run']);
  expect(dry.stderr).toContain('POST /repos/acme/shop/deployments');
  expect(dry.stderr).not.toContain('right');
  expect(github.requests).toEqual([]);
  expect(dry.code).toBe(0);

  const real = await promote([]);
  expect(real.code).toBe(0);
  expect(real.stderr).toContain('slack (receiver 1) was not told: ');
  expect(real.stderr).not.toContain('very-secret');
  expect(github.statuses.map(({ state }) => state)).toEqual(['success']);
  expect(github.deployments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('READY: Sample shop');
  const made = readdirSync(join(real.run, 'promotion')).sort();
  expect(made).toEqual([expect.stringMatching(/\.tar\.gz$/), 'promotion-request.md', 'sent.json']);
  const packed = execFileSync('tar', ['tzf', join(real.run, 'promotion', made[0] ?? '')], { encoding: 'utf8' });
  for (const part of [
    'certificate/certificate.dsse.json',
    'deployment-plan.md',
    'promotion.html',
    'results.json',
    'journal.ndjson',
    'SHA256SUMS',
    'sbom.cdx.json',
  ])
    expect(packed).toContain(part);
  // What was made of it later changes nothing of its evidence.
  const verified = await runCli(['verify', real.run], { cwd: folder });
  expect(verified.stdout + verified.stderr).not.toMatch(/✖|CHANGED/);
  const journal = readFileSync(join(real.run, 'journal.ndjson'), 'utf8');
  expect(journal).not.toMatch(/very-secret|Bearer/);
});

test('a window that has passed stops it, whatever the policy asks for', async () => {
  const before = github.deployments.length;
  const config = JSON.parse(readFileSync(join(folder, 'shakedown.config.json'), 'utf8'));
  config.promotion.schedule.opens = '2026-01-03T09:00';
  config.promotion.schedule.closes = '2026-01-03T11:00';
  writeFileSync(join(folder, 'shakedown.config.json'), JSON.stringify(config));
  const closed = await runCli(['promote'], { cwd: folder, env: { FORGE: 'right', CLOSED: 'http://127.0.0.1:1/' } });
  expect(closed.code).toBe(3);
  expect(github.deployments).toHaveLength(before);
  expect(github.comments[0]?.body).toMatch(/INCONCLUSIVE[\s\S]*schedule: It closed at 2026-01-03T10:00:00Z/);
});

test('without a token nothing is begun', async () => {
  const ended = await runCli(['promote'], { cwd: folder, env: { FORGE: '' } });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('PROMOTION_SECRET');
});
