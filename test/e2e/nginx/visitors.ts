import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fakerDE as faker } from '@faker-js/faker';

/** What of a visitor must stand in no anonymized recording. */
export interface Visitor {
  address: string;
  surname: string;
  user: string;
  email: string;
}

interface Answer {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

const agents = ['Chrome/126.0.0.0', 'Firefox/127.0', 'Version/17.5 Safari/605.1.15', 'Edg/126.0.0.0'].map(
  (name) => `Mozilla/5.0 (X11; Linux x86_64) ${name}`,
);
const images = Array.from({ length: 5 }, (_, i) => `/static/photo-${i + 1}.png`);

/** A browser with six connections, whose requests come through a load balancer: it is the peer, and appends the visitor's address. */
class Browser {
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 6 });
  readonly #headers: Record<string, string>;
  readonly #origin: string;

  constructor(origin: string, visitor: Visitor, agent: string) {
    this.#origin = origin;
    this.#headers = { 'user-agent': agent, 'x-forwarded-for': `${visitor.address}, 10.0.3.7` };
  }

  send(method: string, path: string, body?: string, type = 'application/x-www-form-urlencoded'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = body === undefined ? this.#headers : { ...this.#headers, 'content-type': type };
      request(`${this.#origin}${path}`, { method, headers, agent: this.#connections }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => {
          const cookie = response.headers['set-cookie']?.[0]?.split(';')[0];
          if (cookie !== undefined) this.#headers.cookie = cookie;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
        });
      })
        .on('error', reject)
        .end(body);
    });
  }

  /** A page, then all that it shows, at the same time. */
  async open(path: string): Promise<Answer> {
    const answer = await this.send('GET', path);
    this.#headers.referer = `https://shop.example.com${path}`;
    await Promise.all(['/static/site.css', '/static/site.js', ...images].map((file) => this.send('GET', file)));
    return answer;
  }

  close(): void {
    this.#connections.destroy();
  }
}

async function visit(origin: string, visitor: Visitor, nth: number): Promise<void> {
  const browser = new Browser(origin, visitor, agents[nth % agents.length] ?? '');
  const think = () => wait(100 + ((nth * 37) % 200));
  const { user } = visitor;
  await browser.open('/');
  await think();
  await browser.send('GET', nth % 3 === 0 ? `/search?q=${encodeURIComponent(visitor.email)}` : '/search?q=tea');
  // Three that many look at, and one that few do.
  for (const product of [(nth % 8) + 1, (nth % 8) + 2, (nth % 8) + 3, 10 + (nth % 30)]) {
    await think();
    await browser.send('GET', `/products/${product}`);
  }
  if (nth % 2 === 0) {
    await browser.send('GET', '/login');
    await think();
    await browser.send('POST', '/login', new URLSearchParams({ user, password: `of-${user}` }).toString());
    await browser.send('GET', '/account');
    await browser.send('GET', `/users/${visitor.surname}`);
    const { headers } = await browser.send('POST', '/orders', JSON.stringify({ item: 'tea' }), 'application/json');
    await think();
    await browser.send('GET', String(headers.location));
  }
  browser.close();
}

/**
 * So many visitors, evenly over so many seconds, each with a surname, an address and an e-mail address of its own.
 * @throws when a connection fails
 */
export async function visitors(origin: string, count: number, seconds: number): Promise<Visitor[]> {
  faker.seed(12);
  const all = Array.from({ length: count }, (_, nth): Visitor => {
    const surname = encodeURIComponent(`${faker.person.lastName()}-${faker.person.lastName()}`.toLowerCase());
    const user = `${faker.person.firstName().toLowerCase()}.${nth}`;
    return { address: `81.173.${nth % 7}.${nth + 1}`, surname, user, email: `${surname}@mail${nth}.example.de` };
  });
  await Promise.all(
    all.map(async (visitor, nth) => {
      await wait((nth * seconds * 1000) / count);
      await visit(origin, visitor, nth);
    }),
  );
  return all;
}
