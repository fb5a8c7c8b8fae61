import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tlsOptions } from '../../environment/tls.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import type { ValidationContext } from '../validation.ts';
import { send } from './contracts/send.ts';
import { type ApiDocument, bytesAtMost, readDocument, readDocumentText } from './openapi/document.ts';
import { sampleApi } from './sample-api.ts';

/** Where an OpenAPI document is. */
export type DocumentSource =
  | { readonly kind: 'file'; readonly file: string }
  /** A path on the target. */
  | { readonly kind: 'target'; readonly path: string }
  /** The sample shop's own; `version` null: of the version that is tested. */
  | { readonly kind: 'sample'; readonly version: 'v2.0.0' | 'v2.1.0' | null };

interface Accepted {
  readonly operation: string;
  readonly what: string;
  readonly reason: string;
  readonly expires: string;
}

export interface ContractSettings {
  readonly document: DocumentSource;
  /** Requests for each operation that only reads, made up by Schemathesis. */
  readonly madeUp: number;
  readonly routes: readonly string[] | null;
  readonly accepted: readonly Accepted[];
}

/** Messages of a queue or a stream. */
export interface MessageSettings {
  readonly name: string;
  /** Absolute: a JSON Schema. */
  readonly schema: string;
  /** Absolute: one recorded message a line. */
  readonly messages: string;
}

export interface ChangeSettings {
  readonly baseline: DocumentSource;
  readonly candidate: DocumentSource;
  readonly accepted: readonly Accepted[];
}

/** How a service can fail. */
export const failureKinds = ['unavailable', 'slow', 'erroring'] as const;
export type FailureKind = (typeof failureKinds)[number];

/** What the target still does without a service. */
export interface DegradationSettings {
  /** Under `chaos.components`: by which the target reaches the service; null: it is a stand-in that answers in its place. */
  readonly link: string | null;
  /** Where it answers then; null: where the sample system's carrier does. */
  readonly port: number | null;
  readonly slowMs: number;
  readonly recoverS: number;
  readonly routes: readonly {
    /** Of the target; asked for with GET. */
    readonly path: string;
    readonly usual: number;
    readonly without: readonly number[];
    readonly withinMs: number;
    readonly when: readonly FailureKind[];
  }[];
}

export interface ServiceSettings {
  readonly name: string;
  /** `other`: it speaks no HTTP, so it is not asked. `cdn`: a caching proxy stands in for it. */
  readonly kind: 'real' | 'stand-in' | 'other' | 'cdn';
  /** null: it is a stand-in, or the target itself. */
  readonly url: string | null;
  /** null: it is real, or is recorded from the target for this run. */
  readonly recording: string | null;
  /** Of the sample system: the shop itself, which others use, or the carrier that the shop uses. null: it is no part of it. */
  readonly sample: 'shop' | 'carrier' | null;
  readonly probe: {
    readonly path: string;
    readonly status: number;
    readonly document: DocumentSource | null;
    readonly headersEnv: Readonly<Record<string, string>>;
  };
  readonly certificateDays: number;
  readonly latencyMs: number;
  readonly quota: { readonly header: string; readonly atLeast: number } | null;
  readonly maxAgeDays: number;
  /** Of a CDN: percentage points by which its share of answers from the cache may be below the recorded one. */
  readonly hitSharePoints: number;
  /** null: not declared. */
  readonly degrades: DegradationSettings | null;
}

export const sampleContracts: readonly ContractSettings[] = [
  { document: { kind: 'sample', version: null }, madeUp: 10, routes: ['/api/*'], accepted: [] },
];

export const sampleChanges: readonly ChangeSettings[] = [
  { baseline: { kind: 'sample', version: 'v2.0.0' }, candidate: { kind: 'sample', version: null }, accepted: [] },
];

const ofShop = {
  sample: 'shop',
  ...{ url: null, recording: null, certificateDays: 14, latencyMs: 1000, quota: null, maxAgeDays: 90 },
  ...{ degrades: null, hitSharePoints: 10 },
  probe: {
    ...{ path: '/api/products?limit=20', status: 200, headersEnv: {} },
    document: { kind: 'sample', version: null },
  },
} as const;

const always = { usual: 200, without: [200], withinMs: 3000, when: failureKinds };

/** The catalogue is looked at as those see it who use it. Of others, the shop uses a carrier, and a CDN for its files. */
export const sampleServices: readonly ServiceSettings[] = [
  { ...ofShop, name: 'catalogue', kind: 'real' },
  { ...ofShop, name: 'catalogue stand-in', kind: 'stand-in' },
  {
    ...ofShop,
    name: 'carrier',
    kind: 'stand-in',
    sample: 'carrier',
    degrades: {
      link: null,
      port: null,
      slowMs: 5000,
      recoverS: 30,
      routes: [{ path: '/api/delivery-days', ...always }],
    },
  },
  { ...ofShop, name: 'CDN', kind: 'cdn' },
];

/** For reports, where it cannot be read. */
export function nameOf(source: DocumentSource): string {
  if (source.kind === 'file') return source.file.split(/[\\/]/).at(-1) as string;
  return source.kind === 'target' ? source.path : `sample shop ${source.version ?? ''}`.trim();
}

const timeoutMs = 15_000;

/**
 * Reads a document, and keeps a copy of it in the evidence.
 * @param copy name of the copy
 * @throws ShakedownError OPENAPI_DOCUMENT
 */
export async function documentFrom(
  source: DocumentSource,
  { config, folder, signal, target }: Pick<ValidationContext, 'config' | 'folder' | 'signal' | 'target'>,
  copy: string,
): Promise<{ document: ApiDocument; sha256: string; copy: string }> {
  const { text, name } = await textOf(source, config, signal, async () => (await target()).baseUrl);
  const document = readDocument(text, name);
  const file = join(folder, `${copy}.${/^\s*\{/.test(text) ? 'json' : 'yaml'}`);
  await writeFile(file, text);
  return { document, sha256: createHash('sha256').update(text).digest('hex'), copy: file };
}

async function textOf(
  source: DocumentSource,
  config: ResolvedConfig,
  signal: AbortSignal,
  baseUrl: () => Promise<string>,
): Promise<{ text: string; name: string }> {
  if (source.kind === 'sample') {
    const version = source.version ?? config.target.sample?.version ?? 'v2.1.0';
    return { text: `${JSON.stringify(sampleApi(version), null, 1)}\n`, name: `sample shop ${version}` };
  }
  if (source.kind === 'file') return { text: await readDocumentText(source.file), name: nameOf(source) };
  const { path } = source;
  const { status, body, isCut, problem } = await send(`${await baseUrl()}${path}`, {
    ...{ method: 'GET', body: null, timeoutMs, bytesAtMost, signal, tls: await tlsOptions(config.target.tls) },
    headers: {
      ...Object.fromEntries(config.target.headers),
      accept: 'application/json, application/yaml, */*',
      'accept-encoding': 'gzip',
    },
  });
  if (status !== 200 || isCut) {
    const why =
      problem ?? (status === 200 ? 'it did not come whole, or is larger than 8 MB' : `it was answered with ${status}`);
    throw new ShakedownError('OPENAPI_DOCUMENT', `The OpenAPI document ${path} of the target cannot be used: ${why}.`, {
      hint: 'Correct integration.contracts, or give the document as a file.',
    });
  }
  return { text: body.toString('utf8'), name: path };
}
