"""Runs the Python program in the working folder, as pulumi-language-python-exec does."""

import asyncio
import os
import runpy
import sys

import pulumi
import pulumi.runtime

env = os.environ
folder = os.getcwd()
sys.path.insert(0, folder)
pulumi.runtime.configure(
    pulumi.runtime.Settings(
        project=env["PULUMI_PROJECT"],
        stack=env["PULUMI_STACK"],
        organization=env["PULUMI_ORGANIZATION"],
        monitor=env["PULUMI_MONITOR"],
        engine=env["PULUMI_ENGINE"],
        parallel=int(env["PULUMI_PARALLEL"]),
        dry_run=env["PULUMI_DRY_RUN"] == "true",
    )
)


def program() -> None:
    runpy.run_path(os.path.join(folder, "__main__.py"), run_name="__main__")


try:
    asyncio.run(pulumi.runtime.run_in_stack(program))
except pulumi.RunError as error:
    pulumi.log.error(str(error))
    sys.exit(1)
