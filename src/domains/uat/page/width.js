// Runs in a copy of the page under test: how much wider than its window it is, by what, and which texts are cut off.
globalThis.shakedownWidth = () => {
  const page = document.documentElement;
  const overOf = () => Math.max(0, page.scrollWidth - page.clientWidth);
  const shownAs = (element) => ({
    selector: element.id
      ? `#${CSS.escape(element.id)}`
      : `${element.localName}${[...element.classList]
          .slice(0, 2)
          .map((name) => `.${CSS.escape(name)}`)
          .join('')}`,
    html: element.outerHTML.slice(0, 160),
  });
  const over = overOf();
  const [x, y] = [scrollX, scrollY];
  const isDataTable = (table) =>
    !/^(presentation|none)$/.test(table.getAttribute('role') ?? '') &&
    table.querySelector('th, caption, thead, [scope], [headers]') !== null;
  const taken = [];
  const takeOut = (elements) => {
    for (const element of elements) {
      taken.push([element, element.style.getPropertyValue('display'), element.style.getPropertyPriority('display')]);
      element.style.setProperty('display', 'none', 'important');
    }
  };
  let scrolls = false;
  let widest = null;
  let overByText = 0;
  if (over > 1) {
    scrollTo({ left: 9999, top: y, behavior: 'instant' });
    scrolls = scrollX > 1;
    scrollTo({ left: x, top: y, behavior: 'instant' });
    takeOut(
      [...document.querySelectorAll('table, [role="grid"], [role="table"], [role="treegrid"]')].filter(
        (each) => each.localName !== 'table' || isDataTable(each),
      ),
    );
    const overByPictures = overOf();
    if (overByPictures > 1) {
      const edge = page.clientWidth + 1;
      const wide = [...document.body.querySelectorAll('*')].filter(
        (each) => each.getBoundingClientRect().right + scrollX > edge,
      );
      const innermost = wide.find((each) => !wide.some((other) => other !== each && each.contains(other)));
      widest = innermost === undefined ? shownAs(document.body) : shownAs(innermost);
      takeOut(
        document.querySelectorAll(
          'img, svg, canvas, video, iframe, object, embed, map, picture, [role="application"], [role="toolbar"]',
        ),
      );
      overByText = overOf();
    }
    for (const [element, value, priority] of taken.reverse()) {
      if (value === '') element.style.removeProperty('display');
      else element.style.setProperty('display', value, priority);
    }
  }
  const clipped = [];
  const hides = (value) => value === 'hidden' || value === 'clip';
  for (const element of document.body?.querySelectorAll('*') ?? []) {
    if (clipped.length >= 20) break;
    const text = [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (
      text.length === 0 ||
      element.closest('[aria-hidden="true"]') ||
      !element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true })
    )
      continue;
    const range = document.createRange();
    const boxes = text.flatMap((node) => {
      range.selectNodeContents(node);
      return [...range.getClientRects()];
    });
    // Through which box the text would have to be seen, as https://www.w3.org/WAI/standards-guidelines/act/rules/59br37/ says: one that scrolls lets it be
    // seen, and a text of which nothing shows is hidden on purpose.
    let cut = null;
    let [isLostX, isLostY] = [true, true];
    const shown = boxes.filter((each) => each.width > 1 && each.height > 1);
    for (let box = element; box && box !== document.body && box !== page; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (/auto|scroll/.test(style.overflowX)) isLostX = false;
      if (/auto|scroll/.test(style.overflowY)) isLostY = false;
      if (style.position === 'fixed') break;
      const edge = box.getBoundingClientRect();
      const isEllipsis = style.whiteSpace.startsWith('nowrap') && style.textOverflow !== 'clip';
      const isOneLine = Number.parseFloat(style.lineHeight) >= edge.height - 0.5;
      const wide = isLostX && hides(style.overflowX) && !isEllipsis;
      const tall = isLostY && hides(style.overflowY) && !isOneLine;
      if (!wide && !tall) continue;
      if (edge.width <= 2 || edge.height <= 2) break;
      const isSeen = shown.some(
        (each) =>
          each.left < edge.right - 2 &&
          each.right > edge.left + 2 &&
          each.top < edge.bottom - 2 &&
          each.bottom > edge.top + 2,
      );
      if (!isSeen) break;
      const isLost = shown.some(
        (each) =>
          (wide && (each.right > edge.right + 3 || each.left < edge.left - 3)) ||
          (tall && (each.bottom > edge.bottom + each.height / 3 || each.top < edge.top - each.height / 3)),
      );
      if (isLost) {
        cut = box;
        break;
      }
    }
    if (cut !== null)
      clipped.push({ ...shownAs(element), text: element.textContent.trim().replace(/\s+/g, ' ').slice(0, 80) });
  }
  return { over, overByText, scrolls, widest, clipped };
};
