"""The wheel holds everything: installed in an empty environment, away from the checkout, it runs the demo."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import free_port

ROOT = Path(__file__).parents[2]
UV = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")


@pytest.mark.timeout(400)
def test_the_wheel_runs_the_demo_in_an_empty_environment(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    subprocess.run([UV, "build", "--wheel", "-q", "-o", str(tmp_path), str(ROOT)], check=True)
    wheel = next(tmp_path.glob("*.whl"))
    templates = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("app/**/*.typ")}
    assert templates
    assert templates <= set(zipfile.ZipFile(wheel).namelist())
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / "bin" / "python"
    lock = str(ROOT / "runtime.lock")
    subprocess.run([UV, "pip", "sync", "-q", "--python", python, "--require-hashes", lock], check=True)
    subprocess.run([UV, "pip", "install", "-q", "--python", python, "--no-deps", wheel], check=True)
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("SAHIH", "DATABASE", "PYTHON"))
    }
    environment |= {"SAHIH_PORT": str(port), "SAHIH_HOME": str(tmp_path / "home")}
    demo = subprocess.Popen(
        [python.parent / "sahih", "demo"], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", demo)
        page = httpx.get(f"http://127.0.0.1:{port}/latihan")
        assert "Sahih" in page.text
        script = page.text.split('src="')[1].split('"')[0]
        assert httpx.get(f"http://127.0.0.1:{port}{script}").status_code == 200
        taken = subprocess.run(
            [python.parent / "sahih", "demo"],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert taken.returncode == 1
        assert f"Port {port} is taken" in " ".join(taken.stderr.split())
        assert "Traceback" not in taken.stderr
    finally:
        demo.send_signal(signal.SIGINT)
        said, _ = demo.communicate(timeout=60)
    assert "TOKEN" in said
    assert "MMU-" in said
    assert sys.executable != str(python)


def wait_for(url: str, server: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 240  # a minute where nothing else runs
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(0.2)
    raise RuntimeError(f"the demo did not become ready; it ended with {server.poll()}")


def test_the_image_checks_both_kinds_of_container() -> None:
    """A worker listens to nothing, so a check by port would call every worker ill."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 'CMD ["python", "-m", "app.core.health"]' in lines
    assert "ENV FORWARDED_ALLOW_IPS=" in lines
