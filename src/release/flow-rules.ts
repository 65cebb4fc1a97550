import type { IgnorableRule } from './ignored.ts'

/** What is found by importing the flows in the project's own environment. */
export const FLOW = {
  importFailed: {
    id: 'flow-import-failed',
    severity: 'error',
    about:
      'A flow cannot be imported in the environment of the project. From a file (`path.py:function`) `prefect deploy` takes it all the same, without a word and with a guessed parameter schema, and its runs fail.',
    acceptedByPrefect: true,
  },
  schemaGuessed: {
    id: 'flow-schema-guessed',
    severity: 'warning',
    about:
      'A flow can be imported by itself, but not in the way of `prefect deploy`: inside of an event loop, and behind all other flows in one process. Prefect says nothing, and stores a guessed parameter schema.',
    depends: 'An error where the event loop is the reason and the entrypoint names a module: Prefect stops there.',
    acceptedByPrefect: true,
  },
  notFound: {
    id: 'flow-not-found',
    severity: 'error',
    about: 'The file or module of an entrypoint is not there, or has nothing of that name once it is imported.',
    acceptedByPrefect: false,
  },
  notAFlow: {
    id: 'flow-not-a-flow',
    severity: 'error',
    about: 'What an entrypoint names is no flow once its file is imported: the decorator `@flow` is missing.',
    acceptedByPrefect: false,
  },
  nameLost: {
    id: 'flow-name-lost',
    severity: 'warning',
    about:
      'Prefect puts the name of a flow as it is into the path under which it looks for a deployment. With `?` or `#` in it, or where it is `.` or `..`, it makes the deployments of the flow and does not find them again.',
    acceptedByPrefect: true,
  },
  importSlow: {
    id: 'flow-import-slow',
    severity: 'warning',
    about:
      'The import of a flow took longer than a minute and was ended. `prefect deploy` imports it too, and waits for as long as it takes.',
    acceptedByPrefect: true,
  },
  importDies: {
    id: 'flow-import-dies',
    severity: 'error',
    about:
      'The import of a flow ends the whole process, so that `prefect deploy` ends there too: with whatever exit status, and without the deployments behind it.',
    acceptedByPrefect: false,
  },
  notJudged: {
    id: 'flow-not-judged',
    severity: 'notice',
    about:
      'A flow asks the Prefect workspace when it is imported, and this step has no credentials for one. Whether it imports is found out by the deploy.',
    acceptedByPrefect: true,
  },
  parametersRefused: {
    id: 'parameters-refused',
    severity: 'error',
    about:
      "A deployment's `parameters` do not fit the flow's function: Prefect's server refuses the deployment, after the ones before it were written.",
    acceptedByPrefect: false,
  },
  parameterUnknown: {
    id: 'parameter-unknown',
    severity: 'error',
    about:
      "The flow's function has no parameter of this name. Prefect stores it without a word, and every run fails before the flow begins.",
    acceptedByPrefect: true,
  },
  parameterMissing: {
    id: 'parameter-missing',
    severity: 'warning',
    about:
      'A deployment is scheduled without a value for a parameter that has no default. Prefect takes it, and every scheduled run fails before the flow begins.',
    acceptedByPrefect: true,
  },
  jobVariablesRefused: {
    id: 'job-variables-refused',
    severity: 'error',
    about:
      "A deployment's `job_variables` do not fit the template of its work pool, as the project's own Prefect judges them: the server refuses the deployment.",
    acceptedByPrefect: false,
  },
} as const satisfies Record<string, IgnorableRule>

/** Every rule of {@link FLOW}. */
export const FLOW_RULES: readonly IgnorableRule[] = Object.values(FLOW)
