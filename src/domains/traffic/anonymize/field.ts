import { isPersonalName } from './names.ts';
import { type AnonymizeRules, type FieldAction, findAction } from './rules.ts';

const widest = 64;
const deepest = 48;
const mostFields = 50_000;
const naming =
  /^(?:response\.)?(?:path|cookie|origin|method|jwt\w*|(?:form|mime).*boundary)(?:\.|$)|\.(?:[a-z]+-)?segment\d+$|(?:^|[._-]|[a-z](?=[A-Z]))(?:_?id|uu?id|guid|slug|handle|username|user|login|account|ref|reference|code|key|token|sku|state|nonce|csrf|xsrf|_csrf|session|sid|sub|etag|none-match|match|if-range|authorization)$/i;
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
  /** Whose name this was last met by: the number of a session. */
  lastSession = -1;
  /** In which order places were made. */
  readonly number: number;
  /** How one comes here from the place above: its name, `*` for names that are data, `[]` for elements. */
  readonly step: string;
  readonly tree: FieldTree;
  /** Words here name a thing, as in a path or a cookie, and are no text; see Pseudonyms. */
  readonly namesThing: boolean;
  observed = 0;
  repeated = 0;
  /** What was done, for the report: by method and type. */
  readonly counts = new Map<string, Map<string, number>>();
  readonly #depth: number;
  readonly #children = new Map<string, Field>();
  #any: Field | undefined;
  /** As `#any`, for names that say that their values belong to a person. */
  #anyPersonal: Field | undefined;
  #items: Field | undefined;

  constructor(tree: FieldTree, step: string, personal: boolean, parent?: Field) {
    this.tree = tree;
    this.step = step;
    this.number = tree.places.register(this);
    const selector = parent === undefined ? step : parent.selector + (step === elements ? step : `.${step}`);
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
    if (known !== undefined && !this.#wide()) return known;
    const isShared = this.#depth >= deepest || this.#wide() || !this.tree.names.nameStays(name);
    if (isShared || this.tree.places.isSettled || !this.tree.places.hasRoom()) {
      // Whatever else shares the place, a person's data is known by its name.
      if (!this.personal && isPersonalName(name)) return this.#anyChild(true);
      return this.#depth >= deepest || (!isShared && !this.tree.places.isSettled) ? this : this.#anyChild();
    }
    const field = new Field(this.tree, name, this.personal || isPersonalName(name), this);
    this.#children.set(name, field);
    return field;
  }

  /** The place that a step leads to. */
  below(step: string, isElement: boolean, isData: boolean, isPersonal: boolean): Field {
    return isElement ? this.items() : isData ? this.#anyChild(isPersonal) : this.child(step);
  }

  get isElement(): boolean {
    return this.parent !== undefined && this.parent.#items === this;
  }

  /** Whether it is reached by a key that is itself data, such as an id, and no name of a field. */
  get isOfData(): boolean {
    return this.parent !== undefined && (this.parent.#any === this || this.parent.#anyPersonal === this);
  }

  /** Whether a key under this field is data, and must be replaced like a value. */
  isDataName(name: string): boolean {
    return this.#wide() || !(this.#children.has(name) || this.tree.names.nameStays(name));
  }

  /** The elements of an array. */
  items(): Field {
    if (this.#items !== undefined) return this.#items;
    if (this.#depth >= deepest || !(this.tree.places.isSettled || this.tree.places.hasRoom())) return this;
    this.#items = new Field(this.tree, elements, this.personal, this);
    return this.#items;
  }

  /** Fields below this one, and itself. */
  *all(): Generator<Field> {
    yield this;
    for (const child of this.#children.values()) yield* child.all();
    if (this.#any !== undefined) yield* this.#any.all();
    if (this.#anyPersonal !== undefined) yield* this.#anyPersonal.all();
    if (this.#items !== undefined) yield* this.#items.all();
  }

  state(): FieldState {
    const { individual, aboutPerson } = this;
    const children = [...this.#children].map(([name, child]) => [name, child.state()] as [string, FieldState]);
    const state: FieldState = { individual, aboutPerson, children };
    if (this.#any !== undefined) state.any = this.#any.state();
    if (this.#anyPersonal !== undefined) state.anyPersonal = this.#anyPersonal.state();
    if (this.#items !== undefined) state.items = this.#items.state();
    return state;
  }

  restore({ individual, aboutPerson, children, any, anyPersonal, items }: FieldState): void {
    this.individual = individual;
    this.aboutPerson = aboutPerson;
    for (const [name, state] of children) {
      const child = new Field(this.tree, name, this.personal || isPersonalName(name), this);
      this.#children.set(name, child);
      child.restore(state);
    }
    if (any !== undefined) this.#anyChild().restore(any);
    if (anyPersonal !== undefined) this.#anyChild(true).restore(anyPersonal);
    if (items !== undefined) this.items().restore(items);
  }

  /** After learning: names that do not stay are data, and share one place. */
  settleNames(): void {
    for (const name of this.#children.keys()) if (!this.tree.names.nameStays(name)) this.#children.delete(name);
    for (const child of this.#children.values()) child.settleNames();
    this.#items?.settleNames();
    this.#any?.settleNames();
    this.#anyPersonal?.settleNames();
  }

  /** A map with so many different keys is a map from data. */
  #wide(): boolean {
    return this.#children.size >= widest;
  }

  #anyChild(isPersonal = false): Field {
    if (isPersonal && !this.personal) {
      this.#anyPersonal ??= new Field(this.tree, '*', true, this);
      return this.#anyPersonal;
    }
    this.#any ??= new Field(this.tree, '*', this.personal, this);
    return this.#any;
  }
}

const elements = '[]';

/** What is known of a place after learning; for another thread. */
interface FieldState {
  individual: boolean;
  aboutPerson: boolean;
  children: [name: string, state: FieldState][];
  any?: FieldState;
  anyPersonal?: FieldState;
  items?: FieldState;
}

export interface TreeState {
  method: string;
  route: string;
  plainRoute: string | undefined;
  roots: [name: string, personal: boolean, state: FieldState][];
}

/** Numbers the places of all routes. */
export class Places {
  readonly all: Field[] = [];
  /** Places that were not met while learning share that of names that are data, so that the order of what is rewritten does not matter. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  #isSettled = false;

  settle(): void {
    this.#isSettled = true;
  }

  register(field: Field): number {
    // Later ones are not counted any more, and not kept alive.
    return this.isSettled ? this.all.length : this.all.push(field) - 1;
  }

  hasRoom(): boolean {
    return this.all.length < mostFields;
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
  readonly places: Places;
  readonly #roots = new Map<string, Field>();
  readonly #headers = { '': new Map<string, Field>(), 'response.': new Map<string, Field>() };
  /** The template as it is written, where that is the same for every request. */
  plainRoute: string | undefined;

  /** @param places of all routes together; past their cap, deeper ones share their parent */
  constructor(method: string, route: string, rules: AnonymizeRules, places: Places, names: FieldNames) {
    this.names = names;
    this.method = method;
    this.route = route;
    this.#rules = rules;
    this.places = places;
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

  state(): TreeState {
    const { method, route, plainRoute } = this;
    return {
      method,
      route,
      plainRoute,
      roots: [...this.#roots].map(([name, root]) => [name, root.personal, root.state()] as TreeState['roots'][number]),
    };
  }

  restore({ plainRoute, roots }: TreeState): void {
    this.plainRoute = plainRoute;
    for (const [name, personal, state] of roots) this.root(name, personal).restore(state);
  }

  *all(): Generator<Field> {
    for (const root of this.#roots.values()) yield* root.all();
  }
}
