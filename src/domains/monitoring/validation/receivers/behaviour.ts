/** How a stand-in answers what it was sent. */
export type Behaviour =
  | { readonly kind: 'ok' }
  /** With this status, whatever was sent. */
  | { readonly kind: 'status'; readonly status: number }
  /** As the service does, after so long. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** The request is taken, and nothing comes back. */
  | { readonly kind: 'never' };

/** Whether a status says that the message was not taken. */
export const isOff = (status: number): boolean => status < 200 || status > 299;
