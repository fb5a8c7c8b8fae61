const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const date =
  /^(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$|^(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$/;
const hex = /^(?=.*\d)[0-9a-f]{12,}$/i;
const token = /^(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_~=-]{20,}$/;
const fileName = /^.{1,180}\.([A-Za-z][A-Za-z0-9]{0,9})$/;
const maxLiteral = 80;

/** Placeholder for a segment that is a value by its form alone (`42`, a UUID, a digest); undefined when it may be a name. */
export function placeholderOf(segment: string): string | undefined {
  if (segment.length > maxLiteral) return isFile(segment) ? ':file' : ':slug';
  const first = segment.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    if (date.test(segment)) return ':date';
    if (/^\d+$/.test(segment)) return ':id';
  } else if (first === 45 && /^-\d+$/.test(segment)) return ':id';
  if (segment.length < 12) return undefined;
  if (uuid.test(segment)) return ':uuid';
  if (hex.test(segment)) return ':hash';
  // Words joined by hyphens with a digit somewhere are slugs; a token has no such words or mixes case and digits throughout.
  if (token.test(segment) && !/^(?:[a-z]+|\d+|[a-z]+\d{1,4})(?:[-_](?:[a-z]+|\d+|[a-z]+\d{1,4}))*$/.test(segment)) {
    return ':hash';
  }
  return undefined;
}

export function isFile(segment: string): boolean {
  return fileName.test(segment);
}

/** Looks made from a title or a key (`red-shirt-42`, `sku1234`), where a part of a site's structure is a plain word. */
export function isSlugLike(segment: string): boolean {
  return /\d/.test(segment) || segment.includes('%') || segment.length > 24 || /[a-z0-9][-_+.~][a-z0-9]/i.test(segment);
}

/** Segments of a path without its query. */
export function segmentsOf(path: string): string[] {
  const query = path.indexOf('?');
  return (query < 0 ? path : path.slice(0, query)).slice(1).split('/');
}
