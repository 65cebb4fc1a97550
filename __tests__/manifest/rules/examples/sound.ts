/** Where the code comes from, in lines 1 to 4 of an example. */
export const PULL = `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows
      branch: main
`

/** A file of one deployment with more lines to it; they begin in line 10. */
export function deploymentWith(more: string): string {
  return `${PULL}deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool
${more}`
}

/** A file in which nothing is wrong. */
export const SOUND = deploymentWith('')
