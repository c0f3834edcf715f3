import type { DocumentLink } from '../../domain/document.ts';

/** A document as its form is forgotten: Markdown, HTML and Confluence all come to this. */
export interface DocumentContent {
  readonly title: string;
  readonly words: number;
  readonly parts: readonly ContentPart[];
  readonly links: readonly DocumentLink[];
}

/** What facts can stand in. `headings`: those that it stands under, the nearest last. */
export type ContentPart =
  /** YAML: a block marked `firedrill`, or front matter. */
  | { readonly kind: 'facts'; readonly text: string; readonly line?: number }
  /** Cells as text, the row of headings first when there is one. */
  | {
      readonly kind: 'table';
      readonly rows: readonly TableRow[];
      readonly hasHeader: boolean;
      readonly headings: readonly string[];
    }
  | {
      readonly kind: 'steps';
      readonly count: number;
      readonly headings: readonly string[];
      readonly line?: number;
    };

export interface TableRow {
  readonly cells: readonly string[];
  readonly line?: number;
}

/** How many words a person would read. */
export const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
