import { demoEmail, demoPassword, demoProducts, demoUsers } from '../seed.ts';
import type { Draws } from './arrivals.ts';
import { buyer } from './people.ts';
import type { Answer, Visitor } from './visitor.ts';

export type Kind = 'browser' | 'app' | 'bot';

interface Behaviour {
  kind: Kind;
  /** Share of sessions, relative to the others. */
  weight: number;
  run(visitor: Visitor, index: number): Promise<void>;
}

const terms = ['tea', 'mug', 'golden', 'chocolate', 'knife', 'linen', 'candle', 'kite', 'atlas', 'bowl', 'copper pan'];
const categories = ['tea', 'coffee', 'chocolate', 'kitchen', 'tableware', 'books', 'toys'];
const bookmarked = ['/old/catalogue.html', '/products/99999', '/favicon.ico'];
const probed = ['/wp-login.php', '/.env', '/xmlrpc.php', '/products/99999'];
const searchEngine = 'https://search.example/';
/** Most of what is looked at is a few products: few enough that each was looked at by many. */
const popularProducts = 60;

/** What people, apps and robots do in the shop. A session is mostly 4 to 10 requests in 5 to 15 s. */
const behaviours: readonly Behaviour[] = [
  { kind: 'browser', weight: 34, run: browse },
  { kind: 'browser', weight: 18, run: search },
  { kind: 'browser', weight: 13, run: buyAsGuest },
  { kind: 'browser', weight: 8, run: buyAsMember },
  { kind: 'browser', weight: 2, run: register },
  { kind: 'app', weight: 14, run: shopInApp },
  { kind: 'app', weight: 5, run: lookInApp },
  { kind: 'bot', weight: 6, run: crawl },
];

export function pickBehaviour(draws: Draws): Behaviour {
  let left = draws.uniform() * behaviours.reduce((sum, { weight }) => sum + weight, 0);
  for (const behaviour of behaviours) {
    left -= behaviour.weight;
    if (left < 0) return behaviour;
  }
  return behaviours[0] as Behaviour;
}

function popularProduct({ uniform }: Draws): number {
  // Zipf-like with exponent near 1: rank n has a share of about 1/n.
  const rank = Math.floor(popularProducts ** uniform());
  return 1 + ((rank * 37) % demoProducts);
}

async function arrive(visitor: Visitor, path: string): Promise<Answer> {
  const { draws } = visitor;
  if (draws.chance(0.4)) visitor.comesFrom(searchEngine);
  const answer = await visitor.page(path);
  if (draws.chance(0.4)) await visitor.assets(); // the others have them from an earlier visit
  return answer;
}

const product = (visitor: Visitor) => visitor.page(`/products/${popularProduct(visitor.draws)}`);

async function browse(visitor: Visitor): Promise<void> {
  const { draws } = visitor;
  await arrive(visitor, draws.pick(['/', '/', '/products', `/categories/${draws.pick(categories)}`]));
  if (draws.chance(0.06)) await visitor.page(draws.pick(bookmarked));
  for (let left = draws.between(2, 6); left > 0; left--) {
    await visitor.think();
    if (draws.chance(0.6)) await product(visitor);
    else if (draws.chance(0.5)) await visitor.page(`/products?page=${draws.between(2, 5)}`);
    else await visitor.page(`/categories/${draws.pick(categories)}`);
  }
}

async function search(visitor: Visitor): Promise<void> {
  const { draws } = visitor;
  await arrive(visitor, '/');
  for (let left = draws.between(1, 3); left > 0; left--) {
    await visitor.think(1.2);
    await visitor.page(`/search?q=${encodeURIComponent(draws.pick(terms)).replaceAll('%20', '+')}`);
    await visitor.think();
    await product(visitor);
  }
}

async function fillBasket(visitor: Visitor): Promise<void> {
  const { draws } = visitor;
  for (let left = draws.chance(0.3) ? 2 : 1; left > 0; left--) {
    await visitor.think();
    const number = popularProduct(draws);
    const shown = await visitor.page(`/products/${number}`);
    await visitor.think();
    await visitor.submit(shown, '/basket/items', { product: String(number), quantity: draws.chance(0.8) ? '1' : '2' });
  }
}

async function checkOut(visitor: Visitor): Promise<void> {
  await visitor.think();
  const shown = await visitor.page('/checkout');
  if (visitor.draws.chance(0.25)) return; // thought better of it
  await visitor.think(1.5);
  await visitor.submit(shown, '/checkout', buyer(visitor.draws));
}

async function buyAsGuest(visitor: Visitor): Promise<void> {
  await arrive(visitor, '/');
  await fillBasket(visitor);
  await checkOut(visitor);
}

async function buyAsMember(visitor: Visitor, index: number): Promise<void> {
  const { draws } = visitor;
  await arrive(visitor, '/');
  await visitor.think(0.6);
  let shown = await visitor.page('/login');
  const email = demoEmail(1 + (index % demoUsers));
  await visitor.think(1.5);
  // A slip of the finger: sent too early, so too short to be anybody's password.
  if (draws.chance(0.06)) {
    shown = await visitor.submit(shown, '/login', { next: '', email, password: demoPassword.slice(0, 5) });
    await visitor.think();
  }
  await visitor.submit(shown, '/login', { next: '', email, password: demoPassword });
  await fillBasket(visitor);
  if (draws.chance(0.7)) await checkOut(visitor);
}

async function register(visitor: Visitor): Promise<void> {
  await arrive(visitor, '/');
  await visitor.think();
  const shown = await visitor.page('/register');
  const { name, email } = buyer(visitor.draws);
  await visitor.think(2);
  await visitor.submit(shown, '/register', {
    name,
    email,
    password: `${demoPassword}-${visitor.draws.between(10, 99)}`,
  });
  await visitor.think();
  await product(visitor);
}

async function lookInApp(visitor: Visitor): Promise<void> {
  const { draws } = visitor;
  await visitor.api('GET', '/api/products?limit=20');
  for (let left = draws.between(2, 5); left > 0; left--) {
    await visitor.think(0.8);
    if (draws.chance(0.3)) await visitor.api('GET', `/api/search?q=${draws.pick(categories)}`);
    else await visitor.api('GET', `/api/products/${popularProduct(draws)}`);
  }
}

async function shopInApp(visitor: Visitor, index: number): Promise<void> {
  const { draws } = visitor;
  const email = demoEmail(1 + (index % demoUsers));
  visitor.signedIn(await visitor.api('POST', '/api/login', { email, password: demoPassword }));
  await Promise.all([visitor.api('GET', '/api/account'), lookInApp(visitor)]);
  if (!draws.chance(0.6)) return;
  await visitor.think();
  const items = [{ productId: popularProduct(draws), quantity: draws.between(1, 3) }];
  const placed = await visitor.api('POST', '/api/orders', { items });
  placed.keep();
  const { id } = JSON.parse(placed.text) as { id: string };
  await visitor.api('GET', `/api/orders/${id}`);
  await visitor.think();
  await visitor.api('GET', '/api/orders');
}

async function crawl(visitor: Visitor): Promise<void> {
  const { draws } = visitor;
  await visitor.page('/robots.txt');
  if (draws.chance(0.3)) await visitor.page(draws.pick(probed));
  for (let left = draws.between(3, 8); left > 0; left--) {
    await visitor.think(0.5);
    await (draws.chance(0.7) ? product(visitor) : visitor.page(`/products?page=${draws.between(1, 5)}`));
  }
}
