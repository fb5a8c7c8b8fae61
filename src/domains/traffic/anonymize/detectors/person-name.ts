/**
 * Given names that are common in many countries and are hardly ever goods, places or ordinary English words; a value that
 * holds one is never vocabulary. A list cannot know every name: fields that hold names are known by their own names too.
 */
const givenNames = new Set(
  `aaron abdul abigail adam adrian ahmed aisha alan albert alejandro alexander alexandra alfred ali alice alicia alison allan amanda
amelia amit amy ana anders andrea andreas andrew angela anita anja anna anne anthony antonio arthur ashley astrid ayesha barbara
beatrice benjamin bernard beth betty brandon brenda brian bruno camille carlos carmen carol caroline catherine cecilia charlotte
chiara chloe christian christina christine christopher claire clara claudia clemens connor craig cynthia daniel daniela david deborah
dennis diana diego dieter dimitri dmitri dominik donald dorothy douglas edith edward eleanor elena elisabeth elizabeth ella ellen
elsa emil emily emma eric erik erika ernst ethan eugene eva fabian fatima felix fernando fiona florian francesca francesco franz
frederick friedrich gabriel gabriela gary george gerald gerhard giovanni giulia giuseppe gloria gregory gustav hannah hans harold
harry hassan heather heidi heinrich helen helena helga henrik henry hiroshi hugo ibrahim igor ingrid irene isabel isabella ivan jacob
jakob james jan jane janet jasmine jason jean jeffrey jennifer jeremy jessica joan joao johan johanna john johnny jonas jonathan jorge
jose josef joseph joshua juan judith julia julian juliane julie jürgen karen karin karl katarina katharina katherine kathleen katja
keith kenneth kevin klaus kristin kumar kyle larissa lars laura lauren laurent leonard leonardo liam linda lisa lorenzo louis louise
luca lucas lucia luis luisa lukas magdalena manfred manuel marco margaret maria mariana marie marina mario marion markus marta martha
martin martina mary mateo mathias matteo matthew matthias megan melanie melissa mercedes michael michelle miguel mihai mikhail miriam
mohamed mohammad mohammed monica monika muhammad nadia nancy natalia natalie nathan nicholas nicolas nicole niels nikolai nikolaus noah
nora oleg olga oliver olivia omar oscar pablo pamela patricia patrick paul paula pauline pedro peter petra philip philipp pierre priya
rachel rafael rahul rainer ralf ralph raymond rebecca regina renate ricardo richard robert roberta roberto roger roland ronald rosa
roxanne rudolf russell ruth ryan sabine samantha samuel sandra santiago sara sarah satoshi scott sebastian sergei sergio sharon shirley
silvia simon simone sofia sonja sophia sophie stefan stefanie stella stephan stephanie stephen steven stuart susan susanne svetlana
sven sylvia tamara tanja tatiana teresa theodor theresa thomas thorsten tiffany timothy tobias tomas tyler ulrich ursula uwe valentina
vanessa vera veronica victor victoria viktor vincent vladimir walter wendy werner wilhelm william wolfgang xavier yasmin yolanda yuki
yusuf yvonne zachary zoe`.split(/\s+/),
);

const shortest = 3;
const longest = Math.max(...Array.from(givenNames, (name) => name.length));
const letter = /\p{L}/u;

/** True when a word of the text is a common given name. */
export function holdsGivenName(text: string): boolean {
  if (text.length > 2000) return false;
  const lower = text.toLowerCase();
  let from = 0;
  for (let i = 0; i <= lower.length; i++) {
    const unit = i < lower.length ? lower.charCodeAt(i) : 0;
    if (unit < 128) {
      if (unit >= 97 && unit <= 122) continue;
    } else if (isOtherLetter(lower, i)) continue;
    if (i - from >= shortest && i - from <= longest && givenNames.has(lower.slice(from, i))) return true;
    from = i + 1;
  }
  return false;
}

/** Either half of a surrogate pair that is a letter is one too. */
function isOtherLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  const isSecond = unit >= 0xdc00 && unit <= 0xdfff && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return letter.test(String.fromCodePoint(text.codePointAt(isSecond ? at - 1 : at) ?? 0));
}
