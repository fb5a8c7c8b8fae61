import type { ImportedRecord, LineParser, ParsedLine } from '../record.ts';
import type { DurationReading } from './duration-unit.ts';
import { isObject, type JsonRow, textAt } from './json-fields.ts';
import { parseJsonObject } from './ndjson.ts';
import { otherLine } from './other-lines.ts';

/** Requests under way at once; past that the one that came first is taken for never answered. */
const mostOpen = 10_000;

/** Process and request: two instances count from 1 each, and may write into one log. */
function keyOf(row: JsonRow): string {
  const id = textAt(row, 'reqId');
  return id === '' ? '' : JSON.stringify([row.hostname, row.pid, id]);
}

const isRequest = (row: JsonRow) => isObject(row.req) && textAt(row, 'req.method') !== '' && row.res === undefined;
const isAnswer = (row: JsonRow) => isObject(row.res) && row.req === undefined;

/** A request's line and its answer's, as one that pino-http would have written: the stamp is the answer's. */
const joined = (request: JsonRow, answer: JsonRow): string => JSON.stringify({ ...answer, req: request.req });

interface PairedParser {
  parse: LineParser;
  durations: DurationReading;
  rest: () => ImportedRecord[];
}

/**
 * A parser for logs that have two lines for each request, joined by `reqId`: `{"req": …}` as it comes and `{"res": …, "responseTime": …}` as it ends
 * (Fastify's own log). A request without an end is one without status and response time.
 * @param create makes the parser of joined lines, from a sample of them
 * @returns undefined where the sample has no such pairs
 */
export function pairingLines(
  sample: readonly string[],
  create: (sample: readonly string[]) => { parse: LineParser; reading: DurationReading },
): PairedParser | undefined {
  const open = new Map<string, JsonRow>();
  const lines: string[] = [];
  for (const line of sample) {
    const row = parseJsonObject(line);
    const key = row === undefined ? '' : keyOf(row);
    if (row === undefined || key === '') continue;
    const request = open.get(key);
    if (isRequest(row)) open.set(key, row);
    else if (isAnswer(row) && request !== undefined) lines.push(joined(request, row));
  }
  if (lines.length === 0) return undefined;
  open.clear();
  const { parse, reading } = create(lines);
  const alone = (row: JsonRow): ParsedLine => parse(JSON.stringify(row));
  return {
    durations: reading,
    parse: (line) => {
      const row = parseJsonObject(line);
      const key = row === undefined ? '' : keyOf(row);
      if (row === undefined || key === '') return parse(line);
      const request = open.get(key);
      if (isRequest(row)) {
        open.delete(key);
        open.set(key, row);
        if (request !== undefined) return alone(request);
        const first = open.size > mostOpen ? open.keys().next().value : undefined;
        const longest = first === undefined ? undefined : open.get(first);
        if (first === undefined || longest === undefined) return [];
        open.delete(first);
        return alone(longest);
      }
      if (!isAnswer(row)) return parse(line);
      // The log may begin between the two lines of a request: then it is not known what was asked for.
      if (request === undefined) return otherLine();
      open.delete(key);
      return parse(joined(request, row));
    },
    rest: () =>
      [...open.values()].flatMap((row) => {
        const parsed = alone(row);
        return typeof parsed === 'object' && 'method' in parsed ? [parsed] : [];
      }),
  };
}
