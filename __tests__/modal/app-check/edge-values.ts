import { type EdgeCase, head, silent } from './edge-cases.ts'

const gpu = (decorator: string, body: string): string =>
  head(`@app.function(${decorator})\ndef f(model, torch):\n    ${body}`)

export const RESOURCE_CASES: Readonly<Record<string, EdgeCase>> = {
  'device="cuda"': { source: gpu('', 'return model(device="cuda")'), found: ['app-gpu-undeclared 8:25 ?'] },
  'torch.device("cuda:0")': { source: gpu('', 'return torch.device("cuda:0")'), found: ['app-gpu-undeclared 8:25 ?'] },
  'a GPU that is declared': silent(gpu('gpu="T4"', 'return model.to("cuda")')),
  'a GPU that is computed': silent(gpu('gpu=GPU', 'return model.to("cuda")')),
  'none on purpose': silent(gpu('gpu=None', 'return model.to("cuda")')),
  'a question before': silent(gpu('', 'return model.to("cuda") if torch.cuda.is_available() else model')),
  'a question in another line': silent(gpu('', 'assert torch.cuda.is_available()\n    return model.to("cuda")')),
  'another device too': silent(gpu('', 'return (model.to("cpu"), model.to("cuda"))')),
  'a text that names it': silent(gpu('', 'return "cuda"')),
  'a function that Modal does not run': silent(head('def f(model):\n    return model.to("cuda")')),
  'a local entrypoint': silent(head('@app.local_entrypoint()\ndef main(model):\n    model.to("cuda")')),
  'no container that is kept': silent(head('@app.function(min_containers=0, buffer_containers=2)\ndef f(): pass')),
  'containers that are kept': {
    source: head('@app.cls(min_containers=2)\nclass F: pass'),
    found: ['app-min-containers 6:10 i'],
  },
  'containers by a condition': silent(
    head('import os\n@app.cls(min_containers=1 if os.environ.get("P") else 0)\nclass F: pass'),
  ),
}

/** Put together here, so that nobody who looks for tokens finds one. */
const token = (...parts: readonly string[]): string => parts.join('')
const RANDOM = 'k7QpZ2vXw9LmRt4sNb8cYd1f'

export const SECRET_CASES: Readonly<Record<string, EdgeCase>> = {
  'a GitHub token': {
    source: head(`T = "${token('gh', 'p_', RANDOM, 'H3gJ6kP5aS0u')}"`),
    found: ['app-secret-in-code 6:5'],
  },
  'a Hugging Face token in an f-string': {
    source: head(`T = f"Bearer ${token('h', 'f_', RANDOM, 'H3gJ6kP5aS')}"`),
    found: ['app-secret-in-code 6:5'],
  },
  'a Modal token in a list of words': {
    source: head(`T = "--id ${token('a', 'k-', RANDOM.slice(0, 22))} --x"`),
    found: ['app-secret-in-code 6:5'],
  },
  'a private key': {
    source: head(`K = """${token('-----BEGIN RSA ', 'PRIVATE KEY-----')}\n${RANDOM.repeat(4)}\n"""`),
    found: ['app-secret-in-code 6:5'],
  },
  'a private key that is only named': silent(head(`K = "${token('-----BEGIN ', 'PRIVATE KEY-----')}"`)),
  'a value in env of a function': {
    source: head(`@app.function(env={"API_TOKEN": "${RANDOM}"})\ndef f(): pass`),
    found: ['app-secret-in-code 6:33'],
  },
  'a value in env of an image': {
    source: head(`image = modal.Image.debian_slim().env({"DB_PASSWORD": "${RANDOM}"})`),
    found: ['app-secret-in-code 6:55'],
  },
  'a value elsewhere': silent(head(`D = {"API_TOKEN": "${RANDOM}"}`)),
  'a value of the environment': silent(
    head('import os\ns = modal.Secret.from_dict({"API_TOKEN": os.environ["API_TOKEN"]})'),
  ),
  'the name of a secret': silent(
    head('s = modal.Secret.from_dict({"API_TOKEN_SECRET": "projects/shop/secrets/api-token-2024-01"})'),
  ),
  'a placeholder': silent(head('s = modal.Secret.from_dict({"API_TOKEN": "test1234TEST5678abcd"})')),
  words: silent(head('s = modal.Secret.from_dict({"API_TOKEN": "the quick brown fox 1 2 3 4"})')),
}
