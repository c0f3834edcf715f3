import { formatDurationMs } from '../../domain/duration-text.ts';
import { expectedActions, standardRoles } from '../../domain/scenario.ts';
import type { CoveredService, Inject, Scenario } from '../../domain/scenario.ts';
import { padTo, widthOf, wrapTo } from './paint.ts';
import type { Paint } from './paint.ts';

export interface ScenarioPageView {
  readonly scenario: Scenario;
  /** With whom it was filled; absent when it is shown as it is written. */
  readonly services?: readonly CoveredService[];
  /** `comes with firedrill`, or the file of the company's own. */
  readonly origin: string;
}

interface Size {
  /** From 60 to 110 are used: longer lines are hard to read. */
  readonly columns: number;
  readonly paint: Paint;
}

const labelColumns = 12;

/**
 * A scenario to be read from top to bottom, by the facilitator: it gives everything away. What stands for a name that is
 * not filled in yet is shown as `‹service›`.
 */
export function scenarioPage(view: ScenarioPageView, size: Size): string {
  const page = { columns: Math.max(60, Math.min(110, size.columns)) - 1, paint: size.paint };
  const { scenario } = view;
  const last = scenario.injects.at(-1);
  return [
    heading(view, page),
    facts(view, page),
    section('Situation', paragraph(scenario.situation, page), page),
    section('Objectives', bullets(scenario.objectives, '•', page), page),
    section('Roles', scenarioRoles(scenario, page), page),
    section('The imagined clock', clockLines(view, page), page),
    ...scenario.injects.map((inject, index) => injectLines(inject, index, scenario, page)),
    section(
      `Hot-wash${last === undefined ? '' : `, until minute ${scenario.minutes}`}`,
      bullets(scenario.hotWash, '?', page),
      page,
    ),
    section('Tests these parts of the recovery document', sections(scenario, page), page),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function heading({ scenario, services }: ScenarioPageView, { columns, paint }: Size): readonly string[] {
  const draft = scenario.draft ? [paint.warn('  DRAFT: it has open questions, and no exercise is held with it.')] : [];
  const title = services === undefined ? scenario.title : `${scenario.title}, with ${names(services)}`;
  return [...wrapTo(shown(title), columns).map((line) => paint.bold(line)), ...draft];
}

function facts({ scenario, services, origin }: ScenarioPageView, page: Size): readonly string[] {
  const { tiers, resources } = scenario.suits;
  const suits = `tier ${tiers.join(', ')}${resources.length === 0 ? '' : `; ${resources.join(' or ')}`}`;
  return [
    ...labelled('Name', `${scenario.name}, ${origin}`, page),
    ...labelled('Tests', scenario.tests, page),
    ...labelled('Length', `${scenario.minutes} min, ${scenario.injects.length} injects, ${scenario.difficulty}`, page),
    ...labelled('Threats', scenario.threats.join(', '), page),
    ...labelled('For', services === undefined ? suits : services.map(covered).join('; '), page),
    ...scenario.sources.flatMap((source, index) => labelled(index === 0 ? 'Drawn from' : '', source, page)),
  ];
}

const covered = ({ name, tier, rtoMs, rpoMs }: CoveredService): string =>
  `${name} (tier ${tier}, RTO ${formatDurationMs(rtoMs)}, RPO ${formatDurationMs(rpoMs)})`;

const names = (services: readonly CoveredService[]): string => services.map(({ name }) => name).join(', ');

function scenarioRoles({ roles }: Scenario, page: Size): readonly string[] {
  const all = [...standardRoles, ...roles];
  const width = Math.max(...all.map(({ role }) => role.length));
  return all.flatMap(({ role, does }) => hanging(`  ${padTo(role, width)}  `, does, page));
}

function clockLines({ scenario: { clock }, services }: ScenarioPageView, page: Size): readonly string[] {
  const rtoMs = services === undefined ? undefined : Math.min(...services.map((service) => service.rtoMs));
  return [
    ...labelled('T0', clock.began, page),
    ...labelled('T1', `${formatDurationMs(clock.detectedAfterMs)} later, with the first inject at the latest`, page),
    ...labelled('Recovered', clock.recovered, page),
    ...labelled('Target', rtoMs === undefined ? 'the strictest RTO of the services' : formatDurationMs(rtoMs), page),
  ];
}

function injectLines(inject: Inject, index: number, { injects }: Scenario, page: Size): readonly string[] {
  const { paint, columns } = page;
  const indented = { ...page, columns: columns - 2 };
  const head = `${index + 1}/${injects.length} · minute ${inject.minute} · ${shown(inject.title)}`;
  const took = `T0 + ${formatDurationMs(inject.incidentMs)} · tests: ${shown(inject.section)}`;
  const labelledList = (label: string, items: readonly string[], sign: string): readonly string[] =>
    items.length === 0 ? [] : [`  ${paint.dim(label)}`, ...bullets(items, sign, indented).map((line) => `  ${line}`)];
  return [
    paint.bold('─'.repeat(columns)),
    ...wrapTo(head, columns).map((line) => paint.bold(line)),
    ...wrapTo(took, columns).map((line) => paint.dim(line)),
    ...(inject.unavailable === undefined
      ? []
      : hanging('', `Takes one person out, drawn among: ${inject.unavailable.among.join(', ')}`, page).map((line) =>
          paint.warn(line),
        )),
    '',
    ...wrapTo(shown(`From: ${inject.from}`), columns - 2).map((line) => `  ${line}`),
    ...paragraph(inject.text, page),
    ...labelledList('Questions', inject.questions, '?'),
    ...(inject.options.length === 0
      ? []
      : [
          `  ${paint.dim('Options')}${inject.options.some(({ expected }) => expected) ? paint.dim(' (✔ what a good runbook would choose)') : ''}`,
          ...inject.options.flatMap(({ id, text, tradeOff, expected }) => [
            ...hanging(`    ${expected ? paint.good('✔') : ' '} `, `${id}: ${text}`, page),
            ...hanging('        ', tradeOff, page).map((line) => paint.dim(line)),
          ]),
        ]),
    ...labelledList('Expected', inject.expect, '✔'),
    ...labelledList('Often goes wrong', inject.pitfalls, '✖'),
    ...(inject.facilitator === undefined
      ? []
      : [`  ${paint.dim('For the facilitator')}`, ...paragraph(inject.facilitator, page, 4)]),
  ];
}

function sections(scenario: Scenario, page: Size): readonly string[] {
  const bySection = Map.groupBy(expectedActions(scenario), ({ section: name }) => name);
  return [...bySection].flatMap(([name, { length }]) =>
    hanging('  ', `${name}: ${length} expected ${length === 1 ? 'action' : 'actions'}`, page),
  );
}

const section = (title: string, lines: readonly string[], { paint }: Size): readonly string[] => [
  paint.bold(title),
  ...lines,
];

const labelled = (label: string, text: string, page: Size): readonly string[] =>
  hanging(`  ${padTo(label, labelColumns)}`, text, page);

const bullets = (items: readonly string[], sign: string, page: Size): readonly string[] =>
  items.flatMap((item) => hanging(`  ${sign} `, item, page));

const paragraph = (text: string, { columns }: Size, indent = 2): readonly string[] =>
  wrapTo(shown(text), columns - indent).map((line) => `${' '.repeat(indent)}${line}`);

/** The first line begins with `lead`, which may be coloured; the next ones stand below its text. */
function hanging(lead: string, text: string, { columns }: Size): readonly string[] {
  const width = widthOf(lead);
  return wrapTo(shown(text), columns - width).map((line, index) =>
    index === 0 ? `${lead}${line}` : `${' '.repeat(width)}${line}`,
  );
}

/** What is not filled in, in a form that reads as a gap and not as code. */
const shown = (text: string): string => text.replaceAll(/\$\{([A-Za-z]+)\}/g, '‹$1›');
