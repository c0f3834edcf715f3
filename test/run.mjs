// The whole test command: types, lint, formatting, then every test. Ends with one line `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `firedrill's tests need Node 24; this is ${process.version}. Run "npm install" and then "npm test": npm puts the right Node in front.`,
  );
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'firedrill-tests-'));
let passed = 0;
let failed = 0;
const failures = [];

/** Runs one gate; its output goes straight through. */
const gate = (name, command, args) => {
  const started = Date.now();
  console.log(`\n── ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  const ok = status === 0;
  if (ok) passed += 1;
  else failed += 1;
  console.log(`── ${name}: ${ok ? 'ok' : 'FAILED'} (${Math.round((Date.now() - started) / 1000)} s)`);
};

/** Why a test failed, short: a CI that keeps only the end of the output still tells it. */
const reasonOf = (messages) =>
  stripVTControlCharacters(messages.join('\n'))
    .split('\n')
    .filter((line) => !line.includes('node_modules'))
    .slice(0, 25)
    .map((line) => `        ${line.slice(0, 400)}`)
    .join('\n');

const only = process.argv.slice(2);
if (only.length === 0) {
  gate('types', 'npx', ['tsc', '-p', '.']);
  gate('lint', 'npm', ['run', '--silent', 'lint']);
  gate('format', 'npm', ['run', '--silent', 'format:check']);
}
/**
 * One vitest project at a time: the demo starts every process there is, and tests with real databases beside it would only
 * measure how busy the machine is.
 */
const tests = (name, args) => {
  console.log(`\n── tests: ${name}`);
  const report = join(folder, `${name}.json`);
  const { status } = spawnSync(
    'npx',
    ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    {
      stdio: 'inherit',
    },
  );
  if (!existsSync(report)) {
    console.error('vitest left no report: it did not get as far as running tests.');
    failed += 1;
    return;
  }
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  passed += numPassedTests;
  // A file that could not even be loaded has no failed test of its own.
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  failed += numFailedTests + broken;
  if (numFailedTestSuites > 0 && numFailedTests + broken === 0) failed += 1;
  else if (status !== 0 && numFailedTests + broken === 0) {
    // An error that no test waited for: a rejection nobody handles, a script of a page that fails.
    failed += 1;
    failures.push(`${name} › an error beside the tests: look for "Unhandled Errors" above`);
  }
  for (const file of testResults)
    for (const test of file.assertionResults)
      if (test.status === 'failed')
        failures.push(
          `${file.name.replace(`${process.cwd()}/`, '')} › ${test.fullName}\n${reasonOf(test.failureMessages)}`,
        );
};

if (only.length === 0)
  for (const project of ['units', 'engine', 'demo', 'faults']) tests(project, ['--project', project]);
else tests('chosen', only);
for (const failure of failures) console.log(`FAILED  ${failure}`);
rmSync(folder, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
