import type { Draws } from './arrivals.ts';

const browsers = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
];
const apps = ['HarbourGoods/4.2 (iOS 18.5)', 'HarbourGoods/4.2 (Android 15)', 'HarbourGoods/4.1 (Android 14)'];
const bots = ['ExampleBot/2.1 (+https://bot.example/about)', 'PriceCrawler/1.0 (+https://prices.example)'];
const languages = ['en-GB,en;q=0.9', 'de-DE,de;q=0.9,en;q=0.7', 'fr-FR,fr;q=0.9,en;q=0.6', 'en-US,en;q=0.9'];
const streets = ['Harbour Street', 'Mill Lane', 'Station Road', 'Church Walk', 'Quay Side', 'North Parade'];
const towns = ['Newhaven', 'Oldport', 'Westbridge', 'Saltmarsh', 'Kingsferry'];
const givenNames = ['Mara', 'Theo', 'Ines', 'Noor', 'Pavel', 'Greta', 'Sami', 'Lotte', 'Aiko', 'Rui', 'Ebba', 'Tom'];
const familyNames = [
  'Hartwell',
  'Brandvold',
  'Osei',
  'Petrov',
  'Moreau',
  'Ferrante',
  'Kowal',
  'Dubois',
  'Sato',
  'Reyes',
];

export function userAgent(kind: 'browser' | 'app' | 'bot', draws: Draws): string {
  return draws.pick(kind === 'browser' ? browsers : kind === 'app' ? apps : bots);
}

export function language(draws: Draws): string {
  return draws.pick(languages);
}

/** One address a session, of the range kept for benchmarks (RFC 2544), so that sessions can be told apart by it. */
export function clientAddress(index: number): string {
  return `198.${18 + ((index >> 16) & 1)}.${(index >> 8) & 255}.${index & 255}`;
}

export function buyer(draws: Draws): { name: string; email: string; address: string } {
  const given = draws.pick(givenNames);
  const family = draws.pick(familyNames);
  return {
    name: `${given} ${family}`,
    email: `${given}.${family}${draws.between(1, 9999)}@mail.example`.toLowerCase(),
    address: `${draws.between(1, 180)} ${draws.pick(streets)}, ${draws.between(10_000, 99_999)} ${draws.pick(towns)}`,
  };
}
