import { ACTIONS_BOT, type GitHubPull, type Repository } from './repository.ts'

/** Bodies are GitHub's as its description demands them; what this action never reads is the same for all. */

/** Where people look; only the API is on loopback. */
export const WEB = 'https://github.com'
const ONCE = '2026-01-05T08:00:00Z'
/** Ids that are the same on all of github.com. */
const ACTIONS_BOT_ID = 41898282
const ACTIONS_APP_ID = 15368

const USER_URLS =
  'followers following gists starred subscriptions organizations:orgs repos events received_events'.split(' ')
const REPOSITORY_URLS = [
  'archive assignees blobs branches collaborators comments commits compare contents contributors deployments downloads',
  'events forks git_commits git_refs git_tags hooks issue_comment issue_events issues keys labels languages merges',
  'milestones notifications pulls releases stargazers statuses subscribers subscription tags teams trees',
].flatMap((names) => names.split(' '))

export function repositoryUrl(api: string, fullName: string): string {
  return `${api}/repos/${fullName}`
}

export function userBody(api: string, login: string): object {
  const bot = login.endsWith('[bot]')
  const url = `${api}/users/${encodeURIComponent(login)}`
  const urls = USER_URLS.map((entry) => {
    const [name = '', path = name] = entry.split(':')
    return [`${name}_url`, `${url}/${path}`] as const
  })
  const id = login === ACTIONS_BOT ? ACTIONS_BOT_ID : 1000 + login.length
  return {
    login,
    id,
    node_id: `U_${id}`,
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: '',
    url,
    html_url: bot ? `${WEB}/apps/${login.replace('[bot]', '')}` : `${WEB}/${login}`,
    ...Object.fromEntries(urls),
    type: bot ? 'Bot' : 'User',
    site_admin: false,
  }
}

/** The app that a job's token belongs to; null for what a person did. */
export function appBody(api: string, login: string): object | null {
  if (login !== ACTIONS_BOT) return null
  return {
    id: ACTIONS_APP_ID,
    slug: 'github-actions',
    node_id: `A_${ACTIONS_APP_ID}`,
    owner: userBody(api, 'github'),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${WEB}/apps/github-actions`,
    created_at: ONCE,
    updated_at: ONCE,
    permissions: { contents: 'write', deployments: 'write', issues: 'write', metadata: 'read' },
    events: [],
  }
}

function repositoryBody(api: string, fullName: string, defaultBranch: string, id: number, fork: boolean): object {
  const [owner = '', name = ''] = fullName.split('/')
  const url = repositoryUrl(api, fullName)
  const html = `${WEB}/${fullName}`
  const none = { forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, size: 1 }
  return {
    ...none,
    id,
    node_id: `R_${id}`,
    name,
    full_name: fullName,
    owner: userBody(api, owner),
    private: true,
    fork,
    url,
    html_url: html,
    ...Object.fromEntries(REPOSITORY_URLS.map((entry) => [`${entry}_url`, `${url}/${entry}`])),
    ssh_url: `git@github.com:${fullName}.git`,
    git_url: `git://github.com/${fullName}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    description: null,
    homepage: null,
    language: 'Python',
    license: null,
    default_branch: defaultBranch,
    open_issues: 0,
    open_issues_count: 0,
    has_issues: true,
    has_projects: false,
    has_wiki: false,
    has_pages: false,
    has_downloads: false,
    archived: false,
    disabled: false,
    pushed_at: ONCE,
    created_at: ONCE,
    updated_at: ONCE,
  }
}

/** What the list of pull requests holds of each. */
export function pullBody(api: string, repository: Repository, pull: GitHubPull): object {
  const { fullName, defaultBranch } = repository
  const url = `${repositoryUrl(api, fullName)}/pulls/${pull.number}`
  const issue = `${repositoryUrl(api, fullName)}/issues/${pull.number}`
  const html = `${WEB}/${fullName}/pull/${pull.number}`
  const base = pull.base ?? defaultBranch
  const from = pull.head.repository ?? fullName
  const end = (name: string, ref: string, sha: string): object => ({
    label: `${name.split('/')[0]}:${ref}`,
    ref,
    sha,
    user: userBody(api, name.split('/')[0] ?? ''),
    repo: repositoryBody(api, name, defaultBranch, repository.id + (name === fullName ? 0 : 1), name !== fullName),
  })
  const statuses = `${repositoryUrl(api, fullName)}/statuses/${pull.head.sha}`
  const closed = pull.state === 'closed' || pull.state === 'merged'
  return {
    url,
    id: repository.id + pull.number,
    node_id: `PR_${pull.number}`,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repositoryUrl(api, fullName)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: closed ? 'closed' : 'open',
    locked: false,
    title: pull.title ?? `Pull request ${pull.number}`,
    user: userBody(api, from.split('/')[0] ?? ''),
    body: null,
    labels: [],
    milestone: null,
    created_at: ONCE,
    updated_at: ONCE,
    closed_at: closed ? ONCE : null,
    merged_at: pull.state === 'merged' ? ONCE : null,
    merge_commit_sha: pull.mergeCommit ?? null,
    assignee: null,
    head: end(from, pull.head.ref, pull.head.sha),
    base: end(fullName, base, repository.branches.get(base) ?? ''),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repositoryUrl(api, fullName)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: from === fullName ? 'MEMBER' : 'CONTRIBUTOR',
    auto_merge: null,
  }
}

/** What only a single pull request says. */
export function mergeBody(api: string, pull: GitHubPull, comments: number): object {
  const merged = pull.state === 'merged'
  return {
    merged,
    mergeable: merged ? null : true,
    mergeable_state: merged ? 'unknown' : 'clean',
    merged_by: merged ? userBody(api, 'octocat') : null,
    comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  }
}
