import { readFileSync } from 'node:fs'
import path from 'node:path'

/** A good app: files below a folder of its own, and the reference that names it there. */
export type GoodApp = Readonly<{ files: Readonly<Record<string, string>>; reference: string }>

const ROOT = path.resolve(import.meta.dirname, '../../..')
const one = (text: string, reference = 'modal_app.py'): GoodApp => ({
  files: { [reference.replace(/::.*/, '')]: text },
  reference,
})
const own = (file: string): GoodApp => one(readFileSync(path.join(ROOT, file), 'utf8'))

/** Apps of every kind that the check must be silent about: the real Modal loads each of them. */
export const GOOD_APPS: Readonly<Record<string, GoodApp>> = {
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

  'a web server in a subprocess': one(`import subprocess

import modal

app = modal.App("vllm-server")
image = modal.Image.from_registry("nvidia/cuda:12.8.0-devel-ubuntu22.04", add_python="3.12").uv_pip_install("vllm")
MINUTES = 60


@app.function(image=image, gpu="H100:2", timeout=10 * MINUTES, secrets=[modal.Secret.from_name("huggingface")])
@modal.concurrent(max_inputs=100)
@modal.web_server(port=8000, startup_timeout=5 * MINUTES)
def serve():
    command = ["vllm", "serve", "--api-key", "EMPTY", "Qwen/Qwen3-8B-FP8", "--host", "0.0.0.0"]
    subprocess.Popen(" ".join(command), shell=True)
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

  'several endpoints with a function for health': one(`import modal

image = modal.Image.debian_slim().pip_install("fastapi[standard]")
app = modal.App("endpoints", image=image)


@app.function()
@modal.fastapi_endpoint()
def health():
    return {"status": "ok"}


@app.function()
@modal.fastapi_endpoint(method="POST", docs=True, requires_proxy_auth=True)
def predict(item: dict):
    return item
`),

  'FastAPI with a router of its own': one(`import modal
from fastapi import APIRouter, FastAPI

router = APIRouter(prefix="/v1")
web = FastAPI(title="orders")


@router.get("/orders")
def orders():
    return []


web.include_router(router)
app = modal.App("orders")


@app.function(image=modal.Image.debian_slim().pip_install("fastapi"))
@modal.asgi_app(label="orders")
def fastapi():
    return web
`),

  Flask: one(`import modal

app = modal.App("flask-app")


@app.function(image=modal.Image.debian_slim().pip_install("flask"))
@modal.wsgi_app()
def flask():
    from flask import Flask, jsonify

    web = Flask(__name__)

    @web.route("/health")
    def health():
        return jsonify(status="ok")

    @web.post("/orders")
    def order():
        return jsonify(ok=True)

    return web
`),

  'an app of another framework': one(`import modal

app = modal.App("gradio-demo")


@app.function(image=modal.Image.debian_slim().pip_install("gradio"), max_containers=1)
@modal.concurrent(max_inputs=100)
@modal.asgi_app()
def ui():
    import gradio as gr
    from fastapi import FastAPI
    from gradio.routes import mount_gradio_app

    return mount_gradio_app(app=FastAPI(), blocks=gr.Interface(str, "text", "text"), path="/")
`),

  'a package of several files': {
    files: {
      'shop/__init__.py': '',
      'shop/common.py': 'import modal\n\napp = modal.App("shop")\n',
      'shop/workers.py': `import modal

from .common import app


@app.function(timeout=60)
def tidy():
    pass


@app.function()
@modal.fastapi_endpoint()
def latest():
    return {}
`,
      'shop/deploy.py': `from . import workers
from .common import app

__all__ = ["app", "workers"]
`,
    },
    reference: '-m shop.deploy',
  },

  'an app that includes another': {
    files: {
      'workers.py': `import modal

app = modal.App("workers")


@app.function()
def work():
    pass
`,
      'modal_app.py': `import modal
import workers

app = modal.App("everything")
app.include(workers.app)


@app.function()
@modal.fastapi_endpoint()
def web():
    return {}
`,
    },
    reference: 'modal_app.py',
  },

  'two apps, one of them named': one(
    `import modal

web = modal.App("web")
batch = modal.App("batch")


@web.function()
def page():
    pass


@batch.function()
def work():
    pass
`,
    'apps.py::batch',
  ),

  'code for several versions of Modal': one(`import modal

try:
    from modal import fastapi_endpoint
except ImportError:
    from modal import web_endpoint as fastapi_endpoint

if hasattr(modal, "App"):
    app = modal.App("compatible")
else:
    app = modal.Stub("compatible")

VERSION = tuple(int(part) for part in modal.__version__.split(".")[:2])
OPTIONS = {"min_containers": 0} if VERSION >= (0, 73) else {"keep_warm": 0}


@app.function(**OPTIONS)
@fastapi_endpoint()
def health():
    return {"status": "ok"}
`),

  'imports that may fail': one(`from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import modal

if TYPE_CHECKING:
    import numpy_of_nobody as np

try:
    import orjson_of_nobody as json
except ImportError:
    import json

with contextlib.suppress(ImportError):
    import speedups_of_nobody

if sys.platform == "win32":
    import winreg_of_nobody

app = modal.App("careful")


@app.function()
def work(rows: np.ndarray):
    import pandas_of_nobody as pd

    return json.dumps(pd.DataFrame(rows).to_dict())
`),

  'a folder that is put on the path': {
    files: {
      'lib/pricing_of_shop.py': 'RATE = 2\n',
      'deploy/modal_app.py': `import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "lib"))

import modal
from pricing_of_shop import RATE

app = modal.App("pricing")


@app.function(image=modal.Image.debian_slim().add_local_python_source("pricing_of_shop"))
def price(amount: float):
    return amount * RATE
`,
    },
    reference: 'deploy/modal_app.py',
  },

  'values that are no secrets': one(`import os

import modal

app = modal.App("settings")
image = modal.Image.debian_slim().env(
    {
        "HF_TOKEN_PATH": "/secrets/huggingface/token-2024-01.txt",
        "OPENAI_API_KEY": "EMPTY",
        "VLLM_API_KEY": "sk-no-key-required-1234567890",
        "MAX_TOKEN": "4096",
        "PUBLIC_KEY": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE7d9f1a",
        "TOKENIZERS_PARALLELISM": "false",
    }
)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
EXAMPLE = "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
AWS_EXAMPLE = "AKIAIOSFODNN7EXAMPLE"


@app.function(
    image=image,
    env={"POSTGRES_PASSWORD": "postgres", "SIGNING_SECRET": "\${SIGNING_SECRET_2026_FROM_VAULT}"},
    secrets=[
        modal.Secret.from_dict({"API_KEY": os.environ.get("API_KEY", "")}),
        modal.Secret.from_name("shop", required_keys=["API_KEY"]),
        modal.Secret.from_dotenv(),
    ],
)
def work():
    pass
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

  'a contract of its own for the health path': one(`import modal

app = modal.App("catch-all")


@app.function(image=modal.Image.debian_slim().pip_install("fastapi"))
@modal.asgi_app()
def web():
    from fastapi import FastAPI

    api = FastAPI()

    @api.get("/{rest:path}")
    def page(rest: str):
        return {"page": rest}

    return api
`),
}
