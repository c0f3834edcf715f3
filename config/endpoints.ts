import { FiredrillError } from '../domain/errors.ts';
import type { Config } from './config.ts';

type Endpoints = Pick<Config, 'aws' | 'slack' | 'jira' | 'confluence'>;

/**
 * Whether any endpoint is not the vendor's own. Evidence of such a run is headed SIMULATED and fulfils no obligation.
 * What is not configured at all (no Jira) simulates nothing.
 */
export const isSimulated = (config: Endpoints): boolean =>
  awsEndpoints(config).some((endpoint) => endpoint !== undefined && !isAws(endpoint)) ||
  !isSlack(config.slack.apiUrl) ||
  [config.jira.baseUrl, config.confluence?.baseUrl].some((url) => url !== undefined && !isAtlassian(url));

/** Some call could reach real AWS: a service without an endpoint of its own goes to the vendor. */
export const reachesRealAws = (config: Endpoints): boolean => {
  const [general, ...ofServices] = awsEndpoints(config);
  return (
    general === undefined || isAws(general) || ofServices.some((endpoint) => endpoint !== undefined && isAws(endpoint))
  );
};

/**
 * In a sandbox Slack anyone can act as anyone, so its approvals must never move real AWS. The other way round is fine.
 *
 * @throws FiredrillError `mixed-endpoints`
 */
export function refuseMixing(config: Endpoints): void {
  if (isSlack(config.slack.apiUrl) || !reachesRealAws(config)) return;
  throw new FiredrillError({
    code: 'mixed-endpoints',
    kind: 'refused',
    what: `AWS is the real one, but Slack is a stand-in at ${config.slack.apiUrl}.`,
    means: 'In a stand-in Slack anyone can approve as anyone, so nothing was started.',
    next: 'Remove SLACK_API_URL to use the real Slack, or set AWS_ENDPOINT_URL to a sandbox (firedrill sandbox).',
  });
}

/** Where AWS, Slack, Jira and Confluence are, for the evidence. */
export const endpointsOf = ({
  aws,
  slack,
  jira,
  confluence,
}: Pick<Config, 'aws' | 'slack' | 'jira' | 'confluence'>): Record<string, string> => ({
  aws: aws.endpointUrl ?? 'https://amazonaws.com',
  ...(aws.endpointUrlRds === undefined ? {} : { rds: aws.endpointUrlRds }),
  ...(aws.endpointUrlS3 === undefined ? {} : { s3: aws.endpointUrlS3 }),
  slack: slack.apiUrl,
  ...(jira.baseUrl === undefined ? {} : { jira: jira.baseUrl }),
  ...(confluence?.baseUrl === undefined ? {} : { confluence: confluence.baseUrl }),
});

const awsEndpoints = ({ aws }: Endpoints): readonly (string | undefined)[] => [
  aws.endpointUrl,
  aws.endpointUrlRds,
  aws.endpointUrlS3,
];

const isAws = (endpoint: string): boolean => ofVendor(endpoint, ['amazonaws.com', 'amazonaws.com.cn', 'api.aws']);
const isSlack = (endpoint: string): boolean => ofVendor(endpoint, ['slack.com', 'slack-gov.com']);
const isAtlassian = (endpoint: string): boolean =>
  ofVendor(endpoint, ['atlassian.net', 'api.atlassian.com', 'jira.com']);

function ofVendor(endpoint: string, domains: readonly string[]): boolean {
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' && domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}
