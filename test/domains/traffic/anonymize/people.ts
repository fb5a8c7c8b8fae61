import {
  type Faker,
  fakerAR,
  fakerDE,
  fakerEN,
  fakerES,
  fakerFR,
  fakerIT,
  fakerJA,
  fakerKO,
  fakerPL,
  fakerPT_BR,
  fakerRU,
  fakerZH_CN,
} from '@faker-js/faker';

const locales: readonly Faker[] = [
  ...[fakerAR, fakerDE, fakerEN, fakerES, fakerFR, fakerIT],
  ...[fakerJA, fakerKO, fakerPL, fakerPT_BR, fakerRU, fakerZH_CN],
];

const ailments =
  'Psoriasis Endometriose migraine asthma-bronchiale hipertensión 糖尿病 epilepsja колит Tinnitus arthrose gastritis 고혈압'.split(
    ' ',
  );

/** What is personal of an invented person, each of a form of its own. */
export interface Person {
  first: string;
  last: string;
  email: string;
  username: string;
  phone: string;
  street: string;
  birthIso: string;
  birthPoints: string;
  birthWords: string;
  token: string;
  mac: string;
  latitude: string;
  longitude: string;
  plate: string;
  file: string;
  ailment: string;
  card: string;
  cpf: string;
  aadhaar: string;
  iban: string;
  ipv4: string;
  ipv6: string;
  uuid: string;
  nationalId: string;
}

const months = 'January February March April May June July August September October November December'.split(' ');

/** `count` people in 12 locales, the same each time. */
export function people(count: number): Person[] {
  for (const [index, locale] of locales.entries()) locale.seed(4711 + index);
  return Array.from({ length: count }, (_, n) => person(locales[n % locales.length] ?? fakerEN, n));
}

function person(faker: Faker, n: number): Person {
  const [first, last] = [faker.person.firstName(), faker.person.lastName()];
  const birth = faker.date.birthdate({ min: 1935, max: 2005, mode: 'year' });
  const [year, month, day] = [birth.getUTCFullYear(), birth.getUTCMonth(), birth.getUTCDate()];
  const two = (value: number) => String(value).padStart(2, '0');
  const username = `${fakerEN.internet
    .username()
    .toLowerCase()
    .replace(/[^a-z]/g, '')}${'abcdefghij'[n % 10]}${'klmnopqrst'[Math.floor(n / 10) % 10]}`;
  return {
    first,
    last,
    email: `${username}@${fakerEN.string.alpha({ length: 7, casing: 'lower' })}-mail.org`,
    username,
    phone: `+${20 + (n % 9)} ${fakerEN.string.numeric({ length: 3, allowLeadingZeros: false })} ${fakerEN.string.numeric(7)}`,
    street: `${faker.location.street()} ${1000 + n}`,
    birthIso: `${year}-${two(month + 1)}-${two(day)}`,
    birthPoints: `${two(day)}.${two(month + 1)}.${two(year % 100)}`,
    birthWords: `${day} ${months[month]} ${year}`,
    token: fakerEN.string.alphanumeric(24),
    mac: fakerEN.internet.mac(),
    latitude: fakerEN.location.latitude({ precision: 6 }).toFixed(6),
    longitude: fakerEN.location.longitude({ precision: 6 }).toFixed(6),
    plate: `B-${fakerEN.string.alpha({ length: 2, casing: 'upper' })} ${1000 + n}`,
    file: `${last.toLowerCase().replace(/[^\p{L}]/gu, '')}-${fakerEN.string.alpha({ length: 6, casing: 'lower' })}.pdf`,
    ailment: `${ailments[n % ailments.length]}-${fakerEN.string.alpha({ length: 5, casing: 'lower' })}`,
    card: fakerEN.finance.creditCardNumber('################L').replace(/^./, '4').slice(0, 16),
    cpf: withCpfDigits(fakerEN.string.numeric(9)),
    aadhaar: `${2 + (n % 8)}${fakerEN.string.numeric(3)} ${fakerEN.string.numeric(4)} ${fakerEN.string.numeric(4)}`,
    iban: fakerEN.finance.iban({ countryCode: 'DE' }),
    ipv4: `84.${20 + (n % 200)}.${(n * 7) % 250}.${1 + ((n * 13) % 250)}`,
    ipv6: `2a02:8108:${fakerEN.string.hexadecimal({ length: 4, casing: 'lower', prefix: '' })}::${(n + 4096).toString(16)}`,
    uuid: fakerEN.string.uuid(),
    nationalId: `${fakerEN.string.alpha({ length: 2, casing: 'upper' })}${fakerEN.string.numeric({ length: 6, allowLeadingZeros: false })}${'ABCD'[n % 4]}`,
  };
}

/** A CPF with its two check digits, as it is written. */
function withCpfDigits(base: string): string {
  let digits = base;
  for (let turn = 0; turn < 2; turn++) {
    const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (digits.length + 1 - index), 0);
    digits += String(((sum * 10) % 11) % 10);
  }
  return digits.replace(/(\d{3})(\d{3})(\d{3})(\d{2})/, '$1.$2.$3-$4');
}
