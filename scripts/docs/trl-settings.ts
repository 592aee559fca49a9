/**
 * The table of docs/scale.md that says what trainer trl does with each setting, made from the trainer's own table: `npm run trl-docs` writes it
 * into the file; test/trainers/trl/settings-table.test.ts holds that the file is up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsMarkdown } from '../../src/main/trainers/trl/settings-table.ts';

const FILE = join(import.meta.dirname, '../../docs/scale.md');
const BEGIN = '<!-- This table is written by `npm run trl-docs`. -->\n';

const [before = '', after = ''] = readFileSync(FILE, 'utf8').split(BEGIN);
const rest = after.replace(/^(\|.*\n)+/, '');
writeFileSync(FILE, `${before}${BEGIN}${settingsMarkdown()}\n${rest}`);
