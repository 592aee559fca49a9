/** A rendered prompt for people: a picture's tokens as one mark with their number. */

/** The text with every run of one image mark as "<|image_pad|> x 391". */
export function withCountedMarks(text: string): string {
  return text.replace(/(<\|?[\w-]*(?:image|img|IMG)[\w-]*\|?>)(?:\s?\1)+/g, (run, mark: string) => {
    return `${mark} x ${run.split(mark).length - 1}`;
  });
}
