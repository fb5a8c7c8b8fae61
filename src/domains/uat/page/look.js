// Runs in the page under test, as an expression; what it gives is plain data.
globalThis.shakedownLook = () => {
  const selectorOf = (element) => {
    if (element.id) return `#${CSS.escape(element.id)}`;
    const parts = [];
    for (let each = element; each && each !== document.documentElement && parts.length < 4; each = each.parentElement) {
      const kind = each.localName;
      const label = each.getAttribute('name') ?? '';
      const kinds = [...each.classList].slice(0, 2).map((name) => `.${CSS.escape(name)}`);
      parts.unshift(`${kind}${kinds.join('')}${label ? `[name="${label}"]` : ''}`);
      if (each.id) break;
    }
    return parts.join(' > ');
  };
  const cutOff = [];
  for (const element of document.body?.querySelectorAll('*') ?? []) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || element.clientWidth <= 2 || element.clientHeight <= 2) continue;
    const style = getComputedStyle(element);
    if (style.visibility !== 'visible' || Number(style.opacity) === 0) continue;
    const hides = (value) => value === 'hidden' || value === 'clip';
    const wide = hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
    const tall = hides(style.overflowY) && element.scrollHeight > element.clientHeight + 2;
    if (!wide && !tall) continue;
    cutOff.push({
      selector: selectorOf(element),
      html: element.outerHTML.slice(0, 160),
      text: element.textContent.trim().slice(0, 80),
    });
    if (cutOff.length >= 20) break;
  }
  const links = new Map();
  for (const link of document.querySelectorAll('a[href]')) {
    let url;
    try {
      url = new URL(link.href, location.href);
    } catch {
      continue;
    }
    // A part of this page is no other.
    if (url.origin !== location.origin || (url.hash !== '' && url.href.split('#')[0] === location.href.split('#')[0]))
      continue;
    const href = `${url.pathname}${url.search}`;
    const isScripted =
      [...link.attributes].some(({ name }) =>
        /^(onclick|data-(method|confirm|remote|action|turbo-method|ajax)|hx-|ping$|download$)/.test(name),
      ) || link.getAttribute('role') === 'button';
    const text = `${link.textContent} ${link.getAttribute('aria-label') ?? ''} ${link.title} ${link.querySelector('img')?.alt ?? ''}`;
    if (!links.has(href) || isScripted)
      links.set(href, { href, text: text.trim().replace(/\s+/g, ' ').slice(0, 160), isScripted });
  }
  // A page under a strict policy has neither.
  const cookieOf = () => {
    try {
      return document.cookie;
    } catch {
      return '';
    }
  };
  const all = (store) => {
    try {
      return { ...window[store] };
    } catch {
      return {};
    }
  };
  const [visit] = performance.getEntriesByType('navigation');
  return {
    cutOff,
    links: [...links.values()].slice(0, 300),
    status: visit?.responseStatus ?? 0,
    storage: {
      origin: location.origin,
      cookie: cookieOf(),
      local: all('localStorage'),
      session: all('sessionStorage'),
    },
    overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  };
};
