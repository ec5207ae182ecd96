"""Kernels that are there at once: forks of a process that has read what they need.

A jupyter_client provisioner starts them; where a system cannot fork, Jupyter's own starts
an ordinary kernel instead, only slower.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from chocolib.doors.dash.processes import CAN_FORK, begin, warm_context

FORKED = "chocolib-forked"
#: Seconds a kernel gets to start.
START_S = 60


class Started:
    """A forked process, as a provisioner knows processes."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Its exit code, `None` while it runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Its exit code, once it has ended."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to it."""
        if self.poll() is None and self.pid:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()


class Forked(LocalProvisioner):
    """Starts a kernel as a fork of the warm process."""

    preload: Sequence[str] = ()

    process: Any

    async def launch_kernel(self, cmd: list[str], **_: Any) -> Any:  # noqa: ARG002 - Jupyter's
        """Fork; `cmd` is not run, its kernel is the same."""
        if self.parent is None:
            raise RuntimeError("a forked kernel needs its manager's connection file")
        context = warm_context(self.preload)
        process = context.Process(  # type: ignore[attr-defined]
            target=_kernel, args=(self.parent.connection_file,), name="kernel", daemon=True
        )
        await asyncio.to_thread(process.start)
        self.process, self.pid, self.pgid = Started(process), process.pid, None
        return self.connection_info


def _kernel(connection_file: str) -> None:
    """The life of a kernel."""
    from ipykernel.kernelapp import IPKernelApp

    begin()
    app = IPKernelApp.instance()
    app.initialize(  # type: ignore[no-untyped-call]
        ["-f", connection_file, "--HistoryManager.enabled=False"]
    )
    app.start()  # type: ignore[no-untyped-call]


class Specs(KernelSpecManager):
    """One kernel: the Python that runs this server, forked where that can be."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The same for every name."""
        forked = {"kernel_provisioner": {"provisioner_name": FORKED}} if CAN_FORK else {}
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name=kernel_name, metadata=forked)


class Warm:
    """A running kernel and the channels to it.

    Attributes:
        manager: Jupyter's, of this one kernel.
        client: its channels.
    """

    def __init__(self, manager: AsyncKernelManager) -> None:
        self.manager = manager
        self.client = manager.client()

    @classmethod
    async def started(cls, folder: Path, preload: Sequence[str], env: Mapping[str, str]) -> Warm:
        """A kernel that has answered.

        Args:
            folder: where its connection file and sockets lie; its path must be short.
            preload: modules the warm process has read.
            env: of a kernel that is not forked.

        Raises:
            RuntimeError: it did not start.
        """
        _register(preload)
        place = folder / f"{uuid.uuid4().hex[:12]}.json"
        transport = "ipc" if sys.platform != "win32" else "tcp"
        manager = AsyncKernelManager(
            kernel_spec_manager=Specs(), connection_file=str(place), transport=transport
        )
        await manager.start_kernel(env=dict(env))
        kernel = cls(manager)
        try:
            kernel.client.start_channels()
            await kernel.client.wait_for_ready(timeout=START_S)
        except (RuntimeError, asyncio.CancelledError):
            await kernel.end()
            raise
        return kernel

    async def alive(self) -> bool:
        """Whether its process is there."""
        return bool(await self.manager.is_alive())

    def execute(self, code: str) -> str:
        """Run code of ours; the id of the question."""
        return str(self.client.execute(code, store_history=False, allow_stdin=False))

    def tell(self, comm_id: str, data: Mapping[str, Any]) -> None:
        """Send a message to a comm of the kernel."""
        content = {"comm_id": comm_id, "data": dict(data)}
        self.client.shell_channel.send(self.client.session.msg("comm_msg", content))

    async def said(self) -> dict[str, Any]:
        """The next message that the kernel sends to all."""
        message: dict[str, Any] = await self.client.get_iopub_msg(timeout=None)
        return message

    async def end(self) -> None:
        """End the process and close the channels."""
        self.client.stop_channels()
        await self.manager.shutdown_kernel(now=True)


def _register(preload: Sequence[str]) -> None:
    """Make our provisioner known; an installed entry point would name this same class."""
    Forked.preload = tuple(preload)
    known = KernelProvisionerFactory.instance().provisioners
    group = KernelProvisionerFactory.GROUP_NAME
    known.setdefault(FORKED, EntryPoint(FORKED, f"{__name__}:Forked", group))
