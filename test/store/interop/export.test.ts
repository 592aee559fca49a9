import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parquetReadObjects } from 'hyparquet';
import { exportRun } from '../../../src/main/store/interop/export-run.ts';
import { importLog } from '../../../src/main/store/interop/import-log.ts';
import { sendToMlflow } from '../../../src/main/store/interop/mlflow.ts';
import { maskedCrc32c } from '../../../src/main/store/interop/tfrecord.ts';
import {
  sampleEvaluation,
  sampleStep,
  startedRun,
  temporaryFile,
  temporaryFolder,
  temporaryStore,
} from '../helpers.ts';

function loggedRun() {
  const { store, runId, attempt } = startedRun();
  for (const step of [1, 2, 3]) store.recordEvent(runId, attempt, sampleStep(step));
  store.recordEvent(runId, attempt, sampleEvaluation(3, 'chart-test', 4));
  return { store, runId };
}

/** One protobuf message: field number -> raw values in order. Written from the wire format's rules, not from our writer. */
function decode(bytes: Buffer): Map<number, (number | bigint | Buffer)[]> {
  const fields = new Map<number, (number | bigint | Buffer)[]>();
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const kind = key & 7;
    let value: number | bigint | Buffer;
    if (kind === 0) value = varint();
    else if (kind === 1) [value, at] = [bytes.readDoubleLE(at), at + 8];
    else if (kind === 5) [value, at] = [bytes.readFloatLE(at), at + 4];
    else {
      const length = Number(varint());
      [value, at] = [bytes.subarray(at, at + length), at + length];
    }
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

/** The scalars of an event file, with both checksums of every record checked. */
function readEvents(file: Buffer): { step: number; scalars: Record<string, number> }[] {
  const events = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    assert.equal(file.readUInt32LE(at + 8), maskedCrc32c(file.subarray(at, at + 8)));
    const data = file.subarray(at + 12, at + 12 + length);
    assert.equal(file.readUInt32LE(at + 12 + length), maskedCrc32c(data));
    at += length + 16;
    const event = decode(data);
    const [summary] = event.get(5) ?? [];
    if (summary === undefined) {
      assert.equal(String(event.get(3)![0]), 'brain.Event:2');
      continue;
    }
    const values = (decode(summary as Buffer).get(1) ?? []).map((one) => decode(one as Buffer));
    const scalars = Object.fromEntries(values.map((value) => [String(value.get(1)![0]), value.get(2)![0] as number]));
    events.push({ step: Number(event.get(2)![0]), scalars });
  }
  return events;
}

