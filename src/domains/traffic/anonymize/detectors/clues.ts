/** What a text may hold, seen in one pass over it: a detector whose clue is missing need not search. */
export const clue = {
  jwt: 1,
  secret: 2,
  email: 4,
  iban: 8,
  card: 16,
  ssn: 32,
  ipv4: 64,
  ipv6: 128,
  phone: 256,
  cpf: 512,
  aadhaar: 1024,
  pan: 2048,
  nino: 4096,
  steuerId: 8192,
  bsn: 16384,
  mac: 32768,
  coordinates: 65536,
  plate: 131072,
} as const;

const none = 0;
const digit = 1;
const upper = 2;
const lower = 3;
/** For these, neighbouring values are checked. */
const special = 4;

const kindOf = new Uint8Array(128).fill(none);
kindOf.fill(digit, 48, 58);
kindOf.fill(upper, 65, 91);
kindOf.fill(lower, 97, 123);
for (const unit of ' +-.:@_') kindOf[unit.charCodeAt(0)] = special;

const fewestIbanDigits = 4;
const fewestCardDigits = 13;
const fewestPhoneDigits = 8;

const isDigit = (unit: number) => unit >= 48 && unit <= 57;
const isUpper = (unit: number) => unit >= 65 && unit <= 90;
const isHex = (unit: number) => isDigit(unit) || ((unit | 32) >= 97 && (unit | 32) <= 102);
const isWord = (unit: number) => isDigit(unit) || isUpper(unit) || (unit >= 97 && unit <= 122) || unit === 95;

/**
 * Each clue is less than what its detector's pattern asks for, never more, so nothing is missed by it: a chain of dots between
 * digits for an address, thirteen digits at most one space or dash apart for a card, the letters in the middle of a key's prefix.
 */
export function cluesOf(text: string): number {
  let clues = 0;
  let digits = 0;
  let cardDigits = 0;
  let dots = 0;
  let lastDot = -9;
  let lastColon = -9;
  let before = none;
  let unit = 0;
  for (let i = 0; i < text.length; i++) {
    const last = unit;
    unit = text.charCodeAt(i);
    const kind = unit < 128 ? (kindOf[unit] ?? none) : none;
    if (kind === digit) {
      digits++;
      if (++cardDigits >= fewestCardDigits) clues |= clue.card;
      if (before === upper) clues |= behindCapitals(text, i);
      if (unit === 48 && before !== digit && startsAbroad(text, i, last)) clues |= clue.phone;
    } else if (kind === special) {
      if (unit === 64) clues |= clue.email;
      else if (unit === 46) {
        if (before === digit && isDigit(text.charCodeAt(i + 1))) {
          dots = i - lastDot <= 4 ? dots + 1 : 1;
          lastDot = i;
          if (dots >= 3) clues |= clue.ipv4;
          if (areDigits(text, i + 1, 4)) clues |= clue.coordinates;
          if (text.charCodeAt(i + 3) === 46 && areDigits(text, i - 4, 4)) clues |= clue.bsn;
        }
        if (last === 71) clues |= clue.secret;
      } else if (unit === 58) {
        if (joinsPairs(text, i, unit)) clues |= clue.mac;
        if (i - lastColon <= 5 && areHex(text, lastColon + 1, i)) clues |= clue.ipv6;
        lastColon = i;
      } else if (unit === 43) {
        if (isCountry(text.charCodeAt(i + 1))) clues |= clue.phone;
      } else if (unit === 45) {
        if (text.charCodeAt(i + 3) === 45 && before === digit) clues |= clue.ssn;
        if (before === digit && text.charCodeAt(i - 4) === 46 && text.charCodeAt(i - 8) === 46) clues |= clue.cpf;
        if (joinsPairs(text, i, unit)) clues |= clue.mac;
        if (isUpper(text.charCodeAt(i + 1)) && !isLowerOrDigit(last)) clues |= clue.plate;
        if (endsDashedPrefix(text, i, last)) clues |= clue.secret;
      } else if (unit === 95 && endsPrefix(text, i, last)) clues |= clue.secret;
      if (before === digit && (unit === 32 || unit === 45 || unit === 46) && isNumberAround(text, i))
        clues |= clue.phone;
      if (unit === 32 || unit === 45) {
        if (before === digit) {
          if (text.charCodeAt(i + 5) === unit && areDigits(text, i - 4, 4)) clues |= clue.aadhaar;
          if (text.charCodeAt(i + 4) === 32 && text.charCodeAt(i + 8) === 32) clues |= clue.steuerId;
        } else if (before === upper && isUpper(text.charCodeAt(i - 2)) && areDigits(text, i + 1, 2)) clues |= clue.nino;
      }
      if (before !== digit || (unit !== 32 && unit !== 45)) cardDigits = 0;
    } else {
      cardDigits = 0;
      if (unit === 74) {
        if (last === 121 && text.charCodeAt(i - 2) === 101) clues |= clue.jwt;
      } else if (unit === 73 && last === 65) {
        // AIza
        if (text.charCodeAt(i + 1) === 122) clues |= clue.secret;
      } else if (unit === 65 && last === 73 && text.charCodeAt(i - 3) === 65) clues |= clue.secret; // AKIA, ASIA
    }
    before = kind;
  }
  if (digits < fewestIbanDigits) clues &= ~clue.iban;
  if (digits < fewestPhoneDigits) clues &= ~clue.phone;
  return clues;
}

