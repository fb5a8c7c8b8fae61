import { expect, test } from 'vitest';
import { ShakedownError } from '../../src/model/error.ts';
import { withoutDoubledStops } from '../../src/model/full-stop.ts';

test('a message has no doubled full stop, and its paths stay', () => {
  expect(withoutDoubledStops('It failed: no way.. Go back.')).toBe('It failed: no way. Go back.');
  const paths = 'See ../a, a/.., C:\\a\\.. and cd .. or wait ... or 1..2';
  expect(withoutDoubledStops(paths)).toBe(paths);
  expect(new ShakedownError('X', 'No token: Ended by SIGINT..').message).toBe('No token: Ended by SIGINT.');
});
