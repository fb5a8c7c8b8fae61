import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { launchable } from '../../src/environment/browser-programs.ts';
import type { Results } from '../../src/model/results.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { makeConsumer, root, run } from './consumer.ts';

const patienceMs = 400_000;
let folder = '';
let files: string[] = [];
beforeAll(async () => {
  ({ folder, files } = await makeConsumer());
}, patienceMs);
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

/** Writes a file of the consumer's project. */
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const node24 = () => join(folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
const nodes: [string, () => string][] = [
  [`Node ${process.versions.node}`, () => process.execPath],
  ['Node 24', node24],
];

describe('the archive', () => {
  it('holds what was built, the content folders and the licence, and neither sources nor tests', () => {
    const tops = [...new Set(files.map((path) => path.split('/')[0]))].sort();
    expect(tops).toEqual(
      [
        '.github',
        'ARCHITECTURE.md',
        'CONTRIBUTING.md',
        'LICENSE',
        'README.md',
        'action.yml',
        'bin',
        'chaos',
        'dist',
      ].concat([...['docs', 'load', 'package.json', 'reports', 'uat']]),
    );
    for (const path of [
      'dist/exports/uat.d.ts',
      'dist/config/schema.json',
      'load/k6/go.mod',
      'reports/templates/index.hbs',
      'reports/policies/whole-stage.yaml',
    ])
      expect(files).toContain(path);
    expect(files.filter((path) => /^reports\/(runs|baselines)\//.test(path))).toEqual([]);
    expect(files.filter((path) => /^(dist|bin)\/.*(?<!\.d)\.ts$/.test(path))).toEqual([]);
  });

  it('holds every file that its documents link to', () => {
    const missing = files
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) => {
        const text = readFileSync(join(root, path), 'utf8');
        const links = [
          ...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g),
          ...text.matchAll(/(?:src|srcset)="([^"]+)"/g),
        ];
        return links
          .map(([, link = '']) => join(dirname(path), link).replace(/\/$/, ''))
          .filter((target) => !files.some((file) => file === target || file.startsWith(`${target}/`)))
          .map((target) => `${path} links to ${target}`);
      });
    expect(missing).toEqual([]);
  });
});

/** The names that docs/imports.md promises of an entry, without types. */
function promised(entry: string): string[] {
  const text = readFileSync(join(root, 'docs/imports.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`\`${entry}\``)) ?? '';
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name).sort();
}

describe.each(nodes)('%s', (_, node) => {
  it('imports and requires the names that the documents promise, one instance of each', async () => {
    const names = { shakedown: promised('shakedown'), uat: promised('shakedown/uat') };
    expect([names.shakedown, names.uat.length]).toEqual([['defineConfig'], 9]);
    const report = `console.log(JSON.stringify({
  shakedown: Object.keys(shakedown).sort(), uat: Object.keys(uat).sort(), schema: schema.type }))`;
    write(
      'read.mjs',
      `import * as shakedown from 'shakedown'; import * as uat from 'shakedown/uat';
import schema from 'shakedown/schema.json' with { type: 'json' };\n${report};\n`,
    );
    write(
      'read.cjs',
      `const shakedown = require('shakedown'), uat = require('shakedown/uat');
const schema = require('shakedown/schema.json');
import('shakedown/uat').then((other) => { if (other.test !== uat.test) throw new Error('two instances'); ${report}; });\n`,
    );
    for (const file of ['read.mjs', 'read.cjs']) {
      const { code, stdout, stderr } = await run(node(), [file], folder);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout), file).toEqual({ ...names, schema: 'object' });
    }
  });

  it.each(['vitest', 'jest'])('%s loads it', async (runner) => {
    const body = `test('loads', () => {
  expect(shakedown.defineConfig({ name: 'x' })).toEqual({ name: 'x' });
  expect(typeof uat.scenario).toBe('function');
});\n`;
    const [name, args, head] =
      runner === 'jest'
        ? [
            'own.jest.cjs',
            ['node_modules/jest/bin/jest.js', '--testRegex', 'own\\.jest\\.cjs$'],
            "const shakedown = require('shakedown'), uat = require('shakedown/uat');",
          ]
        : [
            'own.test.mjs',
            ['node_modules/vitest/vitest.mjs', 'run', 'own.test.mjs'],
            "import { expect, test } from 'vitest';\nimport * as shakedown from 'shakedown';\nimport * as uat from 'shakedown/uat';",
          ];
    write(name, `${head}\n${body}`);
    const { code, stdout, stderr } = await run(node(), args, folder);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout + stderr).toMatch(/1 passed/);
  });
});

const typed = `import { defineConfig, type UserConfig } from 'shakedown';
import { type Page, scenario, test, uatConfig } from 'shakedown/uat';
const config: UserConfig = defineConfig({ target: { baseUrl: 'https://shop.example' }, traffic: { recording: 'r' } });
// @ts-expect-error a setting that there is not
defineConfig({ target: { baseURL: 'https://shop.example' } });
export const address = (page: Page): string => page.url();
export const all = { config, scenario, test, settings: uatConfig({ timeout: 1000 }) };
`;

