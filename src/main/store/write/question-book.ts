/**
 * Questions, stored once each: by name and content. A response naming a question nobody described gets a row with the name alone.
 */
import type { Database } from 'better-sqlite3';
import type { Question } from '../../../shared/question.ts';
import { hashOf } from '../../../shared/values/hash.ts';

/** Row ids of questions; writes happen inside the caller's transaction. */
export interface QuestionBook {
  /** Stores a question unless this content is known; returns its row id. */
  put(question: Question): number;
  /** The row id for a name: the newest content stored under it. */
  idOf(name: string): number;
  /** Runs a transaction; where it was undone, forgets what it remembered. */
  whole<T>(transaction: () => T): T;
}

/** The book over an open database. */
export function questionBook(db: Database): QuestionBook {
  const find = db.prepare<[string, string], number>('SELECT id FROM questions WHERE question = ? AND hash = ?').pluck();
  const newest = db
    .prepare<[string], number>('SELECT id FROM questions WHERE question = ? ORDER BY id DESC LIMIT 1')
    .pluck();
  const insert = db.prepare(
    `INSERT INTO questions (question, hash, category, answer_type, split, template, text, answer, image, scene)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const known = new Map<string, number>();
  const remember = (name: string, id: number): number => {
    if (known.size > 20_000) known.clear();
    known.set(name, id);
    return id;
  };
  return {
    put(question) {
      const { id: name, category, answerType, split, template, text, answer, image, scene } = question;
      const hash = hashOf(question);
      const id = find.get(name, hash);
      if (id !== undefined) return remember(name, id);
      const json = (value: unknown) => (value == null ? null : JSON.stringify(value));
      const added = insert.run(
        name,
        hash,
        category,
        answerType,
        split,
        template,
        text,
        answer,
        json(image),
        json(scene),
      );
      return remember(name, Number(added.lastInsertRowid));
    },
    idOf(name) {
      const id = known.get(name) ?? newest.get(name);
      if (id !== undefined) return remember(name, id);
      const added = insert.run(name, '', null, null, null, null, null, null, null, null);
      return remember(name, Number(added.lastInsertRowid));
    },
    whole(transaction) {
      try {
        return transaction();
      } catch (error) {
        known.clear();
        throw error;
      }
    },
  };
}
