/** Somebody who logs in. `fields` may hold a password: they are in no evidence. */
export interface PostureUser {
  readonly name: string;
  readonly fields: Record<string, string>;
}

export interface PostureLogin {
  /** Page with the form, whose hidden fields are sent along; null: none. */
  readonly page: string | null;
  /** `POST /login` */
  readonly request: string;
  readonly as: 'form' | 'json';
  /** Where the answer holds a bearer token: `data.token`; null: cookies alone. */
  readonly token: string | null;
  /** Field that says where a login leads. */
  readonly nextField: string | null;
}

export interface PostureLogout {
  /** `POST /logout` */
  readonly request: string;
  /** Sent as a form; null: not. `{{token}}` in a value stands for the token of the login. */
  readonly form: Readonly<Record<string, string>> | null;
  /** The same as JSON. */
  readonly json: Readonly<Record<string, string>> | null;
}

/** A check that is left out: why; and where somebody answers for it, who and until when. */
export type LeftOut = string | { readonly reason: string; readonly owner: string; readonly expires: string };

export interface PostureObject {
  /** `/api/orders/{{id}}` */
  readonly path: string;
  /** How the owner makes one; null: it is there. */
  readonly make: { request: string; json: Record<string, unknown> } | null;
  /** `DELETE /api/orders/{{id}}`: how its owner removes what was made; null: it stays. */
  readonly remove: string | null;
  /** `GET /api/orders`: where the owner finds one; null: the path has it. */
  readonly list: string | null;
  /** Where the answer holds its id. */
  readonly id: string;
}

export interface ResolvedPosture {
  /** A TLS address that stands before the target; null: the target's own. */
  readonly tlsAddress: string | null;
  readonly pages: readonly string[];
  readonly protectedPaths: readonly string[];
  readonly redirects: readonly { path: string; parameter: string }[];
  readonly users: readonly PostureUser[];
  readonly login: PostureLogin | null;
  /** Another login for objects, as of an API. */
  readonly objectLogin: PostureLogin | null;
  /** A request alone, or with what it sends. */
  readonly logout: string | PostureLogout | null;
  readonly objects: readonly PostureObject[];
  readonly wrongLogins: number | null;
  /** Checks that are left out, each with the reason. */
  readonly leaveOut: Readonly<Record<string, LeftOut>>;
}
