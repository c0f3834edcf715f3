import type { JournalBody } from '../../domain/journal-entry.ts';
import type { RunProjection } from '../../domain/run-view.ts';
import { html, raw } from '../html.ts';
import type { HtmlPart } from '../html.ts';
import { gatesSection, ledgerSection, stepsSection } from './course.ts';
import { awsCallsSection, chainSection, cleanupSection, findingsSection, problemsSection } from './proof.ts';
import { reviewSection } from './review.ts';
import { exerciseSections } from './exercise.ts';
import { evidenceCss } from './style.ts';
import { aboutRun, headline, simulatedBanner, targetsAndClocks } from './summary.ts';
import {
  checksSection,
  hotQueriesSection,
  preflightSection,
  previewSection,
  recoveryPointSection,
  sentinelSection,
  settingsSection,
} from './validation.ts';

/** What an evidence page is made of: a run's journal, folded and whole. */
export interface EvidencePageInput {
  readonly projection: RunProjection;
  /** The journal that the projection was folded from. */
  readonly bodies: readonly JournalBody[];
  /** Hash of the newest entry. */
  readonly head: string;
  readonly toolVersion: string;
}

/**
 * The evidence of one run for an auditor or a leader: one self-contained HTML page, without scripts and without anything
 * from elsewhere. Pure: the same journal gives the same bytes, since the page is sealed with it. All times are UTC.
 */
export function evidencePage({ projection: run, bodies, head, toolVersion }: EvidencePageInput): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${run.simulated && 'SIMULATED · '}${run.judged?.verdict ?? run.state} · ${run.runId}</title>
        <style>
          ${raw(evidenceCss)}
        </style>
      </head>
      <body>
        ${simulatedBanner(run)} ${headline(run)}
        <main>
          ${[findingsSection(run), ...courseOf(run), problemsSection(run), aboutRun(run), ...(run.exercise === undefined ? [awsCallsSection(run)] : []), chainSection(run, bodies, head, toolVersion)]}
        </main>
        <footer>All times are UTC. Made by firedrill ${toolVersion} from the run’s journal.</footer>
      </body>
    </html> `;
  return page.toString();
}

/** What happened: a review and an exercise recover nothing, so they have no clocks, checks or copies to show. */
function courseOf(run: RunProjection): readonly HtmlPart[] {
  if (run.exercise !== undefined) return [...exerciseSections(run), stepsSection(run)];
  if (run.review !== undefined) return [reviewSection(run), stepsSection(run)];
  return [
    previewSection(run),
    ledgerSection(run),
    targetsAndClocks(run),
    checksSection(run),
    sentinelSection(run),
    recoveryPointSection(run),
    hotQueriesSection(run),
    settingsSection(run),
    gatesSection(run),
    stepsSection(run),
    preflightSection(run),
    cleanupSection(run),
  ];
}
