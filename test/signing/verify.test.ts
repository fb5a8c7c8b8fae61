import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderRun } from '../../src/run/simulate/render.ts';
import { bin, runCli } from '../cli/cli.ts';
import { attempt, eventsOf } from '../domains/uat/attempts.ts';
import { measured, runOf } from '../domains/uat/run-folder.ts';
import { allowed, isWithoutSsh, makeKey, sign } from './keys.ts';

const slowMs = 240_000;
let base: string;
let run: string;
let key: string;
let signers: string;
const id = '2026-11-20T0900-7f3a';

beforeAll(async () => {
  if (isWithoutSsh) return;
  base = mkdtempSync(join(tmpdir(), 'shakedown-verify-'));
  key = makeKey(join(base, 'keys'), 'ann');
  signers = join(base, 'allowed_signers');
  writeFileSync(signers, allowed('Ann', key));
  run = runOf(base, id, eventsOf([measured(), attempt({ id: 'S-2' })]));
  await renderRun(run);
}, slowMs);
afterAll(() => {
  if (base !== undefined) rmSync(base, { recursive: true, force: true });
});

const cli = (...args: string[]) => runCli(args, { cwd: base });
const decide = ['--role', 'product owner', '--person', 'Ann', '--decision', 'accept'];
const verify = async (folder: string, ...more: string[]) => {
  const { code, stdout, stderr } = await cli('verify', folder, '--json', ...more);
  return {
    code,
    stderr,
    ...(stdout === '' ? {} : (JSON.parse(stdout) as { outcome: string; findings: { state: string; text: string }[] })),
  };
};

/** Names, sizes and times of all that is in a folder. */
const standOf = (folder: string) =>
  execFileSync('find', [folder, '-printf', '%p %s %T@ %m\n'], { encoding: 'utf8' }).split('\n').sort().join('\n');

