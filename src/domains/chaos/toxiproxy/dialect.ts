import { openTalk, type Whole } from './talk.ts';

/** What is said to an upstream to measure the way there and back; nothing that changes anything. */
export interface Dialect {
  name: 'HTTP' | 'PostgreSQL' | 'echo';
  /** The smallest question, which is answered at once. */
  question: Buffer;
  /**
   * Questions that are, or whose answers are, about so many bytes long; null: more than may be asked in this dialect.
   * `bytes`: as near as is known before.
   */
  bulk(direction: 'upstream' | 'downstream', bytes: number): { payload: Buffer; bytes: number; whole(): Whole } | null;
}

/** A host header is all that HTTP asks for; what there is not is answered quickly, and HEAD has no body. */
const head = (padding: number) =>
  Buffer.from(
    `HEAD /healthz HTTP/1.1\r\nHost: localhost\r\nUser-Agent: shakedown-proof\r\n${
      padding > 0 ? `X-Padding: ${'x'.repeat(padding)}\r\n` : ''
    }\r\n`,
  );
/** SSLRequest of PostgreSQL's protocol (its documentation, 54.7): answered by one byte, S or N, before any login. */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

const mostQuestions = 400;
/** Servers take 8 KB of headers and more. */
const paddingBytes = 4_000;
const patienceMs = 700;
const mostEchoBytes = 8_000_000;

/** A server of our own that answers as it is asked to. */
export const echo: Dialect = {
  name: 'echo',
  question: Buffer.from('?'),
  bulk(_direction, bytes) {
    if (bytes > mostEchoBytes) return null;
    return { payload: Buffer.alloc(bytes, 'x'), bytes, whole: () => counted(bytes) };
  },
};

const postgres: Dialect = { name: 'PostgreSQL', question: sslRequest, bulk: () => null };

/** Finds out what the upstream of a link understands; null: neither of what is known here. */
export async function dialectOf(listen: string): Promise<Dialect | null> {
  // A web server takes PostgreSQL's question for a broken request, and says so in HTTP.
  for (const question of [sslRequest, head(0)]) {
    const talk = await openTalk(listen);
    const chunks: Buffer[] = [];
    await talk.exchange(question, (chunk) => chunks.push(chunk) > 0, patienceMs);
    talk.destroy();
    const text = Buffer.concat(chunks).toString('latin1');
    if (question === sslRequest && /^[SN]$/.test(text)) return postgres;
    if (text.startsWith('HTTP/1')) return http(await answerBytes(listen));
  }
  return null;
}

/** `other`: it answers HTTP with something else; `none`: with nothing, so that it is not known. */
export type Protocol = 'HTTP' | 'PostgreSQL' | 'other' | 'none';

/** What is spoken behind a link. @param listen host:port */
export async function protocolOf(listen: string): Promise<Protocol> {
  try {
    const known = await dialectOf(listen);
    if (known?.name === 'HTTP' || known?.name === 'PostgreSQL') return known.name;
    const talk = await openTalk(listen);
    const { bytes } = await talk.exchange(head(0), () => true, patienceMs);
    talk.destroy();
    return bytes > 0 ? 'other' : 'none';
  } catch {
    return 'none';
  }
}

async function answerBytes(listen: string): Promise<number> {
  const talk = await openTalk(listen);
  const { bytes } = await talk.exchange(head(0), answers(1), patienceMs);
  talk.destroy();
  return Math.max(1, bytes);
}

function http(bytesOfAnswer: number): Dialect {
  return {
    name: 'HTTP',
    question: head(0),
    bulk(direction, bytes) {
      const question = head(direction === 'upstream' ? Math.min(paddingBytes, Math.ceil(bytes / 4)) : 0);
      const each = direction === 'upstream' ? question.length : bytesOfAnswer;
      const count = Math.max(1, Math.ceil(bytes / each));
      if (count > mostQuestions) return null;
      const payload = Buffer.concat(Array.from({ length: count }, () => question));
      return { payload, bytes: count * each, whole: () => answers(count) };
    },
  };
}

/** Answers to HEAD end with the first empty line. */
function answers(count: number): Whole {
  let left = count;
  let tail = '';
  return (chunk) => {
    const text = tail + chunk.toString('latin1');
    left -= text.split('\r\n\r\n').length - 1;
    tail = /\r?\n?\r?\n?$/.exec(text.slice(-3))?.[0] ?? '';
    if (text.endsWith('\r\n\r\n')) tail = '';
    return left <= 0;
  };
}

function counted(bytes: number): Whole {
  let left = bytes;
  return (chunk) => {
    left -= chunk.length;
    return left <= 0;
  };
}
