"""Calls of the other commands: token and lists, history, information, logs, rollback, stop."""

from dataclasses import replace

from google.protobuf.empty_pb2 import Empty
from grpclib.const import Status
from modal_deploy import add_version
from modal_ids import refuse, stable_id
from modal_proto import api_pb2

async def TokenInfoGet(plane, call, request):
    world = plane.world
    token = world.tokens[call["tokenId"]]
    reply = api_pb2.TokenInfoGetResponse(
        token_id=token.id, token_name=token.name, workspace_id=world.id, workspace_name=world.name
    )
    if token.service_user:
        reply.service_user_identity.service_user_id = stable_id("sv", token.service_user)
        reply.service_user_identity.service_user_name = token.service_user
        reply.service_user_identity.created_by.username = token.user
    else:
        reply.user_identity.user_id = stable_id("us", token.user)
        reply.user_identity.username = token.user
    reply.created_at.FromSeconds(int(world.now()) - 86_400)
    if token.expires_at:
        reply.expires_at.FromSeconds(int(token.expires_at))
    return reply


async def WorkspaceNameLookup(plane, call, request):
    return api_pb2.WorkspaceNameLookupResponse(workspace_name=plane.world.name, username=plane.world.name)


async def WorkspaceBillingRates(plane, call, request):
    rates = plane.world.rates
    text = "\n".join(f"{name}  {rate}" for name, rate in sorted(rates.items()))
    return api_pb2.WorkspaceBillingRatesResponse(rates=rates, formatted=text)


async def EnvironmentList(plane, call, request):
    reply = api_pb2.EnvironmentListResponse()
    for number, environment in enumerate(plane.world.environments.values()):
        reply.items.add(
            name=environment.name,
            webhook_suffix=environment.suffix,
            created_at=environment.created_at,
            default=number == 0,
            environment_id=environment.id,
        )
    return reply


async def EnvironmentCreate(plane, call, request):
    plane.world.add_environment(request.name, request.name)
    return Empty()


def _page(request, items):
    """Newest first, one page, as the clients with pagination ask; older clients send none and get all."""
    items = sorted(items, key=lambda item: item.created_at, reverse=True)
    if request.pagination.created_before:
        items = [item for item in items if item.created_at < request.pagination.created_before]
    return items[: request.pagination.max_objects] if request.pagination.max_objects else items


async def SecretList(plane, call, request):
    environment = plane.world.environment(request.environment_name)
    reply = api_pb2.SecretListResponse(environment_name=environment.name)
    for item in _page(request, environment.objects["secret"].values()):
        made = api_pb2.CreationInfo(created_at=item.created_at, created_by=item.created_by)
        metadata = api_pb2.SecretMetadata(name=item.name, creation_info=made, environment_name=environment.name)
        reply.items.add(label=item.name, created_at=item.created_at, secret_id=item.id, metadata=metadata)
    return reply


async def VolumeList(plane, call, request):
    environment = plane.world.environment(request.environment_name)
    reply = api_pb2.VolumeListResponse(environment_name=environment.name)
    for item in _page(request, environment.objects["volume"].values()):
        made = api_pb2.CreationInfo(created_at=item.created_at, created_by=item.created_by)
        metadata = api_pb2.VolumeMetadata(name=item.name, creation_info=made)
        reply.items.add(label=item.name, volume_id=item.id, created_at=item.created_at, metadata=metadata)
    return reply


async def AppList(plane, call, request):
    environment = plane.world.environment(request.environment_name)
    reply = api_pb2.AppListResponse()
    for app in plane.world.apps.values():
        if app.environment == environment.name:
            reply.apps.add(
                app_id=app.id,
                description=app.name,
                state=app.state,
                created_at=app.created_at,
                stopped_at=app.stopped_at,
                n_running_tasks=len(app.tasks),
            )
    return reply


async def AppGetLifecycle(plane, call, request):
    return api_pb2.AppGetLifecycleResponse(lifecycle=plane.world.app(request.app_id).lifecycle())


async def AppDeploymentHistory(plane, call, request):
    app = plane.world.app(request.app_id)
    reply = api_pb2.AppDeploymentHistoryResponse(production_app_version=app.live)
    for version in reversed(app.versions):
        reply.app_deployment_histories.add(
            app_id=app.id,
            version=version.number,
            client_version=version.client,
            deployed_at=version.deployed_at,
            deployed_by=version.deployed_by,
            tag=version.tag,
            rollback_version=version.source,
            rollback_allowed=version.number != app.live,
            commit_info=version.commit,
            deployment_type=version.kind,
        )
    return reply


