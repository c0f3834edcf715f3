import { describe, expect, test } from 'vitest';
import { CatalogError } from './catalog-error.ts';
import { parseCatalog, parseCatalogFiles } from './parse.ts';
import { loadWith, problemsOf, problemsWith, textWith } from './testing.ts';
import type { Draft } from './testing.ts';

describe('a catalog that is right', () => {
  test('loads with durations in milliseconds, defaults filled in and everything knowing its own name', () => {
    const { catalog } = loadWith();
    expect(catalog.organisation.policies.gate.finalDeadlineMs).toBe(24 * 3_600_000);
    expect(catalog.organisation.policies.exercise).toMatchObject({
      beginWithinMs: 7 * 86_400_000,
      answerWithinMs: 20 * 60_000,
      answerEscalations: [
        { afterMs: 40 * 60_000, roles: ['incident-commander'] },
        { roles: ['dr-champion', 'service-owner'], secondChannel: true },
      ],
      escalations: [{ roles: ['dr-champion', 'service-owner'] }, { roles: ['leadership'], secondChannel: true }],
    });
    expect(catalog.organisation.policies.limits.notFoundProofMs).toBe(5 * 60_000);
    expect(catalog.organisation.evidence.retentionDays).toBe(400);
    expect(catalog.organisation.policies.sharedVpcAllowed).toBe(false);
    expect(catalog.services['shop']).toMatchObject({ id: 'shop', tier: 1, critical: false });
    expect(catalog.people['ben']).toMatchObject({ id: 'ben', roles: [] });
    expect(catalog.drillNetworks['drills']).toMatchObject({ name: 'drills', shared: false });
    expect(catalog.services['shop']?.resources[0]).toMatchObject({
      newest: { kind: 'sentinel' },
      connection: { tls: 'require' },
      backups: { expect: { pitr: true, snapshotEveryMs: 86_400_000 } },
    });
  });

  test('has the same hash whatever its comments and the order of its keys, and another for any other content', () => {
    const { hash } = loadWith();
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const reordered = loadWith((draft) => {
      draft['people'] = Object.fromEntries(Object.entries(draft['people'] as object).toReversed());
    });
    expect(reordered.hash).toBe(hash);
    expect(parseCatalog(`# a comment\n${textWith()}`, 'other.yaml').hash).toBe(hash);
    const changed = loadWith((draft) => {
      draft['services'].shop.resources[0].checks[1].tolerancePercent = 2;
    });
    expect(changed.hash).not.toBe(hash);
  });

  test('keeps its text, for the record', () => {
    expect(loadWith().text).toBe(textWith());
  });
});

