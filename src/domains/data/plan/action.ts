/** What is done with the values of a column, or of a part of one. */
export type Action =
  /** It stays as it is. */
  | { do: 'keep' }
  /** The same pseudonym as in traffic. `open`: what stayed there for having been asked for by many stays here too. */
  | { do: 'thing'; open: boolean }
  /** A name, or an address that is written out: one pseudonym for the whole, and no two the same. */
  | { do: 'name' }
  /** Text: what was found to be shared vocabulary stays, all else becomes letters. */
  | { do: 'text' }
  /** Text whose words stay nowhere. */
  | { do: 'letters' }
  /** A day or a moment, moved by as much as all others. */
  | { do: 'date' }
  /** A day of someone's life, moved by days of its own. */
  | { do: 'birth' }
  /** A number of which each digit is another. */
  | { do: 'digits' }
  /** Bytes, as many others. */
  | { do: 'bytes' }
  /** Leaves of JSON, each by its name and value. */
  | { do: 'json' }
  | { do: 'xml' }
  | { do: 'words' }
  | { do: 'null' }
  | { do: 'fixed'; value: string }
  | { do: 'array'; of: Action; separator: string }
  | { do: 'row'; fields: { name: string; action: Action; type: ValueType }[] }
  | { do: 'range'; of: Action };

/** What a value must still be afterwards. */
export interface ValueType {
  /** Most characters; null: any number. */
  length: number | null;
  /** Of whole numbers. */
  most: string | null;
  least: string | null;
}

export interface ColumnPlan {
  name: string;
  action: Action;
  type: ValueType;
  /** It is of whole numbers, in which no text is. */
  isInteger: boolean;
  /** Why, for the report: `named like data of a person`. */
  why: string;
  /** Its values name a person or are secret, so none of them may be anywhere in the result. */
  isPersonal: boolean;
  /** Values that are structure, for a check of the column names them. */
  structure: string[];
  /** Whether its own values are unique, by themselves or with others. */
  isUnique: boolean;
}

/** Whether the values stay as they are. */
export function keeps(action: Action): boolean {
  if (action.do === 'array' || action.do === 'range') return keeps(action.of);
  if (action.do === 'row') return action.fields.every((field) => keeps(field.action));
  return action.do === 'keep';
}

/** Whether there is text in it that may say anything. */
export function holdsText(action: Action): boolean {
  if (action.do === 'array') return holdsText(action.of);
  if (action.do === 'row') return action.fields.some((field) => holdsText(field.action));
  return ['thing', 'name', 'text', 'letters', 'json', 'xml', 'words'].includes(action.do);
}
