/** Gives a file to the browser to save. */

/** Saves a text, or bytes given as base64, under a name. */
export function saveFile(
  name: string,
  content: { readonly text: string | null; readonly base64: string | null },
): void {
  const bytes =
    content.base64 === null
      ? (content.text ?? '')
      : Uint8Array.from(atob(content.base64), (character) => character.charCodeAt(0));
  saveBlob(name, new Blob([bytes]));
}

/** Saves a blob under a name. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.-]+/g, '-');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
