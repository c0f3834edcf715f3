import { z } from 'zod';
import type { CheckDefinition } from '../domain/check.ts';
import { ConditionSchema, LabelSchema, SelectSchema, TableSchema } from './scalars.ts';

/** What the one scalar of a query must be: one value, or a lowest, a highest, or both. */
export const ExpectationSchema = z
  .strictObject({
    equals: z
      .union([z.string(), z.number(), z.boolean()], { error: 'a text, a number, true or false' })
      .exactOptional(),
    atLeast: z.number({ error: 'a number' }).exactOptional(),
    atMost: z.number({ error: 'a number' }).exactOptional(),
  })
  .refine((it) => it.equals !== undefined || it.atLeast !== undefined || it.atMost !== undefined, {
    error: 'equals, atLeast or atMost: a query without an expectation proves nothing',
  })
  .refine((it) => it.equals === undefined || (it.atLeast === undefined && it.atMost === undefined), {
    error: 'either equals, or atLeast and atMost',
  })
  .refine((it) => it.atLeast === undefined || it.atMost === undefined || it.atLeast <= it.atMost, {
    error: 'an atLeast that is not above atMost',
  });
export type Expectation = z.output<typeof ExpectationSchema>;

/** What every check may say: `required` (default true) decides whether the verdict depends on it. */
const common = {
  name: LabelSchema.exactOptional(),
  required: z.boolean({ error: 'true or false' }).default(true),
};
const qualified = (table: string) => (table.includes('.') ? table : `public.${table}`);

const referenceExpected = 'table.column or schema.table.column, such as issues.project_id';
const ColumnReferenceSchema = z
  .string({ error: referenceExpected })
  .regex(/^(?:[A-Za-z_][\w$]*\.){1,2}[A-Za-z_][\w$]*$/, { error: referenceExpected })
  .transform((written) => {
    const dot = written.lastIndexOf('.');
    return { table: qualified(written.slice(0, dot)), column: written.slice(dot + 1), written };
  });

/**
 * A check as people write it, turned one to one into the `CheckDefinition` that the probe gets: names filled in, tables
 * with their schema (`issues` is `public.issues`).
 */
export const CheckSchema = z.discriminatedUnion(
  'check',
  [
    z
      .strictObject({ check: z.literal('connect'), ...common })
      .transform((it): CheckDefinition => ({ kind: 'connect', name: it.name ?? 'connect', required: it.required })),
    z
      .strictObject({
        check: z.literal('engine-version'),
        ...common,
        /** Version the copy must have, such as '18' or '18.1'; without it, the version of the source. */
        expected: z
          .string({ error: "a version in quotes, such as '18' or '18.1'" })
          .regex(/^\d+(?:\.\d+)*$/, { error: "a version, such as '18' or '18.1'" })
          .exactOptional(),
      })
      .transform((it): CheckDefinition => ({
        kind: 'engine-version',
        name: it.name ?? 'engine version',
        required: it.required,
        ...(it.expected === undefined ? {} : { expected: it.expected }),
      })),
    z.strictObject({ check: z.literal('schema-hash'), ...common }).transform((it): CheckDefinition => ({
      kind: 'schema-hash',
      name: it.name ?? 'schema hash',
      required: it.required,
    })),
    z
      .strictObject({
        check: z.literal('row-count'),
        ...common,
        table: TableSchema,
        /** How far the count may be from the baseline's, percent of the baseline's count. */
        tolerancePercent: z
          .number({ error: 'a percentage from 0 to 100' })
          .min(0, { error: 'a percentage from 0' })
          .max(100, { error: 'a percentage up to 100' }),
      })
      .transform((it): CheckDefinition => ({
        kind: 'row-count',
        name: it.name ?? `row count ${it.table}`,
        required: it.required,
        table: qualified(it.table),
        tolerancePercent: it.tolerancePercent,
      })),
    z
      .strictObject({
        check: z.literal('referential-integrity'),
        ...common,
        from: ColumnReferenceSchema,
        to: ColumnReferenceSchema,
      })
      .transform((it): CheckDefinition => ({
        kind: 'referential-integrity',
        name: it.name ?? `${it.from.written} refers to ${it.to.written}`,
        required: it.required,
        table: it.from.table,
        column: it.from.column,
        references: { table: it.to.table, column: it.to.column },
      })),
    z
      .strictObject({
        check: z.literal('query'),
        ...common,
        name: LabelSchema,
        sql: SelectSchema,
        expect: ExpectationSchema,
      })
      .transform((it): CheckDefinition => ({
        kind: 'query',
        name: it.name,
        required: it.required,
        sql: it.sql,
        expect: it.expect,
      })),
    z
      .strictObject({
        check: z.literal('immutable-checksum'),
        ...common,
        name: LabelSchema,
        table: TableSchema,
        orderBy: z
          .string({ error: 'a column that orders the rows without ties, such as id' })
          .regex(/^[A-Za-z_][\w$]*(?:\s*,\s*[A-Za-z_][\w$]*)*$/, { error: 'one or more columns, such as id' }),
        where: ConditionSchema,
      })
      .transform((it): CheckDefinition => ({
        kind: 'immutable-checksum',
        name: it.name,
        required: it.required,
        table: qualified(it.table),
        orderBy: it.orderBy,
        where: it.where,
      })),
  ],
  {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? 'one of: connect, engine-version, schema-hash, row-count, referential-integrity, query, immutable-checksum'
        : 'a check, such as { check: connect }',
  },
);
