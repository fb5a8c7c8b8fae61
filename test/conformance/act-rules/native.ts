// Pages that are right, each with a control of HTML or a pattern of the ARIA Authoring Practices Guide (https://www.w3.org/WAI/ARIA/apg/patterns/), by name.

const page = (body: string, head = '') =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Right</title><style>body{font:16px sans-serif;margin:16px}${head}</style></head><body><main><h1>Right</h1><p><a href="/before">Before</a></p>${body}<p><a href="/after">After</a></p></main></body></html>`;

/** Arrow keys move within a widget that is one stop of Tab. */
const roving = (selector: string) => `<script>
document.querySelectorAll('${selector}').forEach((one, index, all) => one.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const next = all[(index + step + all.length) % all.length];
  all.forEach((each) => { each.tabIndex = -1; });
  next.tabIndex = 0; next.focus(); event.preventDefault();
}));
</script>`;

export const nativePages: Readonly<Record<string, string>> = {
  'links and buttons': page(
    '<p><a href="/a">A</a> <button>B</button> <input type="button" value="C"> <input type="submit" value="D"></p>',
  ),
  'text fields': page(
    `${['text', 'search', 'email', 'tel', 'url', 'password', 'number']
      .map((type) => `<p><label>${type} <input type="${type}"></label></p>`)
      .join('')}<p><label>Text <textarea></textarea></label></p>`,
  ),
  'fields without an outline, whose caret shows': page(
    '<p><label>Name <input style="outline:none;border:1px solid #555"></label></p>',
  ),
  'radio groups': page(
    '<fieldset><legend>Colour</legend><label><input type="radio" name="c" value="r"> Red</label> <label><input type="radio" name="c" value="g" checked> Green</label> <label><input type="radio" name="c" value="b"> Blue</label></fieldset><fieldset><legend>Size</legend><label><input type="radio" name="s" value="s"> S</label> <label><input type="radio" name="s" value="l"> L</label></fieldset>',
  ),
  checkboxes: page(
    '<p><label><input type="checkbox"> One</label> <label><input type="checkbox" checked> Two</label></p>',
  ),
  'checkbox drawn by its label': page(
    '<p><label class="box"><input type="checkbox"><span>Agreed</span></label></p>',
    '.box input{position:absolute;opacity:0;width:1px;height:1px}.box span{padding:4px;border:1px solid #555}.box input:focus+span{outline:3px solid #00f}',
  ),
  'date and time': page(
    ['date', 'time', 'datetime-local', 'month', 'week']
      .map((type) => `<p><label>${type} <input type="${type}"></label></p>`)
      .join(''),
  ),
  'range, colour, file': page(
    '<p><label>Volume <input type="range"></label></p><p><label>Colour <input type="color"></label></p><p><label>File <input type="file"></label></p>',
  ),
  selects: page(
    '<p><label>One <select><option>1</option><option>2</option></select></label></p><p><label>Many <select multiple><option>1</option><option>2</option></select></label></p>',
  ),
  'list of suggestions': page(
    '<p><label>Town <input list="towns"></label><datalist id="towns"><option>Ulm<option>Bonn</datalist></p>',
  ),
  'closed and open details': page(
    '<details><summary>Closed</summary><p><a href="/in">Inside</a></p></details><details open><summary>Open</summary><p><a href="/in2">Inside</a></p></details>',
  ),
  inert: page('<div inert><p><a href="/in">Inert</a> <button>Inert</button></p></div>'),
  'disabled fieldset': page(
    '<fieldset disabled><legend>Off <input aria-label="In the legend"></legend><label>Name <input></label><button>Send</button></fieldset>',
  ),
  'hidden parts': page(
    '<div hidden><a href="/h">Hidden</a></div><div style="visibility:hidden"><button>Hidden</button></div><div style="display:none"><button>Hidden</button></div>',
  ),
  autofocus: page(
    '<p><label>First <input></label></p><p><label>New <input autofocus></label></p><p><button>Add</button></p>',
  ),
  'video and audio': page(
    '<p><video controls width="320" height="120" aria-label="Film"></video></p><p><audio controls aria-label="Sound"></audio></p>',
  ),
  'frame of the same origin': page(
    '<iframe title="Frame" srcdoc="<!doctype html><html lang=en><title>F</title><p><a href=/f1>F1</a> <button>F2</button> <input aria-label=F3></p>"></iframe>',
  ),
  'frame without stops': page(
    '<iframe title="Frame" srcdoc="<!doctype html><html lang=en><title>F</title><p>Text</p>"></iframe>',
  ),
  'open shadow root': page(
    '<my-box></my-box><script>customElements.define("my-box", class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: "open" }).innerHTML = "<p><button>In A</button> <a href=/s>In B</a></p>"; } });</script>',
  ),
  'closed shadow root with a slot': page(
    '<my-card><a href="/slotted">Slotted</a></my-card><script>customElements.define("my-card", class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: "closed" }).innerHTML = "<p><button>Top</button></p><slot></slot><p><button>End</button></p>"; } });</script>',
  ),
  'shadow root that hands the focus on': page(
    '<my-field></my-field><script>customElements.define("my-field", class extends HTMLElement { connectedCallback() { this.tabIndex = 0; this.attachShadow({ mode: "open", delegatesFocus: true }).innerHTML = "<label>Name <input></label>"; } });</script>',
  ),
  'focus shown by the parent': page(
    '<p class="in"><button>One</button></p><p class="in"><button>Two</button></p>',
    '.in button:focus{outline:none}.in:focus-within{background:#ffd}',
  ),
  'focus shown by a sibling': page(
    '<p><button class="s">One</button><span class="mark">◀</span></p>',
    '.s:focus{outline:none}.mark{visibility:hidden}.s:focus+.mark{visibility:visible}',
  ),
  'focus that fades in': page(
    '<p><button class="t">One</button></p>',
    '.t{outline:3px solid transparent;transition:outline-color .4s}.t:focus{outline-color:#00f}',
  ),
  'image map': page(
    '<img usemap="#m" alt="Map" width="100" height="50" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"><map name="m"><area shape="rect" coords="0,0,50,50" href="/l" alt="Left"><area shape="rect" coords="50,0,100,50" href="/r" alt="Right"></map>',
  ),
  'skip link': page('<p id="end">End</p>', '').replace(
    '<main>',
    '<a class="skip" href="#end" style="position:absolute;left:-999px" onfocus="this.style.left=\'0\'" onblur="this.style.left=\'-999px\'">Skip</a><main>',
  ),
  'region that scrolls': page(
    '<div tabindex="0" role="region" aria-label="Log" style="height:60px;overflow:auto"><p style="height:400px">Long</p></div>',
  ),
  'bar above, with room left for it': page(
    Array.from({ length: 40 }, (_, index) => `<p><a href="/l${index}">Link ${index}</a></p>`).join(''),
    'html{scroll-padding-top:80px}.bar{position:sticky;top:0;height:50px;background:#eee}',
  ).replace('<main>', '<div class="bar">Bar</div><main>'),
  'a long list': page(
    Array.from({ length: 70 }, (_, index) => `<p><a href="/l${index}">Link ${index}</a></p>`).join(''),
  ),
  'columns in another order to the eye': page(
    '<div style="display:flex;flex-direction:row-reverse"><button>One</button><button>Two</button></div>',
  ),
  'native modal dialog': page(
    '<p><button>Behind</button></p><dialog id="d" aria-label="Ask"><p><button>Yes</button> <button>No</button></p></dialog><script>document.getElementById("d").showModal()</script>',
  ),
  'modal dialog by script (APG)':
    page(`<p><button>Behind</button></p><div role="dialog" aria-modal="true" aria-label="Ask" style="border:1px solid #555;padding:8px"><button id="y">Yes</button> <button id="n">No</button></div><script>
