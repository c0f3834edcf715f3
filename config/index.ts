export type { Config, LogLevel } from './config.ts';
export { defaultJiraWebhookPort } from './config.ts';
export { endpointsOf, isSimulated, reachesRealAws, refuseMixing } from './endpoints.ts';
export { ConfigError, loadConfig } from './load.ts';
export type { ConfigFlags, ConfigProblem, ConfigSources } from './load.ts';
export { allSettings } from './settings.ts';
export type { Setting, SettingKey } from './settings.ts';
