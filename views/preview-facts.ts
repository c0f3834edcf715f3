import { formatDurationMs } from '../domain/duration-text.ts';
import type { GatePreview } from '../domain/gate.ts';
import { costText } from './text.ts';

/** What a run would do, as names and texts in the order in which people ask; only what is known. */
export function previewFacts(
  preview: Omit<GatePreview, 'chainHead'>,
): readonly { readonly name: string; readonly text: string }[] {
  const fact = (name: string, text: string | undefined): { name: string; text: string }[] =>
    text === undefined ? [] : [{ name, text }];
  return [
    ...fact('Would restore', preview.restores),
    ...fact('Would create', preview.creates.length === 0 ? undefined : preview.creates.join('; ')),
    ...fact('Would touch', preview.touches),
    ...fact('Would cost', preview.costUsd === undefined ? undefined : costText(preview.costUsd)),
    ...fact(
      'Would take',
      preview.takesAboutMs === undefined ? undefined : `about ${formatDurationMs(preview.takesAboutMs)}`,
    ),
  ];
}
