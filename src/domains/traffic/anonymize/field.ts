import { isPersonalName } from './names.ts';
import { type AnonymizeRules, type FieldAction, findAction } from './rules.ts';

const widest = 64;
const deepest = 48;
const mostFields = 50_000;
const naming =
  /^(?:response\.)?(?:path|cookie|origin|method|jwt\w*|(?:form|mime).*boundary)(?:\.|$)|\.(?:[a-z]+-)?segment\d+$|(?:^|[._-]|[a-z](?=[A-Z]))(?:_?id|uu?id|guid|slug|handle|username|user|login|account|ref|reference|code|key|token|sku|state|nonce|csrf|xsrf|_csrf|session|sid|sub|etag|none-match|match|authorization)$/i;
const identifying = /\.(?:_?id|uuid|guid|name|handle|slug|ref|reference|number|code)$/i;

/**
 * A place where values stand, such as `json.items[].sku` of one route. Places form a tree, so that a walk through a body
 * finds the next one without building its name.
 */
export class Field {
  readonly selector: string;
  readonly action: FieldAction | undefined;
  /** Values here belong to persons by the field's name, or by a name above it. */
  readonly personal: boolean;
  /** Learned: values here hardly ever repeat from one client to another, so this is a place of identifiers, not of vocabulary. */
  individual = false;
  /** Learned: an object here describes a person (it has an e-mail address or a telephone number). */
  aboutPerson = false;
  readonly parent: Field | undefined;
  readonly #identifies: boolean;
  /** Who met this name last. */
  lastClient = 0;
  /** Words here name a thing, as in a path or a cookie, and are no text; see Pseudonyms. */
  readonly namesThing: boolean;
  observed = 0;
  repeated = 0;
  /** What was done, for the report: by method and type. */
  readonly counts = new Map<string, Map<string, number>>();
  readonly #tree: FieldTree;
  readonly #depth: number;
  readonly #children = new Map<string, Field>();
  #any: Field | undefined;
  #items: Field | undefined;

  constructor(tree: FieldTree, selector: string, personal: boolean, parent?: Field) {
    this.#tree = tree;
    this.selector = selector;
    this.parent = parent;
    this.#depth = parent === undefined ? 0 : parent.#depth + 1;
    this.personal = personal;
    this.action = tree.actionFor(selector) ?? parent?.action;
    this.#identifies = identifying.test(selector);
    this.namesThing = naming.test(selector);
  }

  /** Nothing here is vocabulary. */
  get closed(): boolean {
    return this.personal || this.individual || (this.#identifies && this.parent?.aboutPerson === true);
  }

  /** The field of a key or parameter. Keys that are data share one field, `*`. */
  child(name: string): Field {
    const known = this.#children.get(name);
    if (known !== undefined) return this.#wide() ? this.#anyChild() : known;
    if (this.#depth >= deepest) return this;
    if (this.#wide() || !this.#tree.names.nameStays(name)) return this.#anyChild();
    if (!this.#tree.hasRoom()) return this;
    const field = this.#make(`${this.selector}.${name}`, this.personal || isPersonalName(name));
    this.#children.set(name, field);
    return field;
  }

  /** Whether a key under this field is data, and must be replaced like a value. */
  isDataName(name: string): boolean {
    return this.#wide() || !(this.#children.has(name) || this.#tree.names.nameStays(name));
  }

  /** The elements of an array. */
  items(): Field {
    if (this.#items !== undefined) return this.#items;
    if (this.#depth >= deepest || !this.#tree.hasRoom()) return this;
    this.#items = this.#make(`${this.selector}[]`, this.personal);
    return this.#items;
  }

  /** Fields below this one, and itself. */
  *all(): Generator<Field> {
    yield this;
    for (const child of this.#children.values()) yield* child.all();
    if (this.#any !== undefined) yield* this.#any.all();
    if (this.#items !== undefined) yield* this.#items.all();
  }

  /** After learning: names that do not stay are data, and share one place. */
  settleNames(): void {
    for (const name of this.#children.keys()) if (!this.#tree.names.nameStays(name)) this.#children.delete(name);
    for (const child of this.#children.values()) child.settleNames();
    this.#items?.settleNames();
    this.#any?.settleNames();
  }

  /** A map with so many different keys is a map from data. */
  #wide(): boolean {
    return this.#children.size >= widest;
  }

  #anyChild(): Field {
    this.#any ??= this.#make(`${this.selector}.*`, this.personal);
    return this.#any;
  }

  #make(selector: string, personal: boolean): Field {
    return new Field(this.#tree, selector, personal, this);
  }
}

/** Before the names of roots: nothing for requests. */
export type Side = '' | 'response.';

/** Which names of fields are kept. */
export interface FieldNames {
  nameStays(name: string): boolean;
}

/** All fields of one route. */
export class FieldTree {
  readonly method: string;
  readonly route: string;
  readonly names: FieldNames;
  readonly #rules: AnonymizeRules;
  readonly #budget: { fields: number };
  readonly #roots = new Map<string, Field>();
  readonly #headers = { '': new Map<string, Field>(), 'response.': new Map<string, Field>() };
  /** The template as it is written, where that is the same for every request. */
  plainRoute: string | undefined;

  /** @param budget fields made so far over all routes; past the cap, deeper ones share their parent */
  constructor(method: string, route: string, rules: AnonymizeRules, budget: { fields: number }, names: FieldNames) {
    this.names = names;
    this.method = method;
    this.route = route;
    this.#rules = rules;
    this.#budget = budget;
  }

  /** `path`, `query`, `header`, `cookie`, `form`, `json`, `text`, `multipart`, with `response.` before it on that side. */
  root(name: string, personal = false): Field {
    let field = this.#roots.get(name);
    if (field === undefined) {
      field = new Field(this, name, personal);
      this.#roots.set(name, field);
    }
    return field;
  }

  /** The root of a header of one side, made once; undefined until then. */
  header(side: Side, name: string): Field | undefined {
    return this.#headers[side].get(name);
  }

  addHeader(side: Side, name: string, personal: boolean): Field {
    const field = this.root(`${side}header.${name}`, personal);
    this.#headers[side].set(name, field);
    return field;
  }

  /** After learning. */
  settle(): void {
    this.plainRoute = undefined;
    for (const root of this.#roots.values()) root.settleNames();
    // Found again, if their names stay.
    for (const headers of Object.values(this.#headers)) headers.clear();
  }

  actionFor(selector: string): FieldAction | undefined {
    return this.#rules.rules.length === 0 ? undefined : findAction(this.#rules, this.method, this.route, selector);
  }

  hasRoom(): boolean {
    return this.#budget.fields++ < mostFields;
  }

  *all(): Generator<Field> {
    for (const root of this.#roots.values()) yield* root.all();
  }
}
