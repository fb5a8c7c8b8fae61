import { type PartDomain, partDomain } from '../part-domain.ts';
import type {} from './section.ts';

const about: PartDomain = {
  ...{ id: 'data', gate: 'data', gates: [{ id: 'data', title: 'Production-like data' }] },
  of: 'the data',
  parts: [
    {
      ...{ id: 'staging', title: 'Data of staging' },
      help: "whether staging's database is like production's, holds nothing of anyone, and has the rows that the recording names",
      // With a database of one's own it only reads.
      withLoad: ({ data }) => data.database !== null,
      load: async () => (await import('./validation/staging.ts')).staging,
    },
  ],
  page: {
    title: 'Data',
    about: 'whether staging has data like production, with nothing of anyone in it',
    foot: [
      'The scan knows forms: addresses, numbers, keys. A name that no form gives away is found by the scan of `data anonymize` only, which knows the values of the source.',
    ],
  },
};

/** Data like production's, without anyone in it. */
export const data = partDomain(about, {
  commands: [
    { name: 'data', help: 'data for staging: anonymize a database' },
    {
      name: 'data anonymize',
      help: 'copy a PostgreSQL database with the pseudonyms of the traffic, and scan the copy for leaks',
      options: [
        { flags: '--from <url>', help: 'database that is read: postgres://…', mandatory: true },
        {
          flags: '--to <target>',
          help: 'an empty database (postgres://…), or a new folder for files',
          mandatory: true,
        },
        {
          flags: '--rules <file>',
          help: 'what is done with which column (YAML or JSON); see docs/data.md',
          isPath: true,
        },
        {
          flags: '--key-file <file>',
          help: 'key of the pseudonyms, as for `traffic anonymize`; else SHAKEDOWN_ANONYMIZE_KEY',
          isPath: true,
        },
        { flags: '--recording <folder>', help: 'anonymized recording: what stayed there stays here', isPath: true },
        {
          flags: '--began <time>',
          help: 'when the recording began, before it was anonymized, so that dates match those in it',
        },
        {
          flags: '--share <percent>',
          help: 'only a share of the rows of each table, with all that they refer to',
        },
        {
          flags: '--where <table=condition>',
          help: 'only these rows, with all that refers to them and that they refer to; may be given again',
          parse: (text: string, before: never) => [...((before as string[] | undefined) ?? []), text],
        },
        { flags: '--report <file>', help: 'also write the report to this file', isPath: true },
        { flags: '--json', help: 'print the report as JSON' },
      ],
      load: async () => (await import('./commands/anonymize.ts')).dataAnonymize,
    },
  ],
  configuration: async () => (await import('./configuration.ts')).configuration,
});
