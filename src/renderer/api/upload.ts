/** Brings files of the browser to the engine, piece by piece, so that a file of any size fits and its progress can be told. */

/** A file and its path within what was dropped or chosen. */
export interface NamedFile {
  readonly path: string;
  readonly file: File;
}

const PIECE = 8 * 2 ** 20;

/** Uploads all files; `onprogress` is given bytes done and all. Returns the batch that an import then names. */
export async function uploadFiles(
  files: readonly NamedFile[],
  onprogress: (done: number, total: number) => void,
): Promise<string> {
  const batch = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  for (const { path, file } of files) {
    for (let at = 0; at === 0 || at < file.size; at += PIECE) {
      const piece = file.slice(at, at + PIECE);
      const query = new URLSearchParams({ batch, path, at: String(at) });
      const response = await fetch(`/upload?${query}`, { method: 'POST', body: piece });
      if (!response.ok) throw new Error(((await response.json()) as { error: { message: string } }).error.message);
      done += piece.size;
      onprogress(done, total);
    }
  }
  return batch;
}

/** Everything that was dropped, folders with all that is in them. */
export async function droppedFiles(items: DataTransferItemList): Promise<NamedFile[]> {
  const given = [...items].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
  const found = given.map((item) => (item instanceof File ? [{ path: item.name, file: item }] : filesOf(item)));
  return (await Promise.all(found)).flat();
}

async function filesOf(entry: FileSystemEntry): Promise<NamedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    // A reader hands out its entries in parts; the last part is empty.
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    children.push(...part);
  }
  return (await Promise.all(children.map((child) => filesOf(child)))).flat();
}
