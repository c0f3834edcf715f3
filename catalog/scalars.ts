import { z } from 'zod';
import { NameSchema as DomainNameSchema } from '../domain/names.ts';

/** A string of one shape; the message says what was expected, because that is what the reader of the error needs. */
const text = (expected: string, pattern: RegExp) => z.string({ error: expected }).regex(pattern, { error: expected });

const nameExpected = 'a name of lower-case letters and digits, words joined by single hyphens, at most 40 characters';
/** Names of services, resources, people, accounts and networks: one rule for the whole project, kept by the domain. */
export const NameSchema = z
  .string({ error: nameExpected })
  .refine((name) => DomainNameSchema.safeParse(name).success, { error: nameExpected });

/** Words for people to read: titles, reasons, names of companies. */
export const LabelSchema = z.string({ error: 'some text' }).trim().min(1, { error: 'some text, not empty' });

export const AccountIdSchema = text("an AWS account id: 12 digits in quotes, such as '111111111111'", /^\d{12}$/);
export const RoleArnSchema = text(
  'the ARN of an IAM role, such as arn:aws:iam::111111111111:role/firedrill-read',
  /^arn:aws(?:-cn|-us-gov)?:iam::\d{12}:role\/[\w+=,.@/-]+$/,
);
export const RegionSchema = text('an AWS Region, such as eu-central-1', /^[a-z]{2}(?:-[a-z]+)+-\d$/);
export const VpcIdSchema = text('the id of a VPC, such as vpc-0a1b2c3d4e5f60718', /^vpc-[0-9a-z]+$/);
export const SecurityGroupIdSchema = text('the id of a security group, such as sg-0a1b2c3d4e5f60718', /^sg-[0-9a-z]+$/);
export const BucketNameSchema = text(
  'the name of an S3 bucket: 3 to 63 lower-case letters, digits, dots and hyphens',
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
);
export const EmailSchema = z.email({ error: 'an e-mail address' });
export const UrlSchema = z.url({ protocol: /^https?$/, error: 'an address that starts with https:// or http://' });
export const DateSchema = z.iso.date({ error: 'a date such as 2026-01-31' });
export const SlackUserIdSchema = text(
  'a Slack member id, such as U024BE7LH (profile, Copy member ID)',
  /^[UW][A-Z0-9]{2,}$/,
);
export const SlackChannelSchema = text(
  'a Slack channel: its id, such as C024BE91L, or its name, such as #dr-drills',
  /^(?:[CG][A-Z0-9]{2,}|#[\p{Ll}\p{Lo}\p{N}_-]{1,80})$/u,
);
export const SlackUserGroupSchema = text(
  'a Slack user group: its id, such as S0614TZR7, or its handle, such as @incident-commanders',
  /^(?:S[A-Z0-9]{2,}|@[a-z0-9._-]+)$/,
);
/** Name of an environment variable that holds a secret; the secret itself never stands in the catalog. */
export const EnvironmentNameSchema = text(
  'the NAME of an environment variable, such as ISSUES_DB_PASSWORD (never the secret itself)',
  /^[A-Z][A-Z0-9_]*$/,
);
export const PublicKeySchema = text(
  'an Ed25519 public key: 64 hex digits, as `firedrill keys new` prints it',
  /^[0-9a-f]{64}$/,
);
export const TableSchema = text(
  'a table: name or schema.name, such as issues or public.issues',
  /^(?:[A-Za-z_][\w$]*\.)?[A-Za-z_][\w$]*$/,
);
export const PortSchema = z
  .int({ error: 'a port number' })
  .min(1, { error: 'a port from 1' })
  .max(65_535, { error: 'a port up to 65535' });
export const PositiveIntSchema = z.int({ error: 'a whole number from 1' }).positive({ error: 'a whole number from 1' });
export const MoneySchema = z.number({ error: 'an amount in USD' }).positive({ error: 'an amount in USD above 0' });

const timeZoneExpected = 'an IANA time zone, such as Europe/Berlin';
export const TimeZoneSchema = z
  .string({ error: timeZoneExpected })
  .refine((zone) => /^[A-Z]/.test(zone) && isTimeZone(zone), { error: timeZoneExpected });

/** `Intl.supportedValuesOf` lists one name for each zone, and not always the one that people use (Asia/Kolkata is missing). */
function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** A time of the local clock, read into minutes since midnight. */
export const TimeOfDaySchema = text(
  'a time of day from 00:00 to 23:59, such as 22:30',
  /^(?:[01]\d|2[0-3]):[0-5]\d$/,
).transform((clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)));

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const durationExpected = 'a duration: a number and ms, s, m, h or d, such as 30m or 6h (also 1h30m)';
/**
 * A duration as people write it (`90s`, `30m`, `6h`, `1h30m`, `7d`), read into milliseconds. Never a bare number: whether
 * 30 means seconds or minutes is what the unit is there to say.
 */
export const DurationSchema = z.string({ error: durationExpected }).transform((written, context) => {
  const parts = [...written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  const totalMs = parts.reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs], 0);
  const whole = parts.map(([part]) => part).join('') === written;
  if (!whole || totalMs <= 0 || totalMs > 100 * 365 * unitMs.d) {
    context.addIssue({ code: 'custom', message: durationExpected });
    return z.NEVER;
  }
  return Math.round(totalMs);
});

const momentExpected = 'a moment with its zone, such as 2026-12-20T18:00:00Z or 2026-12-20T19:00:00+01:00';
/** A moment on the calendar, read into milliseconds UTC. */
export const MomentSchema = z.iso
  .datetime({ offset: true, error: momentExpected })
  .transform((written) => Date.parse(written));

const statementExpected = 'one reading SQL statement that starts with SELECT or WITH';
/** One reading statement. The database role is what makes it harmless; this only catches the slip of the pen. */
export const SelectSchema = z
  .string({ error: statementExpected })
  .trim()
  .regex(/^(?:select|with)\b/i, { error: statementExpected })
  .transform((sql) => sql.replace(/;\s*$/, ''))
  .refine((sql) => !sql.includes(';'), { error: 'one SQL statement without a semicolon in it' });

/** What stands after WHERE. */
export const ConditionSchema = z
  .string({ error: 'an SQL condition, such as closed_at < now()' })
  .trim()
  .min(1, { error: 'an SQL condition, not empty' })
  .refine((sql) => !sql.includes(';'), { error: 'an SQL condition without a semicolon' });
