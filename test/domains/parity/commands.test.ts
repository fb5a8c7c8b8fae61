import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runInProcess } from '../../cli/in-process.ts';

let folder: string;
const at = (name: string) => join(folder, name);
const run = (...args: string[]) => runInProcess(args);
const now = new Date().toISOString();
const head = (environment: string) =>
  `format: shakedown.parity/1\nenvironment: ${environment}\ncapturedAt: ${now}\nsources: [{ kind: written, covers: [instances] }]\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parity-commands-'));
  await writeFile(
    at('shakedown.config.yaml'),
    'target: { sample: {} }\nparity:\n  minimumCoverage: 5\n  rules:\n    - { item: flag/none, rule: present, reason: a test }\n',
  );
  await writeFile(at('production.yaml'), `${head('production')}items: { instances/shop: 3 }\n`);
  await writeFile(at('same.yaml'), `${head('staging')}items: { instances/shop: 3 }\n`);
  await writeFile(at('other.yaml'), `${head('staging')}items: { instances/shop: 2, instances/worker: 1 }\n`);
});
afterAll(() => rm(folder, { recursive: true }));
const compared = (staging: string, ...more: string[]) =>
  run('parity', 'compare', at('production.yaml'), at(staging), '--config', at('shakedown.config.yaml'), ...more);

describe('shakedown parity compare', () => {
  it('ends with 0 where nothing differs, and names a rule that fits nothing', async () => {
    const { code, stdout } = await compared('same.yaml');
    expect([code, stdout]).toEqual([0, expect.stringContaining('unused rule: flag/none')]);
  });
  it('ends with 1 and names each difference, with risk and remedy', async () => {
    const { code, stdout } = await compared('other.yaml');
    expect(code).toBe(1);
    expect(stdout).toMatch(/instances\/shop: production 3, staging 2\n {2}risk: .+\n {2}remedy: .+/);
    expect(stdout).toMatch(/instances\/worker: production not there, staging 1/);
    const { differences, score } = JSON.parse((await compared('other.yaml', '--json')).stdout);
    expect([differences.length, score]).toEqual([2, 0]);
  });
  it('ends with 3 where too little was compared, though it is equal', async () => {
    await writeFile(at('strict.yaml'), 'target: { sample: {} }\nparity: { minimumCoverage: 90 }\n');
    const { code, stdout } = await run(
      'parity',
      'compare',
      at('production.yaml'),
      at('same.yaml'),
      '--config',
      at('strict.yaml'),
    );
    expect([code, stdout]).toEqual([3, expect.stringMatching(/not compared: 18 aspects \(.*backup\/\*\*/)]);
  });
  it('refuses one file for both sides, and one that is none', async () => {
    expect(await compared('production.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('PARITY_SAME_FILE'),
    });
    expect(await compared('none.yaml')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no such file'),
    });
  });
});

describe('shakedown parity capture', () => {
  it('writes what production hands over, and says what it did not see', async () => {
    await writeFile(
      at('compose.yaml'),
      'services: { shop: { image: "shop:1.4", environment: { DB_PASSWORD: hunter22 } } }\n',
    );
    const { code, stderr } = await run(
      'parity',
      'capture',
      '--environment',
      'production',
      '--from',
      `compose=${at('compose.yaml')}`,
      '--out',
      at('out.yaml'),
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/1 secret without a hash/)]);
    const text = await readFile(at('out.yaml'), 'utf8');
    expect(text).not.toContain('hunter22');
    expect(parse(text)).toMatchObject({
      format: 'shakedown.parity/1',
      environment: 'production',
      items: { 'version/shop': { value: '1.4', source: 'compose' } },
    });
    const again = await run(
      'parity',
      'compare',
      at('out.yaml'),
      at('same.yaml'),
      '--config',
      at('shakedown.config.yaml'),
    );
    expect(again.stdout).toContain('version/shop');
  });
  it('knows nothing of a host that is down, and ends with 3', async () => {
    const down = ['--from', 'outside=http://127.0.0.1:1'];
    const alone = await run('parity', 'capture', ...down, '--out', at('down.yaml'));
    expect(alone).toMatchObject({ code: 3, stderr: expect.stringMatching(/PARITY_EMPTY[\s\S]*cannot be reached/) });
    await expect(readFile(at('down.yaml'))).rejects.toThrow();
    await writeFile(at('some.yaml'), 'services: { shop: { image: "shop:1.4" } }\n');
    const { code, stderr } = await run(
      'parity',
      'capture',
      ...down,
      '--from',
      `compose=${at('some.yaml')}`,
      '--out',
      at('part.yaml'),
    );
    expect([code, stderr.match(/cannot be reached/g)?.length]).toEqual([3, 1]);
    expect(
      Object.keys(parse(await readFile(at('part.yaml'), 'utf8')).items).filter((key) => /^(tls|http|dns)/.test(key)),
    ).toEqual([]);
    const other = await readFile(at('part.yaml'), 'utf8');
    await writeFile(at('part2.yaml'), other.replace('environment: staging', 'environment: production'));
    const { stdout } = await run('parity', 'compare', at('part2.yaml'), at('part.yaml'), '--config', at('strict.yaml'));
    expect(stdout).toMatch(/^INCONCLUSIVE/);
  });
  it.each([
    ['nothing', 'PARITY_FROM'],
    ['terraform', 'PARITY_FROM'],
    ['outside=ftp://shop.example.com', 'PARITY_FROM'],
    ['outside=https://me:secret@shop.example.com', 'PARITY_FROM'],
    ['terraform=none.json', 'PARITY_FILE'],
  ])('refuses --from %s', async (from, code) => {
    expect(await run('parity', 'capture', '--from', from)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(code),
    });
  });
});