const ends = [document.getElementById('y'), document.getElementById('n')];
ends[0].focus();
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') document.querySelector('[role=dialog]')?.remove();
  if (event.key !== 'Tab' || !document.querySelector('[role=dialog]')) return;
  const at = ends.indexOf(document.activeElement);
  ends[(at + (event.shiftKey ? ends.length - 1 : 1)) % ends.length].focus();
  event.preventDefault();
});</script>`),
  'tabs (APG)': page(
    `<div role="tablist" aria-label="Parts"><button role="tab" aria-selected="true" aria-controls="p1">One</button><button role="tab" tabindex="-1" aria-controls="p2">Two</button></div><div role="tabpanel" id="p1" tabindex="0" aria-label="One">First</div>${roving('[role=tab]')}`,
  ),
  'toolbar (APG)': page(
    `<div role="toolbar" aria-label="Text"><button>Bold</button><button tabindex="-1">Italic</button><button tabindex="-1">Under</button></div>${roving('[role=toolbar] button')}`,
  ),
  'menu bar (APG)': page(
    `<ul role="menubar" aria-label="Site"><li role="none"><a role="menuitem" href="/m1" tabindex="0">One</a></li><li role="none"><a role="menuitem" href="/m2" tabindex="-1">Two</a></li></ul>${roving('[role=menuitem]')}`,
  ),
  'listbox (APG)': page(
    '<ul role="listbox" tabindex="0" aria-label="Fruit" aria-activedescendant="o1"><li role="option" id="o1" aria-selected="true">Apple</li><li role="option" id="o2" onclick="this.ariaSelected=true">Pear</li></ul>',
  ),
  'combobox (APG)': page(
    '<label for="c">State</label> <input id="c" role="combobox" aria-expanded="true" aria-controls="l" aria-activedescendant="s1"><button tabindex="-1" aria-label="States">▾</button><ul role="listbox" id="l" aria-label="States"><li role="option" id="s1" aria-selected="true">Ohio</li><li role="option" onclick="void 0" style="cursor:pointer">Utah</li></ul>',
  ),
  'tree and grid (APG)': page(
    '<ul role="tree" aria-label="Files"><li role="treeitem" tabindex="0" aria-selected="true">A</li><li role="treeitem" tabindex="-1" aria-selected="false">B</li></ul><table role="grid" aria-label="Days"><tr><td role="gridcell" tabindex="0">1</td><td role="gridcell" tabindex="-1">2</td></tr></table>',
  ),
  'slider and spin button (APG)': page(
    '<div role="slider" tabindex="0" aria-label="Warmth" aria-valuenow="3" aria-valuemin="0" aria-valuemax="9">3</div><p><span role="spinbutton" tabindex="0" aria-label="Count" aria-valuenow="1">1</span><button tabindex="-1" aria-label="More">+</button></p>',
  ),
  'switch, accordion, disclosure (APG)': page(
    '<p><button role="switch" aria-checked="false">Light</button></p><h2><button aria-expanded="false" aria-controls="a1">Part</button></h2><div id="a1" hidden><a href="/a1">In it</a></div>',
  ),
  'radio group by roles (APG)': page(
    `<div role="radiogroup" aria-label="Crust"><div role="radio" aria-checked="true" tabindex="0">Thin</div><div role="radio" aria-checked="false" tabindex="-1">Thick</div></div>${roving('[role=radio]')}`,
  ),
  'card that is clicked as its link is': page(
    '<div class="card" onclick="this.querySelector(\'a\').click()" style="cursor:pointer;border:1px solid #555"><h2><a href="/card">Card</a></h2><p>Text</p></div>',
  ),
  'editable text': page(
    '<div contenteditable="true" role="textbox" aria-label="Note" style="border:1px solid #555">Note</div>',
  ),
  'pop-up that stays beside': page(
    '<p><button popovertarget="pop">More</button></p><div id="pop" popover><a href="/pop">In it</a></div>',
  ),
  'list that hears for its buttons': page(
    '<ul id="u"><li><button>One</button></li><li><button>Two</button></li></ul><script>document.getElementById("u").addEventListener("click", () => {})</script>',
  ),
};

/** Pages with one fault for the keyboard each: what is to be found, and at which element. */
export const faultyPages: Readonly<Record<string, { html: string; rule: string; element: string }>> = {
  'takes the focus back after 10 ms': {
    rule: 'keyboard-trap',
    element: '#x',
    html: page('<p><button id="x" onblur="setTimeout(() => this.focus(), 10)">Held</button> <a href="/l">L</a></p>'),
  },
  'takes the focus back at once': {
    rule: 'keyboard-trap',
    element: '#x',
    html: page('<p><input id="x" aria-label="X" onblur="this.focus()"> <a href="/l">L</a></p>'),
  },
  'swallows Tab': {
    rule: 'keyboard-trap',
    element: '#x',
    html: page(
      '<p><textarea id="x" aria-label="X" onkeydown="if (event.key === \'Tab\') event.preventDefault()"></textarea></p>',
    ),
  },
  'a ring of three': {
    rule: 'keyboard-trap',
    element: '#a',
    html: page(`<p><button id="a">A</button><button id="b">B</button><button id="c">C</button></p><script>
