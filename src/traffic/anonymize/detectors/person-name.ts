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

/** True when a word of the text is a common given name. */
export function holdsGivenName(text: string): boolean {
  if (text.length > 2000) return false;
  for (const word of text.toLowerCase().split(/[^\p{L}]+/u)) if (word.length >= 3 && givenNames.has(word)) return true;
  return false;
}
