/** A file that uses something old, and the version of Modal from which on the real module warns of it, and refuses it. */
export type RemovedUse = Readonly<{ source: string; at: string }>

const app = (body: string): string => `import modal\napp = modal.App("old")\n${body}\n`
const onFunction = (parameter: string): string => app(`@app.function(${parameter})\ndef f(): pass`)
const onClass = (parameter: string): string => app(`@app.cls(${parameter})\nclass F: pass`)
const onImage = (call: string): string => app(`image = modal.Image.debian_slim()${call}`)

/** Uses by what they use: one for each row of the list of what Modal took out. */
export const REMOVED_USES: Readonly<Record<string, RemovedUse>> = {
  Stub: { source: 'import modal\napp = modal.Stub("old")\n', at: '2:13' },
  'Stub, imported': { source: 'from modal import Stub\napp = Stub("old")\n', at: '1:19' },
  web_endpoint: { source: app('@app.function()\n@modal.web_endpoint()\ndef f(): pass'), at: '4:8' },
  'web_endpoint of a class': {
    source: app('@app.cls()\nclass F:\n    @modal.web_endpoint(method="POST")\n    def f(self): pass'),
    at: '5:12',
  },
  Mount: { source: app('mount = modal.Mount.from_local_dir(".", remote_path="/x")'), at: '3:21' },
  'mounts of an app': { source: 'import modal\napp = modal.App("old", mounts=[])\n', at: '2:24' },
  SharedVolume: { source: app('volume = modal.SharedVolume()'), at: '3:16' },
  build: { source: app('@app.cls()\nclass F:\n    @modal.build()\n    def f(self): pass'), at: '5:12' },
  gpu: { source: onFunction('gpu=modal.gpu.A100()'), at: '3:29' },
  'gpu with arguments': { source: onFunction('gpu=modal.gpu.H100(count=2)'), at: '3:29' },
  is_inside: { source: app('modal.is_inside()'), at: '3:7' },
  'is_inside of an app': { source: app('app.is_inside()'), at: '3:5' },
  constructor: { source: app('@app.cls()\nclass F:\n    def __init__(self, a): self.a = a'), at: '5:5' },
  'NetworkFileSystem.from_name': { source: app('files = modal.NetworkFileSystem.from_name("x")'), at: '3:33' },
  ...Object.fromEntries(
    [
      'keep_warm=1',
      'concurrency_limit=1',
      'container_idle_timeout=60',
      'allow_concurrent_inputs=10',
      'mounts=[]',
      'secret=None',
      'shared_volumes={}',
      'checkpointing_enabled=True',
      'allow_cross_region_volumes=True',
      'max_inputs=1',
    ].flatMap((parameter) => [
      [`${parameter} of a function`, { source: onFunction(parameter), at: '3:15' }],
      [`${parameter} of a class`, { source: onClass(parameter), at: '3:10' }],
    ]),
  ),
  ...Object.fromEntries(
    ['Function', 'Cls', 'Volume', 'Dict', 'Queue', 'Secret', 'NetworkFileSystem'].map((name) => [
      `${name}.lookup`,
      {
        source: app(`found = modal.${name}.lookup("a"${name === 'Function' || name === 'Cls' ? ', "b"' : ''})`),
        at: `3:${16 + name.length}`,
      },
    ]),
  ),
  ...Object.fromEntries(
    ['Dict.new', 'Queue.new', 'Volume.new', 'Volume.persisted', 'NetworkFileSystem.persisted'].map((name) => [
      name,
      { source: app(`made = modal.${name}("x")`), at: `3:${14 + name.indexOf('.') + 1}` },
    ]),
  ),
  copy_local_dir: { source: onImage('.copy_local_dir(".", "/x")'), at: '3:35' },
  copy_local_file: { source: onImage('.copy_local_file("modal_app.py", "/x")'), at: '3:35' },
  copy_mount: { source: onImage('.copy_mount(None)'), at: '3:35' },
  'Image.conda': { source: app('image = modal.Image.conda()'), at: '3:21' },
  conda_install: { source: onImage('.conda_install("x")'), at: '3:35' },
  'Image.from_dockerhub': { source: app('image = modal.Image.from_dockerhub("x")'), at: '3:21' },
  run_inside: { source: onImage('\nwith image.run_inside():\n    pass'), at: '4:12' },
  dockerfile_commands: { source: onImage('.dockerfile_commands("RUN x", context_mount=None)'), at: '3:64' },
  'Image.from_dockerfile': {
    source: app('image = modal.Image.from_dockerfile("Dockerfile", context_mount=None)'),
    at: '3:51',
  },
}
