import { expect, test } from 'vitest';
import { overlaid } from '../../src/config/overlay.ts';

test('a value goes over what was written, and leaves what is beside it', () => {
  const written = { browser: { vus: 2, timeoutS: 9 }, name: 'a' };
  expect(overlaid(written, { 'browser.vus': 0, 'windows.durationMs': 500 })).toEqual({
    browser: { vus: 0, timeoutS: 9 },
    windows: { durationMs: 500 },
    name: 'a',
  });
  expect(written).toEqual({ browser: { vus: 2, timeoutS: 9 }, name: 'a' });
});

test('a whole comes before its parts, whatever their order', () => {
  expect(overlaid({}, { 'profile.seed': 4, profile: { scale: 2, seed: 1 } })).toEqual({
    profile: { scale: 2, seed: 4 },
  });
});

test('null leaves a key out, and makes none on the way to it', () => {
  const sample = { target: { sample: { version: 'v2.0.0', defects: 'slow=1' } } };
  expect(overlaid(sample, { 'target.sample.version': null })).toEqual({ target: { sample: { defects: 'slow=1' } } });
  const own = { target: { baseUrl: 'http://a' } };
  expect(overlaid(own, { 'target.sample.version': null })).toEqual(own);
});

test('another system takes nothing along of the one it takes the place of; another address of it does', () => {
  const own = { target: { baseUrl: 'http://a', headers: { 'x-key': 'secret' } } };
  expect(overlaid(own, { 'target.baseUrl': 'http://b' }).target).toEqual({
    baseUrl: 'http://b',
    ...{ headers: { 'x-key': 'secret' } },
  });
  expect(overlaid(own, { 'target.sample.defects': 'slow=1' }).target).toEqual({ sample: { defects: 'slow=1' } });
  const sample = { target: { sample: { defects: 'errors=1' }, headers: { 'x-key': 'secret' } } };
  expect(overlaid(sample, { 'target.baseUrl': 'http://b' }).target).toEqual({ baseUrl: 'http://b' });
});
