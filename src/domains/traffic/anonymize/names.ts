import { holdsGivenName } from './detectors/person-name.ts';
import { detect } from './detectors/table.ts';
import { isPersonalAbroad, isWordForPersons, wordsOf } from './personal-words.ts';
import { isUuid } from './pseudonyms/identifier.ts';

const identifier = /^[\p{L}_$@][\p{L}\p{M}\w$@:. -]{0,63}(?:\[[\p{L}\p{M}\w]{0,32}\]){0,4}$/u;

/**
 * Whether a key or a parameter name reads as one that a programmer wrote. What does not (e-mail addresses, numbers, UUIDs,
 * long mixed tokens, given names) is data used as a key.
 */
export function isFieldName(name: string): boolean {
  let known = readsAsName.get(name);
  if (known === undefined) {
    known = name.length <= 200 && looksWritten(name);
    if (readsAsName.size < 20_000 && name.length <= 200) readsAsName.set(name, known);
  }
  return known;
}

const readsAsName = new Map<string, boolean>();

function looksWritten(name: string): boolean {
  if (!identifier.test(name) || isUuid(name)) return false;
  if (/\d{5}/.test(name) || /^[0-9a-f]{12,}$/i.test(name)) return false;
  if (name.length >= 20 && /\d/.test(name) && /[a-z]/.test(name) && /[A-Z]/.test(name)) return false;
  return detect(name) === undefined && !holdsGivenName(name);
}

const personal = new Set(
  `aadhaar bsn cpf diagnosis mac nin pan plate steuerid taxid account accounts address addresses admin age apikey assignee auth authentication author avatar birth birthday birthdate
birthplace bank card cards cardholder cell city comment comments company contact contacts credential credentials creditcard csrf
customer customers cvc cvv device dob document email emails employee employees fax firstname friend friends fullname gender
guest guests health iban identity imei insurance ip jwt key lastname lat latitude lng location login lon longitude mail medical
member members message messages middlename mobile name nick nickname nino note notes otp owner owners passcode passport
passwd password patient patients payee payer pass person persons phone pin postal postcode profile profiles pwd recipient
referral salary seat secret secrets session sessionid sid signature sin social ssn staff state street student students
subscriber surname tax telephone tel tenant title token tokens tracking user userid username users vat visitor voucher
xsrf zip zipcode street streets postbox pobox housenumber maidenname patronymic forename forenames givenname familyname`.split(
    /\s+/,
  ),
);
/** Words that name a person's data only with a personal word before them; alone they also name goods and places. */
const onlyOfPersons = new Set([
  'name',
  'title',
  'city',
  'state',
  'key',
  'age',
  'card',
  'seat',
  'note',
  'company',
  'location',
  'document',
]);

/** A field whose own name says that its value belongs to a person or is secret. Its values never count as vocabulary. */
export function isPersonalName(name: string): boolean {
  let known = judged.get(name);
  if (known === undefined) {
    known = judge(name);
    if (judged.size < 20_000) judged.set(name, known);
  }
  return known;
}

const judged = new Map<string, boolean>();

function judge(name: string): boolean {
  const words = wordsOf(name.slice(0, 64));
  if (isPersonalAbroad(name, words)) return true;
  if (words.length === 1) return personal.has(words[0] ?? '') && !onlyOfPersons.has(words[0] ?? '');
  return (
    words.some((word) => personal.has(word) && !onlyOfPersons.has(word)) ||
    /^(?:first|last|full|sur|given|family|middle|maiden|display)$/.test(words[0] ?? '') ||
    personal.has(words.join(''))
  );
}

/** A field's name made of words for persons' data only (`vorname`, `kunde_strasse`, `氏名`): it says nothing about anyone, whoever used it. */
export function isPersonalVocabulary(name: string): boolean {
  let known = ofPersonsOnly.get(name);
  if (known === undefined) {
    const words = wordsOf(name.slice(0, 64));
    known = words.length > 0 && words.every((word) => isWordForPersons(word) || personal.has(word));
    if (ofPersonsOnly.size < 20_000 && name.length <= 200) ofPersonsOnly.set(name, known);
  }
  return known;
}

const ofPersonsOnly = new Map<string, boolean>();
