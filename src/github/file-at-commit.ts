import path from 'node:path'
import type { GitHubAccess } from './file-from-github.ts'
import { fileFromGit, placeInRepository } from './file-from-git.ts'
import { type GitTools, HASH } from './git.ts'
import { notHad, type OldFile, type WantedFile } from './old-file.ts'

/**
 * Reads a file as it was at a commit: from git, and where the checkout does not reach back to that commit (actions/checkout
 * fetches one commit alone, unless it is told otherwise) from GitHub.
 *
 * @param tools `github`: absent where there is no token
 * @throws Fault `cancelled`
 */
export async function fileAtCommit(
  tools: GitTools & Readonly<{ github?: GitHubAccess | undefined }>,
  { folder, commit, path: name }: WantedFile,
): Promise<OldFile> {
  if (!HASH.test(commit)) return notHad('its version is not the hash of a commit')
  const inside = path.posix.normalize(name)
  if (/^(?:\.\.)?(?:\/|$)/.test(inside)) return notHad('the file lies outside of the checkout')
  const wanted = { folder, commit, path: inside }
  const found = await fileFromGit(tools, wanted)
  if (found !== undefined) return found
  const short = commit.slice(0, 8)
  if (tools.github === undefined) {
    return notHad(`the checkout does not hold the commit ${short}, and there is no \`github-token\` to ask GitHub with`)
  }
  const place = await placeInRepository(tools, wanted)
  if (place === undefined) return notHad(`the file lies in a submodule, which does not hold the commit ${short}`)
  // Most runs find it in git, and never load what speaks to GitHub.
  const { fileFromGitHub } = await import(/* webpackMode: "eager" */ './file-from-github.ts')
  return fileFromGitHub(tools.github, { commit, path: place })
}
