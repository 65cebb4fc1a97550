"""Public addresses of web functions, methods and servers, named as Modal's guide "webhook-urls" says."""

import hashlib
import re

from modal_proto import api_pb2

KINDS = {
    api_pb2.WEBHOOK_TYPE_ASGI_APP: "asgi_app",
    api_pb2.WEBHOOK_TYPE_FUNCTION: "fastapi_endpoint",
    api_pb2.WEBHOOK_TYPE_WSGI_APP: "wsgi_app",
    api_pb2.WEBHOOK_TYPE_WEB_SERVER: "web_server",
}
# A DNS label holds 63 characters; what is longer is cut to 56 and gets a dash and six digits of its hash.
LABEL_LIMIT = 63
CUT_TO = 56


def slug(text):
    return re.sub(r"[^a-z0-9-]+", "-", text.lower()).strip("-")


def first_label(workspace, environment, label):
    """(the host's first label, whether it was cut)"""
    source = f"{workspace.name}-{environment.suffix}" if environment.suffix else workspace.name
    name = f"{source}--{label}"
    if len(name) <= LABEL_LIMIT:
        return name, False
    return f"{name[:CUT_TO]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}", True


def web_address(workspace, app, function_name, config):
    """(URL, whether its label was cut) of one web function or method."""
    label = config.requested_suffix or f"{slug(app.name)}-{slug(function_name)}"
    if config.ephemeral_suffix:
        label = f"{label}-{config.ephemeral_suffix}"
    name, cut = first_label(workspace, workspace.environment(app.environment), label)
    return f"https://{name}.modal.run", cut


def _publish(workspace, app, function_name, config, target):
    """Fills the address fields of a Function, FunctionData or MethodDefinition and describes the endpoint."""
    url, cut = web_address(workspace, app, function_name, config)
    owner = next((other for other in workspace.endpoints() if other["url"] == url), None)
    domains = [f"https://{domain.name}" for domain in config.custom_domains]
    target.web_url = url
    target.web_url_info.truncated = cut
    target.web_url_info.label_stolen = bool(owner and (owner["appId"], owner["function"]) != (app.id, function_name))
    del target.custom_domain_info[:]
    target.custom_domain_info.extend(api_pb2.CustomDomainInfo(url=domain) for domain in domains)
    return {
        "url": url,
        "customDomains": domains,
        "function": function_name,
        "kind": KINDS.get(config.type, "fastapi_endpoint"),
        "method": config.method or None,
        "requiresProxyAuth": config.requires_proxy_auth,
        "region": None,
    }


def publish_addresses(workspace, app, body):
    """Gives `body` (Function or FunctionData) its addresses, as FunctionCreate does; returns the endpoints."""
    endpoints = []
    if body.HasField("webhook_config") and body.webhook_config.type:
        endpoints.append(_publish(workspace, app, body.function_name, body.webhook_config, body))
    for method in body.method_definitions.values():
        if method.HasField("webhook_config") and method.webhook_config.type:
            endpoints.append(_publish(workspace, app, method.function_name, method.webhook_config, method))
    if body.HasField("http_config"):
        server = body.function_name.removesuffix(".*")
        regions = list(body.http_config.proxy_regions) or [body.routing_region or "us-east"]
        environment = workspace.environment(app.environment)
        name, _ = first_label(workspace, environment, f"{slug(app.name)}-{slug(server)}")
        del body.flash_service_urls[:]
        for region in regions:
            url = f"https://{name}.{region}.modal.direct"
            body.flash_service_urls.append(url)
            endpoints.append(
                {
                    "url": url,
                    "customDomains": [],
                    "function": server,
                    "kind": "server",
                    "method": None,
                    "requiresProxyAuth": not body.http_config.unauthenticated,
                    "region": region,
                }
            )
    return endpoints
