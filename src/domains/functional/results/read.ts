import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { withFullStop } from '../../../gate/words.ts';
import { Cases } from './cases.ts';
import { readNunit, readTrx, readXunit } from './dotnet.ts';
import { readGo } from './go.ts';
import { jsonFormat, readCtrf, readJest, readMocha, readPlaywright } from './json.ts';
import { readJunit } from './junit.ts';
import type { Format, ReadResult } from './result.ts';
import { readTap } from './tap.ts';
import { rootOf } from './xml.ts';

/** Larger files are not read. */
export const largestFileBytes = 64 * 1024 * 1024;

const ofText: Partial<Record<Format, (text: string, out: Cases) => void>> = {
  junit: readJunit,
  trx: readTrx,
  nunit: readNunit,
  xunit: readXunit,
  go: readGo,
  tap: readTap,
};
const ofJson: Partial<Record<Format, (value: unknown, out: Cases) => void>> = {
  playwright: readPlaywright,
  jest: readJest,
  mocha: readMocha,
  ctrf: readCtrf,
};
const formatOfRoot: Readonly<Record<string, Format>> = {
  testsuites: 'junit',
  testsuite: 'junit',
  testrun: 'junit',
  TestRun: 'trx',
  'test-run': 'nunit',
  assemblies: 'xunit',
  assembly: 'xunit',
};

/**
 * What a file of test results says, whatever is wrong with it. The format is found by its content.
 * @param format null: found by the content
 */
export function readResults(bytes: Uint8Array, format: Format | null = null): ReadResult {
  const out = new Cases();
  const text = textOf(bytes);
  if (text.trim() === '') {
    out.fault('It is empty.');
    return out.result(format);
  }
  try {
    return read(text, format, out);
  } catch (error) {
    // A file may be wrong in ways that no reader foresees: what was read of it stays, and it does not pass.
    out.fault(withFullStop(`It cannot be read: ${error instanceof Error ? error.message : String(error)}`));
    return out.result(format);
  }
}

function read(text: string, given: Format | null, out: Cases): ReadResult {
  const start = text.trimStart();
  const isXml = start.startsWith('<');
  const json = isXml ? undefined : parsedJson(start);
  const root = isXml ? rootOf(start) : null;
  const found = isXml ? (formatOfRoot[root ?? ''] ?? null) : formatOfText(start, json);
  const format = given ?? found;
  if (format === null) {
    const cut = /^[[{]/.test(start) && json === undefined ? ' It is no whole JSON, so it may stop in the middle.' : '';
    out.fault(`It is of no format that can be read${isXml && root !== null ? ` (<${root}>)` : ''}.${cut}`);
    return out.result(null);
  }
  if (given !== null && found !== null && found !== given) out.fault(`It is ${found}, and ${given} was named.`);
  const readJson = ofJson[format];
  if (readJson === undefined) ofText[format]?.(start, out);
  else if (json === undefined) out.fault('It is no whole JSON, so it may stop in the middle.');
  else readJson(json, out);
  return out.result(format);
}

function formatOfText(start: string, json: unknown): Format | null {
  if (json !== undefined && jsonFormat(json) !== null) return jsonFormat(json);
  const lines = start.split('\n', 2000);
  if (lines.some((line) => line.startsWith('{') && /"Action":"/.test(line))) return 'go';
  return lines.some((line) => /^(TAP version \d+|1\.\.\d+|(not )?ok\b|Bail out!)/.test(line)) ? 'tap' : null;
}

function parsedJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By its byte order mark, else by what its XML says of itself, else UTF-8. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const declared = /^<\?xml[^>]*encoding=["']([\w.:-]+)["']/.exec(
    Buffer.from(bytes.subarray(0, 200)).toString('latin1'),
  );
  const name =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : declared?.[1];
  try {
    return new TextDecoder(/^utf-?16$/i.test(name ?? '') ? 'utf-8' : (name ?? 'utf-8')).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** The bytes of a file within the bound. @returns a text that says why not */
export async function boundedBytes(path: string, most = largestFileBytes): Promise<Uint8Array | string> {
  return readBounded(path, most).catch(
    (cause: NotRead) => `${cause.message[0]?.toUpperCase()}${cause.message.slice(1)}.`,
  );
}
