"""From a bare machine to the running program: each step once, and a sentence where a person must help."""

import re
import socket
from pathlib import Path

import pytest

from kultour import running, setup
from kultour.setup import node, python, steps
from kultour.setup.steps import SetupError
from tests.program import ROOT


class Machine:
    """Remembers what is called, and fails where it is told to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.called: list[str] = []
        self.fails_at = ""

    def call(self, *command: str, **_environment: str) -> None:
        step = next(name for name in ("apt-get", "-m venv", "-m pip", "npm ci", "npm run") if name in " ".join(command))
        self.called.append(step)
        if step == self.fails_at:
            raise SetupError("the line is down")
        made = {
            "-m venv": [python.its_packages(), python.VENV / "bin" / "python"],
            "npm ci": [node.MODULES],
            "npm run": [node.DIST],
        }
        for folder in made.get(step, []):
            folder.mkdir(parents=True, exist_ok=True)

    def calls(self) -> list[str]:
        called, self.called = self.called, []
        return called


@pytest.fixture
def machine(monkeypatch, tmp_path) -> Machine:
    """A checkout without anything installed."""
    machine = Machine(tmp_path)
    for module in (steps, python, node):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(python, "VENV", tmp_path / ".venv")
    for name, folder in (("FRONTEND", "frontend"), ("DIST", "frontend/dist"), ("MODULES", "node_modules")):
        monkeypatch.setattr(node, name, tmp_path / folder)
    for module in (python, node):
        monkeypatch.setattr(module, "call", machine.call)
    monkeypatch.setattr(node, "check_node", lambda: None)
    (tmp_path / "frontend").mkdir()
    for name in ("requirements.txt", "requirements-test.txt", "package-lock.json", "vite.config.ts", "tsconfig.json",
                 "frontend/base.css"):  # fmt: skip
        (tmp_path / name).write_text("one")
    return machine


def test_packages_are_installed_once_and_again_when_the_lock_changes(machine):
    python.ensure_packages(with_tests=False)
    assert machine.calls() == ["-m venv", "-m pip"]
    python.ensure_packages(with_tests=False)
    assert machine.calls() == []
    (machine.root / "requirements.txt").write_text("two")
    python.ensure_packages(with_tests=False)
    assert machine.calls() == ["-m pip"]


def test_the_tests_packages_are_kept_by_what_is_run_later(machine):
    python.ensure_packages(with_tests=True)
    assert machine.calls() == ["-m venv", "-m pip"]
    python.ensure_packages(with_tests=False)
    assert machine.calls() == []


def test_an_interrupted_step_is_done_again(machine):
    machine.fails_at = "-m pip"
    with pytest.raises(SetupError):
        python.ensure_packages(with_tests=False)
    machine.fails_at = ""
    machine.calls()
    python.ensure_packages(with_tests=False)
    assert machine.calls() == ["-m pip"]


def test_a_newer_python_gets_an_environment_of_its_own(machine, monkeypatch):
    python.ensure_packages(with_tests=False)
    machine.calls()
    monkeypatch.setattr(steps.sys, "version", "9.9")
    python.its_packages().rename(machine.root / ".venv" / "elsewhere")
    python.ensure_packages(with_tests=False)
    assert machine.calls() == ["-m venv", "-m pip"]


def test_the_bundle_is_built_once_and_again_when_a_source_changes(machine):
    node.ensure_bundle()
    assert machine.calls() == ["npm ci", "npm run"]
    node.ensure_bundle()
    assert machine.calls() == []
    (machine.root / "frontend" / "base.css").write_text("two")
    node.ensure_bundle()
    assert machine.calls() == ["npm run"]


def test_a_template_is_no_reason_to_build(machine):
    node.ensure_bundle()
    machine.calls()
    (machine.root / "frontend" / "base.html").write_text("new")
    node.ensure_bundle()
    assert machine.calls() == []


# --- one sentence each --------------------------------------------------------------------------------------------


def test_without_node(monkeypatch):
    monkeypatch.setattr(node.shutil, "which", lambda _name: None)
    with pytest.raises(SetupError, match=r"Node 20 or newer; node and npm were not found\. Debian: apt-get install"):
        node.check_node()


def test_with_an_old_node(monkeypatch, tmp_path):
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(SetupError, match=r"Node 20 or newer; this is v18\.19\.0\."):
        node.check_node()


def test_without_the_venv_module_root_installs_it_and_others_are_told_how(machine, monkeypatch):
    monkeypatch.setattr(python.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(python.os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match="sudo apt-get install python3-venv"):
        python.ensure_venv_module()
    monkeypatch.setattr(python.os, "geteuid", lambda: 0)
    monkeypatch.setattr(python.shutil, "which", lambda name: f"/usr/bin/{name}")
    python.ensure_venv_module()
    assert machine.calls() == ["apt-get", "apt-get"]


def test_an_unknown_command_gets_the_list(capsys):
    assert setup.begin(["rnu"]) == 2
    assert "Unknown command “rnu”" in capsys.readouterr().err


@pytest.mark.parametrize(("kind", "option"), [(socket.SOCK_STREAM, "--port"), (socket.SOCK_DGRAM, "--udp-port")])
def test_a_taken_port_is_named(kind, option, tmp_path):
    with socket.socket(socket.AF_INET, kind) as other:
        other.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            other.listen()
        taken = other.getsockname()[1]
        options = running.parse([option, str(taken), "--data", str(tmp_path)])
        with pytest.raises(SetupError, match=rf"port {taken} cannot be used .* {option}\."):
            running.check_ports(options)


def test_every_command_the_readme_names_is_known_and_explained():
    named = set(re.findall(r"^python3 -m kultour ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert (named - setup.COMMANDS, {name for name in named if f"\n  {name} " not in setup.USAGE}) == (set(), set())
    assert {"run", "test", "recordings", "export"} <= named
