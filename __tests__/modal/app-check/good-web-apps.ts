import type { GoodApp } from './good-apps.ts'

const one = (text: string): GoodApp => ({ files: { 'modal_app.py': text }, reference: 'modal_app.py' })

/** Good apps with web endpoints. */
export const GOOD_WEB_APPS: Readonly<Record<string, GoodApp>> = {
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
