const plainSegment = /^[A-Za-z][A-Za-z_-]{0,19}$/;

/**
 * Where a redirect leads without what may name a person or a thing: the path's first part, and whether more follows (`/orders/*`). Hosts are left out: a
 * test system has others. load/k6/replay/redirects.go does the same with answers.
 * @param path of the request
 */
export function locationShape(location: string, path: string): string {
  let pathname: string;
  try {
    pathname = new URL(location, new URL(path, 'http://recorded.invalid')).pathname;
  } catch {
    return 'nowhere';
  }
  if (location === '') return 'nowhere';
  const parts = pathname.split('/').filter((part) => part !== '');
  const [first] = parts;
  if (first === undefined) return '/';
  const shape = plainSegment.test(first) ? `/${first.toLowerCase()}` : '/*';
  return parts.length > 1 ? `${shape}/*` : shape;
}
