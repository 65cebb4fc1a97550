import type { AppSurroundings } from '../../../src/modal/app-check/rule.ts'

/** A rule about an app file at work: what the tests run and the documentation shows. Both texts are whole files. */
export type AppExample = Readonly<{
  /** A file in which the rule, and nothing else, finds something. */
  bad: string
  /** `line:column` of the finding in it; empty where it is about the whole file. */
  at: string
  /** The same file without the fault; the check finds nothing at all in it. */
  good: string
  /** The reference to both in `modal-apps`; absent: `modal_app.py`. */
  reference?: string
  /** The reference to the good one, where that is what was wrong. */
  goodReference?: string
  /** What holds outside of the file, where the rule asks for it. */
  known?: AppSurroundings
}>

const APP = `import modal

app = modal.App("orders-api")
`
const WEB = `${APP}image = modal.Image.debian_slim().pip_install("fastapi")


@app.function(image=image)
@modal.asgi_app()
def web():
    from fastapi import FastAPI

    api = FastAPI()
`

/** One example of each rule, by its id. */
export const APP_EXAMPLES: Readonly<Record<string, AppExample>> = {
  'app-unreadable': {
    bad: `${APP}

@app.function()
def tidy_up()
    print("nothing to tidy up")
`,
    at: '7:14',
    good: `${APP}

@app.function()
def tidy_up():
    print("nothing to tidy up")
`,
  },
  'app-not-checked': {
    bad: `${APP}
ANSWERS = (${'-'.repeat(5000)}1)
`,
    at: '',
    good: `${APP}
ANSWERS = (-1)
`,
  },
  'app-reference': {
    bad: `from . import prices

${APP}`,
    at: '1:1',
    good: `from . import prices

${APP}`,
    reference: 'shop/modal_app.py',
    goodReference: '-m shop.modal_app',
  },
  'app-object-missing': {
    bad: `import modal

orders = modal.App("orders-api")
`,
    at: '3:20',
    good: APP,
  },
  'app-name-missing': {
    bad: `import modal

app = modal.App()
`,
    at: '3:7',
    good: APP,
  },
  'app-name-refused': {
    bad: `import modal

app = modal.App("orders api")
`,
    at: '3:17',
    good: APP,
  },
  'app-name-not-kebab-case': {
    bad: `import modal

app = modal.App("Orders_API")
`,
    at: '3:17',
    good: APP,
  },
  'app-name-differs': {
    bad: `import modal

app = modal.App("web")
`,
    at: '3:17',
    good: APP,
    known: { repository: 'orders-api' },
  },
  'app-removed-api': {
    bad: `${APP}

@app.function(keep_warm=0, timeout=600)
def score():
    pass
`,
    at: '6:15',
    good: `${APP}

@app.function(min_containers=0, timeout=600)
def score():
    pass
`,
  },
  'app-unknown-api': {
    bad: `${APP}

@app.function(gpus="A100")
def score():
    pass
`,
    at: '6:15',
    good: `${APP}

@app.function(gpu="A100")
def score():
    pass
`,
  },
  'app-import-missing': {
    bad: `import modal
import torch_of_the_container

app = modal.App("orders-api")


@app.function()
def score():
    return torch_of_the_container.rand(3)
`,
    at: '2:1',
    good: `import modal

app = modal.App("orders-api")


@app.function()
def score():
    import torch_of_the_container

    return torch_of_the_container.rand(3)
`,
  },
  'app-gpu-undeclared': {
    bad: `${APP}

@app.function()
def score():
    import torch

    return torch.rand(3).to("cuda").tolist()
`,
    at: '10:29',
    good: `${APP}

@app.function(gpu="T4")
def score():
    import torch

    return torch.rand(3).to("cuda").tolist()
`,
  },
  'app-min-containers': {
    bad: `${APP}

@app.function(gpu="H100", min_containers=1)
def score():
    pass
`,
    at: '6:27',
    good: `${APP}

@app.function(gpu="H100", scaledown_window=300)
def score():
    pass
`,
  },
  'app-secret-in-code': {
    bad: `${APP}

@app.function(secrets=[modal.Secret.from_dict({"SHOP_API_KEY": "k7QpZ2vXw9LmRt4sNb8c"})])
def score():
    pass
`,
    at: '6:64',
    good: `${APP}

@app.function(secrets=[modal.Secret.from_name("shop-api-key")])
def score():
    pass
`,
  },
  'app-health-route-missing': {
    bad: `${WEB}
    @api.get("/orders/{day}")
    def orders(day: int):
        return {"day": day}

    return api
`,
    at: '9:1',
    good: `${WEB}
    @api.get("/health")
    def health():
        return {"status": "ok"}

    @api.get("/orders/{day}")
    def orders(day: int):
        return {"day": day}

    return api
`,
  },
}
