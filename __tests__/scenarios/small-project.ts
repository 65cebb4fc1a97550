/** Texts of files by their names, relative to a checkout. */
export type Files = Readonly<Record<string, string>>

/** The pool that the small project deploys to; `withPool` makes it. */
export const POOL = 'scenario-pool'

type Entry = Readonly<{ name: string; entrypoint?: string; extra?: readonly string[] }>

/** A prefect.yaml whose names cannot be misread: they are written as JSON texts, which YAML takes as they are. */
export function prefectYaml(
  entries: readonly Entry[] = [{ name: 'daily' }],
  options: Readonly<{ pool?: string; pull?: string }> = {},
): string {
  const pull =
    options.pull ??
    'pull:\n  - prefect.deployments.steps.git_clone:\n      repository: https://github.com/acme/flows.git\n      branch: main\n'
  const deployments = entries.map(({ name, entrypoint = 'flows/hello.py:hello', extra = [] }) =>
    [
      `  - name: ${JSON.stringify(name)}`,
      `    entrypoint: ${entrypoint}`,
      '    work_pool:',
      `      name: ${options.pool ?? POOL}`,
      ...extra.map((line) => `    ${line}`),
    ].join('\n'),
  )
  return `${pull}deployments:\n${deployments.join('\n')}\n`
}

/** A Modal app with one web function. */
export function modalApp(name: string, body = ''): string {
  return `import modal

app = modal.App(${JSON.stringify(name)})
image = modal.Image.debian_slim(python_version="3.11").uv_pip_install("fastapi==0.115.6")


@app.function(image=image)
@modal.asgi_app()
def web():
    from fastapi import FastAPI

    return FastAPI()
${body}`
}

/** What every scenario starts from: one flow, one deployment, one app, in a project that uv locks. */
export const SMALL_PROJECT: Files = {
  '.gitignore': '.venv/\n__pycache__/\n',
  'pyproject.toml': `[project]
name = "small"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["modal==1.6.4", "prefect==3.8.8"]
`,
  'prefect.yaml': prefectYaml(),
  'flows/hello.py': `from prefect import flow


@flow
def hello(name: str = "you"):
    print(f"hello {name}")
`,
  'modal_app.py': modalApp('small-app'),
}