describe.skipIf(isWithoutSsh)('sign and verify, by the command line', () => {
  test(
    'a run is signed, verified without a change to its folder, and not held for signed where it is not',
    async () => {
      const unsigned = await verify(run, '--allowed-signers', signers);
      expect([unsigned.code, unsigned.outcome]).toEqual([3, 'open']);
      const asserted = join(base, 'asserted', id);
      cpSync(run, asserted, { recursive: true });
      const only = await cli('sign', asserted, ...decide, '--allowed-signers', signers);
      expect([only.code, only.stderr]).toEqual([3, expect.stringContaining('counts for nothing')]);

      const signed = await cli('sign', run, ...decide, '--key', key, '--allowed-signers', signers);
      expect([signed.code, signed.stdout]).toEqual([
        0,
        expect.stringContaining('accepted by Ann as product owner (signed)'),
      ]);
      const receipt = /shakedown-receipt.*/.exec(signed.stdout)?.[0] ?? '';
      expect(readFileSync(join(base, 'sign-offs.log'), 'utf8')).toBe(`${receipt}\n`);
      expect(readFileSync(join(run, 'uat.html'), 'utf8')).toContain('Accepted, signed');

      const before = standOf(run);
      for (const folder of [run, join(run, 'evidence')]) chmodSync(folder, 0o555);
      const seen = await verify(run, '--allowed-signers', signers, '--receipt', receipt);
      for (const folder of [run, join(run, 'evidence')]) chmodSync(folder, 0o755);
      expect(seen.findings?.filter(({ state }) => state !== 'holds')).toEqual([]);
      expect([seen.code, seen.outcome]).toEqual([0, 'holds']);
      expect(standOf(run)).toBe(before);

      // Without allowed signers nobody knows whose key it is.
      expect((await verify(run)).code).toBe(3);
      // From another machine, under another name: nothing but the receipt shows that it is the last.
      const copy = join(base, 'elsewhere', 'artifact');
      cpSync(run, copy, { recursive: true });
      expect((await verify(copy, '--allowed-signers', signers)).code).toBe(3);
      writeFileSync(join(base, 'mail.txt'), `Dear Bob,\n${receipt}\n`);
      expect((await verify(copy, '--allowed-signers', signers, '--receipt', 'mail.txt')).code).toBe(0);
      // Tampered with, in words for people.
      writeFileSync(join(copy, 'evidence', `${id}.jpg`), 'another');
      const words = await cli('verify', copy, '--allowed-signers', signers);
      expect([words.code, words.stdout]).toEqual([
        1,
        expect.stringMatching(/evidence\/\S+\.jpg was changed[\s\S]*CHANGED: the run is not as it was left/),
      ]);
      const again = await cli('report', '--from', copy, '--json', '--allowed-signers', signers);
      expect([again.code, JSON.parse(again.stdout).acceptance.signOffs[0].holds]).toEqual([3, false]);
    },
    slowMs,
  );

  test(
    'what another version judges otherwise is not written over what was signed',
    async () => {
      const folder = join(base, 'otherwise', id);
      cpSync(run, folder, { recursive: true });
      // The earlier version said another sentence.
      const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
      rmSync(join(folder, 'sign-offs.ndjson'), { force: true });
      await renderRun(folder, { results: { ...results, sentence: `${results.sentence} So it was.` } });
      await sign(folder, { key });
      const filesOf = () =>
        standOf(folder)
          .split('\n')
          .filter((line) => !line.startsWith(`${folder} `));
      const before = filesOf();
      const counting = ['--allowed-signers', signers];
      const again = await cli('sign', folder, ...decide, '--role', 'operations', '--key', key, ...counting);
      expect([again.code, again.stderr]).toEqual([
        3,
        expect.stringMatching(/SIGNED_OTHERWISE: .* as Ann signed it: .*; it differs in sentence/),
      ]);
      // Only the folder itself is newer, for the lock.
      expect(filesOf()).toEqual(before);
      const seen = await verify(folder, ...counting);
      expect([seen.code, JSON.stringify(seen.findings)]).toEqual([
        3,
        expect.stringContaining('judges the evidence otherwise'),
      ]);
      expect(JSON.stringify(seen.findings)).not.toContain('holds no longer');
    },
    slowMs,
  );

  test(
    'a run that was added to and signed again holds, and without ssh-keygen nothing is accused',
    async () => {
      const folder = join(base, 'again', id);
      cpSync(run, folder, { recursive: true });
      rmSync(join(folder, 'sign-offs.ndjson'), { force: true });
      await renderRun(folder);
      expect((await cli('sign', folder, ...decide, '--key', key, '--allowed-signers', signers)).code).toBe(0);
      const filled = (await cli('uat', 'checklist', folder)).stdout;
      const answered = filled
        .replace('result:', 'result: passed')
        .replace('person:', 'person: Ann')
        .replace('date:', 'date: 2026-11-21');
      writeFileSync(join(base, 'checklist.yaml'), answered);
      const added = await cli('uat', 'checklist', folder, '--add', join(base, 'checklist.yaml'));
      expect([0, 3], added.stderr).toContain(added.code);
      const { stdout } = await cli('sign', folder, ...decide, '--key', key, '--allowed-signers', signers);
      const receipt = /shakedown-receipt.*/.exec(stdout)?.[0] ?? '';
      const seen = await verify(folder, '--allowed-signers', signers, '--receipt', receipt);
      expect(seen.findings?.filter(({ state }) => state !== 'holds')).toEqual([]);
      expect(seen.findings?.map(({ text }) => text).join()).toContain('replaced by sign-off 2');
      const without = await runCli(['verify', folder, '--json', '--allowed-signers', signers], {
        cwd: base,
        env: { PATH: base },
      });
      expect([
        without.code,
        JSON.parse(without.stdout).findings.filter(({ state }: { state: string }) => state === 'broken'),
      ]).toEqual([3, []]);
    },
    slowMs,
  );

  test(
    'allowed signers in the run itself are refused, and so are receipts that are none, a key with a passphrase, and no ssh-keygen',
    async () => {
      const folder = join(base, 'refused', id);
      mkdirSync(join(base, 'refused'));
      cpSync(run, folder, { recursive: true });
      cpSync(signers, join(folder, 'evidence', 'allowed_signers'));
      const own = await cli('verify', folder, '--allowed-signers', join(folder, 'evidence', 'allowed_signers'));
      expect([own.code, own.stderr]).toEqual([2, expect.stringContaining('ALLOWED_SIGNERS')]);
      rmSync(join(folder, 'evidence', 'allowed_signers'));
      const none = await cli('verify', folder, '--receipt', 'nothing at all');
      expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('neither a receipt nor a file')]);
      const locked = await cli(
        'sign',
        folder,
        ...decide,
        '--key',
        makeKey(join(base, 'keys'), 'locked', 'secret words'),
      );
      expect([locked.code, locked.stderr]).toEqual([2, expect.stringContaining('SIGN_KEY')]);
      const without = await runCli(['sign', folder, ...decide, '--key', key], { cwd: base, env: { PATH: '/nowhere' } });
      expect([without.code, without.stderr]).toEqual([4, expect.stringContaining('SSH_KEYGEN_MISSING')]);
    },
    slowMs,
  );

  test(
    'where nothing more can be written, nothing of a sign-off is, and the one before stays',
    async () => {
      const folder = join(base, 'full', id);
      cpSync(run, folder, { recursive: true });
      const before = readFileSync(join(folder, 'sign-offs.ndjson'), 'utf8');
      const comment = 'x'.repeat(3900);
      // Of files that exist already no more than this may be written; pages are larger, so they are not rendered either.
      const command = `ulimit -f 1; exec "$0" "$@"`;
      const child = spawn(
        'bash',
        ['-c', command, process.execPath, bin, 'sign', folder, ...decide, '--comment', comment],
        {
          cwd: base,
          stdio: 'ignore',
        },
      );
      const [code] = await once(child, 'exit');
      expect(code).not.toBe(0);
      expect(readFileSync(join(folder, 'sign-offs.ndjson'), 'utf8')).toBe(before);
      expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
    },
    slowMs,
  );
});
