/** What no checker can decide; the W3C counts tools as help, not as proof (https://www.w3.org/WAI/test-evaluate/tools/). */
export const manualGuide: readonly { title: string; how: string }[] = [
  {
    title: 'Screen reader',
    how: 'Go through each must-scenario with NVDA or VoiceOver; what is said makes sense in its order.',
  },
  { title: 'Texts for pictures', how: 'Each says what the picture is there for, and decoration is silent.' },
  { title: 'Headings, labels and links', how: 'Each describes what follows, also when read out of context.' },
  { title: 'Errors', how: 'Say what is wrong and how to put it right, and are found without sight.' },
  { title: 'Order and meaning', how: 'The order of reading keeps the meaning at every size.' },
  { title: 'Text enlarged alone', how: 'At 200 % text size, not zoom, nothing overlaps.' },
  { title: 'Media and time limits', how: 'Captions are right; limits of time can be turned off or extended.' },
  { title: 'Plain language', how: 'The people it is for understand it at first reading.' },
];