/** A stand-in for an MLflow server: notes what it is sent, and says status and body of each answer by `answer`. */
async function mlflow(answer: (path: string, body: Record<string, unknown>) => [status: number, body: unknown]) {
  const seen: { path: string; body: Record<string, unknown> }[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const path = request.url!.split('?')[0]!.replace('/api/2.0/mlflow/', '');
    const body = text === '' ? {} : JSON.parse(text);
    seen.push({ path, body });
    const [status, said] = answer(path, body);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a run exported', () => {
  test('CRC-32C has the check value of its standard', () => {
    const unmasked = (masked: number) => {
      const rotated = (masked - 0xa282ead8) >>> 0;
      return ((rotated >>> 17) | (rotated << 15)) >>> 0;
    };
    assert.equal(unmasked(maskedCrc32c(Buffer.from('123456789'))), 0xe3069283);
    assert.equal(unmasked(maskedCrc32c(Buffer.alloc(32))), 0x8a9136aa); // RFC 3720, B.4
  });

  test('as TensorBoard events: every value that is a number, step by step', () => {
    const { store, runId } = loggedRun();
    const events = readEvents(readFileSync(exportRun(store, runId, 'tensorboard', temporaryFolder())));
    assert.deepEqual(
      events.map((event) => event.step),
      [1, 2, 3],
    );
    assert.equal(events[1]!.scalars.reward, Math.fround(0.2));
    assert.equal('kl' in events[0]!.scalars, false, 'null is left out');
    assert.equal(events[2]!.scalars['eval/chart-test'], Math.fround(0.4));
  });

  test('as Parquet and as JSON lines: the same table', async () => {
    const { store, runId } = loggedRun();
    const folder = temporaryFolder();
    const parquet = readFileSync(exportRun(store, runId, 'parquet', join(folder, 'a.parquet')));
    const rows = await parquetReadObjects({
      file: parquet.buffer.slice(parquet.byteOffset, parquet.byteOffset + parquet.length),
    });
    const lines = readFileSync(exportRun(store, runId, 'jsonl', join(folder, 'a.jsonl')), 'utf8')
      .trim()
      .split('\n');
    assert.equal(rows.length, 3);
    for (const [i, line] of lines.entries()) {
      const wanted = JSON.parse(line) as Record<string, number | null>;
      assert.equal(rows[i]?.step, BigInt(wanted.step ?? -1), 'step');
      for (const [name, value] of Object.entries(wanted))
        if (name !== 'step') assert.equal(rows[i]?.[name] ?? null, value, name);
    }
  });

  test('steps beyond 2^31 and a metric called like a column of ours', async () => {
    const store = temporaryStore();
    const file = temporaryFile(
      '{"step": 1, "data": {"reward": 1, "time": 5}}\n{"step": 10000000000, "data": {"reward": 2}}\n',
    );
    const { runId: id } = await importLog(store, file, 'verl', {});
    const parquet = readFileSync(exportRun(store, id, 'parquet', join(temporaryFolder(), 'a.parquet')));
    const rows = await parquetReadObjects({ file: new Uint8Array(parquet).buffer });
    assert.deepEqual(
      rows.map((row) => [row.step, row.reward, row['metric/time'] ?? null]),
      [
        [1n, 1, 5],
        [10000000000n, 2, null],
      ],
    );
  });

  test('into MLflow: experiment, run, settings, metrics, end; a refusal in the words of the server', async () => {
    const { store, runId } = loggedRun();
    const answers: Record<string, [number, unknown]> = {
      'experiments/get-by-name': [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no' }],
      'experiments/create': [200, { experiment_id: '7' }],
      'runs/create': [200, { run: { info: { run_id: 'abc' } } }],
      'runs/log-batch': [200, {}],
      'runs/update': [200, {}],
    };
    const { server, url, seen } = await mlflow((path) => answers[path] ?? [400, { message: `unknown ${path}` }]);
    const sent = await sendToMlflow(store, runId, `${url}/`);
    assert.deepEqual([sent.experimentId, sent.runId], ['7', 'abc']);
    const batches = seen.filter((one) => one.path === 'runs/log-batch').map((one) => one.body);
    const params = batches.flatMap((batch) => (batch.params ?? []) as { key: string; value: string }[]);
    assert.equal(params.find((param) => param.key === 'training.totalSteps')!.value, '20');
    const metrics = batches.flatMap(
      (batch) => (batch.metrics ?? []) as { key: string; value: number; step: number; timestamp: number }[],
    );
    assert.ok(
      metrics.some(
        (metric) => metric.key === 'reward' && metric.step === 2 && metric.value === 0.2 && metric.timestamp > 1e12,
      ),
    );
    assert.ok(metrics.every((metric) => typeof metric.value === 'number'));
    assert.equal(seen.at(-1)!.path, 'runs/update');
    server.removeAllListeners('request');
    server.on('request', (_request, response) => response.writeHead(403).end('{"message":"not you"}'));
    await assert.rejects(sendToMlflow(store, runId, url), /MLflow refused experiments\/get-by-name \(403\): not you/);
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(sendToMlflow(store, runId, url), /No MLflow server answers at/);
  });

  test('into MLflow with names that it does not allow; a run that fails there is closed as failed', async () => {
    const store = temporaryStore();
    const data = { 'acc/mean@8': 0.5, 'timing(s)/gen': 1, 'timing[s]/gen': 2, '/up/../x': 3, größe: 4 };
    const file = temporaryFile(`${JSON.stringify({ step: 1, data })}\n`);
    const { runId } = await importLog(store, file, 'verl', {});
    let refuses = false;
    const { server, url, seen } = await mlflow((_path, body) => [
      refuses && body.metrics !== undefined ? 400 : 200,
      { experiment: { experiment_id: '7' }, run: { info: { run_id: 'abc' } } },
    ]);
    const { renamed } = await sendToMlflow(store, runId, url);
    assert.deepEqual(renamed, {
      'acc/mean@8': 'acc/mean_at_8',
      'timing(s)/gen': 'timing_s_/gen',
      'timing[s]/gen': 'timing_s_/gen_2',
      '/up/../x': 'up/x',
      größe: 'gr__e',
    });
    refuses = true;
    await assert.rejects(sendToMlflow(store, runId, url), /MLflow refused runs\/log-batch \(400\)/);
    assert.deepEqual([seen.at(-1)?.path, seen.at(-1)?.body.status], ['runs/update', 'FAILED']);
    await new Promise((resolve) => server.close(resolve));
  });
});
