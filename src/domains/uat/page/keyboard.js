// Runs in a copy of the page under test, after tree.js: what has the focus now, and how that is shown.
globalThis.shakedownKeyboard = (() => {
  const { all, isWithin, closest, innerOf, rootOf, parentOf, boxOf, isStop, modal, parted, groupOf, mouseOnly } =
    globalThis.shakedownTree;
  const order = new Map();
  const elements = [];
  const indexOf = (element) => {
    let index = elements.indexOf(element);
    if (index < 0) index = elements.push(element) - 1;
    return index;
  };
  const selectorOf = (element) => {
    if (element.id) return `#${CSS.escape(element.id)}`;
    const name = element.getAttribute('name');
    const classes = [...element.classList]
      .slice(0, 2)
      .map((each) => `.${CSS.escape(each)}`)
      .join('');
    return `${element.localName}${classes}${name ? `[name="${name}"]` : ''}`;
  };
  const shownAs = (element) => ({
    index: indexOf(element),
    selector: selectorOf(element),
    html: element.outerHTML.slice(0, 160),
  });

  const properties = [
    'boxShadow',
    'backgroundColor',
    'backgroundImage',
    'color',
    'textDecorationLine',
    'textDecorationColor',
    'textDecorationThickness',
    'opacity',
    'transform',
    'visibility',
    'display',
    'filter',
    'fontWeight',
    'fontSize',
    'fill',
    'stroke',
    'strokeWidth',
    'clipPath',
    'left',
    'top',
    'width',
    'height',
    'translate',
    'scale',
    'content',
    'borderTopColor',
    'borderTopWidth',
    'borderTopStyle',
    'borderBottomColor',
    'borderBottomWidth',
    'borderBottomStyle',
    'borderLeftColor',
    'borderLeftWidth',
    'borderRightWidth',
    'borderRightColor',
  ];
  /** The colour on which an outline is drawn: in the same, nobody sees it. */
  const groundOf = (element) => {
    for (let each = parentOf(element); each; each = parentOf(each)) {
      const { backgroundColor } = each.ownerDocument.defaultView.getComputedStyle(each);
      if (!/^(transparent|rgba\(0, 0, 0, 0\))$/.test(backgroundColor)) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const styleOf = (element, pseudo) => {
    const style = element.ownerDocument.defaultView.getComputedStyle(element, pseudo);
    if (pseudo && (style.content === 'none' || style.content === 'normal')) return '';
    const isDrawn =
      style.outlineStyle === 'auto' || (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0);
    const isSeen =
      isDrawn &&
      (style.outlineStyle === 'auto' ||
        ![groundOf(element), 'transparent', 'rgba(0, 0, 0, 0)'].includes(style.outlineColor));
    const outline = isSeen
      ? `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor} ${style.outlineOffset}`
      : '';
    return `${outline}|${properties.map((name) => style[name]).join('|')}`;
  };
  /** How it and what is around it look: the focus may be shown by a parent, a sibling, a label or a mark beside it. */
  const lookOf = (element) => {
    const near = new Set([element]);
    let parent = parentOf(element);
    for (let left = 4; parent && left > 0; left--, parent = parentOf(parent)) near.add(parent);
    for (const each of [
      element.previousElementSibling,
      element.nextElementSibling,
      element.nextElementSibling?.nextElementSibling,
      element.nextElementSibling?.firstElementChild,
      ...(element.labels ?? []),
      ...[...element.querySelectorAll('*')].slice(0, 12),
      ...[...(rootOf(element)?.querySelectorAll('*') ?? [])].slice(0, 12),
    ])
      if (each) near.add(each);
    const up = element.parentElement;
    if (up) for (const each of [up.previousElementSibling, up.nextElementSibling]) if (each) near.add(each);
    return [...near]
      .map((each) => [styleOf(each), styleOf(each, '::before'), styleOf(each, '::after')].join('~'))
      .join('\n');
  };
  const hasCaret = (element) =>
    (element.localName === 'textarea' ||
      element.isContentEditable === true ||
      (element.localName === 'input' && /^(text|search|url|tel|email|password|number)$/.test(element.type))) &&
    !/^(transparent|rgba\(0, 0, 0, 0\))$/.test(element.ownerDocument.defaultView.getComputedStyle(element).caretColor);

  const settle = (ms) => new Promise((done) => setTimeout(done, ms));
  /** Transitions are over at once: half-way, what is to be shown is not there yet. */
  const finish = (element) => {
    for (const animation of element?.ownerDocument.getAnimations?.() ?? []) {
      if (animation.constructor.name !== 'CSSTransition') continue;
      try {
        animation.finish();
      } catch {}
    }
  };
  const active = () => {
    let element = document.activeElement;
    for (;;) {
      if (!element) return null;
      const inner = innerOf(element);
      const next = inner ? inner.activeElement : rootOf(element)?.activeElement;
      if (!next || (inner && (next === inner.body || next === inner.documentElement))) break;
      element = next;
    }
    return element === document.body || element === document.documentElement ? null : element;
  };
  /** What lies over it wherever it is in the window, where that stays while the page scrolls. */
  const covererOf = (element) => {
    const view = element.ownerDocument.defaultView;
    const box = boxOf(element);
    const [left, right] = [Math.max(0, box.left), Math.min(view.innerWidth, box.right)];
    const [top, bottom] = [Math.max(0, box.top), Math.min(view.innerHeight, box.bottom)];
    if (right - left < 1 || bottom - top < 1) return null;
    let coverer = null;
    for (const x of [0.1, 0.5, 0.9]) {
      for (const y of [0.1, 0.5, 0.9]) {
        const at = element.getRootNode().elementFromPoint(left + (right - left) * x, top + (bottom - top) * y);
        if (
          !at ||
          isWithin(at, element) ||
          isWithin(element, at) ||
          [...(element.labels ?? [])].some((label) => isWithin(at, label))
        )
          return null;
        const fixed = closest(at, (each) => /^(fixed|sticky)$/.test(view.getComputedStyle(each).position));
        if (!fixed || isWithin(element, fixed)) return null;
        coverer = fixed;
      }
    }
    return coverer;
  };

  // biome-ignore lint/performance/useDomNodeTextContent: what is not shown says nothing to anybody
  const visibleText = () => document.body?.innerText ?? '';
  const looks = new Map();
  let before = null;
  return {
    begin() {
      const everything = all();
      for (const [index, element] of everything.entries()) order.set(element, index);
      const front = modal();
      const stops = everything.filter((element) => isStop(element) && (front === null || isWithin(element, front)));
      for (const element of stops.slice(0, 400)) looks.set(element, lookOf(element));
      return {
        stops: stops.map((element) => ({ ...shownAs(element), group: groupOf(element) })),
        mouseOnly:
          front === null
            ? mouseOnly(everything)
                .slice(0, 20)
                .map(({ element, ...rest }) => ({ ...shownAs(element), ...rest }))
            : [],
        hasModal: front !== null,
        text: visibleText().slice(0, 20_000),
      };
    },
    text: () => visibleText().slice(0, 20_000),
    async now(ms) {
      await settle(ms);
      const element = active();
      // Two that take the focus from each other never leave it.
      let isRestless = false;
      for (let left = ms >= 100 ? 8 : 0; left > 0 && !isRestless; left--) {
        await settle(7);
        isRestless = active() !== element;
      }
      finish(element);
      const left = before !== null && before.element !== element && before.element.isConnected ? before : null;
      // It looked otherwise while it had the focus.
      const wasMarked = left === null ? null : lookOf(left.element) !== left.look;
      const leftIndex = left === null ? null : indexOf(left.element);
      if (element === null) {
        before = null;
        return { focus: null, left: leftIndex, wasMarked, isRestless };
      }
      const look = lookOf(element);
      before = { element, look };
      const box = boxOf(element);
      const view = element.ownerDocument.defaultView;
      const isParted = parted(element);
      const isArea = element.localName === 'area';
      const covererAt = isParted || isArea ? null : covererOf(element);
      return {
        left: leftIndex,
        wasMarked,
        isRestless,
        focus: {
          ...shownAs(element),
          tabIndex: element.tabIndex,
          group: groupOf(element),
          place: order.get(element) ?? -1,
          isParted,
          isMarked: isParted || isArea || hasCaret(element) || (looks.has(element) && looks.get(element) !== look),
          isInView:
            isArea || (box.bottom > 0 && box.right > 0 && box.top < view.innerHeight && box.left < view.innerWidth),
          coverer: covererAt === null ? null : selectorOf(covererAt),
          isFramed: element.ownerDocument !== document,
          isFrame: /^(iframe|frame|object|embed)$/.test(element.localName),
          box: { x: box.left, y: box.top + 0, width: box.width, height: box.height },
        },
      };
    },
    blur() {
      active()?.blur();
    },
    focus(index) {
      elements[index]?.focus();
      return active() === elements[index];
    },
    element: (index) => elements[index],
  };
})();
