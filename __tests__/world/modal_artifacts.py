"""Calls about what a deploy brings along: images, files, mounts, secrets, volumes."""

import hashlib
import re

from grpclib.const import Status
from modal_ids import canonical, refuse, stable_id
from modal_proto import api_pb2

ANONYMOUS = (api_pb2.OBJECT_CREATION_TYPE_ANONYMOUS_OWNED_BY_APP, api_pb2.OBJECT_CREATION_TYPE_EPHEMERAL)
# The first client that knows the image builder 2025.06; older ones refuse an environment that is set to it.
BUILDER_2025_SINCE = (1, 1)


def builder_version(call):
    return "2025.06" if call["client"] >= BUILDER_2025_SINCE else "2024.10"


async def SecretGetOrCreate(plane, call, request):
    world = plane.world
    if request.object_creation_type in ANONYMOUS:
        identity = stable_id("st", world.name, sorted(request.env_dict.items()))
        world.anonymous.add(identity)
        metadata = api_pb2.SecretMetadata(keys=sorted(request.env_dict))
        return api_pb2.SecretGetOrCreateResponse(secret_id=identity, metadata=metadata)
    item = world.named("secret", request, call["user"], tuple(request.env_dict))
    missing = [key for key in request.required_keys if item.keys and key not in item.keys]
    if missing:
        refuse(Status.FAILED_PRECONDITION, f"Secret '{item.name}' is missing key(s): {', '.join(missing)}")
    metadata = api_pb2.SecretMetadata(name=item.name, keys=item.keys or request.required_keys)
    return api_pb2.SecretGetOrCreateResponse(secret_id=item.id, metadata=metadata)


def _named(kind, reply, id_field, metadata=None):
    async def answer(plane, call, request):
        world = plane.world
        if request.object_creation_type in ANONYMOUS:
            world.anonymous.add(identity := stable_id(id_field[:2], world.name, call["index"]))
            return reply(**{id_field: identity})
        item = world.named(kind, request, call["user"])
        extra = {"metadata": metadata(name=item.name)} if metadata else {}
        return reply(**{id_field: item.id}, **extra)

    return answer


VolumeGetOrCreate = _named("volume", api_pb2.VolumeGetOrCreateResponse, "volume_id", api_pb2.VolumeMetadata)
DictGetOrCreate = _named("dict", api_pb2.DictGetOrCreateResponse, "dict_id")
QueueGetOrCreate = _named("queue", api_pb2.QueueGetOrCreateResponse, "queue_id")
SharedVolumeGetOrCreate = _named("nfs", api_pb2.SharedVolumeGetOrCreateResponse, "shared_volume_id")


async def MountBatchedCheckExistence(plane, call, request):
    reply = api_pb2.MountBatchedCheckExistenceResponse(
        missing_sha256_hex_hashes=[digest for digest in request.sha256_hex_hashes if digest not in plane.world.files]
    )
    reply.checked_at.FromSeconds(int(plane.world.now()))
    return reply


async def MountPutFile(plane, call, request):
    """Older clients ask with the hash alone whether the file is there; newer ones send it at once."""
    files = plane.world.files
    form = request.WhichOneof("data_oneof")
    if form is None and request.sha256_hex not in files:
        return api_pb2.MountPutFileResponse(exists=False)
    data = request.data if form == "data" else plane.world.blobs.get(request.data_blob_id)
    if form and (data is None or hashlib.sha256(data).hexdigest() != request.sha256_hex):
        refuse(Status.INVALID_ARGUMENT, f"File content does not match its hash {request.sha256_hex}")
    files.add(request.sha256_hex)
    return api_pb2.MountPutFileResponse(exists=True)


async def BlobCreate(plane, call, request):
    identity = stable_id("bl", call["index"], request.content_sha256_base64)
    address = await plane.upload_address(identity)
    return api_pb2.BlobCreateResponse(blob_ids=[identity], upload_urls=api_pb2.UploadUrlList(items=[address]))


