import type { FieldTree } from '../field.ts';
import type { Engine } from './engine.ts';
import { rewriteBoundary } from './mime.ts';

/** Multipart bodies (RFC 7578): names stay, values and file names are replaced, files become as many other bytes. */
export function rewriteMultipart(
  body: Buffer,
  boundary: string,
  tree: FieldTree,
  side: string,
  engine: Engine,
): Buffer {
  const field = tree.root(`${side}mime`);
  const root = tree.root(`${side}form`);
  const text = body.toString('latin1');
  const delimiter = `--${Buffer.from(boundary).toString('latin1')}`;
  const pieces = text.split(delimiter);
  if (pieces.length < 2) return engine.bytes(tree.root(`${side}body`), body);
  const written = `--${rewriteBoundary(boundary, field, engine)}`;
  engine.structure('content-disposition form-data name filename content-type application/octet-stream octet-stream');
  const out: Buffer[] = [];
  for (const piece of pieces.slice(1)) {
    out.push(Buffer.from(written));
    const gap = piece.indexOf('\r\n\r\n');
    if (gap < 0) {
      out.push(Buffer.from(piece.startsWith('--') ? '--\r\n' : '\r\n'));
      continue;
    }
    const head = Buffer.from(piece.slice(0, gap), 'latin1').toString('utf8');
    const end = piece.endsWith('\r\n') ? piece.length - 2 : piece.length;
    const content = Buffer.from(piece.slice(gap + 4, end), 'latin1');
    const name = /\bname="([^"]*)"/i.exec(head)?.[1] ?? '';
    const file = /\bfilename="([^"]*)"/i.exec(head)?.[1];
    const place = root.child(name);
    const shownName = root.isDataName(name) ? engine.dataName(place, name) : name;
    if (shownName === name) engine.name(place, name);
    let disposition = `Content-Disposition: form-data; name="${shownName.replaceAll('"', '%22')}"`;
    let data: Buffer;
    if (file === undefined) {
      const value = content.toString('utf8');
      data = Buffer.from(value === '' ? '' : (engine.value(place, value) ?? ''));
    } else {
      const shown = file === '' ? '' : (engine.value(place.child('filename'), file) ?? '');
      disposition += `; filename="${shown.replaceAll('"', '%22')}"\r\nContent-Type: application/octet-stream`;
      data = engine.bytes(place, content);
    }
    out.push(Buffer.from(`\r\n${disposition}\r\n\r\n`), data, Buffer.from('\r\n'));
  }
  return Buffer.concat(out);
}
