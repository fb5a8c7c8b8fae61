/**
 * Words of programs and of the web: of HTTP, of browsers, of interfaces and of the applications that have them. That such a word stands
 * somewhere says nothing about anyone. Gathered from the names in the type declarations of many packages, without what is mostly a
 * first or last name, and from the usual paths and fields of web applications.
 */
const words = new Set(
  `abort aborted about above abs absolute abstract academy accept access accessible accessor accessory account accounts accuracy acl
acr action actions activate activation active activity actual actuator ad add added additional address addresses admin admins ads
advanced affiliate after afternoon age agenda agent agreement ajax album albums alert alerts alg algorithm alias aliased aliases
align alipay all alloc allocation allow allowed also alt alternate altsvc always am aml amount amr amzn analytics analyze ancestor
anchor and animation annotation annotations announcement announcements answer answers any api apis app append apple application
applications apply appointment appointments approval approve approved apps archive archives are area areas arg args argument
arguments aria array arrival arrow article articles as asc assert assertion assertions asset assets assign assignee assignment
asymmetric async at attach attachment attachments attempt attendance attr attribute attributes attrs auction aud audience audio
audit auth authenticate authentication author authority authorization authorize authors auto availability available avatar avatars
await azp back backend background badge badges baggage balance bank banner banners bar barcode base basket batch baz be beacon been
before begin behavior benefit beta bg bias bid bids big bill billing bin binary bind binding bindings birth birthdate birthday bits
blob block blocking blog blogs board boards body book booking bookings bookmark bookmarks books bool boolean bottom bound boundary
bounding box br branch branches brand brands break browse browser browserconfig btn budget buf buffer buffered build builder built
builtin builtins bulk bundle business button buy buyer by byte bytes cache cached caches calc calendar calendars call callback
called callee calls camera campaign campaigns cancel cancelled candidate capacity captcha capture card cardholder cards career
careers carrier cart carts case cases cash catalog catalogs catalogue categories category cause cb cdn cell cert certificate
certificates cf cfg cgi chain challenge change changed changes channel channels char character characters charge charges charset
chart charts chat chats check checked checker checkin checkout checkouts checks child children choice choices chunk chunks cid
cipher city claim claims class classes classic clause clean cleanup clear cli click clicks client clients clip clone close closed
closing cloud club cluster cmd cms code codes coep collect collection collections collector color colors column columns combine
comma command commands comment comments commerce commit common communication community compact companies company compare comparison
compat compile compiler complete completed compliance component components composite compress compressed compression compute
computed concurrency concurrent condition conditional conditions conference config configurable configuration configure confirm
confirmation confirmed conflict connect connected connecting connection consent consequent console const constraint construct
constructor consumer contact contacts contain container containing contains content contents contest context contexts continue
contract contracts control controller conversation conversations convert cookie cookies coop copy core corp corporate corr
correlation cost costs count counter countries country counts county coupon coupons course courses cover coverage cpu create created
creator credentials credit creditcard criteria critical crm cron csp csrf css csv ctx currencies currency current cursor custom
customer customers cvc cvv cycle daily dashboard dashboards data database date dates day days db deal deals debit debug debugger
declaration declarations declare decline decode decoded decorator decorators deep default defaults define defined definition delay
delegate delete deleted delimiter delivered deliveries delivery delta demo department departments departure dependencies dependency
deposit deposits deprecated depth desc describe description descriptor design desktop dest destination destroy destroyed detached
detail details detect dev device devices diagnostics dict diff digest digital digits dir direct direction directive directives
directories directory disable disabled disconnect discount discounts discover discussion disk dispatch display dispose disposition
distance district django dnt do dob doc docs document documents domain done dot double down downlink download downloads draft drafts
driver drivers drop drupal due duplicate duration dynamic each early ect edge edit editable editor education effect effective
effects element em email emails emit emitted employee employees empty enable enabled encode encoded encoding end endpoint endpoints
ends enforce engine enqueue enquiry enroll enrollment ensure entity entries entry enum enumerable env environment envoy equal equals
erp err error errors es escape estimate etag eval evaluate event events every exact example examples exception exchange exclude
excluded exclusion exclusive exec executable execute execution executor existing exists exit exp expand expanded expect expected
expense expenses experimental expires expiry explicit explore export exported exports expose expr express expression expressions ext
extend extended extends extension extensions external extra extract facet facets factor factory fail failed failure fallback false
family faq faqs fast fatal favicon favorite favorites favourite fax feature featured features fee feed feedback feeds fees fetch
field fields file filename filepath files fill filter filters finally finance find fingerprint finish finished finite firmware first
firstname fixed flag flags flatten flight flights float flow flush fn focus folder folders follow followers following font fonts foo
footer for force forced forgot form format formats formatter forms forum forums forward forwarded found fraction fragment frame
frames free frequency friend friends from front frontend fs fulfillment full fullname fully func function functions fund funds
gallery game games gateway gdpr gender general generate generated generator geo geolocation get getter gid gift gifts glob global
globals go  goal goals goods gpc graph graphiql graphql greater grid group groups guest guests guide guides half handle handler handlers
has hash have head header headers health healthcheck healthz heap height hello help helpdesk helper helpers here hero hex hidden
hide high highlight hint hints histogram history hit hits home homepage hook hooks host hostname hosts hotel hotels hour hours href
hsts ht html http https hub humans iat icon icons id idempotency identifier identity idle ids idx if ignore ignored image images
imei img immediate implementation implements implicit import important imported importer imports in inbox include included includes
income incomplete increment incremental indent indentation index indexed indexes infer info information ingest inherits init initial
initialize initializer inject inline inner input inputs insecure insert inside insights inspect install instance instead insurance
int integer integration integrations integrity intercept interest interface interfaces internal internals interop intersection
interval into intrinsic invalid invalidate inventory inverse invitation invitations invite invites invoice invoices ip is iso
isolated iss issue issues it item items iterable iteration iterations iterator job jobs join joomla journal journey js json jsx jti
jwt keep key keys keyword keywords kid kind kit known kyc label labels landing lang language languages laravel large last lastname
lat latency latest latitude layout lazy lbl lead leading leads learn leave ledger left legacy legal len length less lesson lessons
level li lib library licence license like likes limit line lines link links list listen listener listeners listing listings lists
literal live livez lng load loaded loader loading loan loans loc local locale locales localhost location locations lock log logger
logical login logins logo logos logout logs lon long longitude lookup loop lower loyalty mail mailbox mails main maintenance make
manage management manager manifest manual manufacturer map mapped mapper mapping mappings maps margin mark marker market marketing
marketplace mask master match matcher matches matching max maximum md mean measure media meeting meetings member members membership
memberships memo memory menu menus merchant merchants merge message messages meta metadata method methods metric metrics middlename
migrate milliseconds mime min minify minimal minimum minor minute minutes mismatch missing mobile mock mod mode model models modes
modified modifier modifiers module modules month monthly more motion move movie movies msg multi multimedia multiple music my na
name named names namespace namespaced native nav navigation nbf nd needed negative nel nested nesting network never new newline news
newsletter next nickname nid night no node nodes non nonce none normal normalize nosniff not note notes notice notification
notifications notify now nr nth null nullable num number numbers numeric nuxt oauth oauth2 obj object objects observe of off offer
offers office offices offline offset offsets oid oidc ok ol old omit on once onclose one onerror online only onmessage onopen opaque
open openapi opening opensearch operation operator opt optimize option optional options opts or order ordered orders organisation
organisations organization organizations origin original origins other otp out outbox outer output outputs outside overflow override
overrides overview overwrite own owner owners package packages padding page pager pages pagination paid pairs panel parallel param
parameter parameters params parent parents parse parser part partial partner partners parts pass passcode passed passenger
passengers passive passphrase passport passwd password patch path pathname paths patient patients pattern patterns pause paused
payee payer payload payment payments payout payroll pdf pending people per percent performance period permission permissions persist
persistent person personal persons pet pets phase phone phones photo photos php phpmyadmin pickup picture pictures pid pin ping pipe
pipeline pixel place placeholder places plan plans platform play player playground playlist playlists plugin plugins pm point
pointer points policies policy poll polling polls polyfills pool popular popup port portal pos position positions positive posix
post postal postcode posts power powered pragma pre precision predicate prefer preference preferences prefix prefixes preload
premium preorder prepare prepend preprocess prescription prescriptions preserve preset press pretty prevent preview previous prices
pricing primary primitive print priority privacy private probe process processing processor prod product production products profile
profiles program progress project projects promises promo promotion promotions prompt prop properties property proposal props
protection proto protocol protocols prototype provider providers province proxy pseudo public publish published publisher purchase
purchases push pwd qr qty qualified quality quantity quarter queries query question questions queue quick quota quote quoted quotes
qux rails random range ranges rank ranking rate rates rating ratings ratio raw ray rd re react reaction read readable reader
readiness readonly ready readyz real realpath reason receipt receipts receive received recent recipe recipes recipient recipients
recommend recommendation recommendations recommended record recording records recover recovery rect recursive redeem redirect
redirects reduced ref reference referenced references referer referral referrer refresh refund refunds regex regexp region regions
register registration registry reject related relative release releases reload remind reminder reminders remote remove removed
render rent rental reorder repair repeat replace replacement replacer replies reply report reporter reports req request requested
requests require required requires res reschedule reservation reservations reserve reserved reset resolution resolve resolved
resolver resource resources respond response rest restart restaurant restaurants restore result results resume retained retries
retry return returns reuse revenue reverse review reviews revoke reward rewards rewrite rid right risk robots role roles room rooms
root roots route routes row rows rss rtt rule rules run runner running runtime safe salary sale sales same sample samples satisfies
save saved scale scan scenarios schedule schedules schema scheme school schools scope score scores scp screen screenshot script
scripts scroll sdk search season seat seats sec second seconds secret secrets section sections secure security see seed seen select
selected selector selectors self sell seller sellers send sensitive sensor sensors sent seo separator sequence serialize serializer
series server servername service services serviceworker session sessionid sessions set setting settings settled setup severity sha
shadow shape share shared shares shift ship shipment shipments shipping shop shopping shops short shortcuts should show sid side
sign signal signature signatures signin signout signup silent similar simple since single site sitemap sites size sizes skill skills
skip sku skus slice slide slider slot slots slow slug sms snapshot snapshots snippet social socket soft solution some sort sorted
source sourcemap sources space span spawn spec special specified specifier specifiers specs split sport sports spread spring sql src
ssl ssn sso ssr st stack staff stage staging standard start starts stat state statement states static statistics stats status std
stderr stdin stdout step steps stock stop storage store stores stories story str strategy stream streams street strict string
stringify strings strip structure student students style styles stylesheet sub subject submission submissions submit subscribe
subscriber subscribers subscription subscriptions subset substring subtract success suffix suffixes suggest suggestion suggestions
suite suites sum summary super supplier suppliers support supported supports suppress survey surveys suspend svc sw swagger switch
symbol symbols symlinks sync syntax synthetic sys system systems tab table tables tag tagged tags tail take tap target targets task
tasks tax taxes td te teacher teachers team teams teardown telemetry telephone template templates tenant tenants term terminal
terminate terms test testimonials tests text th than theme themes then this thread threads threshold thresholds throw thrown throws
thumb thumbnail thumbnails tick ticket tickets ticks tid time timeline timeout timer times timestamp timezone timing timings tip
tips title tls tmp to today todo token tokens tool tools top topic topics total totals touch tour tours tr trace traceparent
tracestate track tracking trade trades trailer trailing training transaction transactions transfer transfers transform transformer
transit translate translation translations transport travel tree trending trial trigger trim trip trips true truncate trust truthy
try tuple tus tutorial txt typ type typed types ua ui uid ul unary unavailable undefined underline undo unicode union unique unit
units unknown unmodified unreachable unread unregister unsafe unsubscribe unsupported until unused unwrap up update updated updates
upgrade upload uploads upper uri url urls usage use used user userid username users usr utils utm uuid val valid validate validation
value values var variable variables variant variants vars vary vat vehicle vehicles vendor vendors verbatim verbose verification
verify version versions via vid video videos view viewed viewport views virtual visibility visible visit visitor visitors visits
vite void vote votes voucher vouchers waiting waitlist walk wallet wallets warehouse warehouses warn warning warnings warranty was
watch watcher watchlist water web webhook webhooks website week weekly weight welcome well when while whitespace widget widgets
width wiki window windows wish wishlist wishlists with withdraw withdrawal within without word wordpress work worker workers
workflow workflows workspace workspaces world wp wrap writable write ws www xml xsrf xss year years yield zero zip zipcode zone
zones`.split(/\s+/),
);