/** What a digit behind a capital may begin. */
function behindCapitals(text: string, at: number): number {
  let clues = startsIban(text, at) ? clue.iban : 0;
  if (!isUpper(text.charCodeAt(at - 2))) return clues;
  if (areDigits(text, at, 2)) clues |= clue.nino;
  if (isUpper(text.charCodeAt(at - 5)) && areDigits(text, at, 4)) clues |= clue.pan;
  return clues;
}

/** Two hexadecimal digits, and the same sign again. */
function joinsPairs(text: string, at: number, sign: number): boolean {
  return text.charCodeAt(at + 3) === sign && isHex(text.charCodeAt(at + 1)) && isHex(text.charCodeAt(at + 2));
}

const isLowerOrDigit = (unit: number) => isDigit(unit) || (unit >= 97 && unit <= 122);

function areDigits(text: string, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (!isDigit(text.charCodeAt(i))) return false;
  return true;
}

/** Two capitals before and another digit behind, and no letter or digit before those. */
function startsIban(text: string, at: number): boolean {
  const first = text.charCodeAt(at - 3);
  return isUpper(text.charCodeAt(at - 2)) && isDigit(text.charCodeAt(at + 1)) && (!isWord(first) || first === 95);
}

/** `00` and a country code, behind no word, plus or dash. */
function startsAbroad(text: string, at: number, last: number): boolean {
  if (text.charCodeAt(at + 1) !== 48 || !isCountry(text.charCodeAt(at + 2))) return false;
  return at === 0 || !(isWord(last) || last === 43 || last === 45);
}

const isCountry = (unit: number) => unit >= 49 && unit <= 57;

/** `###` before and `####` behind. */
function isNumberAround(text: string, at: number): boolean {
  for (let i = at - 3; i <= at + 4; i++) if (i !== at && !isDigit(text.charCodeAt(i))) return false;
  return true;
}

function areHex(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isHex(text.charCodeAt(i))) return false;
  return true;
}

/** `glpat-`, `xox?-`, `-----B`. */
function endsDashedPrefix(text: string, at: number, last: number): boolean {
  if (last === 116) return text.charCodeAt(at - 2) === 97 && text.charCodeAt(at - 3) === 112;
  if (last === 45) return text.charCodeAt(at + 1) === 66;
  return text.charCodeAt(at - 2) === 120 && text.charCodeAt(at - 3) === 111;
}

/** `gh?_`, `?k_`, `_pat_`, `sec_`, `npm_`. */
function endsPrefix(text: string, at: number, last: number): boolean {
  const second = text.charCodeAt(at - 2);
  if (second === 104) return text.charCodeAt(at - 3) === 103;
  if (last === 107) return second === 114 || second === 115 || second === 112;
  if (last === 116) return second === 97;
  if (last === 99) return second === 101;
  return last === 109 && second === 112;
}
