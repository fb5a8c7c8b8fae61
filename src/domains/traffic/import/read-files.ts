import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ShakedownError } from '../../../model/error.ts';
import type { UnnamedFiles } from '../unnamed-files.ts';
import { type AgentKind, agentKind } from './agents.ts';
import { dropLargeResponse } from './body-limits.ts';
import { type AddressSign, clientAddress, type TrustedHops } from './client-address.ts';
import { DamageLog } from './damage.ts';
import { encodeRequest } from './encoded-request.ts';
import { encodeEvidence, evidenceOf, type SessionBy } from './evidence.ts';
import { ExternalSort } from './external-sort.ts';
import { checkFieldMap } from './formats/json-names.ts';
import { openFormat } from './formats/recognize.ts';
import { HostChoice, type HostCount } from './hosts.ts';
import type { FileReport, ReadTraffic } from './read-traffic.ts';
import type { FormatName, ImportedRecord } from './record.ts';
import { notReplayableKind } from './replayable.ts';
import type { RouteRule } from './route-rules.ts';
import { RouteLearner } from './routes.ts';
import { openSource, type Source } from './source.ts';
import { TimeResolver } from './spread.ts';
import { replayTarget } from './target.ts';

export interface ReadOptions {
  files: string[];
  spill: UnnamedFiles;
  format: FormatName | 'auto';
  fieldMap: Record<string, string>;
  logFormat: string | undefined;
  /** Hosts whose requests are imported; those of the visited site when empty. */
  hosts: string[];
  sessionBy: SessionBy;
  trustedHops: TrustedHops;
  maxDamagedShare: number;
  maxRoutes: number;
  routeRules: RouteRule[];
  signal: AbortSignal | undefined;
  onProgress: ((bytes: number, total: number, records: number) => void) | undefined;
}

const maxCookieNames = 1000;
const maxHosts = 1000;

class TrafficReader {
  readonly #options: ReadOptions;
  readonly byTime: ExternalSort;
  readonly routes: RouteLearner;
  readonly damage = new DamageLog();
  readonly notReplayable = new Map<string, number>();
  readonly cookies = new Map<string, number>();
  readonly addresses = new Map<AddressSign, number>();
  timeResolutionMs = 0;
  readonly agents = new Map<AgentKind, number>();
  readonly hosts = new Map<string, HostCount>();
  hasResponses = false;
  bodiesLeftOut = 0;
  untimed = 0;
  withCredentials = 0;
  taken = 0;
  withDuration = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
    this.routes = new RouteLearner(options.maxRoutes, options.routeRules);
    this.byTime = new ExternalSort({ files: options.spill, bufferBytes: 24 << 20, retain: 0.25 });
  }

  async readFile(
    file: string,
    fileNumber: number,
    progress: (bytes: number, records: number) => void,
  ): Promise<FileReport> {
    const source = await openSource(file, this.#options.signal);
    try {
      return await this.#readSource(source, fileNumber, progress);
    } finally {
      await source.close();
    }
  }

  async #readSource(
    source: Source,
    fileNumber: number,
    progress: (bytes: number, records: number) => void,
  ): Promise<FileReport> {
    const { signal, format, fieldMap, logFormat } = this.#options;
    const { file } = source;
    const { name, batches, wrapping, durations } = openFormat(source, format, { fieldMap, logFormat });
    const hosts = new HostChoice(this.#options.hosts, name === 'har');
    const report: FileReport = {
      file: basename(file),
      format: name,
      wrapping,
      gzip: source.gzip,
      records: 0,
      durations,
      withDuration: 0,
      damaged: 0,
      outOfOrder: 0,
      notUtf8: 0,
      broken: undefined,
    };
    const times = new TimeResolver(fileNumber + 1, (record) => this.#take(record, hosts));
    let newest = Number.NEGATIVE_INFINITY;
    for await (const { records, damaged, notUtf8 = 0 } of batches) {
      signal?.throwIfAborted();
      for (const record of records) {
        if (record.untimed) this.untimed++;
        if (record.notReplayable !== undefined) {
          this.#leaveOut(record.notReplayable);
          continue;
        }
        if (record.durationMs !== undefined) report.withDuration++;
        if (record.time < newest) report.outOfOrder++;
        else newest = record.time;
        times.add(record);
      }
      for (const part of damaged) this.damage.add(file, part);
      report.records += records.length;
      report.damaged += damaged.length;
      report.notUtf8 += notUtf8;
      this.damage.records += records.length;
      this.damage.checkEarly();
      progress(source.readBytes(), this.damage.records);
      await nextTurn();
    }
    times.flush();
    this.timeResolutionMs = Math.max(this.timeResolutionMs, times.resolutionMs);
    report.broken = source.broken();
    if (report.broken !== undefined) {
      report.damaged++;
      this.damage.add(file, { line: 0, reason: report.broken, text: '', truncated: true });
    }
    return report;
  }

  #take(record: ImportedRecord, hosts: HostChoice): void {
    const { sessionBy, trustedHops } = this.#options;
    const target = replayTarget(record.method, record.target, record.scheme, record.host);
    const kind = notReplayableKind(record) ?? (typeof target === 'string' ? target : undefined);
    if (kind !== undefined || typeof target === 'string') {
      this.#leaveOut(kind ?? 'malformed request');
      return;
    }
    const isKept = hosts.keeps(target.origin, record);
    this.#countHost(target.origin, isKept);
    if (!isKept) {
      this.#leaveOut(this.#options.hosts.length > 0 ? 'request to another host' : 'request to a third-party host');
      return;
    }
    const client = clientAddress(record.client, record.headers, trustedHops);
    if (client.address !== '') this.addresses.set(client.sign, (this.addresses.get(client.sign) ?? 0) + 1);
    const agent = agentKind(record.headers, target.path);
    if (agent !== undefined) this.agents.set(agent, (this.agents.get(agent) ?? 0) + 1);
    if (record.headers?.some(([name]) => name === 'cookie' || name === 'authorization')) this.withCredentials++;
    const evidence = evidenceOf(record, sessionBy, client);
    for (const cookie of evidence.cookies) this.#countCookie(cookie);
    this.routes.learn(record.method, target.path);
    this.taken++;
    if (record.durationMs !== undefined) this.withDuration++;
    if (record.response !== undefined) this.hasResponses = true;
    if (dropLargeResponse(record)) this.bodiesLeftOut++;
    const arrivedMs = record.time - (record.stampedAtEnd ? (record.durationMs ?? 0) : 0);
    this.byTime.add(arrivedMs, encodeEvidence(evidence), encodeRequest(record, target));
  }

  #leaveOut(kind: string): void {
    this.notReplayable.set(kind, (this.notReplayable.get(kind) ?? 0) + 1);
  }

  #countHost(origin: string, isKept: boolean): void {
    if (origin === '') return;
    const count = this.hosts.get(origin) ?? { origin, requests: 0, imported: isKept };
    if (this.hosts.size >= maxHosts && !this.hosts.has(origin)) return;
    count.requests++;
    this.hosts.set(origin, count);
  }

  #countCookie(cookie: string): void {
    const name = cookie.slice(0, cookie.indexOf('='));
    const count = this.cookies.get(name);
    if (count !== undefined || this.cookies.size < maxCookieNames) this.cookies.set(name, (count ?? 0) + 1);
  }
}

