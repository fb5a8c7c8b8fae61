import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigFile } from '../../src/config/read.ts';
import { readDocument } from '../../src/domains/chaos/experiment/load.ts';
import { readSecret } from '../../src/domains/outgoing.ts';
import { readCriteria } from '../../src/domains/readiness/criteria-file.ts';
import { readInitialState } from '../../src/domains/stage/initial-state.ts';
import { loadRules } from '../../src/domains/traffic/anonymize/rules.ts';
import { readSurvey } from '../../src/domains/uat/feedback/survey.ts';
import { readChecklist } from '../../src/domains/uat/manual/checklist.ts';
import { tlsOptions } from '../../src/environment/tls.ts';
import { ShakedownError } from '../../src/model/error.ts';
import { readSigningKey } from '../../src/signing/pem-key.ts';
import { signText } from '../../src/signing/ssh-keygen.ts';
import { isWithoutSsh } from '../signing/keys.ts';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-named-'));
  for (const name of ['pipe.yaml', 'pipe.json', 'pipe.ts', 'pipe.pem']) execFileSync('mkfifo', [at(name)]);
  for (const name of ['folder.yaml', 'folder.json', 'folder.ts', 'folder.pem']) mkdirSync(at(name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readers: [string, string, (file: string) => unknown][] = [
  ['a configuration or a policy', 'yaml', readConfigFile],
  ['a configuration in JSON', 'json', readConfigFile],
  ['a configuration that is a module', 'ts', readConfigFile],
  ['success criteria', 'json', readCriteria],
  ['answers of users', 'yaml', (file) => readSurvey(file, { least: 1, most: 5 } as never)],
  ['a checklist', 'yaml', readChecklist],
  ['the state of a stage', 'json', readInitialState],
  ['an experiment', 'yaml', readDocument],
  ['rules of anonymizing', 'yaml', loadRules],
  ['a key of certificates', 'pem', (file) => readSigningKey(file, null)],
  ['a certificate of the target', 'pem', (caFile) => tlsOptions({ caFile, certFile: null, keyFile: null })],
];

it.each(['pipe', 'folder'])('a %s in the place of a key to sign with is waited for by nobody', async (kind) => {
  if (isWithoutSsh) return;
  const signed = signText('text', { key: at(`${kind}.pem`), namespace: 'shakedown', isPerson: false });
  await expect(signed).rejects.toMatchObject({ code: 'SIGN_KEY', message: expect.stringMatching(/it is no file/) });
});

describe.each([
  ['pipe', /it is no file/],
  ['folder', /it is a folder/],
])('a %s in the place of a file is waited for by nobody', (kind, why) => {
  it.each(readers)('%s', async (_, ending, read) => {
    const error = await (async () => read(at(`${kind}.${ending}`)))().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ShakedownError);
    const { message } = error as ShakedownError;
    expect(message).toMatch(why);
    expect(message).toContain(`${kind}.${ending}`);
    expect(message).not.toContain('\n');
  });

  it('a secret', async () => {
    const found = await readSecret({ env: null, file: at(`${kind}.pem`) });
    expect(found).toMatchObject({ problem: expect.stringMatching(why) });
  });
});
