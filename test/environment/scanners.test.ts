import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findScanner, findScanners } from '../../src/environment/scanners/scanners.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-scanners-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that says this of itself. */
function program(name: string, says: string, code = 0): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho '${says}'\nexit ${code}\n`, { mode: 0o755 });
  return path;
}
const env = (more: NodeJS.ProcessEnv = {}) => ({ PATH: `${folder}:/usr/bin:/bin`, XDG_CACHE_HOME: folder, ...more });

describe('a scanner', () => {
  it('is the one that its variable names, before that on PATH', async () => {
    program('semgrep', '1.100.0');
    const own = program('mine', '1.150.2');
    expect(await findScanner('semgrep', { env: env() })).toMatchObject({ version: '1.100.0', origin: 'PATH' });
    expect(await findScanner('semgrep', { env: env({ SHAKEDOWN_SEMGREP: own }) })).toEqual({
      ...{ path: own, version: '1.150.2', origin: 'SHAKEDOWN_SEMGREP' },
    });
  });
  it.each([
    ['osv-scanner', 'osv-scanner version: 2.3.5\nosv-scalibr version: 0.4.1', '2.3.5'],
    ['gitleaks', 'v8.30.1', '8.30.1'],
    ['schemathesis', 'schemathesis, version 4.32.5', '4.32.5'],
  ] as const)('%s is known by what it says of itself', async (name, says, version) => {
    program(name, says);
    expect(await findScanner(name, { env: env() })).toMatchObject({ version });
  });
  it('that does not run, or is something else, is passed over with a warning', async () => {
    const warnings: string[] = [];
    const options = { env: env(), onWarning: (text: string) => warnings.push(text) };
    program('gitleaks', 'usage: something else');
    program('semgrep', 'broken', 3);
    expect(await findScanner('gitleaks', options)).toBeNull();
    expect(await findScanner('semgrep', options)).toBeNull();
    expect(warnings.join('\n')).toMatch(/does not answer as gitleaks does[\s\S]*Semgrep at .* ended with 3/);
  });
  it('is not got unless that is asked for, and where it cannot be got that is said', async () => {
    const warnings: string[] = [];
    const nothing = { PATH: '/nowhere', XDG_CACHE_HOME: folder };
    expect(await findScanner('schemathesis', { env: nothing })).toBeNull();
    const options = { env: nothing, obtain: true, onWarning: (text: string) => warnings.push(text) };
    expect(await findScanner('schemathesis', options)).toBeNull();
    expect(await findScanner('gitleaks', options)).toBeNull();
    expect(warnings).toEqual([
      'Schemathesis could not be got: there is no python3 on PATH.',
      'gitleaks could not be built: there is no Go compiler on PATH.',
    ]);
  });
  it('that could not be got leaves nothing that looks like one', async () => {
    // A Python that makes no environment.
    program('python3', 'no venv here', 1);
    const options = { env: { PATH: folder, XDG_CACHE_HOME: folder }, obtain: true };
    expect(await findScanner('semgrep', options)).toBeNull();
    expect(await findScanner('semgrep', { ...options, obtain: false })).toBeNull();
  });
  it('is listed by doctor, with how to get it', async () => {
    program('semgrep', '1.100.0');
    program('go', 'go version go1.26.8');
    const found = await findScanners({ env: { PATH: folder, XDG_CACHE_HOME: folder } });
    expect(found.map(({ name, state }) => [name, state])).toEqual([
      ['osv-scanner', 'obtainable'],
      ['gitleaks', 'obtainable'],
      ['semgrep', 'found'],
      ['schemathesis', 'missing'],
    ]);
    expect(found[0]?.advice).toContain('shakedown doctor --get');
    expect(found.every(({ needed }) => !needed)).toBe(true);
  });
  it('that doctor finds in the environment that we made is asked of its Python, and not loaded', async () => {
    const bin = join(folder, 'shakedown', 'scanners', 'semgrep-1.185.0', 'bin');
    mkdirSync(bin, { recursive: true });
    const write = (name: string, line: string) =>
      writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    write('semgrep', 'exit 9');
    write('python', 'echo 1.185.0');
    const semgrep = async () => {
      const all = await findScanners({ env: { PATH: folder, XDG_CACHE_HOME: folder } });
      return all.find(({ name }) => name === 'semgrep');
    };
    expect(await semgrep()).toMatchObject({ state: 'found', version: '1.185.0' });
    expect(await findScanner('semgrep', { env: env() })).toBeNull();
    write('python', 'echo gone >&2; exit 1');
    expect(await semgrep()).toMatchObject({ state: 'missing' });
    expect((await semgrep())?.advice).toContain('it ended with 1: gone');
  });
});
