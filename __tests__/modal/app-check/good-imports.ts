import type { GoodApp } from './good-apps.ts'

const one = (text: string, reference = 'modal_app.py'): GoodApp => ({
  files: { [reference.replace(/::.*/, '')]: text },
  reference,
})

/** Good apps of several files, and those whose imports and values look odd. */
export const GOOD_IMPORTS: Readonly<Record<string, GoodApp>> = {
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
}
