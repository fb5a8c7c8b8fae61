import type { RecordedSession } from '../../../model/traffic.ts';
import type { Rewriter } from './rewriter.ts';
import { Scanner } from './scanner.ts';
import { rewriteSession } from './walk/session.ts';

// Invented; each is of a form that its detector takes for real.
const planted = {
  email: 'mathilda.canarystone@canary-mailbox.org',
  name: 'Mathilda Canarystone',
  phone: '+49 171 5550199',
  card: '4539578763621486',
  iban: 'GB82WEST12345698765432',
  ssn: '536-90-4399',
  ip: '198.18.77.41',
  token: 'cAnArY7f3Kq9ZtX2LmW8RvB5',
  awsKey: 'AKIACANARYCANARY7777',
  street: 'Canarystrasse 4711',
};

/** A route of its own, to which no rule applies: rules say what the user wants left, and the canaries test the machinery. */
export const canaryRoute = '/shakedown-canary/:id';

export interface CanaryResult {
  planted: number;
  seenWhenLeft: number;
  left: number;
}

/**
 * Plants known values in every position of a made-up session and runs it through the same rewriting and the same scan as the
 * recording: the scan must see each one where it is left in, and none after the rewriting.
 */
export function tryCanaries(rewriter: Rewriter): CanaryResult {
  const values = Object.values(planted);
  const session = plantedSession();
  const rewritten = rewriteSession(session, rewriter.sessionId(session.id), rewriter);
  const seenIn = (looked: RecordedSession) => {
    const scanner = new Scanner({ seed: rewriter.traces.hash.seed, canaries: values });
    scanner.session(looked, 0);
    return scanner.take().seenCanaries.length;
  };
  return { planted: values.length, seenWhenLeft: seenIn(session), left: seenIn(rewritten) };
}

function plantedSession(): RecordedSession {
  const entries = Object.entries(planted);
  const query = entries.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const json = JSON.stringify({
    nested: { list: [planted] },
    inString: JSON.stringify(planted),
    text: Object.values(planted).join(', '),
  });
  const multipart = entries
    .map(
      ([name, value]) =>
        `--canary\r\nContent-Disposition: form-data; name="${name}"; filename="${value}"\r\n\r\n${value}\r\n`,
    )
    .join('');
  const html = entries
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}"><p>${value}</p>`)
    .join('');
  const at = { method: 'POST', origin: 'https://canary-mailbox.org', route: canaryRoute };
  const headers = entries.map(([name, value]) => [`x-${name.toLowerCase()}`, value] as const);
  const cookies = entries.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ');
  const basic = Buffer.from(`${planted.email}:${planted.token}`).toString('base64');
  const bodies = [
    { mime: 'application/json', data: json },
    { mime: 'application/x-www-form-urlencoded', data: query },
    { mime: 'multipart/form-data; boundary=canary', data: `${multipart}--canary--\r\n` },
    { mime: 'text/html', data: html },
    { mime: 'text/plain', data: Object.values(planted).join('\n') },
    { mime: 'application/xml', data: entries.map(([name, value]) => `<${name}>${value}</${name}>`).join('') },
  ];
  return {
    id: planted.email,
    startMs: 0,
    requests: bodies.map((body, index) => ({
      ...at,
      offsetMs: index,
      path: `/shakedown-canary/${encodeURIComponent(entries[index]?.[1] ?? '')}?${query}`,
      headers: [
        ...headers,
        ['cookie', cookies],
        ['authorization', `Basic ${basic}`],
        ['referer', `${at.origin}/shakedown-canary/${planted.token}?${query}`],
      ],
      body: { ...body, encoding: 'utf8' },
      response: {
        headers: [
          ...headers,
          ['set-cookie', `sid=${planted.token}; Path=/`],
          ['location', `/shakedown-canary/${planted.token}`],
        ],
        body: { ...body, encoding: 'utf8' },
      },
    })),
  };
}
