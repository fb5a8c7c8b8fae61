import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { SampleSystem } from '../../../model/sample-system.ts';
import type { ValidationContext } from '../../validation.ts';
import { anonymizeDatabase } from '../copying/anonymize.ts';
import { noRules } from '../plan/rules.ts';
import { connected, quoted } from '../postgres/connect.ts';
import { reportFile } from './report-file.ts';

/** The catalogue of the shop is public, and its recording was made with ids that stay. */
const rules = {
  ...noRules,
  columns: {
    'products.id': 'keep',
    'products.name': 'keep',
    'products.description': 'keep',
    'categories.id': 'keep',
    'categories.slug': 'keep',
    'categories.name': 'keep',
  },
};

export const sampleReferences = [
  { route: '/products/:id', parameter: 1, column: 'products.id' },
  { route: '/api/products/:id', parameter: 1, column: 'products.id' },
];

/**
 * The sample's database stands for production's: an anonymized copy of it is made beside it, as a user makes one for staging.
 * @returns its URL, and how many rows the original has
 */
export async function copyOfSample(
  sample: SampleSystem,
  { teardown, signal, folder, phase }: Pick<ValidationContext, 'teardown' | 'signal' | 'folder' | 'phase'>,
): Promise<{ url: string; counts: Record<string, number> }> {
  const from = sample.database.url;
  const name = `staging_${randomBytes(4).toString('hex')}`;
  const admin = await connected(from, 'sample database');
  try {
    teardown.before('the copy of the sample database', async () => {
      const client = await connected(from, 'sample database');
      await client.query(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`).finally(() => client.end());
    });
    await admin.query(`CREATE DATABASE ${quoted(name)}`);
  } finally {
    await admin.end();
  }
  const to = new URL(from);
  to.pathname = `/${name}`;
  const report = await anonymizeDatabase({ from, to: to.href, rules, signal, onProgress: eachOnce(phase) });
  await writeFile(reportFile(folder), `${JSON.stringify(report, null, 1)}\n`);
  const source = await connected(from, 'sample database');
  try {
    const counts: Record<string, number> = {};
    for (const { name: table } of report.tables) {
      const { rows } = await source.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM ${table.split('.').map(quoted).join('.')}`,
      );
      counts[table] = rows[0]?.count ?? 0;
    }
    return { url: to.href, counts };
  } finally {
    await source.end();
  }
}

/** Says what is being done, and not how far it is. */
function eachOnce(phase: (text: string) => void): (text: string) => void {
  let last = '';
  return (text) => {
    const plain = text.replace(/: part \d+ of \d+$/, '');
    if (plain !== last) phase(plain);
    last = plain;
  };
}
