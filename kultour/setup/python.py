"""The virtual environment with the hashed requirements."""

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from kultour.setup.steps import ROOT, SetupError, Stamp, call, step

VENV = ROOT / ".venv"


def python_of_the_house() -> Path:
    """The interpreter that has the packages: this one inside a container image, else the virtual environment's."""
    return Path(sys.executable) if is_prepared_image() else VENV / "bin" / "python"


def is_prepared_image() -> bool:
    return (ROOT / ".kultour-image").exists()


def ensure_packages(with_tests: bool) -> None:
    """Create the environment and install exactly the locked packages, unless both are there already."""
    if is_prepared_image():
        return
    locks = [ROOT / "requirements.txt"]
    if with_tests or (VENV / "stamp-test").exists():
        locks = [ROOT / "requirements-test.txt"]
    stamp = Stamp(VENV / ("stamp-test" if "test" in locks[0].name else "stamp"), locks)
    if stamp.is_fresh():
        return
    if not (VENV / "bin" / "python").exists() or not its_packages().exists():
        make_environment()
    with step("installing Python packages (hashes checked)"):
        python = str(VENV / "bin" / "python")
        # pip, not a faster tool: it follows the machine's own configuration behind a mirror.
        call(python, "-m", "pip", "install", "-q", "--require-hashes", "--no-input", "-r", str(locks[0]))
    stamp.set()


def its_packages() -> Path:
    """Where the environment keeps its packages; elsewhere once the system's Python has become a newer one."""
    return VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def make_environment() -> None:
    ensure_venv_module()
    with step("creating the virtual environment"):
        call(sys.executable, "-m", "venv", "--clear", str(VENV))


def ensure_venv_module() -> None:
    """Debian ships Python without `ensurepip`; root may install it, others are told how."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = "python3-venv"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"Python's venv module is missing. Please install it: sudo apt-get install {package}")
    with step(f"installing {package}"):
        call("apt-get", "update", "-q")
        call("apt-get", "install", "-y", "-q", "--no-install-recommends", package, DEBIAN_FRONTEND="noninteractive")
