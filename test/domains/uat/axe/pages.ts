/** Pages that are wrong in every way a rule of axe-core can see: the markup of a rule's own fault beside others, and pages for what is wrong of a page as a whole. */

const image = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const whole = (body: string, head = '<title>Faults</title>', html = 'lang="en"', attributes = '') =>
  `<!doctype html><html ${html}><head>${head}</head><body ${attributes}>${body}</body></html>`;
const within = (body: string) => whole(`<main><h1>Faults</h1>${body}</main>`);

const roles = `
<a href="/" aria-checked="true">checked</a> <article role="button" tabindex="0">article</article>
<img alt="" aria-braillelabel="dots" src="${image}"> <div role="link" tabindex="0"></div>
<label><input type="checkbox" aria-checked="true"> agreed</label> <div role="directory">old</div>
<div role="dialog"><p>unnamed</p></div> <div aria-hidden="true"><a href="/">hidden</a></div>
<div role="textbox" tabindex="0"></div> <div role="meter" aria-valuenow="1" aria-valuemin="0" aria-valuemax="2"></div>
<div role="progressbar" aria-valuenow="1"></div> <div role="code" aria-label="name">code</div>
<div role="checkbox" tabindex="0" aria-label="unset"></div> <div role="list"><div role="button" tabindex="0">no item</div></div>
<div role="listitem">no list</div> <div role="wrong">wrong</div> <div role="tablist"><div role="tab" tabindex="0"></div></div>
<p role="text">text <a href="/">link</a></p> <div role="switch" aria-checked="true" tabindex="0"></div> <div role="tooltip"></div>
<ul role="tree"><li role="treeitem" tabindex="0"></li></ul> <button aria-expanded="maybe">maybe</button> <p aria-wrong="x">attribute</p>
<div role="button" tabindex="0">outer <a href="/">inner</a></div> <img alt="" tabindex="0" src="${image}"> <span id="twice">a</span><span id="twice">b</span>
<div role="group" aria-labelledby="twice"></div> <div role="img"></div> <svg role="img" width="9" height="9"><circle r="4"></circle></svg>`;

const forms = `
<input name="bare"> <input title="titled"> <label for="two">one</label><label for="two">two</label><input id="two">
<label>Mail <input autocomplete="nonsense"></label> <select><option>1</option></select> <button></button> <input type="button">
<input type="image" src="${image}"> <button accesskey="s">Save</button><button accesskey="s">Send</button> <button tabindex="3">third</button>
<div><button style="width:9px;height:9px;padding:0;border:0;margin:0" aria-label="a"></button><button style="width:9px;height:9px;padding:0;border:0;margin:0" aria-label="b"></button></div>`;

const content = `
<img src="${image}"> <a href="/"></a> <a href="/"><img alt="Home" src="${image}">Home</a> <object data="data:text/plain,x"></object>
<p style="color:#bbb;background:#fff">pale</p> <p style="letter-spacing:1px !important">spaced</p> <p lang="xyzzy">tongue</p>
<p style="color:#333">Much of this is text, and <a href="/" style="color:#432;text-decoration:none">this</a> is a link.</p>
<ul><p>no item</p></ul> <li>no list</li> <dl><p>no term</p></dl> <dd>no dl</dd> <h2></h2> <h5>fifth</h5> <blink>blinks</blink> <marquee>moves</marquee>
<a href="/"><img ismap alt="map" src="${image}"></a> <img usemap="#m" alt="areas" src="${image}" width="40" height="40"><map name="m"><area href="/" coords="0,0,20,20" shape="rect"></map>
<details><summary></summary>more</details> <div style="height:40px;width:200px;overflow:auto"><p style="height:400px">scrolls</p></div>
<table summary="same"><caption>same</caption><tr><th scope="wrong">a</th><th></th></tr><tr><td headers="none">1</td><td>2</td></tr></table>
<table><tr><th>lonely</th><th>lonely too</th></tr></table> <video></video>`;

const landmarks = whole(
  `<a href="#nowhere" style="position:absolute;left:-999px">Skip to content</a><header>top</header><header>again</header><nav>a</nav><nav>b</nav>
<main><h1>Landmarks</h1><div role="banner">inner</div><div role="contentinfo">inner</div><div role="main">inner main</div></main><main>second</main>
<footer>end</footer><footer>end again</footer><p>outside of all</p>`,
  '<title>Landmarks</title><meta name="viewport" content="width=device-width, maximum-scale=3">',
);

const frames = within(
  '<iframe src="/inner"></iframe><iframe title="same" src="/inner?1"></iframe><iframe title="same" src="/inner?2" tabindex="-1"></iframe>',
);

/** By path; `/inner` is what is framed. */
export const faultyPages: Record<string, string> = {
  '/roles': within(roles),
  '/forms': within(forms),
  '/content': within(content),
  '/landmarks': landmarks,
  '/frames': frames,
  '/bare': whole(
    '<p>No heading, no landmark, no way past. <a href="/roles">On</a></p>',
    '<meta http-equiv="refresh" content="3000"><meta name="viewport" content="user-scalable=no">',
    '',
  ),
  '/tongue': whole('<main><h1>Tongue</h1></main>', '<title>Tongue</title>', 'lang="xyzzy"'),
  '/mismatch': whole('<main><h1>Mismatch</h1></main>', '<title>Mismatch</title>', 'lang="en" xml:lang="fr"'),
  '/hidden': whole('<main><h1>Hidden</h1></main>', '<title>Hidden</title>', 'lang="en"', 'aria-hidden="true"'),
  '/many': within(Array.from({ length: 120 }, (_, index) => `<input name="field-${index}">`).join(' ')),
};

export const innerPage =
  '<!doctype html><html lang="en"><head><title>Inner</title></head><body><main><h1>Inner</h1><p><input name="inner"></p></main></body></html>';
