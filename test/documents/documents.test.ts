/**
 * The documents that people read: short lines, links and file names that exist, examples that parse, and lists that are complete. What the
 * diary says was true on its day, so file names in docs/log are not looked up.
 */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { settingLeaves } from '../../src/shared/settings/setting-paths.ts';
import { parseStudy } from '../../src/shared/study/study.ts';
import { VARIANTS } from '../../src/shared/study/variants.ts';
import { databaseAt } from '../store/read/query-plan.ts';

const ROOT = join(import.meta.dirname, '../..');
const COLUMNS = 120;
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...globSync(['docs/**/*.md', 'examples/*.md', 'models/*/*.md'], { cwd: ROOT }),
];
const current = documents.filter((file) => !/^docs\/(log|results)\//.test(file));
const none = (problems: readonly string[]) => assert.equal(problems.join('\n'), '');

/** Lines that are too long; tables, and lines that are one link, picture or command cannot be broken. */
function longLines(text: string): string[] {
  const whole = /^\||^\s*!?\[[^\]]*\]\(\S+\)[.,]?$|^`[^`]+`[.:]?$/;
  return text
    .split('\n')
    .flatMap((line, i) =>
      [...line].length > COLUMNS && !whole.test(line) ? [`line ${i + 1}: ${line.slice(0, 60)}…`] : [],
    );
}

/** Relative links of a document that lead nowhere: a file that is not there, or a heading that the file does not have. */
function deadLinks(file: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link!)) return [];
    const [path, heading] = link!.split('#');
    const target = path === '' ? file : join(dirname(file), path!);
    if (!existsSync(join(ROOT, target))) return [link!];
    return heading === undefined || headings(textOf(target)).includes(heading) ? [] : [link!];
  });
}
const headings = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

/** Names of files and folders of this repository in backticks that do not exist; capitals (NAME, KIND) and dots (…) stand for a name to choose. */
function missingFiles(text: string): string[] {
  const names = [
    ...text.matchAll(
      /`((?:src|test|scripts|docs|examples|models|bench|migrations|bin)\/[\w./*-]+|[\w.-]+\.(?:md|json|yml))`/g,
    ),
  ].map(([, name]) => name!);
  return names.filter(
    (name) => !/[A-Z]{3,}(?!\.md)|…/.test(name) && name.includes('/') && globSync(name, { cwd: ROOT }).length === 0,
  );
}

/** The text of each fenced block of a language. */
const blocks = (text: string, language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block]) => block!);

describe('every document', () => {
  for (const file of documents) {
    test(`${file} has lines of at most ${COLUMNS} columns and no dead link`, () => {
      const text = textOf(file);
      none([...longLines(text), ...deadLinks(file, text)]);
    });
  }
  for (const file of current) test(`${file} names files that exist`, () => none(missingFiles(textOf(file))));
  test('what these checks look for is found', () => {
    assert.equal(longLines(`${'a '.repeat(61)}\n| ${'a '.repeat(61)} |\n`).length, 1);
    assert.deepEqual(deadLinks('README.md', '[a](docs/none.md) [b](https://x.org) [c](README.md#no-such-heading)'), [
      'docs/none.md',
      'README.md#no-such-heading',
    ]);
    assert.deepEqual(missingFiles('`src/none.ts` `src/main/KIND.ts` `src/shared/errors.ts` `docs/`'), ['src/none.ts']);
  });
});

describe('examples in documents', () => {
  for (const file of current) {
    for (const [i, block] of blocks(textOf(file), 'yaml').entries()) {
      test(`${file}: YAML ${i + 1} is a study`, () => {
        assert.ok(parse(block).name, 'a study has a name');
        parseStudy(block, `${file}, YAML ${i + 1}`);
      });
    }
  }
});

describe('lists that must be complete', () => {
  test('every file of docs/pictures is shown by a document', () => {
    const shown = documents.map(textOf).join('\n');
    none(
      globSync('docs/pictures/*', { cwd: ROOT }).filter(
        (file) => !shown.includes(`pictures/${file.split('/').at(-1)}`),
      ),
    );
  });
  test('docs/log/README.md lists every entry of the diary', () => {
    const index = textOf('docs/log/README.md');
    none(
      globSync('docs/log/2*.md', { cwd: ROOT })
        .map((file) => file.split('/').at(-1)!)
        .filter((name) => !index.includes(`(${name})`)),
    );
  });
  test('docs/method.md names every thinking reward, trust, annealing, preset, loss type and variant', () => {
    const text = textOf('docs/method.md');
    const paths = ['reward.thinking', 'reward.trust', 'reward.annealing', 'reward.preset', 'loss.lossType'];
    const values = settingLeaves().flatMap((leaf) => (paths.includes(leaf.path) ? (leaf.choices ?? []) : []));
    assert.ok(values.length > 10);
    none([...values, ...Object.keys(VARIANTS)].filter((name) => !text.includes(`\`${name}\``)));
  });
  test('docs/data.md names the views for others with every column', () => {
    const text = textOf('docs/data.md');
    const db = databaseAt();
    const views = db
      .prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'view' AND name GLOB 'v_*'")
      .pluck()
      .all();
    assert.ok(views.length >= 4);
    for (const view of views) {
      const columns = db.prepare<[], string>(`SELECT name FROM pragma_table_info('${view}')`).pluck().all();
      const row = text.split('\n').find((line) => line.startsWith(`| \`${view}\` |`));
      assert.ok(row, `${view} has no row in docs/data.md`);
      none(columns.filter((column) => !new RegExp(`\\b${column}\\b`).test(row)).map((column) => `${view}.${column}`));
    }
  });
});

describe('the front door', () => {
  test('README begins with the two commands and a picture', () => {
    const text = textOf('README.md');
    for (const piece of ['    npm start', '    npm test', '![']) assert.ok(text.slice(0, 2500).includes(piece), piece);
  });
  test('ARCHITECTURE.md has its diagram and fewer than 150 lines', () => {
    const text = textOf('ARCHITECTURE.md');
    assert.equal(blocks(text, 'mermaid').length, 1);
    assert.ok(text.split('\n').length < 150);
  });
  test('a recipe of CONTRIBUTING.md has at most ten lines and names its files', () => {
    const [, recipes] = textOf('CONTRIBUTING.md').split('## How to add');
    const each = recipes!
      .split(/^### /m)
      .slice(1)
      .map((part) => part.split(/^## /m)[0]!.trim());
    assert.ok(each.length >= 10);
    for (const recipe of each) {
      const [title, ...lines] = recipe.split('\n');
      assert.ok(lines.filter((line) => line !== '').length <= 10, `${title}: ${lines.length} lines`);
      assert.match(recipe, /`(src|test|migrations|docs)\/[^`]+`/, `${title} names no file`);
    }
  });
});
