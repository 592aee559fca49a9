/**
 * TensorBoard's event files, as far as scalars go: TFRecord framing (length, masked CRC-32C, data, masked CRC-32C) around protobuf messages
 *   Event{wall_time: 1 double, step: 2 int64, file_version: 3 string, summary: 5}, Summary{value: 1}, Value{tag: 1, simple_value: 2 float}.
 * npm has no maintained writer of them. Deliberately absent: images, histograms, graphs.
 */

/** The file's opening record. */
export function versionRecord(seconds: number): Buffer {
  return record(Buffer.concat([double(1, seconds), bytes(3, Buffer.from('brain.Event:2'))]));
}

/** The scalars of one step as a record; wall time in seconds since 1970. */
export function scalarsRecord(seconds: number, step: number, scalars: Readonly<Record<string, number>>): Buffer {
  const values = Object.entries(scalars).map(([tag, value]) => {
    const number = Buffer.alloc(5);
    number[0] = (2 << 3) | 5;
    number.writeFloatLE(value, 1);
    return bytes(1, Buffer.concat([bytes(1, Buffer.from(tag)), number]));
  });
  return record(Buffer.concat([double(1, seconds), varintField(2, step), bytes(5, Buffer.concat(values))]));
}

/** CRC-32C (Castagnoli), masked as TFRecord wants it: rotated right by 15 bits, plus a constant. */
export function maskedCrc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  crc = (crc ^ 0xffffffff) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function record(data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([head, data, tail]);
}

function double(field: number, value: number): Buffer {
  const out = Buffer.alloc(9);
  out[0] = (field << 3) | 1;
  out.writeDoubleLE(value, 1);
  return out;
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(content.length), content]);
}

function varintField(field: number, value: number): Buffer {
  return Buffer.concat([Buffer.from([field << 3]), varint(value)]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return Buffer.from([...out, rest]);
}
