/** What a step's input must be; `any` where a function takes what it is given. */
export type InputType = 'text' | 'flag' | 'texts' | 'variables' | 'block' | 'any'

/** A function that a step can name: its inputs, and what it gives to later steps. */
export type KnownStep = Readonly<{
  inputs: Readonly<Record<string, InputType>>
  required: readonly string[]
  /** Takes inputs of any other name as well. */
  open: boolean
  outputs: readonly string[]
}>

const SCRIPT_OUTPUTS = ['stdout', 'stderr']

/** Prefect's own steps, in `prefect.deployments.steps`. (Prefect 3.9.1: deployments/steps/pull.py, utility.py) */
const OWN = {
  git_clone: {
    inputs: {
      repository: 'text',
      branch: 'text',
      // From 3.4.0 on.
      commit_sha: 'text',
      include_submodules: 'flag',
      access_token: 'text',
      credentials: 'block',
      // From 3.1.11 on.
      directories: 'texts',
      // From 3.6.9 on.
      clone_directory_name: 'text',
    },
    required: ['repository'],
    open: false,
    outputs: ['directory'],
  },
  set_working_directory: {
    inputs: { directory: 'text' },
    required: ['directory'],
    open: false,
    outputs: ['directory'],
  },
  run_shell_script: {
    inputs: {
      script: 'text',
      directory: 'text',
      env: 'variables',
      stream_output: 'flag',
      expand_env_vars: 'flag',
      // From 3.6.23 on.
      shell: 'flag',
    },
    required: ['script'],
    open: false,
    outputs: SCRIPT_OUTPUTS,
  },
  pip_install_requirements: {
    inputs: { directory: 'text', requirements_file: 'text', stream_output: 'flag' },
    required: [],
    open: false,
    outputs: SCRIPT_OUTPUTS,
  },
  pull_from_remote_storage: { inputs: { url: 'text' }, required: ['url'], open: true, outputs: ['directory'] },
  pull_with_block: {
    inputs: { block_document_name: 'text', block_type_slug: 'text' },
    required: ['block_document_name', 'block_type_slug'],
    open: false,
    outputs: ['directory'],
  },
} as const satisfies Readonly<Record<string, KnownStep>>

/** The last part of the name of one of Prefect's own steps. */
export type OwnStep = keyof typeof OWN

const BUCKET = { bucket: 'text', folder: 'text', credentials: 'block' } as const
const CONTAINER = { container: 'text', folder: 'text', credentials: 'block' } as const

/**
 * The steps of Prefect's integrations. (prefect-docker 0.7.4, prefect-aws 0.7.12, prefect-gcp 0.6.22, prefect-azure 0.4.13:
 * deployments/steps.py; prefect-github, -gitlab and -bitbucket have none)
 */
const INTEGRATIONS: Readonly<Record<string, Readonly<Record<string, KnownStep>>>> = {
  prefect_docker: {
    build_docker_image: {
      inputs: {
        image_name: 'text',
        dockerfile: 'text',
        tag: 'text',
        additional_tags: 'any',
        ignore_cache: 'flag',
        persist_dockerfile: 'flag',
        dockerfile_output_path: 'text',
        build_backend: 'text',
      },
      required: ['image_name'],
      open: true,
      outputs: ['image_name', 'tag', 'image', 'image_id', 'additional_tags'],
    },
    push_docker_image: {
      inputs: {
        image_name: 'text',
        tag: 'text',
        credentials: 'block',
        additional_tags: 'any',
        ignore_cache: 'flag',
        build_backend: 'text',
      },
      required: ['image_name'],
      open: false,
      outputs: ['image_name', 'tag', 'image', 'additional_tags'],
    },
  },
  prefect_aws: {
    push_to_s3: {
      inputs: { ...BUCKET, client_parameters: 'any', ignore_file: 'text' },
      required: ['bucket', 'folder'],
      open: false,
      outputs: ['bucket', 'folder'],
    },
    pull_from_s3: {
      inputs: { ...BUCKET, client_parameters: 'any' },
      required: ['bucket', 'folder'],
      open: false,
      outputs: ['bucket', 'folder', 'directory'],
    },
  },
  prefect_gcp: {
    push_to_gcs: {
      inputs: { ...BUCKET, project: 'text', ignore_file: 'text' },
      required: ['bucket', 'folder'],
      open: false,
      outputs: ['bucket', 'folder'],
    },
    pull_from_gcs: {
      inputs: { ...BUCKET, project: 'text' },
      required: ['bucket', 'folder'],
      open: false,
      outputs: ['bucket', 'folder', 'directory'],
    },
  },
  prefect_azure: {
    push_to_azure_blob_storage: {
      inputs: { ...CONTAINER, ignore_file: 'text' },
      required: ['container', 'folder', 'credentials'],
      open: false,
      outputs: ['container', 'folder'],
    },
    pull_from_azure_blob_storage: {
      inputs: CONTAINER,
      required: ['container', 'folder', 'credentials'],
      open: false,
      outputs: ['container', 'folder', 'directory'],
    },
  },
}

/** Names that steps had once, by what they are called today. */
const FORMER: Readonly<Record<string, string>> = {
  git_clone_project: 'git_clone',
  pull_project_from_s3: 'pull_from_s3',
  push_project_to_s3: 'push_to_s3',
  pull_project_from_gcs: 'pull_from_gcs',
  push_project_to_gcs: 'push_to_gcs',
  pull_project_from_azure_blob_storage: 'pull_from_azure_blob_storage',
  push_project_to_azure_blob_storage: 'push_to_azure_blob_storage',
}

const OWN_MODULE = 'prefect.deployments.steps'
/** Modules that `prefect.deployments.steps` takes its functions from; a step may name them as well. */
const INNER_MODULES = ['.pull', '.utility', '.core', '']

const KNOWN = new Map<string, KnownStep>([
  ...Object.entries(OWN).flatMap(([name, step]) =>
    INNER_MODULES.map((inner) => [`${OWN_MODULE}${inner}.${name}`, step] as const),
  ),
  ...Object.entries(INTEGRATIONS).flatMap(([name, steps]) =>
    Object.entries(steps).map(([step, known]) => [`${name}.deployments.steps.${step}`, known] as const),
  ),
])

/** The function that a step names, `undefined` where it is none of Prefect's. */
export function knownStep(name: string | undefined): KnownStep | undefined {
  return name === undefined ? undefined : KNOWN.get(name)
}

/** Whether `name` is that one of Prefect's own steps, without `step` whether it is any of them. */
export function isOwnStep(name: string | undefined, step?: OwnStep): boolean {
  const known = knownStep(name)
  if (known === undefined) return false
  return step === undefined ? Object.values<KnownStep>(OWN).includes(known) : known === OWN[step]
}

/** The names of the steps of a module, `prefect_aws.deployments.steps`; empty where it has none, or is not known. */
export function stepsOfModule(module: string): readonly string[] {
  return [...KNOWN.keys()].filter((name) => name.slice(0, name.lastIndexOf('.')) === module)
}

/** The whole name under which today's Prefect has a step, by the last part of its name: of `git_clone_project` that of `git_clone`. */
export function todaysName(last: string): string | undefined {
  const today = FORMER[last] ?? last
  if (Object.hasOwn(OWN, today)) return `${OWN_MODULE}.${today}`
  const owner = Object.entries(INTEGRATIONS).find(([, steps]) => Object.hasOwn(steps, today))?.[0]
  return owner === undefined ? undefined : `${owner}.deployments.steps.${today}`
}
