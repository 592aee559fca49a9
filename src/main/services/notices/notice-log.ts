/**
 * HOME/notices.json: what was told, how that went, and up to which event of the home was looked: so that nothing is told twice or forgotten
 * over a restart. Written whole or not at all; a damaged file is begun anew from now on.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery, Notice, ToldNotice } from '../../../shared/app/notices.ts';
import { HomeLost, refuseLostHome } from '../../model/home/home-marks.ts';
import { readWhole } from '../../model/io/local-path.ts';

/** Notices that are remembered: more than any cursor that was not written could bring again. */
const KEPT = 500;

interface Content {
  readonly cursor: number;
  readonly isDiskLow: boolean;
  readonly notices: readonly ToldNotice[];
}

/** The log of one home; every change is on disk when a call returns, the cursor with the next of them. */
export class NoticeLog {
  readonly #file: string;
  #content: Content;

  /** Reads the log of a home; `newest`: the last event there is, where none was kept before. */
  constructor(home: string, newest: number) {
    this.#file = join(home, 'notices.json');
    const kept = this.#read();
    this.#content = kept ?? { cursor: newest, isDiskLow: false, notices: [] };
    if (kept === null) this.#write();
    // What was under way when the engine ended may have arrived: it is not sent again.
    this.#change((delivery) =>
      delivery.state === 'sending'
        ? { ...delivery, state: 'unknown', says: 'the engine ended while it was sent' }
        : delivery,
    );
  }

  get cursor(): number {
    return this.#content.cursor;
  }

  get isDiskLow(): boolean {
    return this.#content.isDiskLow;
  }

  set isDiskLow(isDiskLow: boolean) {
    this.#content = { ...this.#content, isDiskLow };
    this.#write();
  }

  /** Oldest first. */
  get notices(): readonly ToldNotice[] {
    return this.#content.notices;
  }

  /** Looked at up to here; kept with the next notice, or when the engine ends. */
  passed(cursor: number): void {
    this.#content = { ...this.#content, cursor };
  }

  /** Remembers a notice and the hooks it is for, unless it is known. Says whether it is new. */
  add(notice: Notice, hooks: readonly string[]): boolean {
    if (this.#content.notices.some(({ id }) => id === notice.id)) return false;
    const deliveries = hooks.map((hook): Delivery => ({ hook, state: 'waiting', says: '' }));
    const notices = [...this.#content.notices, { ...notice, deliveries }].slice(-KEPT);
    this.#content = { ...this.#content, notices };
    this.#write();
    return true;
  }

  /** What became of a notice at a hook. */
  set(id: string, hook: string, state: Delivery['state'], says: string): void {
    this.#change((delivery, notice) => (notice === id && delivery.hook === hook ? { hook, state, says } : delivery));
  }

  /** Keeps the place. */
  close(): void {
    this.#write();
  }

  #change(next: (delivery: Delivery, id: string) => Delivery): void {
    let isChanged = false;
    const notices = this.#content.notices.map((notice) => ({
      ...notice,
      deliveries: notice.deliveries.map((delivery) => {
        const made = next(delivery, notice.id);
        isChanged ||= made !== delivery;
        return made;
      }),
    }));
    if (!isChanged) return;
    this.#content = { ...this.#content, notices };
    this.#write();
  }

  #read(): Content | null {
    try {
      const { cursor, isDiskLow, notices } = JSON.parse(readWhole(this.#file)) as Partial<Content>;
      return Number.isInteger(cursor) && Array.isArray(notices) && notices.every(({ id }) => typeof id === 'string')
        ? { cursor: cursor!, isDiskLow: isDiskLow === true, notices }
        : null;
    } catch {
      return null; // none yet, or damaged
    }
  }

  #write(): void {
    try {
      refuseLostHome(this.#file);
      rmSync(`${this.#file}.part`, { force: true });
      writeFileSync(`${this.#file}.part`, JSON.stringify(this.#content), { mode: 0o600 });
      renameSync(`${this.#file}.part`, this.#file);
    } catch (error) {
      if (error instanceof HomeLost) return; // whoever has the engine tells it
      console.error(`sophia: ${this.#file} cannot be written (${(error as Error).message}); notices may come twice.`);
    }
  }
}
