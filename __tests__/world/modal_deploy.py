"""Calls of `modal deploy` about the app itself: find or create it, register its functions, publish a version."""

from grpclib.const import Status
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from modal_artifacts import builder_version
from modal_ids import canonical, refuse, stable_id
from modal_proto import api_pb2
from modal_state import Definition, Version
from modal_urls import publish_addresses, web_address


async def AppGetByDeploymentName(plane, call, request):
    world = plane.world
    environment = world.environment(request.environment_name)
    app = world.deployed_app(request.name, environment.name)
    if app:
        return api_pb2.AppGetByDeploymentNameResponse(
            app_id=app.id, environment_name=environment.name, lifecycle=app.lifecycle()
        )
    stopped = world.stopped_app(request.name, environment.name)
    if stopped:
        return api_pb2.AppGetByDeploymentNameResponse(
            previous_app_id=stopped.id, environment_name=environment.name, lifecycle=stopped.lifecycle()
        )
    return api_pb2.AppGetByDeploymentNameResponse(environment_name=environment.name)


async def AppCreate(plane, call, request):
    app = plane.world.add_app(request.description, request.environment_name, call["user"])
    app.state = request.app_state or api_pb2.APP_STATE_INITIALIZING
    return api_pb2.AppCreateResponse(app_id=app.id, app_page_url=f"https://modal.com/apps/{app.id}")


async def AppGetLayout(plane, call, request):
    app = plane.world.app(request.app_id)
    live = app.version(app.live)
    layout = api_pb2.AppLayout(function_ids=live.functions if live else {}, class_ids=live.classes if live else {})
    for _, function_id, definition in plane.world.live_definitions(app):
        layout.objects.append(api_pb2.Object(object_id=function_id, function_handle_metadata=definition.handle))
    for class_id in layout.class_ids.values():
        layout.objects.append(api_pb2.Object(object_id=class_id, class_handle_metadata=api_pb2.ClassHandleMetadata()))
    return api_pb2.AppGetLayoutResponse(app_layout=layout)


async def EnvironmentGetOrCreate(plane, call, request):
    world = plane.world
    wanted = request.object_creation_type
    if wanted != api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED and request.deployment_name not in world.environments:
        world.add_environment(request.deployment_name, request.deployment_name)
    environment = world.environment(request.deployment_name)
    settings = api_pb2.EnvironmentSettings(
        image_builder_version=builder_version(call), webhook_suffix=environment.suffix
    )
    metadata = api_pb2.EnvironmentMetadata(name=environment.name, settings=settings)
    return api_pb2.EnvironmentGetOrCreateResponse(environment_id=environment.id, metadata=metadata)


async def AppHeartbeat(plane, call, request):
    plane.world.open_app(request.app_id)
    return Empty()


async def AppClientDisconnect(plane, call, request):
    """Ends an app that has never been published; what is deployed stays."""
    app = plane.world.app(request.app_id)
    if app.state != api_pb2.APP_STATE_DEPLOYED:
        app.state, app.stopped_at = api_pb2.APP_STATE_STOPPED, plane.world.now()
    return Empty()


def _function_id(app, tag, existing):
    if existing and existing not in app.function_ids:
        refuse(Status.NOT_FOUND, f"Function '{existing}' not found in app '{app.id}'")
    identity = existing or stable_id("fu", app.id, tag)
    app.function_ids.add(identity)
    return identity


async def FunctionPrecreate(plane, call, request):
    app = plane.world.open_app(request.app_id)
    handle = api_pb2.FunctionHandleMetadata(
        function_name=request.function_name, function_type=request.function_type, app_id=app.id
    )
    if request.HasField("webhook_config") and request.webhook_config.type:
        handle.web_url, _ = web_address(plane.world, app, request.function_name, request.webhook_config)
    identity = _function_id(app, request.function_name, request.existing_function_id)
    return api_pb2.FunctionPrecreateResponse(function_id=identity, handle_metadata=handle)