test.each(['typescript', 'typescript-5'])(
  'tsc of %s, strict and with libraries checked, finds no error',
  async (compiler) => {
    write('types.mts', typed);
    write('types.cts', typed);
    write(
      'types.ts',
      `${typed}import schema from 'shakedown/schema.json' with { type: 'json' };\nexport { schema };\n`,
    );
    for (const [module, resolution] of [
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ]) {
      const compilerOptions = {
        ...{
          strict: true,
          skipLibCheck: false,
          noEmit: true,
          target: 'es2023',
          types: ['node'],
          resolveJsonModule: true,
        },
        ...{ module, moduleResolution: resolution },
      };
      write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['types.mts', 'types.cts', 'types.ts'] }));
      const { code, stdout } = await run(process.execPath, [`node_modules/${compiler}/bin/tsc`, '-p', '.'], folder);
      expect([code, stdout], String(resolution)).toEqual([0, '']);
    }
  },
  patienceMs,
);

const shakedown = (...args: string[]) => run('npx', ['--no-install', 'shakedown', ...args], folder);

describe('the command', () => {
  it('says its version, writes the folders of a project, and what is missing', async () => {
    const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version;
    expect(await shakedown('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const init = await shakedown('init', 'made', '--nightly');
    expect(init.code, init.stderr).toBe(0);
    expect(readdirSync(join(folder, 'made')).sort()).toEqual([
      '.github',
      '.gitignore',
      'chaos',
      'docs',
      'load',
      'reports',
      'shakedown.config.ts',
      'uat',
    ]);
    const doctor = await shakedown('doctor');
    expect([0, 4], doctor.stderr).toContain(doctor.code);
    expect(doctor.stdout).toMatch(/node .*\n[\s\S]*postgresql/);
  });
});

test(
  'recordings are anonymized in several threads, each of what was built',
  async () => {
    write(
      'threads.mjs',
      `import { anonymizeRecording } from './node_modules/shakedown/dist/domains/traffic/anonymize/anonymize.js';
const from = './node_modules/shakedown/load/traffic/sample-shop';
const { scan, requests } = await anonymizeRecording({ from, to: './anonymous', threads: 2 });
console.log(scan.passed, requests > 100);`,
    );
    expect(await run(process.execPath, ['threads.mjs'], folder)).toEqual({
      code: 0,
      stdout: 'true true\n',
      stderr: '',
    });
  },
  patienceMs,
);

describeWithK6('a simulation', () => {
  it(
    'replays traffic at the sample system and writes a report',
    async () => {
      rmSync(join(folder, 'reports'), { recursive: true, force: true });
      const { code, stderr } = await shakedown('simulate', '--duration', '10s');
      expect([1, 3], stderr).toContain(code);
      const runs = join(folder, 'reports/runs');
      const [name = ''] = readdirSync(runs);
      expect(readdirSync(join(runs, name))).toEqual(expect.arrayContaining(['index.html', 'results.json', 'windows']));
      expect(readFileSync(join(runs, name, 'index.html'), 'utf8')).toMatch(/FAILED|INCONCLUSIVE/);
    },
    patienceMs,
  );
});

const page =
  '<!doctype html><html lang="en"><head><title>Own</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"></head><body><main><h1>Own system</h1><p><button onclick="this.textContent=\'Thanks\'">Send</button></p><p><input name="q"></p></main></body></html>';

/** As `npx playwright codegen <url> -o recorded.uat.ts` wrote it. */
const recorded = (url: string, from: string) => `import { test, expect } from '${from}';

test('test', async ({ page }) => {
  await page.goto('${url}/');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button')).toContainText('Thanks');
});
`;

const hasNoBrowser = launchable('chromium') === null && process.env.CI === undefined;

describe.skipIf(hasNoBrowser)(hasNoBrowser ? 'scenarios (skipped: no Chromium)' : 'scenarios', () => {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(page));
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(['module', 'commonjs'])(
    'of a %s project run against a system of its own, from the skeleton and as recorded',
    async (type) => {
      for (const left of ['reports', 'uat', 'shakedown.config.ts', 'shakedown.config.json'])
        rmSync(join(folder, left), { recursive: true, force: true });
      const own = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      write('package.json', JSON.stringify({ ...own, type }));
      await shakedown('init');
      // No traffic is named: scenarios replay none.
      rmSync(join(folder, 'shakedown.config.ts'));
      write('shakedown.config.json', JSON.stringify({ target: { baseUrl: url } }));
      await shakedown('uat', 'new', 'OWN-1', 'Opens the start page');
      write('uat/recorded.uat.ts', recorded(url, '@playwright/test'));
      write('uat/watched.uat.ts', recorded(url, 'shakedown/uat'));
      const { stdout, stderr } = await shakedown('uat', 'run', '--browser', 'chromium', '--size', 'phone');
      const runs = join(folder, 'reports', 'runs');
      const [name] = readdirSync(runs);
      if (name === undefined) throw new Error(stdout + stderr);
      const results = JSON.parse(readFileSync(join(runs, name, 'results.json'), 'utf8')) as Results;
      const acceptance = results.sections.uat?.acceptance;
      expect(acceptance?.scenarios.map(({ info, cells }) => `${info.id} ${cells[0]?.outcome}`)).toEqual([
        'OWN-1 passed',
        'recorded-test passed',
        'watched-test passed',
      ]);
      expect(acceptance?.scenarios[1]?.cells[0]?.steps.map(({ title }) => title).join()).toMatch(/navigate|goto/i);
      // The skeleton's step saw the page first; whoever did, the field without a label is named.
      expect(acceptance?.findings.map(({ rule }) => rule)).toContain('label');
      expect(results.missing.filter((line) => line.startsWith('Nothing was checked beside'))).toEqual([
        expect.stringContaining('recorded-test:'),
      ]);
    },
    patienceMs,
  );
});
