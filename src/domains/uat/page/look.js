// Runs in the page under test, as an expression; what it gives is plain data.
globalThis.shakedownLook = () => {
  // The browser's own page for what could not be loaded, under the address of what was asked for.
  if (!/^https?:/.test(document.documentURI) || !/^https?:/.test(location.protocol)) return null;
  const hash = (text) => {
    let value = 5381;
    for (let index = 0; index < text.length; index++) value = ((value << 5) + value + text.charCodeAt(index)) | 0;
    return (value >>> 0).toString(36);
  };
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
  const shape = [];
  for (const element of document.body?.querySelectorAll('*') ?? []) {
    const name = element.localName;
    if (['script', 'style', 'link'].includes(name)) continue;
    shape.push(
      `${name}.${element.className}#${element.getAttribute('role') ?? ''}${element.hidden}${element.disabled ?? ''}`,
    );
  }
  // A list of more or fewer of the same is the same page.
  const distinct = [...new Set(shape)].join(' ');
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
  const links = new Set();
  for (const link of document.querySelectorAll('a[href]')) {
    const url = new URL(link.href, location.href);
    if (url.origin === location.origin) links.add(`${url.pathname}${url.search}`);
  }
  const [visit] = performance.getEntriesByType('navigation');
  return {
    signature: hash(distinct),
    cutOff,
    links: [...links].slice(0, 300),
    status: visit?.responseStatus ?? 0,
    overflow: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
  };
};
