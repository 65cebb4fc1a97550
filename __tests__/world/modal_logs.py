"""What `modal app logs` asks for: lines of an app, counted, cut and followed."""

import asyncio

from modal_proto import api_pb2

SOURCES = {
    "stdout": api_pb2.FILE_DESCRIPTOR_STDOUT,
    "stderr": api_pb2.FILE_DESCRIPTOR_STDERR,
    "system": api_pb2.FILE_DESCRIPTOR_INFO,
}


def _logs(app, request):
    """Entries of the app that the request's filters let through, oldest first."""
    since, until = (
        getattr(request, bound).ToSeconds() if request.HasField(bound) else default
        for bound, default in (("since", 0), ("until", float("inf")))
    )
    for entry in app.logs:
        source = SOURCES[entry["source"]]
        if request.source not in (0, source) or request.function_id not in ("", entry["functionId"]):
            continue
        if request.search_text not in entry["text"] or not since <= entry["at"] <= until + 1:
            continue
        yield entry


def _batch(number, entry):
    log = api_pb2.TaskLogs(
        data=f"{entry['text']}\n", timestamp=entry["at"], file_descriptor=SOURCES[entry["source"]]
    )
    return api_pb2.TaskLogsBatch(
        entry_id=f"{number + 1}-0", function_id=entry["functionId"], task_id=entry["taskId"], items=[log]
    )


async def AppFetchLogs(plane, call, request):
    entries = list(_logs(plane.world.app(request.app_id), request))
    if request.limit:
        entries = entries[-request.limit :]
    return api_pb2.AppFetchLogsResponse(batches=[_batch(*numbered) for numbered in enumerate(entries)])


async def AppCountLogs(plane, call, request):
    reply = api_pb2.AppCountLogsResponse(app_id=request.app_id)
    width = request.bucket_secs or 1
    counts = {}
    for entry in _logs(plane.world.app(request.app_id), request):
        counts.setdefault(int(entry["at"] // width) * width, []).append(entry["source"])
    for start, sources in sorted(counts.items()):
        bucket = reply.buckets.add(**{f"{source}_logs": sources.count(source) for source in SOURCES})
        bucket.bucket_start_at.FromSeconds(start)
    return reply


async def AppGetLogs(plane, call, request):
    """A stream that follows: what is there, then nothing until the app stops or the client's own limit ends it."""
    app = plane.world.app(request.app_id)
    if not request.last_entry_id:
        for number, entry in enumerate(app.logs):
            yield _batch(number, entry)
    if app.state == api_pb2.APP_STATE_STOPPED:
        yield api_pb2.TaskLogsBatch(app_done=True)
        return
    await asyncio.sleep(request.timeout or 55)
