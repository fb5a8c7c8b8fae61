import type { Body, Header } from '../../../../model/traffic.ts';
import type { FieldTree } from '../field.ts';
import type { Engine } from './engine.ts';
import { rewriteGraphql } from './graphql.ts';
import { rewriteJson } from './json.ts';
import { rewriteMarkup } from './markup.ts';
import { boundaryOf, rewriteMime } from './mime.ts';
import { rewriteMultipart } from './multipart.ts';
import { codingOf, rewritePacked } from './packed.ts';
import { rewriteQuery } from './url.ts';

/** A body by its media type, or by its first character where that is unknown or wrong. */
export function rewriteBody(
  body: Body,
  tree: FieldTree,
  side: string,
  engine: Engine,
  headers?: readonly Header[],
): Body {
  const mime = rewriteMime(body.mime, tree.root(`${side}mime`), engine);
  if (body.data === '') return { ...body, mime };
  const type = (body.mime.split(';')[0] ?? '').trim().toLowerCase();
  const boundary = type.startsWith('multipart/') ? boundaryOf(body.mime) : undefined;
  if (boundary !== undefined) {
    // Latin-1 keeps every byte, and multipart's own lines are ASCII.
    const bytes = Buffer.from(body.data, body.encoding === 'base64' ? 'base64' : 'utf8');
    const out = rewriteMultipart(bytes, boundary, tree, side, engine);
    return body.encoding === 'base64'
      ? { mime, encoding: 'base64', data: out.toString('base64') }
      : { mime, encoding: 'utf8', data: out.toString('utf8') };
  }
  if (body.encoding === 'base64') {
    const bytes = Buffer.from(body.data, 'base64');
    const coding = codingOf(headers, bytes);
    const packed =
      coding === undefined
        ? undefined
        : rewritePacked(bytes, coding, (text) => rewriteText(text, type, tree, side, engine));
    const out = packed ?? engine.bytes(tree.root(`${side}body`), bytes);
    return { mime, encoding: 'base64', data: out.toString('base64') };
  }
  return { mime, encoding: 'utf8', data: rewriteText(body.data, type, tree, side, engine) };
}

function rewriteText(text: string, type: string, tree: FieldTree, side: string, engine: Engine): string {
  const start = text.trimStart()[0] ?? '';
  if (type.endsWith('json') || start === '{' || start === '[') {
    const json = rewriteJson(text, tree.root(`${side}json`), engine);
    if (json !== undefined) return json;
    const lines = type.endsWith('json') && text.includes('\n') ? rewriteLines(text, tree, side, engine) : undefined;
    if (lines !== undefined) return lines;
  }
  if (type === 'application/graphql') {
    const document = rewriteGraphql(text, tree.root(`${side}text`), engine);
    if (document !== undefined) return document;
  }
  if (type === 'application/x-www-form-urlencoded') return rewriteQuery(text, tree.root(`${side}form`), engine);
  if (type === 'text/html' || type === 'application/xhtml+xml' || /^<(?:!doctype html|html)/i.test(text.trimStart())) {
    return rewriteMarkup(text, tree.root(`${side}html`), engine);
  }
  if (side !== '' && /^(?:text\/css|(?:text|application)\/(?:x-)?javascript)$/.test(type)) {
    engine.note(tree.root(`${side}text`), 'script or style', 'dropped');
    return '';
  }
  return engine.value(tree.root(`${side}text`), text) ?? '';
}

/** One JSON text a line. */
function rewriteLines(text: string, tree: FieldTree, side: string, engine: Engine): string | undefined {
  const out: string[] = [];
  for (const line of text.split('\n')) {
    const json = line.trim() === '' ? line : rewriteJson(line, tree.root(`${side}json`), engine);
    if (json === undefined) return undefined;
    out.push(json);
  }
  return out.join('\n');
}
