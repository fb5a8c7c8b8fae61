/** Takes a Set-Cookie line over. */
export function remember(line: string, cookies: Map<string, string>): void {
  const [pair = ''] = line.split(';', 1);
  const equals = pair.indexOf('=');
  if (equals < 0) return;
  const name = pair.slice(0, equals).trim();
  if (/;\s*max-age=0\b/i.test(line)) cookies.delete(name);
  else cookies.set(name, pair.slice(equals + 1).trim());
}

/** Value of a Cookie header. */
export function cookieHeader(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
