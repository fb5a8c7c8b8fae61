import type { Field } from '../field.ts';
import { headerWords } from '../public-vocabulary.ts';
import type { Engine } from './engine.ts';
import { splitOnce } from './url.ts';

/** A media type with parameters: known types stay, unknown ones keep their suffix, a boundary becomes a pseudonym. */
export function rewriteMime(mime: string, field: Field, engine: Engine): string {
  if (!mime.includes(';')) {
    const known = knownType(mime.trim());
    engine.structure(known);
    return known;
  }
  const [type = '', ...parameters] = mime.split(';').map((part) => part.trim());
  const out = [knownType(type)];
  engine.structure(out[0] ?? '');
  for (const parameter of parameters) {
    const [name, value = ''] = splitOnce(parameter, '=');
    const known = name.toLowerCase();
    if (known === 'boundary') out.push(`boundary=${rewriteBoundary(unquote(value), field, engine)}`);
    else if (known === 'charset' && headerWords.has(unquote(value).toLowerCase())) {
      engine.structure(parameter);
      out.push(parameter);
    }
  }
  return out.join('; ');
}

/** The same for the same boundary, so that header and body agree. */
export function rewriteBoundary(boundary: string, field: Field, engine: Engine): string {
  return (engine.value(field.child('boundary'), boundary) ?? 'boundary').replace(/[^\w'()+_,./:=?-]/g, '-');
}

export function boundaryOf(mime: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(mime);
  return match?.[1] ?? match?.[2];
}

function knownType(type: string): string {
  const lower = type.toLowerCase();
  if (lower === '' || headerWords.has(lower)) return type;
  if (lower.endsWith('+json')) return 'application/json';
  if (lower.endsWith('+xml')) return 'application/xml';
  return 'application/octet-stream';
}

function unquote(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}