async def AppGetInfo(plane, call, request):
    app = plane.world.app(request.app_id)
    reply = api_pb2.AppGetInfoResponse()
    reply.info.MergeFrom(
        api_pb2.AppHandleMetadata(
            description=app.name, app_id=app.id, environment_name=app.environment, lifecycle=app.lifecycle()
        )
    )
    for tag, function_id, definition in plane.world.live_definitions(app):
        data = definition.data
        (reply.info.servers if data.is_server else reply.info.functions)[tag] = function_id
        summary = reply.function_info_summaries[function_id]
        for rank in data.ranked_functions:
            if rank.function.resources.gpu_config.count:
                summary.gpu_config.add().CopyFrom(rank.function.resources.gpu_config)
        if data.HasField("schedule"):
            summary.schedule.CopyFrom(data.schedule)
        if data.web_url:
            summary.web_function = True
            summary.requires_proxy_auth = data.webhook_config.requires_proxy_auth
        elif data.is_server:
            summary.requires_proxy_auth = not data.http_config.unauthenticated
    return reply


def _function_reply(reply, function_id, definition):
    return reply(function_id=function_id, handle_metadata=definition.handle, function=definition.data)


async def FunctionGet(plane, call, request):
    environment = plane.world.environment(request.environment_name)
    app = plane.world.deployed_app(request.app_name, environment.name)
    if not app:
        refuse(Status.NOT_FOUND, f"App '{request.app_name}' not found in environment '{environment.name}'")
    for tag, function_id, definition in plane.world.live_definitions(app):
        if request.object_tag in (tag, definition.tag):
            return _function_reply(api_pb2.FunctionGetResponse, function_id, definition)
    refuse(Status.NOT_FOUND, f"Function '{request.object_tag}' not found in app '{request.app_name}'")


async def FunctionGetById(plane, call, request):
    definition = plane.world.definition(request.function_id)
    if not definition:
        refuse(Status.NOT_FOUND, f"Function '{request.function_id}' not found")
    return api_pb2.FunctionGetByIdResponse(handle_metadata=definition.handle, function=definition.data)


async def FunctionGetSchedulingParams(plane, call, request):
    return api_pb2.FunctionGetSchedulingParamsResponse()


def _from_version(plane, call, app, source, kind):
    """A new version with the functions of an older one."""
    version = replace(
        source,
        number=len(app.versions) + 1,
        deployed_at=plane.world.now(),
        deployed_by=call["user"],
        client=call["clientVersion"],
        kind=kind,
        source=source.number,
    )
    add_version(plane.world, app, version)
    return {"url": plane.world.page(app), "deployed_at": version.deployed_at}


async def AppRollback(plane, call, request):
    """Version -1 is "the live one minus one", so a second rollback goes forward again."""
    app = plane.world.open_app(request.app_id)
    wanted = request.version
    if wanted == -1:
        older = [version for version in app.versions if version.number < app.live]
        if not older:
            refuse(Status.INVALID_ARGUMENT, "Rollback request exceeds number of App deployments.")
        wanted = older[-1].number
    source = app.version(wanted)
    if source is None:
        refuse(Status.INVALID_ARGUMENT, "Rollback version not found in App history.")
    return api_pb2.AppRollbackResponse(**_from_version(plane, call, app, source, api_pb2.DEPLOYMENT_TYPE_ROLLBACK))


async def AppRollover(plane, call, request):
    app = plane.world.open_app(request.app_id)
    made = _from_version(plane, call, app, app.version(app.live), api_pb2.DEPLOYMENT_TYPE_ROLLOVER)
    return api_pb2.AppRolloverResponse(**made)


async def AppPromote(plane, call, request):
    app = plane.world.open_app(request.app_id)
    source = app.version(request.version)
    if source is None or source.kind != api_pb2.DEPLOYMENT_TYPE_STAGED:
        refuse(Status.INVALID_ARGUMENT, f"Version v{request.version} is not a staged version of the App.")
    return api_pb2.AppPromoteResponse(**_from_version(plane, call, app, source, api_pb2.DEPLOYMENT_TYPE_PROMOTION))


async def AppStop(plane, call, request):
    app = plane.world.app(request.app_id)
    app.state, app.stopped_at, app.stopped_by = api_pb2.APP_STATE_STOPPED, plane.world.now(), call["user"]
    app.tasks.clear()
    return Empty()


async def TaskList(plane, call, request):
    reply = api_pb2.TaskListResponse()
    for app in plane.world.apps.values():
        if request.app_id in ("", app.id):
            for task, enqueued in app.tasks.items():
                reply.tasks.add(
                    task_id=task, app_id=app.id, app_description=app.name, started_at=enqueued, enqueued_at=enqueued
                )
    return reply


async def ContainerStop(plane, call, request):
    for app in plane.world.apps.values():
        app.tasks.pop(request.task_id, None)
    return api_pb2.ContainerStopResponse()


async def ClientHello(plane, call, request):
    return api_pb2.ClientHelloResponse()


async def ObjectSuggest(plane, call, request):
    return api_pb2.ObjectSuggestResponse()


async def CliCommandSuggest(plane, call, request):
    return api_pb2.CliCommandSuggestResponse()
