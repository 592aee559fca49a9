/** The record format of VLRewardBench, from a Parquet file that pyarrow wrote and from JSON lines with image paths. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { raterNames, raterOf } from '../../src/main/cli/trm/raters.ts';
import { readImage } from '../../src/main/model/image/decode-image.ts';
import { listPairSets, pairFile, storePairSet } from '../../src/main/trm/pair-sets.ts';
import { rateGroups } from '../../src/main/trm/rating/rate-groups.ts';
import { compareRaters } from '../../src/main/trm/validation/compare-raters.ts';
import { readRewardBench } from '../../src/main/trm/vl-rewardbench.ts';
import { reply, serve } from '../rewards/thinking/fault-server.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const images = join(fixtures, 'images');
const parquet = join(fixtures, 'vl-rewardbench/sample.parquet');
const folder = mkdtempSync(join(tmpdir(), 'sophia-rewardbench-'));
after(() => rmSync(folder, { recursive: true }));
const ask = { keyEnv: 'NO_SUCH_KEY', concurrency: 2, timeout: 30, attempts: 2 };

/** The fixture's records (scripts/fixtures/vl-rewardbench.py) as JSON lines, pictures by path. */
function jsonLines(): string {
  const record = (id: string, image: string, ranking: number[], source: string) =>
    JSON.stringify({
      id,
      query: `<image>\nWhat is in picture ${id}?`,
      response: ['a long and careful reply', 'short'],
      image,
      human_ranking: ranking,
      models: ['model-a', 'model-b'],
      judge: '',
      rationale: null,
      query_source: source,
      ground_truth: null,
    });
  const file = join(folder, 'sample.jsonl');
  const lines = [
    record('rlaif-1', 'plain.png', [0, 1], 'rlaif-v'),
    record('povid-2', 'plain.jpg', [1, 0], 'povid'),
    record('reasoning-3', 'exif-6.jpg', [0, 1], 'mathverse'),
    record('tied-4', 'plain.png', [0, 0], 'povid'),
    record('wild-5', 'grey.png', [1, 0], 'wildvision-battle'),
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

describe('VLRewardBench', () => {
  for (const [form, read] of [
    ['Parquet of pyarrow, pictures inside', () => readRewardBench(parquet, null)],
    ['JSON lines, pictures by path', () => readRewardBench(jsonLines(), images)],
  ] as const)
    it(`is read from ${form}: pairs, ranks, sources, pictures; a tie is left out by its line`, async () => {
      const { groups, problems, loadImage } = await read();
      assert.deepEqual(
        groups.map(({ question, parts, responses }) => [
          question.text,
          parts[0],
          responses.map((response) => response.truth),
        ]),
        [
          ['What is in picture rlaif-1?', 'source:rlaif-v', [0, -1]],
          ['What is in picture povid-2?', 'source:povid', [-1, 0]],
          ['What is in picture reasoning-3?', 'source:mathverse', [0, -1]],
          ['What is in picture wild-5?', 'source:wildvision-battle', [-1, 0]],
        ],
      );
      assert.deepEqual(problems, [{ line: 4, reason: 'human_ranking [0,0] is not a ranking' }]);
      for (const [i, name] of ['plain.png', 'plain.jpg', 'exif-6.jpg', 'grey.png'].entries())
        assert.deepEqual(loadImage(groups[i]!.question), readImage(join(images, name)), name);
    });

  it('names a picture that is not in its folder, and one that leads out of it', async () => {
    const bench = await readRewardBench(jsonLines(), join(folder, 'nowhere'));
    assert.throws(() => bench.loadImage(bench.groups[0]!.question), /plain\.png/);
    const outside = { ...bench.groups[0]!.question, image: { kind: 'file', path: '../../etc/passwd' } } as const;
    assert.throws(() => bench.loadImage(outside), /outside/);
    const without = await readRewardBench(jsonLines(), null);
    assert.throws(() => without.loadImage(without.groups[0]!.question), /Name its folder with --images/);
  });

  it('is judged by an endpoint, picture and all, beside another rater', async () => {
    const server = await serve((request, response, body, call) => {
      const score = body.includes('a long and careful reply') ? '0.9' : '0.2';
      reply(`<answer>${score}</answer>`)(request, response, body, call);
    });
    const { groups, loadImage } = await readRewardBench(parquet, null);
    const [[name, source] = [], other] = raterNames(`judge=endpoint:qwen@${server.base}?a=b,length`);
    assert.deepEqual([name, other], ['judge', ['length', 'length']]);
    const rater = raterOf(null, source!.replace('?a=b', ''), ask, loadImage);
    const judge = await rateGroups(rater, groups);
    assert.deepEqual(judge, Array(4).fill([0.9, 0.2]));
    assert.equal(server.seen.length, 8);
    for (const { body } of server.seen) {
      assert.equal(JSON.parse(body).model, 'qwen');
      assert.ok(body.includes('data:image/png;base64,iVBOR'));
    }
    const length = await rateGroups(raterOf(null, 'length', ask), groups);
    const figures = compareRaters(groups, { judge, length }, ['pairwise-accuracy']);
    const found = figures.find((figure) => figure.rater === 'judge' && figure.part === '' && figure.versus === '')!;
    assert.deepEqual([found.value, found.count], [0.5, 4]);
  });

  it('leaves an endpoint that does not answer without a score, never 0', async () => {
    const { groups, loadImage } = await readRewardBench(parquet, null);
    const rater = raterOf(null, 'endpoint:m@http://127.0.0.1:9/v1', { ...ask, attempts: 1 }, loadImage);
    assert.deepEqual((await rateGroups(rater, groups.slice(0, 1))).flat(), [null, null]);
    assert.throws(
      () => raterOf(null, 'endpoint:m', ask),
      /"endpoint:m" is not a rater\. Write endpoint:MODEL@URL, such as endpoint:judge@http/,
    );
  });

  it('is imported under a name, pictures and all, and found by it; a file that is broken leaves nothing', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const { set, problems } = await storePairSet(home, jsonLines(), { name: 'bench', images });
    assert.deepEqual([set.records, set.problems, problems.length], [4, 1, 1]);
    const whole = await storePairSet(home, parquet, { name: 'whole' });
    assert.equal(whole.set.file, 'pairs.parquet');
    const found = pairFile(home, 'bench', undefined);
    const bench = await readRewardBench(found.file, found.images);
    for (const { question } of bench.groups) assert.ok(bench.loadImage(question).width > 0);
    assert.deepEqual(pairFile(home, parquet, images), { file: parquet, images });
    assert.throws(() => pairFile(home, 'nothing', undefined), /neither a file nor.*there are: bench, whole/);
    await assert.rejects(storePairSet(home, jsonLines(), { name: 'blind', images: folder }), /plain\.png/);
    assert.deepEqual(
      listPairSets(home).map(({ name }) => name),
      ['bench', 'whole'],
    );
  });
});
