import { expect, test } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../src/config/schema.ts';

// After a change to the schema: npx vitest run test/config -u
test('schema.json, which editors read, is that of the configuration', async () => {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
  const text = `${JSON.stringify({ ...schema, title: 'shakedown.config' }, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../src/config/schema.json');
});
