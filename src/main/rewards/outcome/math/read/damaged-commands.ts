/**
 * LaTeX whose backslashes some program took for escapes: "\\frac" in JSON written as "\frac" arrives as a form feed and "rac". Without its
 * command such a truth would be read as the last number in it. Deliberately absent: \n, since a new line before letters is mostly one.
 */

const DAMAGED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is looked for
  /\t(?=ext(?:bf|it|rm)?\{|imes(?![a-z])|heta(?![a-z])|frac)|\f(?=rac)|\v(?=ec|arphi)|\u0008(?=oxed|inom|eta|ar|egin)|\r(?=ight[)\]|}.\\])/g;
const LETTERS: Readonly<Record<string, string>> = { '\t': 't', '\f': 'f', '\v': 'v', '\b': 'b', '\r': 'r' };

/** The text with the commands made whole whose backslash and first letter had become one control character. */
export function mendedCommands(text: string): string {
  return text.replace(DAMAGED, (control) => `\\${LETTERS[control] ?? ''}`);
}
