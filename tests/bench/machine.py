"""What figures are printed with: the machine and its load; and what a process has used, as the kernel counts it."""

import contextlib
import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

CPU_CLOCK = 2
"""CPUCLOCK_SCHED of Linux: what the scheduler counted, to the nanosecond. /proc/PID/stat knows hundredths of a second,
and of those none in a short measurement."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def described() -> Iterator[None]:
    """Name the machine, and tell its load before and after."""
    print(f"machine   {os.cpu_count()} cores {processor()}, {platform.system()} {platform.release()}, "
          f"Python {platform.python_version()}")  # fmt: skip
    print(f"load      {load()} before\n", flush=True)
    yield
    print(f"\nload      {load()} after", flush=True)


def load() -> str:
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; the second, a name, may hold blanks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def cpu_seconds(pid: int) -> float:
    """User and system time of the process, all its threads: clock_getcpuclockid(3), as Linux numbers such clocks."""
    return time.clock_gettime(~pid << 3 | CPU_CLOCK)


def memory(pid: int) -> int:
    """Bytes of memory the process holds (resident set)."""
    return int(stat(pid)[21]) * PAGE


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parents.setdefault(int(stat(int(entry.name))[1]), []).append(int(entry.name))
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def summary(values: Sequence[float], unit: str, digits: int = 0) -> str:
    """Median, 95th percentile and worst."""
    parts = (statistics.median(values), quantile(values, 0.95), max(values))
    median, most, worst = (f"{value:.{digits}f}" for value in parts)
    return f"median {median}, p95 {most}, worst {worst} {unit} ({len(values)} times)"
