import { ShakedownError } from '../../../model/error.ts';
import type { RunTarget } from '../../companion.ts';
import { type ValidationContext, validationWork } from '../../validation.ts';
import { readCatalog } from '../postgres/catalog.ts';
import { connected, shownUrl } from '../postgres/connect.ts';
import { countRows, danglingReferences, scanSample } from './database.ts';
import { type StagingEvidence, stagingEvidence } from './evidence.ts';
import { judgeStaging } from './judge.ts';
import { namedRows } from './named-rows.ts';
import { reportOf } from './report-of-copy.ts';
import { copyOfSample, sampleReferences } from './sample.ts';

type Context = ValidationContext<StagingEvidence>;

/** What is looked at: staging's database, and what it is compared with. */
interface Looked {
  url: string;
  how: string;
  references: Context['config']['data']['references'];
  counts: Record<string, number>;
}

/** Whether staging's data is like production's, and holds nothing of anyone. */
export const staging = validationWork<StagingEvidence>({
  evidence: stagingEvidence,
  async run(context) {
    const { config, record, phase, signal, mark } = context;
    const looked = await whatIsLookedAt(context);
    const client = await connected(looked.url, 'staging database');
    const abort = () => void client.end().catch(() => {});
    signal.addEventListener('abort', abort, { once: true });
    try {
      await client.query('SET default_transaction_read_only = on; SET statement_timeout = 600000');
      // Rows that a policy hides must not count as looked at: then the query fails.
      await client.query('SET row_security = off');
      record({ kind: 'database', shown: shownUrl(looked.url), how: looked.how });
      phase('the report of the copy');
      const catalog = await readCatalog(client);
      const { report, maxAgeDays } = config.data;
      record(await reportOf(client, catalog, { url: looked.url, file: report, maxAgeDays }));
      phase('scanning for leaks');
      const scan = await scanSample(client, catalog, config.data);
      record(scan);
      if (scan.findings.some(({ ignored }) => ignored === null))
        mark({ text: "staging's database has what looks like someone's", kind: 'trouble' });
      phase('references between rows');
      record(await danglingReferences(client, catalog));
      if (Object.keys(looked.counts).length > 0)
        record(await countRows(client, looked.counts, config.data.leastCountShare));
      if (looked.references.length > 0) {
        phase('rows that the recording names');
        record(
          await namedRows(client, catalog, { ...config.data, references: looked.references }, config.traffic.recording),
        );
      }
    } finally {
      signal.removeEventListener('abort', abort);
      await client.end().catch(() => {});
    }
  },
  judge: judgeStaging,
});

/** @throws ShakedownError NOT_CONFIGURED */
async function whatIsLookedAt(context: Context): Promise<Looked> {
  const { data, target } = context.config;
  if (data.database !== null)
    return { url: data.database, how: 'named in data.database', references: data.references, counts: data.counts };
  const running: RunTarget | null = target.sample === null ? null : await context.target();
  if (running?.sample === null || running?.sample === undefined) {
    throw new ShakedownError('NOT_CONFIGURED', "No database of staging's is named.", {
      hint: 'Write data.database, the URL of it; docs/data.md says how its data is made.',
    });
  }
  context.phase("copying the sample's database");
  const { url, counts } = await copyOfSample(running.sample, context);
  return {
    url,
    how: "an anonymized copy of the sample system's database, made now",
    references: sampleReferences,
    counts,
  };
}
