import { readFileSync } from 'node:fs'
import path from 'node:path'
import { GOOD_IMPORTS } from './good-imports.ts'
import { GOOD_WEB_APPS } from './good-web-apps.ts'

/** A good app: files below a folder of its own, and the reference that names it there. */
export type GoodApp = Readonly<{ files: Readonly<Record<string, string>>; reference: string }>

const ROOT = path.resolve(import.meta.dirname, '../../..')
const one = (text: string): GoodApp => ({ files: { 'modal_app.py': text }, reference: 'modal_app.py' })
const own = (file: string): GoodApp => one(readFileSync(path.join(ROOT, file), 'utf8'))

/** Apps of every kind that the check must be silent about: the real Modal loads each of them. */
export const GOOD_APPS: Readonly<Record<string, GoodApp>> = {
  ...GOOD_WEB_APPS,
  ...GOOD_IMPORTS,

  'the example project': own('examples/flows-on-modal/modal_app.py'),

  'a class with steps of its life': one(`import modal

app = modal.App("embeddings")
image = modal.Image.debian_slim(python_version="3.12").uv_pip_install("torch==2.8.0", "sentence-transformers")
volume = modal.Volume.from_name("models", create_if_missing=True)

with image.imports():
    import torch
    from sentence_transformers import SentenceTransformer


@app.cls(image=image, gpu="L4", volumes={"/models": volume}, scaledown_window=300, enable_memory_snapshot=True)
@modal.concurrent(max_inputs=16, target_inputs=8)
class Embedder:
    @modal.enter(snap=True)
    def load(self):
        self.model = SentenceTransformer("all-MiniLM-L6-v2", cache_folder="/models").to("cuda")

    @modal.method()
    def embed(self, texts: list[str]):
        with torch.inference_mode():
            return self.model.encode(texts, device="cuda").tolist()

    @modal.exit()
    def leave(self):
        print("bye")
`),

  'a class with parameters': one(`import modal
from modal import App, Image, method, parameter

app = App(name="translator")
image = Image.debian_slim().pip_install("transformers")


@app.cls(image=image, retries=modal.Retries(max_retries=3), timeout=20 * 60)
class Translator:
    language: str = parameter(default="de")
    beams: int = parameter(default=4)

    @modal.enter()
    def load(self):
        self.ready = True

    @method()
    def translate(self, text):
        return f"{self.language}: {text}"


@app.local_entrypoint()
def main():
    print(Translator(language="fr").translate.remote("hello"))
`),

  'schedules and a queue': one(`import datetime
import os

import modal

app = modal.App("nightly-imports", secrets=[modal.Secret.from_name("warehouse")])
queue = modal.Queue.from_name("imports", create_if_missing=True)
state = modal.Dict.from_name("import-state", create_if_missing=True)


@app.function(schedule=modal.Cron("0 3 * * *", timezone="Europe/Berlin"))
def nightly():
    queue.put(datetime.date.today().isoformat())


@app.function(schedule=modal.Period(hours=1), max_containers=1, cpu=(0.25, 2.0), memory=(256, 1024))
def hourly():
    state["password"] = os.environ["WAREHOUSE_PASSWORD"]
`),

  'a sandbox': one(`import modal

app = modal.App("code-runner")


@app.function()
def run(code: str) -> str:
    box = modal.Sandbox.create("python", "-c", code, app=app, timeout=60, image=modal.Image.debian_slim())
    box.wait()
    return box.stdout.read()
`),

  'a name that is computed': one(`import os

import modal

STAGE = os.environ.get("STAGE", "dev")
app = modal.App(f"forecasts-{STAGE}")
GPU = os.environ.get("FORECAST_GPU", "A10G")


@app.function(gpu=GPU, min_containers=int(os.environ.get("WARM", "0")))
def forecast(days: int):
    return list(range(days))
`),

  'options out of a mapping': one(`import modal

OPTIONS = {"gpu": "T4", "timeout": 900}
app = modal.App("batch-scoring")


@app.function(**OPTIONS)
def score(rows):
    import torch

    return torch.tensor(rows).to("cuda").sum().item()


@app.function(max_containers=10)
@modal.batched(max_batch_size=64, wait_ms=200)
def score_many(rows):
    return [row * 2 for row in rows]
`),

  'a GPU where there is one': one(`import modal

app = modal.App("either")
image = modal.Image.debian_slim().pip_install("torch")


@app.function(image=image)
def either(rows):
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if torch.cuda.is_available():
        torch.zeros(1).to("cuda")
    return torch.tensor(rows).to(device).sum().item()


@app.cls(image=image)
class Model:
    @modal.enter()
    def load(self):
        import torch

        self.weights = torch.zeros(3).to(device="cuda")

    @modal.method()
    def run(self):
        return self.weights.sum().item()


@app.local_entrypoint()
def main():
    print(Model.with_options(gpu="A100")().run.remote())
`),

  'files in the image, a proxy, regions': one(`import pathlib

import modal

HERE = pathlib.Path(__file__).parent
app = modal.App(
    "report-renderer",
    image=(
        modal.Image.debian_slim(python_version="3.12")
        .apt_install("fonts-dejavu", "chromium")
        .run_commands("echo built")
        .uv_pip_install("playwright==1.55.0", extra_options="--no-cache")
        .env({"PYTHONUNBUFFERED": "1"})
        .workdir("/root")
        .add_local_file(HERE / "modal_app.py", remote_path="/root/copy.py")
    ),
)


@app.function(region="eu-west", cloud="auto", ephemeral_disk=524_288, nonpreemptible=False, single_use_containers=True)
async def render(url: str) -> bytes:
    return url.encode()


@app.server(port=8000, routing_region="us-east")
class Files:
    @modal.enter()
    def up(self):
        import subprocess

        subprocess.Popen(["python", "-m", "http.server", "8000"])
`),

  'functions made in a loop': one(`import modal

app = modal.App("fan-out")
SIZES = {"small": 512, "large": 4096}


def build(size: int):
    def work(rows: list) -> int:
        return len(rows) * size

    return work


for name, size in SIZES.items():
    app.function(name=f"work-{name}", memory=size, serialized=True)(build(size))
`),
}
