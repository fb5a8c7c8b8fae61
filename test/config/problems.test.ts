import { expect, test } from 'vitest';
import { z } from 'zod';
import { checked } from '../../src/config/problems.ts';

const schema = z.strictObject({
  list: z.array(z.string()).min(1).max(2),
  text: z.string().min(1).max(2),
  number: z.number().min(1).max(2),
});
const good = { list: ['a'], text: 'a', number: 1 };

test.each<[object, string]>([
  [{ list: [] }, 'list: must have at least 1 entry'],
  [{ list: ['a', 'b', 'c'] }, 'list: must have at most 2 entries'],
  [{ text: '' }, 'text: must be at least 1 character long'],
  [{ text: 'abc' }, 'text: must be at most 2 characters long'],
  [{ number: 0 }, 'number: must be at least 1'],
])('%j is said with its number: %s', (wrong, said) => {
  expect(() => checked(schema, { ...good, ...wrong }, 'x.yaml', 'CONFIG_INVALID')).toThrow(
    expect.objectContaining({ message: expect.stringMatching(new RegExp(`${said}$`, 'm')) }),
  );
});
