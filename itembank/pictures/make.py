"""Draw the pictures of the sample bank again: `.venv/bin/python itembank/pictures/make.py [beginning of a name …]`.

Each unit_*.py draws with charts.py and diagrams.py; Chromium renders at scale 2, Pillow reduces the colours. On one machine
the same script gives the same bytes; another machine's fonts may differ in a pixel, so the PNG files are kept.
"""

from __future__ import annotations

import importlib
import io
import os
import shutil
import sys
from pathlib import Path

from catalogue import PICTURES
from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
IMAGES = HERE.parent / "mmu" / "images"
MOST_BYTES = 30_000
MOST_WIDTH = 640
COLOURS = 24


def main(beginnings: list[str]) -> None:
    for module in sorted(HERE.glob("unit_*.py")):
        importlib.import_module(module.stem)
    names = [name for name in sorted(PICTURES) if not beginnings or name.startswith(tuple(beginnings))]
    chromium = os.environ.get("SAHIH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-lcd-text"])
        page = browser.new_page(device_scale_factor=2)
        for name in names:
            _write(page, name)
        browser.close()


def _write(page: Page, name: str) -> None:
    canvas = PICTURES[name]()
    if canvas.width > MOST_WIDTH:
        raise ValueError(f"{name} is {canvas.width} px wide, more than {MOST_WIDTH}")
    page.set_viewport_size({"width": canvas.width, "height": canvas.height})
    page.set_content(f'<body style="margin:0;background:#fff">{canvas.svg()}</body>')
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    palette = drawn.quantize(colors=COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    palette.save(out, "PNG", optimize=True)
    if len(out.getvalue()) > MOST_BYTES:
        raise ValueError(f"{name} has {len(out.getvalue())} bytes, more than {MOST_BYTES}")
    IMAGES.mkdir(exist_ok=True)
    (IMAGES / f"{name}.png").write_bytes(out.getvalue())
    print(f"{name}.png {canvas.width}x{canvas.height} {len(out.getvalue())} B")


if __name__ == "__main__":
    main(sys.argv[1:])