def _copy_common(source, target):
    """Copies every field that both messages know under one name."""
    known = target.DESCRIPTOR.fields_by_name
    for description, value in source.ListFields():
        if description.name not in known:
            continue
        if hasattr(value, "MergeFrom"):
            getattr(target, description.name).MergeFrom(value)
        else:
            setattr(target, description.name, value)


def _check_parts(world, body):
    """Refuses a function whose image, mounts, secrets or volumes were never made here."""
    owned = world.anonymous | {
        item.id for home in world.environments.values() for kind in home.objects.values() for item in kind.values()
    }
    if body.image_id and body.image_id not in world.images:
        refuse(Status.NOT_FOUND, f"Image '{body.image_id}' not found")
    parts = [("Mount", identity, world.mounts) for identity in body.mount_ids]
    parts += [("Secret", identity, owned) for identity in body.secret_ids]
    parts += [("Volume", mount.volume_id, owned) for mount in body.volume_mounts]
    for what, identity, known in parts:
        if identity not in known:
            refuse(Status.NOT_FOUND, f"{what} '{identity}' not found")


def _handle(app, body, definition_id):
    handle = api_pb2.FunctionHandleMetadata(
        function_name=body.function_name,
        function_type=body.function_type,
        web_url=body.web_url,
        is_method=body.is_method,
        definition_id=definition_id,
        class_parameter_info=body.class_parameter_info,
        function_schema=body.function_schema,
        supported_input_formats=body.supported_input_formats,
        supported_output_formats=body.supported_output_formats,
        app_id=app.id,
    )
    handle._experimental_flash_urls.extend(body.flash_service_urls)
    for name, method in body.method_definitions.items():
        entry = handle.method_handle_metadata[name]
        entry.function_name, entry.web_url, entry.is_method = method.function_name, method.web_url, True
        entry.function_type, entry.use_method_name = method.function_type, name
        entry.function_schema.CopyFrom(method.function_schema)
        entry.supported_input_formats.extend(method.supported_input_formats)
        entry.supported_output_formats.extend(method.supported_output_formats)
    return handle


async def FunctionCreate(plane, call, request):
    """Registers one definition; its id is the hash of what was asked for, so that AppPublish sees what changed."""
    world = plane.world
    app = world.open_app(request.app_id)
    ranked = request.HasField("function_data")
    asked = request.function_data if ranked else request.function
    for part in [rank.function for rank in asked.ranked_functions] if ranked else [asked]:
        _check_parts(world, part)
    identity = _function_id(app, asked.function_name, request.existing_function_id)
    definition_id = stable_id("de", app.id, canonical(asked))
    # A list of GPUs comes as one function per rank; the answer holds both shapes, as every client reads its own.
    function, data = api_pb2.Function(), api_pb2.FunctionData()
    if ranked:
        data.CopyFrom(asked)
        endpoints = publish_addresses(world, app, data)
        function.CopyFrom(data.ranked_functions[0].function)
        publish_addresses(world, app, function)
    else:
        function.CopyFrom(asked)
        endpoints = publish_addresses(world, app, function)
        _copy_common(function, data)
        data.ranked_functions.add(rank=0, function=function)
    handle = _handle(app, function, definition_id)
    definition = Definition(definition_id, asked.function_name, data, handle, endpoints)
    world.definitions[definition_id] = definition
    world.functions[identity] = definition_id
    warnings = [api_pb2.Warning(message=text) for text in plane.warnings_for(asked.function_name)]
    return api_pb2.FunctionCreateResponse(
        function_id=identity, function=function, function_data=data, handle_metadata=handle, server_warnings=warnings
    )


async def ClassCreate(plane, call, request):
    app = plane.world.open_app(request.app_id)
    parts = [method.function_id for method in request.methods] or [call["index"]]
    identity = request.existing_class_id or stable_id("cs", app.id, *parts)
    metadata = api_pb2.ClassHandleMetadata(methods=request.methods)
    return api_pb2.ClassCreateResponse(class_id=identity, handle_metadata=metadata)


