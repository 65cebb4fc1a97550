import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import { fileOf } from '../sample.ts'

/** The rules that speak of a script, each with what it names in backticks first. */
function rulesFor(script: string, inputs: Readonly<Record<string, unknown>> = {}): string[] {
  const step = { 'prefect.deployments.steps.run_shell_script': { script, ...inputs } }
  const deployment = { name: 'a', entrypoint: 'f.py:f', work_pool: { name: 'p' } }
  const { findings } = checkManifests([fileOf(JSON.stringify({ pull: [step], deployments: [deployment] }))])
  return findings.map(({ rule, message }) => `${rule} ${/`([^`]*)`/.exec(message)?.[1] ?? ''}`)
}

describe('a script without a shell', () => {
  test.each([
    ['pip install a && pip install b', 'script-needs-shell &&'],
    ['test -f a || git status', 'script-needs-shell ||'],
    ['git log | head', 'script-needs-shell |'],
    ['curl x\\ | python', 'script-needs-shell |'],
    ['git status; git log', 'script-needs-shell ;'],
    ['git log > log.txt', 'script-needs-shell >'],
    ['git log >log.txt', 'script-needs-shell >'],
    ['git log 2>/dev/null', 'script-needs-shell 2>'],
    ['python - << EOF', 'script-needs-shell <<'],
    ['pip install $(cat list)', 'script-needs-shell $(…)'],
    ['echo "at $(date)"', 'script-needs-shell $(…)'],
    ['pip install -r ~/requirements.txt', 'script-needs-shell ~'],
    ['bash -c "git log" && git status', 'script-needs-shell &&'],
    ['echo $HOME', 'script-variable $HOME'],
    ['echo "${HOME}/x"', 'script-variable ${HOME}'],
    ['python -c "print(\'$HOME\')"', 'script-variable $HOME'],
    ['git status\ncd flows && uv sync', 'script-line-fails cd'],
    ['source .venv/bin/activate', 'script-line-fails source'],
    ['TOKEN=hunter2 git status', 'script-line-fails TOKEN=…'],
  ])('%s', (script, expected) => {
    expect(rulesFor(script)).toEqual([expected])
  })

  test.each([
    'bash -c "cd flows && uv sync | tee $LOG > $(date)"',
    "sudo sh -c 'a; b'",
    'docker exec app /bin/bash -lc "echo $HOME"',
    "echo '$HOME && $(date)'",
    'echo "a && b; c | d"',
    'echo a\\&\\&b \\; \\$HOME',
    "find . -name '*.pyc' -exec rm {} ';'",
    'curl https://x.io/?a=1&b=2',
    'pip install "uv>=0.5,<0.6" numpy>=2',
    'pip install uv >=0.5',
    'awk "{print $NF}" log.txt',
    'make A=b',
    'echo {{ $HOME }} {{ clone.x | y }}',
    'uv run python -m shop.load --since=$1 --price $5',
    'cdk deploy\n./export.sh\nset-version 2',
    '',
  ])('%s is right', (script) => {
    expect(rulesFor(script).filter((rule) => rule.startsWith('script-'))).toEqual([])
  })

  test('variables are put there on demand', () => {
    expect(rulesFor('echo $HOME', { expand_env_vars: true })).toEqual([])
    expect(rulesFor('echo $HOME && date', { expand_env_vars: true })).toEqual(['script-needs-shell &&'])
  })

  test('where a variable decides, nothing is said', () => {
    expect(rulesFor('cd a\nb && c $D', { shell: '{{ prefect.variables.shell }}' })).toEqual([])
  })
})

describe('a script with a shell', () => {
  test.each([
    ['cd flows\nuv sync', 'script-line-state cd'],
    ['export TOKEN=hunter2\nenv', 'script-line-state export'],
    ['A=b C=d\nenv', 'script-line-state A=…'],
    ['if true; then\n  date\nfi', 'script-line-fails if'],
    ['while true; do\n  date\ndone', 'script-line-fails while'],
    ['cat <<EOF\nx\nEOF', 'script-line-fails '],
    ["echo 'a\nb'", 'script-line-fails '],
  ])('%s', (script, expected) => {
    expect(rulesFor(script, { shell: true })).toEqual([expected])
  })

  test.each([
    'cd flows && uv sync',
    'uv sync\ncd flows',
    'cd flows; uv sync\ndate',
    'A=b env\ndate',
    'if true; then date; fi',
    'for a in b; do echo $a; done\nset -e',
    'cat <<< "$HOME"',
    "# don't\ndate # it's",
    'git log | head > log.txt 2>&1',
  ])('%s is right', (script) => {
    expect(rulesFor(script, { shell: true })).toEqual([])
  })
})
