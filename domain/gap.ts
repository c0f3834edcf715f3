import type { Finding } from './finding.ts';
import { makeFinding } from './fingerprint.ts';
import { sha256Hex } from './hex.ts';
import { wholeService } from './modes.ts';

/** How bad a gap would be on the day; what people choose from. */
export const gapSeverities = ['high', 'medium', 'low'] as const;

/** How long its words may be. */
export const gapTextMax = { title: 150, more: 2000 } as const;

/** A gap that a person saw, in or outside of a run. */
export interface GapReport {
  readonly service: string;
  /** Absent when it is about the service as a whole. */
  readonly resource?: string;
  /** One line: what is missing or wrong. */
  readonly title: string;
  /** What they saw and why it matters, in their own words; may be empty. */
  readonly more: string;
  readonly severity: (typeof gapSeverities)[number];
  readonly by: { readonly personId: string; readonly name: string };
  /** The run in which they saw it. */
  readonly runId?: string;
  /** Unique to this report; stands for the run where there is none. */
  readonly reportId: string;
}

/** The finding that a report comes to. The same words about the same thing are the same gap, whoever reports it. */
export function gapFinding(report: GapReport): Finding {
  const { service, resource = wholeService, title, more, severity, by, runId, reportId } = report;
  const said = title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return makeFinding({
    service,
    resource,
    check: 'gap',
    cause: `reported-${sha256Hex(said).slice(0, 10)}`,
    severity,
    title: title.replaceAll(/\s+/g, ' ').trim(),
    found: `Reported by ${by.name}${runId === undefined ? '' : ` in ${runId}`}: ${more === '' ? title : more}`,
    matters: 'A person who knows the service says that this would stand in the way of recovering it.',
    lookFirst: `Ask ${by.name} what they saw.`,
    proof: {
      kind: 'attested',
      sentence: `Somebody other than whoever mends it confirms that it is mended, with a link to what shows it.`,
    },
    runId: runId ?? reportId,
  });
}
