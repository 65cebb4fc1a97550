/** Something of Modal's that old app files use. */
export type Removed = Readonly<{
  /** What is used: a path as in the facts, or `constructor` for one that a Modal class has of its own. */
  use: string
  /** The parameters of it that are meant; absent: the thing itself. */
  keyword?: string
  /** Only a call of it counts, even where it is gone: the name was kept to say so. */
  called?: boolean
  /** The version since which Modal warns. */
  warns?: string
  /** The version since which it is refused. */
  refused?: string
  /** The new spelling, behind "Write". */
  instead: string
}>

/** The first version that this list was held against; nothing is said of older ones. */
export const SINCE = '1.0.0'

const REGISTERING = ['modal.App().function', 'modal.App().cls']
const FROM_NAME = ['Function', 'Cls', 'Volume', 'Dict', 'Queue', 'Secret', 'NetworkFileSystem']

/** Parameters of `@app.function` and `@app.cls`, which no other library has: they are known by their names alone. */
export const UNMISTAKABLE = new Set([
  'keep_warm',
  'concurrency_limit',
  'container_idle_timeout',
  'allow_concurrent_inputs',
])

const PARAMETERS: readonly Removed[] = REGISTERING.flatMap((use) => [
  { use, keyword: 'keep_warm', warns: '1.0.0', refused: '1.4.0', instead: '`min_containers=…`' },
  { use, keyword: 'concurrency_limit', warns: '1.0.0', refused: '1.4.0', instead: '`max_containers=…`' },
  { use, keyword: 'container_idle_timeout', warns: '1.0.0', refused: '1.4.0', instead: '`scaledown_window=…`' },
  {
    use,
    keyword: 'allow_concurrent_inputs',
    warns: '1.0.0',
    refused: '1.4.0',
    instead: '`@modal.concurrent(max_inputs=…)` below this decorator',
  },
  {
    use,
    keyword: 'mounts',
    refused: '1.0.0',
    instead: '`image.add_local_dir(…)`, `image.add_local_file(…)` or `image.add_local_python_source(…)`',
  },
  { use, keyword: 'secret', refused: '1.0.0', instead: '`secrets=[…]`' },
  { use, keyword: 'shared_volumes', refused: '1.0.0', instead: '`volumes={…}` with `modal.Volume.from_name(…)`' },
  { use, keyword: 'checkpointing_enabled', refused: '1.0.0', instead: '`enable_memory_snapshot=True`' },
  {
    use,
    keyword: 'allow_cross_region_volumes',
    warns: '1.0.0',
    refused: '1.2.0',
    instead: 'nothing in its place; it has no effect any more',
  },
  { use, keyword: 'max_inputs', warns: '1.3.0', instead: '`single_use_containers=True`' },
])

const LOOKUPS: readonly Removed[] = FROM_NAME.map((name) => ({
  use: `modal.${name}.lookup`,
  warns: '1.0.0',
  refused: '1.2.0',
  instead: `\`modal.${name}.from_name(…)\``,
}))

const MADE: readonly Removed[] = [
  'Dict.new',
  'Queue.new',
  'Volume.new',
  'Volume.persisted',
  'NetworkFileSystem.persisted',
].map((name) => ({
  use: `modal.${name}`,
  refused: '1.0.0',
  instead: `\`modal.${name.split('.')[0]}.from_name("…", create_if_missing=True)\``,
}))

const IMAGES: readonly Removed[] = [
  { use: 'modal.Image().copy_local_dir', warns: '1.0.0', refused: '1.1.0', instead: '`add_local_dir(…)`' },
  { use: 'modal.Image().copy_local_file', warns: '1.0.0', refused: '1.1.0', instead: '`add_local_file(…)`' },
  { use: 'modal.Image().copy_mount', refused: '1.0.0', instead: '`add_local_dir(…)` or `add_local_python_source(…)`' },
  { use: 'modal.Image.conda', refused: '1.0.0', instead: '`modal.Image.micromamba()`' },
  { use: 'modal.Image().conda_install', refused: '1.0.0', instead: '`micromamba_install(…)`' },
  { use: 'modal.Image.from_dockerhub', refused: '1.0.0', instead: '`modal.Image.from_registry(…)`' },
  { use: 'modal.Image().run_inside', refused: '1.0.0', instead: '`with image.imports():`' },
  {
    use: 'modal.Image().dockerfile_commands',
    keyword: 'context_mount',
    refused: '1.2.0',
    instead: '`context_dir="…"`',
  },
  { use: 'modal.Image.from_dockerfile', keyword: 'context_mount', refused: '1.2.0', instead: '`context_dir="…"`' },
]

/**
 * What Modal took out or renamed, with the versions in which the real module began to warn and to refuse; a test holds
 * each row against the module itself, and the versions in between were tried by hand (1.0.0 to 1.6.4).
 */
export const REMOVED: readonly Removed[] = [
  { use: 'modal.Stub', refused: '1.0.0', instead: '`modal.App`' },
  {
    use: 'modal.web_endpoint',
    called: true,
    warns: '1.0.0',
    refused: '1.4.0',
    instead: '`@modal.fastapi_endpoint(…)`',
  },
  {
    use: 'modal.Mount',
    refused: '1.0.0',
    instead: '`image.add_local_dir(…)`, `image.add_local_file(…)` or `image.add_local_python_source(…)`',
  },
  {
    use: 'modal.App',
    keyword: 'mounts',
    refused: '1.0.0',
    instead: '`image.add_local_dir(…)` on the image of the function',
  },
  { use: 'modal.SharedVolume', refused: '1.0.0', instead: '`modal.Volume.from_name(…)`' },
  {
    use: 'modal.build',
    warns: '1.0.0',
    refused: '1.1.0',
    instead: '`image.run_function(…)`, or keep what was built in a `modal.Volume`',
  },
  { use: 'modal.gpu', warns: '1.0.0', refused: '1.4.0', instead: 'the GPU as a text: `gpu="A100"`, `gpu="H100:2"`' },
  { use: 'modal.is_inside', refused: '1.0.0', instead: '`not modal.is_local()`' },
  { use: 'modal.App().is_inside', refused: '1.0.0', instead: '`not modal.is_local()`' },
  {
    use: 'constructor',
    warns: '1.0.0',
    refused: '1.6.0',
    instead: '`name: str = modal.parameter()` for each argument, and a method with `@modal.enter()` for the rest',
  },
  { use: 'modal.NetworkFileSystem.from_name', called: true, warns: '1.6.0', instead: '`modal.Volume.from_name(…)`' },
  ...PARAMETERS,
  ...LOOKUPS,
  ...MADE,
  ...IMAGES,
]
