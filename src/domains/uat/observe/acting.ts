import type { BrowserContext, Page } from '@playwright/test';

/** Of Playwright's client: what sends each call to the browser. Not of its public interface, so it is asked for and not taken for granted. */
interface Connection {
  sendMessageToServer?(
    object: Owner,
    method: string,
    params: unknown,
    options: { internal?: boolean },
  ): Promise<unknown>;
}

interface Owner {
  _type?: string;
  _page?: Page;
  _frame?: { _page?: Page };
  _connection?: Connection;
}

/** What leaves a page, or may change it. */
const acting: Readonly<Record<string, readonly string[]>> = {
  Frame: ['click', 'dblclick', 'tap', 'fill', 'type', 'press', 'check', 'uncheck', 'selectOption', 'setInputFiles'],
  ElementHandle: ['click', 'dblclick', 'tap', 'fill', 'type', 'press', 'check', 'uncheck', 'selectOption'],
  Page: ['reload', 'goBack', 'goForward', 'close', 'keyboardPress', 'keyboardDown', 'keyboardType', 'mouseClick'],
  BrowserContext: ['close', 'setOffline'],
  Browser: ['close'],
};
const also: Readonly<Record<string, readonly string[]>> = {
  Frame: ['goto', 'setContent', 'dragAndDrop', 'dispatchEvent'],
  ElementHandle: ['setInputFiles', 'dispatchEvent'],
  Page: ['keyboardInsertText', 'mouseDown', 'touchscreenTap'],
};

const isActing = (type: string, method: string) =>
  acting[type]?.includes(method) === true || also[type]?.includes(method) === true;

export interface Acting {
  before(page: Page | null): Promise<void>;
  after(page: Page | null): void;
}

/**
 * Calls back before each action of a scenario, which waits for it, and after it was sent. The state that an action leaves is then what
 * everybody could see, and what was expected of it has been looked for: nothing is looked at between an action and its expectation.
 * @returns what ends it; null: this Playwright has no such place
 */
export function watchActions(context: BrowserContext, { before, after }: Acting): (() => void) | null {
  const connection = (context as unknown as Owner)._connection;
  const original = connection?.sendMessageToServer;
  if (connection === undefined || typeof original !== 'function') return null;
  const hooked: NonNullable<Connection['sendMessageToServer']> = async (object, method, params, options) => {
    const type = object._type ?? '';
    // Calls of the checker's own, and what one call of the scenario asks for besides, are internal.
    if (options.internal === true || !isActing(type, method)) {
      return original.call(connection, object, method, params, options);
    }
    const page = object._page ?? object._frame?._page ?? (type === 'Page' ? (object as unknown as Page) : null);
    await before(page);
    try {
      return await original.call(connection, object, method, params, options);
    } finally {
      after(page);
    }
  };
  connection.sendMessageToServer = hooked;
  return () => {
    if (connection.sendMessageToServer === hooked) connection.sendMessageToServer = original;
  };
}
