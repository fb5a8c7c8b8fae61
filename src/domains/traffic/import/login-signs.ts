/** What a recording without credentials shows of people who were logged in. */
export interface LoginSigns {
  /** Routes that log in, by their names, and how often each was answered without an error; most first. */
  logins: { method: string; route: string; requests: number }[];
  /** Routes that some were refused (401, 403, or a redirect to a login) and others were not; how often they were not. Most first. */
  behind: { method: string; route: string; requests: number }[];
  /** Sessions that logged in and went on. */
  sessions: number;
}

interface Seen {
  method: string;
  route: string;
  served: number;
  refused: number;
}

const loginNames =
  /(?:^|[/_.-])(?:log-?in|log-?on|sign-?in|sessions?|authenticate|auth|token|j_security_check|wp-login\.php)$/i;
const maxRoutes = 1000;

const isLoginRoute = (route: string): boolean => loginNames.test(route);

/** Gathers signs of logins, session by session; in memory bounded by the number of routes. */
export class LoginWatch {
  readonly #routes = new Map<string, Seen>();
  readonly #logins = new Map<string, Seen>();
  #sessions = 0;

  /** @param requests of a session, in their order, with their status; 0: unknown */
  session(requests: readonly { method: string; route: string; status: number }[]): void {
    let loggedIn = false;
    let wentOn = false;
    for (const [i, { method, route, status }] of requests.entries()) {
      if (loggedIn) wentOn = true;
      const isLogin = isLoginRoute(route);
      if (isLogin && method === 'POST' && status > 0 && status < 400) {
        loggedIn = true;
        seen(this.#logins, method, route).served++;
      }
      if (isLogin) continue;
      const next = requests[i + 1];
      // The log has no Location: where the login is asked for next, it led there.
      const isSentThere = status >= 302 && status <= 307 && next?.method === 'GET' && isLoginRoute(next.route);
      if (status === 401 || status === 403 || isSentThere) seen(this.#routes, method, route).refused++;
      else if (status >= 200 && status < 300) seen(this.#routes, method, route).served++;
    }
    if (wentOn) this.#sessions++;
  }

  report(): LoginSigns {
    const list = (all: Iterable<Seen>) =>
      [...all]
        .filter(({ served }) => served > 0)
        .map(({ method, route, served }) => ({ method, route, requests: served }))
        .sort((a, b) => b.requests - a.requests || (a.route < b.route ? -1 : 1));
    return {
      logins: list(this.#logins.values()),
      behind: list([...this.#routes.values()].filter(({ refused }) => refused > 0)),
      sessions: this.#sessions,
    };
  }
}

function seen(routes: Map<string, Seen>, method: string, route: string): Seen {
  const name = `${method} ${route}`;
  const known = routes.get(name);
  if (known !== undefined) return known;
  const made = { method, route, served: 0, refused: 0 };
  if (routes.size < maxRoutes) routes.set(name, made);
  return made;
}
