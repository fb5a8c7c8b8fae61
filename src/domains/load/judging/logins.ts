import { grouped } from '../../../gate/words.ts';
import type { LoginCount } from '../../../model/login.ts';
import type { Doubt } from '../../domain.ts';

const kindsAtMost = 1000;
const problemsNamed = 5;

/** What came of requests that log sessions in, over the whole run. */
export class LoginSums {
  readonly #sums = new Map<string, LoginCount>();

  add(logins: readonly LoginCount[]): void {
    for (const login of logins) {
      const key = JSON.stringify([login.request, login.status, login.problem]);
      const known = this.#sums.get(key);
      if (known !== undefined) known.count += login.count;
      else if (this.#sums.size < kindsAtMost) this.#sums.set(key, { ...login });
    }
  }

  /** Most frequent first. */
  list(): LoginCount[] {
    return [...this.#sums.values()].sort((a, b) => b.count - a.count);
  }
}

/** A run whose sessions were not who they were to be shows nothing of how these would have been served. */
export function loginDoubts(logins: readonly LoginCount[]): Doubt[] {
  const failed = logins.filter(({ problem }) => problem !== '');
  const [first] = failed;
  if (first === undefined) return [];
  const of = (request: string) => logins.reduce((sum, login) => sum + (login.request === request ? login.count : 0), 0);
  const said = ({ request, problem, count }: LoginCount) =>
    `${problem} from ${request} (${grouped(count)} of ${grouped(of(request))})`;
  const named = failed.slice(0, problemsNamed).map(said).join('; ');
  const more = failed.length > problemsNamed ? `; and ${failed.length - problemsNamed} more` : '';
  return [
    {
      clause: `login failed: ${first.problem} from ${first.request}`,
      missing: `Login failed: ${named}${more}. What these sessions had to send after it was not sent. Check the users and passwords that replay.login names; where this is the answer to a login that succeeded, say by \`success\` in replay.login what shows it.`,
    },
  ];
}