async def MountGetOrCreate(plane, call, request):
    world = plane.world
    if request.namespace == api_pb2.DEPLOYMENT_NAMESPACE_GLOBAL:
        identity = stable_id("mo", request.deployment_name)
    else:
        absent = [file.filename for file in request.files if file.sha256_hex not in world.files]
        if absent:
            refuse(Status.FAILED_PRECONDITION, f"Mount is missing file(s): {', '.join(absent)}")
        identity = stable_id("mo", canonical(request, leave_out=("app_id", "earliest_checked_at")))
    world.mounts[identity] = [file.filename for file in request.files]
    checksum = hashlib.sha256(identity.encode()).hexdigest()
    metadata = api_pb2.MountHandleMetadata(content_checksum_sha256_hex=checksum)
    return api_pb2.MountGetOrCreateResponse(mount_id=identity, handle_metadata=metadata)


async def ImageGetOrCreate(plane, call, request):
    world = plane.world
    for base in request.image.base_images:
        if base.image_id not in world.images:
            refuse(Status.NOT_FOUND, f"Image '{base.image_id}' not found")
    again = call["index"] if request.force_build or request.ignore_cache else ""
    builder = request.builder_version or builder_version(call)
    identity = stable_id("im", world.id, canonical(request.image), builder, request.build_function_id, again)
    image = world.images.setdefault(
        identity, {"commands": list(request.image.dockerfile_commands), "built": False, "builder": builder, "logs": []}
    )
    metadata = api_pb2.ImageMetadata(image_builder_version=builder)
    if image["built"]:
        success = api_pb2.GenericResult(status=api_pb2.GenericResult.GENERIC_STATUS_SUCCESS)
        return api_pb2.ImageGetOrCreateResponse(image_id=identity, result=success, metadata=metadata)
    return api_pb2.ImageGetOrCreateResponse(image_id=identity, metadata=metadata)


def _failing_command(commands):
    """A RUN line that ends every shell with an error needs no script to fail."""
    for line in commands:
        found = re.fullmatch(r"RUN\s+(?:exit\s+([1-9]\d*)|false)\s*", line)
        if found:
            return line.removeprefix("RUN").strip(), found.group(1) or "1"
    return None


def _build(plane, identity, image):
    """(log lines, result) of one build, by the test's script if one fits."""
    lines = [f"Building image {identity}", ""]
    for number, command in enumerate(image["commands"]):
        lines += [f"=> Step {number}: {command}", ""]
    script = plane.failing_build(image["commands"])
    if script:
        lines += script.get("logs") or []
        name = f"GENERIC_STATUS_{(script.get('status') or 'failure').upper()}"
        status = api_pb2.GenericResult.GenericStatus.Value(name)
        return lines, api_pb2.GenericResult(status=status, exception=script.get("exception") or "")
    failing = _failing_command(image["commands"])
    if failing:
        command, code = failing
        end = f'failed to run builder command "{command}": container exit status: Exited({code})'
        lines += [f"Terminating task due to error: {end}"]
        return lines, api_pb2.GenericResult(status=api_pb2.GenericResult.GENERIC_STATUS_FAILURE)
    lines += ["Saving image...", "Image saved, took 0.10s", "", f"Built image {identity} in 0.20s", ""]
    return lines, api_pb2.GenericResult(status=api_pb2.GenericResult.GENERIC_STATUS_SUCCESS)


async def ImageJoinStreaming(plane, call, request):
    """A stream: log lines first, the result in the last message. A failed build is built anew by the next deploy."""
    image = plane.world.images.get(request.image_id)
    if image is None:
        refuse(Status.NOT_FOUND, f"Image '{request.image_id}' not found")
    metadata = api_pb2.ImageMetadata(image_builder_version=image["builder"])
    if image["built"] or request.include_logs_for_finished:
        lines = image["logs"] if request.include_logs_for_finished else []
        result = api_pb2.GenericResult(status=api_pb2.GenericResult.GENERIC_STATUS_SUCCESS)
    else:
        lines, result = _build(plane, request.image_id, image)
        image["logs"] = lines
        image["built"] = result.status == api_pb2.GenericResult.GENERIC_STATUS_SUCCESS
    for number, line in enumerate(lines):
        stdout = api_pb2.FILE_DESCRIPTOR_STDOUT
        log = api_pb2.TaskLogs(data=f"{line}\n", file_descriptor=stdout, timestamp=plane.world.now())
        yield api_pb2.ImageJoinStreamingResponse(task_logs=[log], entry_id=f"1-{number}")
    yield api_pb2.ImageJoinStreamingResponse(result=result, metadata=metadata, eof=True)


async def ProxyGet(plane, call, request):
    refuse(Status.NOT_FOUND, f"Proxy '{request.name}' not found")
