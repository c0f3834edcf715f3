import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { projectRun } from '../../domain/run-projection.ts';
import { runOpened } from '../../test/fixtures/journal-chapters/opening.ts';
import { failedJournal, passedJournal } from '../../test/fixtures/journals.ts';
import type { JournalBody, JournalEntry, JournalEvent } from '../../domain/journal-entry.ts';
import { draftFromIncident } from './draft-from-incident.ts';
import { draftFromRun } from './draft-from-run.ts';
import { incidentOfMarkdown } from './incident-markdown.ts';
import { parseScenario } from './read-scenario.ts';

const runOf = (entries: readonly JournalEntry[]) =>
  projectRun(entries.map((entry): JournalBody => JSON.parse(entry.body) as JournalBody));
const read = (text: string) => parseScenario(text, 'draft.yaml');
const minute = 60_000;

describe('a draft from a run that failed', () => {
  const run = runOf(failedJournal().entries);
  const { scenario, warnings } = read(draftFromRun(run, 'draft'));

  test('can be read, is a draft, and lists what is still to be answered', () => {
    expect(scenario.draft).toBe(true);
    expect(warnings.length).toBeGreaterThan(5);
    expect(scenario.sources[0]).toContain(run.runId);
  });

  test('tells every finding, with what closes it as an expected action', () => {
    expect(run.findings.length).toBeGreaterThan(0);
    for (const finding of run.findings)
      expect(scenario.injects.flatMap((inject) => inject.expect).join('\n')).toContain(
        `It counts as closed by: ${finding.proof.sentence}`,
      );
  });

  test('has placeholders where the run had its service and database', () => {
    const told = JSON.stringify(scenario.injects);
    expect(told).toContain('${database}');
    expect(told).not.toMatch(/(?<![\w/-])issues-db(?![\w/-])/);
  });

  test('takes somebody out once', () => {
    expect(scenario.injects.filter(({ unavailable }) => unavailable !== undefined)).toHaveLength(1);
  });
});

test('a draft from an exercise is bound to no database, and asks which part of the document a gap is about', () => {
  const run = runOf(failedJournal().entries);
  const [finding] = run.findings;
  if (finding === undefined) throw new Error('The failed run has no finding.');
  const gap = { ...finding, check: 'tabletop:find-the-fire', cause: 'no-phone-list' };
  const text = draftFromRun(
    { ...run, runbook: 'tabletop-exercise', steps: [], gates: [], problems: [], findings: [gap] },
    'draft',
  );
  const { scenario } = read(text);
  expect(scenario.suits.resources).toEqual([]);
  expect(scenario.threats).toEqual(['human-error']);
  expect(scenario.injects[0]?.section).toMatch(/^TODO/);
  expect(read(draftFromRun(run, 'draft')).scenario.suits.resources).toEqual(['rds-instance']);
});

test('a run in which nothing went wrong makes no story, and one under way not yet', () => {
  const passed = passedJournal().entries;
  expect(() => draftFromRun(runOf(passed), 'draft')).toThrow('nothing went wrong');
  expect(() => draftFromRun(runOf(passed.slice(0, 5)), 'draft')).toThrow('is not over yet');
});

describe('an incident that was declared', () => {
  const atMs = Date.UTC(2026, 10, 3, 2, 14);
  const [jonas, hannah] = [
    { personId: 'jonas-weber', personName: 'Jonas Weber' },
    { personId: 'hannah-lindqvist', personName: 'Hannah Lindqvist' },
  ];
  const said = { by: 'jonas-weber', via: 'slack-app' } as const;
  const runId = 'incident/jira-cloud/service/manual-20261103T021900Z-0001';
  const incident = (until: number) => {
    const events: readonly JournalEvent[] = [
      { ...runOpened(), runbook: 'incident', mode: 'real', touches: 'nothing', resource: '-' },
      {
        type: 'incident-declared',
        title: 'Issues of jira-cloud cannot be read - again',
        commander: jonas,
        beganMs: atMs,
        detectedMs: atMs + 3 * minute,
        declaredMs: atMs + 5 * minute,
        services: ['jira-cloud', 'identity'],
      },
      {
        type: 'incident-time-corrected',
        key: 'T0',
        fromMs: atMs,
        toMs: atMs - minute,
        reason: 'the graph says so',
        ...said,
      },
      { type: 'command-handed-over', from: jonas, to: hannah, reason: 'end of my shift', ...said },
      { type: 'incident-over', reason: 'the index is back', ...said },
      {
        type: 'verdict-reached',
        judged: {
          verdict: 'over',
          reason: 'Hannah Lindqvist said that it is over: the index is back',
          comparable: true,
          results: [],
        },
      },
    ];
    return projectRun(
      events.slice(0, until).map((event, index) => ({
        runId,
        executionId: 'e',
        number: index + 1,
        atMs: atMs + 10 * index * minute,
        event,
      })),
    );
  };

  test('becomes a story of its times and its command, with the corrected ones as a question', () => {
    const { scenario } = read(draftFromRun(incident(6), 'draft'));
    expect(scenario.sources[0]).toContain(runId);
    expect(scenario.clock.detectedAfterMs).toBe(4 * minute);
    const told = scenario.injects.filter(({ unavailable }) => unavailable === undefined).map(({ text }) => text);
    expect(told).toEqual([
      'Issues of ${service} cannot be read - again',
      expect.stringContaining('4 min'),
      expect.stringContaining('Jonas Weber declares an incident'),
      expect.stringContaining('Hannah Lindqvist has the command from now on, in place of Jonas Weber: end of my shift'),
      'Hannah Lindqvist said that it is over: the index is back',
    ]);
    expect(scenario.hotWash.join()).toContain('the graph says so');
  });

  test('is not over while nobody has said so', () => {
    expect(() => draftFromRun(incident(4), 'draft')).toThrow('is not over yet');
  });
});

