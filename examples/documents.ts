import { readFileSync } from 'node:fs';
import type { CompanyPlace } from './set-up.ts';

/** The page that `catalog.yaml` names for Jira Cloud. */
export const recoveryPageId = '196613';

/** Where a database listens: nobody knows it before the stand-in has made it. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The page's storage format, with the address of the company's database in it. */
export const recoveryPage = ({ host, port }: Endpoint): string =>
  readFileSync(new URL('documents/jira-cloud-recovery.xhtml', import.meta.url), 'utf8').replaceAll(
    '{{endpoint}}',
    `${host}:${port}`,
  );

/** Writes the company's recovery documentation into the Confluence stand-in. Safe to repeat: nothing new, no new version. */
export async function writeConfluencePages(
  place: Pick<CompanyPlace, 'jiraEmail' | 'jiraApiToken'> & { readonly confluenceUrl: string },
  endpoint: Endpoint,
): Promise<void> {
  const response = await fetch(`${place.confluenceUrl}/_sandbox/pages/${recoveryPageId}`, {
    method: 'PUT',
    headers: {
      authorization: `Basic ${Buffer.from(`${place.jiraEmail}:${place.jiraApiToken}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      title: 'Jira Cloud: backup and recovery',
      storage: recoveryPage(endpoint),
      by: 'Priya Raman',
      message: 'Reviewed after the move to Frankfurt',
    }),
  });
  if (!response.ok) throw new Error(`The Confluence stand-in answered ${response.status}: ${await response.text()}`);
}
