/** Answers of another machine that have no end, or are more than they seem: how each is written to a response of node:http. */
import type { ServerResponse } from 'node:http';
import { constants, createDeflateRaw, gzipSync } from 'node:zlib';

/** Writes again and again while the other side reads, until it leaves. */
function endless(response: ServerResponse, piece: Buffer): void {
  const write = () => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', write);
  write();
}

/** How each is answered. */
export const HOSTILE_ANSWERS = {
  'a body without an end': (response: ServerResponse) => endless(response, Buffer.alloc(1 << 16, ' ')),
  'a gzip of 400 kB that holds 400 MB': (response: ServerResponse) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb());
  },
  'a byte now and then': (response: ServerResponse) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
  'a head and nothing more': (response: ServerResponse) => void response.writeHead(200).flushHeaders(),
  'a compressed stream that holds nothing, without an end': (response: ServerResponse) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.write(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])); // gzip's head; then empty blocks
    const deflate = createDeflateRaw();
    deflate.once('data', (block: Buffer) =>
      endless(response, Buffer.concat(Array.from({ length: 4096 }, () => block))),
    );
    deflate.flush(constants.Z_FULL_FLUSH);
  },
} as const satisfies Record<string, (response: ServerResponse) => void>;

let made: Buffer | undefined;
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(4 << 20, ' '));
  made ??= Buffer.concat(Array.from({ length: 100 }, () => member)); // gzip's members follow one another
  return made;
}
