import modal

app = modal.App("orders-api")
image = modal.Image.debian_slim(python_version="3.11").uv_pip_install("fastapi==0.115.6")


@app.function(image=image)
@modal.asgi_app()
def web():
    from fastapi import FastAPI

    api = FastAPI()

    @api.get("/health")
    def health():
        return {"status": "ok"}

    @api.get("/orders/{day}")
    def orders(day: int):
        return {"day": day, "total": 3.5 * day}

    return api


@app.function(image=image, schedule=modal.Cron("0 3 * * *"))
def tidy_up():
    print("nothing to tidy up")
