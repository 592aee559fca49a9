/** Whether a response says yes or no, by VLMEvalKit's YOrN_Extraction: the word stands in it, the other does not. */

const PUNCTUATION = [
  ';',
  '/',
  '[',
  ']',
  '"',
  '{',
  '}',
  '(',
  ')',
  '=',
  '+',
  '\\',
  '_',
  '-',
  '>',
  '<',
  '@',
  '`',
  ',',
  '?',
  '!',
];

/** "Yes", "No" or "Unknown". */
export function yesOrNo(response: string): 'Yes' | 'No' | 'Unknown' {
  const words = withoutPunctuation(response.toLowerCase()).split(/\s+/);
  const [yes, no] = [words.includes('yes'), words.includes('no')];
  return yes === no ? 'Unknown' : yes ? 'Yes' : 'No';
}

/** The VQA challenge's rule as VLMEvalKit has it: marks beside a space vanish, others become spaces; at most 32 lone full stops go. */
function withoutPunctuation(text: string): string {
  const hasThousands = /\d,\d/.test(text);
  let result = text;
  for (const mark of PUNCTUATION) {
    const isAside = text.includes(`${mark} `) || text.includes(` ${mark}`);
    result = result.replaceAll(mark, isAside || hasThousands ? '' : ' ');
  }
  let left = 32;
  return result.replace(/(?<!\d)\.(?!\d)/g, (stop) => (left-- > 0 ? '' : stop));
}
