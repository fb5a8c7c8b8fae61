import { clue } from './clues.ts';
import { type Detector, spansOf } from './detector.ts';

const macForm = /(?<![\w:-])[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w:-])/gi;
const always = () => true;

/** Address of a network card. */
export const mac: Detector = {
  kind: 'mac',
  needs: { length: 17, digits: 0, anyOf: ':-' },
  clues: clue.mac,
  find: (text) => spansOf(macForm, text, always),
  matches: (value) => value.length === 17 && /^[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}$/i.test(value),
};

// Four digits behind the point are eleven metres: a house.
const pairForm = /(?<![\w.])[-+]?\d{1,2}\.\d{4,15}, ?[-+]?\d{1,3}\.\d{4,15}(?![\w.])/g;
const isOnEarth = (text: string) => {
  const [latitude = 91, longitude = 181] = text.split(',').map(Number);
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
};

/** Latitude and longitude side by side. */
export const coordinates: Detector = {
  kind: 'coordinates',
  needs: { length: 13, digits: 10, anyOf: ',' },
  clues: clue.coordinates,
  find: (text) => spansOf(pairForm, text, isOnEarth),
  matches(value) {
    for (const [from, to] of spansOf(pairForm, value, isOnEarth)) return from === 0 && to === value.length;
    return false;
  },
};

// With a dash and a space, as on the plate: without them it may be the number of an article.
const plateForm = /(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{1,4}[EH]?(?![\w-])/g;

/** German licence plate. */
export const plate: Detector = {
  kind: 'plate',
  needs: { length: 5, digits: 1, anyOf: '-' },
  clues: clue.plate,
  find: (text) => spansOf(plateForm, text, always),
  matches: (value) => value.length <= 11 && /^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{1,4}[EH]?$/.test(value),
};
