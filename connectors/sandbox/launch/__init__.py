"""Starts the three local systems as processes of their own on one data folder."""

from connectors.sandbox.launch.child import Child, ProcessEnded
from connectors.sandbox.launch.folder import DataFolder, FolderMismatch, Ports
from connectors.sandbox.launch.sandboxes import Sandboxes
from connectors.sandbox.launch.service import ServiceProcess
from connectors.sandbox.launch.surface import Surface
from connectors.sandbox.launch.watching import Watch

__all__ = [
    "Child",
    "DataFolder",
    "FolderMismatch",
    "Ports",
    "ProcessEnded",
    "Sandboxes",
    "ServiceProcess",
    "Surface",
    "Watch",
]
