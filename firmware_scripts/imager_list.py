#!/usr/bin/env python3
"""Describe an image for Raspberry Pi Imager: the list that it reads with ``rpi-imager --repo FILE``.

    imager_list.py IMAGE --version 0.1.0 [--url ADDRESS]

IMAGE is the uncompressed image; IMAGE.zst lies beside it.
"""

import argparse
import hashlib
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DEVICES = {"pi3-64bit": "Raspberry Pi 3, Zero 2 W", "pi4-64bit": "Raspberry Pi 4, 400"}
"""Imager's names of the boards that the image is for; a Pi 5 needs Raspberry Pi OS (see README.md)."""


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listing(image: Path, version: str, url: str | None) -> dict[str, Any]:
    """The list with this one entry. Imager cannot set up the image: hark.yaml on the card does that."""
    packed = image.with_name(f"{image.name}.zst")
    made = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", packed.stat().st_mtime)), UTC)
    return {
        "imager": {
            "devices": [
                {"name": name, "tags": [tag], "matching_type": "inclusive", "description": "", "icon": ""}
                for tag, name in DEVICES.items()
            ]
        },
        "os_list": [
            {
                "name": f"Hark {version}",
                "description": "A voice assistant that never leaves the house. Settings: hark.yaml on the card.",
                "url": url or packed.resolve().as_uri(),
                "icon": "",
                "release_date": made.date().isoformat(),
                "extract_size": image.stat().st_size,
                "extract_sha256": digest(image),
                "image_download_size": packed.stat().st_size,
                "image_download_sha256": digest(packed),
                "devices": list(DEVICES),
                "init_format": "none",
            }
        ],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", type=Path)
    parser.add_argument("--version", required=True)
    parser.add_argument("--url")
    options = parser.parse_args()
    print(json.dumps(listing(options.image, options.version, options.url), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