/** Of these, given names too: alone they may say who someone is. */
const alsoNames = new Set('aria bill kit li mark max nel per ray'.split(' '));
/** Names of people where a path has them, abbreviations where a field is called so. */
const namesInPaths = new Set([...alsoNames, 'len', 'sid', 'val']);

const longest = 80;
/** Longer runs of digits are values. */
const mostDigits = 2;
const shape = /^[A-Za-z0-9_$@:.~()[\] '"*+;,=?!#/-]*$/;

/**
 * Whether a text is made of public words only, with one number of at most two digits: `shippingAddress`, `utm_source`, `report-to`, `v2`.
 * Single letters are public too. What is a given name as well (`max`) is public beside another word only (`max-age`).
 */
export function isPublicText(text: string): boolean {
  return judgementOf(text) !== 'no';
}

/** As `isPublicText`, for a segment of a path, where people's names stand: none that may be one is public, whatever is beside it (`by-mark`). */
export function isPublicSegment(text: string): boolean {
  return judgementOf(text) === 'yes';
}

type Judgement = 'yes' | 'holds a name' | 'no';

function judgementOf(text: string): Judgement {
  if (text.length > longest || !shape.test(text)) return 'no';
  let known = judged.get(text);
  if (known === undefined) {
    known = judge(text);
    if (judged.size >= mostJudged) judged.clear();
    judged.set(text, known);
  }
  return known;
}

const mostJudged = 20_000;
const judged = new Map<string, Judgement>();

const mostPieces = 8;
const mostLetters = 2;

function judge(text: string): Judgement {
  const pieces = text.split(/[^A-Za-z0-9]+/).filter((piece) => piece !== '');
  // Many letters or numbers side by side spell something.
  const letters = pieces.filter((piece) => /^[A-Za-z]$/.test(piece)).length;
  const numbers = pieces.filter((piece) => /\d/.test(piece)).length;
  if (pieces.length > mostPieces || letters > mostLetters || numbers > 1) return 'no';
  const found: string[] = [];
  for (const piece of pieces) {
    const parts = publicWordsOf(piece);
    if (parts === undefined) return 'no';
    found.push(...parts.filter((part) => part.length > 1));
  }
  if (found.length > 0 && found.every((word) => alsoNames.has(word))) return 'no';
  return found.some((word) => namesInPaths.has(word)) ? 'holds a name' : 'yes';
}

/** A run of letters with a short number behind: as it stands, or cut where its capitals begin. Undefined where a word is not public. */
function publicWordsOf(piece: string): string[] | undefined {
  const [, letters, digits = ''] = /^([A-Za-z]*)(\d*)$/.exec(piece) ?? [];
  if (letters === undefined || digits.length > mostDigits) return undefined;
  const lower = letters.toLowerCase();
  if (letters.length < 2 || words.has(lower)) return [lower];
  const parts = (letters.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map((part) => part.toLowerCase());
  return parts.every((part) => words.has(part)) ? parts : undefined;
}
