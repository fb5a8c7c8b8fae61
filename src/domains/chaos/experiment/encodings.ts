import { domainToASCII } from 'node:url';
import { type Reading, type Span, spanOf } from './readings.ts';

/** Shorter texts may be part of any other; they are found only where they are all of it. */
const shortestInText = 4;
/** From so many characters on, a text is also found where others have changed upper and lower case, as in the host of an address. */
const shortestInAnyCase = 8;
/** Fewer base64 digits than this may be part of any text. */
const fewestDigits = 6;
/** So much of an address that was cut at `#`, which is never sent. */
const shortestBeforeFragment = 8;

/** A text to be found in what others write. */
export interface Sought {
  /** Where it stands in a text that was read in all ways. */
  in(readings: readonly Reading[]): Span[];
}

/**
 * A text in all the ways that it may stand in another: as it is, as addresses, forms and headers change it, and in hexadecimal and base64 digits, there
 * also as part of something longer, as a password is in `Authorization: Basic`. Escapes are undone by the readings.
 * @param readAgain all readings of a text
 */
export function soughtOf(text: string, readAgain: (text: string) => readonly Reading[]): Sought {
  if (text.length < shortestInText) return whole(text);
  const forms = new Set(changed(text).flatMap((form) => readAgain(form)));
  const asText = unique([...forms].filter((form) => form.text.length >= shortestInText).map((form) => form.text));
  const inAnyCase = unique(
    [...forms].filter((form) => form.text.length >= shortestInAnyCase).map((form) => form.lower()),
  );
  const hex = unique(asBytes(text).map((bytes) => bytes.toString('hex')));
  const base64 = unique(hex).flatMap((digits) => withinBase64(Buffer.from(digits, 'hex')));
  return {
    in: (readings) =>
      readings.flatMap((reading) => [
        ...allIn(reading, reading.text, asText),
        ...allIn(reading, reading.lower(), inAnyCase),
        ...allIn(reading.hexadecimal(), reading.hexadecimal().lower(), hex),
        ...base64.flatMap((digits) => allDigits(reading.base64(), digits)),
      ]),
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** As UTF-8, as UTF-16, and, where it can be, as Latin-1. */
function asBytes(text: string): Buffer[] {
  const latin1 = Buffer.from(text, 'latin1');
  return [Buffer.from(text), Buffer.from(text, 'utf16le'), ...(latin1.toString('latin1') === text ? [latin1] : [])];
}

/** The whole value only; upper and lower case are told apart. */
function whole(text: string): Sought {
  const bytes = Buffer.from(text);
  const [hex, base64] = [bytes.toString('hex'), bare(bytes.toString('base64'))];
  const is = (reading: Reading) =>
    reading.text === text || reading.lower() === hex || bare(reading.base64().text) === base64;
  return {
    in: (readings) => readings.filter(is).map((reading) => spanOf(reading, 0, reading.text.length)),
  };
}

function allIn(reading: Reading, text: string, forms: readonly string[]): Span[] {
  return forms.flatMap((form) => places(text, form).map((at) => spanOf(reading, at, at + form.length)));
}

function places(text: string, form: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + form.length)) found.push(at);
  return found;
}

/** What addresses (WHATWG URL), forms and headers make of a text beside percent encoding, and the text itself. */
function changed(text: string): string[] {
  const inAddress = ['http://h/', 'http://h/?', 'http://h/#'].map((before) =>
    new URL(before + text).href.slice(before.length),
  );
  const sent = inAddress
    .map((form) => form.replace(/#.*$/s, ''))
    .filter((form) => form.length >= shortestBeforeFragment);
  const isAscii = /^\p{ASCII}*$/u.test(text);
  // Headers are read as Latin-1; a body may be Latin-1 that is read as UTF-8.
  const misread = isAscii ? [] : asBytes(text).flatMap((bytes) => [bytes.toString('latin1'), bytes.toString()]);
  const known = misread.filter((form) => form.replaceAll('\ufffd', '').length >= shortestInText);
  const forms = [text, ...inAddress, ...sent, ...known, ...(isAscii ? [] : [domainToASCII(text)])];
  return [...forms, ...forms.map((form) => form.replaceAll(' ', '+'))];
}

/** Base64 digits of a text within something longer. */
interface Digits {
  digits: string;
  /** Whether the digit before and the digit after hold bits of the text. */
  before: boolean;
  after: boolean;
}

/** The digits that a text always has within a longer one, for each place that it may begin at within three bytes; too few are left out. */
function withinBase64(bytes: Buffer): Digits[] {
  const within = [0, 1, 2].map((before) => {
    const digits = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const [from, to] = [(8 * before) / 6, (8 * (before + bytes.length)) / 6];
    const own = digits.slice(Math.ceil(from), Math.floor(to));
    return { digits: own, before: !Number.isInteger(from), after: !Number.isInteger(to) };
  });
  const alone = { digits: bare(bytes.toString('base64')), before: false, after: false };
  return [alone, ...within].filter(({ digits }) => digits.length >= fewestDigits);
}

function allDigits(reading: Reading, { digits, before, after }: Digits): Span[] {
  const isDigit = (at: number) => /[a-z0-9+/]/i.test(reading.text[at] ?? '');
  return places(reading.text, digits).map((at) => {
    let end = at + digits.length;
    if (after && isDigit(end)) end++;
    while (reading.text[end] === '=') end++;
    return spanOf(reading, before && isDigit(at - 1) ? at - 1 : at, end);
  });
}

function bare(digits: string): string {
  return digits.replace(/=+$/, '');
}
