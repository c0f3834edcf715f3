import { resolve } from 'node:path';
import { Command } from 'commander';
import { resourceSupport } from '../../../catalog/lookup.ts';
import { nextTestWindow } from '../../../catalog/test-windows.ts';
import { CatalogError } from '../../../catalog/catalog-error.ts';
import { utcWhen } from '../../../views/text.ts';
import { padTo, wrapTo } from '../../../views/terminal/paint.ts';
import type { Act } from '../command.ts';
import { newCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { givenCatalog } from '../given-catalog.ts';
import type { CommonOptions } from '../settings-of.ts';
import { settingsOf } from '../settings-of.ts';

/** `firedrill catalog check [FILE]` */
export function catalogCommand(act: Act): Command {
  const check = newCommand(
    'check',
    'Check a catalog: every problem at once, each with its place; then what it shows about itself.',
    ['firedrill catalog check', 'firedrill catalog check examples/catalog.yaml'],
  )
    .argument('[file]', 'a YAML file or a folder of them; default the catalog of the configuration')
    .addHelpText(
      'after',
      '\nA catalog with findings loads (exit code 0): they are gaps in the programme, and are shown everywhere. One with problems does not (exit code 2).',
    )
    .action((file: string | undefined, options: CommonOptions) =>
      act(options, async ({ terminal, answer }) => {
        const place = file === undefined ? settingsOf(terminal, options).config.catalog : resolve(terminal.cwd, file);
        try {
          const { catalog, hash, findings } = await givenCatalog({ catalog: place });
          const services = Object.keys(catalog.services);
          const lines = findings.flatMap(({ severity, service, resource, text }) => [
            `  ${padTo(severity, 7)}  ${[service, resource].filter((part) => part !== undefined && part !== '').join('/') || catalog.organisation.name}`,
            ...wrapTo(text, terminal.columns() - 12).map((line) => `           ${line}`),
          ]);
          const untested = Object.values(catalog.services).flatMap((service) =>
            service.resources.flatMap((resource) => {
              const support = resourceSupport(resource);
              return support.supported ? [] : [{ service: service.id, resource: resource.name, text: support.text }];
            }),
          );
          const nowMs = Date.now();
          const windows = services.flatMap((service) => {
            const opening = nextTestWindow(catalog, service, nowMs);
            return opening === undefined ? [] : [{ service, ...opening }];
          });
          const summary = `${terminal.paint.good('✔')} ${catalog.organisation.name}: ${services.length} services, version ${hash.slice(0, 12)}`;
          answer(
            { ok: true, file: place, hash, services, findings, untested, windows },
            [
              summary,
              findings.length === 0
                ? '  Nothing in it contradicts the programme.'
                : `  ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'} about itself:`,
              ...lines,
              ...untested.map(({ service, resource, text }) => `  ${service}/${resource}  ${text}`),
              ...windows.map(
                ({ service, opensMs, words }) =>
                  `  ${service}  a re-test that starts by itself waits for its window (${words}), ${opensMs <= nowMs ? 'open now' : `next ${utcWhen(opensMs, nowMs)}`}`,
              ),
            ].join('\n'),
          );
          return exitCodes.done;
        } catch (error) {
          if (!(error instanceof CatalogError) || options.json !== true) throw error;
          terminal.out(JSON.stringify({ error: error.facts, problems: error.problems }));
          return exitCodes.wrongUse;
        }
      }),
    );
  return new Command('catalog').description('What is protected, and who answers for it.').addCommand(check);
}
