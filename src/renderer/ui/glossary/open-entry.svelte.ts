/** Which symbol's entry is open, and at which element of the page. */
import type { GlossaryName } from '../../../shared/app/glossary-entries.ts';

class Glossary {
  name = $state<GlossaryName | null>(null);
  anchor = $state.raw<HTMLElement | null>(null);

  show(name: GlossaryName, anchor: HTMLElement): void {
    this.anchor = anchor;
    this.name = name;
  }

  close(): void {
    this.name = null;
  }
}

export const glossary = new Glossary();