def _replaced(world, app):
    """A first deploy that overtook another one of the same name takes its place."""
    other = world.deployed_app(app.name, app.environment)
    if other and other is not app:
        other.state, other.stopped_at = api_pb2.APP_STATE_STOPPED, world.now()


def add_version(world, app, version, live=True):
    """Appends `version` to the history and makes it the one that serves."""
    app.versions.append(version)
    if live:
        _replaced(world, app)
        app.state, app.live, app.deployed_at = api_pb2.APP_STATE_DEPLOYED, version.number, version.deployed_at


def _unchanged(app, version, request):
    live = app.version(app.live)
    if app.state != api_pb2.APP_STATE_DEPLOYED or live is None or request.staged:
        return False
    return all(
        getattr(live, part) == getattr(version, part) for part in ("functions", "classes", "definitions", "tags")
    )


async def AppPublish(plane, call, request):
    """Publishes what was registered. `deployed_at` 0 tells the client that nothing had changed."""
    world = plane.world
    app = world.open_app(request.app_id)
    for function_id in request.function_ids.values():
        if function_id not in app.function_ids or function_id not in world.functions:
            refuse(Status.NOT_FOUND, f"Function '{function_id}' not found in app '{app.id}'")
    if request.app_state != api_pb2.APP_STATE_DEPLOYED:
        app.state = request.app_state
        return api_pb2.AppPublishResponse(url=f"https://modal.com/apps/{app.id}")
    app.name = request.name or app.name
    version = Version(
        number=len(app.versions) + 1,
        deployed_at=world.now(),
        deployed_by=call["user"],
        client=request.client_version or call["clientVersion"],
        tag=request.deployment_tag,
        commit=api_pb2.CommitInfo.FromString(request.commit_info.SerializeToString())
        if request.HasField("commit_info")
        else None,
        kind=api_pb2.DEPLOYMENT_TYPE_STAGED if request.staged else api_pb2.DEPLOYMENT_TYPE_STANDARD,
        functions=dict(request.function_ids),
        classes=dict(request.class_ids),
        definitions={fu: request.definition_ids.get(fu) or world.functions[fu] for fu in request.function_ids.values()},
        tags=dict(request.tags),
    )
    warnings = [api_pb2.Warning(message=text) for text in plane.warnings_for(None)]
    if _unchanged(app, version, request):
        return api_pb2.AppPublishResponse(url=world.page(app), server_warnings=warnings)
    add_version(world, app, version, live=not request.staged)
    return api_pb2.AppPublishResponse(url=world.page(app), deployed_at=version.deployed_at, server_warnings=warnings)


def app_state(world, app):
    """The app as a test reads it, in JSON."""
    states = {value: name.removeprefix("APP_STATE_").lower() for name, value in api_pb2.AppState.items()}
    kinds = {value: name.removeprefix("DEPLOYMENT_TYPE_").lower() for name, value in api_pb2.DeploymentType.items()}
    return {
        "id": app.id,
        "name": app.name,
        "environment": app.environment,
        "state": states[app.state],
        "createdAt": app.created_at,
        "deployedAt": app.deployed_at or None,
        "stoppedAt": app.stopped_at or None,
        "version": app.live or None,
        "functions": sorted(tag for tag, _, _ in world.live_definitions(app)),
        "containers": len(app.tasks),
        "versions": [
            {
                "version": version.number,
                "kind": kinds[version.kind],
                "rollbackVersion": version.source or None,
                "tag": version.tag or None,
                "commit": MessageToDict(version.commit) if version.commit else None,
                "deployedAt": version.deployed_at,
                "deployedBy": version.deployed_by,
                "clientVersion": version.client,
                "functions": sorted(version.functions),
            }
            for version in app.versions
        ],
    }