const ring = ['a', 'b', 'c'].map((id) => document.getElementById(id));
document.addEventListener('keydown', (event) => {
  const at = ring.indexOf(document.activeElement);
  if (event.key !== 'Tab' || at < 0) return;
  ring[(at + (event.shiftKey ? 2 : 1)) % 3].focus();
  event.preventDefault();
});</script>`),
  },
  'a trap within a shadow root': {
    rule: 'keyboard-trap',
    element: '#x',
    html: page(
      '<my-trap></my-trap><script>customElements.define("my-trap", class extends HTMLElement { connectedCallback() { this.attachShadow({ mode: "open" }).innerHTML = "<button id=x>Held</button>"; this.shadowRoot.getElementById("x").addEventListener("keydown", (event) => { if (event.key === "Tab") event.preventDefault(); }); } });</script>',
    ),
  },
  'a trap after 30 stops': {
    rule: 'keyboard-trap',
    element: '#x',
    html: page(
      `${Array.from({ length: 40 }, (_, index) => `<a href="/l${index}">L${index}</a> `).join('')}<p><button id="x" onkeydown="if (event.key === 'Tab') event.preventDefault()">Held</button></p>`,
    ),
  },
  'a trap in a frame': {
    rule: 'keyboard-trap',
    element: '#x',
    html: page(
      '<iframe title="F" srcdoc="<!doctype html><html lang=en><title>F</title><button id=x onkeydown=&quot;if (event.key === \'Tab\') event.preventDefault()&quot;>Held</button>"></iframe>',
    ),
  },
  'no outline': {
    rule: 'focus-not-visible',
    element: '#x',
    html: page('<p><a id="x" href="/x" style="outline:none">X</a></p>'),
  },
  'no outline after 30 stops': {
    rule: 'focus-not-visible',
    element: '#x',
    html: page(
      `${Array.from({ length: 45 }, (_, index) => `<a href="/l${index}">L${index}</a> `).join('')}<p><button id="x" style="outline:none">X</button></p>`,
    ),
  },
  'an outline of no width': {
    rule: 'focus-not-visible',
    element: '#x',
    html: page('<p><button id="x">X</button></p>', '#x:focus{outline:0 solid red}'),
  },
  'an outline in the colour of the page': {
    rule: 'focus-not-visible',
    element: '#x',
    html: page('<p><button id="x">X</button></p>', 'body{background:#fff}#x:focus{outline:3px solid #fff}'),
  },
  'a field without caret and outline': {
    rule: 'focus-not-visible',
    element: '#x',
    html: page('<p><label>X <input id="x" style="outline:none;caret-color:transparent"></label></p>'),
  },
  'under a fixed bar': {
    rule: 'focus-obscured',
    element: '#x',
    html: page('<p style="margin-top:0"><a id="x" href="/x" style="position:absolute;top:10px">X</a></p>').replace(
      '<main>',
      '<div style="position:fixed;top:0;left:0;right:0;height:90px;background:#eee;z-index:2">Bar</div><main style="margin-top:120px">',
    ),
  },
  'out of sight': {
    rule: 'focus-out-of-sight',
    element: '#x',
    html: page('<p><a id="x" href="/x" style="position:absolute;left:-999px">X</a></p>'),
  },
  'a div that is clicked': {
    rule: 'mouse-only',
    element: '#x',
    html: page('<div id="x" onclick="void 0" style="cursor:pointer">Open</div>'),
  },
  'a div that hears of clicks': {
    rule: 'mouse-only',
    element: '#x',
    html: page(
      '<div id="x" style="cursor:pointer">Open</div><script>document.getElementById("x").addEventListener("click", () => {})</script>',
    ),
  },
  'a button by role alone': { rule: 'mouse-only', element: '#x', html: page('<span id="x" role="button">Open</span>') },
  'a link without an address': {
    rule: 'mouse-only',
    element: '#x',
    html: page('<a id="x" onclick="void 0" style="cursor:pointer">Open</a>'),
  },
  'gives the focus away at once': {
    rule: 'not-reachable',
    element: '#x',
    html: page('<p><button id="x" onfocus="this.blur()">X</button></p>'),
  },
  'passed over by a script': {
    rule: 'not-reachable',
    element: '#x',
    html: page(
      '<p><button id="w">W</button> <button id="x">X</button> <button id="y">Y</button></p><script>document.getElementById("w").addEventListener("keydown", (event) => { if (event.key === "Tab" && !event.shiftKey) { document.getElementById("y").focus(); event.preventDefault(); } })</script>',
    ),
  },
  'out of order by its tabindex': {
    rule: 'focus-order',
    element: '#x',
    html: page('<p><button id="w" tabindex="2">W</button></p><p><button id="x" tabindex="1">X</button></p>')
      .replace('id="w" tabindex="2"', 'id="x" tabindex="2"')
      .replace('<button id="x" tabindex="1">X', '<button id="w" tabindex="1">W'),
  },
  'taken out of the order': {
    rule: 'not-reachable',
    element: '#x',
    html: page('<p><button id="x" tabindex="-1" onclick="void 0">Delete</button></p>'),
  },
};