/**
 * First pass: parses every file, spreads whole seconds, learns routes and sorts by arrival.
 * @throws ShakedownError as `importTraffic` says
 */
export async function readFiles(options: ReadOptions): Promise<ReadTraffic> {
  if (options.files.length === 0) {
    throw new ShakedownError('TRAFFIC_NOT_FOUND', 'No recorded traffic was named.', {
      hint: 'Name one or more files: `shakedown traffic import access.log --out <folder>`.',
    });
  }
  checkFieldMap(options.fieldMap);
  const sizes = await Promise.all(
    options.files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const reader = new TrafficReader(options);
  const files: FileReport[] = [];
  let before = 0;
  for (const [index, file] of options.files.entries()) {
    files.push(
      await reader.readFile(file, index, (bytes, records) => options.onProgress?.(before + bytes, total, records)),
    );
    before += sizes[index] ?? 0;
  }
  const {
    agents,
    damage,
    byTime,
    withCredentials,
    routes,
    addresses,
    notReplayable,
    timeResolutionMs,
    hasResponses,
    bodiesLeftOut,
  } = reader;
  damage.check(options.maxDamagedShare);
  if (damage.records === 0) {
    throw new ShakedownError('TRAFFIC_EMPTY', `No request was found in ${options.files.join(', ')}.`, {
      hint: 'Check that the files hold recorded traffic.',
    });
  }
  if (reader.untimed > 0 && reader.untimed < damage.records) {
    throw new ShakedownError(
      'TRAFFIC_UNTIMED',
      'Some of the files have times and some have none, so they are no one recording.',
      {
        hint: 'Import collections without times by themselves.',
      },
    );
  }
  routes.settle();
  const hosts = [...reader.hosts.values()].sort((a, b) => b.requests - a.requests || (a.origin < b.origin ? -1 : 1));
  const isUntimed = reader.untimed > 0;
  const cookieNames = [...reader.cookies].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  return {
    byTime,
    routes,
    addresses,
    agents,
    hosts,
    isUntimed,
    withCredentials,
    unknownDurations: reader.taken === 0 ? 1 : 1 - reader.withDuration / reader.taken,
    cookieNames,
    damage,
    files,
    notReplayable,
    timeResolutionMs,
    hasResponses,
    bodiesLeftOut,
  };
}
