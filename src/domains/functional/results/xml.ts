import { SaxesParser } from 'saxes';
import type { Cases } from './cases.ts';

const deepest = 200;
const longestText = 8000;
const pieceLength = 65_536;

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, cut off past 8,000 characters; whole when it is closed. */
  text: string;
}

export interface XmlHandler {
  open?(element: XmlElement, parents: readonly XmlElement[]): void;
  close?(element: XmlElement, parents: readonly XmlElement[]): void;
}

/** Where reading ends: what comes after it is not looked at. */
class Stop extends Error {}

/**
 * Reads XML element by element. Nothing is fetched; a document that declares entities is refused, since a few lines of them can become gigabytes.
 * Characters that XML forbids, as they stand in printed output, are passed over. What is not well-formed becomes a fault, and what came before it stays.
 */
export function walkXml(text: string, out: Cases, { open, close }: XmlHandler): void {
  const stack: XmlElement[] = [];
  const parser = new SaxesParser({ position: true });
  const stop = (sentence: string): never => {
    out.fault(sentence);
    throw new Stop();
  };
  parser.on('doctype', (doctype) => {
    if (/<!ENTITY|SYSTEM|PUBLIC/.test(doctype))
      stop('It declares entities or names another document; it was not read.');
  });
  parser.on('error', ({ message }) => {
    if (/disallowed character|malformed character entity|undefined entity|"\]\]>"/.test(message)) {
      out.note('Characters that XML does not allow were passed over.');
      return;
    }
    const what = message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    const unclosed = /^unclosed tag: (.+)$/.exec(what);
    if (unclosed !== null) stop(`It stops in the middle: <${unclosed[1]}> is not closed.`);
    if (/^unexpected end/.test(what)) stop('It stops in the middle.');
    stop(`It is no well-formed XML: line ${parser.line}: ${what}.`);
  });
  parser.on('opentag', (tag) => {
    if (stack.length >= deepest) stop(`Its elements are nested more than ${deepest} deep.`);
    const element: XmlElement = {
      name: tag.name.slice(tag.name.indexOf(':') + 1),
      attributes: tag.attributes as Record<string, string>,
      text: '',
    };
    open?.(element, stack);
    stack.push(element);
  });
  const addText = (more: string) => {
    const element = stack.at(-1);
    if (element !== undefined && element.text.length < longestText)
      element.text = (element.text + more).slice(0, longestText);
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = stack.pop();
    if (element !== undefined) close?.(element, stack);
  });
  try {
    for (let at = 0; at < text.length; at += pieceLength) parser.write(text.slice(at, at + pieceLength));
    parser.close();
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
}

/** Name of the outermost element, without its prefix; null: there is none. */
export function rootOf(text: string): string | null {
  const start = text
    .slice(0, 20_000)
    .replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>[]*(\[[\s\S]*?\])?[^>]*>/g, '');
  return /<(?:[\w.-]+:)?([\w.-]+)/.exec(start)?.[1] ?? null;
}