describe('a problem', () => {
  test('says file, line, column, path, what was given and what was expected', () => {
    const text = textWith((draft) => {
      draft['organisation'].policies.approvalValidFor = '30 minutes';
    });
    const line = text.split('\n').findIndex((row) => row.includes('30 minutes')) + 1;
    expect(problemsOf(text)).toEqual([
      {
        file: 'catalog.yaml',
        line,
        column: '    approvalValidFor: '.length + 1,
        path: 'organisation.policies.approvalValidFor',
        value: '"30 minutes"',
        expected: 'a duration: a number and ms, s, m, h or d, such as 30m or 6h (also 1h30m)',
        message: 'organisation.policies.approvalValidFor is not right.',
      },
    ]);
  });

  test('is rendered as compilers do, place first', () => {
    const text = textWith((draft) => {
      draft['services'].shop.tier = 7;
    });
    expect(() => parseCatalog(text, 'dr/catalog.yaml')).toThrow(CatalogError);
    try {
      parseCatalog(text, 'dr/catalog.yaml');
    } catch (error) {
      const rendered = (error as CatalogError).render();
      expect(rendered).toMatch(/^dr\/catalog\.yaml:\d+:11 {2}services\.shop\.tier is not right\.$/m);
      expect(rendered).toContain('    given     7\n    expected  a tier: 0, 1, 2 or 3');
      expect(rendered).toContain('The catalog has 1 problem (dr/catalog.yaml).');
    }
  });

  test('of a window in which tests may begin names its field, what stands there and what was expected', () => {
    const problems = problemsWith((draft) => {
      draft['services'].shop.testWindows = [
        { days: ['Tuesday'], from: '2:00', to: '24:00', timeZone: 'Berlin' },
        { days: [], from: '02:00', to: '05:00' },
        { days: ['tue'], from: '02:00' },
      ];
    });
    expect(problems.map(({ path, value, expected }) => [path, value, expected])).toEqual([
      ['services.shop.testWindows[0].days[0]', '"Tuesday"', 'days of the week: sun, mon, tue, wed, thu, fri, sat'],
      ['services.shop.testWindows[0].from', '"2:00"', 'a time of day from 00:00 to 23:59, such as 22:30'],
      ['services.shop.testWindows[0].to', '"24:00"', 'a time of day from 00:00 to 23:59, such as 22:30'],
      ['services.shop.testWindows[0].timeZone', '"Berlin"', 'an IANA time zone, such as Europe/Berlin'],
      ['services.shop.testWindows[1].days', 'a list of 0', 'at least one day of the week'],
      ['services.shop.testWindows[2].to', 'nothing', 'a time of day from 00:00 to 23:59, such as 22:30'],
    ]);
  });

  test('never comes alone when there are more: fields and references of the whole file are told together', () => {
    const problems = problemsWith((draft) => {
      draft['organisation'].timeZone = 'Mars/Olympus';
      draft['accounts'].main.id = 222;
      draft['services'].shop.owner = 'ana';
      delete draft['services'].shop.resources[0].smoke;
      draft['services'].login.dependencies = ['nowhere'];
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'organisation.timeZone',
      'accounts.main.id',
      'services.login.dependencies[0]',
      'services.shop.owner',
      'services.shop.resources[0].smoke',
    ]);
  });

  test('points at what the missing field is missing from', () => {
    const text = textWith((draft) => {
      delete draft['services'].shop.champion;
    });
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ message: 'services.shop.champion is missing.', value: 'nothing' });
    expect(text.split('\n')[(problem?.line ?? 0) - 1]).toBe('  shop:');
  });

  test('of a misspelt field names the field that was probably meant', () => {
    const [problem] = problemsWith((draft) => {
      draft['services'].shop.resources[0].backup = draft['services'].shop.resources[0].backups;
    });
    expect(problem?.message).toBe('There is no field "backup" in services.shop.resources[0]. Did you mean backups?');
    expect(problem?.expected).toContain('drillNetwork');
  });

  test('does not repeat what may be a secret', () => {
    const problems = problemsWith((draft) => {
      draft['services'].shop.resources[0].source = {
        userEnv: 'ORDERS_USER',
        passwordEnv: 'hunter2',
        password: 'hunter3',
      };
    });
    expect(problems).toHaveLength(2);
    expect(JSON.stringify(problems)).not.toMatch(/hunter/);
    expect(problems[0]?.expected).toContain('NAME of an environment variable');
  });

  test.each([
    ['a list instead of a mapping', '- organisation\n', 'a catalog: organisation'],
    ['an empty file', '', 'a catalog: organisation'],
    ['a key given twice', 'people: {}\npeople: {}\n', 'YAML'],
    ['a bracket left open', 'people: {anna: \n', 'YAML'],
    ['an alias to nothing', 'people: *nobody\n', 'YAML'],
    ['a tag that nobody knows', 'people: !secret x\n', 'YAML'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'YAML'],
  ])('is found in %s', (_what, text, expected) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems[0]?.expected).toContain(expected);
    expect(problems[0]?.line).toBeGreaterThan(0);
  });

  test('is found in aliases that would explode', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`,
    );
    expect(problemsOf(`l0: &l0 [x]\n${levels.join('\n')}\n`)[0]?.message).toContain('Cannot be read');
  });

  test('is found in text that has no UTF-8', () => {
    const [problem] = problemsWith((draft) => {
      draft['organisation'].name = 'half \ud800 a pair';
    });
    expect(problem?.message).toBe('organisation.name holds half of a surrogate pair.');
  });
});

describe('names that refer to nothing', () => {
  test.each<[string, (draft: Draft) => void, string, string]>([
    [
      'an owner',
      (d) => (d['services'].shop.owner = 'ana'),
      'services.shop.owner',
      'There is no person "ana". Did you mean anna?',
    ],
    [
      'a champion',
      (d) => (d['services'].shop.champion = 'zoe'),
      'services.shop.champion',
      'There is no person "zoe". There are: anna, ben, cara.',
    ],
    [
      'a dependency',
      (d) => (d['services'].shop.dependencies = ['logn']),
      'services.shop.dependencies[0]',
      'There is no service "logn". Did you mean login?',
    ],
    [
      'an account',
      (d) => (d['services'].shop.resources[0].account = 'man'),
      'services.shop.resources[0].account',
      'There is no account "man". Did you mean main?',
    ],
    [
      'a drill network',
      (d) => (d['services'].shop.resources[0].drillNetwork = 'drill'),
      'services.shop.resources[0].drillNetwork',
      'Did you mean drills?',
    ],
    [
      "a network's account",
      (d) => (d['drillNetworks'].drills.account = 'prod'),
      'drillNetworks.drills.account',
      'There is no account "prod".',
    ],
    [
      'a holder of a role',
      (d) => (d['roles']['incident-commander'].people = ['dora']),
      'roles.incident-commander.people[0]',
      'There is no person "dora".',
    ],
    [
      'an approver of an exception',
      (d) =>
        (d['services'].shop.exception = { rto: '9h', rpo: '2h', until: '2026-12-31', reason: 'x', approver: 'bea' }),
      'services.shop.exception.approver',
      'Did you mean ben?',
    ],
    [
      'the owner of an assessment',
      (d) => (d['services'].shop.impactAssessment.owner = 'constructor'),
      'services.shop.impactAssessment.owner',
      'There is no person "constructor".',
    ],
  ])('%s is a problem', (_what, change, path, message) => {
    const problems = problemsWith(change);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain(message);
  });
});

describe('a catalog in several files', () => {
  const split = (): { file: string; text: string }[] => {
    const [people = '', services = ''] = textWith().split(/^(?=services:)/m);
    return [
      { file: 'company.yaml', text: people },
      { file: 'services.yaml', text: services },
    ];
  };

  test('means the same as in one', () => {
    expect(parseCatalogFiles(split()).hash).toBe(loadWith().hash);
  });

  test('shows each problem in its own file', () => {
    const files = split().map(({ file, text }) => ({
      file,
      text: text.replace('owner: anna', 'owner: ana').replace('DR', 'x'),
    }));
    expect(() => parseCatalogFiles(files)).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({ file: 'company.yaml', path: 'organisation.jira.project' }),
          expect.objectContaining({ file: 'services.yaml', path: 'services.login.owner', line: 5 }),
        ],
      }),
    );
  });

  test('refuses a name that two files declare', () => {
    const again = {
      file: 'more.yaml',
      text: 'people:\n  anna: { name: Other, email: other@acme.example, slackId: U0OTHER }\n',
    };
    expect(() => parseCatalogFiles([...split(), again])).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            file: 'more.yaml',
            line: 2,
            column: 3,
            message: 'people.anna is declared here and in company.yaml.',
          }),
        ],
      }),
    );
  });

  test('refuses a second organisation, a file that is no catalog and a key that would reach into JavaScript', () => {
    const problems = (text: string): unknown => {
      try {
        return parseCatalogFiles([...split(), { file: 'more.yaml', text }]);
      } catch (error) {
        return (error as CatalogError).problems.map(({ file, message }) => `${file} ${message}`);
      }
    };
    expect(problems('organisation: { name: Other }')).toEqual([
      'more.yaml organisation is declared here and in company.yaml.',
    ]);
    expect(problems('- people')).toEqual(['more.yaml more.yaml is not a catalog.']);
    expect(problems('people: { __proto__: { name: x } }')).toEqual(['more.yaml "__proto__" cannot be used as a name.']);
  });
});
