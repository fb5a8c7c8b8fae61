// Runs in a copy of the page under test: its elements through shadow roots and frames of the same origin, which of them a keyboard should reach, and
// which only a mouse does.
globalThis.shakedownTree = (() => {
  const hooks = (element) => element.ownerDocument.defaultView?.shakedownHooks;
  const rootOf = (element) => element.shadowRoot ?? hooks(element)?.roots.get(element) ?? null;
  const innerOf = (element) => {
    if (!/^(iframe|frame|object)$/.test(element.localName)) return null;
    try {
      return element.contentDocument ?? null;
    } catch {
      return null;
    }
  };
  const parentOf = (element) => {
    const parent = element.assignedSlot ?? element.parentElement;
    if (parent) return parent;
    const root = element.getRootNode();
    return root.host ?? root.defaultView?.frameElement ?? null;
  };
  const isWithin = (inner, outer) => {
    for (let each = inner; each; each = parentOf(each)) if (each === outer) return true;
    return false;
  };
  const closest = (element, test) => {
    for (let each = element; each; each = parentOf(each)) if (test(each)) return each;
    return null;
  };
  /** All elements, in the order in which they are shown. */
  const all = () => {
    const found = [];
    const walk = (root) => {
      for (const element of root.children) {
        found.push(element);
        const shadow = rootOf(element);
        const inner = innerOf(element);
        if (shadow) walk(shadow);
        else if (inner?.documentElement) walk(inner);
        else if (element.localName === 'slot' && element.assignedElements().length > 0) {
          for (const one of element.assignedElements()) walk({ children: [one] });
        } else walk(element);
      }
    };
    walk(document);
    return found;
  };
  const boxOf = (element) => element.getBoundingClientRect();
  const isShown = (element) =>
    element.checkVisibility?.({ visibilityProperty: true, contentVisibilityAuto: false }) !== false &&
    boxOf(element).width > 0 &&
    boxOf(element).height > 0;
  const isInert = (element) => {
    if (closest(element, (each) => each.inert === true) !== null) return true;
    const modals = [...element.ownerDocument.querySelectorAll('dialog:modal')];
    return modals.length > 0 && !isWithin(element, modals.at(-1));
  };
  /** What says that it is in front of all else; a page that keeps the focus within it does what it should. */
  const modal = () =>
    [...document.querySelectorAll('[aria-modal="true"], dialog:modal')].filter(isShown).at(-1) ?? null;
  const parted = (element) =>
    (element.localName === 'input' && /^(date|time|datetime-local|month|week)$/.test(element.type)) ||
    (/^(audio|video)$/.test(element.localName) && element.controls) ||
    /^(iframe|frame|object|embed)$/.test(element.localName);
  const isSummary = (element) =>
    element.localName === 'summary' &&
    element.parentElement?.localName === 'details' &&
    element === element.parentElement.querySelector(':scope > summary');
  const isNative = (element) =>
    /^(button|select|textarea)$/.test(element.localName) ||
    (element.localName === 'input' && element.type !== 'hidden') ||
    (/^(a|area)$/.test(element.localName) && element.hasAttribute('href')) ||
    isSummary(element) ||
    (/^(audio|video)$/.test(element.localName) && element.controls) ||
    (element.isContentEditable === true &&
      closest(parentOf(element) ?? document.documentElement, (each) => each.isContentEditable === true) === null);
  const takesFocus = (element) =>
    !element.matches(':disabled') && (isNative(element) || element.hasAttribute('tabindex'));
  const isStop = (element) =>
    takesFocus(element) &&
    element.tabIndex >= 0 &&
    !/^(area|iframe|frame|object|embed)$/.test(element.localName) &&
    !rootOf(element)?.delegatesFocus &&
    !isInert(element) &&
    isShown(element) &&
    closest(element, (each) => /^(iframe|frame)$/.test(each.localName) && each !== element && each.tabIndex < 0) ===
      null;
  const groupOf = (element) =>
    element.localName === 'input' && element.type === 'radio' && element.name !== '' ? element.name : null;

  const widgets = /^(button|link|checkbox|switch|textbox|searchbox|combobox|slider|spinbutton)$/;
  const inWidget = /^(menu|menubar|toolbar|tablist|radiogroup|listbox|tree|treegrid|grid|combobox|spinbutton|slider)$/;
  const isAlive = (element) =>
    isShown(element) &&
    !isInert(element) &&
    closest(
      element,
      (each) => each.getAttribute?.('aria-hidden') === 'true' || each.getAttribute?.('aria-disabled') === 'true',
    ) === null &&
    element.ownerDocument.defaultView.getComputedStyle(element).pointerEvents !== 'none';
  const hasFocusable = (element, among) => among.some((each) => each !== element && isWithin(each, element));
  /** What can be used by mouse and has no way to be reached by key. */
  const mouseOnly = (everything) => {
    const focusable = everything.filter((each) => takesFocus(each) && isShown(each));
    const found = [];
    for (const element of everything) {
      if (
        /^(html|body|head|script|style|label|option|form|main|header|footer|nav|section|article|summary|video|audio|iframe|details|dialog|fieldset)$/.test(
          element.localName,
        )
      )
        continue;
      const role = (element.getAttribute('role') ?? '').trim().split(/\s+/)[0];
      const acts = typeof element.onclick === 'function' || hooks(element)?.handled.has(element) === true;
      const isWidget = widgets.test(role);
      const isTakenOut =
        isNative(element) &&
        element.tabIndex < 0 &&
        !element.matches(':disabled') &&
        /^(button|a)$/.test(element.localName);
      if (!acts && !isWidget && !isTakenOut) continue;
      if (!isAlive(element)) continue;
      const within = closest(
        parentOf(element) ?? document.documentElement,
        (each) => takesFocus(each) && each.tabIndex >= 0,
      );
      const composite = closest(
        parentOf(element) ?? document.documentElement,
        (each) => inWidget.test(each.getAttribute?.('role') ?? '') || each.hasAttribute?.('aria-activedescendant'),
      );
      if (within || composite || hasFocusable(element, focusable)) continue;
      if (isTakenOut) {
        // Arrow keys in the field do what the button beside it does.
        const beside = element.parentElement?.querySelector(
          '[role="combobox"], [role="spinbutton"], input[type="number"], input[list]',
        );
        if (beside) continue;
        // One of two that do the same, or a step of a field, is out of the order on purpose.
        const isTwin = focusable.some(
          (each) =>
            each !== element &&
            each.tabIndex >= 0 &&
            ((each.href && each.href === element.href) ||
              (each.textContent.trim() !== '' && each.textContent.trim() === element.textContent.trim())),
        );
        if (!isTwin) found.push({ element, why: 'taken-out', isSure: false });
        continue;
      }
      if (takesFocus(element)) continue;
      const hasHand = element.ownerDocument.defaultView.getComputedStyle(element).cursor === 'pointer';
      if (isWidget) found.push({ element, why: 'role', role, isSure: true });
      else if (acts) found.push({ element, why: 'handler', isSure: hasHand });
    }
    // The innermost of what is nested.
    return found.filter(
      ({ element }) => !found.some((other) => other.element !== element && isWithin(other.element, element)),
    );
  };

  return {
    all,
    isWithin,
    closest,
    innerOf,
    rootOf,
    parentOf,
    boxOf,
    isShown,
    isStop,
    modal,
    parted,
    groupOf,
    hooks,
    mouseOnly,
  };
})();
