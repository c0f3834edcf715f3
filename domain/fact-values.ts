import { formatDurationMs } from './duration-text.ts';
import type { FactForm } from './recovery-facts.ts';

/** A value as it is compared; texts that mean the same have the same. */
export type FactValue =
  | { readonly readable: true; readonly value: string }
  /** What was expected instead, for people: `a duration, such as 6 h`. */
  | { readonly readable: false; readonly expected: string };

const read = (value: string): FactValue => ({ readable: true, value });
const unreadable = (expected: string): FactValue => ({ readable: false, expected });

/** Reads what a document or AWS says, so that `Enabled` and `yes`, `35 days` and `35`, `6 hours` and `< 6 h` are one. */
export function readFactValue(form: FactForm, text: string): FactValue {
  const trimmed = text.trim().replace(/^`|`$/g, '').trim();
  if (trimmed === '') return unreadable('a value');
  return readers[form](trimmed);
}

/** Whether what a document states agrees with one of the texts that are right. */
export function factAgrees(form: FactForm, stated: string, right: readonly string[]): boolean {
  return right.some((known) => agreesWith(form, stated, known));
}

function agreesWith(form: FactForm, stated: string, known: string): boolean {
  const [one, other] = [readFactValue(form, stated), readFactValue(form, known)];
  if (!one.readable || !other.readable) return false;
  // Who states the major version only is right for all of it.
  if (form === 'version') return other.value === one.value || other.value.startsWith(`${one.value}.`);
  if (form === 'endpoint') return one.value === other.value || withoutPort(other.value) === one.value;
  return one.value === other.value;
}

const withoutPort = (endpoint: string): string => endpoint.replace(/:\d+$/, '');

const listOf = (text: string): readonly string[] =>
  text
    .split(/[,;\s]+|\band\b/)
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '');
const sorted = (parts: readonly string[]): string => [...new Set(parts)].toSorted().join(', ');

const region = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const readers: Readonly<Record<FactForm, (text: string) => FactValue>> = {
  word: (text) => read(text.toLowerCase()),
  region: (text) => {
    const name = text.toLowerCase();
    if (/^(?:none|no|-|–)$/.test(name)) return read('none');
    // `eu-central-1 (Frankfurt)`: the name for people stands beside it.
    const first = name.split(/[\s(,]/)[0] ?? '';
    return region.test(first) ? read(first) : unreadable('an AWS Region, such as eu-central-1');
  },
  zones: (text) => {
    const zones = listOf(text);
    return zones.every((zone) => /^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/.test(zone))
      ? read(sorted(zones))
      : unreadable('availability zones, such as eu-central-1a, eu-central-1b');
  },
  engine: (text) => {
    const name = text.toLowerCase().replaceAll(/[\s_]+/g, '-');
    const known: Readonly<Record<string, string>> = { postgresql: 'postgres', 'aurora-postgres': 'aurora-postgresql' };
    return read(known[name] ?? name);
  },
  version: (text) => {
    const match = /\d+(?:\.\d+)*/.exec(text);
    return match === null ? unreadable('a version, such as 16.4') : read(match[0]);
  },
  'yes-no': (text) => {
    const word = text.toLowerCase();
    if (/^(?:yes|true|on|enabled|active|multi-?az|aes-?256.*|✔|✓|✅)$/.test(word)) return read('yes');
    if (/^(?:no|none|false|off|disabled|inactive|single-?az|✖|✗|❌)$/.test(word)) return read('no');
    return unreadable('yes or no');
  },
  days: (text) => {
    const match = /^(\d+)\s*(d|days?|w|weeks?|)$/i.exec(text);
    if (match === null) return unreadable('a number of days, such as 30 days');
    return read(String(Number(match[1]) * (/^w/i.test(match[2] ?? '') ? 7 : 1)));
  },
  duration: (text) => {
    const ms = durationMsIn(text);
    return ms === undefined ? unreadable('a duration, such as 6 h or 45 min') : read(formatDurationMs(ms));
  },
  key: (text) => {
    const name = text.toLowerCase();
    const id = /(?:^|\/)([0-9a-f]{8}-[0-9a-f-]{27,}|mrk-[0-9a-f]{32})$/.exec(name)?.[1];
    if (id !== undefined && !name.includes('alias/')) return read(id);
    const alias = /alias\/[\w/-]+$/.exec(name)?.[0];
    return read(alias ?? name);
  },
  endpoint: (text) => {
    const host = text
      .toLowerCase()
      .replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^@/]*@)?/, '')
      .replace(/[/?].*$/, '');
    return /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/.test(host)
      ? read(host)
      : unreadable('a host name, such as issues-db.example.internal:5432');
  },
  groups: (text) => {
    const groups = listOf(text);
    return groups.every((group) => /^sg-[0-9a-f]{8,17}$/.test(group))
      ? read(sorted(groups))
      : unreadable('security groups by id, such as sg-0a1b2c3d4e5f67890');
  },
  person: (text) => read(personIn(text)),
  people: (text) => {
    const people = text
      .split(/[,;\n]+|\band\b/)
      .map((part) => personIn(part))
      .filter((part) => part !== '');
    return people.length === 0 ? unreadable('at least one person') : read(sorted(people));
  },
  channel: (text) => read(text.replace(/^#/, '').split(/\s/)[0]?.toLowerCase() ?? ''),
  date: (text) => {
    const date = /\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
    return date === undefined || Number.isNaN(Date.parse(date)) ? unreadable('a date, such as 2026-11-22') : read(date);
  },
  steps: (text) => {
    const count = /\d+/.exec(text)?.[0];
    if (count !== undefined && Number(count) > 0) return read('there');
    return /^(?:yes|true|present|there)/i.test(text) ? read('there') : unreadable('numbered steps under a heading');
  },
};

/** A name, or the address where one stands beside it: `Mara Olsen <mara@example.com>` is `mara@example.com`. */
function personIn(text: string): string {
  const email = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(text)?.[0];
  return (email ?? text.replaceAll(/\([^)]*\)|^@/g, ' ')).trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `6 h`, `< 6 hours`, `1h30m`, `45 minutes`; undefined for anything else. */
function durationMsIn(text: string): number | undefined {
  const written = text
    .toLowerCase()
    .replace(/^(?:<|≤|less than|under|at most|within|up to)\s*/, '')
    .replaceAll(/[\s,]+|\band\b/g, '');
  const parts = [...written.matchAll(/(\d+(?:\.\d+)?)(days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== written) return undefined;
  return parts.reduce((sum, [, count, unit = 's']) => sum + Number(count) * unitMs[unit[0] as keyof typeof unitMs], 0);
}
