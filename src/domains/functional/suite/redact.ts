import { decodePercent } from '../../../model/percent-encoding.ts';
import { redaction } from '../../chaos/public.ts';

const secretName =
  /secret|token|pass(?!ive|age)|pwd.|.pwd|credential|(^|_)(key|keys|pw|pat|dsn|sid)(_|$)|api_?key|private|auth|cookie|session/i;
const secretParameter = /secret|token|pass|pwd|credential|key|auth|signature|sig\b/i;
const shortest = 6;
const shortestInUrl = 4;

/**
 * Takes out of a text what the environment of a suite holds that is secret, whether the configuration gave it or the machine: values under the name of a
 * secret, and users' passwords and secret parameters within addresses under any name. They are found also where they are encoded.
 */
export function redactor(environment: Readonly<Record<string, string>>): (text: string) => string {
  const values = Object.entries({ ...process.env, ...environment }).flatMap(([name, value]) => {
    if (value === undefined || value === '') return [];
    const isSecret = secretName.test(name) && value.length >= shortest && !isOwnPath(value);
    return [...(isSecret ? [value] : []), ...withinAddresses(value)];
  });
  const hide = redaction({ values: [...new Set(values)].sort((a, b) => b.length - a.length) });
  return (text) => hide.text(text);
}

/** A file that holds a secret, such as a socket or a key, is none. */
function isOwnPath(value: string): boolean {
  return /^(\/[\w.-]+)+\/?$/.test(value);
}

/** Passwords and secret parameters of all addresses in a value, as they are written and without their percent signs. */
function withinAddresses(value: string): string[] {
  const found: string[] = [];
  // Up to the last `@` before a blank: a password may hold any sign.
  for (const [, userInfo = ''] of value.matchAll(/[a-z][a-z0-9+.-]*:\/\/([^\s"'<>]*)@/gi)) {
    const colon = userInfo.indexOf(':');
    // A lone user is a token, as in `https://ghp_…@host`, where it is long.
    if (colon >= 0) found.push(userInfo.slice(colon + 1));
    else if (userInfo.length >= 16) found.push(userInfo);
  }
  for (const [, name = '', parameter = ''] of value.matchAll(/[?&;]([\w.-]+)=([^&#;\s"'<>]+)/g))
    if (secretParameter.test(name)) found.push(parameter);
  return found.flatMap((one) => [one, decodePercent(one)]).filter((one) => one.length >= shortestInUrl);
}
