/** Pictures of questions as object URLs, kept for as long as the page lives (they are small, and few are looked at). */

const known = new Map<string, Promise<string | null>>();
const MOST = 400;

/** The URL of a question's picture (the one `at`, from 0), or null where it has none. */
export function loadImage(question: string, size: number, at = 0): Promise<string | null> {
  const key = `${question}|${size}|${at}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST) forgetOldest();
  const made = fetchImage(question, size, at);
  known.set(key, made);
  return made;
}

async function fetchImage(question: string, size: number, at: number): Promise<string | null> {
  try {
    const response = await fetch(`/image?${new URLSearchParams({ question, size: String(size), at: String(at) })}`);
    return response.ok ? URL.createObjectURL(await response.blob()) : null;
  } catch {
    return null;
  }
}

function forgetOldest(): void {
  for (const [key, made] of known) {
    known.delete(key);
    void made.then((url) => url !== null && URL.revokeObjectURL(url));
    return; // a map gives its entries in the order in which they came
  }
}
