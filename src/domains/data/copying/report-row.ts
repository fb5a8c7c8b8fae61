import { literal, stateSchema } from '../postgres/connect.ts';
import { type DataReport, digestOf } from '../report.ts';

/** Where the report stands in the copy: what says of a database that it is one, and which. */
export const reportTable = `CREATE SCHEMA IF NOT EXISTS ${stateSchema}; CREATE TABLE ${stateSchema}.report (digest text NOT NULL, body jsonb NOT NULL)`;

export const reportRow = (report: DataReport): string =>
  `INSERT INTO ${stateSchema}.report VALUES (${literal(digestOf(report))}, ${literal(JSON.stringify(report))})`;