describe('an incident in Markdown', () => {
  const page = [
    '# The queue stood still',
    '',
    '## Summary',
    'Orders were accepted and not processed.',
    '## Timeline (UTC)',
    '- 2026-03-01 23:50 disk of the broker full',
    '* **23:58** – first customer calls',
    '| 00:10 | pager rings | on call |',
    '00:45 UTC: consumers restarted, ${nothing} happens',
    '## Lessons learned',
    '- Nobody watches the age of the oldest message',
    '- [ ] An alarm on it',
  ].join('\n');

  test('is read line by line, over midnight', () => {
    expect(incidentOfMarkdown(page)).toEqual({
      title: 'The queue stood still',
      summary: 'Orders were accepted and not processed.',
      timeline: [
        { afterMs: 0, what: 'disk of the broker full' },
        { afterMs: 8 * minute, what: 'first customer calls' },
        { afterMs: 20 * minute, what: 'pager rings; on call' },
        { afterMs: 55 * minute, what: 'consumers restarted, ${nothing} happens' },
      ],
      lessons: ['Nobody watches the age of the oldest message', 'An alarm on it'],
    });
  });

  test('becomes a draft that can be read, whatever looks like a placeholder in it', () => {
    const { scenario } = read(draftFromIncident(page, 'page.md', 'draft'));
    expect(scenario.title).toBe('The queue stood still');
    expect(scenario.injects).toHaveLength(5);
    expect(scenario.injects.at(-1)).toMatchObject({
      incidentMs: 55 * minute,
      text: 'consumers restarted, $ {nothing} happens',
    });
    expect(scenario.hotWash).toContain('Would it be so today? Nobody watches the age of the oldest message');
  });

  test('without a time is no timeline', () => {
    expect(() => draftFromIncident('# It broke', 'page.md', 'draft')).toThrow(
      "The incident's file has 1 problem (page.md)",
    );
  });

  test('of more events than an exercise holds keeps the first and the last, and says how many it left out', () => {
    const long = Array.from({ length: 30 }, (_, index) => `- 10:${String(index + 10)} event number ${index}`).join(
      '\n',
    );
    const text = draftFromIncident(long, 'page.md', 'draft');
    const { scenario } = read(text);
    expect(scenario.injects).toHaveLength(12);
    expect([scenario.injects[0]?.text, scenario.injects.at(-1)?.text]).toEqual(['event number 0', 'event number 29']);
    expect(text).toContain('# 19 of 30 events were left out');
  });
});

describe('an incident in YAML', () => {
  const text = [
    'title: The key was gone',
    'detectedAfter: 14m',
    'timeline:',
    '  - { at: 0m, what: Key disabled }',
    '  - { at: 1h20m, what: Database stops, did: Enable the key }',
  ].join('\n');

  test('says what was done, which is then expected', () => {
    const { scenario } = read(draftFromIncident(text, 'incident.yaml', 'draft'));
    expect(scenario.clock.detectedAfterMs).toBe(14 * minute);
    expect(scenario.injects.map(({ incidentMs }) => incidentMs)).toEqual([14 * minute, 14 * minute, 80 * minute]);
    expect(scenario.injects.at(-1)?.expect).toEqual(['Enable the key']);
  });

  test('is told with file and line when it is wrong', () => {
    expect(() => draftFromIncident(text.replace('1h20m', 'soon'), 'incident.yaml', 'draft')).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ file: 'incident.yaml', line: 5 })] }),
    );
  });
});

test('whatever people wrote into a timeline, the draft can be read', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ what: fc.string({ minLength: 1, unit: 'binary' }), at: fc.integer({ min: 0, max: 1439 }) }),
        {
          minLength: 1,
          maxLength: 20,
        },
      ),
      (events) => {
        const two = (value: number): string => String(value).padStart(2, '0');
        const page = events
          .map(({ what, at }) => `- ${two(Math.floor(at / 60))}:${two(at % 60)} x${what.replaceAll(/[\r\n]/g, ' ')}`)
          .join('\n');
        expect(read(draftFromIncident(page, 'page.md', 'draft')).scenario.draft).toBe(true);
      },
    ),
  );
});
