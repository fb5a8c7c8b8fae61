import { ShakedownError } from '../../../../model/error.ts';
import { type ImportedRecord, importedRecord, type LineParser } from '../record.ts';
import { type Draft, finishDraft, type Setter } from './format-draft.ts';
import { apacheSetter, nginxSetter } from './format-variables.ts';
import { findClosingQuote } from './log-escape.ts';

/** A piece of a format: text that stands in every line as it is, or a variable. */
type Token = { literal: string } | { name: string; set: Setter | undefined };

const nginxVariable = /\$(?:\{(\w+)\}|(\w+))/g;
const apacheVariable = /%(?:[!\d,]*)([<>]?)(?:\{([^}]*)\})?(\^t[io]|[A-Za-z]|%)/g;

function nginxTokens(format: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const found of format.matchAll(nginxVariable)) {
    if (found.index > at) tokens.push({ literal: format.slice(at, found.index) });
    const name = found[1] ?? found[2] ?? '';
    tokens.push({ name: `$${name}`, set: nginxSetter(name) });
    at = found.index + found[0].length;
  }
  if (at < format.length) tokens.push({ literal: format.slice(at) });
  return tokens;
}

function apacheTokens(given: string): Token[] {
  const format = given.replaceAll('\\"', '"').replaceAll('\\t', '\t');
  const tokens: Token[] = [];
  let at = 0;
  const text = (literal: string) => {
    const last = tokens.at(-1);
    if (literal === '') return;
    if (last !== undefined && 'literal' in last) last.literal += literal;
    else tokens.push({ literal });
  };
  for (const found of format.matchAll(apacheVariable)) {
    text(format.slice(at, found.index));
    at = found.index + found[0].length;
    const [whole, , argument, letters = ''] = found;
    if (letters === '%') {
      text('%');
      continue;
    }
    tokens.push({ name: whole, set: apacheSetter(letters, argument) });
  }
  text(format.slice(at));
  // `%t` brings its own brackets.
  return tokens.flatMap((token): Token[] =>
    'name' in token && /^%[<>]?t$/.test(token.name) ? [{ literal: '[' }, token, { literal: ']' }] : [token],
  );
}

/** Joins texts that stand side by side, which a match needs as one. */
function joined(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (const token of tokens) {
    const last = out.at(-1);
    if ('literal' in token && last !== undefined && 'literal' in last) last.literal += token.literal;
    else out.push({ ...token });
  }
  return out;
}

/** Where a variable's value ends: before the next text of the format, past escaped quotes where it stands in quotes. */
function valueEnd(line: string, at: number, before: Token | undefined, after: Token | undefined): number {
  if (after === undefined) return line.length;
  const next = 'literal' in after ? after.literal : '';
  if (next.startsWith('"') && before !== undefined && 'literal' in before && before.literal.endsWith('"')) {
    const quote = findClosingQuote(line, at);
    return quote >= 0 && line.startsWith(next, quote) ? quote : -1;
  }
  return line.indexOf(next, at);
}

function formatError(format: string, why: string): ShakedownError {
  return new ShakedownError('TRAFFIC_LOG_FORMAT', `The log format ${JSON.stringify(format)} cannot be used: ${why}.`, {
    hint: "Give nginx's log_format or Apache's LogFormat as it stands in the server's configuration, in single quotes.",
  });
}

/**
 * Makes a parser of a format string of nginx (`log_format`, variables with `$`) or Apache (`LogFormat`, directives with `%`). Variables
 * that say nothing of a request are passed over.
 * @throws ShakedownError TRAFFIC_LOG_FORMAT when it says neither what was requested nor when, or cannot be taken apart
 */
export function createFormatParser(format: string): { parse: LineParser; durationName: string | undefined } {
  const isNginx = /\$\{?[a-z]/.test(format);
  const tokens = joined(isNginx ? nginxTokens(format) : apacheTokens(format));
  const sets = new Set(tokens.flatMap((token) => ('set' in token && token.set !== undefined ? [token.set.field] : [])));
  if (!sets.has('request') && !sets.has('target')) throw formatError(format, 'it has no request');
  if (!sets.has('time')) throw formatError(format, 'it has no time');
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if ('name' in token && next !== undefined && 'name' in next)
      throw formatError(format, `nothing stands between ${token.name} and ${next.name}`);
  }
  const duration = tokens.find((token) => 'set' in token && token.set?.field === 'duration');
  const parse: LineParser = (line): ImportedRecord | string => {
    const record = importedRecord(0, '', '');
    // Apache stamps the arrival unless `%{end:…}t` is asked for; nginx the end.
    record.stampedAtEnd = isNginx;
    const draft: Draft = {
      record,
      headers: [],
      cookies: [],
      stamp: undefined,
      fractionMs: undefined,
      zone: '',
      args: '',
      host: '',
    };
    let at = 0;
    for (const [index, token] of tokens.entries()) {
      if ('literal' in token) {
        if (!line.startsWith(token.literal, at)) return `no ${JSON.stringify(token.literal)} where the format has it`;
        at += token.literal.length;
        continue;
      }
      const end = valueEnd(line, at, tokens[index - 1], tokens[index + 1]);
      if (end < 0) return `${token.name} has no end`;
      const value = line.slice(at, end);
      at = end;
      if (value !== '-' && value !== '') token.set?.apply(draft, value);
    }
    return finishDraft(draft);
  };
  return { parse, durationName: duration !== undefined && 'name' in duration ? duration.name : undefined };
}
