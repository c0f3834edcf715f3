import { resolve } from 'node:path';
import { companyLibrary } from '../runs/company-library.ts';
import type { KnownScenarios } from '../runs/company-library.ts';
import type { CommonOptions } from './settings-of.ts';
import { settingsOf } from './settings-of.ts';
import type { Terminal } from './terminal.ts';

export interface ScenarioOptions extends CommonOptions {
  /** A folder of own scenarios, beside the one that the catalog names. */
  readonly scenarios?: string;
}

/**
 * Every scenario there is for this person: those of firedrill, of the catalog's folder and of `--scenarios`.
 *
 * @throws ScenarioError and CatalogError with every problem
 */
export const knownScenarios = (terminal: Terminal, options: ScenarioOptions): Promise<KnownScenarios> =>
  companyLibrary(
    settingsOf(terminal, options).config.catalog,
    options.scenarios === undefined ? [] : [resolve(terminal.cwd, options.scenarios)],
  );
