"""The vendor's own SDK works against the fake, and the fake finds nothing wrong with what it does.

Usage: evo_sdk.py FAKE_SERVICES, the path of that program.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from evo.aio import AioTransport
from evo.common import APIConnector, Environment
from evo.common.data import HTTPHeaderDict
from evo.common.exceptions import EvoAPIException
from evo.common.interfaces import IAuthorizer
from evo.files import FileAPIClient

# The SDK follows links only to https:// and to the default port, so the transport leads them to the fake.
LINK_BASE = "https://storage.invalid"
SMALL = b"x,y,z\n1,2,3\n"
LARGE = bytes(range(256)) * (10 * 1024 * 1024 // 256) + b"the end"


class Token(IAuthorizer):
    async def get_default_headers(self):
        return HTTPHeaderDict({"Authorization": "Bearer evo-token"})

    async def refresh_token(self):
        return False


class ToTheFake(AioTransport):
    def __init__(self, base_url):
        super().__init__(user_agent="interop")
        self.base_url = base_url

    async def request(self, method, url, **more):
        return await super().request(method, url.replace(LINK_BASE, self.base_url), **more)


@contextmanager
def fake_evo(program):
    command = [program, "evo", "--link-base", LINK_BASE, "--full-path-in-get"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def control(place, what):
    with urllib.request.urlopen(f"{place['base_url']}/_fake/{what}") as answer:
        return json.load(answer)


async def everything(place, folder):
    transport = ToTheFake(place["base_url"])
    connector = APIConnector(place["base_url"], transport, Token())
    organisation, workspace = UUID(place["organisation_id"]), UUID(place["workspace_id"])
    environment = Environment(hub_url=place["base_url"], org_id=organisation, workspace_id=workspace)
    client = FileAPIClient(environment, connector)

    async def upload(prepared, content):
        source = folder / "source"
        source.write_bytes(content)
        await prepared.upload_from_path(source, transport)
        return prepared

    async def content(prepared):
        target = folder / "target"
        await prepared.download_to_path(target, transport, overwrite=True)
        return target.read_bytes()

    async with transport:
        small = await upload(await client.prepare_upload_by_path("a folder/größe +1.csv"), SMALL)
        large = await upload(await client.prepare_upload_by_path("large.bin"), LARGE)
        empty = await upload(await client.prepare_upload_by_path("empty"), b"")
        again = await upload(await client.prepare_upload_by_id(small.file_id), SMALL * 2)
        assert again.version_id > small.version_id

        listed = {file.path: file for file in await client.list_all_files(limit_per_request=2)}
        assert set(listed) == {"/a folder/größe +1.csv", "/large.bin", "/empty"}, listed
        assert listed["/large.bin"].size == len(LARGE)
        assert [file.id for file in (await client.list_files(name="LARGE")).items()] == [large.file_id]

        assert await content(await client.prepare_download_by_path("large.bin")) == LARGE
        assert await content(await client.prepare_download_by_id(small.file_id)) == SMALL * 2
        old = await client.prepare_download_by_id(small.file_id, version_id=small.version_id)
        assert await content(old) == SMALL
        assert (await client.get_file_by_id(empty.file_id)).size == 0
        assert (await client.get_file_by_path("a folder/größe +1.csv")).path == "/a folder/größe +1.csv"
        versions = await client.list_versions_by_path("a folder/größe +1.csv")
        assert [version.version_id for version in versions] == [again.version_id, small.version_id]

        await client.delete_file_by_path("large.bin")
        await client.delete_file_by_id(small.file_id)
        deleted = {file.id for file in await client.list_all_files(deleted=True)}
        assert deleted == {large.file_id, small.file_id}
        assert {file.path for file in await client.list_all_files()} == {"/empty"}
        assert await content(await client.prepare_download_by_id(large.file_id, deleted=True)) == LARGE
        await refused(client.get_file_by_id(large.file_id), 410)
        await refused(client.get_file_by_path("never"), 404)

        assert await client.restore_file_by_id(large.file_id) is None
        await upload(await client.prepare_upload_by_path("a folder/größe +1.csv"), SMALL)
        moved = await client.restore_file_by_id(small.file_id)
        assert moved.path == "/a folder/größe +1 (1).csv", moved
        assert await content(await client.prepare_download_by_id(small.file_id)) == SMALL * 2


async def refused(call, status):
    try:
        await call
    except EvoAPIException as error:
        assert error.status == status, error
    else:
        raise AssertionError(f"not refused with {status}")


def main():
    with fake_evo(sys.argv[1]) as place, tempfile.TemporaryDirectory() as folder:
        asyncio.run(everything(place, Path(folder)))
        breaches = control(place, "breaches")
        assert breaches == [], breaches
        print(f"the vendor's SDK: {control(place, 'requests')['requests']} requests, no breaches")


if __name__ == "__main__":
    main()
