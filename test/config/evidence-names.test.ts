import { expect, test } from 'vitest';
import { evidenceRefuser } from '../../src/config/evidence-names.ts';
import { loadConfig } from '../../src/config/load.ts';
import { catalogNames, startOf } from '../../src/domains/compliance/catalogs.ts';
import { domains } from '../../src/run/domains.ts';

const configured = (compliance: object) =>
  loadConfig({ cwd: '/nowhere', domains, replays: false, overrides: { compliance } });
const control = (...evidence: string[]) => ({ controls: [{ id: 'X-1', title: 'It is safe', evidence }] });

test.each([
  ['a gate', control('gate:secrity'), /X-1.*no "gate:secrity"; did you mean gate:security\?/],
  ['a domain', control('domain:dato'), /did you mean domain:data\?/],
  ['a part', control('part:security.postur'), /did you mean part:security\.posture\?/],
  ['a domain without parts', control('domain:load'), /no "domain:load"/],
  [
    'what a control of a list is tied to',
    { evidence: { 'CC8.1 b': ['gate:funktional'] } },
    /CC8\.1 b.*gate:functional/,
  ],
])('%s that is spelt wrong is refused before anything begins', async (_, compliance, words) => {
  await expect(configured(compliance)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  await expect(configured(compliance)).rejects.toThrow(words);
});

test('what there is may be named, and documents by any name', async () => {
  const named = control('gate:uat', 'domain:data', 'part:final.candidate', 'document:anything');
  expect((await configured(named)).config.compliance.controls).toHaveLength(1);
});

test('the lists that come with Shakedown name what there is', () => {
  const refuse = evidenceRefuser(domains);
  for (const name of catalogNames)
    for (const { id, evidence } of startOf(name)) for (const one of evidence) refuse(one, id);
});
