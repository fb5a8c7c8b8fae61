/** Requests of logins that came to the same. */
export interface LoginCount {
  /** Method and path: `POST /login`. */
  request: string;
  /** 0: no answer. */
  status: number;
  /** Why it failed, in a few words without anything that was sent or answered; empty: it succeeded. */
  problem: string;
  count: number;
}
